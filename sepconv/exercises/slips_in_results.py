"""Slips in a result: how a wrong result can hang together with the right one, whatever program it came from."""

from itertools import permutations

import numpy as np


def related(right, given) -> list[str]:
    """Return the slips that hold between right results and wrong ones in every case.

    Parameters
    ----------
    right, given : list of plain data
        What each case came to, or a single number or dict.
    """
    pairs = [(_numbers(r, r), _numbers(g, r)) for r, g in zip(right, given, strict=True)]
    if any(r is None or g is None for r, g in pairs):
        return []
    in_one_row = (
        [tuple(map(np.concatenate, zip(*pairs, strict=True)))] if _are_numbers(right, pairs) else pairs
    )
    least = sum(r.size for r, _ in pairs)
    found = [
        slip
        for slip, (holds, at_least) in RELATIONS.items()
        if at_least <= least
        and all(_holds(holds, r, g) for r, g in (pairs if slip == "result-reordered" else in_one_row))
    ]
    return [slip for slip in found if slip not in _GENERAL] or found


def _are_numbers(right, pairs):
    """Whether each case comes to numbers and no array, as many as it should: then all cases are looked at in one row."""
    return not any(isinstance(value, np.ndarray) for value in right) and all(
        r.ndim == 1 and r.shape == g.shape for r, g in pairs
    )


def _numbers(value, like):
    """The numbers of a value as an array, or None where it holds others or is made up differently."""
    if isinstance(like, dict):
        if not isinstance(value, dict) or value.keys() != like.keys():
            return None
        value = [value[key] for key in like]
    items = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(item, bool | str | None) for item in items):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        return None
    return np.atleast_1d(array).astype(np.float64) if array.dtype.kind in "iuf" else None


def _holds(relation, right, given):
    with np.errstate(all="ignore"):
        return bool(relation(right, given))


def _equal(one, other):
    if one.shape != other.shape:
        return False
    are_counts = np.array_equal(one, np.trunc(one))
    return np.array_equal(one, other) if are_counts else np.allclose(one, other, rtol=1e-6, atol=1e-6)


def _each(change):
    """Whether each number became another in the same way."""
    return lambda right, given: _equal(change(right), given)


def _transposed(right, given):
    return any(_equal(right.transpose(axes), given) for axes in list(permutations(range(right.ndim)))[1:])


def _flipped(right, given):
    return any(_equal(np.flip(right, axis), given) for axis in range(right.ndim))


def _rounded(right, given):
    return any(_equal(np.round(right, digits), given) for digits in range(4)) or _equal(
        np.trunc(right), given
    )


def _repeated(right, given):
    return (
        right.shape != given.shape
        and right.ndim == given.ndim
        and all(n in (1, m) for n, m in zip(right.shape, given.shape, strict=True))
        and _equal(np.broadcast_to(right, given.shape), given)
    )


def _scaled(right, given):
    if right.shape != given.shape or not right.any():
        return False
    factors = given[right != 0] / right[right != 0]
    is_told = (
        factors[0] != 0 and abs(factors[0] - 1) > 1e-3
    )  # all is zero, or all but right: neither is a factor
    return is_told and _is_one_number(factors, (given, right == 0))


def _shifted(right, given):
    return right.shape == given.shape and _is_one_number(given - right)


def _is_one_number(numbers, zeros=None):
    at_zero = zeros is None or not np.any(zeros[0][zeros[1]])
    return at_zero and bool(
        np.allclose(numbers, numbers.flat[0] if numbers.size else 0, rtol=1e-6, atol=1e-6)
    )


def _reordered(right, given):
    return right.shape == given.shape and _equal(np.sort(right, axis=None), np.sort(given, axis=None))


# Whether it holds between the right numbers and those given, and how many there must be: fewer agree by chance.
RELATIONS = {
    "result-transposed": (_transposed, 2),
    "result-flipped": (_flipped, 2),
    "result-negative": (_each(np.negative), 1),
    "result-rounded": (_rounded, 1),
    "result-positive": (_each(lambda r: np.maximum(r, 0)), 2),
    "result-absolute": (_each(np.abs), 2),
    "result-doubled": (_each(lambda r: 2 * r), 1),
    "result-halved": (_each(lambda r: r / 2), 2),
    "result-bytes": (_each(lambda r: 4 * r), 1),
    "result-inverse": (_each(lambda r: 1 / r), 1),
    "result-complement": (_each(lambda r: 1 - r), 1),
    "result-percent": (_each(lambda r: 100 * r), 1),
    "result-increase": (_each(lambda r: 100 * (r - 1)), 1),
    "result-at-least-one": (_each(lambda r: np.maximum(r, 1)), 3),
    "result-zero": (lambda right, given: right.ndim > 1 and (not given.any()), 2),
    "result-repeated": (_repeated, 2),
    "result-scaled": (_scaled, 3),
    "result-shifted": (_shifted, 3),
    "result-reordered": (_reordered, 2),
}
_GENERAL = {"result-scaled", "result-shifted", "result-reordered"}  # said where nothing tells more
