"""The verdict on an answer that is run: a function, a module, an order of lines."""

import re
import textwrap
from functools import lru_cache

import numpy as np

from sepconv.checking import error_meanings, modules
from sepconv.checking.calling import Outcome, call_with_each, guarded
from sepconv.checking.difference import difference, difference_of_parts, in_all_cases, of_answers
from sepconv.checking.given_answer import source_of
from sepconv.checking.orders import assemble
from sepconv.checking.plain import holds_blank, same
from sepconv.checking.shown_case import show_call, show_case
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, Verdict, named, not_yet
from sepconv.checking.which_cases import which_cases
from sepconv.exercises.cases import numbers_in
from sepconv.exercises.spec import Exercise

_KEPT = 500  # characters of somebody's error message
_MOST_LINES, _WIDTH = 8, 88  # of a case: the call, what came out, and what is right in it
_CALLED_WRONGLY = (
    r"takes (?:from )?\d+ (?:to \d+ )?positional arguments? but \d+ (?:was|were) given"
    r"|missing \d+ required positional argument"
)

_LOOPS = {  # what is asked of the one that code was stopped in
    "while": "What has to happen for this loop to end, and which line in it does that?",
    "for": "How many rounds does this loop make?",
}


def run(exercise: Exercise, answer, seed=0, at_most=None, seconds=None, times=1) -> tuple[list[Outcome], str]:
    """Call an answer on the exercise's cases.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
    seed : int
        What the cases are drawn with.
    at_most : int, optional
        So many cases from the first on; without it all.
    seconds : float, optional
        What takes longer in all is stopped; without it nothing is.
    times : int
        How often the cases are gone through.

    Returns
    -------
    outcomes : list of Outcome
        One per case, in order.
    printed : str
        The beginning of what the answer printed.
    """
    watched = exercise.watch(answer) if exercise.watch else answer
    with guarded() as prints:
        cases = exercise.draw_cases(seed)[:at_most] * times
        outcomes = call_with_each(watched, cases, exercise.observe, seconds)
    return outcomes, prints.beginning


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
    answer = exercise.answer if which < 0 else exercise.misconceptions[which].wrong
    return run(exercise, program_of(exercise, answer), seed)[0]


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


def which_agree(exercise: Exercise, wanted, outcomes) -> list[bool]:
    """Return for each case whether it came to what was wanted.

    Parameters
    ----------
    exercise : Exercise
    wanted, outcomes : list of Outcome

    Returns
    -------
    list of bool
    """
    return [agrees(w, o, exercise.tolerance) for w, o in zip(wanted, outcomes, strict=True)]


def diagnose_run(exercise: Exercise, answer, outcomes: list[Outcome], seed=0) -> Verdict:
    """Return the verdict on an answer that was run.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
        For the names of its parameters.
    outcomes : list of Outcome
        One per case of the exercise, in order.
    seed : int
        What the cases were drawn with.

    Returns
    -------
    Verdict
    """
    right = outcomes_of_spec(exercise, -1, seed)
    is_stub = all(outcome.raised and outcome.raised.is_stub for outcome in outcomes)
    if is_stub or all(holds_blank(outcome.value) for outcome in outcomes):
        return Verdict(NOT_ATTEMPTED)
    failing = [i for i, agreed in enumerate(which_agree(exercise, right, outcomes)) if not agreed]
    if not failing:
        return Verdict(CORRECT)
    like_mistakes = []
    for which, misconception in enumerate(exercise.misconceptions):
        agreed = which_agree(exercise, outcomes_of_spec(exercise, which, seed), outcomes)
        if all(agreed):
            return named(misconception)
        like_mistakes.append((misconception, [i for i in failing if agreed[i]]))
    for i, outcome in enumerate(outcomes):
        if outcome.raised:
            return _explain_exception(exercise, answer, i, outcome, right[i], failing, seed)
    return _explain_case(exercise, answer, outcomes, right, failing, like_mistakes, seed)


def _drawn_again(exercise, seed):
    """Return the cases, to show one, and how many stand before the fresh ones.

    A layer that is made for a case must not use up the learner's random numbers.
    """
    with guarded():
        cases = exercise.draw_cases(seed)
        return cases, len(cases) - len(exercise.draw_fresh(seed))


def _with_parameters(exercise, answer):
    """A function with the parameters that were asked for; an order of lines has them in its ``def`` line."""
    return exercise.answer if callable(exercise.answer) else answer


