"""Slips: mistakes that can happen in any program, each an operator on a program (slips_in_results.py: on what it returns).

The same programs serve twice: whoever gives an answer that behaves like one of them is told the slip's name, and the tests
give each of them to its check and want it refused.
"""

import ast
import warnings
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from types import CodeType, FunctionType

from sepconv.exercises.mistakes import Misconception, defined_by, source_of
from sepconv.exercises.slips_in_code import changes


@dataclass(frozen=True, eq=False)
class Program:
    """A right program with one slip in it, in one place or in all places that are alike."""

    slip: str
    about: tuple[str, ...]
    line: int
    code: CodeType
    right: FunctionType

    @cached_property
    def make(self) -> FunctionType:
        """The function that the changed source defines."""
        return defined_by(self.right, self.code)

    @property
    def misconception(self) -> Misconception | None:
        """The slip with its words, or None where there is nothing to say about it."""
        return misconception_of(self.slip, self.about) if self.slip in _WORDS else None

    @property
    def is_telling(self) -> bool:
        """Whether a single number is enough to name the slip: others would agree with it by chance."""
        return self.slip in _TELLING or bool(self.about and self.slip in _TELLING_WITH_ITS_QUANTITY)


# A slip, its name, and its name with the quantities that it is about; then advice. What is said must be true of everybody
# who made it, in any exercise, and must not give the answer. A slip without words is only refused.
_TABLE = """
term-left-out: a part of a sum was left out / {} was left out of a sum
Write down everything that is added up, or taken off. What does each part stand for?
one-left-out: 1 was not added, or not taken off
Try the smallest case by hand, and count.
one-too-many: 1 was added or taken off where it does not belong
Try the smallest case by hand, and count.
counted-twice: a part of a sum was counted twice / {} was counted twice
Say what each part stands for.
factor-left-out: a factor was left out / the factor {} was left out
Ask of each quantity in turn: when it doubles, what does the result do?
factor-too-many: there is a factor too many / {} was multiplied in where it does not belong
Ask of each part in turn: when this quantity doubles, what does the part do?
once-for-twice: something was counted once that comes twice / {} was counted once where it comes twice
Two ends, two directions, two numbers: which of them is in your count?
square-left-out: a number was taken once and not squared / {} was taken once and not squared
A kernel, an image, a step on it: each has two directions.
division-left-out: a division was left out / the division by {} was left out
When this quantity grows, should the result grow or shrink?
added-for-multiplied: numbers were added that have to be multiplied
So many, and each of them so often: is that a sum or a product?
multiplied-for-added: two numbers were multiplied that have to be added / {} was multiplied where it has to be added
One thing and then another: is that a sum or a product?
multiplied-for-divided: a number was multiplied where it has to divide / {} was multiplied where it has to divide
When this number grows, should the result grow or shrink?
divided-for-multiplied: a number divides where it has to be multiplied / {} divides where it has to be multiplied
When this number grows, should the result grow or shrink?
subtracted-for-added: something was subtracted that has to be added / {} was subtracted where it has to be added
Does this part make the result larger or smaller?
added-for-subtracted: something was added that has to be subtracted / {} was added where it has to be subtracted
Does this part make the result larger or smaller?
sign-lost: a minus sign was lost
Write each product down with its sign.
brackets: brackets are missing, or stand in the wrong place
Products and quotients are computed before sums: which sum has to come first?
before-dividing: what is added to a quotient was added before the division
What does the quotient count, before anything is added to it?
not-rounded: a division was not rounded down
Can there be a fraction of what is counted?
rounded-up: a division was rounded up
What becomes of the part that does not fill a whole one?
size-over-stride: the output's size was taken to be the image's over the stride
Lay a window on the padded image. How far can it go, in how many steps?
padding-of-three: every kernel got the padding of a 3×3 kernel
How many zeros does a larger kernel need on each side?
border-of-comparison: a comparison falls on the wrong side when both are equal
Put in two equal numbers. What should happen then?
comparison-turned: a comparison was turned around
Put in two numbers, and say the sentence aloud.
overwritten: each step overwrites what the ones before have collected
After the loop, what is left of the first step? = sets, += and *= go on from what is there.
step-left-out: a step was left out
Say what each line is for. What does nobody do in yours?
argument-left-out: an argument was left out of a call / {} was left out of a call
Look at each call: is everything there that it needs?
exchanged: two quantities were exchanged / {} and {} were exchanged
Read each name aloud with what it stands for.
one-for-the-other: one quantity was used in the place of another / {} was used in the place of {}
Try a case in which rows and columns, or inputs and outputs, differ.
axes-exchanged: two axes were exchanged
Write the shape beside each array. Which axis is which?
index-left-out: an index was left out
Which of the numbers along each axis belong to this one output?
index-off: an index points one place too far, or not far enough
Write down the indices for the first window.
slice-end: a slice begins or ends in the wrong place
Write down the first and the last index that it takes.
end-not-moved: the end of a slice did not move along with its beginning
Write down the first and the last index for the second window.
slice-step: the step of a slice was left out
Which entries does it take, and which does it pass over?
wrong-end: a loop goes through its items from the wrong end
Which item has to come first?
starts-at-one: counting began at 1 where it has to begin at 0
What does range begin with?
one-round-more: a loop makes one round too many, or one too few
How many rounds does it make for the smallest case?
branches-exchanged: the two cases of a condition were exchanged
Say aloud when which of the two holds.
turned-around: a division was turned upside down
What is divided by what?
case-left-out: one of two cases was left out
For which inputs does the other case hold?
condition-left-out: one of the conditions was left out
Say aloud when it holds: what must be true?
and-or-exchanged: and and or were exchanged
Must both conditions hold, or is one enough?
biases-added: the biases were counted as well
Are the weights asked for, or everything that the layer learns? Is adding a bias a multiplication?
mean-for-sum: an average was taken where the sum is asked for
Is anything divided in a convolution?
first-axis-only: the entries along the first axis were counted, and not the numbers
len(w) counts filters. How many numbers has each of them?
padded-on-one-side: the zeros were put on one end of each axis only
Which pixels stand in the middle of the first window, and of the last?
padded-along-one-axis: zeros were put along one of the two axes only
Write down the shape before and after the padding.
result-transposed: the axes of the result stand in another order
Which axis comes first?
result-flipped: the result was turned around along an axis
With which end does it begin?
result-negative: the sign of the result was turned around
What was subtracted from what?
result-rounded: the result was rounded, or cut to whole numbers
Is something rounded, or an array of ints, on the way?
result-positive: negative numbers became zero
Is there a ReLU that nobody asked for?
result-absolute: negative numbers lost their sign
May the result be negative?
result-doubled: the result is twice what it should be
What was counted twice? One MAC, for example, is two FLOPs.
result-halved: the result is half of what it should be
Was something counted once that comes twice?
result-bytes: bytes were counted, and not numbers
A float32 has 4 bytes. What is asked for?
result-inverse: the result was turned upside down
What is divided by what?
result-complement: the rest was given, and not the part
Is the share asked for that stays, or the one that goes?
result-percent: percent were given
25 % is 0.25, and 400 % is 4. What is asked for?
result-increase: the growth was given in percent, and not the factor
Twice as much is a growth by 100 %. What is asked for?
result-at-least-one: 1 was given where the result is less
May there be none at all?
result-zero: the result is 0 everywhere
Is the place where numbers are written ever reached?
result-repeated: the right result was repeated along an axis
How long should each axis be?
result-scaled: all numbers were multiplied or divided by the same factor
They belong together rightly. By what was everything multiplied or divided?
result-shifted: the same was added to all numbers, or left out of them
What goes into every number, whatever the place? How often is it in yours?
result-reordered: the right numbers stand in each other's places
Say of each place what belongs there.
"""


