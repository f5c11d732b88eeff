"""What a run found as CSV, JSON, and Gradescope's results."""

import csv
import io
import json
import re

from sepconv.grading.report.students import best_of, mistakes, points_of

_COLUMNS = [
    "student",
    "file",
    "lesson",
    "exercise",
    "outcome",
    "points",
    "of",
    "mistake",
    "mistake_name",
    "says",
]
# What comes first in a cell, or in what a spreadsheet that cuts at other signs than the comma takes for one.
_LEAD, _SIGNS = " \u00a0\u3000\u200b-\u200d\u2060\"'`´‘’“”", r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"^(?=[\s{_LEAD}]*[\t\r\n{_SIGNS}])|(?<=[;\t\r\n])(?=[{_LEAD}]*[{_SIGNS}])")
_NUMBER = re.compile(r"\s*[+-]?\d+([.,]\d+)?\s*")


def as_csv(result) -> str:
    """Return one line for each submission and exercise; a file that could not be read is one line as well."""
    lines = [
        {"student": row["student"], "file": row["file"], **exercise}
        for row in result["submissions"]
        for exercise in row["exercises"] or [_unread(row["problem"])]
    ]
    text = io.StringIO()
    table = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for line in lines + [_unread(remark) for remark in result.get("remarks", ())]:
        table.writerow({column: harmless(value) for column, value in line.items()})
    return text.getvalue()


def _unread(why):
    return {"outcome": "not read", "says": why}


def harmless(value):
    """Return what goes into a cell: a text that a spreadsheet takes for a formula gets an apostrophe in front."""
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _FORMULA.sub("'", value)


def as_json(result) -> str:
    """Return everything, and the class's mistakes."""
    everything = result | {"mistakes": [list(line) for line in mistakes(result["submissions"])]}
    return json.dumps(everything, indent=1, sort_keys=True) + "\n"


def as_gradescope(result) -> str:
    """Return Gradescope's results.json of one student's submission.

    Raises
    ------
    ValueError
        If there are several students: Gradescope marks one at a time.
    """
    rows = result["submissions"]
    students = {row["student"] for row in rows}
    if len(students) > 1 and sum(len(row["exercises"]) for row in rows) > len(best_of(rows)):
        raise ValueError(
            f"--gradescope is for one student's notebooks, and here are {len(students)} students"
        )
    tests = [
        {
            "name": exercise["exercise"],
            "score": exercise["points"],
            "max_score": exercise["of"],
            "output": _outcome(exercise) + (f"\n{exercise['says']}" if exercise["says"] else ""),
            "visibility": "visible",
        }
        for exercise in best_of(rows)
    ]
    unread = [f"{row['file']}: {row['problem']}" for row in rows if row["problem"]]
    output = "\n".join([*unread, *result.get("remarks", ())])
    return json.dumps({"score": points_of(rows)[0], "output": output, "tests": tests}, indent=1) + "\n"


def _outcome(exercise):
    name = f": {exercise['mistake_name']}" if exercise["mistake_name"] else ""
    return exercise["outcome"].capitalize() + name
