"""What is said beside the points: the answer is right, and would trip its user; `check` and the grader say the same."""

import json

import pytest
from try_answers import run_cell

from sepconv.checking.diagnosis import mark
from sepconv.checking.remarks import called_in
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import all_exercises, find
from sepconv.grading.judging.judge import judge  # and what is made of it elsewhere
from sepconv.grading.sandbox.child import _answer_of  # what a submission's process sends

CODE = [
    exercise
    for exercise in all_exercises()
    if exercise.kind in ("function", "module", "order")
    and not exercise.name.startswith(("capstone", "to_sep"))
]
IMPORTS = "import numpy as np\nimport torch\nfrom torch import nn\nimport sepconv\n"


def said(name, source):
    """Return the outcome and what is said of an answer, which must be the same here and in the grader."""
    exercise, names = find(name), {}
    run_cell(IMPORTS + source, names)
    here, _ = mark(exercise, names[name])
    there = judge(name, json.dumps(_answer_of(exercise, names[name], 0)).encode(), 0)
    assert (here.outcome, here.paragraphs) == (there.outcome, there.paragraphs)
    return here.outcome, " ".join(here.paragraphs)


@pytest.mark.parametrize("exercise", CODE, ids=[exercise.name for exercise in CODE])
def test_nothing_is_to_be_said_of_a_model_answer(exercise):
    assert mark(exercise, exercise.answer)[0].paragraphs == ()


class TestFloatForInt:
    def test_alone(self):
        outcome, text = said(
            "out_size",
            "def out_size(size, k, stride=1, padding=0, dilation=1):\n"
            "    return np.floor((size + 2 * padding - dilation * (k - 1) - 1) / stride) + 1",
        )
        assert outcome == CORRECT
        assert "It returned 6.0, with a float where an int belongs" in text

    def test_in_a_tuple_and_in_a_dict(self):
        source = "def grouped_weight_shape(c_in, c_out, k, groups):\n    return (c_out, c_in / groups, k, k)"
        outcome, text = said("grouped_weight_shape", source)
        assert outcome == CORRECT
        assert "It returned (10, 4.0, 3, 3)" in text
        source = (
            "def count_conv(conv, h, w):\n"
            "    found = sepconv.exercises.find('count_conv').answer(conv, h, w)\n"
            "    return {key: float(number) for key, number in found.items()}"
        )
        assert "with a float where an int belongs" in said("count_conv", source)[1]

    def test_numpys_ints_are_ints(self):
        source = "def legal_groups(c_in, c_out):\n    g = np.arange(1, c_in + 1)\n    return g[(c_in % g == 0) & (c_out % g == 0)]"
        assert said("legal_groups", source) == (CORRECT, "")


POINTWISE = "def pointwise_matmul(x, w, b=None):\n    y = np.zeros((len(w), *x.shape[1:]){})\n    y += 0 if b is None else b[:, None, None]\n    "


class TestResultOfInts:
    @pytest.mark.parametrize("dtype", [", dtype=x.dtype", ", x.dtype"])
    def test_an_array_of_the_dtype_of_x(self, dtype):
        source = POINTWISE.replace("y +=", "y[:] =").format(dtype)
        source += "for o, c in np.ndindex(w.shape):\n        y[o] = y[o] + w[o, c] * x[c]\n    return y"
        outcome, text = said("pointwise_matmul", source)
        assert outcome == CORRECT
        assert (
            "Given an array of ints as x, it returns something else than for the same numbers as floats."
            in text
        )

    def test_an_array_of_floats(self):
        source = POINTWISE.format("") + "return y + np.tensordot(w, x, axes=1)"
        assert said("pointwise_matmul", source) == (CORRECT, "")

    def test_an_answer_that_stops_at_ints(self):
        source = "def pointwise_matmul(x, w, b=None):\n    assert x.dtype == float\n    y = np.tensordot(w, x, axes=1)\n    return y if b is None else y + b[:, None, None]"
        outcome, text = said("pointwise_matmul", source)
        assert outcome == CORRECT
        assert text == "Given an array of ints as x, it stops with AssertionError. Floats it takes."


class TestCalls:
    def test_without_is_asked_for(self):
        source = "def {0}(c_in, c_out, k{1}):\n    return tuple(nn.Conv2d(c_in, c_out, k{2}).weight.shape)"
        for name, parameter, argument in [
            ("weight_shape", "", ""),
            ("grouped_weight_shape", ", groups", ", groups=groups"),
        ]:
            outcome, text = said(name, source.format(name, parameter, argument))
            assert outcome == CORRECT
            assert "It calls nn.Conv2d. The task asks to do without it" in text

    def test_an_argument(self):
        source = "from sepconv import conv2d\ndef grouped_conv(x, w, groups):\n    return conv2d(x, w, groups=groups)"
        outcome, text = said("grouped_conv", source)
        assert outcome == CORRECT
        assert "It calls conv2d(groups=)." in text

    def test_of_what_the_task_forbids(self):
        source = (
            "def out_size(size, k, stride=1, padding=0, dilation=1):\n"
            "    layer = {}(1, 1, k, stride, padding, dilation)\n    return layer(torch.zeros(1, 1, size)).shape[-1]"
        )
        outcome, text = said("out_size", source.format("torch.nn.Conv1d"))
        assert outcome == NOT_YET
        assert text == "The results are right, but it calls torch.nn.Conv1d, and the task says not to."
        assert said("out_size", "from torch.nn import Conv1d\n" + source.format("Conv1d"))[0] == NOT_YET

    def test_of_a_librarys_convolution(self):
        source = (
            "def conv2d_single(x, w, stride=1, padding=0):\n    x, w = (torch.tensor(a)[None, None] for a in (x, w))\n"
            "    return torch.nn.functional.conv2d(x, w, stride=stride, padding=padding)[0, 0]"
        )
        assert "torch.nn.functional.conv2d, and the task says not to" in said("conv2d_single", source)[1]

    def test_of_a_function_of_their_own_that_is_named_like_one(self):
        source = (
            "def convolve(x, w, stride):\n"
            "    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]\n"
            "    return (windows * w).sum((2, 3))\n\n\n"
            "def conv2d_single(x, w, stride=1, padding=0):\n    return convolve(np.pad(x, padding), w, stride)"
        )
        assert said("conv2d_single", source) == (CORRECT, "")

    def test_are_found_in_a_source(self):
        assert called_in("y = F.conv2d(x, groups=2)(3)") == {
            "conv2d": "F.conv2d",
            "conv2d(groups=)": "F.conv2d(groups=)",
        }
        assert called_in("def (") == called_in("") == {}


def test_a_changed_argument():
    source = "def rgb_to_gray(x):\n    x *= np.array([0.299, 0.587, 0.114])[:, None, None]\n    return x.sum(0, keepdims=True)"
    outcome, text = said("rgb_to_gray", source)
    assert outcome == CORRECT
    assert "changes its argument x" in text
