"""The proof that every check can fail: right answers pass, each wrong one is refused by its own name.

The tests make themselves from the exercises; a new exercise is covered as soon as it is written.
"""

import dataclasses
import inspect
import itertools
from pathlib import Path

import pytest
from also_right import RIGHT
from mutants import mutants

from sepconv.checking.calling import call, guarded
from sepconv.checking.commands import NotYet
from sepconv.checking.comparing import Attempt, agrees, outcomes_of_spec, run
from sepconv.checking.diagnosis import mark, verdict_on
from sepconv.checking.near_orders import neighbors
from sepconv.checking.plain import plain, same
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, NOT_YET, ROUTED
from sepconv.exercises import all_exercises, find, right_answers
from sepconv.exercises.cases import numbers_in
from sepconv.exercises.slips import programs

EXERCISES = all_exercises()
GRADED = [exercise for exercise in EXERCISES if not exercise.is_warmup]
RUN = [exercise for exercise in GRADED if exercise.kind in ("function", "module", "order")]
RUN_AS_CODE = [exercise for exercise in RUN if exercise.kind != "order"]


def seeds_of(exercise):
    """The seeds to try: one where a call takes a second and the seed only says which silhouettes are shown."""
    return range(1 if exercise.name == "capstone" else 4)


# A slip takes a second there, or leaves a part of an array as np.empty has made it: other numbers at each call.
UNNAMED = {"to_separable", "capstone_report", "shares_by_type", "fused_separable"}

# Slips that compute the same as the right answer: exercise, line and slip, why.
HARMLESS = [
    line.rsplit(": ", 1)
    for line in (Path(__file__).parent / "slips_that_do_no_harm.txt").read_text("utf-8").splitlines()
]


def named(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=[exercise.name for exercise in exercises])


def wrong_answers(exercises):
    pairs = [(exercise, m) for exercise in exercises for m in exercise.misconceptions]
    return pytest.mark.parametrize(
        ("exercise", "misconception"), pairs, ids=[f"{exercise.name}-{m.id}" for exercise, m in pairs]
    )


@named(EXERCISES)
def test_the_right_answer_passes(exercise):
    for seed in seeds_of(exercise):
        assert mark(exercise, exercise.answer, seed)[0].outcome == CORRECT


@named([exercise for exercise in GRADED if exercise.name in RIGHT or exercise.kind in ("function", "module")])
def test_right_answers_written_differently_pass(exercise):
    assert exercise.kind not in ("function", "module") or len(RIGHT[exercise.name]) >= 2
    for answer, seed in itertools.product(RIGHT[exercise.name], seeds_of(exercise)):
        assert mark(exercise, answer, seed)[0].outcome == CORRECT


@wrong_answers(EXERCISES)
def test_each_wrong_answer_is_refused_by_its_own_name(exercise, misconception):
    for seed in seeds_of(exercise):
        verdict, _ = mark(exercise, misconception.wrong, seed)
        assert verdict.outcome == (ROUTED if exercise.starts_at is not None else NOT_YET)
        assert verdict.misconception is misconception
        assert misconception.name in verdict.paragraphs[0]
        prose = [
            line for line in str(NotYet(exercise.name, verdict.paragraphs)).splitlines() if line[:2] != "  "
        ]
        assert max(map(len, prose)) <= 88


@named(GRADED)
def test_no_two_wrong_answers_look_alike(exercise):
    for one, other in itertools.combinations(range(len(exercise.misconceptions)), 2):
        m, n = exercise.misconceptions[one], exercise.misconceptions[other]
        if exercise in RUN:
            pairs = zip(outcomes_of_spec(exercise, one), outcomes_of_spec(exercise, other), strict=True)
            assert not all(agrees(a, b, exercise.tolerance) for a, b in pairs), f"{m.id} = {n.id}"
        elif exercise.facts:
            assert exercise.facts(m.wrong).holds != exercise.facts(n.wrong).holds, f"{m.id} = {n.id}"
        else:
            assert not same(plain(m.wrong), plain(n.wrong)), f"{m.id} = {n.id}"


def stub(*arguments):
    """Do what the docstring says."""
    ...  # your answer


@named(EXERCISES)
def test_the_stub_is_not_attempted(exercise):
    assert mark(exercise, ...)[0].outcome == NOT_ATTEMPTED
    if exercise.kind in ("function", "module"):
        assert mark(exercise, stub)[0].outcome == NOT_ATTEMPTED


