"""A diagnosis is a search for the wrong program that gives, on every case, what the learner's answer gives.

The exercise's own mistakes are tried first, each alone and then two at once; then slips, on the right program and on right ones
that are written differently; then slips on the result. The search stops at the first level that explains all cases.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from sepconv.checking.calling import Outcome, call, guarded
from sepconv.checking.plain import plain, same
from sepconv.checking.runs import agrees, outcomes_of_spec, program_of
from sepconv.checking.verdict import NOT_YET, Verdict
from sepconv.exercises import right_answers
from sepconv.exercises.cases import numbers_in
from sepconv.exercises.mistakes import Change, Misconception
from sepconv.exercises.slips import misconception_of, programs, results

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
    if not exercise.is_searched:
        return None
    right = outcomes_of_spec(exercise, -1, seed)
    with guarded():
        cases = exercise.draw_cases(seed)
    failing = [i for i, o in enumerate(outcomes) if not agrees(right[i], o, exercise.tolerance)]
    found = _search(exercise, cases, right, outcomes, failing)
    if not found:
        return None
    first = found[0]
    if len(first) == 2:
        names = " And: ".join(f"{one.name}. {one.advice}" for one in first)
        return Verdict(NOT_YET, (f"Two mistakes at once: {names}",), first[0])
    names = ", or ".join(one.name for (one,) in found)
    advice = " ".join(dict.fromkeys(one.advice for (one,) in found))
    return Verdict(NOT_YET, (f"The mistake: {names}. {advice}",), first[0])


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
    for level in (_values_of_two, _values_of_slips, _values_of_results):
        found = {}
        for mistakes, wrong in _within_bounds(level(exercise)):
            if same(wrong, value, exercise.tolerance):
                found[mistakes] = None
        if 0 < len(found) <= 2:
            names = ", or when ".join(" and ".join(one.name for one in mistakes) for mistakes in found)
            advice = " ".join(dict.fromkeys(one.advice for mistakes in found for one in mistakes))
            return f"That is what one gets when {names}. {advice}", next(iter(found))[0]
    return None


def _values_of_two(exercise):
    for mistakes, changed in _two_at_once(exercise):
        yield mistakes, plain(changed)


def _values_of_slips(exercise):
    for program in programs(exercise.working):
        try:
            yield (misconception_of(program.slip),), plain(program.make())
        except Exception:  # what a slip has made of it is no program, or does not run
            continue


def _values_of_results(exercise):
    for slip, value in results(exercise.answer):
        yield (misconception_of(slip),), value


def _search(exercise, cases, right, outcomes, failing) -> list[tuple[Misconception, ...]]:
    i = min(failing, key=lambda i: numbers_in(cases[i]))
    if outcomes[i].raised:
        return []
    for level in (_two_at_once, _slips):
        tried = _within_bounds(level(exercise))
        if found := _explaining(exercise, tried, cases, outcomes, i):
            return found
    return _slips_of_results(right, outcomes, exercise.tolerance) or _cut_to_whole(right, outcomes, failing)


def _within_bounds(programs):
    return (program for _, program in zip(range(_MOST_PROGRAMS), programs))


def _explaining(exercise, tried, cases, outcomes, i):
    found = {}
    with guarded():
        for mistakes, function in tried:
            if mistakes in found:
                continue
            if _agrees(exercise, function, cases[i], outcomes[i]) and all(
                _agrees(exercise, function, case, outcome)
                for case, outcome in zip(cases, outcomes, strict=True)
            ):
                found[mistakes] = None
    return list(found) if len(found) <= 2 else []


def _agrees(exercise, function, case, outcome: Outcome):
    return agrees(call(function, case, exercise.observe), outcome, exercise.tolerance)


def _two_at_once(exercise) -> Iterator:
    changes = [m for m in exercise.misconceptions if isinstance(m.given, Change) and m.given.edits]
    for one, other in combinations(changes, 2):
        try:
            both = replace(one.given, edits=one.given.edits + other.given.edits)
            yield (one, other), program_of(exercise, both.make())
        except Exception:  # the second edits what the first has changed
            continue


def _slips(exercise) -> Iterator:
    for answer in [exercise.answer, *right_answers().get(exercise.name, ())]:
        for program in programs(answer):
            if program.make is not None:
                yield (misconception_of(program.slip),), program.make


def _slips_of_results(right, outcomes, tolerance):
    kept = None
    for r, o in zip(right, outcomes, strict=True):
        if r.raised or o.raised:
            return []
        slips = {slip for slip, value in results(r.value) if same(value, o.value, tolerance)}
        kept = slips if kept is None else kept & slips
    return [(misconception_of(slip),) for slip in sorted(kept or ())][:2]


def _cut_to_whole(right, outcomes, failing):
    """The slip of whoever is right on whole numbers and gives whole numbers where fractions are right, cut at each step."""
    cut = all(_is_whole(outcomes[i].value) and not _is_whole(right[i].value) for i in failing)
    return [(misconception_of("result-rounded"),)] if cut and len(failing) + 2 <= len(right) else []


def _is_whole(value):
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and not (value % 1).any()
