"""``reveal``: what came out beside what was guessed, and which thought the guess may come from.

A guess never blocks and never fails: whatever was typed, the lesson goes on.
"""

import math
import re
import sys
import textwrap
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from sepconv.checking import record
from sepconv.checking.plain import NotData, as_items, is_number, plain
from sepconv.checking.wording import describe, in_order, listed
from sepconv.exercises.guesses import Guess, Thought, find_guess

__all__ = ["reveal"]

NONE, RIGHT, NEAR, OTHER, UNCLEAR = "none", "right", "near", "other", "unclear"
_WIDTH = 100
_EXACT, _CLOSE = 0.01, 0.1  # of a number with decimals: right, and near
_FACTOR_RIGHT, _FACTOR_NEAR = 1.1, 2
_POINTS_RIGHT, _POINTS_NEAR = 0.02, 0.1
_ASKED = {
    "number": "a number",
    "factor": "a number",
    "share": "a share",
    "word": "a word",
    "set": "a set",
    "order": "names in order",
}


@dataclass(frozen=True)
class Reply:
    """What is said of a guess.

    Parameters
    ----------
    outcome : {"none", "right", "near", "other", "unclear"}
    text : str
    thought : Thought, optional
        Where the guess is what a known wrong thought leads to.
    """

    outcome: str
    text: str
    thought: Thought | None = None


def reveal(name, my_guess, came_out):
    """Say how a guess compares with what came out.

    Parameters
    ----------
    name : str
        The guess's name.
    my_guess : object
        What was guessed; ``"?"`` where nothing was.
    came_out : object
        What the cell has computed: a number, a word, a set, or a tuple of these; None where nothing could be
        measured.

    Raises
    ------
    KeyError
        If the course has no guess of that name.
    """
    guess, came_out = find_guess(name), plain(came_out)
    reply = reply_to(guess, plain(my_guess), came_out)
    record.guessed(guess, reply)
    _show(reply.text, {"guess": name, "came_out": _as_json(came_out)})


def reply_to(guess: Guess, guessed, came_out) -> Reply:
    """Compare a guess with what came out.

    Parameters
    ----------
    guess : Guess
    guessed, came_out : plain data

    Returns
    -------
    Reply
    """
    if guessed is None or guessed is Ellipsis or guessed == "?" or guessed == "":
        return Reply(NONE, "Your guess: none yet.")
    if came_out is None:
        return Reply(NONE, f"Your guess: {describe(guessed)}. Nothing came out here to compare it with.")
    kinds, right = right_parts(guess, came_out)
    parts = _as_asked(guess, kinds, guessed)
    outcome = _in_words(kinds, right)
    if parts is None:
        alike = len({*kinds}) == 1 < len(kinds)
        asked = f"{len(kinds)} {kinds[0]}s" if alike else listed(_ASKED[kind] for kind in kinds)
        asked = f"{asked} ({', '.join(guess.choices)})" if guess.choices else asked
        return Reply(
            UNCLEAR, f"Your guess: {describe(guessed)}. Asked was: {asked}. It came out as {outcome}."
        )
    said = f"Your guess: {_in_words(kinds, parts)}."
    steps = [_how_near(kind, part, target) for kind, part, target in zip(kinds, parts, right)]
    if set(steps) == {RIGHT}:
        exact = "" if _in_words(kinds, parts) == outcome else f" It came out as {outcome}."
        return Reply(RIGHT, f"{said} Right.{exact}")
    thought = _thought_behind(guess, kinds, parts, steps)
    near = set(steps) <= {RIGHT, NEAR}
    about = f"Near: it came out as {outcome}." if near else _how_far(kinds, parts, right, steps, outcome)
    why = f"\nYour guess is what one gets when {thought.name}. {thought.advice}".rstrip() if thought else ""
    return Reply(NEAR if near else OTHER, f"{said} {about}{why}", thought)


