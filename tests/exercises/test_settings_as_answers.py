"""Exercises that are answered in the explorer: many settings are right, and PyTorch says which."""

import itertools

import pytest
import torch
from also_right import RIGHT
from torch import nn

from sepconv import explore
from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import find
from sepconv.exercises.explorer_answers import KEYS

EXERCISES = LAYER, DEPTHWISE, SPREAD = [
    find(name) for name in ("layer_of_36_weights", "depthwise_of_54_weights", "spread_of_one_cell")
]
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)


def is_right(exercise, answer):
    verdict, _ = mark(exercise, answer)
    assert verdict.outcome in (CORRECT, NOT_YET)
    return verdict.outcome == CORRECT


def conv_of(answer):
    """The layer that an answer sets."""
    places = [
        answer[name]
        for name in ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation")
    ]
    return nn.Conv2d(*places, groups=answer["groups"], bias=False)


def sees(conv, size, output, channel):
    """Whether an output channel depends on an input channel, as autograd tells."""
    nn.init.ones_(conv.weight)
    x = torch.ones(1, conv.in_channels, size, size, requires_grad=True)
    conv(x)[0, output].sum().backward()
    return bool(x.grad[0, channel].any())


def layers(**lists):
    """Every legal setting of one layer that can be put together from lists of values."""
    for values in itertools.product(*lists.values()):
        answer = LAYER.answer | dict(zip(lists, values, strict=True))
        whole = answer["in_channels"] % answer["groups"] == 0 == answer["out_channels"] % answer["groups"]
        if whole and answer["input_size"] + 2 * answer["padding"] > answer["dilation"] * (
            answer["kernel_size"] - 1
        ):
            yield answer


def test_36_weights_and_a_blind_output_as_pytorch_counts_and_sees_them():
    channels, found = range(1, 13), {True: 0, False: 0}
    for answer in layers(in_channels=channels, out_channels=channels, kernel_size=[1, 2, 3], groups=channels):
        conv = conv_of(answer)
        right = conv.weight.numel() == 36 and answer["out_channels"] > 2
        right = right and not sees(conv, answer["input_size"], 2, 0)
        assert is_right(LAYER, answer) == right, answer
        found[right] += 1
    assert found[True] == 4  # 4 → 4 in 4 groups, 2 → 4 in 2, 9 → 9 in 9, 9 → 3 in 3
    assert found[False] >= 500


def test_54_weights_depthwise_as_pytorch_counts_and_sees_them():
    found = {True: 0, False: 0}
    for answer in layers(
        in_channels=[1, 2, 3, 6],
        out_channels=[3, 4, 6, 12],
        groups=[1, 2, 3, 6],
        input_size=[4, 6, 8],
        padding=[0, 1],
        stride=[1, 2],
        dilation=[1, 2],
    ):
        conv = conv_of(answer)
        out = conv(torch.zeros(1, conv.in_channels, answer["input_size"], answer["input_size"])).shape
        right = conv.weight.numel() == 54 and conv.weight.shape[1] == 1
        right = right and out[2:] == (4, 4) and out[1] >= 2 * conv.in_channels
        assert is_right(DEPTHWISE, answer) == right, answer
        found[right] += 1
    assert found[True] >= 10
    assert found[False] >= 500


def fed(answer):
    """How many cells of the middle map and of the output depend on the selected cell, as autograd tells."""
    channels, m = answer["in_channels"], answer["depth_multiplier"]
    geometry = [answer[name] for name in ("kernel_size", "stride", "padding", "dilation")]
    depthwise = nn.Conv2d(channels, m * channels, *geometry, groups=channels, bias=False)
    pointwise = nn.Conv2d(m * channels, answer["out_channels"], 1, bias=False)
    cell = answer["selected"]
    x = torch.zeros(1, channels, answer["input_size"], answer["input_size"])
    x[0, cell["channel"], cell["row"], cell["column"]] = 1
    for conv in (depthwise, pointwise):
        nn.init.ones_(conv.weight)
    middle = depthwise(x)
    return int(middle.ne(0).sum()), int(pointwise(middle).ne(0).sum())


def test_the_spread_of_a_cell_as_pytorch_computes_it():
    names = ("kernel_size", "stride", "padding", "dilation", "depth_multiplier", "out_channels")
    found = {True: 0, False: 0}
    for values in itertools.product([1, 2, 3], [1, 2], [0, 1], [1, 2], [1, 2], [1, 4, 8]):
        for row, column in [(0, 0), (0, 2), (1, 1), (2, 3), (4, 5)]:
            cell = {"map": "input", "channel": 1, "row": row, "column": column}
            answer = SPREAD.answer | dict(zip(names, values, strict=True)) | {"selected": cell}
            assert is_right(SPREAD, answer) == (fed(answer) == (4, 16)), answer
            found[fed(answer) == (4, 16)] += 1
    assert found[True] >= 10
    assert found[False] >= 500


