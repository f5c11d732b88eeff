"""What is said of a wrong answer that was run, where no mistake is named: what the code stops with, or a case that differs."""

import re
import textwrap

from sepconv.checking import error_meanings, modules
from sepconv.checking.comparing import Attempt
from sepconv.checking.difference import difference, difference_of_parts, in_all_cases, of_answers
from sepconv.checking.given_answer import source_of
from sepconv.checking.search import own_mistake_in_most
from sepconv.checking.shown_case import show_call, show_case
from sepconv.checking.which_cases import which_cases
from sepconv.exercises.cases import numbers_in

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


def what_it_comes_to(attempt: Attempt) -> list[str]:
    """Return the paragraphs on what a wrong answer stops with, or on the smallest case that differs.

    Parameters
    ----------
    attempt : Attempt
    """
    raising = (i for i, outcome in enumerate(attempt.outcomes) if outcome.raised)
    i = next(raising, None)
    return _of_a_case(attempt) if i is None else _of_an_exception(attempt, i)


def _of_an_exception(attempt, i):
    answer, outcome, right = attempt.answer, attempt.outcomes[i], attempt.right[i]
    raised, made = outcome.raised, outcome.made
    if made and right.made and right.made.is_module and not made.is_module:
        says = [f"The answer should make an nn.Module, and it made a {made.type_name}."]
        if isinstance(answer, type):
            says = [
                f"{answer.__name__} is no nn.Module: its first line should be class {answer.__name__}(nn.Module), "
                "and __init__ should begin with super().__init__()."
            ]
    elif outcome.is_stopped:
        unit = "second" if raised.message == "1" else "seconds"
        says = [
            f"It was stopped after {raised.message} {unit}{', in' if raised.line else '.'}",
            _where_it_stops(answer, raised),
            _LOOPS.get(raised.line.partition(" ")[0]),
        ]
    else:
        says = [
            _how_it_stops(attempt.exercise, raised),
            *modules.parts_missing(made, right.made, raised.message),
            _where_it_stops(answer, raised),
            _what_it_means(raised),
        ]
    if not outcome.is_stopped:
        says.append(_which_cases(attempt))
    call = show_call(attempt.exercise, answer, attempt.cases[i])
    return [*filter(None, says), "It was called as", call]


def _which_cases(attempt):
    """Of an order of lines the ``def`` line has the parameters, of an answer with ``*arguments`` the right one."""
    right = attempt.exercise.answer
    return which_cases(right if callable(right) else attempt.answer, attempt.cases, attempt.failing)


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


def _of_a_case(attempt):
    exercise, cases, outcomes, right = attempt.exercise, attempt.cases, attempt.outcomes, attempt.right
    partial, explained = own_mistake_in_most(attempt)
    i = min(
        explained or attempt.failing, key=lambda index: (index >= attempt.known, numbers_in(cases[index]))
    )
    wrong = [[o[j].value for j in attempt.failing] for o in (right, outcomes)]
    says = [
        _what_differs(exercise, cases[i], right[i], outcomes[i]),
        in_all_cases(*wrong, exercise.tolerance),
        _which_cases(attempt),
    ]
    differs = " ".join(filter(None, says))
    room = _MOST_LINES - sum(len(textwrap.wrap(line, _WIDTH)) for line in differs.splitlines())
    shown = show_case(exercise, attempt.answer, cases[i], right[i].value, outcomes[i].value, room)
    if partial:
        how_many = f"In {len(explained)} of the {len(attempt.failing)} wrong cases, this one too,"
        what = f"{how_many} the answer is what one gets when {partial.name}. {partial.advice}"
        return ["A case that differs:", shown, differs, what]
    caret = [error_meanings.POWER] if error_meanings.uses_caret(source_of(attempt.answer)) else []
    return ["The smallest case that differs:", shown, differs, *caret]


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
