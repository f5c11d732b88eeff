"""The verdict on an answer that is a value: a number, a letter, a set or a dict of them."""

import re
from contextlib import suppress

from sepconv.checking import wording
from sepconv.checking.comparing import value_of_spec
from sepconv.checking.difference import difference, of_answers
from sepconv.checking.plain import as_set, holds_blank, is_number, same
from sepconv.checking.search import explained_value, own_mistake_in
from sepconv.checking.verdict import (
    CORRECT,
    NOT_ATTEMPTED,
    NOT_YET,
    ROUTED,
    Verdict,
    first_hint,
    named,
    not_yet,
)
from sepconv.exercises.spec import Exercise


def diagnose_value(exercise: Exercise, value) -> Verdict:
    """Return the verdict on a number or a choice.

    Parameters
    ----------
    exercise : Exercise
    value : object
        Whatever was given, as plain data.

    Returns
    -------
    Verdict
    """
    right = value_of_spec(exercise)
    value = _tidy(_as_meant(exercise, right, value))
    if value is None or holds_blank(value):
        return Verdict(NOT_ATTEMPTED, _which_blank(value))
    if exercise.facts is not None:
        return _diagnose_facts(exercise, value)
    if isinstance(right, frozenset):
        if (items := as_set(value)) is None:
            example = '{"A", "B"}' if _holds_text(right) else "{0, 1}"
            was = wording.describe(value)
            return not_yet(f"The answer was {was}; it should be a set, for example {example}.")
        value = items
    if same(right, value, exercise.tolerance):
        return Verdict(CORRECT, _explain(exercise, value))
    outcome = ROUTED if exercise.starts_at is not None else NOT_YET
    if misconception := own_mistake_in(exercise, value):
        rest = () if isinstance(value, frozenset) else _explain(exercise, value, wrong_only=True)
        gets = f"That is what one gets when {misconception.name}. {misconception.advice}".strip()
        return Verdict(outcome, (gets, *rest), misconception)
    if (complaint := _complain(exercise, right, value)) is not None:
        return not_yet(complaint)
    if outcome == NOT_YET and (found := explained_value(exercise, value)):
        return Verdict(NOT_YET, (f"{_was(value)} {found[0]}",), found[1])
    about = _explain(exercise, value, wrong_only=True)
    about = about or (_was(value), of_answers(exercise, right, value), *first_hint(exercise))
    return Verdict(outcome, (*about, *_entries_like(exercise, right, value)))


def _diagnose_facts(exercise, value):
    """The verdict where not the value is judged, but what holds of it."""
    try:
        facts = exercise.facts(value)
    except ValueError as complaint:
        return not_yet(str(complaint))
    unmet = {condition: why for condition, why in facts.holds.items() if why is not True}
    if not unmet:
        return Verdict(CORRECT, (facts.says,))
    for misconception in exercise.misconceptions:
        if exercise.facts(misconception.wrong).holds == facts.holds:
            return named(misconception, facts.says)
    met = [condition for condition in facts.holds if condition not in unmet]
    lines = [f"{condition}: {why}" for condition, why in unmet.items()]
    return not_yet(facts.says, "\n".join([*lines, f"Met: {', '.join(met)}."] if met else lines))


def _as_meant(exercise, right, value):
    """The value in the form of the right answer, where it can mean one thing only: "12" for 12, {"C"} for "C"."""
    if exercise.facts is not None:
        return value
    if isinstance(right, dict) and isinstance(value, dict):
        return {key: _as_meant(exercise, right.get(key), item) for key, item in value.items()}
    if isinstance(right, str) and isinstance(value, tuple | frozenset) and len(value) == 1:
        [value] = value
    if not isinstance(value, str):
        return value
    if (
        isinstance(right, frozenset)
        and _holds_text(right)
        and re.fullmatch(r"[A-Za-z]([,;\s]*[A-Za-z])*", value.strip())
    ):
        return tuple(re.findall("[A-Za-z]", value))
    if is_number(right):
        with suppress(ValueError):
            return float(value) if re.search("[.e]", value) else int(value)
    return exercise.words.get(value.strip().lower(), value)


