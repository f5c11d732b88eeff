"""Checks of what a picture is asked to draw: each error names the argument, the value, and what is right."""

import numpy as np

from sepconv._arguments import whole_number


def whole(name, value, least, most=None):
    """Return `value` as an int from `least` to `most`."""
    result = whole_number(name, value, least)
    if most is not None and result > most:
        raise ValueError(f"{name}={result} must be at most {most} to be legible")
    return result


def array(name, value, ndims):
    """Return `value` as a float64 array of one of the given numbers of dimensions, not empty, all finite."""
    allowed = " or ".join(f"{ndim}-D" for ndim in ndims)
    try:
        result = np.asarray(value).astype(np.float64)
    except (TypeError, ValueError, RuntimeError) as reason:
        raise TypeError(
            f"{name} must be an array of numbers, not {type(value).__name__} ({reason})"
        ) from None
    if result.ndim not in ndims:
        raise ValueError(f"{name} has shape {result.shape} and must be {allowed}")
    if result.size == 0:
        raise ValueError(f"{name} has shape {result.shape} and must hold at least one number")
    if not np.isfinite(result).all():
        raise ValueError(f"{name} holds NaN or infinity and must hold finite numbers")
    return result


def named(name, value):
    """Return `value` if it is a dict with text keys and at least one item."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a dict such as {{'name': …}}, not {type(value).__name__}")
    if not value:
        raise ValueError(f"{name} is an empty dict and must have at least one item")
    for key in value:
        if not isinstance(key, str) or not key.strip():
            raise TypeError(f"{name} has the key {key!r}; each key must be a name")
    return value
