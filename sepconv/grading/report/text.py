"""What a run found, on the terminal."""

from itertools import groupby
from operator import itemgetter

from sepconv.checking import record
from sepconv.checking.progress_table import as_text
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, ROUTED
from sepconv.grading.legible import one_line
from sepconv.grading.report.guesses import believed_in_words
from sepconv.grading.report.students import best_of, by_student, mistakes, points_of, unread


def for_learner(result) -> str:
    """Return a table of one's own notebooks, a line a lesson and what is left in it, and what to do next."""
    exercises = sorted(best_of(result["submissions"]), key=itemgetter("lesson"))
    lines = unread(result)
    for lesson, some in groupby(exercises, itemgetter("lesson")):
        some = list(some)
        left, (points, of) = _left(some), points_of([{"exercises": some}])
        done = f"{len(some) - len(left):2} of {len(some):2} done"
        lines.append(f"Lesson {lesson:2}   {done}   {points:2} of {of:2} points")
        begun = any(one["outcome"] != NOT_ATTEMPTED for one in some)
        not_done = [f"    {one['outcome']}: {one['exercise']} ({one['mistake_name']})" for one in left]
        lines += [line.removesuffix(" ()") for line in not_done] if begun else ["    not begun"]
    points, of = points_of(result["submissions"])
    share = f" ({100 * points // of} %)" if of else ""
    first = min(_left(exercises), key=lambda one: one["outcome"] == NOT_ATTEMPTED, default=None)
    then = f"Next: {first['exercise']}, in lesson {first['lesson']}." if first else "That is all of it."
    return "\n".join([*lines, "", f"{points} of {of} points{share}. {then}"])


def own_progress() -> str:
    """Return the learner's own progress, or nothing where none is kept."""
    found = record.so_far()
    # The marks below say what is next, and know the notebooks as well.
    return f"{as_text(found, next_too=False)}\n" if found["guesses"] or found["checks"] else ""


def _left(exercises):
    return [one for one in exercises if one["outcome"] not in (CORRECT, ROUTED)]


def for_instructor(result) -> str:
    """Return a line for each submission, what was no notebook, and the class's mistakes."""
    rows = result["submissions"]
    lines = []
    for row in rows:
        points, of = points_of([row])
        said = row["problem"] or f"{points:3} of {of:3} points"
        lines.append(f"{one_line(row['student'], 60):30}  {said}  ({one_line(row['file'], 120)})")
    without = sum(bool(row["problem"]) for row in rows)
    lines += [*result["remarks"], ""]
    lines.append(f"Submissions: {len(rows)}, not marked: {without}. Students: {len(by_student(rows))}.")
    lines.append(f"Sandbox: {result['sandbox']}. Seed: {result['seed']}.")
    most = [f"  {count:3} ×  {name} ({exercise}, {id})" for count, exercise, id, name in mistakes(rows)[:10]]
    guessed = believed_in_words(result.get("guesses", []))
    lines += ["", "What the class believed:", *guessed] if guessed else []
    return "\n".join([*lines, *(["", "What to teach again:", *most] if most else [])])