def _explain_exception(exercise, answer, i, outcome, right, failing, seed):
    raised, made = outcome.raised, outcome.made
    if made and right.made and right.made.is_module and not made.is_module:
        says = [f"The answer should make an nn.Module, and it made a {made.type_name}."]
        if isinstance(answer, type):
            says = [
                f"{answer.__name__} is no nn.Module: its first line should be class {answer.__name__}(nn.Module), "
                "and __init__ should begin with super().__init__()."
            ]
    elif outcome.is_stopped:
        says = [
            f"It was stopped after {raised.message} seconds{', in' if raised.line else '.'}",
            _where_it_stops(answer, raised),
            _LOOPS.get(raised.line.partition(" ")[0]),
        ]
    else:
        says = [
            _how_it_stops(exercise, raised),
            *modules.parts_missing(made, right.made, raised.message),
            _where_it_stops(answer, raised),
            _what_it_means(raised),
        ]
    cases = _drawn_again(exercise, seed)[0]
    if not outcome.is_stopped:
        says.append(which_cases(_with_parameters(exercise, answer), cases, failing))
    return not_yet(*filter(None, says), "It was called as", show_call(exercise, answer, cases[i]))


def _how_it_stops(exercise, raised):
    message = raised.message.split(", but expected one of:")[0]  # pages follow
    message = message if len(message) <= _KEPT else f"{message[:_KEPT]} …"
    if raised.found_by == "observed":
        first = message.split(" ")[0]
        message = first.capitalize() + message[len(first) :] if first in ("the", "a", "an", "it") else message
        return message if message.endswith((".", "?")) else f"{message}."
    what = "Your code stops"
    if raised.found_by == "trial":
        is_module = exercise.kind == "module"
        what = "The module stops" if is_module else "What it returned was tried out, and that stops"
    return f"{what} with {raised.type_name}: {message}".rstrip(": ")


def _where_it_stops(answer, raised):
    if not raised.line:
        return ""
    places = getattr(answer, "places", None)  # of an order of lines, whose lines have letters
    place = places.get(raised.line_number) if isinstance(places, dict) else f"line {raised.line_number}"
    return f"  {place}: {raised.line}"


def _what_it_means(raised):
    if not re.search(_CALLED_WRONGLY, raised.message):
        return error_meanings.meaning(raised.message, raised.line)
    if not raised.line and raised.found_by == "code":
        return "The def line must keep the parameters that it was given with."
    return "A function is called here with more or fewer things than it takes."


def _explain_case(exercise, answer, outcomes, right, failing, like_mistakes, seed):
    cases, known = _drawn_again(exercise, seed)
    partial, explained = _partly(like_mistakes, failing, outcomes)
    i = min(explained or failing, key=lambda index: (index >= known, numbers_in(cases[index])))
    says = [
        _what_differs(exercise, cases[i], right[i], outcomes[i]),
        in_all_cases(
            [right[j].value for j in failing], [outcomes[j].value for j in failing], exercise.tolerance
        ),
        which_cases(_with_parameters(exercise, answer), cases, failing),
    ]
    differs = " ".join(filter(None, says))
    room = _MOST_LINES - sum(len(textwrap.wrap(line, _WIDTH)) for line in differs.splitlines())
    paragraphs = [
        "A case that differs:" if partial else "The smallest case that differs:",
        show_case(exercise, answer, cases[i], right[i].value, outcomes[i].value, room),
        differs,
    ]
    if partial:
        paragraphs.append(
            f"On this case the answer is what one gets when {partial.name}. {partial.advice} "
            "The other cases come to something else."
        )
    elif error_meanings.uses_caret(source_of(answer)):
        paragraphs.append(error_meanings.POWER)
    return not_yet(*paragraphs)


def _partly(like_mistakes, failing, outcomes):
    """The mistake that explains most of the failing arrays, if it is the only one; numbers may be chance."""
    likely = [
        (misconception, explained)
        for misconception, explained in like_mistakes
        if len(explained) >= 2
        and 2 * len(explained) >= len(failing)
        and all(_holds_array(outcomes[i].value) for i in explained)
    ]
    return likely[0] if len(likely) == 1 else (None, [])


def _holds_array(value):
    return any(
        isinstance(part, np.ndarray) for part in (value.values() if isinstance(value, dict) else [value])
    )


def _what_differs(exercise, case, right, outcome):
    value = outcome.value
    if exercise.known and value is not None and (known := exercise.known(*case)):
        no_truth = isinstance(right.value, bool) and not isinstance(value, bool)
        return f"{difference(right.value, value, 0)} {known}" if no_truth else known
    if exercise.observe is None or value is None or not isinstance(right.value, dict):
        return of_answers(exercise, right.value, value)
    if not isinstance(value, dict):  # the observer has said what it found, or it is no answer of that kind
        return "" if isinstance(value, str) else "The right answer is of another kind."
    says = [difference_of_parts(right.value, value, exercise.tolerance)]
    if outcome.made and right.made and right.made.is_module:
        says.append(modules.beyond(outcome.made, right.made))
        if value.keys() < right.value.keys():
            says.append(modules.contents(outcome.made))
    return "\n".join(filter(None, says))
