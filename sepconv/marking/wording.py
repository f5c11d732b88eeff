"""Inputs, results and errors in words."""

import re
import reprlib

import numpy as np

from sepconv.marking.plain import Unreadable, as_array, is_number, plain, same

_SHOWN_ENTRIES = 40


def describe(value) -> str:
    """Return a plain value in a line or a few: numbers as they are, arrays with values, shape and dtype."""
    if isinstance(value, Unreadable):
        return f"an object of type {value.type_name}"
    if isinstance(value, np.ndarray):
        about = f"shape {value.shape}, {value.dtype}"
        return f"{_entries(value)}  ({about})" if value.size <= _SHOWN_ENTRIES else f"an array of {about}"
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(describe, value))) + "}" if value else "an empty set"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {describe(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        if len(value) > _SHOWN_ENTRIES:
            return f"a tuple of {len(value)}"
        return "(" + ", ".join(map(describe, value)) + ("," if len(value) == 1 else "") + ")"
    try:
        return reprlib.repr(value) if isinstance(value, int | str) else repr(value)
    except ValueError:  # Python does not write out an int of more than 4300 digits
        return "a number too long to show"


def describe_argument(value) -> str:
    """Return an argument in words; lists look like lists, and whatever is not data is shown by its repr."""
    if isinstance(value, list):
        return reprlib.repr(value) if len(str(value)) > 200 else str(value)
    text = describe(plain(value))
    return repr(value).replace("\n", "\n      ") if text.startswith("an object of type") else text


def is_short(value) -> bool:
    """Whether an argument is shown inside the call itself."""
    return value is None or isinstance(value, int | float | str | bool)


def _entries(array):
    whole = array.dtype.kind == "f" and np.isfinite(array).all() and (array == np.round(array)).all()
    text = np.array2string(
        array.astype(np.int64) if whole and np.abs(array).max(initial=0) < 1e15 else array,
        separator=", ",
        precision=6,
        max_line_width=76,
    )
    return text if text.count("\n") == 0 else re.sub(r"\n+", "\n        ", text)


def difference(right, value, tolerance) -> str:
    """Return one sentence on what is known of the right answer, given a wrong one; never the whole answer."""
    if value is None:
        return "It returned None: is a return missing?"
    if isinstance(right, dict):
        return _difference_of_dicts(right, value, tolerance)
    if is_number(right):
        if not is_number(value):
            return "The right answer is one number."
        if isinstance(value, complex):
            return "The right answer is no complex number."
        if value != value:
            return "The right answer is a number, not NaN."
        return f"The right answer is {'larger' if value < right else 'smaller'}."
    if isinstance(right, tuple) and not isinstance(value, np.ndarray):
        if not isinstance(value, tuple):
            return f"The right answer is {len(right)} numbers: a tuple or a list."
        if len(value) != len(right):
            return f"The right answer has {len(right)} numbers."
        if any(isinstance(item, str) for item in value):
            return f"The right answer is {len(right)} numbers, not text."
    if isinstance(right, np.ndarray | tuple):
        right, array = as_array(right), as_array(value)
        if right is None:
            return "The right answer differs."
        if array is None:
            return f"The right answer is an array of numbers of shape {right.shape}."
        if array.shape != right.shape:
            return f"The right answer has shape {right.shape}."
        differs = ~np.isclose(array, right, rtol=tolerance, atol=tolerance, equal_nan=True)
        wrong = list(map(tuple, np.argwhere(differs)))
        if not wrong:
            return "The values are right, but True and False are no numbers."
        first = ", ".join(map(str, wrong[0]))
        return (
            f"The shape is right; {len(wrong)} of {right.size} entries differ. The first is [{first}]: "
            f"{array[wrong[0]]:g} should be {right[wrong[0]]:g}."
        )
    if isinstance(right, bool):
        return (
            "The right answer is True or False."
            if not isinstance(value, bool)
            else f"The right answer is {right}."
        )
    if isinstance(right, frozenset):
        return "The right answer is another set."
    return "The right answer differs."


def _difference_of_dicts(right, value, tolerance):
    if not isinstance(value, dict):
        return f"The right answer is a dict with the keys {', '.join(map(repr, right))}."
    if missing := [key for key in right if key not in value]:
        if {str(key) for key in right} == {str(key) for key in value}:
            kind = "with" if isinstance(missing[0], str) else "without"
            return f"The keys are {', '.join(map(repr, right))}, {kind} quotes."
        return f"The dict lacks {', '.join(map(repr, missing))}."
    if extra := [key for key in value if key not in right]:
        return f"The dict should not hold {', '.join(map(repr, extra))}."
    wrong = [key for key in right if not same(right[key], value[key], tolerance)]
    good = [key for key in right if key not in wrong]
    rest = f" {', '.join(map(repr, good))}: right." if good else ""
    return " ".join(f"{key!r}: {difference(right[key], value[key], tolerance)}" for key in wrong) + rest


# What PyTorch's, NumPy's and Python's well-known messages mean here. First match wins.
_MEANINGS = [
    (
        r"Given groups=(\d+), weight of size \[(\d+), (\d+),.*expected input\[.*\] to have (\d+) channels, but got (\d+)",
        "The weight says that each filter reads {3} channels, in {1} group(s): it fits an input of {4} channels, and "
        "the input has {5}.",
    ),
    (
        r"in_channels must be divisible by groups",
        "groups cuts the input channels into equal parts: it must divide in_channels.",
    ),
    (
        r"out_channels must be divisible by groups",
        "groups cuts the output channels into equal parts: it must divide out_channels.",
    ),
    (r"padding='same' is not supported for strided", "PyTorch offers padding='same' for stride 1 only."),
    (
        r"Calculated padded input size per channel: \((.*)\)\. Kernel size: \((.*)\)",
        "The padded input ({1}) is smaller than the kernel ({2}): there is no place to put it.",
    ),
    (
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
        "Two tensors are combined entry by entry, and along dimension {3} one has {1} entries and the other {2}.",
    ),
    (
        r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)",
        "A matrix product needs the columns of the left ({2}) to equal the rows of the right ({3}).",
    ),
    (
        r"groups must be a positive integer",
        "groups counts the blocks that the channels are cut into: 1 or more.",
    ),
    (
        r"Expected 3D \(unbatched\) or 4D",
        "A 2-D convolution takes (C, H, W) or (N, C, H, W): is the channel axis or the batch axis missing?",
    ),
    (
        r"Input type \((\w+)\) and (?:bias|weight) type \((\w+)\) should be the same",
        "The input is {1} and the layer {2}: bring both to one dtype.",
    ),
    (
        r"expected weight to be divisible by (\d+) at dimension 0",
        "The filters are cut into {1} groups, and their number is not divisible by {1}.",
    ),
    (
        r"expected bias to be 1-dimensional with (\d+) elements",
        "There is one bias for each of the {1} output channels.",
    ),
    (
        r"could not broadcast input array from shape (\S.*\S) into shape (\S.*\S)",
        "An array of shape {1} is put where one of shape {2} belongs.",
    ),
    (r"modulo by zero|division by zero", "Something is divided by 0: does a range begin at 0?"),
    (
        r"matmul: Input operand 1 has a mismatch in its core dimension 0.*size (\d+) is different from (\d+)",
        "A matrix product needs the columns of the left ({2}) to equal the rows of the right ({1}).",
    ),
    (
        r"leaf Variable that requires grad is being used in an in-place",
        "Parameters may be written on only inside: with torch.no_grad():",
    ),
    (
        r"weight should have at least three dimensions",
        "A Conv1d's weight has three axes: output channels, input channels, kernel.",
    ),
    (
        r"expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\)",
        "What is copied ({2}) must have the shape of the place that it goes to ({1}): is an axis of length 1 missing?",
    ),
    (
        r"operands could not be broadcast together with shapes (\S.*\S)",
        "Two arrays are combined entry by entry, and their shapes do not fit: {1}.",
    ),
    (
        r"truth value of an (array|tensor)|Boolean value of Tensor",
        "An array is neither true nor false. To ask whether one was given, write: is not None.",
    ),
    (
        r"^name '(\w+)' is not defined",
        "The function knows its arguments and the names that it makes; {1} is neither.",
    ),
    (
        r"axes don't match array",
        "transpose takes the new order of all axes; swapaxes exchanges two.",
    ),
    (
        r"grad can be implicitly created only for scalar outputs",
        "backward() begins at one number: take one output, or a sum.",
    ),
    (
        r"only integers, slices",
        "An index must be a whole number: / gives a float, // does not.",
    ),
    (
        r"'tuple' object has no attribute",
        "This is a tuple of several things: take one out, for example the first with [0].",
    ),
    (
        r"'NoneType' object (?:is not subscriptable|has no attribute)",
        "Something is None here. Is it an argument that may be left out, or a function that returns nothing?",
    ),
    (
        r"'float' object cannot be interpreted as an integer|slice indices must be integers|must be of integral type",
        "A size or an index must be a whole number: / gives a float, // does not.",
    ),
    (
        r"setting an array element with a sequence",
        "A whole array is put where one number belongs: is a sum missing?",
    ),
    (r"negative dimensions", "A size came out negative: which difference is the wrong way round?"),
    (
        r"cannot access local variable '(\w+)'|local variable '(\w+)' referenced before assignment",
        "A name is used before a line has given it a value.",
    ),
    (
        r"takes (?:from )?\d+ (?:to \d+ )?positional arguments? but \d+ (?:was|were) given",
        "The def line must keep the parameters that it was given with.",
    ),
    (
        r"index (-?\d+) is out of bounds for (?:axis|dimension) (\d+) with size (\d+)",
        "Along axis {2} there are {3} entries, numbered from 0: index {1} does not exist.",
    ),
    (r"unsupported operand type.*'ellipsis'", "A blank ... of the stub is still there."),
    (
        r"expected scalar type (\w+) but found (\w+)",
        "One tensor is {1} and the other {2}: bring both to one dtype.",
    ),
    (r"maximum recursion depth exceeded", "The function calls itself without end."),
    (
        r"(Unable to allocate|can't allocate memory|Cannot allocate memory)",
        "It asks for more memory than there is: is a size multiplied in twice?",
    ),
]


def meaning(message: str) -> str:
    """Return what a well-known error message means, or an empty string."""
    for pattern, words in _MEANINGS:
        if found := re.search(pattern, message, re.DOTALL):
            return words.format(found.group(0), *found.groups())
    return ""
