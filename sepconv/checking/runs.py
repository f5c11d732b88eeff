"""The verdict on an answer that is run: a function, a module, an order of lines."""

import inspect
import math
from functools import lru_cache

from sepconv.checking import meanings, modules, wording
from sepconv.checking.attempt import source_of
from sepconv.checking.difference import difference, difference_of_parts
from sepconv.checking.guard import Outcome, argument_names, call, guarded
from sepconv.checking.orders import assemble
from sepconv.checking.plain import holds_blank, same
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, Verdict, named, not_yet
from sepconv.exercises.cases import without_draw
from sepconv.exercises.spec import Exercise


def run(exercise: Exercise, answer, seed=0) -> tuple[list[Outcome], str]:
    """Call an answer on the exercise's cases; return the outcomes and the beginning of what it printed."""
    watched = _watched(exercise, answer)
    with guarded() as prints:
        outcomes = [call(watched, case, exercise.observe) for case in exercise.draw_cases(seed)]
    return outcomes, prints.beginning


def _watched(exercise, answer):
    return exercise.watch(answer) if exercise.watch else answer


def runnable(exercise: Exercise, answer):
    """Return what is called for an answer: itself, or the program that an order of lines spells."""
    return assemble(exercise, answer) if exercise.kind == "order" else answer


@lru_cache(maxsize=512)
def outcomes_of_spec(exercise: Exercise, which=-1, seed=0) -> list[Outcome]:
    """Return the outcomes of the right answer, or of misconception number ``which``; kept for the next check."""
    answer = exercise.answer if which < 0 else exercise.misconceptions[which].wrong
    return run(exercise, runnable(exercise, answer), seed)[0]


def agrees(one: Outcome, other: Outcome, tolerance) -> bool:
    """Whether two calls came to the same: the same value, or an exception of the same type."""
    if one.raised or other.raised:
        return bool(one.raised and other.raised and one.raised.type_name == other.raised.type_name)
    return same(one.value, other.value, tolerance)


def diagnose_run(exercise: Exercise, answer, outcomes: list[Outcome], seed=0) -> Verdict:
    """Return the verdict on an answer that was run.

    Parameters
    ----------
    answer : callable
        For the names of its parameters.
    outcomes : list of Outcome
        One per case of the exercise, in order.
    """
    right = outcomes_of_spec(exercise, -1, seed)
    if all(outcome.raised and outcome.raised.is_stub for outcome in outcomes):
        return Verdict(NOT_ATTEMPTED)
    if all(holds_blank(outcome.value) for outcome in outcomes):
        return Verdict(NOT_ATTEMPTED)
    failing = [
        i
        for i, (r, o) in enumerate(zip(right, outcomes, strict=True))
        if not agrees(r, o, exercise.tolerance)
    ]
    if not failing:
        return Verdict(CORRECT, _remarks(outcomes))
    shares = _shares(exercise, outcomes, failing, seed)
    for misconception, _, everywhere in shares:
        if everywhere:
            return named(misconception)
    if (raised := _first_raised(outcomes)) is not None:
        return _explain_exception(exercise, answer, raised, outcomes[raised], right[raised], seed)
    return _explain_case(exercise, answer, outcomes, right, failing, shares, seed)


def _remarks(outcomes):
    changed = sorted({name for outcome in outcomes for name in outcome.changed_inputs})
    if not changed:
        return ()
    return (f"It also changes its argument {' and '.join(changed)}: whoever calls it will not expect that.",)


def _shares(exercise, outcomes, failing, seed):
    """For each misconception: which failing cases it explains, and whether it agrees on all cases."""
    shares = []
    for which, misconception in enumerate(exercise.misconceptions):
        wrong = outcomes_of_spec(exercise, which, seed)
        agreeing = [agrees(w, o, exercise.tolerance) for w, o in zip(wrong, outcomes, strict=True)]
        shares.append((misconception, [i for i in failing if agreeing[i]], all(agreeing)))
    return shares


