"""Fractions, negative numbers, ints: what an array of ints cuts off is seen, and said."""

import numpy as np
import pytest

from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import NOT_YET
from sepconv.exercises import all_exercises, find
from sepconv.exercises.cases import in_quarters, with_ints

SEEDS = (0, 1, 2, 3, 7)


def arrays_in(case):
    return [argument for argument in case if isinstance(argument, np.ndarray)]


OF_ARRAYS = [e for e in all_exercises() if e.kind == "function" and any(map(arrays_in, e.draw_cases(0)))]
WHOLE = {"is_separable"}  # its task says so


def named(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=[exercise.name for exercise in exercises])


def test_only_a_task_that_says_so_has_whole_numbers_alone():
    assert {exercise.name for exercise in OF_ARRAYS if exercise.whole_numbers} == WHOLE
    assert len(OF_ARRAYS) > 10


@named([exercise for exercise in OF_ARRAYS if exercise.name not in WHOLE])
def test_at_least_two_cases_hold_fractions_and_negative_numbers(exercise):
    for seed in SEEDS:
        cases = list(map(arrays_in, exercise.draw_cases(seed)))
        assert not any((array % 1).any() for array in cases[0])  # the first can be checked by hand
        fractions = [case for case in cases if all((array % 1).any() for array in case)]
        assert sum(any((array < 0).any() for array in case) for case in fractions) >= 2


@named(
    [exercise for exercise in OF_ARRAYS if exercise.name not in WHOLE | {"best_separable", "fused_separable"}]
)
def test_a_result_that_is_cut_to_whole_numbers_is_named(exercise):
    for seed in SEEDS[:2]:
        verdict, _ = mark(exercise, lambda *case: exercise.answer(*case).astype(int), seed)
        assert verdict.outcome == NOT_YET
        assert verdict.misconception.name == "the result was rounded, or cut to whole numbers"


def test_what_is_cut_at_each_step_is_named_as_well():
    def conv2d_multi(x, w, b=None):
        kH, kW = w.shape[2:]
        y = np.zeros((len(w), x.shape[1] - kH + 1, x.shape[2] - kW + 1), dtype=int)
        for o, i, j in np.ndindex(y.shape):
            y[o, i, j] = (x[:, i : i + kH, j : j + kW] * w[o]).sum()
            y[o, i, j] += 0 if b is None else b[o]
        return y

    verdict, _ = mark(find("conv2d_multi"), conv2d_multi)
    assert verdict.misconception.name == "the result was rounded, or cut to whole numbers"


def test_whole_numbers_in_the_place_of_others_are_not_taken_for_cut_ones():
    verdict, _ = mark(find("rgb_to_gray"), lambda x: np.zeros((1, *x.shape[1:])))
    assert "cut" not in verdict.paragraphs[0]


def test_quarters_are_taken_of_small_cases_with_negative_numbers():
    plus, minus, large, first = np.ones(2), -np.ones((3, 1)), -np.ones(9), -np.ones(1)
    found = in_quarters([(first, 1), (plus, 2), (large, 3), (minus, 4)])
    assert [case[1] for case in found] == [4, 3]
    assert np.array_equal(found[0][0], minus / 4)
    assert in_quarters([(first,), (2, 3)]) == []


def test_a_case_of_ints_holds_fractions_beside_them():
    x, w = with_ints((np.array([0.25, -0.5]), np.array([0.75])))
    assert x.dtype == np.int64
    assert x.tolist() == [1, -2]
    assert w.tolist() == [0.75]
