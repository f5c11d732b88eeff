"""Inputs and results in words."""

import math
import re
import reprlib

import numpy as np

from sepconv.checking.plain import Listed, NotData, plain

_SHOWN_ENTRIES = 40
_SHOWN_CHARACTERS = 600  # of a list, a tuple or a dict
_LINE = 76
_INDENT = "\n        "
_NOISE = 1e-9  # below the tolerance of every exercise: what rounding leaves where 0 is meant
_BIG_KEY = 10_000

_shorten = reprlib.Repr()
_shorten.maxstring = 200


def describe(value) -> str:
    """Show a plain value: numbers as they are, arrays with values, shape and dtype.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
        A line or a few.
    """
    if isinstance(value, NotData):
        return f"an object of type {value.type_name}"
    if isinstance(value, np.ndarray):
        about = f"shape {value.shape}, {value.dtype}"
        return f"{_entries(value)}  ({about})" if value.size <= _SHOWN_ENTRIES else f"an array of {about}"
    if isinstance(value, frozenset):
        return "{" + ", ".join(map(describe, in_order(value))) + "}" if value else "an empty set"
    if isinstance(value, dict | tuple):
        return _container(value, describe, isinstance(value, Listed))
    try:
        return _shorten.repr(value) if isinstance(value, int | str) else repr(value)
    except ValueError:  # Python does not write out an int of more than 4300 digits
        return "a number too long to show"


def describe_argument(value) -> str:
    """Show an argument: like a result, and whatever is not data by its repr.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
        A line or a few.
    """
    if isinstance(value, dict | list | tuple):
        return _container(value, describe_argument, isinstance(value, list))
    text = describe(plain(value))
    return repr(value).replace("\n", "\n      ") if text.startswith("an object of type") else text


def describe_key(key) -> str:
    """Show the key of a dict as a task prints it: a big number with commas, text in quotes.

    Parameters
    ----------
    key : int or str

    Returns
    -------
    str
    """
    return f"{key:,}" if isinstance(key, int) and abs(key) >= _BIG_KEY else repr(key)


def list_keys(keys) -> str:
    """Show keys in a row, with semicolons where a comma stands inside a number.

    Parameters
    ----------
    keys : iterable of int or str

    Returns
    -------
    str
    """
    shown = [describe_key(key) for key in keys]
    between = "; " if any("," in text for text in shown) else ", "
    return between.join(shown)


def listed(items) -> str:
    """Show items in a row: "1, 2 and 3".

    Parameters
    ----------
    items : iterable

    Returns
    -------
    str
    """
    *first, last = map(str, items)
    return f"{', '.join(first)} and {last}" if first else last


def describe_number(value) -> str:
    """Show a number as it is written by hand: whole ones whole, others to six digits, no rounding noise.

    Parameters
    ----------
    value : int, float or complex

    Returns
    -------
    str
    """
    if isinstance(value, complex):
        return f"{value:g}"
    if isinstance(value, float) and math.isfinite(value):
        value = 0.0 if abs(value) < _NOISE else value
        value = int(value) if value == int(value) and abs(value) < 1e15 else value
    return f"{value:g}" if isinstance(value, float) else describe(value)


def _container(value, describe_item, is_list):
    """A dict, a list or a tuple: whole where it is short, else cut between two items."""
    if isinstance(value, dict):
        parts = (f"{describe_key(key)}: {describe_item(item)}" for key, item in value.items())
        return _joined(parts, len(value), "{", "}", folded=False)
    if len(value) == 1 and not is_list:
        return f"({describe_item(value[0])},)"
    return _joined(map(describe_item, value), len(value), *("[]" if is_list else "()"))


def _joined(parts, count, opening, closing, folded=True):
    text, line, length = "", 0, 0
    for i, part in enumerate(parts):
        length += len(part) + 2
        if i and length > _SHOWN_CHARACTERS:
            return f"{opening}{text}, …{closing}  ({count} items)"
        between = "" if not i else ", "
        if folded and i and line + len(part) > _LINE and "\n" not in part:
            between, line = "," + _INDENT, 0
        text += between + part
        line += len(part) + 2
    return opening + text + closing


def in_order(items) -> list:
    """Sort items, also where numbers and letters are mixed.

    Parameters
    ----------
    items : iterable

    Returns
    -------
    list
    """
    try:
        return sorted(items)
    except TypeError:  # a set of numbers and letters has no order of its own
        return sorted(items, key=describe)


def _entries(array):
    text = np.array2string(
        _without_noise(array) if array.dtype.kind == "f" and np.isfinite(array).all() else array,
        separator=", ",
        precision=6,
        max_line_width=_LINE,
    )
    return text if text.count("\n") == 0 else re.sub(r"\n+", _INDENT, text)


def _without_noise(array):
    """A finite array as it is meant: whole numbers as such, and 0 for what rounding left beside ordinary entries."""
    biggest = np.abs(array).max(initial=0)
    if biggest > 1e-3:
        array = np.where(np.abs(array) < _NOISE, 0, array)
    near = np.round(array)
    whole = biggest < 1e15 and bool((np.abs(array - near) <= _NOISE * np.minimum(np.abs(near), 1)).all())
    return near.astype(np.int64) if whole else array
