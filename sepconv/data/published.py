"""What papers, documentations and other counters print about MobileNets, to be held beside what is counted.

The numbers lie in ``published_tables.json``, as they were printed, misprints included, each with its table and page. What
other counters print lies in ``other_counters.csv``; ``tests/benchmarks/other_counters.py`` runs them again.
"""

import csv
import json
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

_FILE = Path(__file__).with_name("published_tables.json")
_COUNTERS = Path(__file__).with_name("other_counters.csv")


@dataclass(frozen=True, repr=False)
class Table:
    """A printed table. It shows as one.

    Attributes
    ----------
    source : str
        The publication, with its address.
    name : str
        The number that the table has there, or a word for it.
    page : int or None
        Of the publication; None where it has no pages, or where they were not looked up.
    title : str
    rows : tuple of dict
        One dict a row, from a column's name to what is printed: text, a number, a tuple of ints for a shape, or None
        where nothing is printed that can be counted.
    units : dict of str to str
        The units of those columns that have one.
    """

    source: str
    name: str
    page: int | None
    title: str
    rows: tuple[dict, ...]
    units: dict[str, str]

    def __str__(self):
        head, body = self._cells()
        widths = [max(map(len, column)) for column in zip(head, *body)]
        lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in [head, *body]]
        lines.insert(1, "-+-".join("-" * width for width in widths))
        return "\n".join([self._caption(), "", *(line.rstrip() for line in lines)])

    __repr__ = __str__

    def _repr_html_(self):
        head, body = self._cells()
        columns = "".join(f'<th scope="col" style="text-align: left">{escape(cell)}</th>' for cell in head)
        rows = "".join(
            f'<tr><th scope="row" style="text-align: left">{escape(first)}</th>'
            + "".join(f'<td style="text-align: left">{escape(cell)}</td>' for cell in others)
            + "</tr>\n"
            for first, *others in body
        )
        return (
            f"<table>\n<caption>{escape(self._caption())}</caption>\n<thead><tr>{columns}</tr></thead>\n"
            f"<tbody>\n{rows}</tbody>\n</table>\n"
        )

    def _caption(self):
        number = f"{self.name}, " if self.name.isdigit() else ""
        page = "" if self.page is None else f", page {self.page}"
        return f"Table {number}“{self.title}”{page}. {self.source}"

    def _cells(self):
        columns = list(self.rows[0])
        head = [f"{name} ({self.units[name]})" if name in self.units else name for name in columns]
        return head, [[_words(row[name]) for name in columns] for row in self.rows]


def table(source, name):
    """Return a table as it was printed.

    Parameters
    ----------
    source : {"MobileNetV1", "MobileNetV2", "TensorFlow"}
        The paper of that network, or TensorFlow's documentation of MobileNetV1.
    name : int or str
        The table's number; TensorFlow's is called "width".

    Returns
    -------
    Table
        A fresh one at each call.

    Raises
    ------
    KeyError
        If there is no such source or table; the message says which there are.
    """
    publications = _publications()
    if source not in publications:
        raise KeyError(f"source={source!r} must be one of {', '.join(map(repr, publications))}")
    publication = publications[source]
    if str(name) not in publication["tables"]:
        raise KeyError(f"name={name!r} must be one of {', '.join(publication['tables'])} for {source}")
    printed = publication["tables"][str(name)]
    rows = tuple(
        {
            column: tuple(cell) if isinstance(cell, list) else cell
            for column, cell in zip(printed["columns"], row)
        }
        for row in printed["rows"]
    )
    where = f"{publication['citation']}, {publication['address']}"
    return Table(where, str(name), printed["page"], printed["title"], rows, dict(printed["units"]))


def other_counters(*names):
    """Return what counters in use print for the same layers and nets, this course's ``count`` first.

    Parameters
    ----------
    *names : str
        Layers and nets, such as "MobileNetV1"; without any, all that there are.

    Returns
    -------
    Table
        One row for each number that a counter gives: the tool, its version, its own word for what it counts, and the
        numbers, for a batch of one and the forward pass.

    Raises
    ------
    KeyError
        If a name is none of them; the message says which there are.
    """
    with _COUNTERS.open(encoding="utf-8", newline="") as file:
        stored = list(csv.DictReader(file))
    about = ["tool", "version", "word"]
    there = [name for name in stored[0] if name not in about]
    for name in names:
        if name not in there:
            raise KeyError(f"name={name!r} must be one of {', '.join(there)}")
    rows = tuple(
        {column: row[column] for column in about} | {name: int(row[name]) for name in names or there}
        for row in stored
    )
    return Table("tests/benchmarks/other_counters.py", "counters", None, "What counters print", rows, {})


@cache
def _publications():
    return json.loads(_FILE.read_text(encoding="utf-8"))


def _words(cell):
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return "×".join(map(str, cell))
    return f"{cell:,}" if isinstance(cell, int) and cell >= 10_000 else str(cell)  # papers print no commas
