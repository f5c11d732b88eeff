"""Modules that a learner may write, however unusual, keep their points; one that cuts the gradient does not."""

import linecache

import pytest
from running import Grader

from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT
from sepconv.exercises import find

LAYER = """
import torch
from torch import nn
import torch.nn.functional as F

class SeparableConv(nn.Module):
    def __init__(self, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
        super().__init__()
        middle = c_in * depth_multiplier
        self.depthwise = nn.Conv2d(c_in, middle, k, stride, padding=k // 2, groups=c_in, bias=bias)
        self.pointwise = nn.Conv2d(middle, c_out, 1, bias=bias)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))
"""
FORWARD = "        return self.pointwise(self.depthwise(x))\n"


def forward(*lines):
    return LAYER.replace(FORWARD, "".join(f"        {line}\n" for line in lines))


HELD = """
    @property
    def depthwise(self):
        return self.stages["depthwise"]

    @property
    def pointwise(self):
        return self.stages["pointwise"]

    def forward"""
UNUSUAL = {
    "conv2d with the weights": forward(
        "return F.conv2d(self.depthwise(x), self.pointwise.weight, self.pointwise.bias)"
    ),
    "NumPy, with a gradient of its own": """
import torch
class Through(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.from_numpy(x.detach().numpy().copy())

    @staticmethod
    def backward(ctx, gradient):
        return gradient
"""
    + forward("return Through.apply(self.pointwise(self.depthwise(x)))"),
    "einsum": forward(
        "m, p = self.depthwise(x), self.pointwise",
        "y = torch.einsum('oc,nchw->nohw', p.weight.flatten(1), m)",
        "return y if p.bias is None else y + p.bias.view(-1, 1, 1)",
    ),
    "one output after the other, in place": forward(
        "m, p = self.depthwise(x), self.pointwise",
        "y = torch.zeros(len(m), p.out_channels, *m.shape[2:], dtype=x.dtype)",
        "for o in range(p.out_channels):",
        "    for c in range(p.in_channels):",
        "        y[:, o] += m[:, c] * p.weight[o, c, 0, 0]",
        "    if p.bias is not None:",
        "        y[:, o] += p.bias[o]",
        "return y",
    ),
    "a case for images alone": forward(
        "if x.ndim == 3:",
        "    return self.forward(x[None])[0]",
        "if x.ndim == 4:",
        "    return self.pointwise(self.depthwise(x))",
        "raise ValueError('no image')",
    ),
    "it looks at what comes": forward(
        "assert torch.isfinite(x).all() and x.abs().max() < 1000",
        "print(x, x.mean().item())",
        "m = self.depthwise(x)",
        "print(m[0, 0], m.std())",
        "return self.pointwise(m)",
    ),
    "the padding beforehand": LAYER.replace("padding=k // 2, ", "").replace(
        "self.depthwise(x)", "self.depthwise(F.pad(x, [self.depthwise.kernel_size[0] // 2] * 4))"
    ),
    "in eval mode": LAYER.replace(
        "        return", "        was = self.training; self.train(was)\n        return"
    ),
    "a ModuleDict and properties": LAYER.replace(
        "self.depthwise = nn", "self.stages = nn.ModuleDict()\n        self.stages['depthwise'] = nn"
    )
    .replace("self.pointwise = nn", "self.stages['pointwise'] = nn")
    .replace("\n    def forward", HELD),
    "parts in two places": LAYER.replace(
        "\n    def forward",
        "        self.both = nn.Sequential(self.depthwise, self.pointwise)\n\n    def forward",
    ).replace("self.pointwise(self.depthwise(x))", "self.both(x)"),
    "a Sequential of its own": """
from torch import nn
class SeparableConv(nn.Sequential):
    def __init__(self, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
        super().__init__()
        middle = c_in * depth_multiplier
        self.add_module("depthwise", nn.Conv2d(c_in, middle, k, stride, k // 2, groups=c_in, bias=bias))
        self.add_module("pointwise", nn.Conv2d(middle, c_out, 1, bias=bias))
""",
    "a Conv2d of its own": LAYER.replace(
        "class Sep",
        """class Pointwise(nn.Conv2d):
    def __init__(self, c_in, c_out, bias):
        super().__init__(c_in, c_out, kernel_size=1, bias=bias)

class Sep""",
    ).replace("nn.Conv2d(middle, c_out, 1, bias=bias)", "Pointwise(middle, c_out, bias)"),
    "a Conv2d with a forward of its own": LAYER.replace(
        "class Sep",
        """class Depthwise(nn.Conv2d):
    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding, groups=self.groups)

class Sep""",
    ).replace("nn.Conv2d(c_in", "Depthwise(c_in"),
    "a hook": LAYER.replace(
        "\n    def forward",
        "        self.depthwise.register_forward_hook(lambda module, inputs, y: y.clone())\n\n    def forward",
    ),
    "a call by the name of the argument": forward("return self.pointwise(input=self.depthwise(input=x))"),
    "the layer of the package": """
from sepconv import SeparableConv2d
def SeparableConv(c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    return SeparableConv2d(c_in, c_out, k, stride, k // 2, depth_multiplier=depth_multiplier, bias=bias)
""",
}


