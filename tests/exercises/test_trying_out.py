"""Modules are tried out with weights and inputs of the seed, and looked at as something that is to learn."""

import linecache

import numpy as np
import pytest
import torch
from torch import nn

from sepconv.checking.comparing import agrees, outcomes_of_spec, run
from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import all_exercises, find
from sepconv.exercises.cases import Inputs
from sepconv.exercises.trying_out import REACH_ALL, TAKEN_OVER, fill, in_another, output_and_gradients

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
    """Return the class with these lines at the end of its forward."""
    return made(LAYER + "".join(f"        {line}\n" for line in lines))


def made(source, name="SeparableConv"):
    """Return what a source makes, as if a cell had made it."""
    names = {"nn": nn, "torch": torch, "F": torch.nn.functional, "__name__": "__main__"}
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    exec(compile(source, "<cell>", "exec"), names)
    return names[name]


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
    assert words.startswith(f"Gradients: none for {names}")
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


HELD = {
    "a list": ("self.stages = [", "]", "self.stages[0]", "self.stages[1]", "out of .stages, a list, in which"),
    "a dict": ("self.stages = dict(enumerate([", "]))", "self.stages[0]", "self.stages[1]", "out of .stages, a dict, in"),
    "forward": ("self.make = lambda: (", ")", "self.make()[0]", "self.make()[1]", "makes a new Conv2d at each call"),
    "a closure": ("s = (", "); self.run = lambda i: s[i]", "self.run(0)", "self.run(1)", "that is no part of the module"),
}  # fmt: skip


@pytest.mark.parametrize(("open_", "close", "first", "second", "sentence"), HELD.values(), ids=HELD)
@pytest.mark.parametrize("as_properties", [True, False])
def test_layers_that_are_not_registered_are_told_as_such(
    open_, close, first, second, sentence, as_properties
):
    source = f"""
class SeparableConv(nn.Module):
    def __init__(self, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
        super().__init__()
        m = c_in * depth_multiplier
        {open_}nn.Conv2d(c_in, m, k, stride, k // 2, groups=c_in, bias=bias), nn.Conv2d(m, c_out, 1, bias=bias){close}

    def forward(self, x):
        return {second}({first}(x))
"""
    if as_properties:
        source += f"""
    depthwise = property(lambda self: {first})
    pointwise = property(lambda self: {second})
"""
    words = said("SeparableConv", made(source))
    assert sentence in words.split("\n")[0]
    assert "Asked for, and not there" not in words
    assert "Your code stops" not in words


def test_what_learns_nothing_may_be_made_in_forward():
    lines = ["both = nn.Sequential(self.depthwise, nn.Identity(), self.pointwise)", "return both(x)"]
    assert mark(find("SeparableConv"), separable(lines), 5)[0].outcome == CORRECT


def test_weights_that_lie_in_one_place_are_told_as_such():
    wide = "self.depthwise.weight.data = self.depthwise.weight.data[:1].expand_as(self.depthwise.weight)\n"
    source = (
        LAYER.replace("        self.pointwise", f"        {wide}        self.pointwise")
        + "        return p(m)\n"
    )
    assert "depthwise.weight is one number that stands in several places" in said(
        "SeparableConv", made(source)
    )


def test_a_module_that_is_random_gives_no_numbers():
    words = said("SeparableConv", separable(["return p(F.dropout(m, 0.1))"]))
    assert words.startswith("Output: two different results for the same input")


def test_a_module_is_tried_in_evaluation_too():
    words = said("SeparableConv", separable(["return p(m) if self.training else p(m) * 0.9"]))
    assert words.startswith("Output: something else after eval() than before it")


def test_another_module_takes_over_what_this_one_has_learned():
    class Drawn(nn.Linear):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.factor = torch.rand(1)

        def forward(self, x):
            return super().forward(x) * self.factor

    x = torch.ones(1, 2)
    assert in_another(nn.Linear(2, 3), x, 2, 3) == in_another(nn.Linear(2, 3), x, "no sizes") == TAKEN_OVER
    assert in_another(Drawn(2, 3), x, 2, 3).startswith("gives something else: not all that forward needs")


def test_modules_that_share_their_layers_are_told_as_such():
    kept = LAYER.replace("nn.Conv2d(", "kept(") + "        return p(m)\n"
    source = f"layers = {{}}\ndef kept(*a, **k):\n    return layers.setdefault(str((a, k)), nn.Conv2d(*a, **k))\n{kept}"
    words = said("SeparableConv", made(source))
    assert words.startswith("Another one that loads its state_dict: shares its weights with this one")


SHARING = [
    "conv.weight.data, conv.bias.data = linear.weight.data[:, :, None], linear.bias.data",
    "conv.weight, conv.bias = nn.Parameter(linear.weight[:, :, None]), linear.bias",
    "conv.weight.data, conv.bias.data = linear.weight.data[:, :, None].clone(), linear.bias.data",
]


@pytest.mark.parametrize("line", SHARING)
def test_numbers_that_are_to_be_copies_are_no_others(line):
    source = (
        "def ffn_as_pointwise(*linears):\n    convs = []\n    for linear in linears:\n"
        "        conv = nn.Conv1d(linear.in_features, linear.out_features, 1)\n"
        f"        {line}\n        convs.append(conv)\n    return nn.Sequential(convs[0], nn.ReLU(), convs[1])\n"
    )
    assert mark(find("ffn_as_pointwise"), made(source, "ffn_as_pointwise"), 5)[0].misconception.id == "S167"
    copied = source.replace(
        line, "conv.load_state_dict({'weight': linear.weight[:, :, None], 'bias': linear.bias})"
    )
    assert mark(find("ffn_as_pointwise"), made(copied, "ffn_as_pointwise"), 5)[0].outcome == CORRECT


def test_pairs_that_cut_gradients_off_cannot_learn():
    class Cut(nn.Sequential):
        def forward(self, x):
            return self[1](self[0](x).detach())

    def to_separable(model, budget):
        converted = find("to_separable").answer(model, budget)
        for name, part in [*converted.named_modules()]:
            if type(part) is nn.Sequential and len(part) == 2 and getattr(part[0], "groups", 1) > 1:
                converted.set_submodule(name, Cut(*part))
        return converted

    assert "the pairs: gradients: none for" in said("to_separable", to_separable)


def test_gradients_are_seen_where_the_notebook_has_switched_them_off():
    with torch.no_grad():
        assert output_and_gradients(nn.Linear(2, 3), torch.ones(1, 2))[1] == REACH_ALL


def test_what_is_no_tensor_has_no_gradients_to_look_at():
    class Pair(nn.Linear):
        def forward(self, x):
            return x, super().forward(x)

    assert output_and_gradients(Pair(2, 3), torch.ones(1, 2))[1] == REACH_ALL
    assert np.allclose(output_and_gradients(Pair(2, 3), torch.ones(1, 2))[0][0], 1)
