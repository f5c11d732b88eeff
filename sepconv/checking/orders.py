"""Parsons problems: an order of lines becomes a program, and the program is what is marked."""

import linecache
import re

import numpy as np

from sepconv.checking.line_sense import no_sense


class NoProgram(ValueError):
    """The letters do not make a program; the message says why."""


def letters_of(order: str) -> str:
    """Return the letters of an answer: upper case, without spaces, commas, dots, arrows or line breaks.

    Parameters
    ----------
    order : str

    Returns
    -------
    str
    """
    return re.sub(r"[\s,;.>\-→]", "", order).upper()


def program(exercise, order: str) -> str:
    """Return the source that an order of lines spells, below the exercise's opening line.

    Parameters
    ----------
    exercise : Exercise
    order : str
        Letters, as they were typed.

    Returns
    -------
    str

    Raises
    ------
    NoProgram
        If a letter is unknown or used twice.
    """
    letters = letters_of(order)
    for letter in letters:
        if letter not in exercise.lines:
            raise NoProgram(f"There is no line {letter}: the lines are {', '.join(exercise.lines)}.")
        if letters.count(letter) > 1:
            raise NoProgram(
                f"Line {letter} is used {letters.count(letter)} times; each line is used at most once."
            )
    return "\n".join([exercise.opening, *(exercise.lines[letter] for letter in letters)]) + "\n"


def assemble(exercise, order: str):
    """Return the function that an order of lines defines.

    Parameters
    ----------
    exercise : Exercise
    order : str
        Letters, as they were typed.

    Returns
    -------
    callable
        Its ``places`` say which letter stands at which line number.

    Raises
    ------
    NoProgram
        If the lines in that order are no valid Python.
    """
    source = program(exercise, order)
    filename = f"<{exercise.name}: {letters_of(order)}>"
    names = {"np": np}
    try:
        exec(compile(source, filename, "exec"), names)
    except SyntaxError as error:
        raise NoProgram(
            no_sense(exercise, letters_of(order)) or f"That is no Python program: {error.msg}."
        ) from None
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    function = names[re.match(r"def (\w+)", exercise.opening).group(1)]
    function.places = _places(exercise, letters_of(order))
    return function


def _places(exercise, letters):
    """Which number of a line in the program is which letter; a letter may stand for several lines."""
    places = ["the def line"] * (exercise.opening.count("\n") + 1)
    for letter in letters:
        places += [f"line {letter}"] * (exercise.lines[letter].count("\n") + 1)
    return dict(enumerate(places, 1))
