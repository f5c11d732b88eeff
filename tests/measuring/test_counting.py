"""The cost of a convolution against known numbers, PyTorch, its FLOP counter and the counting loops."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from sepconv.convolution.reference import conv2d_loops
from sepconv.measuring.counting import Cost, conv2d_cost


@st.composite
def layers(draw, largest=4):
    """Arguments of a legal nn.Conv2d and an input size that it accepts."""
    small = st.integers(1, 3)
    either = small | st.tuples(small, small)
    groups = draw(small)
    arguments = {
        "in_channels": groups * draw(st.integers(1, largest)),
        "out_channels": groups * draw(st.integers(1, largest)),
        "kernel_size": draw(either),
        "stride": draw(either),
        "padding": draw(st.sampled_from(["same", "valid", 0, 2, (1, 0), (0, 3)])),
        "dilation": draw(st.sampled_from([1, 2, (1, 2)])),
        "groups": groups,
        "bias": draw(st.booleans()),
    }
    if arguments["padding"] == "same":
        arguments["stride"] = 1
    return arguments, draw(st.tuples(st.integers(5, 8), st.integers(5, 8)))


@settings(max_examples=100, deadline=None)
@given(layers())
def test_cost_is_what_torch_has_and_does(case):
    arguments, input_size = case
    layer = nn.Conv2d(**arguments)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        y = layer(torch.zeros(1, arguments["in_channels"], *input_size))
    cost = conv2d_cost(**arguments, input_size=input_size)
    assert cost.weights == layer.weight.numel()
    assert cost.biases == (layer.bias.numel() if arguments["bias"] else 0)
    assert cost.parameters == sum(p.numel() for p in layer.parameters())
    assert cost.output_size == tuple(y.shape[-2:])
    assert cost.activations == y.numel()
    assert cost.flops == 2 * cost.macs == counter.get_total_flops()


@settings(max_examples=30, deadline=None)
@given(layers(largest=2))
def test_macs_are_the_multiplications_of_the_loops(case):
    arguments, input_size = case
    cost = conv2d_cost(**arguments, input_size=input_size)
    kernel_size = arguments["kernel_size"]
    kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    groups = arguments["groups"]
    weight = np.ones((arguments["out_channels"], arguments["in_channels"] // groups, *kernel_size))
    options = {name: arguments[name] for name in ("stride", "padding", "dilation", "groups")}
    _, multiplications = conv2d_loops(
        np.ones((arguments["in_channels"], *input_size)), weight, **options, count=True
    )
    assert multiplications == cost.macs


def test_the_layers_of_the_post():
    standard = conv2d_cost(3, 4, 3)
    assert (standard.weights, standard.parameters) == (108, 112)
    assert conv2d_cost(3, 4, 3, groups=1, bias=False).parameters == 108
    depthwise, pointwise = conv2d_cost(3, 3, 3, groups=3), conv2d_cost(3, 4, 1)
    assert (depthwise.weights, pointwise.weights) == (27, 12)
    assert depthwise.weights + pointwise.weights == 39
    assert depthwise.parameters + pointwise.parameters == 46


def test_the_puzzle_fewer_weights_and_more_multiplications():
    standard = conv2d_cost(3, 4, 3, 4, stride=2, padding=1)
    depthwise, pointwise = conv2d_cost(3, 3, 3, 4, padding=1, groups=3), conv2d_cost(3, 4, 1, 4)
    assert (standard.macs, standard.output_size) == (432, (2, 2))
    assert (depthwise.macs + pointwise.macs, pointwise.output_size) == (624, (4, 4))


def test_cases_on_which_wrong_formulas_differ():
    cost = conv2d_cost(4, 6, 3, input_size=(6, 9), stride=2, padding=2)
    assert (cost.weights, cost.biases, cost.macs, cost.flops) == (216, 6, 5184, 10368)
    assert (cost.output_size, cost.activations) == ((4, 6), 144)
    assert conv2d_cost(2, 5, 3, (6, 11), 2, 2).macs == 2520
    assert conv2d_cost(3, 5, 3, (6, 11), 2, 2).macs == 3780
    grouped = conv2d_cost(8, 10, 3, groups=2)
    assert (grouped.weights, grouped.biases, grouped.parameters) == (360, 10, 370)


def test_without_an_input_size_there_is_nothing_to_say_about_pixels():
    cost = conv2d_cost(3, 4, (1, 3))
    assert (cost.weights, cost.biases) == (36, 4)
    assert cost.macs is cost.flops is cost.output_size is cost.activations is None


def test_counts_are_python_integers_of_any_size():
    cost = conv2d_cost(np.int32(2**20), np.int32(2**20), np.int32(3), np.int32(2**16), padding="same")
    assert cost.macs == 9 * 2**72
    assert all(
        type(n) is int for n in (cost.weights, cost.biases, cost.macs, cost.activations, *cost.output_size)
    )


def test_a_cost_reads_well_and_cannot_be_changed():
    assert str(conv2d_cost(4, 6, 3, (6, 9), 2, 2)) == (
        "216 weights + 6 biases = 222 parameters; 5,184 MACs = 10,368 FLOPs; output 4×6, 144 activations"
    )
    assert str(conv2d_cost(64, 128, 3, bias=False)) == "73,728 weights + 0 biases = 73,728 parameters"
    cost = conv2d_cost(3, 4, 3)
    assert cost == Cost(weights=108, biases=4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        cost.weights = 1


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"in_channels": 0}, ValueError, "in_channels=0 must be at least 1"),
        ({"in_channels": "3"}, TypeError, "in_channels='3' is of type str; it must be an int of at least 1"),
        ({"out_channels": -4}, ValueError, "out_channels=-4 must be at least 1"),
        ({"out_channels": 4.0}, TypeError, "out_channels=4.0 is of type float"),
        ({"groups": 3}, ValueError, "groups=3 must divide in_channels=3 and out_channels=4: only 1 does"),
        ({"groups": 0}, ValueError, "groups=0 must be at least 1"),
        ({"kernel_size": 0}, ValueError, "kernel_size=0 must be at least 1"),
        ({"kernel_size": (3, True)}, TypeError, "kernel_size[1]=True is of type bool"),
        ({"kernel_size": None}, TypeError, "kernel_size=None is of type NoneType"),
        ({"stride": 0}, ValueError, "stride=0 must be at least 1"),
        ({"dilation": (1, 0)}, ValueError, "dilation[1]=0 must be at least 1"),
        ({"padding": -1}, ValueError, "padding=-1 must be at least 0"),
        ({"padding": "full"}, ValueError, "padding='full' must be an int, a pair of ints, 'valid' or 'same'"),
        ({"padding": "same", "stride": 2}, ValueError, "padding='same' needs stride=1, not stride=(2, 2)"),
        ({"bias": None}, TypeError, "bias=None is of type NoneType; it must be True or False"),
        ({"bias": 4}, TypeError, "bias=4 is of type int; it must be True or False"),
    ],
)
@pytest.mark.parametrize("input_size", [None, 8])
def test_bad_input_is_named_with_and_without_an_input_size(changes, error, message, input_size):
    arguments = {"in_channels": 3, "out_channels": 4, "kernel_size": 3, **changes}
    with pytest.raises(error) as caught:
        conv2d_cost(**arguments, input_size=input_size)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("input_size", "error", "message"),
    [
        (0, ValueError, "input_size=0 must be at least 1"),
        ((4, "4"), TypeError, "input_size[1]='4' is of type str"),
        ((1, 3, 4), ValueError, "input_size=(1, 3, 4) must be an int or a pair of ints"),
        ((3, 2), ValueError, "kernel_size=(3, 3) with dilation=(1, 1) spans 3×3 pixels, more than the padded input's 3×2"),
    ],
)  # fmt: skip
def test_bad_input_sizes_are_named(input_size, error, message):
    with pytest.raises(error) as caught:
        conv2d_cost(3, 4, 3, input_size)
    assert message in str(caught.value)
