"""What a run found on the terminal, and the door that every text goes through on its way out."""

import re
from itertools import groupby
from operator import itemgetter

from sepconv.grading.report.students import best_of, by_student, mistakes, points_of, unread
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
    exercises = sorted(best_of(result["submissions"]), key=itemgetter("lesson"))
    points, of = points_of(result["submissions"])
    lines, to_do = unread(result), []
    for lesson, some in groupby(exercises, itemgetter("lesson")):
        some = list(some)
        left = [one for one in some if one["outcome"] not in (CORRECT, ROUTED)]
        lines.append(f"Lesson {lesson:2}   {len(some) - len(left):2} of {len(some):2} done")
        for one in left:
            if one["outcome"] != NOT_ATTEMPTED:
                mistake = f" ({one['mistake_name']})" if one["mistake"] else ""
                lines.append(f"    not yet: {one['exercise']}{mistake}")
        to_do += left
    then = f"Next: {to_do[0]['exercise']}, in lesson {to_do[0]['lesson']}." if to_do else "That is all of it."
    return "\n".join([*map(one_line, lines), "", f"{points} of {of} points. {then}"])


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
