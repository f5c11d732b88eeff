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
from sepconv.checking.plain import plain, same
from sepconv.checking.runs import agrees, outcomes_of_spec, program_of
from sepconv.checking.verdict import NOT_YET, Verdict
from sepconv.exercises import right_answers
from sepconv.exercises.cases import numbers_in
from sepconv.exercises.mistakes import Change, Misconception
from sepconv.exercises.slips import SLIPS, WRITTEN_SO, misconception_of, programs
from sepconv.exercises.slips_in_results import related

_MOST_PROGRAMS = 600  # of one level: as many here as in the grader, whatever the machine


def explained(exercise, outcomes, seed) -> Verdict | None:
    """Return the verdict that names what explains every case, if at most two explanations do.

    Parameters
    ----------
    exercise : Exercise
    outcomes : list of Outcome
        One per case, in order.
    seed : int
        What the cases are drawn with.
    """
    right = outcomes_of_spec(exercise, -1, seed)
    found = _search(exercise, right, outcomes, seed)
    if not found:
        return None
    if len(found[0]) == 2:
        names = " And: ".join(f"{one.name}. {one.advice}" for one in found[0])
        return Verdict(NOT_YET, (f"Two mistakes at once: {names}",), found[0][0])
    names, advice = _in_words(found)
    return Verdict(NOT_YET, (f"In every case that is what one gets when {names}. {advice}",), found[0][0])


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
    for level in (_values_of_two, *([] if by_chance else [_values_of_slips])):
        wrong = level(exercise)
        if found := _at_most_two(
            m for m, plain_value in wrong if same(plain_value, value, exercise.tolerance)
        ):
            break
    else:
        found = _at_most_two((misconception_of(slip),) for slip in related([plain(exercise.answer)], [value]))
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


def _values_of_two(exercise):
    for mistakes, changed in _two_at_once(exercise):
        yield mistakes, plain(changed)


def _values_of_slips(exercise):
    for program in programs(exercise.working):
        if program.misconception and program.is_telling:
            try:
                yield (program.misconception,), plain(program.make())
            except Exception:  # what a slip has made of it is no program, or does not run
                continue


def _search(exercise, right, outcomes, seed) -> list[tuple[Misconception, ...]]:
    with guarded():
        cases = exercise.draw_cases(seed)
    failing = [i for i, o in enumerate(outcomes) if not agrees(right[i], o, exercise.tolerance)]
    first = min(failing, key=lambda i: (bool(outcomes[i].raised), numbers_in(cases[i])))
    if outcomes[first].raised:
        return []
    for level in range(-1, len(_right_programs(exercise))) if exercise.is_searched else ():
        if found := _at_most_two(_explaining(exercise, level, cases, outcomes, first, seed)):
            return found
    if any(o.raised for o in (*right, *outcomes)):
        return []
    given = related(*([o.value for o in os] for os in (right, outcomes)))
    return _at_most_two((misconception_of(slip),) for slip in given) or _cut_to_whole(
        right, outcomes, failing
    )


@lru_cache(maxsize=256)
def _right_programs(exercise):
    return [exercise.answer, *right_answers().get(exercise.name, ())]


def _explaining(exercise, level, cases, outcomes, first, seed):
    with guarded():
        for mistakes, function, outcome in _tried(exercise, level, first, seed):
            if _same_outcome(exercise, outcome, outcomes[first]) and all(
                _same_outcome(exercise, _outcome(exercise, function, cases[i]), outcome)
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
            yield (one, other), program_of(exercise, both.make())
        except Exception:  # the second edits what the first has changed
            continue


def _slips(exercise, level) -> Iterator:
    for program in programs(_right_programs(exercise)[level]):
        fits = program.misconception and (level == 0 or program.slip not in WRITTEN_SO)
        if fits and program.make is not None:
            yield (program.misconception,), program.make


def _cut_to_whole(right, outcomes, failing):
    """The slip of whoever is right on whole numbers and gives whole numbers where fractions are right, cut at each step."""
    cut = all(_is_whole(outcomes[i].value) and not _is_whole(right[i].value) for i in failing)
    return [(misconception_of("result-rounded"),)] if cut and len(failing) + 2 <= len(right) else []


def _is_whole(value):
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and not (value % 1).any()
