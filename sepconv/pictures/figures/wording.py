"""What pictures say in words: numbers, rows and lists for labels and alt texts."""

from fractions import Fraction

import numpy as np


def number(value):
    """Write a number as short as it can be: 3, −0.5, 1/9, 0.57."""
    value = float(value)
    rounded = round(value, 2)
    fraction = Fraction(value).limit_denominator(81)
    if 0 < abs(value) < 1 and rounded != value and abs(fraction - value) < 1e-9:
        text = str(fraction)
    elif rounded == 0 and abs(value) > 1e-12:
        text = f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e")
    else:
        text = f"{rounded + 0.0:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")  # a screen reader says "minus" for this sign only


def rows(values):
    """Write an array row by row: [1, 2], [3, 4]; the maps of a tensor one after the other."""
    values = np.asarray(values)
    if values.ndim == 0:
        return number(values)
    if values.ndim == 1:
        return "[" + ", ".join(number(value) for value in values) + "]"
    separator = ", " if values.ndim == 2 else "; "
    return separator.join(rows(part) for part in values)


def size(shape):
    """Write a shape: 3 × 4."""
    return " × ".join(str(length) for length in shape)


def signed_sum(values):
    """Write a sum with its signs: 3 − 2 + 0."""
    first, *others = values
    parts = [number(first)]
    parts += [f"− {number(-value)}" if value < 0 else f"+ {number(value)}" for value in others]
    return " ".join(parts)


def in_brackets(value):
    """Write a factor: 3, (−2)."""
    return f"({number(value)})" if value < 0 else number(value)


def plural(count, noun):
    """Write a count with its noun: 1 cell, 2 cells, 2 boxes.

    Parameters
    ----------
    count : int
    noun : str
        In the singular; the plural is made with "es" if it ends with x, otherwise with "s".

    Returns
    -------
    str
    """
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}es" if noun.endswith("x") else f"{count} {noun}s"


def listed(words):
    """Join words as in a sentence: a, b and c."""
    words = [str(word) for word in words]
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def named(noun, numbers):
    """Write which ones: no input, input 1, inputs 0 and 1.

    Parameters
    ----------
    noun : str
        In the singular; the plural is made with "s".
    numbers : sequence of int

    Returns
    -------
    str
    """
    if not len(numbers):
        return f"no {noun}"
    return f"{noun}{'s' if len(numbers) > 1 else ''} {listed(numbers)}"


def grouped(value):
    """Write a number with its thousands apart: 1,234."""
    return f"{int(value):,}" if float(value).is_integer() else number(value)
