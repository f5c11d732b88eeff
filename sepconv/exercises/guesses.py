"""The guesses of the lessons: what form each has, and which known wrong thoughts lead to which wrong guess.

A lesson's ``guesses.py`` holds a table, with a block for each guess and an empty line between two::

    05_weights number
    4: M06 the filters were taken to be flat. Each of them reads all three channels.
    15: M01 the biases were counted among the weights. They are asked for alone here.

First the name and the form, one kind for each part of the guess, and after a colon the words that may be chosen from. Then wrong
guesses, each with the thought behind it: where it is a mistake of the exercises its id and name, else a clause of its own, and
advice. ``...`` in place of a part means that it does not matter there.
"""

import ast
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

# One of each, or several of one kind: "numbers". A factor may be off by two, a share by some points.
KINDS = ("number", "factor", "share", "word", "set", "order")
_THOUGHT = re.compile(r"(?P<value>.+?): (?:(?P<id>[A-Z]\d+)\b ?)?(?P<rest>.*)")


@dataclass(frozen=True)
class Thought:
    """A wrong thought, and the guess that it leads to.

    Parameters
    ----------
    guess : object
        What is then guessed; ``...`` for a part that does not matter.
    id : str
        That of the mistake in the exercises, or "".
    name : str
        A clause in the past tense, for a mistake of the exercises the same as there.
    advice : str
        A sentence that leads to the right thought.
    """

    guess: Any
    id: str
    name: str
    advice: str

    @property
    def key(self) -> str:
        """What it is counted under: the id of the mistake, or else the name."""
        return self.id or self.name


@dataclass(frozen=True)
class Guess:
    """A guess of a lesson.

    Parameters
    ----------
    name : str
        The number of its notebook and a few words: "05_weights".
    form : tuple of str
        The kind of each part; a single kind in the plural stands for any number of parts.
    choices : tuple of str
        The words that may be chosen from, or none.
    thoughts : tuple of Thought
    """

    name: str
    form: tuple[str, ...]
    choices: tuple[str, ...]
    thoughts: tuple[Thought, ...]

    @property
    def lesson(self) -> int:
        """The number of the lesson, of a part such as 06b too."""
        return int(self.name[:2])

    def kinds(self, count):
        """Return the kind of each of so many parts, or None where the guess has not so many.

        Parameters
        ----------
        count : int
        """
        if len(self.form) == 1 and self.form[0].endswith("s"):
            return (self.form[0].removesuffix("s"),) * count
        return self.form if len(self.form) == count else None


@cache
def _by_name() -> dict[str, Guess]:
    import sepconv.exercises as exercises

    found = {}
    for lesson in sorted(info.name for info in iter_modules(exercises.__path__) if info.ispkg):
        package = import_module(f"{exercises.__name__}.{lesson}")
        if any(info.name == "guesses" for info in iter_modules(package.__path__)):
            table = import_module(f"{package.__name__}.guesses").GUESSES
            found |= {guess.name: guess for guess in read_guesses(table)}
    return found


def read_guesses(table) -> list[Guess]:
    """Return the guesses of a table.

    Parameters
    ----------
    table : str
        As the module's first lines say.

    Raises
    ------
    ValueError
        If a block has a kind that does not exist, or a line that is no thought.
    """
    return [_read_guess(block.strip()) for block in re.split(r"\n\s*\n", table.strip())]


def _read_guess(block):
    head, *lines = map(str.strip, block.splitlines())
    about, _, choices = head.partition(": ")
    name, *form = about.split()
    kinds = [kind.removesuffix("s") if len(form) == 1 else kind for kind in form]
    thoughts = [_THOUGHT.fullmatch(line) for line in lines]
    if not form or not {*kinds} <= {*KINDS} or not all(thoughts):
        raise ValueError(f"a guess is a name, kinds ({', '.join(KINDS)}), and thoughts, not:\n{block}")
    return Guess(
        name,
        tuple(form),
        tuple(word.strip() for word in choices.split(",") if word),
        tuple(_thought(found) for found in thoughts),
    )


def _thought(line):
    name, _, advice = line["rest"].partition(". ")
    return Thought(_value(line["value"]), line["id"] or "", name.removesuffix("."), advice)


def _value(text):
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):  # words need no quotes
        parts = [part.strip() for part in text.split(",")]
        return parts[0] if len(parts) == 1 else tuple(map(_value, parts))


def all_guesses() -> list[Guess]:
    """Return every guess of the course, in the order of the lessons."""
    return list(_by_name().values())


def find_guess(name) -> Guess:
    """Return the guess of that name.

    Parameters
    ----------
    name : str

    Raises
    ------
    KeyError
        If there is none; the message suggests the nearest names.
    """
    try:
        return _by_name()[name]
    except (KeyError, TypeError):
        near = get_close_matches(str(name), _by_name(), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "no guess has a similar name."
        raise KeyError(f"there is no guess named {name!r}: {hint}") from None
