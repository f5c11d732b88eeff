"""One door to the marking of every kind of answer."""

from functools import partial

from sepconv.checking import wording
from sepconv.checking.attempt import CODE, OBJECT, UNTOUCHED, has_blank, kind_of_answer
from sepconv.checking.orders import NoProgram, assemble, letters_of
from sepconv.checking.plain import plain
from sepconv.checking.runs import (
    agrees,
    diagnose_run,
    outcomes_of_spec,
    parameters_moved,
    run,
    run_once_more,
    runnable,
    something_stays,
)
from sepconv.checking.search import explained
from sepconv.checking.values import diagnose_value
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, NOT_YET, Verdict, not_yet
from sepconv.exercises.spec import Exercise


def mark(exercise: Exercise, answer, seed=0) -> tuple[Verdict, str]:
    """Mark an answer; return the verdict and the beginning of what the answer printed."""
    if exercise.kind in ("number", "choice"):
        return diagnose_value(exercise, answer), ""
    if exercise.kind == "order":
        answer = _joined(answer)
    if (refused := _refused(exercise, answer)) is not None:
        return refused, ""
    try:
        function = runnable(exercise, answer)
    except NoProgram as problem:
        return not_yet(str(problem)), ""
    for which in range(-1, len(exercise.misconceptions)):
        outcomes_of_spec(exercise, which, seed)  # before the learner's code can change what they need
    outcomes, printed = run(exercise, function, seed)
    again = partial(run_once_more, exercise, function, seed)
    verdict = verdict_on(exercise, function, outcomes, again, has_blank(answer), seed)
    if exercise.kind == "order" and verdict.outcome == CORRECT:
        verdict = _without_spare_lines(exercise, letters_of(answer), verdict, seed)
    return verdict, printed


def verdict_on(exercise: Exercise, answer, outcomes, again, is_blank, seed=0) -> Verdict:
    """Return the verdict on an answer that was called, whether here or in a process of its own.

    Parameters
    ----------
    answer : callable
        The answer itself, or what has its name, its parameters and its source.
    outcomes : list of Outcome
        One per case of the exercise, in order.
    again : callable
        Returns the Outcome of one more call with the first case, or None where none was made.
    is_blank : bool
        Whether a ``...`` of the stub is still in the answer.
    """
    verdict = diagnose_run(exercise, answer, outcomes, seed)
    if verdict.outcome == CORRECT:
        return verdict
    if is_blank:
        blank = f"There is still a ... in {exercise.name}. Put code in its place, or delete it."
        return Verdict(NOT_ATTEMPTED, (blank,))
    if moved := parameters_moved(exercise, answer):
        return not_yet(moved)
    if verdict.outcome != NOT_YET or verdict.misconception:
        return verdict
    if found := explained(exercise, outcomes, seed):
        return found
    if exercise.kind == "module":
        return verdict
    if stays := something_stays(exercise, outcomes[0], again()):
        return not_yet(stays, *verdict.paragraphs)
    return verdict


def _joined(answer):
    """The letters of an order that came as a list of letters; any other answer as it is."""
    is_list = isinstance(answer, list | tuple) and all(isinstance(letter, str) for letter in answer)
    return "".join(answer) if is_list else answer


def _refused(exercise, answer):
    """Return the verdict on an answer that is not even run, or None."""
    if exercise.kind == "order" and isinstance(answer, str):
        return None if letters_of(answer) else Verdict(NOT_ATTEMPTED)
    what = kind_of_answer(exercise, answer)
    if what == CODE:
        return None
    return verdict_without_code(exercise, what, type(answer).__name__, plain(answer))


def verdict_without_code(exercise: Exercise, what, type_name, value) -> Verdict:
    """Return the verdict on an answer that cannot be called, from its kind, its type's name and its plain value."""
    if what == UNTOUCHED:
        return Verdict(NOT_ATTEMPTED)
    if what == OBJECT:
        return not_yet(f"The answer is a {type_name}; give the class itself, without parentheses.")
    wanted = f"the function itself: {exercise.name}, without parentheses"
    if exercise.kind == "order":
        wanted = "letters in order, for example 'CAB'"
    return not_yet(f"The answer was {wording.describe(value)}; it should be {wanted}.")


def _without_spare_lines(exercise, letters, verdict, seed):
    """Refuse a right program that holds a line it does not need."""
    right = outcomes_of_spec(exercise, -1, seed)
    for i, letter in enumerate(letters):
        try:
            function = assemble(exercise, letters[:i] + letters[i + 1 :])
        except NoProgram:
            continue
        outcomes = run(exercise, function, seed)[0]
        if all(agrees(r, o, exercise.tolerance) for r, o in zip(right, outcomes, strict=True)):
            return not_yet(f"The program computes the right thing, but it does not need line {letter}.")
    return verdict
