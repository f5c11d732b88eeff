"""What a run found as CSV, JSON, and Gradescope's results."""

import csv
import io
import json
import re

from sepconv.grading.report.students import best_of, by_student, mistakes, points_of, unread

_COLUMNS = ["student", "file", "lesson", "exercise", "outcome", "points", "of"]
_COLUMNS += ["mistake", "mistake_name", "says"]
# Where a spreadsheet sees a cell begin, even one that cuts at semicolons, and a sign makes a formula of it.
_LEAD, _SIGNS = "[^\\S\t\r\n]|[\u200b-\u200d\u2060\"'`´‘’“”]", r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=(?:{_LEAD})*{_SIGNS})")


def as_csv(result) -> str:
    """Return one line for each submission and exercise; a file that could not be read is one line as well."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for row in [*result["submissions"], *({"exercises": [], "problem": one} for one in result["remarks"])]:
        for exercise in row["exercises"] or [{"outcome": "not marked", "says": row["problem"]}]:
            table.writerow(harmless((row | exercise).get(column, "")) for column in _COLUMNS)
    return text.getvalue()


def harmless(value):
    """Return what goes into a cell: a text that a spreadsheet takes for a formula gets an apostrophe in front."""
    return _FORMULA.sub("'", value) if isinstance(value, str) else value


def as_json(result) -> str:
    """Return everything, and the class's mistakes."""
    everything = result | {"mistakes": mistakes(result["submissions"])}
    return json.dumps(everything, indent=1, sort_keys=True) + "\n"


def as_gradescope(result) -> str:
    """Return Gradescope's results.json of one student's submission; of several it is refused with a ValueError."""
    rows, tests = result["submissions"], []
    if len(by_student(rows)) > 1 and sum(len(row["exercises"]) for row in rows) > len(best_of(rows)):
        raise ValueError("--gradescope is for one student's notebooks, and here are those of several")
    for one in best_of(rows):
        output = f"{one['outcome'].capitalize()}\n{one['says']}"
        about = {"name": one["exercise"], "score": one["points"], "max_score": one["of"], "output": output}
        tests.append(about)
    found = {"score": points_of(rows)[0], "output": "\n".join(unread(result)), "tests": tests}
    return json.dumps(found, indent=1) + "\n"
