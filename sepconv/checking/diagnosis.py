"""One door to the marking of every kind of answer."""

import inspect
from dataclasses import replace

from sepconv.checking.calling import call_with_each, guarded
from sepconv.checking.comparing import Attempt, agrees, outcomes_of_spec, program_of, run
from sepconv.checking.given_answer import CODE, OBJECT, UNTOUCHED, has_blank, kind_of_answer
from sepconv.checking.line_sense import given_twice, no_sense
from sepconv.checking.near_orders import how_far, right_neighbors
from sepconv.checking.orders import NoProgram, assemble, letters_of
from sepconv.checking.own_code import sentence_on
from sepconv.checking.plain import plain
from sepconv.checking.remarks import forbidden_call, remarks_on
from sepconv.checking.saying import what_it_comes_to
from sepconv.checking.search import explained, own_mistake
from sepconv.checking.values import diagnose_value
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, Verdict, first_hint, named, not_yet
from sepconv.checking.wording import describe
from sepconv.exercises.spec import Exercise


def mark(exercise: Exercise, answer, seed=0, seconds=None) -> tuple[Verdict, str]:
    """Mark an answer.

    Parameters
    ----------
    exercise : Exercise
    answer : object
        Whatever was given.
    seed : int
        What the cases are drawn with.
    seconds : float, optional
        Code that takes longer is stopped; without it none is.

    Returns
    -------
    verdict : Verdict
    printed : str
        The beginning of what the answer printed.
    """
    value = plain(answer)
    if exercise.kind in ("number", "choice"):
        return diagnose_value(exercise, value), ""
    if exercise.kind == "order" and (order := _as_order(value)) is not None:
        return _mark_order(exercise, order, seed, seconds)
    if (what := kind_of_answer(exercise, answer)) != CODE:
        return verdict_without_code(exercise, what, type(answer).__name__, value), ""
    return _mark_code(exercise, answer, has_blank(answer), seed, seconds)


