"""What is said beside the points where a right answer would trip its user, or does what the task tells to leave."""

import ast

import numpy as np

from sepconv.checking.calling import Outcome, argument_names, call, guarded
from sepconv.checking.comparing import Attempt, agrees
from sepconv.checking.given_answer import source_of
from sepconv.checking.wording import describe
from sepconv.exercises.spec import Exercise


def remarks_on(attempt: Attempt, of_ints: Outcome | None) -> tuple[str, ...]:
    """Return what is to be said of a right answer.

    Parameters
    ----------
    attempt : Attempt
    of_ints : Outcome, optional
        Of the call with `Exercise.draw_ints`, where that was made.

    Returns
    -------
    tuple of str
    """
    found = _floats(attempt), _changes(attempt.outcomes), _calls(attempt.exercise, attempt.answer)
    return tuple(filter(None, (*found, _loses_fractions(attempt.exercise, of_ints, attempt.seed))))


def forbidden_call(exercise: Exercise, answer) -> str:
    """Return the complaint about a call that the task forbids, or "".

    Parameters
    ----------
    exercise : Exercise
    answer : callable
        For its source.
    """
    made = called_in(source_of(answer))
    for name, shown in made.items():
        # A lower-case name without a dot may be a function of the learner's own.
        if name in exercise.forbidden and ("." in shown or name[0].isupper()):
            return f"The results are right, but it calls {shown}, and the task says not to."
    return ""


def called_in(source) -> dict[str, str]:
    """Return what a source calls, by the last part of its name: how it is written there.

    A call with keyword arguments stands there once more for each, such as ``conv2d(groups=)``.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            shown = ast.unparse(node.func)
            for argument in ["", *(f"({keyword.arg}=)" for keyword in node.keywords)]:
                found[shown.split(".")[-1] + argument] = shown + argument
    return found


def _calls(exercise, answer):
    made = called_in(source_of(answer)) if exercise.avoidable else {}
    found = [shown for name, shown in made.items() if name in exercise.avoidable]
    return f"It calls {found[0]}. The task asks to do without it: can you?" if found else ""


def _floats(attempt):
    if attempt.exercise.observe is not None:
        return ""
    for right, outcome in zip(attempt.right, attempt.outcomes, strict=True):
        if _has_float_for_int(right.value, outcome.value):
            return (
                f"It returned {describe(outcome.value)}, with a float where an int belongs: range, shapes and "
                "layers refuse a float. // and int() make ints."
            )
    return ""


def _has_float_for_int(right, value):
    if isinstance(right, dict):
        return any(_has_float_for_int(right[key], value[key]) for key in right)
    if isinstance(right, tuple) and isinstance(value, tuple):
        return any(map(_has_float_for_int, right, value))
    return isinstance(right, int) and isinstance(value, float)


def _changes(outcomes):
    changed = sorted({name for outcome in outcomes for name in outcome.changed_inputs})
    if not changed:
        return ""
    return f"It also changes its argument {' and '.join(changed)}: whoever calls it will not expect that."


def _loses_fractions(exercise, of_ints, seed):
    """The right answer is run here on the same case; ints in one of two arrays are no reason to refuse an answer."""
    if of_ints is None:
        return ""
    with guarded():
        case = exercise.draw_ints(seed)
        right = call(exercise.answer, case, exercise.observe)
    if right.raised or agrees(right, of_ints, exercise.tolerance):
        return ""
    names = argument_names(exercise.answer, case)
    name = next(n for n, a in zip(names, case, strict=True) if isinstance(a, np.ndarray))
    if of_ints.raised:
        stops = f"Given an array of ints as {name}, it stops: an array with the dtype of {name} takes no fractions."
        return stops if "Cannot cast ufunc" in of_ints.raised.message else ""
    return (
        f"Given an array of ints as {name}, it returns something else than for the same numbers as floats. "
        f"An array that is made with the dtype of {name} cuts fractions off."
    )
