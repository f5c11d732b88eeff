"""Slips: mistakes that can happen in any program, each an operator on a program, or on what it returns.

The same programs serve twice: whoever gives an answer that behaves like one of them is told the slip's name, and the tests
give each of them to its check and want it refused.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice
from types import FunctionType

import numpy as np

from sepconv.exercises.mistakes import Misconception, compiled, source_of
from sepconv.exercises.slips_in_code import changes


@dataclass(frozen=True, eq=False)
class Program:
    """A right program with one slip in it."""

    slip: str
    line: int
    tree: ast.Module
    right: FunctionType

    @cached_property
    def make(self):
        """The function that the changed source defines, or None where that is no program."""
        try:
            return compiled(self.right, "", tree=self.tree)
        except (SyntaxError, ValueError, TypeError):
            return None


# What is said must be true of everybody who made it, in any exercise, and must not give the answer.
_WORDS = {
    "term-left-out": (
        "a part of a sum was left out",
        "Write down everything that is added up. Which part is missing in yours?",
    ),
    "factor-left-out": (
        "a factor was left out",
        "Ask of each quantity in turn: when it doubles, what does the result do?",
    ),
    "division-left-out": ("a division was left out", "Which of the quantities is shared out among several?"),
    "added-for-multiplied": (
        "two numbers were added that have to be multiplied",
        "So many, and each of them so often: is that a sum or a product?",
    ),
    "multiplied-for-added": (
        "two numbers were multiplied that have to be added",
        "One thing and then another: is that a sum or a product?",
    ),
    "multiplied-for-divided": (
        "a number was multiplied where it has to be divided",
        "When this number grows, should the result grow or shrink?",
    ),
    "divided-for-multiplied": (
        "a number was divided where it has to be multiplied",
        "When this number grows, should the result grow or shrink?",
    ),
    "sign-exchanged": (
        "a plus and a minus were exchanged",
        "Does this part make the result larger or smaller?",
    ),
    "one-off": ("a number is one too large or one too small", "Try the smallest case by hand, and count."),
    "not-rounded": ("a division was not rounded down", "Can there be a fraction of what is counted?"),
    "rounded-up": ("a division was rounded up", "What becomes of the part that does not fill a whole one?"),
    "square-left-out": (
        "a number was taken once that counts twice",
        "A kernel, an image, a step on it: each has two directions.",
    ),
    "border-of-comparison": (
        "a comparison falls on the wrong side when both are equal",
        "Put in two equal numbers. What should happen then?",
    ),
    "comparison-turned": (
        "a comparison was turned around",
        "Put in two numbers, and say the sentence aloud.",
    ),
    "overwritten": (
        "each step overwrites what the one before has added",
        "After the loop, what is left of the first step? = sets, += adds.",
    ),
    "step-left-out": ("a step was left out", "Say what each line is for. What does nobody do in yours?"),
    "argument-left-out": (
        "an argument was not handed on",
        "Look at each call: does everything that was given in the def line get to where it is needed?",
    ),
    "exchanged": ("two quantities were exchanged", "Read each name aloud with what it stands for."),
    "one-for-the-other": (
        "one quantity was used in the place of another",
        "Try a case in which rows and columns, or inputs and outputs, differ.",
    ),
    "axes-exchanged": ("two axes were exchanged", "Write the shape beside each array. Which axis is which?"),
    "index-off": (
        "an index points one place too far or not far enough",
        "Write down the indices for the first window.",
    ),
    "slice-end": (
        "a slice begins or ends in the wrong place",
        "Write down the first and the last index that it takes.",
    ),
    "starts-at-one": ("counting began at 1 where it has to begin at 0", "What does range begin with?"),
    "branches-exchanged": (
        "the two cases of a condition were exchanged",
        "Say aloud when which of the two holds.",
    ),
    "turned-around": ("a division was turned upside down", "What is divided by what?"),
    "case-left-out": ("one of two cases was left out", "For which inputs does the other case hold?"),
    "and-or-exchanged": ("and and or were exchanged", "Must both conditions hold, or is one enough?"),
    "end-not-moved": (
        "the end of a slice did not move along with its beginning",
        "Write down the first and the last index for the second window.",
    ),
    "biases-added": (
        "the biases were counted as well",
        "Are the weights asked for, or everything that the layer learns?",
    ),
}
_RESULT_WORDS = {
    "result-transposed": ("the result is transposed", "Which axis comes first?"),
    "result-flipped": ("the result is turned around along an axis", "With which end does it begin?"),
    "result-negative": ("the sign of the result is turned around", "What was subtracted from what?"),
    "result-rounded": (
        "the result was cut to whole numbers",
        "Is there an int, or an array of ints, on the way?",
    ),
    "result-positive": ("negative numbers became zero", "Is there a ReLU that nobody asked for?"),
    "result-absolute": ("negative numbers lost their sign", "May the result be negative?"),
    "result-doubled": (
        "the result is twice what it should be",
        "A multiply-accumulate is one MAC and two FLOPs: which are asked for?",
    ),
    "result-halved": (
        "the result is half of what it should be",
        "Was something counted once that comes twice?",
    ),
    "result-bytes": ("bytes were counted, and not numbers", "A float32 has 4 bytes. What is asked for?"),
    "result-one-more": ("the result is one too large", "Try the smallest case by hand, and count."),
    "result-one-less": ("the result is one too small", "Try the smallest case by hand, and count."),
    "result-inverse": ("the result is turned upside down", "What is divided by what?"),
    "result-complement": (
        "the rest was given, and not the part",
        "Is the share asked for that stays, or the one that goes?",
    ),
    "result-percent": (
        "percent were given, and not a share",
        "Between which two numbers does the answer lie?",
    ),
}


@cache
def misconception_of(slip) -> Misconception:
    """Return the name and the advice of a slip."""
    name, advice = (_WORDS | _RESULT_WORDS)[slip]
    return Misconception(slip, name, None, advice)


@lru_cache(maxsize=256)
def programs(function) -> tuple[Program, ...]:
    """Return a function of the package with each slip that fits it, one at a time."""
    source = source_of(function) if isinstance(function, FunctionType) else ""
    if not source.startswith("def "):  # a lambda, a class
        return ()

    def changed(number, slip, change):
        tree = ast.parse(source)  # ten times faster than a copy of the tree
        node = next(islice(ast.walk(tree), number, None))
        line = getattr(node, "lineno", 0)
        change(node)
        return Program(slip, line, ast.fix_missing_locations(tree), function)

    return tuple(changed(number, slip, change) for number, slip, change in changes(ast.parse(source)))


def results(value) -> Iterator[tuple[str, object]]:
    """Yield what becomes of a right result, as plain data, by each slip that can happen to it."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield from _of_array(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _of_scalar(value)


def _of_array(value):
    for one in range(value.ndim):
        yield "result-flipped", np.flip(value, one)
        for other in range(one + 1, value.ndim):
            yield "result-transposed", np.swapaxes(value, one, other)
    yield "result-negative", -value
    yield "result-rounded", np.trunc(value)
    yield "result-positive", np.maximum(value, 0)
    yield "result-absolute", np.abs(value)


def _of_scalar(value):
    yield "result-negative", -value
    yield "result-doubled", 2 * value
    yield "result-halved", value / 2
    yield "result-bytes", 4 * value
    if isinstance(value, int):
        yield "result-one-more", value + 1
        yield "result-one-less", value - 1
    else:
        yield "result-rounded", int(value) if abs(value) < 2**53 else value
        yield "result-inverse", 1 / value if value else value
        yield "result-complement", 1 - value
        yield "result-percent", 100 * value