def _read(table):
    lines = table.strip().splitlines()
    for head, advice in zip(lines[::2], lines[1::2], strict=True):
        slip, names = head.split(": ", 1)
        yield slip, (*names.split(" / "), advice)


_WORDS = dict(_read(_TABLE))
_TELLING = {
    "square-left-out",
    "once-for-twice",
    "size-over-stride",
    "not-rounded",
    "rounded-up",
    "before-dividing",
    "sign-lost",
    "biases-added",
}
_TELLING_WITH_ITS_QUANTITY = {
    "term-left-out",
    "counted-twice",
    "factor-left-out",
    "division-left-out",
    "added-for-multiplied",
    "multiplied-for-added",
    "one-for-the-other",
}
WRITTEN_SO = {"step-left-out"}  # said of the model answer's steps: others take other ones
SLIPS = _WORDS.keys()


def misconception_of(slip, about=()) -> Misconception:
    """Return the name and the advice of a slip.

    Parameters
    ----------
    slip : str
    about : tuple of str
        The quantities in it, where the learner knows their names.
    """
    name, *named, advice = _WORDS[slip]
    return _slip(slip, named[0].format(*about) if named and about else name, advice)


@cache
def _slip(slip, name, advice):  # one object for one name: verdicts are compared
    return Misconception(slip, name, None, advice)


@lru_cache(maxsize=256)
def programs(function) -> tuple[Program, ...]:
    """Return a function of the package with each slip that fits it, one at a time."""
    source = source_of(function) if isinstance(function, FunctionType) else ""
    if not source.startswith("def "):  # a lambda, a class
        return ()
    whole = ast.parse(source)
    seen, found = {ast.dump(whole)}, []  # two equal arguments exchanged: nothing has changed
    with warnings.catch_warnings(action="ignore"):
        for slip, about, places in changes(whole):
            tree = ast.parse(source)  # ten times faster than a copy of the tree
            nodes = list(ast.walk(tree))
            line = getattr(nodes[places[0][0]], "lineno", 0)
            for number, change in sorted(places, key=lambda place: -place[0]):
                change(nodes[number])  # what stands inside is changed first
            if (text := ast.dump(tree)) not in seen:
                seen.add(text)
                with suppress(SyntaxError, ValueError, TypeError):  # it is no program
                    code = compile(ast.fix_missing_locations(tree), f"<{function.__name__}, a slip>", "exec")
                    found.append(Program(slip, about, line, code, function))
    return tuple(found)