def _drawn_again(exercise, seed):
    """Return the cases, to show one, and how many stand before the fresh ones.

    A layer that is made for a case must not use up the learner's random numbers.
    """
    with guarded():
        cases = exercise.draw_cases(seed)
        return cases, len(cases) - len(exercise.draw_fresh(seed))


def _first_raised(outcomes):
    return next((i for i, outcome in enumerate(outcomes) if outcome.raised), None)


def _size(case):
    return sum(math.prod(getattr(argument, "shape", ())) for argument in case)


def _explain_exception(exercise, answer, i, outcome, right, seed):
    raised = outcome.raised
    if modules.is_another_kind(outcome.made, right.made):
        what = f"The answer should make an nn.Module, and it made a {outcome.made.type_name}."
        if isinstance(answer, type):
            what = (
                f"{answer.__name__} is no nn.Module: its first line should be class {answer.__name__}(nn.Module), "
                "and __init__ should begin with super().__init__()."
            )
        return not_yet(
            what,
            "It was called as",
            show_call(exercise, answer, _drawn_again(exercise, seed)[0][i]),
        )
    paragraphs = [
        _how_it_stops(exercise, raised),
        *modules.about(outcome.made, right.made, raised.message),
        _where_it_stops(answer, raised),
        _what_it_means(raised),
        "It was called as",
        show_call(exercise, answer, _drawn_again(exercise, seed)[0][i]),
    ]
    return not_yet(*filter(None, paragraphs))


def _how_it_stops(exercise, raised):
    message = meanings.shortened(raised.message)
    if raised.found_by == "observed":
        first = message.split(" ")[0]
        message = first.capitalize() + message[len(first) :] if first in ("the", "a", "an", "it") else message
        return message if message.endswith((".", "?")) else f"{message}."
    whose = "Your code stops"
    if raised.found_by == "trial":
        whose = (
            "The module stops"
            if exercise.kind == "module"
            else "What it returned was tried out, and that stops"
        )
    return f"{whose} with {raised.type_name}: {message}".rstrip(": ")


def _where_it_stops(answer, raised):
    if not raised.line:
        return ""
    places = getattr(answer, "places", None)  # of an order of lines, whose lines have letters
    place = places.get(raised.line_number) if isinstance(places, dict) else f"line {raised.line_number}"
    return f"  {place}: {raised.line}"


def _what_it_means(raised):
    if meanings.called_wrongly(raised.message):
        if not raised.line and raised.found_by == "code":
            return "The def line must keep the parameters that it was given with."
        return "A function is called here with more or fewer things than it takes."
    return meanings.meaning(raised.message, raised.line)


def _explain_case(exercise, answer, outcomes, right, failing, shares, seed):
    cases, known = _drawn_again(exercise, seed)
    partial = _partly(shares, failing, outcomes)
    candidates = partial[1] if partial else failing
    i = min(candidates, key=lambda index: (index >= known, _size(cases[index])))
    count = (
        ""
        if len(failing) == len(cases)
        else f" ({len(cases) - len(failing)} of {len(cases)} cases are right.)"
    )
    paragraphs = [
        "The smallest case that differs:" if not partial else "A case that differs:",
        f"{show_call(exercise, answer, cases[i])}\n{_show_result(exercise, outcomes[i].value)}",
        _what_differs(exercise, cases[i], right[i], outcomes[i]) + count,
    ]
    if partial:
        misconception = partial[0]
        paragraphs.append(
            f"On this case the answer is what one gets when {misconception.name}. {misconception.advice} "
            "It does not explain every case: there is something else, too."
        )
    elif meanings.uses_caret(source_of(answer)):
        paragraphs.append(meanings.POWER)
    return not_yet(*paragraphs)


