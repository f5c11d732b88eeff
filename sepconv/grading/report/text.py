"""What a run found on the terminal, and the door that every text goes through on its way out."""

import re
from collections import defaultdict

from sepconv.exercises import all_exercises
from sepconv.grading.report.students import by_student, mistakes, points_of
from sepconv.marking.verdict import CORRECT, NOT_ATTEMPTED, ROUTED

# Half characters, which no file can hold; control characters; marks that turn the direction of what follows.
_ILLEGIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def legible(value):
    """Return a result, or part of it, with its code in place of each character that cannot be shown."""
    if isinstance(value, dict):
        return {key: legible(part) for key, part in value.items()}
    if isinstance(value, list):
        return [legible(part) for part in value]
    if isinstance(value, str):
        return _ILLEGIBLE.sub(_code, value.replace("\r\n", "\n"))
    return value


def _code(match):
    return match[0].encode("unicode_escape").decode()


def one_line(text) -> str:
    """Return a text as one line of a terminal."""
    return re.sub(r"[\n\t]", _code, text)


def for_learner(result) -> str:
    """Return a table of one's own notebooks, a line a lesson, and what to do next."""
    lines, rows = [one_line(remark) for remark in result.get("remarks", ())], result["submissions"]
    by_lesson = defaultdict(list)
    for row in rows:
        if row["problem"]:
            lines.append(one_line(f"{row['file']}: {row['problem']}"))
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
            mistake = f" ({one_line(exercise['mistake_name'])})" if exercise["mistake"] else ""
            yield f"    not yet: {exercise['exercise']}{mistake}"
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
    """Return a line for each submission, what was no notebook, and the class's mistakes."""
    rows = result["submissions"]
    wide = min(max((len(row["student"]) for row in rows), default=0), 30)
    lines = []
    for row in rows:
        points, of = points_of([row])
        said = row["problem"] or f"{points:3} of {of:3} points"
        lines.append(one_line(f"{row['student']:{wide}}  {said}  ({row['file']})"))
    unread = sum(bool(row["problem"]) for row in rows)
    lines += [
        *map(one_line, result.get("remarks", ())),
        "",
        f"Submissions: {len(rows)}, of them not readable: {unread}. Students: {len(by_student(rows))}. "
        f"Sandbox: {result['sandbox']}. Seed: {result['seed']}.",
    ]
    most = mistakes(rows)[:10]
    if most:
        lines += ["", "What to teach again:"]
        lines += [f"  {count:3} ×  {name} ({exercise}, {mistake})" for count, exercise, mistake, name in most]
    return "\n".join(lines)
