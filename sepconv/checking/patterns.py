"""What is right in a wrong array, and what its wrong values have in common: sentences that are true of this one array."""

from itertools import permutations

import numpy as np

from sepconv.checking.wording import describe_number, listed

_FEW = 6  # so many rows are listed, more are counted
_ENTRY, _ROW, _COLUMN = ("entry", "entries"), ("row", "rows"), ("column", "columns")
_AXES = {1: [_ENTRY], 2: [_ROW, _COLUMN], 3: [("channel", "channels"), _ROW, _COLUMN]}


def what_is_right(right, value, tolerance, in_words=True) -> str:
    """Say which part of an array of the right shape is right, and what its wrong values have in common.

    Parameters
    ----------
    right, value : numpy.ndarray
        Of one shape; they differ somewhere.
    tolerance : float
        Relative and absolute.
    in_words : bool
        Whether three axes are channels, rows and columns; else their entries are shown as indices.

    Returns
    -------
    str
        Up to two sentences, or none.
    """
    differs = ~np.isclose(value, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    if order := _another_order(right, value, tolerance, in_words):
        return order
    shared = in_common(right[differs], value[differs], tolerance)
    return " ".join(filter(None, [_right_part(differs, in_words), shared]))


def in_common(right, value, tolerance) -> str:
    """Say what several wrong numbers have in common: zero, a sign, a factor, a difference.

    Parameters
    ----------
    right, value : array_like
        Numbers that differ, in one order.
    tolerance : float
        Relative and absolute.

    Returns
    -------
    str
        A sentence, or none where there is nothing in common, or where it may be chance.
    """
    right, value = np.asarray(right), np.asarray(value)
    if not _are_real(right, value) or not np.isfinite(right).all():
        return ""
    right, value = right.astype(float), value.astype(float)
    if np.isnan(value).all():
        return "Each wrong value is NaN."
    if np.ptp(right) <= tolerance or not np.isfinite(value).all():  # one number shows no rule
        return ""
    if np.ptp(value) <= tolerance:
        return f"Each wrong value is {describe_number(float(value[0]))}."
    if np.allclose(value, -right, tolerance, tolerance):
        return "Each wrong value has the other sign."
    if np.allclose(abs(value), abs(right), tolerance, tolerance):
        return "But for the sign each wrong value is right."
    if right.all() and np.ptp(factors := value / right) <= tolerance * abs(factors[0]):
        return f"Each wrong value is {_times(float(factors[0]))} what it should be."
    if np.ptp(less := right - value) <= tolerance * abs(less[0]):
        by = describe_number(abs(float(less[0])))
        return f"Each wrong value is {by} {'less' if less[0] > 0 else 'more'} than it should be."
    return ""


def _are_real(*arrays):
    return all(array.dtype.kind in "iuf" for array in arrays)


def _times(factor):
    part = round(1 / factor)
    if abs(part) > 1 and abs(part * factor - 1) < 1e-6:
        return "half of" if part == 2 else f"1/{part} of"
    return "twice" if abs(factor - 2) < 1e-6 else f"{describe_number(factor)} times"


def _another_order(right, value, tolerance, in_words):
    """Whether whole rows, or else single values, are right and in wrong places."""
    if not _are_real(right, value) or not np.isfinite(value).all() or len(np.unique(right)) < 3:
        return ""
    if _has_words(right.ndim, in_words) and _same_rows(right, value, len(right), tolerance):
        return f"The {_AXES[right.ndim][0][1]} are right, in another order."
    is_order = _same_rows(right, value, right.size, tolerance)
    return "The values are right, in another order." if is_order else ""


def _same_rows(right, value, count, tolerance):
    rows = [array.reshape(count, -1) for array in (right, value)]
    right, value = (one[np.lexsort(np.round(one.T, 6))] for one in rows)
    return np.allclose(value, right, tolerance, tolerance)


def _right_part(differs, in_words):
    """Name the rows, columns, … that are right, or the border or the inside: whichever holds more entries."""
    parts = [(0, "")]
    for axis in range(differs.ndim):
        wrong = differs.any(axis=tuple(other for other in range(differs.ndim) if other != axis))
        if not wrong.all() and (len(wrong) <= _FEW or differs.ndim > 1):
            covered = differs.size * (~wrong).sum() / len(wrong)
            parts.append((covered, _slices(wrong, axis, differs.ndim, in_words)))
    if differs.ndim > 1 and min(differs.shape[-2:]) > 2:
        inside = np.zeros_like(differs)
        inside[..., 1:-1, 1:-1] = True
        for part, words in ((inside, "Only the border is wrong."), (~inside, "Only the border is right.")):
            if not differs[part].any():
                parts.append((part.sum(), words))
    return max(parts, key=lambda part: part[0])[1]


def _slices(wrong, axis, ndim, in_words):
    """Say which entries of an axis are right, and which are not."""
    good, bad = np.flatnonzero(~wrong), np.flatnonzero(wrong)
    one, many = _AXES[ndim][axis] if _has_words(ndim, in_words) else ("", "")
    if len(wrong) > _FEW:
        along = f"{len(wrong)} {many}" if many else f"{len(wrong)} along axis {axis}"
        return f"{len(good)} of the {along} {'is' if len(good) == 1 else 'are'} right."
    names = [f"{i}" if one else f"[{':, ' * axis}{i}]" for i in range(len(wrong))]
    says = []
    for indices in (good, bad):
        name, verb = (one, "is") if len(indices) == 1 else (many, "are")
        says.append(f"{name} {listed(names[i] for i in indices)} {verb}".strip())
    text = f"{says[0]} right, {says[1]} not."
    return text[0].upper() + text[1:]


def _has_words(ndim, in_words):
    return ndim < 3 or (ndim == 3 and in_words)


def of_shapes(right, value, tolerance) -> str:
    """Say what is right in an array of the wrong shape.

    Parameters
    ----------
    right, value : numpy.ndarray
        Of different shapes.
    tolerance : float
        Relative and absolute.

    Returns
    -------
    str
        A sentence or two, or none.
    """
    if value.size == right.size:
        orders = permutations(range(value.ndim)) if value.ndim == right.ndim < 5 else ()
        if any(_agree(right, value.transpose(order), tolerance) for order in orders):
            return "The values are right, and the axes stand in another order."
        if _agree(right.ravel(), value.ravel(), tolerance):
            return "The values are right, and stand in another shape."
    if value.ndim != right.ndim:
        return f"It has {right.ndim} {'axis' if right.ndim == 1 else 'axes'}, and this has {value.ndim}."
    lengths = enumerate(zip(right.shape, value.shape, strict=True))
    wrong = [f"Axis {axis} is too {'short' if n < m else 'long'}." for axis, (m, n) in lengths if m != n]
    return " ".join([*wrong, _overlap(right, value, tolerance)]).strip()


def _overlap(right, value, tolerance):
    """Say whether the two agree as far as they go, laid over each other at the first entries, the last, the middle."""
    lengths = np.minimum(right.shape, value.shape)
    for where, halves in (("at the first entry", 0), ("at the last entry", 2), ("in the middle", 1)):
        parts = []
        for array in (right, value):
            starts = (np.array(array.shape) - lengths) * halves // 2
            parts.append(array[tuple(map(slice, starts, starts + lengths))])
        if len(np.unique(parts[0])) > 1 and _agree(*parts, tolerance):
            return f"Laid over each other {where}, the two arrays agree."
    return ""


def _agree(right, value, tolerance):
    return right.shape == value.shape and np.allclose(value, right, tolerance, tolerance, equal_nan=True)
