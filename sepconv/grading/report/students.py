"""Who is who in the rows of a run, which platform they handed in on, and what they got."""

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import NamedTuple

_FORMS = {
    "Moodle": re.compile(r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_.*"),
    "Canvas": re.compile(
        r"(?P<name>.+?)_(LATE_)?(?P<id>\d+)_\d+_.+|(LATE_)?anon_(?P<anonymous>[^_]+)_\d+_.+"
    ),
}


class Account(NamedTuple):
    """A student's account on a learning platform, and the file or folder whose name says so."""

    platform: str
    id: str
    part: str


def account_of(row) -> Account | None:
    """Return the account that a row was handed in from, if the path of its file has a platform's form.

    Names below a folder that is the student's own are the student's choice, and prove nothing.
    """
    for part in PurePosixPath(row["file"]).parts:
        if part == row["student"]:
            return None
        for platform, form in _FORMS.items():
            match = form.fullmatch(part)
            if match:
                found = match.groupdict()
                id = found["id"] or found["anonymous"]
                its_own = found["name"] == row["student"] or id in re.findall(r"[^\W_]+", row["student"])
                return Account(platform, id, part) if its_own else None
    return None


def by_student(rows) -> list[list]:
    """Return the rows of each student: two accounts are two students, even of one name."""
    students = defaultdict(list)
    for row in rows:
        students[_student(row)].append(row)
    return list(students.values())


def _student(row):
    account = account_of(row)
    return account[:2] if account else row["student"]


def best_of(rows) -> list[dict]:
    """Return the exercises of one student's rows; one that was handed in twice counts once, the better."""
    best = {}
    for exercise in (exercise for row in rows for exercise in row["exercises"]):
        name = exercise["exercise"]
        if name not in best or exercise["points"] > best[name]["points"]:
            best[name] = exercise
    return list(best.values())


def points_of(rows) -> tuple[int, int]:
    """Return points and possible points of one student's rows."""
    exercises = best_of(rows)
    return sum(e["points"] for e in exercises), sum(e["of"] for e in exercises)


def mistakes(rows) -> list[tuple]:
    """Return (how many students, exercise, id, name) of each named mistake, the most frequent first."""
    who = defaultdict(set)
    for row in rows:
        for exercise in row["exercises"]:
            if exercise["mistake"]:
                who[exercise["exercise"], exercise["mistake"], exercise["mistake_name"]].add(_student(row))
    return sorted(
        ((len(students), *key) for key, students in who.items()), key=lambda line: (-line[0], line[1:])
    )
