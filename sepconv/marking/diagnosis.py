"""One door to the marking of every kind of answer."""

from types import FunctionType

from sepconv.exercises.spec import Exercise
from sepconv.marking import wording
from sepconv.marking.attempt import has_blank, is_untouched
from sepconv.marking.orders import NoProgram, assemble, letters_of
from sepconv.marking.plain import plain
from sepconv.marking.runs import (
    agrees,
    diagnose_run,
    outcomes_of_spec,
    parameters_moved,
    run,
    runnable,
    something_stays,
)
from sepconv.marking.values import diagnose_value
from sepconv.marking.verdict import CORRECT, NOT_ATTEMPTED, NOT_YET, Verdict, not_yet


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
    verdict = diagnose_run(exercise, function, outcomes, seed)
    if exercise.kind == "order" and verdict.outcome == CORRECT:
        verdict = _without_spare_lines(exercise, letters_of(answer), verdict, seed)
    if verdict.outcome != CORRECT and has_blank(answer):
        verdict = Verdict(
            NOT_ATTEMPTED, (f"There is still a ... in {exercise.name}. Put code in its place, or delete it.",)
        )
    elif verdict.outcome != CORRECT and (moved := parameters_moved(exercise, function)):
        verdict = not_yet(moved)
    elif (
        verdict.outcome == NOT_YET
        and not verdict.misconception
        and (stays := something_stays(exercise, function, outcomes, seed))
    ):
        verdict = not_yet(stays, *verdict.paragraphs)
    return verdict, printed


def _joined(answer):
    """The letters of an order that came as a list of letters; any other answer as it is."""
    is_list = isinstance(answer, list | tuple) and all(isinstance(letter, str) for letter in answer)
    return "".join(answer) if is_list else answer


def _refused(exercise, answer):
    """Return the verdict on an answer that is not even run, or None."""
    if answer is Ellipsis or answer is None:
        return Verdict(NOT_ATTEMPTED)
    if exercise.kind == "order":
        if not isinstance(answer, str):
            what = wording.describe(plain(answer))
            return not_yet(f"The answer was {what}; it should be letters in order, for example 'CAB'.")
        return None if letters_of(answer) else Verdict(NOT_ATTEMPTED)
    if exercise.kind == "module" and not isinstance(answer, type | FunctionType) and callable(answer):
        return not_yet(
            f"The answer is a {type(answer).__name__}; give the class itself, without parentheses."
        )
    if is_untouched(answer):
        return Verdict(NOT_ATTEMPTED)
    if not callable(answer):
        return not_yet(
            f"The answer was {wording.describe(plain(answer))}; it should be the function itself: "
            f"{exercise.name}, without parentheses."
        )
    return None


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
