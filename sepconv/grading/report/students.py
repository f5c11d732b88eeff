"""Who is who in the rows of a run, which platform they handed in on, and what they got."""

import re
from collections import Counter, defaultdict
from pathlib import PurePosixPath
from typing import NamedTuple

from sepconv.grading.platforms import account_in


class Account(NamedTuple):
    """A student's account on a learning platform, and the file or folder whose name says so."""

    platform: str
    id: str
    part: str


def account_of(row) -> Account | None:
    """Return the account that a row was handed in from, if the path of its file has a platform's form.

    Names below a folder that is the student's own are the student's choice, and prove nothing.
    """
    parts = PurePosixPath(row["file"]).parts
    at, platform, match = account_in(parts)
    if match is None or row["student"] in parts[: at + 1]:
        return None
    its_own = match["name"] == row["student"] or match["id"] in re.findall(r"[^\W_]+", row["student"])
    return Account(platform, match["id"], parts[at]) if its_own else None


def by_student(rows) -> list[list]:
    """Return the rows of each student: two accounts are two students, even of one name."""
    students = defaultdict(list)
    for row in rows:
        account = account_of(row)
        students[account[:2] if account else row["student"]].append(row)
    return list(students.values())


def best_of(rows) -> list[dict]:
    """Return the exercises of one student's rows; one that was handed in twice counts once, the better."""
    best = {}
    for exercise in (exercise for row in rows for exercise in row["exercises"]):
        other = best.setdefault(exercise["exercise"], exercise)
        if exercise["points"] > other["points"]:
            best[exercise["exercise"]] = exercise
    return list(best.values())


def points_of(rows) -> tuple[int, int]:
    """Return points and possible points of one student's rows."""
    exercises = best_of(rows)
    return sum(e["points"] for e in exercises), sum(e["of"] for e in exercises)


def mistakes(rows) -> list[tuple]:
    """Return (how many students, exercise, id, name) of each named mistake, the most frequent first."""
    found = Counter()
    for theirs in by_student(rows):
        wrong = (e for row in theirs for e in row["exercises"] if e["mistake"])
        found.update({(e["exercise"], e["mistake"], e["mistake_name"]) for e in wrong})
    return sorted(((count, *key) for key, count in found.items()), key=lambda line: (-line[0], line[1:]))
