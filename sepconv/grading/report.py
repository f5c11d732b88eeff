"""What a run found: as a table on the terminal, as CSV, JSON, and Gradescope's results."""

import csv
import io
import json
from collections import Counter, defaultdict

from sepconv.exercises import all_exercises
from sepconv.marking.verdict import CORRECT, NOT_ATTEMPTED, ROUTED

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
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def points_of(rows) -> tuple[int, int]:
    """Return points and possible points of the exercises in rows."""
    exercises = [exercise for row in rows for exercise in row["exercises"]]
    return sum(e["points"] for e in exercises), sum(e["of"] for e in exercises)


def as_csv(result) -> str:
    """Return one line for each submission and exercise; a file that could not be read is one line as well."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for row in result["submissions"]:
        about = {
            "student": row["student"],
            "file": row["file"],
            "outcome": "not read",
            "says": row["problem"],
        }
        for exercise in row["exercises"] or [about]:
            table.writerow([_harmless((about | exercise).get(column, "")) for column in _COLUMNS])
    return text.getvalue()


def _harmless(value):
    """A text that a spreadsheet takes for a formula gets an apostrophe in front."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_json(result) -> str:
    """Return everything, and the class's mistakes."""
    return (
        json.dumps(result | {"mistakes": [list(line) for line in mistakes(result)]}, indent=1, sort_keys=True)
        + "\n"
    )


def as_gradescope(result) -> str:
    """Return Gradescope's results.json of one student's submission.

    Raises
    ------
    ValueError
        If there are several students: Gradescope marks one at a time.
    """
    rows = result["submissions"]
    students = sorted({row["student"] for row in rows})
    if len(students) > 1 and len(rows) > 1 and _twice(rows):
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
        for row in rows
        for exercise in row["exercises"]
    ]
    output = "\n".join(f"{row['file']}: {row['problem']}" for row in rows if row["problem"])
    return json.dumps({"score": points_of(rows)[0], "output": output, "tests": tests}, indent=1) + "\n"


def _twice(rows):
    """Whether an exercise comes more than once: these are the notebooks of several people."""
    counts = Counter(exercise["exercise"] for row in rows for exercise in row["exercises"])
    return max(counts.values(), default=0) > 1


def mistakes(result) -> list[tuple]:
    """Return (how many students, exercise, id, name) of each named mistake, the most frequent first."""
    who = defaultdict(set)
    for row in result["submissions"]:
        for exercise in row["exercises"]:
            if exercise["mistake"]:
                who[exercise["exercise"], exercise["mistake"], exercise["mistake_name"]].add(row["student"])
    return sorted(
        ((len(students), *key) for key, students in who.items()), key=lambda line: (-line[0], line[1:])
    )


def _outcome(exercise):
    name = f": {exercise['mistake_name']}" if exercise["mistake_name"] else ""
    return exercise["outcome"].capitalize() + name


def for_learner(result) -> str:
    """Return a table of one's own notebooks, a line a lesson, and what to do next."""
    lines, rows = [], result["submissions"]
    by_lesson = defaultdict(list)
    for row in rows:
        if row["problem"]:
            lines.append(f"{row['file']}: {row['problem']}")
        for exercise in row["exercises"]:
            by_lesson[exercise["lesson"]].append(exercise)
    for lesson, exercises in sorted(by_lesson.items()):
        lines += _lesson(lesson, exercises)
    points, of = points_of(rows)
    share = f" ({100 * points // of} %)" if of else ""
    return "\n".join([*lines, "", f"{points} of {of} points{share}. {_next(by_lesson)}"])


def _lesson(number, exercises):
    done = sum(e["outcome"] in (CORRECT, ROUTED) for e in exercises)
    points, of = sum(e["points"] for e in exercises), sum(e["of"] for e in exercises)
    yield f"Lesson {number:2}   {done:2} of {len(exercises):2} done   {points:2} of {of:2} points"
    for exercise in exercises:
        if exercise["outcome"] not in (CORRECT, ROUTED, NOT_ATTEMPTED):
            yield f"    not yet: {exercise['exercise']}" + (
                f" ({exercise['mistake_name']})" if exercise["mistake"] else ""
            )
    waiting = [exercise["exercise"] for exercise in exercises if exercise["outcome"] == NOT_ATTEMPTED]
    if len(waiting) == len(exercises):
        yield "    not begun"
    elif waiting:
        yield f"    not attempted: {', '.join(waiting)}"


def _next(by_lesson):
    """One sentence: what is begun and wrong comes first, then what comes next in the course."""
    outcomes = {e["exercise"]: e["outcome"] for exercises in by_lesson.values() for e in exercises}
    order = [exercise for exercise in all_exercises() if exercise.name in outcomes]
    for wanted in (
        lambda outcome: outcome not in (CORRECT, ROUTED, NOT_ATTEMPTED),
        lambda outcome: outcome == NOT_ATTEMPTED,
    ):
        for exercise in order:
            if wanted(outcomes[exercise.name]):
                return f"Next: {exercise.name}, in lesson {exercise.lesson}."
    return "That is all of it."


def for_instructor(result) -> str:
    """Return a line for each submission, and the class's mistakes."""
    rows = result["submissions"]
    wide = max((len(row["student"]) for row in rows), default=0)
    lines = []
    for row in rows:
        points, of = points_of([row])
        said = row["problem"] or f"{points:3} of {of:3} points"
        lines.append(f"{row['student']:{min(wide, 30)}}  {said}  ({row['file']})")
    unread = sum(bool(row["problem"]) for row in rows)
    lines += [
        "",
        f"{len(rows)} submissions, {unread} of them not readable. Sandbox: {result['sandbox']}. Seed: {result['seed']}.",
    ]
    most = mistakes(result)[:10]
    if most:
        lines += ["", "What to teach again:"]
        lines += [f"  {count:3} ×  {name} ({exercise}, {mistake})" for count, exercise, mistake, name in most]
    return "\n".join(lines)
