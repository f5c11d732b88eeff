"""What is asked: one module per lesson, each with a list ``EXERCISES``."""

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sepconv.exercises.spec import Exercise, Misconception

__all__ = ["Exercise", "Misconception", "all_exercises", "find"]


@cache
def _by_name() -> dict[str, Exercise]:
    exercises = {}
    for module in sorted(info.name for info in iter_modules(__path__) if info.name.startswith("lesson_")):
        for exercise in import_module(f"{__name__}.{module}").EXERCISES:
            if exercise.name in exercises:
                raise ValueError(f"two exercises are named {exercise.name!r}")
            exercises[exercise.name] = exercise
    return exercises


def all_exercises() -> list[Exercise]:
    """Return every exercise of the course, in the order of the lessons."""
    return list(_by_name().values())


def find(name: str) -> Exercise:
    """Return the exercise of that name.

    Raises
    ------
    TypeError
        If the name is not a string.
    KeyError
        If there is no such exercise; the message suggests the nearest names.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"name={name!r} must be the exercise's name in quotes, for example check('out_size', out_size)"
        )
    try:
        return _by_name()[name]
    except KeyError:
        near = get_close_matches(name, _by_name(), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "no exercise has a similar name."
        raise UnknownExercise(f"there is no exercise named {name!r}: {hint}") from None


class UnknownExercise(KeyError):
    """No exercise has that name."""

    def __str__(self):
        return self.args[0]  # a KeyError would show its message in quotes

    def _render_traceback_(self):  # asked for by IPython: one line says it all
        return [f"There is no such exercise: {self}"]
