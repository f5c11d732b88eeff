"""Questions for going over a mistake again: families of questions, whose numbers are drawn anew each time.

A family is a program of its numbers, and a table of the mistakes that it is about. A question is an exercise without points.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from itertools import combinations

from sepconv.exercises.cases import Inputs
from sepconv.exercises.mistakes import compiled, source_of
from sepconv.exercises.spec import Exercise

_MOST_DRAWS = 500


@dataclass(frozen=True, eq=False)
class Family:
    """Questions that differ in their numbers.

    Parameters
    ----------
    program : callable
        The right answer, of the numbers by their names.
    lesson : int
        The one that teaches it.
    asks : str
        The question, with the numbers in braces.
    mistakes : str
        A table, as in ``mistakes.py``.
    hint : str
    numbers : mapping of str to sequence
        What each number is drawn from.
    fits : callable, optional
        ``fits(**numbers)`` says whether they go together.
    also : str
        The ids of further mistakes that it helps against.
    """

    program: Callable
    lesson: int
    asks: str
    mistakes: str
    hint: str
    numbers: Mapping[str, Sequence]
    fits: Callable | None = None
    also: str = ""

    @property
    def name(self) -> str:
        """That of its program."""
        return self.program.__name__

    @cached_property
    def about(self) -> set[str]:
        """The ids of the mistakes that it is about."""
        return {*self.also.split(), *(m.id for m in self.question(0).misconceptions)}

    def question(self, seed, name="review_1", lesson=None) -> Exercise:
        """Return a question with numbers of which no two mistakes come to the same.

        Parameters
        ----------
        seed : int
        name : str
            What it is checked as.
        lesson : int, optional
            The one in which it is asked; that of the family, if left out.

        Raises
        ------
        ValueError
            If there are no such numbers.
        """
        draw = Inputs((seed, *self.name.encode()))
        for _ in range(_MOST_DRAWS):
            numbers = {key: draw.one_of(choices) for key, choices in self.numbers.items()}
            if self.fits and not self.fits(**numbers):
                continue
            question = Exercise(
                name=name,
                lesson=self.lesson if lesson is None else lesson,
                prompt=f"Lesson {self.lesson}: {self.asks.format(**numbers)}",
                answer=self._with(numbers),
                misconceptions=self.mistakes,
                hints=[self.hint],
                tolerance=1e-3,
            )
            values = [question.answer, *(m.wrong for m in question.misconceptions)]
            if not any(_alike(one, other) for one, other in combinations(values, 2)):
                return question
        raise ValueError(f"{self.name}: two answers are the same, whatever is drawn")

    def _with(self, numbers):
        """The program with its numbers written into it, which then shows the working."""
        head, body = source_of(self.program).split("\n", 1)
        given = f"    {', '.join(numbers)} = {', '.join(map(str, numbers.values()))}"
        return compiled(self.program, f"{head.partition('(')[0]}():\n{given}\n{body}")


def _alike(one, other):
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(one, other, rel_tol=0.02)
    return one == other


@cache
def families() -> dict[str, Family]:
    """Return every family by its name, in the order of the lessons."""
    modules = [import_module(f"{__name__}.{part}") for part in ("sizes", "weights", "channels")]
    found = [family for module in modules for family in module.FAMILIES]
    return {family.name: family for family in sorted(found, key=lambda family: family.lesson)}
