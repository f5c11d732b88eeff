"""Cases that are drawn anew at each marking: the right results of one seed are worth nothing at another one."""

import contextlib
import itertools

import pytest
import torch

from sepconv.checking.comparing import agrees, outcomes_of_spec
from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import all_exercises, find
from sepconv.exercises.cases import drawn, without_draw
from sepconv.exercises.spec import Exercise, Misconception

CODE = [exercise for exercise in all_exercises() if exercise.kind in ("function", "module")]
SLOW = {"to_separable", "capstone", "mobilenet_v1", "fused_separable"}
# What is handed in is the answer itself, two trained nets, and only what is looked at on them is drawn.
WITHOUT_ARGUMENTS = {"capstone"}


def named(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=[exercise.name for exercise in exercises])


@named(CODE)
def test_right_results_of_two_seeds_differ(exercise):
    found = [
        outcomes_of_spec(exercise, -1, seed) for seed in ((7, 8) if exercise.name in SLOW else range(12))
    ]
    for one, other in itertools.combinations(found, 2):
        assert len(one) == len(other)
        assert not all(agrees(a, b, exercise.tolerance) for a, b in zip(one, other, strict=True))


def table_of(exercise, seed):
    """Return an answer that knows the right results of one seed by heart, and gives one of them to what it does not know."""
    known = {}
    for case in map(without_draw, exercise.draw_cases(seed)):
        with contextlib.suppress(ValueError):  # which is right for a budget that cannot be met
            known[repr(case)] = exercise.answer(*case)
    any_result = next(iter(known.values()))

    def answer(*arguments):
        return known.get(repr(arguments), any_result)

    return answer


@named([exercise for exercise in CODE if exercise.name not in WITHOUT_ARGUMENTS])
def test_a_table_of_the_results_of_another_seed_is_refused(exercise):
    table = table_of(exercise, 8)
    assert mark(exercise, table, 7)[0].outcome == NOT_YET
    if not _makes_objects(exercise):
        assert (
            mark(exercise, table, 8)[0].outcome == CORRECT
        )  # so that it is refused for what it does not know


def _makes_objects(exercise):
    """Whether the result belongs to the very arguments, or is watched while it is computed."""
    return exercise.kind == "module" or exercise.watch or exercise.name == "ffn_as_pointwise"


def test_whoever_has_no_arguments_has_all_exercises_with_none():
    assert {
        e.name for e in CODE if e.answer.__code__.co_argcount == 0 and e.kind == "function"
    } == WITHOUT_ARGUMENTS


def test_drawn_cases_differ_and_are_legal():
    draw = drawn(
        count=4,
        c_in=range(1, 4),
        c_out=range(1, 4),
        h=(5, 6),
        w=(5, 6),
        fits=lambda c_in, c_out, h, w: c_in + c_out != 5,
    )
    for seed in range(20):
        cases = draw(seed)
        assert cases == draw(seed)
        assert len(set(cases)) == 4
        for c_in, c_out, h, w in cases:
            assert c_in != c_out
            assert h != w
            assert c_in + c_out != 5
            assert {type(number) for number in (c_in, c_out, h, w)} == {int}
    assert draw(1) != draw(2)


def test_a_case_is_built_from_what_is_drawn():
    draw = drawn(count=2, case=lambda groups, each: ([groups * each], groups), groups=(2, 3), each=(4, 5))
    for channels, groups in draw(0):
        assert channels in ([groups * 4], [groups * 5])


LENGTH = Exercise(
    name="length",
    lesson=1,
    points=1,
    kind="function",
    prompt="How long is it?",
    answer=len,
    cases=[([1, 2, 3],), ([4, 5, 6, 7],)],
    fresh=lambda seed: [([seed],)],
    misconceptions=[Misconception("S1", "it was summed", sum, "Count.")],
)


def test_fresh_cases_come_last():
    assert LENGTH.draw_cases(5) == [([1, 2, 3],), ([4, 5, 6, 7],), ([5],)]


def test_a_message_shows_a_known_case_where_one_differs():
    verdict, _ = mark(find("out_size"), lambda size, k, stride=1, padding=0, dilation=1: 9, 3)
    assert "size=8, k=3" in verdict.paragraphs[1]
    fresh_alone = next(case for case in find("out_size").draw_cases(3) if len(case) == 5 and case[0] >= 20)
    right = find("out_size").answer
    verdict, _ = mark(
        find("out_size"),
        lambda size, k, stride=1, padding=0, dilation=1: (
            right(size, k, stride, padding, dilation) + ((size, k) == fresh_alone[:2])
        ),
        3,
    )
    assert f"size={fresh_alone[0]}" in verdict.paragraphs[1]


def test_what_is_drawn_for_the_observer_alone_is_not_shown_as_an_argument():
    verdict, _ = mark(find("capstone"), lambda: 1 / 0)
    assert "  capstone()" in verdict.paragraphs


@pytest.mark.parametrize(
    "name", ["activation_memory", "init_depthwise_", "weight_decay_groups", "count_conv"]
)
def test_saying_what_is_wrong_draws_no_random_numbers_of_the_learner(name):
    exercise = find(name)
    mark(exercise, exercise.answer)
    before = torch.get_rng_state()
    assert mark(exercise, lambda *arguments: 0)[0].outcome == NOT_YET
    assert torch.equal(before, torch.get_rng_state())
