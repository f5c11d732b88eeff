"""What a run found, on the terminal."""

from itertools import groupby
from operator import itemgetter

from sepconv.grading.legible import one_line
from sepconv.grading.report.students import best_of, by_student, mistakes, points_of
from sepconv.marking.verdict import CORRECT, NOT_ATTEMPTED, ROUTED

_DONE = (CORRECT, ROUTED)


def for_learner(result) -> str:
    """Return a table of one's own notebooks, a line a lesson, and what to do next."""
    rows = result["submissions"]
    unread = [f"{row['file']}: {row['problem']}" for row in rows if row["problem"]]
    lines = [one_line(text) for text in [*result.get("remarks", ()), *unread]]
    exercises = sorted(best_of(rows), key=itemgetter("lesson"))
    for lesson, some in groupby(exercises, itemgetter("lesson")):
        lines += _lesson(lesson, list(some))
    points, of = points_of(rows)
    share = f" ({100 * points // of} %)" if of else ""
    # What is begun and wrong comes first, then what comes next in the course.
    to_do = [one for one in exercises if one["outcome"] not in _DONE]
    first = min(to_do, key=lambda one: one["outcome"] == NOT_ATTEMPTED, default=None)
    then = f"Next: {first['exercise']}, in lesson {first['lesson']}." if first else "That is all of it."
    return "\n".join([*lines, "", f"{points} of {of} points{share}. {then}"])


def _lesson(number, exercises):
    done = sum(e["outcome"] in _DONE for e in exercises)
    points, of = sum(e["points"] for e in exercises), sum(e["of"] for e in exercises)
    yield f"Lesson {number:2}   {done:2} of {len(exercises):2} done   {points:2} of {of:2} points"
    for exercise in exercises:
        if exercise["outcome"] not in (*_DONE, NOT_ATTEMPTED):
            mistake = f" ({one_line(exercise['mistake_name'])})" if exercise["mistake"] else ""
            yield f"    not yet: {exercise['exercise']}{mistake}"
    waiting = [exercise["exercise"] for exercise in exercises if exercise["outcome"] == NOT_ATTEMPTED]
    if waiting:
        yield f"    not attempted: {', '.join(waiting)}" if len(waiting) < len(exercises) else "    not begun"


def for_instructor(result) -> str:
    """Return a line for each submission, what was no notebook, and the class's mistakes."""
    rows = result["submissions"]
    wide = min(max((len(row["student"]) for row in rows), default=0), 30)
    lines = []
    for row in rows:
        points, of = points_of([row])
        said = row["problem"] or f"{points:3} of {of:3} points"
        lines.append(f"{row['student']:{wide}}  {said}  ({row['file']})")
    unread = sum(bool(row["problem"]) for row in rows)
    lines += [*result.get("remarks", ()), ""]
    lines.append(f"Submissions: {len(rows)}, not readable: {unread}. Students: {len(by_student(rows))}.")
    lines.append(f"Sandbox: {result['sandbox']}. Seed: {result['seed']}.")
    most = [f"  {count:3} ×  {name} ({exercise}, {id})" for count, exercise, id, name in mistakes(rows)[:10]]
    lines += ["", "What to teach again:", *most] if most else []
    return "\n".join(map(one_line, lines))
