"""Points filled into the gradebook that an instructor exported from Moodle or Canvas."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from sepconv.grading.report.students import account_of, best_of, by_student, points_of


class _Cell(NamedTuple):
    value: str
    first: int  # where it begins in the text, and where it ends
    behind: int


class Gradebook:
    """Moodle's grading worksheet or Canvas' gradebook, as it was exported in English.

    Parameters
    ----------
    path : path
    column : str, optional
        An assignment of Canvas, by its name or its number; needed where there are several.

    Raises
    ------
    ValueError
        If the file is neither of the two, or it is open which column the points go into.
    """

    def __init__(self, path, column=None):
        self.path = Path(path)
        self.target = self.path.with_name(f"{self.path.stem}.filled{self.path.suffix}")
        self._text = self.path.read_bytes().decode("utf-8", "surrogateescape")
        for self._comma in ",;\t":
            head, *lines = _lines(self._text, self._comma)
            heads = [cell.value.strip("\ufeff ") for cell in head]
            if {"Identifier", "Grade"} <= {*heads}:
                self._platform, self._id, columns = "Moodle", "Identifier", ["Grade"]
                break
            if {"ID", "Section"} <= {*heads}:
                self._platform, self._id = "Canvas", "ID"
                columns = [one for one in heads if re.search(r" \(\d+\)$", one)]
                break
        else:
            raise ValueError(
                f"--gradebook {path} is neither Moodle's grading worksheet nor Canvas' gradebook"
            )
        fitting = [one for one in columns if column in (None, one, *one.rstrip(")").rsplit(" (", 1))]
        if len(fitting) != 1:
            raise ValueError(f"--column NAME: {path} has the columns {', '.join(columns)}; name one")
        self._column = fitting[0]
        named = [dict(zip(heads, line, strict=False)) for line in lines if len(line) == len(heads)]
        self._students = [line for line in named if re.search(r"\d$", line[self._id].value)]
        possible = (line[self._column] for line in named if "Points Possible" in line[heads[0]].value)
        self._possible = next(possible, None)

    def fill(self, rows) -> tuple[bytes, list[str]]:
        """Fill in everybody's points, scaled to the platform's maximum where that is not what can be got in rows.

        Return the file, and sentences: what was done, and whose points are not in it.
        """
        students, of, new, sentences = by_student(rows), points_of(rows)[1], {}, []
        found = [self._lines_of(theirs[0]) for theirs in students]
        claims = Counter(i for places in found for i in places)
        for theirs, places in zip(students, found, strict=True):
            line = self._students[places[0]] if places else None
            if line is None:
                why = f"is not in {self.path}"
            elif len(places) > 1 or claims[places[0]] > 1:
                why = f"cannot be told apart from somebody else in {self.path}"
            elif line[self._column].value in ("EX", "N/A"):  # to Canvas: excused, not assigned
                why = f"has {line[self._column].value} in {self.path}, which stays"
            elif not best_of(theirs):
                why = "handed in nothing that could be read"
            else:
                new[line[self._column]] = self._scaled(points_of(theirs)[0], of, line)
                continue
            sentences.append(f"{theirs[0]['student']} ({theirs[0]['file']}) {why}: no points were filled in.")
        text = self._text
        for cell in sorted(new, key=lambda cell: -cell.first):
            text = text[: cell.first] + new[cell] + text[cell.behind :]
        done = (
            f"{len(new)} of {len(self._students)} lines got points, in {self.target}, column {self._column}."
        )
        return text.encode("utf-8", "surrogateescape"), [done, *sentences]

    def _lines_of(self, row):
        """Where a student is: by the account, if the files were handed in there, or else by the name."""
        account = account_of(row)
        if account and account.platform == self._platform:
            ids = [re.search(r"\d+$", line[self._id].value)[0] for line in self._students]
            return [i for i, id in enumerate(ids) if id == account.id]
        return [i for i, line in enumerate(self._students) if _letters(row["student"]) in _names(line)]

    def _scaled(self, points, of, line):
        maximum = line.get("Maximum Grade", self._possible)
        written = re.fullmatch(r"(\d+)[.,]?(\d*)", maximum.value.strip()) if maximum else None
        whole = (float(f"{written[1]}.{written[2]}") if written else 0) or of
        number = f"{points * whole / (of or 1):.2f}".rstrip("0").rstrip(".")
        if written and "," in written[0]:
            number = number.replace(".", ",")
        return f'"{number}"' if self._comma in number else number


def _names(line):
    """The names of a line: Moodle writes "Ann Lee", Canvas "Lee, Ann", or each in a column of its own."""
    name = ", ".join(
        line[head].value for head in ("Full name", "Student", "LastName", "FirstName") if head in line
    )
    last, _, first = name.partition(", ")
    return {_letters(name), _letters(first + last)} - {""}


def _letters(name):
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def _lines(text, comma):
    """Cut a CSV into lines of cells."""
    quoted = r'"[^"]*+(?:""[^"]*+)*+"'
    lines, line = [], []
    for match in re.finditer(rf"({quoted}|[^{comma}\r\n]*)({comma}|\r\n?|\n|\Z)", text):
        cell = match[1]
        value = cell[1:-1].replace('""', '"') if cell[:1] == '"' == cell[-1:] else cell
        line.append(_Cell(value, match.start(1), match.end(1)))
        if match[2] != comma:
            lines.append(line)
            line = []
    return lines