def passes(exercise, function, seed=0):
    """Whether a function does the right thing; the smallest cases first, since most slips show there."""
    right, watched = outcomes_of_spec(exercise, -1, seed), (exercise.watch or (lambda f: f))(function)
    with guarded():
        cases = exercise.draw_cases(seed)
        return all(
            agrees(right[i], call(watched, cases[i], exercise.observe), exercise.tolerance)
            for i in sorted(range(len(cases)), key=lambda i: numbers_in(cases[i]))
        )


@named(RUN_AS_CODE)
def test_slips_in_the_answer_are_refused(exercise):
    tried = list(mutants(exercise.answer))
    passed = {f"{exercise.name}: {description}" for description, mutant in tried if passes(exercise, mutant)}
    listed = {slip for slip, _ in HARMLESS if slip.startswith(f"{exercise.name}: ")}
    assert len(tried) >= 2
    assert passed == listed, "slips_that_do_no_harm.txt lists what computes the same, and why"


def test_right_answers_beside_the_exercises_can_be_searched():
    for name, answers in right_answers().items():
        assert find(name).is_searched, name
        for answer in answers:  # others stand in tests/lib/also_right: they would be built hundreds of times
            assert "import " not in inspect.getsource(answer), name


@named([exercise for exercise in RUN_AS_CODE if exercise.is_searched and exercise.name not in UNNAMED])
def test_slips_in_the_answer_get_their_name(exercise):
    """Or that of a mistake that comes to the same, or none where more than two slips do."""
    tried = [program for program in programs(exercise.answer) if program.misconception]
    outcomes = [run(exercise, program.make)[0] for program in tried]
    for program, found in zip(tried, outcomes, strict=True):
        attempt = Attempt(exercise, program.make, found)
        if not attempt.failing:
            continue
        verdict = verdict_on(exercise, program.make, found, lambda: None, lambda: None, False)
        if verdict.misconception in exercise.misconceptions or any(outcome.raised for outcome in found):
            continue
        alike = {
            p.misconception
            for p, o in zip(tried, outcomes, strict=True)
            if all(Attempt(exercise, p.make, o).agree_with(found))
        }
        if len(alike) <= 2:
            assert verdict.misconception in alike, program.misconception.name


@named([exercise for exercise in GRADED if exercise.kind == "order"])
def test_neighbors_of_the_right_order_are_refused(exercise):
    unsearched = dataclasses.replace(exercise, is_searched=False)
    for _, _, order in neighbors(exercise, exercise.answer):
        if mark(unsearched, order)[0].outcome == CORRECT:
            assert order in RIGHT.get(exercise.name, ()), f"{exercise.name}: the order {order} passes"


@named([exercise for exercise in EXERCISES if exercise.kind == "choice"])
def test_every_option_is_explained(exercise):
    answers = exercise.answer if isinstance(exercise.answer, dict) else {None: exercise.answer}
    for key, answer in answers.items():
        explanations = exercise.explanations if key is None else exercise.explanations[key]
        chosen = answer if isinstance(answer, set | frozenset) else {answer}
        assert chosen <= set(explanations)
        assert all(len(text) > 15 for text in explanations.values())


@named(GRADED)
def test_an_exercise_is_complete(exercise):
    assert exercise.prompt.endswith((".", "?"))
    assert len(exercise.misconceptions) >= (2 if exercise.starts_at is not None else 3)
    assert exercise.hints or exercise.starts_at is not None
    for misconception in exercise.misconceptions:
        assert misconception.advice or exercise.kind == "choice"
        assert not misconception.name.endswith(".")
    if exercise.kind == "order":
        assert exercise.distractors.keys() == exercise.lines.keys() - set(exercise.answer)


@named([exercise for exercise in GRADED if exercise.kind in ("function", "module")])
def test_the_model_answer_can_be_shown(exercise):
    assert exercise.answer.__name__ == exercise.name
    assert f" {exercise.name}(" in inspect.getsource(exercise.answer)


def test_an_id_means_the_same_mistake_everywhere():
    names = {}
    for exercise in EXERCISES:
        for m in exercise.misconceptions:
            names.setdefault(m.id, set()).add(m.name)
    slips = {id: found for id, found in names.items() if id.startswith("S") and len(found) > 1}
    assert not slips