def right_parts(guess: Guess, came_out) -> tuple[tuple, list]:
    """Return the kind of each part of a guess, and what it came out as.

    Parameters
    ----------
    guess : Guess
    came_out : plain data

    Raises
    ------
    ValueError
        If that is not what the guess asks for.
    """
    right = [came_out] if guess.form in (("set",), ("order",)) else _parts(came_out)
    kinds = guess.kinds(len(right))
    right = [_as_meant(kind, part, guess.choices) for kind, part in zip(kinds or (), right)]
    if kinds is None or None in right:
        raise ValueError(f"came_out={describe(came_out)} is not what {guess.name} asks for: {guess.form}")
    return kinds, right


def wrong_parts(guess: Guess, thought: Thought, kinds) -> list:
    """Return the parts of the guess that a thought leads to, ``...`` where one does not matter.

    Parameters
    ----------
    guess : Guess
    thought : Thought
    kinds : tuple of str
    """
    parts = _parts(plain(thought.guess)) if len(kinds) > 1 else [plain(thought.guess)]
    meant = (_as_meant(kind, one, guess.choices) for kind, one in zip(kinds, parts))
    return [one if one is Ellipsis else part for one, part in zip(parts, meant)] + parts[len(kinds) :]


def _parts(value):
    """The parts of a value: of a tuple or an array its entries, of anything else the value itself."""
    if not isinstance(value, str | tuple | frozenset | dict) and hasattr(value, "ndim"):
        value = as_items(value.reshape(-1))
    return list(value) if isinstance(value, tuple) else [value]


def _as_asked(guess, kinds, guessed):
    """The parts of a guess in the form that was asked, taken kindly, or None where they have another."""
    if isinstance(guessed, str) and len(kinds) > 1:
        pieces = re.split(r"[,;]\s*|\s+and\s+|(?<=\d)\s*[x×]\s*(?=\d)", guessed.strip(" ()[]"))
        parts = pieces if len(pieces) == len(kinds) else guessed.split()
    elif len(kinds) == 1 and kinds[0] in ("set", "order"):
        parts = [guessed]
    elif isinstance(guessed, frozenset) and len(guessed) == len(kinds):
        parts = in_order(guessed)
    else:
        parts = _parts(guessed)
    if len(parts) != len(kinds) and not {*kinds} & {"set", "order"}:  # (4, 1, 3, 3), 36
        parts = [*chain.from_iterable(map(_parts, parts))]
    if len(parts) != len(kinds):
        return None
    parts = [_as_meant(kind, part, guess.choices) for kind, part in zip(kinds, parts)]
    return None if any(part is None for part in parts) else parts


def _as_meant(kind, part, choices):
    """One part as its kind wants it: "3" is 3, [0, 1] a set, "Blur" a word; None where it cannot be meant."""
    if kind in ("set", "order"):
        return _several(kind, part)
    if kind == "word":
        part = "yes" if part is True else "no" if part is False else "none" if part is None else part
        word = str(part).strip().strip("\"'.").casefold() if isinstance(part, str | int) else None
        if word is None or not choices:
            return word
        return next((choice for choice in choices if _bare(choice) == _bare(word)), None)
    number = _number(part)
    if kind == "share" and number is not None and (abs(number) > 1 or "%" in str(part)):
        return number / 100  # 45 for 0.45
    return number


def _bare(word):
    """A word without its article, and with an x that every keyboard has: "the same" is "same", "3×3" is "3x3"."""
    return re.sub(r"^(an?|the) ", "", word.casefold()).replace("×", "x")


def _several(kind, part):
    if isinstance(part, str):
        part = tuple(re.split(r"(?:[,;\s>]|\band\b)+", part.strip(" (){}[]")))
    if hasattr(part, "ndim"):
        part = as_items(part.reshape(-1))
    if is_number(part):
        part = (part,)
    if not isinstance(part, tuple | frozenset):
        return None
    items = [_tidy(item) for item in part if item != ""]
    return frozenset(items) if kind == "set" else tuple(items)


def _tidy(item):
    if isinstance(item, str):
        number = _number(item)
        return item.strip("\"'").casefold() if number is None else number
    return tuple(map(_tidy, item)) if isinstance(item, tuple) else item


