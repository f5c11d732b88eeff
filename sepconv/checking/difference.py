"""What is said of a right answer to somebody who gave a wrong one: one sentence, never the whole answer."""

import re
from itertools import takewhile

import numpy as np

from sepconv.checking.patterns import in_common, of_shapes, what_is_right
from sepconv.checking.plain import Listed, as_array, as_items, as_set, is_number, same
from sepconv.checking.wording import describe, describe_key, describe_number, list_keys, listed

_HUGE = 1e300  # nothing is calculated with such a number
_HOW_MANY = r"\b[Hh]ow many ([A-Za-z -]+?)(?: (?:does|do|has|have|is|are|in|would|may|must|of|the)\b|,|\?)"


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


def of_answers(exercise, right, value) -> str:
    """Say what is known of a right answer, and what it counts, if it is a whole number.

    Parameters
    ----------
    exercise : Exercise
    right, value : object
        Plain data.

    Returns
    -------
    str
        Such as "A number of output pixels is asked for. The right answer is larger."
    """
    asked = re.search(_HOW_MANY, exercise.prompt) if isinstance(right, int) and is_number(value) else None
    about = f"A number of {asked[1]} is asked for. " if asked and asked[1] != "numbers" else ""
    return about + difference(right, value, exercise.tolerance)


def _of_numbers(right, value):
    if not is_number(value):
        return f"The right answer is one number{', not text' if isinstance(value, str) else ''}."
    if isinstance(right, complex):
        return "The right answer is another number."
    if isinstance(value, complex):
        return "The right answer is no complex number."
    if value != value:
        return "The right answer is a number, not NaN."
    if abs(value) > _HUGE:
        return f"The right answer is {_way(value, right)}."
    if isinstance(right, float) and (digits := _digits(value, right)):
        plural = "s" if digits > 1 else ""
        return f"This is the right answer rounded to {digits} digit{plural}: do not round it."
    if 0 < right < 1 and not 0 <= value <= 1:
        return "The right answer lies between 0 and 1."
    whole = "a whole number, and " if isinstance(right, int) and value != int(value) else ""
    return f"The right answer is {whole}{_how_far(value, right)}."


def _digits(value, right):
    """To how many digits a right number was rounded, if it was."""
    return next((digits for digits in range(1, 7) if value == round(right, digits) != right), 0)


def _how_far(value, right):
    """Say in which direction a right number lies and, if it is very near or very far, how far."""
    if value * right < 0:
        return "negative" if right < 0 else "positive"
    way = _way(value, right)
    if abs(value - right) < abs(right) / 10:
        return f"a little {way}, by less than a tenth"
    if right > 10 * value > 0 or value > 10 * right > 0:
        return f"much {way}, more than ten times"
    return way


def _way(value, right):
    return "larger" if value < right else "smaller"


def _of_sequences(right, value, tolerance):
    numbers = all(map(is_number, right))
    if isinstance(value, np.ndarray) and (not numbers or value.ndim == 1):
        value = as_items(value)
    length = f"{len(right)} {'number' if numbers else 'item'}{'' if len(right) == 1 else 's'}"
    if not isinstance(value, tuple):
        either = "a tuple or a list" if numbers or not isinstance(right, Listed) else "a list"
        return f"The right answer is {length}: {either}."
    good = [i for i, pair in enumerate(zip(right, value)) if same(*pair, tolerance)]
    if len(value) != len(right):
        first = len(list(takewhile(lambda pair: pair[0] == pair[1], enumerate(good))))
        begin = f"first {first} are" if first > 1 else "first is"
        return f"The right answer has {length}.{f' The {begin} right.' if first else ''}"
    if numbers and any(isinstance(item, str) for item in value):
        return f"The right answer is {length}, not text."
    wrong = [i for i in range(len(right)) if i not in good]
    if numbers and all(isinstance(value[i], bool) and value[i] == right[i] for i in wrong):
        return "The values are right, but True and False are no numbers."
    if _are_exchanged(right, value):
        return "The values are right, in another order."
    first = wrong[0]
    if isinstance(value[first], str) and isinstance(right[first], str):
        about = f"{describe(value[first])} is not right."
    elif not numbers or not is_number(value[first]):
        about = difference(right[first], value[first], tolerance)
    elif isinstance(right, Listed) or value[first] != value[first]:
        about = f"{_should_be(value[first], right[first])}."
    else:  # two or three counts are the whole answer: of them no more is said than of a single number
        about = f"{describe_number(value[first])} should be {_way(value[first], right[first])}."
    is_more = len(right) > 2 and good
    rest = f" Right: {'entries' if len(good) > 1 else 'entry'} {listed(good)}." if is_more else ""
    return f"{_how_many(wrong, right)}{_place(first, len(right))}: {about}{rest}"


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


