"""Plain data as JSON and back, so that nothing that a submission sends is ever unpickled."""

import base64
import json
import math

import numpy as np

from sepconv.checking.plain import Listed, NotData

_MOST_TEXT = 100_000  # characters of one string
_MOST_BYTES = 8 * 2**20  # of one array
_MOST_ITEMS = 5_000  # of one dict or set: keys can be chosen so that each looks at all others
_EXACT = 2**53  # ints beyond are written in hexadecimal: Python reads and writes those in linear time


class Unfit(ValueError):
    """What came is no plain data."""


def encode(value):
    """Return a plain value (``sepconv.checking.plain``) as something that JSON can hold."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value[:_MOST_TEXT].encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return int(value) if abs(value) < _EXACT else ["i", hex(value)]
    if isinstance(value, float):
        return value if math.isfinite(value) else ["f", repr(value)]
    if isinstance(value, complex):
        return ["c", encode(value.real), encode(value.imag)]
    if value is Ellipsis:
        return ["e"]
    if isinstance(value, np.ndarray) and value.nbytes <= _MOST_BYTES:
        return ["a", value.dtype.str, list(value.shape), base64.b64encode(value.tobytes()).decode()]
    if isinstance(value, dict):
        return ["d", [[encode(key), encode(item)] for key, item in value.items()]]
    if isinstance(value, tuple | frozenset):
        kind = "s" if isinstance(value, frozenset) else "l" if isinstance(value, Listed) else "t"
        return [kind, [encode(item) for item in value]]
    return ["u", value.type_name if isinstance(value, NotData) else type(value).__name__]


def decode(value):
    """Return the plain value that `encode` was given; `Unfit` if it is nothing that `encode` writes."""
    try:
        return _decode(value)
    except (TypeError, ValueError, KeyError, IndexError, RecursionError, OverflowError, MemoryError) as error:
        raise Unfit(f"{type(error).__name__}: {error}") from None


def _decode(value):
    if value is None or type(value) in (bool, str, int, float):
        return value
    if type(value) is not list or not value or type(value[0]) is not str:
        raise Unfit("no plain value")
    kind, *rest = value
    if kind in ("d", "s") and len(rest[0]) > _MOST_ITEMS:
        raise Unfit("too many items")
    return _READERS[kind](*rest)


def _decode_array(dtype, shape, data):
    dtype = np.dtype(dtype)
    if dtype.kind not in "biufc" or not all(type(size) is int and size >= 0 for size in shape):
        raise Unfit("no array of numbers")
    return np.frombuffer(base64.b64decode(data, validate=True), dtype=dtype).reshape(shape).copy()


_READERS = {
    "f": {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}.__getitem__,
    "i": lambda digits: int(digits, 16),
    "c": lambda real, imag: complex(float(_decode(real)), float(_decode(imag))),
    "e": lambda: Ellipsis,
    "a": _decode_array,
    "d": lambda items: {_decode(key): _decode(item) for key, item in items},
    "s": lambda items: frozenset(map(_decode, items)),
    "l": lambda items: Listed(map(_decode, items)),
    "t": lambda items: tuple(map(_decode, items)),
    "u": lambda name: NotData(str(name)[:200]),
}


def read_line(line: bytes):
    """Return what a line of JSON holds, or None where it is none that a worker writes."""
    try:
        found = json.loads(line, parse_constant={}.__getitem__)  # NaN is no JSON
    except (KeyError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