def says(exercise, answer):
    verdict, _ = mark(exercise, answer)
    assert verdict.outcome == NOT_YET
    assert verdict.misconception is None
    return " ".join(verdict.paragraphs)


@each_exercise
def test_what_is_no_setting_is_told_what_to_paste(exercise):
    assert "quotes" in says(exercise, repr(exercise.answer))
    for answer in (36, [1, 2], {"view"}, says, explore(), explore().answer):
        assert "the dict that it prints" in says(exercise, answer)


def test_what_answer_returns_is_an_answer():
    right = explore(4, 4, groups=4).answer()
    assert is_right(LAYER, right)
    assert not is_right(DEPTHWISE, right)
    pair = explore(3, 4, padding=1, view="two-stage")
    assert "Nothing is selected" in says(SPREAD, pair.answer())
    pair.selected = {"map": "input", "channel": 0, "row": 0, "column": 0}
    assert is_right(SPREAD, pair.answer())


@each_exercise
@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_is_named(exercise, key):
    answer = {name: value for name, value in exercise.answer.items() if name != key}
    assert f'lacks "{key}"' in says(exercise, answer)


@each_exercise
def test_a_spare_key_is_named(exercise):
    assert '"bias"' in says(exercise, exercise.answer | {"bias": True})
    assert '"7"' in says(exercise, exercise.answer | {7: 1})


@each_exercise
@pytest.mark.parametrize("value", ["3", 3.5, True, None, 0, -1, 10**30, [3]])
def test_a_number_that_is_none_is_named(exercise, value):
    assert '"kernel_size" should be a whole number' in says(
        exercise, exercise.answer | {"kernel_size": value}
    )


@each_exercise
def test_another_view_is_named(exercise):
    other = "one" if exercise is SPREAD else "two-stage"
    assert "choose that view" in says(exercise, exercise.answer | {"view": other})
    for view in ("three", None, 1):
        assert '"view"' in says(exercise, exercise.answer | {"view": view})


@pytest.mark.parametrize("exercise", [LAYER, DEPTHWISE], ids=lambda exercise: exercise.name)
@pytest.mark.parametrize(("c_in", "c_out", "name"), [(3, 4, "in_channels"), (4, 3, "out_channels")])
def test_groups_that_do_not_divide_are_named(exercise, c_in, c_out, name):
    answer = exercise.answer | {"in_channels": c_in, "out_channels": c_out, "groups": 4 if c_out == 4 else 2}
    assert f"does not divide {name} = 3" in says(exercise, answer)


@each_exercise
def test_a_kernel_that_does_not_fit_is_named(exercise):
    assert "larger than the image" in says(exercise, exercise.answer | {"kernel_size": 9, "input_size": 4})


def test_a_selection_that_is_none_is_named():
    assert "Nothing is selected" in says(SPREAD, SPREAD.answer | {"selected": None})
    cell = SPREAD.answer["selected"]
    for selected in ("input", [0, 0], {}, {"map": "input"}, cell | {"row": "1"}, cell | {"map": "padding"}):
        assert "as it is" in says(SPREAD, SPREAD.answer | {"selected": selected})
    for other in (cell | {"row": 6}, cell | {"row": -1}, cell | {"channel": 3}):
        assert "no pixel of the input" in says(SPREAD, SPREAD.answer | {"selected": other})


@each_exercise
def test_the_explorer_can_be_set_to_each_answer(exercise):
    from sepconv.pictures.explorer.settings import checked_selection, checked_settings

    for answer in [
        exercise.answer,
        *RIGHT.get(exercise.name, []),
        *(m.wrong for m in exercise.misconceptions),
    ]:
        settings = {name: value for name, value in answer.items() if name != "selected"}
        assert checked_settings(settings) == settings
        assert checked_selection(answer["selected"], settings) == answer["selected"]


@each_exercise
def test_two_mistakes_at_once_are_each_told(exercise):
    if exercise is LAYER:
        answer = LAYER.answer | {"groups": 1, "kernel_size": 2}
        expected = ["64 weights", "there are more", "every output sees every input"]
    elif exercise is DEPTHWISE:
        answer = DEPTHWISE.answer | {"groups": 1, "input_size": 9}
        expected = ["every input", "there are more", "they are larger", "Met: at least 2 outputs"]
    else:
        answer = SPREAD.answer | {"kernel_size": 5, "padding": 2, "out_channels": 3}
        expected = ["9 places", "there are more"]
    text = says(exercise, answer)
    assert [words for words in expected if words not in text] == []


def test_what_is_no_data_keeps_its_name_on_the_way_to_the_judge():
    from sepconv.checking.plain import plain
    from sepconv.grading.sandbox.codec import decode, encode

    sent = decode(encode(plain(type("Explorer", (), {})())))
    assert plain(sent).type_name == "Explorer"
