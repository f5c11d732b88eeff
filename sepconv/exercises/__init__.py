"""What is asked: a folder for each lesson, and in it a file for each exercise, named as the exercise.

A file holds one ``EXERCISE`` or, like the warm-ups, a list ``EXERCISES``. Other files hold what several exercises share.
"""

from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules

from sepconv.exercises.spec import Exercise, Misconception

__all__ = ["Exercise", "Misconception", "all_exercises", "find", "right_answers"]


@cache
def _by_name() -> dict[str, Exercise]:
    exercises = {}
    for module in _modules():
        for exercise in _exercises_in(import_module(module)) if not module.endswith(".right") else ():
            if exercise.name in exercises:
                raise ValueError(f"two exercises are named {exercise.name!r}")
            exercises[exercise.name] = exercise
    return exercises


def _modules():
    for lesson in sorted(
        info.name for info in iter_modules(__path__, f"{__name__}.") if ".lesson_" in info.name
    ):
        inside = (info.name for info in iter_modules(import_module(lesson).__path__, f"{lesson}."))
        yield from sorted(inside, key=lambda name: (not name.endswith(".warm_ups"), name))


def _exercises_in(module):
    """Yield the exercises of a module, with what its place says: the lesson, and of a single one name and task."""
    *_, lesson, name = module.__name__.split(".")
    about = {"lesson": int(lesson.removeprefix("lesson_"))}
    if hasattr(module, "EXERCISE"):
        one = module.EXERCISE
        yield replace(one, name=one.name or name, prompt=getdoc(module), **about)
    for one in getattr(module, "EXERCISES", ()):
        yield replace(one, name=one.name or one.working.__name__, **about)


def right_answers() -> dict[str, list]:
    """Return right programs that are written differently from the model answer, for the search, by the exercise's name."""
    modules = [import_module(module) for module in _modules() if module.endswith(".right")]
    return {name: answers for module in modules for name, answers in module.RIGHT.items()}


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
