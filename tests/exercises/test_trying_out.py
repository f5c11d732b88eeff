"""Modules are tried out with weights and inputs of the seed, and looked at as something that is to learn."""

import linecache

import numpy as np
import pytest
import torch
from torch import nn

from sepconv.checking.diagnosis import mark
from sepconv.checking.runs import agrees, outcomes_of_spec, run
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import all_exercises, find
from sepconv.exercises.cases import Inputs
from sepconv.exercises.trying_out import REACH_ALL, fill, output_and_gradients

DRAWING = [exercise for exercise in all_exercises() if exercise.observer_draws]
AT_FULL_WIDTH = ("mobilenet_v1", 0)  # 4 million numbers: only counted
REFUSED = ("to_separable", "a budget that cannot be met")


def test_which_observers_draw():
    names = {"ffn_as_pointwise", "SeparableConv", "mobilenet_v1", "to_separable", "capstone"}
    assert {exercise.name for exercise in DRAWING} == names


@pytest.mark.parametrize("exercise", DRAWING, ids=lambda exercise: exercise.name)
def test_no_observation_of_a_module_fits_another_seed(exercise):
    pairs = zip(outcomes_of_spec(exercise, -1, 7), outcomes_of_spec(exercise, -1, 8), strict=True)
    for number, (one, other) in enumerate(pairs):
        nothing_drawn = (exercise.name, number) == AT_FULL_WIDTH or REFUSED[1] in one.value
        assert agrees(one, other, exercise.tolerance) == nothing_drawn, number


def test_an_answer_is_called_without_what_its_observer_draws():
    called = []

    def capstone(*arguments):
        called.append(arguments)

    run(find("capstone"), capstone)
    assert called == [()]


def test_names_and_order_of_parameters_do_not_matter():
    one = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 5))
    other = nn.Sequential(nn.Linear(2, 5), nn.Linear(3, 2))
    for net in (one, other):
        fill(net.parameters(), Inputs(3))
    assert torch.equal(one[0].weight, other[1].weight)
    assert torch.equal(one[1].bias, other[0].bias)
    assert not torch.equal(one[0].weight, torch.zeros(2, 3))
    fill(one.parameters(), Inputs(4))
    assert not torch.equal(one[0].weight, other[1].weight)


LAYER = """
class SeparableConv(nn.Module):
    def __init__(self, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
        super().__init__()
        middle = c_in * depth_multiplier
        self.depthwise = nn.Conv2d(c_in, middle, k, stride, k // 2, groups=c_in, bias=bias)
        self.pointwise = nn.Conv2d(middle, c_out, 1, bias=bias)

    def forward(self, x):
        m, p = self.depthwise(x), self.pointwise
"""
KEEPS = {
    "F.conv2d": ["return F.conv2d(m, p.weight, p.bias)"],
    "einsum": [
        "y = torch.einsum('oc,nchw->nohw', p.weight.flatten(1), m)",
        "return y if p.bias is None else y + p.bias.view(-1, 1, 1)",
    ],
    "one output after the other": [
        "maps = [(m * w.reshape(1, -1, 1, 1)).sum(1) for w in p.weight]",
        "return torch.stack(maps if p.bias is None else [y + b for y, b in zip(maps, p.bias)], dim=1)",
    ],
    "a look that changes nothing": ["print(m.detach().numpy().mean(), m.max().item())", "return p(m)"],
}
CUTS = {
    "detach": (["return p(m.detach())"], "depthwise.weight and depthwise.bias"),
    "no_grad": (["with torch.no_grad():", "    m = self.depthwise(x)", "return p(m)"], "depthwise"),
    "data": (["return F.conv2d(m, p.weight.data, p.bias)"], "pointwise.weight,"),
    "NumPy": (["return p(torch.from_numpy(m.detach().numpy() * 1))"], "depthwise.weight and depthwise.bias"),
    "item": (["b = 0 if p.bias is None else torch.tensor([b.item() for b in p.bias]).view(-1, 1, 1)",
              "return F.conv2d(m, p.weight) + b"], "pointwise.bias,"),
    "all of it": (["return p(m).detach()"], "depthwise.weight, depthwise.bias, pointwise.weight and pointwise.bias,"),
}  # fmt: skip


def separable(lines):
    """Return the class as if a cell had made it."""
    source = LAYER + "".join(f"        {line}\n" for line in lines)
    names = {"nn": nn, "torch": torch, "F": torch.nn.functional, "__name__": "__main__"}
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    exec(compile(source, "<cell>", "exec"), names)
    return names["SeparableConv"]


def said(name, answer):
    verdict = mark(find(name), answer, 5)[0]
    assert verdict.outcome == NOT_YET
    assert verdict.misconception is None
    return "\n".join(verdict.paragraphs)


@pytest.mark.parametrize("lines", KEEPS.values(), ids=KEEPS)
def test_a_detour_that_keeps_gradients_is_right(lines):
    assert mark(find("SeparableConv"), separable(lines), 5)[0].outcome == CORRECT


@pytest.mark.parametrize(("lines", "names"), CUTS.values(), ids=CUTS)
def test_a_detour_that_cuts_gradients_is_told_which(lines, names):
    words = said("SeparableConv", separable(lines))
    assert f"gradients: none for {names}" in words
    assert ".detach(), .data and torch.no_grad() cut gradients off" in words
    assert "output: " not in words.split("\n\n")[-1].split("gradients: ")[1].split("Right: ")[0]
    assert "Right: convolutions, parameters, output" in words


def test_going_through_numpy_without_detach_is_not_mended_by_detach_in_a_forward():
    words = said("SeparableConv", separable(["return p(torch.from_numpy(m.numpy() * 1))"]))
    assert "In the forward of a module, calculate with PyTorch" in words


@pytest.mark.parametrize("name", ["ffn_as_pointwise", "SeparableConv", "mobilenet_v1"])
def test_parameters_that_are_frozen_are_told_as_such(name):
    words = said(name, lambda *arguments: find(name).answer(*arguments).requires_grad_(False))
    assert "requires_grad is False there" in words
    assert " more: " in words or name != "mobilenet_v1"  # it has 83 of them


@pytest.mark.parametrize("name", ["ffn_as_pointwise", "mobilenet_v1"])
def test_gradients_are_looked_at_in_every_module(name):
    def detached(*arguments):
        class Detached(nn.Sequential):
            def forward(self, x):
                first, *rest = self
                return nn.Sequential(*rest)(first(x).detach())

        return Detached(*find(name).answer(*arguments))

    words = said(name, detached)
    assert "gradients: none for 0." in words
    assert "1." not in words.split("gradients: none for ")[1].split(", so")[0]


def test_gradients_are_seen_where_the_notebook_has_switched_them_off():
    with torch.no_grad():
        assert output_and_gradients(nn.Linear(2, 3), torch.ones(1, 2))[1] == REACH_ALL


def test_what_is_no_tensor_has_no_gradients_to_look_at():
    class Pair(nn.Linear):
        def forward(self, x):
            return x, super().forward(x)

    assert output_and_gradients(Pair(2, 3), torch.ones(1, 2))[1] == REACH_ALL
    assert np.allclose(output_and_gradients(Pair(2, 3), torch.ones(1, 2))[0][0], 1)
