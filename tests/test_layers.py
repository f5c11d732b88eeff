"""SeparableConv2d against the two convolutions written by hand."""

import copy
import inspect
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from sepconv.layers import SeparableConv2d
from sepconv.reference import conv2d, merge_separable

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")


def by_hand(c_in, c_out, kernel_size, depth_multiplier=1, bias=True, dtype=None, **options):
    middle = c_in * depth_multiplier
    return nn.Sequential(
        nn.Conv2d(c_in, middle, kernel_size, groups=c_in, bias=bias, dtype=dtype, **options),
        nn.Conv2d(middle, c_out, 1, bias=bias, dtype=dtype),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)),
    st.integers(1, 3) | st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.integers(1, 2) | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from(["same", "valid", 0, 1, (2, 1), [0, 3]]),
    st.integers(1, 2) | st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.booleans(),
    st.booleans(),
)
def test_it_is_the_two_convolutions_written_by_hand(
    sizes, kernel_size, stride, padding, dilation, bias, batched
):
    c_in, c_out, multiplier = sizes
    options = {"stride": 1 if padding == "same" else stride, "padding": padding, "dilation": dilation}
    options |= {"bias": bias, "depth_multiplier": multiplier, "dtype": torch.float64}
    theirs = by_hand(c_in, c_out, kernel_size, **options)
    mine = SeparableConv2d(c_in, c_out, kernel_size, **options)
    mine.load_state_dict(theirs.state_dict())
    x = torch.randn((2, c_in, 8, 9) if batched else (c_in, 8, 9), dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(mine(x), theirs(x), rtol=0, atol=0)
    names = {
        f"{part}.{name}"
        for part in ("depthwise", "pointwise")
        for name in (["weight", "bias"] if bias else ["weight"])
    }
    assert set(mine.state_dict()) == names


def test_the_arguments_come_in_the_order_of_conv2d():
    names = list(inspect.signature(SeparableConv2d).parameters)
    assert names == [
        *("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation"),
        *("depth_multiplier", "bias", "device", "dtype"),
    ]
    layer = SeparableConv2d(3, 4, (3, 5), 2, (1, 2), 3, 2, False, "meta", torch.float64)
    assert (layer.depthwise.stride, layer.depthwise.padding, layer.depthwise.dilation) == (
        (2, 2),
        (1, 2),
        (3, 3),
    )
    assert (layer.pointwise.stride, layer.pointwise.padding, layer.pointwise.dilation) == (
        (1, 1),
        (0, 0),
        (1, 1),
    )
    assert layer.depthwise.weight.shape == (6, 1, 3, 5)
    assert layer.pointwise.weight.shape == (4, 6, 1, 1)
    assert {(p.device.type, p.dtype) for p in layer.parameters()} == {("meta", torch.float64)}


def test_the_layers_of_the_post():
    assert SeparableConv2d(2, 4, 3, padding=1)(torch.zeros(16, 2, 64, 64)).shape == (16, 4, 64, 64)
    assert sum(p.numel() for p in SeparableConv2d(3, 4, 3).parameters()) == 46
    assert sum(p.numel() for p in SeparableConv2d(3, 4, 3, bias=False).parameters()) == 39


def test_it_merges_into_one_convolution_of_the_reference():
    layer = SeparableConv2d(3, 5, (2, 3), stride=(2, 1), padding=1, depth_multiplier=2, dtype=torch.float64)
    x = torch.randn(2, 3, 6, 7, dtype=torch.float64)
    depthwise, b, pointwise, last_b = (p.detach().numpy() for p in layer.parameters())
    merged = conv2d(
        x.numpy(),
        merge_separable(depthwise, pointwise, 2),
        pointwise[:, :, 0, 0] @ b + last_b,
        stride=(2, 1),
        padding=1,
    )
    np.testing.assert_allclose(merged, layer(x).detach().numpy(), atol=1e-12)


# --- loading -----------------------------------------------------------------------------------------------------


def test_its_own_state_loads_too():
    layer, other = SeparableConv2d(3, 4, 3), SeparableConv2d(3, 4, 3)
    other.load_state_dict(layer.state_dict())
    x = torch.randn(1, 3, 5, 5)
    torch.testing.assert_close(other(x), layer(x))


def test_the_state_of_a_sequential_loads_inside_a_larger_model_and_stays_whole():
    hand = nn.Sequential(by_hand(3, 4, 3), nn.ReLU(), by_hand(4, 2, 3, bias=False))
    model = nn.Sequential(SeparableConv2d(3, 4, 3), nn.ReLU(), SeparableConv2d(4, 2, 3, bias=False))
    state = hand.state_dict()
    names = list(state)
    model.load_state_dict(state)
    assert list(state) == names
    x = torch.randn(1, 3, 8, 7)
    torch.testing.assert_close(model(x), hand(x))


def test_copies_and_pickles_load_it_as_well():
    hand = by_hand(3, 4, 3)
    file = io.BytesIO()
    torch.save(SeparableConv2d(3, 4, 3), file)
    file.seek(0)
    pickled = torch.load(file, weights_only=False)
    for layer in (copy.deepcopy(pickled), pickled):
        layer.load_state_dict(hand.state_dict())
        torch.testing.assert_close(layer.pointwise.bias, hand[1].bias)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (lambda: by_hand(3, 4, 3, bias=False).state_dict(), 'Missing key(s) in state_dict: "depthwise.bias", "pointwise.bias"'),
        (lambda: by_hand(3, 4, 5).state_dict(), "size mismatch for depthwise.weight"),
        (lambda: by_hand(3, 5, 3).state_dict(), "size mismatch for pointwise.bias"),
        (lambda: nn.Sequential(*reversed(by_hand(3, 3, 3))).state_dict(), "size mismatch for depthwise.weight"),
        (lambda: nn.Sequential(*by_hand(3, 4, 3), nn.BatchNorm2d(4)).state_dict(), 'Unexpected key(s) in state_dict: "2.weight"'),
        (lambda: {**SeparableConv2d(3, 4, 3).state_dict(), "0.weight": torch.zeros(3, 1, 3, 3)}, 'Unexpected key(s) in state_dict: "0.weight"'),
        (lambda: {}, 'Missing key(s) in state_dict: "depthwise.weight"'),
    ],
)  # fmt: skip
def test_strict_loading_still_names_what_is_wrong(state, message):
    with pytest.raises(RuntimeError) as caught:
        SeparableConv2d(3, 4, 3).load_state_dict(state())
    assert message in str(caught.value)


