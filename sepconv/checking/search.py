"""A diagnosis is a search for the wrong program that gives, on every case, what the learner's answer gives.

The exercise's own mistakes are tried first, each alone and then two at once; then slips, on the right program and on right ones
that are written differently; then slips on the result. The search stops at the first level that explains all cases.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, islice

import numpy as np

from sepconv.checking.calling import Outcome, call, guarded
from sepconv.checking.comparing import (
    Attempt,
    agrees,
    outcome_of_spec,
    outcomes_of_spec,
    program_of,
    value_of_spec,
)
from sepconv.checking.plain import same
from sepconv.checking.verdict import NOT_YET, Verdict
from sepconv.exercises import right_answers
from sepconv.exercises.mistakes import Change, Misconception
from sepconv.exercises.slips import SLIPS, WRITTEN_SO, misconception_of, programs
from sepconv.exercises.slips_in_results import related

_MOST_PROGRAMS = 600  # of one level: as many here as in the grader, whatever the machine


def own_mistake(attempt: Attempt) -> Misconception | None:
    """Return the exercise's own mistake that explains every case.

    Parameters
    ----------
    attempt : Attempt
    """
    exercise, seed, first = attempt.exercise, attempt.seed, attempt.smallest
    for which, misconception in enumerate(exercise.misconceptions):
        theirs = outcome_of_spec(exercise, which, seed, first)
        if agrees(theirs, attempt.outcomes[first], exercise.tolerance) and all(
            attempt.agree_with(outcomes_of_spec(exercise, which, seed))
        ):
            return misconception
    return None


def own_mistake_in_most(attempt: Attempt) -> tuple[Misconception | None, list[int]]:
    """Return the one own mistake that explains most of the failing cases, and these; only of arrays, since numbers may be chance.

    Parameters
    ----------
    attempt : Attempt
    """
    likely, of_arrays = [], [i for i in attempt.failing if _holds_array(attempt.outcomes[i].value)]
    for which, misconception in enumerate(attempt.exercise.misconceptions if of_arrays else ()):
        agreed = attempt.agree_with(outcomes_of_spec(attempt.exercise, which, attempt.seed))
        cases = [i for i in of_arrays if agreed[i]]
        if len(cases) >= 2 and 2 * len(cases) >= len(attempt.failing):
            likely.append((misconception, cases))
    return likely[0] if len(likely) == 1 else (None, [])


def _holds_array(value):
    parts = value.values() if isinstance(value, dict) else [value]
    return any(isinstance(part, np.ndarray) for part in parts)


def explained(attempt: Attempt) -> Verdict | None:
    """Return the verdict that names what else explains every case, if at most two explanations do.

    Parameters
    ----------
    attempt : Attempt
    """
    found = _search(attempt)
    if not found:
        return None
    if len(found[0]) == 2:
        names = " And: ".join(f"{one.name}. {one.advice}" for one in found[0])
        return Verdict(NOT_YET, (f"Two mistakes at once: {names}",), found[0][0])
    names, advice = _in_words(found)
    return Verdict(NOT_YET, (f"In every case that is what one gets when {names}. {advice}",), found[0][0])


def own_mistake_in(exercise, value) -> Misconception | None:
    """Return the exercise's own mistake that a wrong value comes from.

    Parameters
    ----------
    exercise : Exercise
    value : object
        Plain data.
    """
    for which, misconception in enumerate(exercise.misconceptions):
        if same(value_of_spec(exercise, which), value, exercise.tolerance):
            return misconception
    return None


def explained_value(exercise, value) -> tuple[str, Misconception] | None:
    """Return how a wrong number comes about, as a sentence, and the first of at most two mistakes that give it.

    Parameters
    ----------
    exercise : Exercise
        One whose right answer has a working.
    value : object
        The wrong answer as plain data.
    """
    if exercise.working is None:
        return None
    by_chance = isinstance(value, int | float) and value in range(-3, 4)  # too many slips come to 0, 1 or 2
    slips, two = wrong_values(exercise)
    for wrong in (two,) if by_chance else (slips, two):
        if found := _at_most_two(
            mistakes for mistakes, theirs in wrong if same(theirs, value, exercise.tolerance)
        ):
            break
    else:
        found = _at_most_two(
            (misconception_of(slip),) for slip in related([value_of_spec(exercise)], [value])
        )
    if not found:
        return None
    names, advice = _in_words(found)
    return f"That is what one gets when {names}. {advice}", found[0][0]


def _in_words(found):
    names = ", or when ".join(" and ".join(one.name for one in mistakes) for mistakes in found)
    return names, " ".join(dict.fromkeys(one.advice for mistakes in found for one in mistakes))


def _at_most_two(found) -> list[tuple[Misconception, ...]]:
    """What explains an answer, the plainer of two that say the same; [] where there is more than can be said."""
    found = list(dict.fromkeys(found))
    general = {(misconception_of(slip),) for slip in {one.id for (one, *_) in found} & SLIPS}
    named = {mistakes[0].id for mistakes in found if mistakes not in general}
    found = [mistakes for mistakes in found if mistakes not in general or mistakes[0].id not in named]
    if len(found) > 2 and len(general) == len({mistakes[0].id for mistakes in found}) == 1:
        return list(general)  # one of several quantities, all with the same number
    return found if len(found) <= 2 else []


@lru_cache(maxsize=128)
def wrong_values(exercise) -> tuple[list, list]:
    """Return what slips in the working of a number come to, and what two of its own mistakes at once do.

    Parameters
    ----------
    exercise : Exercise

    Returns
    -------
    slips, two : list of (mistakes, value)
    """
    slips = [
        ((program.misconception,), call(program.make, ()).value)
        for program in programs(exercise.working)
        if program.misconception and program.is_telling
    ]
    return slips, [(mistakes, call(program, ()).value) for mistakes, program in _two_at_once(exercise)]


def _search(attempt) -> list[tuple[Misconception, ...]]:
    exercise, outcomes = attempt.exercise, attempt.outcomes
    if outcomes[attempt.smallest].raised:
        return []
    for level in range(-1, len(_right_programs(exercise))) if exercise.is_searched else ():
        if found := _at_most_two(_explaining(attempt, level)):
            return found
    if attempt.raises or any(right.raised for right in attempt.right):
        return []
    given = related(*([o.value for o in os] for os in (attempt.right, outcomes)))
    return _at_most_two((misconception_of(slip),) for slip in given) or _cut_to_whole(attempt)


@lru_cache(maxsize=256)
def _right_programs(exercise):
    return [exercise.answer, *right_answers().get(exercise.name, ())]


def _explaining(attempt, level):
    exercise, outcomes, first = attempt.exercise, attempt.outcomes, attempt.smallest
    with guarded():
        for mistakes, function, outcome in _tried(exercise, level, first, attempt.seed):
            if _same_outcome(exercise, outcome, outcomes[first]) and all(
                _same_outcome(exercise, _outcome(exercise, function, attempt.cases[i]), outcome)
                for i, outcome in enumerate(outcomes)
                if i != first
            ):
                yield mistakes


@lru_cache(maxsize=128)
def _tried(exercise, level, i, seed) -> list[tuple]:
    """The wrong programs of a level, each with its mistakes and what it makes of one case; kept for the next answer."""
    tried = islice(_two_at_once(exercise) if level < 0 else _slips(exercise, level), _MOST_PROGRAMS)
    case = exercise.draw_cases(seed)[i]
    return [(mistakes, function, _outcome(exercise, function, case)) for mistakes, function in tried]


def _outcome(exercise, function, case):
    return call(exercise.watch(function) if exercise.watch else function, case, exercise.observe)


def _same_outcome(exercise, one: Outcome, other: Outcome):
    """Whether two came to the same, or to the same error that tells of something."""
    if one.raised and other.raised:
        return one.raised.message == other.raised.message and one.raised.type_name in (
            "IndexError",
            "ValueError",
        )
    return agrees(one, other, exercise.tolerance)


def _two_at_once(exercise) -> Iterator:
    changes = [m for m in exercise.misconceptions if isinstance(m.given, Change) and m.given.edits]
    for one, other in combinations(changes, 2):
        try:
            both = replace(one.given, edits=one.given.edits + other.given.edits)
            yield (one, other), program_of(exercise, both.program())
        except Exception:  # the second edits what the first has changed
            continue


def _slips(exercise, level) -> Iterator:
    for program in programs(_right_programs(exercise)[level]):
        if program.misconception and (level == 0 or program.slip not in WRITTEN_SO):
            yield (program.misconception,), program.make


def _cut_to_whole(attempt):
    """The slip of an answer that is right on whole numbers and gives whole numbers where fractions are right, cut at each step."""
    right, outcomes, failing = attempt.right, attempt.outcomes, attempt.failing
    cut = all(_is_whole(outcomes[i].value) and not _is_whole(right[i].value) for i in failing)
    return [(misconception_of("result-rounded"),)] if cut and len(failing) + 2 <= len(right) else []


def _is_whole(value):
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and not (value % 1).any()