def _tidy(value):
    """Letters in upper case, without the marks of a list; whatever is no letter stays as it is."""
    if isinstance(value, str):
        letter = value.strip().strip(".)(").upper()
        return letter if len(letter) == 1 else value
    if isinstance(value, tuple | frozenset):
        return type(value)(map(_tidy, value))
    if isinstance(value, dict):
        return {key: _tidy(item) for key, item in value.items()}
    return value


def _holds_text(items):
    return any(isinstance(item, str) for item in items)


def _was(value):
    return f"The answer was {wording.describe(value)}."


def _which_blank(value):
    blank = [key for key, item in value.items() if item is Ellipsis] if isinstance(value, dict) else []
    return (f"Still blank: {wording.list_keys(blank)}.",) if blank and len(blank) < len(value) else ()


def _entries_like(exercise, right, value):
    """Say of single numbers of a dict which mistake gives them; the others may be right or have another reason."""
    if exercise.kind != "number" or not isinstance(right, dict):
        return ()
    entries = {}  # by mistake: a number that several mistakes give is told of none
    for key in right:
        if same(right[key], value[key], exercise.tolerance):
            continue
        wrong = (value_of_spec(exercise, i)[key] for i in range(len(exercise.misconceptions)))
        names = {m.name for m, w in zip(exercise.misconceptions, wrong) if same(w, value[key])}
        if len(names) == 1:
            entries.setdefault(names.pop(), []).append(key)
    return tuple(
        f"{wording.listed(map(wording.describe_key, keys))}: what one gets there when {name}."
        for name, keys in entries.items()
    )


def _complain(exercise, right, value):
    """Say what is not even an answer: another type, an unknown option, a missing key."""
    if isinstance(right, dict):
        if not isinstance(value, dict) or value.keys() != right.keys():
            return difference(right, value, exercise.tolerance)
        return _unknown_options(exercise, value) if exercise.kind == "choice" else None
    if exercise.kind == "number":
        return None if is_number(value) else f"{_was(value)} {difference(right, value, exercise.tolerance)}"
    options = _in_a_row(exercise.explanations)
    if isinstance(right, frozenset):
        unknown = [item for item in value if not _is_option(item, exercise.explanations)]
        if _holds_text(unknown) and not _holds_text(right):
            return f"{_was(value)} Write numbers, without quotes."
        quotes = ", in quotes" if _holds_text(right) else ""
        return f"{_was(value)} Choose from {options}{quotes}." if unknown else None
    if _is_option(value, exercise.explanations):
        return None
    return f"{_was(value)} Write one of {options} in quotes, and nothing else."


def _unknown_options(exercise, value):
    """Name the keys whose choice is none of the options, or None."""
    lines = []
    for key, item in value.items():
        options = exercise.explanations[key]
        if not _is_option(item, options):
            quotes = " in quotes" if _holds_text(options) else ""
            lines.append(
                f"{wording.describe_key(key)}: {wording.describe(item)} is none of the options. "
                f"Write one of {_in_a_row(options)}{quotes}."
            )
    return "\n".join(lines) or None


def _in_a_row(options):
    return ", ".join(map(str, wording.in_order(options)))


def _is_option(item, options):
    return isinstance(item, str | int | float) and item in options


def _explain(exercise, value, wrong_only=False):
    """What the exercise says about the options that were chosen."""
    if exercise.kind == "number":
        return ()
    if isinstance(value, dict):
        return tuple(
            f"{key if isinstance(key, str) else wording.describe_key(key)}: {exercise.explanations[key][item]}"
            for key, item in value.items()
            if _is_option(item, exercise.explanations[key])
            and not (wrong_only and same(exercise.answer[key], item))
        )
    if isinstance(value, frozenset):
        wrong = [item for item in exercise.explanations if item in value and item not in exercise.answer]
        chosen = wrong if wrong_only else [item for item in exercise.explanations if item in value]
        missing = len(set(exercise.answer) - value)
        good = len(value & set(exercise.answer))
        more = (f"{good} of these {'is' if good == 1 else 'are'} right.",) if good and wrong_only else ()
        more += (f"{missing} more belong{'s' if missing == 1 else ''} to it.",) if missing else ()
        return tuple(f"{item}: {exercise.explanations[item]}" for item in chosen) + more
    return (exercise.explanations[value],)
