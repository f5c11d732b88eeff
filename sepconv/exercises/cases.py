"""Inputs on which wrong answers come apart: small integers, asymmetric, never square by accident."""

import math

import numpy as np
from numpy.random import default_rng  # bound now: an answer may replace it later

_NEVER_EQUAL = (("c_in", "c_out"), ("h", "w"))  # what is exchanged by mistake must differ


class Inputs:
    """A stream of arrays that is the same for the same seed.

    Parameters
    ----------
    seed : int
        A notebook's ``check`` uses seed 0; a grader draws fresh ones.
    """

    def __init__(self, seed):
        self._rng = default_rng(seed)

    def integers(self, *shape):
        """Return float64 small integers without zeros, of that shape: no product vanishes unnoticed."""
        values = self._rng.integers(1, 10, size=shape) * self._rng.choice([-1, 1, 1], size=shape)
        return values.astype(np.float64)

    def sixteenths(self, *shape):
        """Return float64 numbers from -1 to 1 without zeros, as many negative as positive, that float32 holds exactly."""
        return self._rng.integers(1, 17, size=shape) * self._rng.choice([-1, 1], size=shape) / 16

    def one_of(self, choices):
        """Return one item of a sequence."""
        return choices[int(self._rng.integers(len(choices)))]


def without_draw(case):
    """Return what an answer is called with: a case without the `Inputs` that are for its observer alone."""
    return tuple(argument for argument in case if not isinstance(argument, Inputs))


def numbers_in(case):
    """Return how many numbers the arrays of a case hold: of two cases the smaller is easier to look at."""
    return sum(math.prod(getattr(argument, "shape", ())) for argument in case)


def in_quarters(cases):
    """Return two of the cases again, their arrays divided by 4: small ones with negative numbers, not the first.

    An array of ints, or a result that was rounded, shows on fractions alone; quarters are exact in float32.
    """
    fitting = [case for case in cases[1:] if any(map(_holds_floats, case))]
    fitting.sort(key=lambda case: (not any(map(_is_negative, case)), numbers_in(case)))
    return [tuple(a / 4 if _holds_floats(a) else a for a in case) for case in fitting[:2]]


def with_ints(case):
    """Return a case of quarters with whole numbers in its first array, as ints: a result of that dtype loses fractions."""
    first = next(i for i, argument in enumerate(case) if _holds_floats(argument))
    return (*case[:first], (4 * case[first]).astype(np.int64), *case[first + 1 :])


def _holds_floats(argument):
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f"


def _is_negative(argument):
    return _holds_floats(argument) and bool((argument < 0).any())


def drawn(*, count=3, case=None, fits=None, **numbers):
    """Return a function of the seed that draws cases: what an exercise's ``fresh`` wants.

    Parameters
    ----------
    count : int
        How many cases; no two are alike.
    case : callable, optional
        ``case(**drawn)`` returns the arguments; by default they are the drawn items in their order.
    fits : callable, optional
        ``fits(*case)`` says whether a case is legal; others are drawn again.
    **numbers : sequence
        For each name the items to choose from. ``c_in`` and ``c_out``, and ``h`` and ``w``, always differ.

    Examples
    --------
    >>> drawn(count=2, c_in=range(2, 9), c_out=range(2, 9), k=(1, 3, 5))(seed=7)
    [(8, 6, 5), (6, 5, 3)]
    """

    def fresh(seed):
        draw, cases = Inputs(seed), []
        while len(cases) < count:
            found = {name: draw.one_of(choices) for name, choices in numbers.items()}
            if any(one in found and found[one] == found.get(other) for one, other in _NEVER_EQUAL):
                continue
            arguments = case(**found) if case else tuple(found.values())
            if arguments not in cases and (fits is None or fits(*arguments)):
                cases.append(arguments)
        return cases

    return fresh
