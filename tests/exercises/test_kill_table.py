"""The proof that every check can fail: right answers pass, each wrong one is refused by its own name.

The tests make themselves from the exercises; a new exercise is covered as soon as it is written.
"""

import dataclasses
import inspect
import itertools

import pytest
from mutants import mutants

from sepconv.checking.diagnosis import mark
from sepconv.checking.near_orders import neighbors
from sepconv.checking.plain import plain, same
from sepconv.checking.runs import agrees, outcomes_of_spec
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, NOT_YET, ROUTED
from sepconv.exercises import all_exercises, right_answers

EXERCISES = all_exercises()
RIGHT = right_answers()
GRADED = [exercise for exercise in EXERCISES if not exercise.is_warmup]
RUN = [exercise for exercise in GRADED if exercise.kind in ("function", "module", "order")]
SEEDS = range(4)

# Mutants that behave like the right answer on every input, or that no learner could be blamed for:
# (exercise, what survives, why).
SURVIVORS = [
    ("where_it_does_not_pay", "line 7: GtE -> Gt", "the ratio of square kernels is never exactly 1"),
    ("legal_groups", "line 3: 1 -> 2", "c_in + 1 never divides c_in"),
    ("fair_timer", "line 1: 7 -> 8", "the default stands in the def line that is given"),
    ("fair_timer", "line 1: 7 -> 6", "the default stands in the def line that is given"),
    ("fit_the_budget", "line 11: 100 -> 101", "no budget of the cases gets there"),
    ("fit_the_budget", "line 11: 100 -> 99", "no budget of the cases gets there"),
    ("fit_the_budget", "line 12: Gt -> GtE", "many widths keep within the budget"),
    ("fit_the_budget", "line 15: Gt -> GtE", "many widths keep within the budget"),
    ("fit_the_budget", "line 12: 1 -> 2", "many widths keep within the budget"),
    ("fit_the_budget", "line 12: 4 -> 3", "many widths keep within the budget"),
    ("fit_the_budget", "line 14: 6 -> 7", "the loop breaks before it gets there"),
    ("fit_the_budget", "line 12: arguments exchanged", "(4a, 2a, a) comes close to (a, 2a, 4a)"),
    ("fix_the_port", "line 6: arguments exchanged", "max(a, 0) is max(0, a)"),
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
    for seed in SEEDS:
        assert mark(exercise, exercise.answer, seed)[0].outcome == CORRECT


@named([exercise for exercise in GRADED if exercise.name in RIGHT or exercise.kind in ("function", "module")])
def test_right_answers_written_differently_pass(exercise):
    assert exercise.kind not in ("function", "module") or len(RIGHT[exercise.name]) >= 2
    for answer, seed in itertools.product(RIGHT[exercise.name], SEEDS):
        assert mark(exercise, answer, seed)[0].outcome == CORRECT


@wrong_answers(EXERCISES)
def test_each_wrong_answer_is_refused_by_its_own_name(exercise, misconception):
    for seed in SEEDS:
        verdict, _ = mark(exercise, misconception.wrong, seed)
        assert verdict.outcome == (ROUTED if exercise.starts_at is not None else NOT_YET)
        assert verdict.misconception is misconception
        assert misconception.name in verdict.paragraphs[0]


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


@named([exercise for exercise in GRADED if exercise.kind in ("function", "module")])
def test_mutants_of_the_answer_are_refused(exercise):
    allowed = [survivor for name, survivor, _ in SURVIVORS if name == exercise.name]
    tried = 0
    unsearched = dataclasses.replace(
        exercise, is_searched=False
    )  # whether it passes is asked here, not its name
    for description, mutant in mutants(exercise.answer):
        tried += 1
        if mark(unsearched, mutant)[0].outcome == CORRECT:
            assert description in allowed, f"{exercise.name}: the mutant '{description}' passes"
    assert tried >= 2


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


def test_the_survivors_are_still_there():
    for name, description, reason in SURVIVORS:
        exercise = next(e for e in EXERCISES if e.name == name)
        assert reason
        assert any(
            text == description and mark(exercise, mutant)[0].outcome == CORRECT
            for text, mutant in mutants(exercise.answer)
        )
