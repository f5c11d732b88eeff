"""What is said of a right answer to somebody who gave a wrong one: one sentence, never the whole answer."""

import numpy as np

from sepconv.checking.plain import Listed, as_array, as_set, is_number, plain, same
from sepconv.checking.wording import describe, describe_key, describe_number, list_keys


def difference(right, value, tolerance) -> str:
    """Say what is known of the right answer, given a wrong one.

    Parameters
    ----------
    right, value : object
        Plain data.
    tolerance : float
        Relative and absolute.

    Returns
    -------
    str
        One sentence.
    """
    if value is None:
        return "It returned None: is a return missing?"
    if isinstance(right, dict):
        return _of_dicts(right, value, tolerance)
    if is_number(right):
        return _of_numbers(right, value)
    if isinstance(right, bool):
        return f"The right answer is {right}." if isinstance(value, bool) else "Return True or False."
    if isinstance(right, tuple):
        return _of_sequences(right, value, tolerance)
    if isinstance(right, np.ndarray):
        return _of_arrays(right, as_array(value), tolerance)
    if isinstance(right, frozenset):
        return _of_sets(right, as_set(value))
    return "The right answer differs."


def _of_numbers(right, value):
    if not is_number(value):
        return f"The right answer is one number{', not text' if isinstance(value, str) else ''}."
    if isinstance(right, complex):
        return "The right answer is another number."
    if isinstance(value, complex):
        return "The right answer is no complex number."
    if value != value:
        return "The right answer is a number, not NaN."
    return f"The right answer is {_way(value, right)}."


def _way(value, right):
    return "larger" if value < right else "smaller"


def _of_sequences(right, value, tolerance):
    numbers = all(map(is_number, right))
    if isinstance(value, np.ndarray) and (not numbers or value.ndim == 1):
        value = plain(value.tolist())
    length = f"{len(right)} {'number' if numbers else 'item'}{'' if len(right) == 1 else 's'}"
    if not isinstance(value, tuple):
        either = "a tuple or a list" if numbers or not isinstance(right, Listed) else "a list"
        return f"The right answer is {length}: {either}."
    if len(value) != len(right):
        return f"The right answer has {length}."
    if numbers and any(isinstance(item, str) for item in value):
        return f"The right answer is {length}, not text."
    wrong = [i for i in range(len(right)) if not same(right[i], value[i], tolerance)]
    if numbers and all(isinstance(value[i], bool) and value[i] == right[i] for i in wrong):
        return "The values are right, but True and False are no numbers."
    first = wrong[0]
    if not numbers or not is_number(value[first]):
        about = difference(right[first], value[first], tolerance)
    elif isinstance(right, Listed) or value[first] != value[first]:
        about = f"{_should_be(value[first], right[first])}."
    else:  # two or three counts are the whole answer: of them no more is said than of a single number
        about = f"{describe_number(value[first])} should be {_way(value[first], right[first])}."
    return f"{_how_many(wrong, right)}{_place(first, len(right))}: {about}"


def _how_many(wrong, right):
    if len(wrong) == 1:
        return ""
    return "Both differ. " if len(right) == 2 else f"{len(wrong)} of {len(right)} entries differ. "


def _place(i, length):
    """The name of a place: of a pair one says the first and the second, of more one counts from 0 as in code."""
    if length <= 2:
        return "The one entry" if length == 1 else ("The first", "The second")[i]
    return f"Entry {i}{' (counting from 0)' if i else ''}"


def _should_be(value, right):
    texts = describe_number(value), describe_number(right)
    if texts[0] == texts[1]:  # they differ in a digit that is not shown
        texts = repr(value), repr(right)
    return f"{texts[0]} should be {texts[1]}"


def _of_arrays(right, array, tolerance):
    if array is None:
        return f"The right answer is an array of numbers of shape {right.shape}."
    if array.shape != right.shape:
        return f"The right answer has shape {right.shape}."
    differs = ~np.isclose(array, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    wrong = list(map(tuple, np.argwhere(differs)))
    first = ", ".join(map(str, wrong[0]))
    return (
        f"The shape is right; {len(wrong)} of {right.size} entries differ. The first is [{first}]: "
        f"{_should_be(array[wrong[0]].item(), right[wrong[0]].item())}."
    )


def _of_sets(right, items):
    if items is None:
        return "The right answer is a set."
    missing, spare = len(right - items), len(items - right)
    says = [f"{missing} of the right items {'is' if missing == 1 else 'are'} missing"] if missing else []
    says += [f"{spare} of these {'does' if spare == 1 else 'do'} not belong to it"] if spare else []
    return f"The right answer is another set: {', and '.join(says)}."


def _of_dicts(right, value, tolerance):
    if not isinstance(value, dict):
        return f"The right answer is a dict with the keys {list_keys(right)}."
    if missing := [key for key in right if key not in value]:
        if {str(key) for key in right} == {str(key) for key in value}:
            kind = "with" if isinstance(missing[0], str) else "without"
            return f"The keys are {list_keys(right)}, {kind} quotes."
        return f"The dict lacks {list_keys(missing)}."
    if extra := [key for key in value if key not in right]:
        return f"The dict should not hold {list_keys(extra)}."
    wrong = [key for key in right if not same(right[key], value[key], tolerance)]
    good = [key for key in right if key not in wrong]
    if len(wrong) > 2 and all(_both_real(right[key], value[key]) for key in wrong):
        says = _of_many_numbers(right, value, wrong)
    else:
        says = [f"{describe_key(key)}: {_of_part(right[key], value[key], tolerance)}" for key in wrong]
    return " ".join([*says, f"{list_keys(good)}: right."] if good else says)


def _both_real(*numbers):
    return all(is_number(n) and not isinstance(n, complex) and n == n for n in numbers)


def _of_many_numbers(right, value, keys):
    """One sentence for all that is too small, and one for all that is too large."""
    says = []
    for way in ("larger", "smaller"):
        if group := [key for key in keys if _way(value[key], right[key]) == way]:
            these = f"All {len(group)}" if len(group) == len(right) else list_keys(group)
            says.append(f"{these} should be {way}.")
    return says


def difference_of_parts(right, value, tolerance) -> str:
    """Say what differs in what was observed.

    Parameters
    ----------
    right, value : dict
        By the names of the parts, plain data; a text is a sentence of the observer's.
    tolerance : float
        Relative and absolute.

    Returns
    -------
    str
        A line for each part that differs, and one for those that are right.
    """
    common = [key for key in right if key in value]
    good = [key for key in common if same(right[key], value[key], tolerance)]
    lines = [
        f"{key}: {value[key]}."  # a sentence of the observer's
        if isinstance(value[key], str)
        else f"{key}: {_of_part(right[key], value[key], tolerance)}"
        for key in common
        if key not in good
    ]
    return "\n".join([*lines, f"Right: {', '.join(map(str, good))}."] if good else lines)


def _of_part(right, value, tolerance):
    if value is None:
        return "This is None."
    if _is_shape(right) and _is_shape(value):
        return f"{describe(value)} should be {describe(right)}."
    return difference(right, value, tolerance)


def _is_shape(value):
    return isinstance(value, tuple) and all(isinstance(n, int) and not isinstance(n, bool) for n in value)