def _show_result(exercise, value):
    """What came out; where it was observed, the parts of what was seen."""
    is_module = exercise.kind == "module"
    if exercise.observe is None or value is None or not isinstance(value, dict | str):
        return f"  returned {wording.describe(value)}"
    if isinstance(value, str):
        return f"  Found in {'the module' if is_module else 'what it returned'}: {value}"
    # A sentence of the observer's is said below, where the parts that differ are.
    numbers = {key: part for key, part in value.items() if not isinstance(part, str)} or value
    parts = (f"\n    {key}: {wording.describe_part(part)}" for key, part in numbers.items())
    return f"  {'The module gives' if is_module else 'What it returned comes to'}:{''.join(parts)}"


def _what_differs(exercise, case, right, outcome):
    value = outcome.value
    if exercise.known and value is not None and (known := exercise.known(*case)):
        no_truth = isinstance(right.value, bool) and not isinstance(value, bool)
        return f"{difference(right.value, value, 0)} {known}" if no_truth else known
    if exercise.observe is None or value is None or not isinstance(right.value, dict):
        return difference(right.value, value, exercise.tolerance)
    if not isinstance(value, dict):  # the observer has said what it found, or it is no answer of that kind
        return "" if isinstance(value, str) else "The right answer is of another kind."
    says = [difference_of_parts(right.value, value, exercise.tolerance)]
    if outcome.made and right.made and right.made.is_module:
        says.append(modules.beyond(outcome.made, right.made))
        if value.keys() < right.value.keys():
            says.append(modules.contents(outcome.made))
    return "\n".join(filter(None, says))


def _partly(shares, failing, outcomes):
    """The misconception that explains most of the failing arrays, if it is the only one; a number may be chance."""
    likely = [
        (misconception, explained)
        for misconception, explained, _ in shares
        if len(explained) >= 2
        and 2 * len(explained) >= len(failing)
        and not any(isinstance(outcomes[i].value, bool | int | float) for i in explained)
    ]
    return likely[0] if len(likely) == 1 else None


def show_call(exercise, answer, case) -> str:
    """Return the call of a case as code, long arguments on lines of their own."""
    case = without_draw(case)
    names = argument_names(answer, case)
    known = argument_names(exercise.answer, case)  # for an answer that takes *arguments
    names = [
        theirs if name.startswith("argument ") else name for name, theirs in zip(names, known, strict=True)
    ]
    by_name = not any(name.startswith("argument ") for name in names)
    inside = ", ".join(
        (f"{name}={value!r}" if by_name else repr(value)) if wording.is_short(value) else name
        for name, value in zip(names, case, strict=True)
    )
    name = getattr(answer, "__name__", "<lambda>")
    lines = [f"  {exercise.name if name == '<lambda>' else name}({inside})"]
    lines += [
        f"    {name} = {wording.describe_argument(value)}"
        for name, value in zip(names, case, strict=True)
        if not wording.is_short(value)
    ]
    return "\n".join(lines)


def run_once_more(exercise: Exercise, answer, seed=0) -> Outcome:
    """Call an answer on the first case again."""
    with guarded():
        return call(_watched(exercise, answer), exercise.draw_cases(seed)[0], exercise.observe)


def something_stays(exercise: Exercise, first: Outcome, again: Outcome | None) -> str:
    """Say it, if two calls with the same input came to something else."""
    if again is None or first.raised or again.raised or agrees(first, again, exercise.tolerance):
        return ""
    before, after = (wording.describe(outcome.value) for outcome in (first, again))
    gave = f"{before} and then {after}" if before != after else "two different results"
    return (
        f"Called twice with the same input, it gave {gave}. Does something stay from the call "
        "before, or is something random?"
    )


def parameters_moved(exercise, answer) -> str:
    """Return a complaint if a function's parameters stand in another order than the exercise's, or ""."""
    try:
        given, wanted = (list(inspect.signature(f).parameters) for f in (answer, exercise.answer))
    except (TypeError, ValueError):
        return ""
    if given == wanted or sorted(given) != sorted(wanted):
        return ""
    return f"The parameters must come in the order {', '.join(wanted)}, as in the def line that was given."
