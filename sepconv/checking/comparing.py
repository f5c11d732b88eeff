"""What an answer came to beside what the right one comes to, case by case."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sepconv.checking.calling import Outcome, call_with_each, guarded
from sepconv.checking.orders import assemble
from sepconv.checking.plain import holds_blank, plain, same
from sepconv.exercises.cases import numbers_in
from sepconv.exercises.spec import Exercise


def run(exercise: Exercise, answer, seed=0, only=None, seconds=None) -> tuple[list[Outcome], str]:
    """Call an answer on the exercise's cases, drawn anew: some of them note what is done with them.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
    seed : int
        What the cases are drawn with.
    only : sequence of int, optional
        The numbers of the cases; without it all.
    seconds : float, optional
        What takes longer in all is stopped; without it nothing is.

    Returns
    -------
    outcomes : list of Outcome
        One per case, in order.
    printed : str
        The beginning of what the answer printed.
    """
    watched = exercise.watch(answer) if exercise.watch else answer
    with guarded() as prints:
        cases = exercise.draw_cases(seed)
        cases = cases if only is None else [cases[i] for i in only]
        outcomes = call_with_each(watched, cases, exercise.observe, seconds)
    return outcomes, prints.beginning


def _run_of_spec(exercise, which, seed, only=None):
    answer = exercise.answer if which < 0 else exercise.misconceptions[which].wrong
    return run(exercise, program_of(exercise, answer), seed, only)[0]


@lru_cache(maxsize=512)
def outcomes_of_spec(exercise: Exercise, which=-1, seed=0) -> list[Outcome]:
    """Run the right answer, or misconception number `which`; what it came to is kept for the next check.

    Parameters
    ----------
    exercise : Exercise
    which : int
        -1 for the right answer.
    seed : int

    Returns
    -------
    list of Outcome
    """
    return _run_of_spec(exercise, which, seed)


@lru_cache(maxsize=4096)
def outcome_of_spec(exercise: Exercise, which, seed, i) -> Outcome:
    """Run the right answer, or misconception number `which`, as far as case number `i`: a call may leave something behind.

    Parameters
    ----------
    exercise : Exercise
    which, seed, i : int

    Returns
    -------
    Outcome
    """
    return _run_of_spec(exercise, which, seed, range(i + 1))[i]


def program_of(exercise: Exercise, answer):
    """Return what is called of an answer: of an order the function that its lines define, else the answer itself.

    Parameters
    ----------
    exercise : Exercise
    answer : callable or str

    Returns
    -------
    callable
    """
    return assemble(exercise, answer) if exercise.kind == "order" else answer


def agrees(one: Outcome, other: Outcome, tolerance) -> bool:
    """Return whether two calls came to the same: the same value, or an exception of the same type.

    Parameters
    ----------
    one, other : Outcome
        `one` decides what is compared, as in `same`.
    tolerance : float

    Returns
    -------
    bool
    """
    if one.raised or other.raised:
        return bool(one.raised and other.raised and one.raised.type_name == other.raised.type_name)
    return same(one.value, other.value, tolerance)


@lru_cache(maxsize=2048)
def value_of_spec(exercise: Exercise, which=-1):
    """Return the right value of a number or a choice, or that of misconception number `which`, as plain data.

    Parameters
    ----------
    exercise : Exercise
    which : int
        -1 for the right answer.
    """
    return plain(exercise.answer if which < 0 else exercise.misconceptions[which].wrong)


@dataclass(frozen=True)
class Attempt:
    """An answer that was called with every case.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
        The answer itself, or what has its name, its parameters and its source.
    outcomes : list of Outcome
        One per case of the exercise, in order.
    seed : int
        What the cases were drawn with.
    """

    exercise: Exercise
    answer: Callable
    outcomes: list[Outcome]
    seed: int = 0

    @cached_property
    def right(self) -> list[Outcome]:
        """What the right answer came to."""
        return outcomes_of_spec(self.exercise, -1, self.seed)

    @cached_property
    def cases(self) -> list[tuple]:
        """The cases, to show them or to call others with."""
        with guarded():  # a layer that is made for a case must not use up the learner's random numbers
            return self.exercise.draw_cases(self.seed)

    @cached_property
    def known(self) -> int:
        """How many cases have a meaning; the others were drawn."""
        with guarded():
            return len(self.cases) - len(self.exercise.draw_fresh(self.seed))

    @cached_property
    def failing(self) -> list[int]:
        """The numbers of the cases that are not right."""
        agreed = self.agree_with(self.right)
        return [i for i, good in enumerate(agreed) if not good]

    @cached_property
    def smallest(self) -> int:
        """The number of the smallest case that is not right, if possible one that came to a value."""
        return min(self.failing, key=lambda i: (bool(self.outcomes[i].raised), numbers_in(self.cases[i])))

    @property
    def is_stub(self) -> bool:
        """Whether nothing was filled in: it raises, or gives back, the blank of the stub."""
        raises = all(outcome.raised and outcome.raised.is_stub for outcome in self.outcomes)
        return raises or all(holds_blank(outcome.value) for outcome in self.outcomes)

    @property
    def raises(self) -> bool:
        """Whether any case ended with an exception."""
        return any(outcome.raised for outcome in self.outcomes)

    def agree_with(self, wanted) -> list[bool]:
        """Return for each case whether it came to what was wanted."""
        return [agrees(w, o, self.exercise.tolerance) for w, o in zip(wanted, self.outcomes, strict=True)]
