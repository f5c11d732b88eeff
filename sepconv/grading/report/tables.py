"""What a run found as CSV, JSON, and Gradescope's results."""

import csv
import io
import json
import re
from collections import Counter

from sepconv.grading.report.students import best_of, mistakes, points_of

_COLUMNS = (
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
)
# Where a cell begins, or would begin for a spreadsheet that cuts at other signs than the comma.
_FORMULA = re.compile(
    r"^(?=[\t\r\n])|(^|(?<=[;\t\r\n]))(?=[\u200b-\u200d\u2060\"'`´‘’“” \t\u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20])"
)
_NUMBER = re.compile(r"\s*[+-]?\d+([.,]\d+)?\s*")


def as_csv(result) -> str:
    """Return one line for each submission and exercise; a file that could not be read is one line as well."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for row in result["submissions"]:
        about = {"student": row["student"], "file": row["file"]}
        problem = {"outcome": "not read", "says": row["problem"]}
        for exercise in row["exercises"] or [problem]:
            table.writerow([harmless((about | exercise).get(column, "")) for column in _COLUMNS])
    for remark in result.get("remarks", ()):
        table.writerow(
            [harmless({"outcome": "not read", "says": remark}.get(column, "")) for column in _COLUMNS]
        )
    return text.getvalue()


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
    if len(students) > 1 and _twice(rows):
        raise ValueError(
            f"--gradescope is for one student's notebooks, and here are {len(students)} students"
        )
    tests = [
        {
            "name": exercise["exercise"],
            "score": exercise["points"],
            "max_score": exercise["of"],
            "output": "\n".join(filter(None, [outcome_of(exercise), exercise["says"]])),
            "visibility": "visible",
        }
        for exercise in best_of(rows)
    ]
    unread = [f"{row['file']}: {row['problem']}" for row in rows if row["problem"]]
    output = "\n".join([*unread, *result.get("remarks", ())])
    return json.dumps({"score": points_of(rows)[0], "output": output, "tests": tests}, indent=1) + "\n"


def _twice(rows):
    """Whether an exercise comes more than once: these are the notebooks of several people."""
    counts = Counter(exercise["exercise"] for row in rows for exercise in row["exercises"])
    return max(counts.values(), default=0) > 1


def outcome_of(exercise) -> str:
    """Return the outcome, and the mistake if it has a name."""
    name = f": {exercise['mistake_name']}" if exercise["mistake_name"] else ""
    return exercise["outcome"].capitalize() + name
