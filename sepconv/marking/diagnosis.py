"""From what an answer did to a verdict: right, not attempted, or not yet and which mistake it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sepconv.exercises.spec import Exercise, Misconception
from sepconv.marking import wording
from sepconv.marking.attempt import is_blank
from sepconv.marking.guard import Outcome, argument_names, call, guarded
from sepconv.marking.orders import NoProgram, assemble, letters_of
from sepconv.marking.plain import holds_blank, is_number, plain, same

CORRECT, NOT_YET, NOT_ATTEMPTED, ROUTED = "correct", "not yet", "not attempted", "noted"


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    Parameters
    ----------
    outcome : {"correct", "not yet", "not attempted", "noted"}
        ``"noted"`` is a placement question answered wrongly: it routes and does not fail.
    paragraphs : sequence of str
        The explanation; a paragraph that starts with two spaces is shown as code.
    misconception : Misconception, optional
        The mistake, where it has a name.
    """

    outcome: str
    paragraphs: Sequence[str] = ()
    misconception: Misconception | None = None


def not_yet(*paragraphs):
    """Return a "not yet" without a name."""
    return Verdict(NOT_YET, paragraphs)


def named(misconception, *more):
    """Return a "not yet" that names the mistake."""
    return Verdict(NOT_YET, (f"{_sentence(misconception.name)} {misconception.advice}", *more), misconception)


def _sentence(clause):
    return f"The mistake: {clause}."


# Answers that are run: functions, modules, orders of lines.


def run(exercise: Exercise, answer, seed=0) -> tuple[list[Outcome], str]:
    """Call an answer on the exercise's cases; return the outcomes and the beginning of what it printed."""
    with guarded() as prints:
        outcomes = [call(answer, case, exercise.observe) for case in exercise.draw_cases(seed)]
    return outcomes, prints.beginning


def runnable(exercise: Exercise, answer):
    """Return what is called for an answer: itself, or the program that an order of lines spells."""
    return assemble(exercise, answer) if exercise.kind == "order" else answer


@lru_cache(maxsize=64)
def _outcomes_of_spec(exercise_name: str, which: int, seed: int):
    """Outcomes of the right answer (which = -1) or of a misconception; the same at every check, so kept."""
    exercise = _known[exercise_name]
    answer = exercise.answer if which < 0 else exercise.misconceptions[which].wrong
    return run(exercise, runnable(exercise, answer), seed)[0]


_known: dict[str, Exercise] = {}


def outcomes_of_spec(exercise: Exercise, which=-1, seed=0) -> list[Outcome]:
    """Return the outcomes of the right answer, or of misconception number ``which``."""
    if _known.get(exercise.name) is not exercise:
        _known[exercise.name] = exercise
        _outcomes_of_spec.cache_clear()
    return _outcomes_of_spec(exercise.name, which, seed)


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
    if any(outcome.raised and outcome.raised.type_name == "NotImplementedError" for outcome in outcomes):
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
    for misconception, explained, everywhere in shares:
        if everywhere and len(explained) == len(failing):
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
    return sum(getattr(argument, "size", 1) if hasattr(argument, "shape") else 1 for argument in case)


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
    known = exercise.known(*cases[i]) if exercise.known else ""
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
    """The misconception that explains some failing cases, if it is the only one; a single number may be chance."""
    enough = []
    for misconception, explained, _ in shares:
        by_chance = all(is_number(outcomes[i].value) for i in explained)
        if explained and (not by_chance or (len(explained) >= 2 and 2 * len(explained) >= len(failing))):
            enough.append((misconception, explained))
    return enough[0] if len(enough) == 1 else None


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


# Answers that are values: numbers and choices.


def diagnose_value(exercise: Exercise, answer) -> Verdict:
    """Return the verdict on a number or a choice."""
    value = plain(answer)
    if value is None or holds_blank(value):
        return Verdict(NOT_ATTEMPTED, _which_blank(value))
    if exercise.kind == "choice":
        value = _letters(exercise.answer, value)
    right = _letters(exercise.answer, plain(exercise.answer))
    if same(right, value, exercise.tolerance):
        return Verdict(CORRECT, _explanations(exercise, value))
    if (complaint := _complain(exercise, right, value)) is not None:
        return not_yet(complaint)
    misconception = next((m for m in exercise.misconceptions if _explains(m, right, value, exercise)), None)
    about = _explanations(exercise, value, wrong_only=True)
    outcome = ROUTED if exercise.starts_at is not None else NOT_YET
    if misconception is not None:
        first = f"{_sentence(misconception.name)} {misconception.advice}".strip()
        return Verdict(outcome, (first, *about), misconception)
    if about:
        return Verdict(outcome, about)
    return Verdict(
        outcome, (f"The answer was {wording.describe(value)}.", wording.difference(right, value, 1e-6))
    )


