"""A case in a few lines: the call as code, long arguments on lines of their own, and what came out."""

import re
import textwrap

import numpy as np

from sepconv.checking.calling import argument_names
from sepconv.checking.plain import plain, same
from sepconv.checking.wording import describe, describe_argument, describe_number
from sepconv.exercises.cases import without_draw

_LINE = 88


def show_call(exercise, answer, case, room=5) -> str:
    """Show the call of a case.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
    case : tuple
    room : int
        So many lines it shall take, if it can.

    Returns
    -------
    str
    """
    return _fitted(_call(exercise, answer, case), room)


def show_case(exercise, answer, case, right, value, room) -> str:
    """Show the call of a case, and what came out; of what was observed, the parts that are not right.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
    case : tuple
    right, value : object
        Plain data.
    room : int
        So many lines it shall take, if it can.

    Returns
    -------
    str
    """
    return _fitted(_call(exercise, answer, case) + _result(exercise, right, value), room)


def _call(exercise, answer, case):
    """The lines of a call: each a text, and what is shown behind it, as longer and shorter texts."""
    case = without_draw(case)
    names = argument_names(answer, case)
    for i, name in enumerate(argument_names(exercise.answer, case)):
        if names[i].startswith("argument "):  # the answer takes *arguments
            names[i] = name
    by_name = not any(name.startswith("argument ") for name in names)
    inside, below = [], []
    for name, value in zip(names, case, strict=True):
        if value is None or isinstance(value, int | float | str | bool):
            inside.append(f"{name}={value!r}" if by_name else repr(value))
        else:
            inside.append(name)
            below.append((f"    {name} = ", _forms(describe_argument(value), plain(value))))
    name = getattr(answer, "__name__", "<lambda>")
    name = exercise.name if name == "<lambda>" else name
    return [(f"  {name}({', '.join(inside)})", [""]), *below]


def _result(exercise, right, value):
    is_module = exercise.kind == "module"
    if exercise.observe is None or value is None or not isinstance(value, dict | str):
        return [("  returned ", _forms(describe(value), value))]
    if isinstance(value, str):
        return [(f"  Found in {'the module' if is_module else 'what it returned'}: {value}", [""])]
    lines = []
    for key, part in value.items():
        # A sentence of the observer's is said below, where the parts that differ are.
        if not isinstance(part, str) and not _is_right(right, key, part, exercise.tolerance):
            shown = describe_number(part) if isinstance(part, float) else describe(part)
            lines.append((f"    {key}: ", _forms(shown, part)))
    heading = f"  {'The module gives' if is_module else 'What it returned comes to'}:"
    return [(heading, [""]), *lines] if lines else []


def _is_right(right, key, part, tolerance):
    return isinstance(right, dict) and key in right and same(right[key], part, tolerance)


def _forms(text, value):
    """A text as it is, on as few lines as it fits on, and short."""
    flat = re.sub(r"\s*\n\s*", " ", text)
    flat = re.sub(r", +", ", ", re.sub(r"\[ +", "[", flat))
    folded = textwrap.fill(
        flat, _LINE, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False
    )
    short = textwrap.shorten(flat, _LINE, placeholder=" …")
    if len(flat) > _LINE and isinstance(value, np.ndarray):
        short = f"an array of shape {value.shape}, {value.dtype}"
    return [text, folded, short]


def _fitted(lines, room):
    """Join lines; as long as they are too many, what takes most of them is shown more shortly."""
    texts = [[start + form for form in forms] for start, forms in lines]
    while sum(_height(forms[0]) for forms in texts) > room:
        tallest = max(texts, key=lambda forms: (len(forms) > 1) * _height(forms[0]))
        if len(tallest) == 1:
            break
        tallest.pop(0)
    return "\n".join(forms[0] for forms in texts)


def _height(text):
    return text.count("\n") + 1