def _as_order(value):
    """An order of lines as one text, or None where it is none."""
    if isinstance(value, tuple) and all(isinstance(letter, str) for letter in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def _mark_order(exercise, order, seed, seconds):
    letters = letters_of(order)
    if not letters:
        return Verdict(NOT_ATTEMPTED), ""
    try:
        function = assemble(exercise, order)
    except NoProgram as problem:
        return not_yet(str(problem)), ""
    verdict, printed = _mark_code(exercise, function, False, seed, seconds)
    if verdict.outcome != CORRECT:
        return _of_wrong_order(exercise, letters, verdict, seed), printed
    for _, letter in right_neighbors(exercise, letters, seed, ["left out"]):
        spare = f"The program computes the right thing, but it does not need line {letter}."
        return not_yet(*filter(None, [given_twice(exercise, letters), spare])), printed
    return verdict, printed


def _of_wrong_order(exercise, letters, verdict, seed):
    """Say what is to be seen in the lines themselves first, and then what they come to."""
    if problem := no_sense(exercise, letters):
        return replace(verdict, paragraphs=(problem, *(verdict.paragraphs if verdict.misconception else ())))
    is_open = exercise.is_searched and not verdict.misconception
    seen = [given_twice(exercise, letters), how_far(exercise, letters, seed) if is_open else ""]
    return replace(verdict, paragraphs=(*filter(None, seen), *verdict.paragraphs))


_BROKEN = (
    "The code has changed something that the right answer needs, too, such as a function of NumPy or PyTorch: "
    "until it is as before, nothing can be checked. Mend that, and restart the kernel."
)


def _mark_code(exercise, function, is_blank, seed, seconds):
    right = outcomes_of_spec(exercise, -1, seed)  # before the learner's code can change what it needs
    outcomes, printed = run(exercise, function, seed, seconds=seconds)
    if Attempt(exercise, function, outcomes, seed).failing:
        [now], _ = run(exercise, program_of(exercise, exercise.answer), seed, [0])
        if not agrees(right[0], now, exercise.tolerance):  # what mistakes come to would be wrong, and kept
            return not_yet(_BROKEN), printed

    def again():  # the second of two calls: what draws random numbers has gone on by then
        return outcomes[0] if outcomes[0].is_stopped else run(exercise, function, seed, [0, 0], seconds)[0][1]

    def on_ints():
        with guarded():
            case = exercise.draw_ints(seed)
            return case and call_with_each(function, [case], exercise.observe, seconds)[0]

    return verdict_on(exercise, function, outcomes, again, on_ints, is_blank, seed), printed


def verdict_on(exercise: Exercise, answer, outcomes, again, on_ints, is_blank, seed=0) -> Verdict:
    """Return the verdict on an answer that was called, whether here or in a process of its own.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
        The answer itself, or what has its name, its parameters and its source.
    outcomes : list of Outcome
        One per case of the exercise, in order.
    again : callable
        Returns the Outcome of one more call with the first case, or None where none was made.
    on_ints : callable
        Returns the Outcome of a call with `Exercise.draw_ints`, or None where none was made.
    is_blank : bool
        Whether a ``...`` of the stub is still in the answer.
    seed : int
        What the cases were drawn with.

    Returns
    -------
    Verdict
    """
    attempt = Attempt(exercise, answer, outcomes, seed)
    if attempt.is_stub:
        return Verdict(NOT_ATTEMPTED)
    if not attempt.failing:
        complaint = forbidden_call(exercise, answer)
        return not_yet(complaint) if complaint else Verdict(CORRECT, remarks_on(attempt, on_ints()))
    if is_blank:
        blank = f"There is still a ... in {exercise.name}. Put code in its place, or delete it."
        return Verdict(NOT_ATTEMPTED, (blank,))
    if moved := _parameters_moved(exercise, answer):
        return not_yet(moved)
    if misconception := own_mistake(attempt):
        return named(misconception)
    if exercise.kind != "module" and (stays := _something_stays(attempt, again())):
        return not_yet(stays, *what_it_comes_to(attempt))
    if found := explained(attempt):
        return (
            replace(found, paragraphs=(*found.paragraphs, *what_it_comes_to(attempt)))
            if attempt.raises
            else found
        )
    seen = [] if exercise.kind == "order" else [sentence_on(attempt)]
    if attempt.raises:
        return not_yet(*filter(None, [*what_it_comes_to(attempt), *seen]))
    hint = [] if any(seen) or exercise.kind == "order" else first_hint(exercise)
    return not_yet(*filter(None, [*seen, *what_it_comes_to(attempt), *hint]))


def _parameters_moved(exercise, answer):
    """A complaint if a function's parameters stand in another order than the exercise's, or ""."""
    try:
        given, wanted = (list(inspect.signature(f).parameters) for f in (answer, exercise.answer))
    except (TypeError, ValueError):
        return ""
    if given == wanted or sorted(given) != sorted(wanted):
        return ""
    return f"The parameters must come in the order {', '.join(wanted)}, as in the def line that was given."


def _something_stays(attempt, again):
    """A complaint if two calls with the same input came to something else, or ""."""
    first = attempt.outcomes[0]
    if again is None or first.raised or again.raised or agrees(first, again, attempt.exercise.tolerance):
        return ""
    before, after = describe(first.value), describe(again.value)
    gave = f"{before} and then {after}" if before != after else "two different results"
    return (
        f"Called twice with the same input, it gave {gave}. Does something stay from the call "
        "before, or is something random?"
    )


def verdict_without_code(exercise: Exercise, what, type_name, value) -> Verdict:
    """Return the verdict on an answer that cannot be called.

    Parameters
    ----------
    exercise : Exercise
    what : str
        As `kind_of_answer` says it.
    type_name : str
        The name of the answer's type.
    value : object
        The answer as plain data.

    Returns
    -------
    Verdict
    """
    if what == UNTOUCHED:
        return Verdict(NOT_ATTEMPTED)
    if what == OBJECT:
        return not_yet(f"The answer is a {type_name}; give the class itself, without parentheses.")
    wanted = f"the function itself: {exercise.name}, without parentheses"
    if exercise.kind == "order":
        wanted = "letters in order, for example 'CAB'"
    return not_yet(f"The answer was {describe(value)}; it should be {wanted}.")
