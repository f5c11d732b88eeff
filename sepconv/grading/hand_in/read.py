"""From the bytes of a file to the code cells of a notebook, or a sentence on why there are none."""

import json
import re
from collections import Counter
from typing import NamedTuple

from sepconv.exercises import all_exercises

MOST_BYTES = 20 * 2**20
MOST_BRACKETS = 500_000  # each takes as long as 50 other characters
MOST_CELLS = 2_000
MOST_CODE = 2_000_000  # characters; a notebook of the course holds under 100,000

# Not with `ast`: that stops at a magic, and takes 4 to 8 s over two million characters. Each part of the pattern keeps what
# it has matched (++, *+), so that the search goes over a character once.
_BINDS = re.compile(
    r"^[ \t]*+(?:async[ \t]++)?(?:def|class)[ \t]++(\w++)"
    r"|^(\w++(?:[ \t]*+,[ \t]*+\w++)*+)[ \t]*+(?::[^=\n]*+)?=(?!=)",
    re.MULTILINE,
)


class Unreadable(ValueError):
    """There is no notebook in these bytes; the message is a sentence for the report."""


class Notebook(NamedTuple):
    """The code cells of a notebook, its exercises, and where the answer stands of each that only another cell answers."""

    cells: list[str]
    exercises: list
    elsewhere: dict[str, str]


def read_notebook(data: bytes, name: str) -> Notebook:
    """Return the code cells of a notebook and the exercises of its lesson; `Unreadable` if there is nothing to mark.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name: the last resort for telling which lesson it is.
    """
    cells = _cells(_parse(data))
    code = [source for kind, source in cells if kind == "code"]
    if sum(map(len, code)) > MOST_CODE:
        raise Unreadable(f"The notebook has more than {MOST_CODE:,} characters of code.")
    exercises = _exercises_in(code, name)
    if not exercises:
        raise Unreadable("It answers no exercise of the course: no check(…) and no known name is in it.")
    missing = {exercise.name for exercise in exercises} - bound("\n".join(code))
    elsewhere = {
        name: f"Its answer stands in a {kind.capitalize()} cell (cell {number}): change that cell's type to Code."
        for number, (kind, source) in enumerate(cells, 1)
        if kind in ("markdown", "raw")
        for name in missing & bound(source)
    }
    return Notebook(code, exercises, elsewhere)


def _parse(data):
    if len(data) > MOST_BYTES or data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        raise Unreadable(f"Over {MOST_BYTES // 2**20} MB or {MOST_BRACKETS:,} brackets: clear the outputs.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise Unreadable("The file is nested deeper than any notebook is.") from None
    except ValueError as error:
        raise Unreadable(f"It is empty, no notebook in UTF-8, or only a part of one: {error}"[:300]) from None


def _cells(notebook):
    """Return (type, source) of each cell of a notebook in format 3 or 4."""
    sheets = [notebook, *_get(notebook, "worksheets", list)]  # format 3 has cells in these
    cells = [cell for sheet in sheets for cell in _get(sheet, "cells", list) if isinstance(cell, dict)]
    if not 0 < len(cells) <= MOST_CELLS:
        raise Unreadable(f"The file is no notebook: there are no cells in it, or over {MOST_CELLS:,}.")
    version = _get(notebook, "nbformat", int)
    if version not in (3, 4):
        raise Unreadable(f"The notebook has format {version}, not 3 or 4: open it and save it again."[:300])
    about = _get(notebook, "metadata", dict)
    language = _get(_get(about, "kernelspec", dict), "language", str)
    language = language or _get(_get(about, "language_info", dict), "name", str) or "python"
    if not language.lower().startswith(("python", "ipython")):
        raise Unreadable(f"The notebook is for another language: {language[:40]!r}.")
    return [(_get(cell, "cell_type", str), _source(cell)) for cell in cells]


def _get(holder, key, kind):
    """Return what a key leads to, or nothing of that kind if it is something else."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, kind) else kind()


def _source(cell):
    source = cell.get("source", cell.get("input"))
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode()  # half a character of its own cannot be compiled


def _exercises_in(cells, name=""):
    """Return the exercises that a notebook is about: all of the lessons that it checks or answers, or else names."""
    by_name = {exercise.name: exercise for exercise in all_exercises()}
    code = "\n".join(cells)
    answered = bound(code) & by_name.keys()
    asked = by_name.keys() & re.findall(r"""\bcheck\(\s*+["'](\w++)["']""", code)
    named = by_name.keys() & re.findall(r"""["'](\w++)["']""", code)  # the keys of a dict of answers, perhaps
    lessons = Counter(by_name[word].lesson for word in asked | answered or named)
    most = max(lessons.values(), default=0)
    # A name that two lessons have in common, or one stray answer, makes no lesson: half as many as the most do.
    about = {lesson for lesson, count in lessons.items() if 2 * count > most}
    if not about and (numbers := re.findall(r"(?<!\d)(\d\d)_[a-z]", name)):
        about = {int(numbers[-1])}  # in front of it may stand what a learning platform calls the student
    exercises = [one for one in by_name.values() if one.lesson in about or one.name in answered]
    # In the notebook's order; what is missing, last.
    return sorted(exercises, key=lambda one: code.find(one.name) % (len(code) + 1))


def bound(source):
    """Return the names that a cell gives to something, read without running it."""
    found = _BINDS.findall(source.replace("\r\n", "\n").replace("\r", "\n"))
    return {word.strip() for defined, assigned in found for word in (defined, *assigned.split(","))}
