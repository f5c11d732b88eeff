"""The verdict on an answer that is run: a function, a module, an order of lines."""

import inspect
import math
from functools import lru_cache

from sepconv.exercises.spec import Exercise
from sepconv.marking import wording
from sepconv.marking.guard import Outcome, argument_names, call, guarded
from sepconv.marking.orders import assemble
from sepconv.marking.plain import holds_blank, same
from sepconv.marking.verdict import CORRECT, NOT_ATTEMPTED, Verdict, named, not_yet


def run(exercise: Exercise, answer, seed=0) -> tuple[list[Outcome], str]:
    """Call an answer on the exercise's cases; return the outcomes and the beginning of what it printed."""
    with guarded() as prints:
        outcomes = [call(answer, case, exercise.observe) for case in exercise.draw_cases(seed)]
    return outcomes, prints.beginning


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
        return _explain_exception(exercise, answer, raised, outcomes[raised].raised, seed)
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


def _first_raised(outcomes):
    return next((i for i, outcome in enumerate(outcomes) if outcome.raised), None)


def _size(case):
    return sum(math.prod(getattr(argument, "shape", ())) for argument in case)


def _explain_exception(exercise, answer, i, raised, seed):
    case = exercise.draw_cases(seed)[i]
    number = "" if exercise.kind == "order" else f" {raised.line_number}"
    where = f"  line{number}: {raised.line}" if raised.line else ""
    paragraphs = [
        f"Your code stops with {raised.type_name}: {raised.message}".rstrip(": "),
        where,
        wording.meaning(raised.message) if raised.message else "",
        "It was called as",
        show_call(exercise, answer, case),
    ]
    return not_yet(*filter(None, paragraphs))


def _explain_case(exercise, answer, outcomes, right, failing, shares, seed):
    cases = exercise.draw_cases(seed)
    partial = _partly(shares, failing, outcomes)
    candidates = partial[1] if partial else failing
    i = min(candidates, key=lambda index: _size(cases[index]))
    known = exercise.known(*cases[i]) if exercise.known and outcomes[i].value is not None else ""
    known = known or wording.difference(right[i].value, outcomes[i].value, exercise.tolerance)
    count = (
        ""
        if len(failing) == len(cases)
        else f" ({len(cases) - len(failing)} of {len(cases)} cases are right.)"
    )
    paragraphs = [
        "The smallest case that differs:" if not partial else "A case that differs:",
        f"{show_call(exercise, answer, cases[i])}\n  returned {wording.describe(outcomes[i].value)}",
        known + count,
    ]
    if partial:
        misconception = partial[0]
        paragraphs.append(
            f"On this case the answer is what one gets when {misconception.name}. {misconception.advice} "
            "It does not explain every case: there is something else, too."
        )
    return not_yet(*paragraphs)


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
    names = argument_names(answer, case)
    inside = ", ".join(
        f"{name}={value!r}" if wording.is_short(value) else name
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


def parameters_moved(exercise, answer) -> str:
    """Return a complaint if a function's parameters stand in another order than the exercise's, or ""."""
    try:
        given, wanted = (list(inspect.signature(f).parameters) for f in (answer, exercise.answer))
    except (TypeError, ValueError):
        return ""
    if given == wanted or sorted(given) != sorted(wanted):
        return ""
    return f"The parameters must come in the order {', '.join(wanted)}, as in the def line that was given."
