"""Answers as plain data, and whether two of them are the same.

Only plain types take part in a comparison, so that an object that claims to equal everything equals nothing.
"""

import cmath
import math
import numbers
import sys
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class NotData:
    """Stands for a value of a type that no answer has."""

    type_name: str


# The first that fits is taken: a bool is an int, too.
_SCALARS = {
    bool | np.bool_: bool,
    str: str,
    numbers.Integral: int,
    numbers.Real: float,
    numbers.Complex: complex,
}

_LONGEST_RANGE = 10_000


class Listed(tuple):
    """A plain tuple that was a list: it compares as a tuple and is shown as the list that somebody wrote."""

    __slots__ = ()


def plain(value):
    """Return a copy of a value made of Python's and NumPy's own types.

    Parameters
    ----------
    value : object

    Returns
    -------
    object
        Numbers become int, float or complex, tensors and arrays a fresh ``numpy.ndarray``, lists become ``Listed``;
        whatever is not data, or breaks when it is read, becomes ``NotData``.
    """
    try:
        return _plain(value)
    except Exception:  # a __float__ that raises, a sparse tensor, a list that holds itself
        return NotData(type(value).__name__)


def _plain(value):
    if value is None or value is Ellipsis or isinstance(value, NotData):
        return value
    for kinds, as_plain in _SCALARS.items():
        if isinstance(value, kinds):
            return as_plain(value)
    if isinstance(value, np.ndarray):
        return _scalar_or_array(np.array(value, subok=False))
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return frozenset(map(_plain, value))
    if isinstance(value, list | tuple) or (isinstance(value, range) and len(value) <= _LONGEST_RANGE):
        kind = Listed if isinstance(value, list | range | Listed) else tuple
        return kind(map(_plain, value))
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        value = value.detach().cpu().resolve_conj().resolve_neg()
        value = value.double() if value.dtype in (torch.bfloat16, torch.float16) else value
        return _scalar_or_array(np.array(value.numpy()))
    return NotData(type(value).__name__)


def _scalar_or_array(array):
    if array.dtype.kind not in "biufc":
        return NotData(f"ndarray of dtype {array.dtype}")
    array = array.astype(np.float64) if array.dtype == np.longdouble else array
    return _plain(array.item()) if array.ndim == 0 else array


def as_array(value):
    """Return a plain value as a numeric array.

    Parameters
    ----------
    value : object

    Returns
    -------
    numpy.ndarray or None
        None where it is no array of numbers: a ragged list, text, a mixture.
    """
    if isinstance(value, tuple):
        try:
            value = np.array([as_array(item) if isinstance(item, tuple) else item for item in value])
        except ValueError:
            return None
    return value if isinstance(value, np.ndarray) and value.dtype.kind in "biufc" else None


def as_items(array):
    """Return an array as a list of plain numbers, or of such lists.

    Parameters
    ----------
    array : numpy.ndarray

    Returns
    -------
    Listed
    """
    return _plain(array.tolist())


def as_set(value):
    """Return a plain value as a set.

    Parameters
    ----------
    value : object

    Returns
    -------
    frozenset or None
        None where it is no set; a list or an array without repeats will do.
    """
    items = as_items(value) if isinstance(value, np.ndarray) and value.ndim in (1, 2) else value
    if isinstance(items, tuple) and all(map(_is_item, items)):
        return frozenset(items) if len(set(items)) == len(items) else None
    return items if isinstance(items, frozenset) else None


def _is_item(item):
    return all(map(_is_item, item)) if isinstance(item, tuple) else isinstance(item, int | float | str)


def is_number(value) -> bool:
    """Return whether a plain value is a number; True and False are not.

    Parameters
    ----------
    value : object

    Returns
    -------
    bool
    """
    return isinstance(value, int | float | complex) and not isinstance(value, bool)


def same(right, other, tolerance=1e-6) -> bool:
    """Return whether a plain value agrees with a right one: by value, not by dtype or container.

    Parameters
    ----------
    right, other : plain values
        ``right`` decides what is compared: a list or a tensor is as good as the array that it equals.
    tolerance : float
        Relative and absolute.

    Returns
    -------
    bool
    """
    if isinstance(right, np.ndarray):
        other = as_array(other)
        return (
            other is not None
            and other.shape == right.shape
            and bool(np.allclose(other, right, rtol=tolerance, atol=tolerance, equal_nan=True))
        )
    if is_number(right):
        return is_number(other) and _same_number(right, other, tolerance)
    if isinstance(right, tuple):
        if isinstance(other, np.ndarray):
            other = as_items(other)
        return (
            isinstance(other, tuple)
            and len(other) == len(right)
            and all(same(r, o, tolerance) for r, o in zip(right, other, strict=True))
        )
    if isinstance(right, frozenset):
        return as_set(other) == right
    if isinstance(right, dict):
        return (
            isinstance(other, dict)
            and other.keys() == right.keys()
            and all(same(right[key], other[key], tolerance) for key in right)
        )
    if isinstance(right, str):
        return isinstance(other, str) and other.strip() == right.strip()
    return type(right) is type(other) and right == other


def _same_number(right, other, tolerance):
    if isinstance(right, int):  # a count is exact; 108.0 is as good as 108
        return other == right
    if isinstance(right, complex) or isinstance(other, complex):
        return cmath.isclose(right, other, rel_tol=tolerance, abs_tol=tolerance)
    try:
        other = float(other)
    except OverflowError:  # an int beyond the range of a float
        return False
    return math.isclose(right, other, rel_tol=tolerance, abs_tol=tolerance) or (
        math.isnan(right) and math.isnan(other)
    )


def holds_blank(value) -> bool:
    """Return whether a plain value is, or contains, the ``...`` of an unanswered stub.

    Parameters
    ----------
    value : object

    Returns
    -------
    bool
    """
    if isinstance(value, dict):
        return any(map(holds_blank, value.values()))
    if isinstance(value, tuple | frozenset):
        return any(map(holds_blank, value))
    return value is Ellipsis