def _number(part):
    if isinstance(part, str):
        text = re.sub(r"(?<=\d)[,_](?=\d{3}\b)", "", part.strip().strip("×x%≈~ "))
        with suppress(ValueError, ZeroDivisionError):
            part = int(text) if text.lstrip("-").isdigit() else float(Fraction(text))
    return part if is_number(part) and not isinstance(part, complex) and math.isfinite(part) else None


def _how_near(kind, part, right):
    """RIGHT, NEAR or OTHER, for one part."""
    if kind in ("word", "set", "order"):
        return RIGHT if part == right else OTHER
    if part == right:
        return RIGHT
    if kind == "factor":
        off = max(part / right, right / part) if part * right > 0 else math.inf
        return RIGHT if off <= _FACTOR_RIGHT else NEAR if off <= _FACTOR_NEAR else OTHER
    if kind == "share":
        off = abs(part - right) - 1e-9
        return RIGHT if off <= _POINTS_RIGHT else NEAR if off <= _POINTS_NEAR else OTHER
    off = abs(part - right) / abs(right) if right else math.inf
    if isinstance(right, float) and off <= _EXACT:
        return RIGHT
    return (
        NEAR
        if (off <= _CLOSE and abs(right) >= 20) or (isinstance(right, float) and off <= _CLOSE)
        else OTHER
    )


def _thought_behind(guess, kinds, parts, steps):
    """The known wrong thought that leads to these parts, not all of which came out right."""
    for thought in guess.thoughts:
        wrong = wrong_parts(guess, thought, kinds)
        meant = [row for row in zip(kinds, parts, wrong, steps) if row[2] is not Ellipsis]
        if (
            len(wrong) == len(parts)
            and any(step != RIGHT for *_, step in meant)
            and all(_how_near(kind, part, one) == RIGHT for kind, part, one, _ in meant)
        ):
            return thought
    return None


def _how_far(kinds, parts, right, steps, outcome):
    came_out = f"It came out as {outcome}"
    if len(parts) > 1:
        return f"{came_out}: {steps.count(RIGHT)} of {len(parts)} right."
    [kind], [part], [target] = kinds, parts, right
    if kind == "set":
        missing, extra = ([*map(describe, in_order(some))] for some in (target - part, part - target))
        about = [f"{word} {listed(some)}" for word, some in (("without", extra), ("with", missing)) if some]
        return f"{came_out}: {' and '.join(about)}."
    if kind in ("word", "order"):
        return f"{came_out}."
    low = "too low" if part < target else "too high"
    if part * target > 0 and max(part / target, target / part) >= 2:
        return f"{came_out}: {low} by a factor of {_shown(max(part / target, target / part))}."
    return f"{came_out}: {low} by {_shown(abs(target - part))}."


def _in_words(kinds, parts):
    return listed(
        part if kind == "word" else _shown(part) if is_number(part) else _items(part)
        for kind, part in zip(kinds, parts)
    )


def _items(part):
    if isinstance(part, tuple):
        return ", ".join(map(str, part))
    return "{" + ", ".join(str(item) for item in in_order(part)) + "}" if part else "the empty set"


def _shown(number):
    return (
        f"{number:,}"
        if isinstance(number, int)
        else f"{number:,.0f}"
        if abs(number) >= 1000
        else f"{number:.3g}"
    )


def _as_json(value):
    """Plain data as JSON knows it; a set is a list in order."""
    if hasattr(value, "ndim"):
        value = as_items(value)
    if isinstance(value, frozenset):
        value = in_order(value)
    if isinstance(value, tuple | list):
        return [_as_json(item) for item in value]
    return value.type_name if isinstance(value, NotData) else value


def _show(text, about):
    """Show a reply, and store beside it what came out, for the web edition."""
    lines = (textwrap.wrap(line, _WIDTH, break_long_words=False) for line in text.split("\n"))
    text = "\n".join(chain.from_iterable(lines))
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(text)
        return
    ipython.display.display({"text/plain": text}, raw=True, metadata=about)
