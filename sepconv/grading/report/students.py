"""Who is who in the rows of a run, and what they got."""

from collections import Counter, defaultdict


def by_student(rows) -> list[list]:
    """Return the rows of each student; two may be shown by one name."""
    students = defaultdict(list)
    for row in rows:
        students[row["who"]].append(row)
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


def unread(result) -> list[str]:
    """Return a sentence for each file that is not marked."""
    failed = [row for row in result["submissions"] if row["problem"]]
    return [*result["remarks"], *(f"{row['file']}: {row['problem']}" for row in failed)]


def mistakes(rows) -> list[tuple]:
    """Return (how many students, exercise, id, name) of each named mistake, the most frequent first."""
    found = Counter()
    for theirs in by_student(rows):
        wrong = (e for row in theirs for e in row["exercises"] if e["mistake"])
        found.update({(e["exercise"], e["mistake"], e["mistake_name"]) for e in wrong})
    return sorted(((count, *key) for key, count in found.items()), key=lambda line: (-line[0], line[1:]))