@pytest.fixture(scope="module")
def grader():
    grader = Grader()
    yield grader
    grader.close()


@pytest.mark.parametrize("source", UNUSUAL.values(), ids=UNUSUAL)
def test_an_unusual_layer_that_is_right_keeps_its_points(source, grader):
    found = grader.mark_exercise(source, "SeparableConv")
    assert (found["outcome"], found["points"]) == (CORRECT, 3), found["says"]


CUT = {
    "NumPy": forward(
        "m = self.pointwise(self.depthwise(x))", "return torch.from_numpy(m.detach().numpy().copy())"
    ),
    "the data of a weight": forward(
        "y = F.conv2d(self.depthwise(x), self.pointwise.weight.data)",
        "return y if self.pointwise.bias is None else y + self.pointwise.bias.data[:, None, None]",
    ),
    "detached": forward("return self.pointwise(self.depthwise(x).detach())"),
    "no_grad": forward("with torch.no_grad():", "    m = self.depthwise(x)", "return self.pointwise(m)"),
}


@pytest.mark.parametrize("source", CUT.values(), ids=CUT)
def test_a_layer_that_cuts_the_gradient_is_told_so_as_check_tells_it(source, grader):
    found = grader.mark_exercise(source, "SeparableConv")
    assert found["points"] == 0
    assert "cut gradients off" in found["says"]
    space = {}
    linecache.cache["<layer>"] = (len(source), None, source.splitlines(keepends=True), "<layer>")
    exec(compile(source, "<layer>", "exec"), space)
    verdict, _ = mark(find("SeparableConv"), space["SeparableConv"], 7)
    assert "\n".join(verdict.paragraphs) == found["says"]


NET = """
import torch
from torch import nn

class NormThenReLU(nn.BatchNorm2d):
    def forward(self, x):
        return super().forward(x).relu_()

class Block(nn.Module):
    def __init__(self, c_in, c_out, k, stride=1, groups=1):
        super().__init__()
        self.layers = [nn.Conv2d(c_in, c_out, k, stride, k // 2, groups=groups, bias=False), NormThenReLU(c_out)]
        for i, layer in enumerate(self.layers):
            self.add_module(f"layer{i}", layer)

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x

class Net(nn.Module):
    def __init__(self, alpha, classes):
        super().__init__()
        widths = [int(alpha * c) for c in (32, 64, 128, 128, 256, 256, *[512] * 6, 1024, 1024)]
        strides = [1, 2, 1, 2, 1, 2, *[1] * 5, 2, 1]
        self.stem = Block(3, widths[0], 3, 2)
        self.blocks = nn.ModuleDict()
        for i, (a, b, s) in enumerate(zip(widths, widths[1:], strides)):
            self.blocks[f"{i}"] = nn.ModuleList([Block(a, a, 3, s, a), Block(a, b, 1)])
        self.head = nn.Linear(widths[-1], classes)

    def forward(self, x):
        x = self.stem(x)
        for depthwise, pointwise in self.blocks.values():
            x = pointwise(depthwise(x))
        return self.head(torch.flatten(x, 2).mean(-1))

def mobilenet_v1(alpha=1.0, classes=1000):
    return Net(alpha, classes)
"""


def test_an_unusual_net_that_is_right_keeps_its_points(grader):
    found = grader.mark_exercise(NET, "mobilenet_v1")
    assert (found["outcome"], found["points"]) == (CORRECT, 3), found["says"]
