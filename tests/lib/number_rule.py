"""A number stands in a lesson's text only if a code cell of the same section holds or prints it.

Looked at are numbers with two digits or a decimal point. Not looked at: the title, code fences, links, HTML tags,
years, arXiv numbers, durations, numbers of lessons. The opening cell, which states the objective, and a section
without code, such as the summary, may quote the whole notebook. A cell with the tag ``numbers-quoted`` is left out; its metadata ``numbers_quoted_because`` says why.
"""

import re
from decimal import Decimal

from notebook_files import tags

_NUMBER = re.compile(r"(?<![\w.])(?:\d{1,3}(?:[,_\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?")
_NOT_CLAIMS = re.compile(
    r"""```.*?``` | <[^>]+> | \]\([^)]*\) | https?://\S+ | arXiv[:\s]\S+
    | \b(?:19[5-9]\d|20[0-2]\d)\b(?![,.]?\d)
    | \b[Ll]essons?\s+\d+(?:\s*(?:,|–|-|to|and)\s*\d+)*
    | \b\d+\s*(?:min|minutes?|hours?|h|s|seconds?)\b | \bexercises\s\d+\smore\b""",
    re.DOTALL | re.VERBOSE,
)


def unsupported_numbers(notebook):
    """Return a complaint for each number of the text that no code cell of its section knows."""
    sections = _sections(notebook)
    everything = set().union(*(_numbers_of_code(section) for section in sections))
    complaints = []
    for section in sections:
        known = _numbers_of_code(section) if any(c.cell_type == "code" for c in section) else everything
        for cell in section:
            if cell.cell_type != "markdown" or "numbers-quoted" in tags(cell):
                continue
            complaints += [
                f"cell {cell.id!r}: no code cell of its section holds or prints {number}"
                for number in _claims(cell.source)
                if not _values(number) & (everything if cell is notebook.cells[0] else known)
            ]
    return complaints


def _sections(notebook):
    sections = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.match(r"##\s", cell.source):
            sections.append([])
        sections[-1].append(cell)
    return sections


def _claims(markdown):
    text = _NOT_CLAIMS.sub(" ", re.sub(r"\A# .*", "", markdown))
    return [n for n in _NUMBER.findall(text) if "." in n or len(re.sub(r"\D", "", n)) >= 2]


def _numbers_of_code(section):
    values = set()
    for cell in section:
        if cell.cell_type == "code":
            for text in [cell.source, *map(_text, cell.outputs)]:
                for number in _NUMBER.findall(text):
                    values |= _values(number)
                # "(64,128)" may be two numbers as well as one
                values |= {Decimal(part) for part in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)}
    return values


def _values(number):
    return {Decimal(re.sub(r"[,_\u202f]", "", number))}


def _text(output):
    data = output.get("data", {})
    html = re.sub(r"data:image/[^\"']*", "", "".join(data.get("text/html", "")))
    return " ".join([output.get("text", ""), html, "".join(data.get("text/plain", ""))])
