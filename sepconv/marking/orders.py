"""Parsons problems: an order of lines becomes a program, and the program is what is marked."""

import linecache
import re

import numpy as np


class NoProgram(ValueError):
    """The letters do not make a program; the message says why."""


def letters_of(order: str) -> str:
    """Return the letters of an answer: upper case, without spaces, commas, dots, arrows or line breaks."""
    return re.sub(r"[\s,;.>\-→]", "", order).upper()


def program(exercise, order: str) -> str:
    """Return the source that an order of lines spells, below the exercise's opening line.

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
        number = (error.lineno or 1) - 2
        letters = letters_of(order)
        near = f"line {letters[number]}" if 0 <= number < len(letters) else "the end"
        raise NoProgram(
            f"In that order the lines are not a Python program: {error.msg}, near {near}. Look at the indentation."
        ) from None
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return names[re.match(r"def (\w+)", exercise.opening).group(1)]