def test_lenient_loading_says_what_it_left_out():
    result = SeparableConv2d(3, 4, 3).load_state_dict(
        {"0.weight": torch.ones(3, 1, 3, 3), "2.bias": torch.ones(1)}, strict=False
    )
    assert result.missing_keys == ["depthwise.bias", "pointwise.weight", "pointwise.bias"]
    assert result.unexpected_keys == ["2.bias"]


# --- what it says ------------------------------------------------------------------------------------------------


def test_its_repr_says_what_the_convolutions_do_not():
    text = repr(SeparableConv2d(3, 8, 3, padding="same", depth_multiplier=2))
    assert text.splitlines()[1].strip() == "3, 8, depth_multiplier=2"
    assert "(depthwise): Conv2d(3, 6, kernel_size=(3, 3), stride=(1, 1), padding=same, groups=3)" in text


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"in_channels": 0}, ValueError, "in_channels=0 must be at least 1"),
        ({"out_channels": 4.0}, TypeError, "out_channels=4.0 is of type float"),
        ({"kernel_size": 0}, ValueError, "kernel_size=0 must be at least 1"),
        ({"kernel_size": "3"}, TypeError, "kernel_size='3' is of type str"),
        ({"depth_multiplier": 0}, ValueError, "depth_multiplier=0 must be at least 1"),
        ({"depth_multiplier": 1.5}, TypeError, "depth_multiplier=1.5 is of type float; it must be an int of at least 1"),
        ({"depth_multiplier": True}, TypeError, "depth_multiplier=True is of type bool"),
        ({"stride": 0}, ValueError, "stride=0 must be at least 1"),
        ({"stride": (1, 2, 3)}, ValueError, "stride=(1, 2, 3) must be an int or a pair of ints"),
        ({"dilation": -1}, ValueError, "dilation=-1 must be at least 1"),
        ({"padding": (1, -1)}, ValueError, "padding[1]=-1 must be at least 0"),
        ({"padding": "SAME"}, ValueError, "padding='SAME' must be an int, a pair of ints, 'valid' or 'same'"),
        ({"padding": "same", "stride": 2}, ValueError, "padding='same' needs stride=1, not stride=(2, 2)"),
        ({"bias": None}, TypeError, "bias=None is of type NoneType; it must be True or False"),
        ({"bias": torch.zeros(4)}, TypeError, "is of type Tensor; it must be True or False"),
    ],
)  # fmt: skip
def test_bad_input_is_named(changes, error, message):
    with pytest.raises(error) as caught:
        SeparableConv2d(**{"in_channels": 3, "out_channels": 4, "kernel_size": 3, **changes})
    assert message in str(caught.value)
