"""Answers in another form than the one that is asked for, where they can mean one thing only."""

import json

import numpy as np
import pytest

from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import find
from sepconv.grading.judging.judge import judge  # and what is made of it elsewhere
from sepconv.grading.sandbox.child import _answer_of  # what a submission's process sends

PAIRS = find("where_it_does_not_pay").answer


def outcome_of(name, answer):
    """Return the outcome, which must be the same here and in the grader."""
    exercise = find(name)
    here = mark(exercise, answer)[0]
    there = judge(name, json.dumps(_answer_of(exercise, answer, 0)).encode(), 0)
    assert (here.outcome, here.paragraphs) == (there.outcome, there.paragraphs)
    return here.outcome


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("warmup_05_1", "2160", "2161"),
        ("warmup_05_1", " 2160 ", "2160 MACs"),
        ("warmup_13_2", "8.348", "8.4"),
        ("linear_or_pointwise", {"linear": "1440", "pointwise": 10}, {"linear": "1441", "pointwise": 10}),
        ("warmup_05_2", {"C"}, {"B"}),
        ("warmup_05_2", ["c"], ["C", "B"]),
        ("warmup_09_2", range(2, 4), range(2, 5)),
        ("which_are_depthwise", "BDFG", "BDF"),
        ("which_are_depthwise", "b, d, f, g", "BDFGG"),
        (
            "label_the_mixers",
            dict(
                enumerate(["space", "channels", "Channels", "both", "space", "both", "neither", "space"], 1)
            ),
            dict(enumerate(["space", "channels", "channels", "both", "space", "both", "both", "space"], 1)),
        ),
        (
            "name_that_layer",
            dict(enumerate(["depthwise", "grouped", "pointwise", "depthwise", "standard", "B"], 1)),
            dict(enumerate(["depthwise", "grouped", "pointwise", "depthwise", "dense", "B"], 1)),
        ),
        ("where_it_does_not_pay", lambda k, c: list(map(list, PAIRS(k, c))), lambda k, c: [[1, 1]]),
        ("where_it_does_not_pay", lambda k, c: np.array([*PAIRS(k, c)]), lambda k, c: [*PAIRS(k, c)] * 2),
    ],
)
def test_another_form_is_judged_by_what_it_means(name, right, wrong):
    assert outcome_of(name, right) == CORRECT
    assert outcome_of(name, wrong) == NOT_YET


def test_a_range_without_end_is_no_list():
    assert outcome_of("warmup_09_2", range(10**15)) == NOT_YET
