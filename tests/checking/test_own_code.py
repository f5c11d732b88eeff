"""What is said of a wrong answer's own source: true of whoever wrote it, and never of a right answer by mistake."""

import json
import linecache

import numpy as np
import pytest
from also_right import RIGHT

from sepconv.checking.calling import Outcome
from sepconv.checking.comparing import Attempt
from sepconv.checking.diagnosis import mark
from sepconv.checking.own_code import sentence_on
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import all_exercises, find
from sepconv.grading.judging.judge import judge
from sepconv.grading.sandbox.child import _answer_of

IMPORTS = "import numpy as np, torch, torch.nn.functional as F\nfrom torch import nn\n"


def answer(name, source):
    """Return what a cell binds to a name, its imports above it."""
    source, names = IMPORTS + source, {"__name__": "__main__"}
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    exec(compile(source, "<cell>", "exec"), names)
    return names[name]


def said_of(exercise, function, outcomes=(), right=()):
    attempt = Attempt(exercise, function, list(outcomes))
    vars(attempt)["right"] = list(right)
    return sentence_on(attempt)


def seen(source, name="conv2d_multi"):
    return said_of(find(name), answer(name, source))


MULTI = "def conv2d_multi(x, w, b=None):\n"
SHOWN = {
    "a reshape that is dropped": ("    x.reshape(2, -1)\n    return x + w, b", "Line 4 calls x.reshape(2, -1) and drops"),
    "a function of PyTorch that is dropped": ("    F.relu(x)\n    return x + w, b", "Line 4 calls F.relu(x) and drops"),
    "a sum that is dropped": ("    x + w\n    return b", "Line 4 computes x + w, and nothing is done"),
    "two equals signs": ("    x == w\n    return b", "Line 4, x == w, compares and changes nothing."),
    "a return in the loop": (
        "    y = 0\n    for c in range(len(x)):\n        y += x[c] * w + b\n        return y",
        "Line 7 returns inside the loop of line 5, which ends in its first round.",
    ),
    "lines behind a return": ("    return x + w\n    b += 1", "Line 5 is never reached: it stands behind the return of line 4."),
    "a comma": ("    y = x + w + b,\n    return y", "Line 4 makes a tuple of one thing: a comma stands behind x + w + b."),
    "a condition that always holds": (
        "    return x if w == 1 or 2 else b",
        "In line 4, w == 1 or 2, nothing is compared with 2",
    ),
    "rows that are one list": ("    y = [[0] * 2] * 2\n    return y, x, w, b", "repeats one and the same list"),
    "= in the place of +=": (
        "    y = 0\n    for c in range(2):\n        y = x[c] * w + b\n    return y",
        "Line 6 sets y anew in each round of the loop of line 5: only the last value is left.",
    ),
    "= in the place of += in an array": (
        "    y = np.zeros(2)\n    for o in range(2):\n        for c in range(2):\n            y[o] = x[c] * w[o, c] + b\n    return y",
        "Line 7 sets y[o] anew in each round of the loop of line 6",
    ),
    "a bias that is added in each round": (
        "    y = np.zeros(2)\n    for o in range(2):\n        for c in range(2):\n            y[o] += x[c] * w[o, c]\n"
        "            if b is not None:\n                y[o] += b[o]\n    return y",
        "Line 9, y[o] += b[o], stands in the loop of line 6, and does the same in each of its rounds.",
    ),
    "no nonlocal": (
        "    n = 0\n    def add():\n        n += x\n    add()\n    return n + w + b",
        "Line 6 changes n inside add, where it is a name of its own: nonlocal n",
    ),
    "a value that nothing reads": ("    padded = np.pad(x, 1)\n    return x + w + b", "Line 4 gives padded a value, and nothing reads it."),
    "an argument that is not used": ("    return x + w", "The code never uses the argument b."),
    "an argument that is replaced": (
        "    w = np.ones(2)\n    return x + w + b",
        "Line 4 gives w another value before the argument was read.",
    ),
    "a loop that takes the name of an argument": (
        "    for w in range(2):\n        x = x + w\n    return x + b",
        "Line 4 gives w another value before the argument was read.",
    ),
    "something of the notebook": ("    return x * w + b + image[0]", "Line 4 reads image, which is no argument"),
    "a function that is not asked for": ("    return np.abs(x * w + b)", "Line 4 calls np.abs(x * w + b): a right answer can do without abs."),
    "the number of an example": ("    return x * w + b * 77", "Line 4 works with the number 77: is it the same in every case"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "sentence"), SHOWN.values(), ids=SHOWN)
def test_what_a_source_shows_is_said_with_its_line(body, sentence):
    assert sentence in seen(MULTI + body)