def _of_arrays(right, array, tolerance, in_words=True):
    if array is None:
        return f"The right answer is an array of numbers of shape {right.shape}."
    if array.shape != right.shape:
        return f"The right answer has shape {right.shape}. {of_shapes(right, array, tolerance)}".strip()
    differs = ~np.isclose(array, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    wrong = list(map(tuple, np.argwhere(differs)))
    first = ", ".join(map(str, wrong[0]))
    says = [
        f"The shape is right; {len(wrong)} of {right.size} entries differ.",
        what_is_right(right, array, tolerance, in_words) if len(wrong) > 1 else "",
        f"The first is [{first}]: {_should_be(array[wrong[0]].item(), right[wrong[0]].item())}.",
    ]
    return " ".join(filter(None, says))


def _of_sets(right, items):
    if items is None:
        return "The right answer is a set."
    missing, spare = len(right - items), len(items - right)
    says = [f"{missing} of the right items {'is' if missing == 1 else 'are'} missing"] if missing else []
    says += [f"{spare} of these {'does' if spare == 1 else 'do'} not belong to it"] if spare else []
    if good := len(items & right):
        says.insert(0, f"{good} of these {'is' if good == 1 else 'are'} right")
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
    if _are_exchanged([right[key] for key in wrong], [value[key] for key in wrong]):
        names = listed(map(describe_key, wrong))
        says = [f"The numbers of {names} are right, and stand at other keys than their own."]
    elif len(wrong) > 2 and all(_both_real(right[key], value[key]) for key in wrong):
        says = _of_many_numbers(right, value, wrong)
    else:
        says = [f"{describe_key(key)}: {_of_part(right[key], value[key], tolerance)}" for key in wrong]
    return " ".join([*says, f"{list_keys(good)}: right."] if good else says)


def _are_exchanged(rights, values):
    return all(map(_both_real, rights, values)) and sorted(rights) == sorted(values)


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


def in_all_cases(rights, values, tolerance) -> str:
    """Say what the wrong numbers of several cases have in common.

    Parameters
    ----------
    rights, values : list
        The right answers and the wrong ones, as plain data.
    tolerance : float
        Relative and absolute.

    Returns
    -------
    str
        One sentence, or none where they are no numbers, or too few.
    """
    if len(values) < 2 or not all(_both_real(*pair) for pair in zip(rights, values, strict=True)):
        return ""
    if shared := in_common(rights, values, tolerance):
        return shared
    ways = {_way(value, right) for right, value in zip(rights, values, strict=True)}
    if len(ways) == 2:
        return "Of the wrong values some are too small, others too large."
    return f"Every wrong value is too {'small' if ways == {'larger'} else 'large'}."


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
    sentences, lines = {}, []
    for key in common:
        if key in good:
            continue
        if isinstance(value[key], str):  # a sentence of the observer's
            sentences.setdefault(value[key], []).append(key)
        else:
            lines.append(f"{key}: {_of_part(right[key], value[key], tolerance)}")
    lines += [f"{_some(keys)}: {sentence}." for sentence, keys in sentences.items()]
    return "\n".join([*lines, f"Right: {', '.join(map(str, good))}."] if good else lines)


def _some(keys):
    return listed(keys if len(keys) < 4 else [*keys[:2], f"{len(keys) - 2} more"])


def _of_part(right, value, tolerance):
    if value is None:
        return "This is None."
    if _is_shape(right) and _is_shape(value):
        return f"{describe(value)} should be {describe(right)}."
    if isinstance(right, np.ndarray):
        return _of_arrays(right, as_array(value), tolerance, in_words=False)
    return difference(right, value, tolerance)


def _is_shape(value):
    return isinstance(value, tuple) and all(isinstance(n, int) and not isinstance(n, bool) for n in value)
