"""What a run found, on the terminal."""

from itertools import groupby
from operator import itemgetter

from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, ROUTED
from sepconv.grading.legible import one_line
from sepconv.grading.report.students import best_of, by_student, mistakes, points_of, unread


def for_learner(result) -> str:
    """Return a table of one's own notebooks, a line a lesson, and what to do next."""
    exercises = sorted(best_of(result["submissions"]), key=itemgetter("lesson"))
    lines = unread(result)
    for lesson, some in groupby(exercises, itemgetter("lesson")):
        lines += _lesson(lesson, list(some))
    points, of = points_of(result["submissions"])
    share = f" ({100 * points // of} %)" if of else ""
    wrong, waiting = _begun(exercises), _waiting(exercises)
    nearest = next(iter([*wrong, *waiting]), None)
    then = f"Next: {nearest['exercise']}, in lesson {nearest['lesson']}." if nearest else "That is all of it."
    return "\n".join([*map(one_line, lines), "", f"{points} of {of} points{share}. {then}"])


def _begun(exercises):
    return [one for one in exercises if one["outcome"] not in (CORRECT, ROUTED, NOT_ATTEMPTED)]


def _waiting(exercises):
    return [one for one in exercises if one["outcome"] == NOT_ATTEMPTED]


def _lesson(number, exercises):
    wrong, waiting = _begun(exercises), _waiting(exercises)
    done, of = len(exercises) - len(wrong) - len(waiting), len(exercises)
    points = f"{sum(one['points'] for one in exercises):2} of {sum(one['of'] for one in exercises):2} points"
    yield f"Lesson {number:2}   {done:2} of {of:2} done   {points}"
    for one in wrong:
        yield f"    not yet: {one['exercise']}" + (f" ({one['mistake_name']})" if one["mistake"] else "")
    if len(waiting) == of:
        yield "    not begun"
    elif waiting:
        yield f"    not attempted: {', '.join(one['exercise'] for one in waiting)}"


def for_instructor(result) -> str:
    """Return a line for each submission, what was no notebook, and the class's mistakes."""
    rows = result["submissions"]
    lines = []
    for row in rows:
        points, of = points_of([row])
        said = row["problem"] or f"{points:3} of {of:3} points"
        lines.append(f"{row['student']:30}  {said}  ({row['file']})")
    lines += [*result["remarks"], ""]
    failed = sum(bool(row["problem"]) for row in rows)
    lines.append(f"Submissions: {len(rows)}, not readable: {failed}. Students: {len(by_student(rows))}.")
    lines.append(f"Sandbox: {result['sandbox']}. Seed: {result['seed']}.")
    most = [f"  {count:3} ×  {name} ({exercise}, {id})" for count, exercise, id, name in mistakes(rows)[:10]]
    lines += ["", "What to teach again:", *most] if most else []
    return "\n".join(map(one_line, lines))