QUIET = {
    "a value that is needed by a condition": "    y = x.reshape(1, -1)\n    return y + w + b",
    "a list that is changed in place": "    y = []\n    y.append(x)\n    y.reverse()\n    return y, w, b",
    "a return for one case": "    for c in x:\n        if c == w:\n            return c\n    return b",
    "a search that goes on": "    for c in x:\n        if c < w:\n            continue\n        return c\n    return b",
    "the best so far": "    y = 0\n    for c in x:\n        if c > y:\n            y = c\n    return y + w + b",
    "the last value, read in the next round": "    y = 0\n    for c in x:\n        y = w[y] + c\n    return y + b",
    "a place for each round": "    y = np.zeros(2)\n    for c in range(2):\n        y[c] = x[c] * w[c]\n    return y + b",
    "a place that a name made in the loop says": "    y = {}\n    for c in x:\n        k = c + w\n        y[k] = c\n    return y, b",
    "counting": "    n = 0\n    for c in x:\n        n += 1\n    return n + w + b",
    "an argument that loses its None": "    if b is None:\n        b = 0\n    return x + w + b",
    "an argument made an array": "    x = np.asarray(x)\n    return x + w + b",
    "an argument in a loop": "    for c in w:\n        x = x + c\n    return x + b",
    "something that is imported": "    import math\n    return x * math.pi + w + b",
    "a function of its own": "    def twice(n):\n        return n + n\n    return twice(x) + w + b",
    "all names at once": "    y = 1\n    return eval('x + w')",
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_nothing_is_said_where_nothing_shows(body):
    assert seen(MULTI + body) == ""


def test_nothing_is_said_of_right_answers():
    said = {}
    for exercise in all_exercises():
        if exercise.kind in ("function", "module"):
            for number, right in enumerate([exercise.answer, *RIGHT.get(exercise.name, ())]):
                if sentence := said_of(exercise, right):
                    said[exercise.name, number] = sentence
    assert said == {}


def test_an_argument_that_a_right_answer_can_do_without_is_not_missed():
    assert seen("def pairs_that_pay(c_in, c_out, k):\n    return c_out + k", "pairs_that_pay") == ""
    assert "argument c_out" in seen("def pairs_that_pay(c_in, c_out, k):\n    return k", "pairs_that_pay")


INTS = {
    "dtype=int": (
        "np.zeros(x.shape, dtype=int)",
        "Line 4, np.zeros(x.shape, dtype=int), makes whole numbers",
    ),
    "a list of ints": ("np.array([[[0, 0, 0, 0]]])", "makes whole numbers"),
    "astype": ("x[:1].astype('int')", "makes whole numbers"),
}


@pytest.mark.parametrize(("array", "sentence"), INTS.values(), ids=INTS)
def test_where_fractions_were_lost_is_said_if_they_were(array, sentence):
    source = f"def rgb_to_gray(x):\n    y = {array}\n    y[:] = 0.3 * x[0]\n    return y"
    exercise = find("rgb_to_gray")
    whole, half = [Outcome(np.ones((1, 2)))], [Outcome(np.full((1, 2), 0.5))]
    given = answer("rgb_to_gray", source)
    assert sentence in said_of(exercise, given, whole, half)
    assert "whole numbers" not in said_of(exercise, given, whole, whole)
    assert "whole numbers" not in said_of(exercise, given, half, half)


def said(name, source):
    """Return what check says, and hold the grader against it."""
    verdict = mark(find(name), answer(name, source), 3)[0]
    there = judge(name, json.dumps(_answer_of(find(name), answer(name, source), 3)).encode(), 3)
    assert tuple(there.paragraphs) == tuple(verdict.paragraphs)
    assert verdict.outcome == NOT_YET
    return verdict.paragraphs


def test_check_and_grader_say_the_same_of_a_function():
    body = "    y = w[:, 0] * 0 + 5\n    x.reshape(-1)\n    return y.sum() - 1"
    assert said("conv2d_multi", MULTI + body)[0].startswith("Line 5 calls x.reshape(-1) and drops")


@pytest.mark.parametrize("made", [eval("lambda x: x"), len, "nothing"], ids=["lambda", "builtin", "text"])
def test_what_has_no_definition_shows_nothing(made):
    assert said_of(find("rgb_to_gray"), made) == ""


def test_print_in_the_place_of_return():
    source = "def rgb_to_gray(x):\n    print(0.299 * x[0])"
    assert said("rgb_to_gray", source)[0].startswith("Line 4 shows something with print")


def test_behind_an_exception_it_comes_last():
    paragraphs = said(
        "rgb_to_gray", "def rgb_to_gray(x):\n    x.reshape(3, -1)\n    return x @ x[0, 0, 0, 0, 0]"
    )
    assert paragraphs[0].startswith("Your code stops with IndexError")
    assert paragraphs[-1].startswith("Line 4 calls x.reshape(3, -1) and drops")


LAYER = """class SeparableConv(nn.Module):
    def __init__(self, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
        super().__init__()
        m = c_in * depth_multiplier
        self.depthwise = nn.Conv2d(c_in, m, k, stride, k // 2, groups=c_in, bias=bias)
        self.pointwise = nn.Conv2d(m, c_out, 1, bias=bias)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))
"""
MODULES = {
    "detached": ("self.depthwise(x))", "self.depthwise(x).detach())", "Gradients: none for depthwise.weight and"),
    "detached, the line": ("self.depthwise(x))", "self.depthwise(x).detach())", "Line 11 has .detach."),
    "Dropout": ("self.depthwise(x))", "nn.Dropout(0.1)(self.depthwise(x)))", "Output: two different results for the same"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), MODULES.values(), ids=MODULES)
def test_a_class_is_read_too(old, new, sentence):
    assert sentence in said("SeparableConv", LAYER.replace(old, new))[0]


def test_a_layer_that_nothing_uses_is_named():
    source = LAYER.replace(
        "        self.pointwise =", "        self.bn = nn.BatchNorm2d(m)\n        self.pointwise ="
    )
    words = said("SeparableConv", source)
    assert "layers that a right one can do without: BatchNorm2d" in words[0]
    assert "self.bn, and nothing uses it" in seen(source, "SeparableConv")


def test_the_layer_as_it_is_is_right():
    assert mark(find("SeparableConv"), answer("SeparableConv", LAYER), 3)[0].outcome == CORRECT