def _which_blank(value):
    blank = [repr(key) for key, item in value.items() if item is Ellipsis] if isinstance(value, dict) else []
    return (f"Still blank: {', '.join(blank)}.",) if blank and len(blank) < len(value) else ()


def _letters(answer, value):
    """Letters in upper case and without quotes of style; whatever is no text stays as it is."""
    if isinstance(value, str):
        return value.strip().strip(".)(").upper()
    if isinstance(answer, set | frozenset) and isinstance(value, tuple | frozenset):
        try:
            return frozenset(_letters(None, item) for item in value)
        except TypeError:
            return value
    if isinstance(value, dict):
        return {key: _letters(None, item) for key, item in value.items()}
    return value


def _explains(misconception, right, value, exercise):
    """Whether a wrong value accounts for everything that is wrong in the learner's."""
    wrong = _letters(exercise.answer, plain(misconception.wrong))
    if isinstance(right, dict) and isinstance(value, dict):
        off = [key for key in right if not same(right[key], value[key], exercise.tolerance)]
        return all(same(wrong[key], value[key], exercise.tolerance) for key in off)
    return same(wrong, value, exercise.tolerance)


def _complain(exercise, right, value):
    """Say what is not even an answer: another type, an unknown option, a missing key."""
    if isinstance(right, dict):
        if not isinstance(value, dict) or value.keys() != right.keys():
            return wording.difference(right, value, exercise.tolerance)
        return None
    if exercise.kind == "number":
        if isinstance(value, int | float) and not isinstance(value, bool):
            return None
        return f"The answer was {wording.describe(value)}. {wording.difference(right, value, exercise.tolerance)}"
    if isinstance(right, frozenset):
        if isinstance(value, frozenset):
            return None
        return f"The answer was {wording.describe(value)}; it should be a set, for example {{0, 1}}."
    if value not in exercise.explanations:
        return f"The answer was {wording.describe(value)}; choose one of {', '.join(exercise.explanations)}."
    return None


def _explanations(exercise, value, wrong_only=False):
    """What the exercise says about the options that were chosen."""
    if isinstance(value, dict):
        return tuple(
            f"{key}: {exercise.explanations[key][item]}"
            for key, item in value.items()
            if item in exercise.explanations.get(key, {})
            and not (wrong_only and same(exercise.answer[key], item))
        )
    if isinstance(value, frozenset):
        chosen = [item for item in exercise.explanations if item in value]
        if wrong_only:
            chosen = [item for item in chosen if item not in exercise.answer]
            missing = len(set(exercise.answer) - set(value))
            more = (f"{missing} more belong{'s' if missing == 1 else ''} to it.",) if missing else ()
            return tuple(f"{item}: {exercise.explanations[item]}" for item in chosen) + more
        return tuple(f"{item}: {exercise.explanations[item]}" for item in chosen)
    return (exercise.explanations[value],) if value in exercise.explanations else ()


# One door.


def mark(exercise: Exercise, answer, seed=0) -> tuple[Verdict, str]:
    """Mark an answer; return the verdict and the beginning of what the answer printed."""
    if exercise.kind in ("number", "choice"):
        return diagnose_value(exercise, answer), ""
    if answer is Ellipsis or answer is None:
        return Verdict(NOT_ATTEMPTED), ""
    if exercise.kind == "order":
        if not isinstance(answer, str):
            return not_yet(
                f"The answer was {answer!r}; it should be letters in order, for example 'CAB'."
            ), ""
        if not letters_of(answer):
            return Verdict(NOT_ATTEMPTED), ""
    elif is_blank(answer):
        return Verdict(NOT_ATTEMPTED), ""
    elif not callable(answer):
        return not_yet(
            f"The answer was {wording.describe(plain(answer))}; it should be the function itself: "
            f"{exercise.name}, without parentheses."
        ), ""
    try:
        function = runnable(exercise, answer)
    except NoProgram as problem:
        return not_yet(str(problem)), ""
    outcomes, printed = run(exercise, function, seed)
    verdict = diagnose_run(exercise, function, outcomes, seed)
    if exercise.kind == "order" and verdict.outcome == CORRECT:
        verdict = _without_spare_lines(exercise, letters_of(answer), verdict, seed)
    return verdict, printed


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
