"""The layers against PyTorch's own, written by hand."""

import copy
import inspect
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from sepconv.convolution.layers import ChannelShuffle, ConvBNReLU, InvertedResidual, SeparableConv2d
from sepconv.convolution.reference import channel_shuffle, conv2d, merge_separable

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


# --- ConvBNReLU --------------------------------------------------------------------------------------------------


def with_random_statistics(module):
    """Let batch normalization do something in evaluation mode."""
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm2d):
            for tensor in (norm.weight, norm.bias, norm.running_mean):
                nn.init.normal_(tensor)
            nn.init.uniform_(norm.running_var, 0.5, 2)
    return module.eval()


@pytest.mark.parametrize(
    ("c_in", "c_out", "kernel_size", "stride", "groups", "padding"),
    [(3, 4, 3, 1, 1, 1), (4, 8, 1, 2, 2, 0), (6, 6, (3, 5), (2, 1), 6, (1, 2)), (2, 4, 7, 1, 2, 3)],
)
@pytest.mark.parametrize("activation", [nn.ReLU, nn.ReLU6, nn.Sigmoid])
def test_conv_bn_relu_is_the_three_layers(c_in, c_out, kernel_size, stride, groups, padding, activation):
    torch.manual_seed(0)
    mine = with_random_statistics(ConvBNReLU(c_in, c_out, kernel_size, stride, groups, activation))
    theirs = nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel_size, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(c_out),
        activation(),
    )
    theirs.load_state_dict(
        {name.replace("conv", "0").replace("norm", "1"): t for name, t in mine.state_dict().items()}
    )
    x = 5 * torch.randn(2, c_in, 8, 9)
    with torch.no_grad():
        torch.testing.assert_close(mine(x), theirs.eval()(x), rtol=0, atol=0)
    assert [name for name, _ in mine.named_children()] == ["conv", "norm", "activation"]


def test_conv_bn_relu_keeps_the_size_and_has_a_relu_unless_told_otherwise():
    layer = ConvBNReLU(3, 4, 5)
    assert layer(torch.zeros(1, 3, 6, 9)).shape == (1, 4, 6, 9)
    assert type(layer.activation) is nn.ReLU
    assert layer.conv.bias is None


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"in_channels": 0}, ValueError, "in_channels=0 must be at least 1"),
        ({"out_channels": 4.0}, TypeError, "out_channels=4.0 is of type float"),
        ({"groups": 3}, ValueError, "groups=3 must divide in_channels=4 and out_channels=6: only 1 and 2 do"),
        ({"kernel_size": 2}, ValueError, "kernel_size=(2, 2) must be odd"),
        ({"kernel_size": (3, 4)}, ValueError, "kernel_size=(3, 4) must be odd"),
        ({"kernel_size": "3"}, TypeError, "kernel_size='3' is of type str"),
        ({"stride": 0}, ValueError, "stride=0 must be at least 1"),
        ({"activation": nn.ReLU()}, TypeError, "activation=ReLU() must be a class of modules, such as nn.ReLU"),
        ({"activation": None}, TypeError, "activation=None must be a class of modules"),
        ({"activation": int}, TypeError, "activation=<class 'int'> must be a class of modules"),
    ],
)  # fmt: skip
def test_bad_input_to_conv_bn_relu_is_named(changes, error, message):
    with pytest.raises(error) as caught:
        ConvBNReLU(**{"in_channels": 4, "out_channels": 6, "kernel_size": 3, **changes})
    assert message in str(caught.value)


# --- InvertedResidual --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("c_out", [4, 6])
@pytest.mark.parametrize("expansion", [1, 3])
def test_an_inverted_residual_expands_looks_projects_and_adds(stride, c_out, expansion):
    torch.manual_seed(0)
    block, x = (
        with_random_statistics(InvertedResidual(4, c_out, stride, expansion)),
        50 * torch.randn(2, 4, 8, 7),
    )
    with torch.no_grad():
        y = block(x)
        conv, norm, f = torch.conv2d, torch.nn.functional.batch_norm, block.stages

        def normalized(x, layer):
            return norm(x, layer.running_mean, layer.running_var, layer.weight, layer.bias)

        z = x
        if expansion > 1:
            z = normalized(conv(z, f.expand.conv.weight), f.expand.norm).clamp(0, 6)
        depthwise = f.depthwise.conv
        z = conv(z, depthwise.weight, stride=stride, padding=1, groups=4 * expansion)
        z = normalized(z, f.depthwise.norm).clamp(0, 6)
        z = normalized(conv(z, f.project.weight), f.norm)
    adds = stride == 1 and c_out == 4
    torch.testing.assert_close(y, x + z if adds else z)
    assert block.adds_input is adds
    assert f"adds_input={adds}" in repr(block)
    assert (y < 0).any()  # nothing clips after the projection
    assert hasattr(f, "expand") is (expansion > 1)


def test_an_inverted_residual_expands_six_times_unless_told_otherwise():
    block = InvertedResidual(4, 4)
    assert block.stages.depthwise.conv.weight.shape == (24, 1, 3, 3)
    assert sum(p.numel() for p in block.parameters() if p.ndim == 4) == 4 * 24 + 9 * 24 + 24 * 4
    assert InvertedResidual(4, 4, stride=(1, 1)).adds_input
    assert not InvertedResidual(4, 4, stride=(1, 2)).adds_input


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"in_channels": 0}, ValueError, "in_channels=0 must be at least 1"),
        ({"out_channels": "4"}, TypeError, "out_channels='4' is of type str"),
        ({"stride": 0}, ValueError, "stride=0 must be at least 1"),
        ({"expansion": 0}, ValueError, "expansion=0 must be at least 1"),
        ({"expansion": 1.5}, TypeError, "expansion=1.5 is of type float; it must be an int of at least 1"),
    ],
)
def test_bad_input_to_inverted_residual_is_named(changes, error, message):
    with pytest.raises(error) as caught:
        InvertedResidual(**{"in_channels": 4, "out_channels": 4, **changes})
    assert message in str(caught.value)


# --- ChannelShuffle ----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.sampled_from([(), (0,), (1,), (2,)]), st.booleans())
def test_a_shuffle_is_that_of_numpy_and_of_torch(groups, per_group, batch, contiguous):
    x = torch.randn(*batch, groups * per_group, 2, 3)
    if not contiguous:
        x = x.transpose(-1, -2).contiguous().transpose(-1, -2)
    y = ChannelShuffle(groups)(x)
    np.testing.assert_array_equal(y.numpy(), channel_shuffle(x.numpy(), groups))
    if batch and batch != (0,):
        assert torch.equal(y, nn.ChannelShuffle(groups)(x))


def test_a_shuffle_deals_out_learns_nothing_and_passes_gradients():
    shuffle = ChannelShuffle(2)
    x = torch.arange(6.0).reshape(6, 1, 1).requires_grad_()
    y = shuffle(x)
    assert y.flatten().tolist() == [0, 3, 1, 4, 2, 5]
    y[1].sum().backward()
    assert x.grad.flatten().tolist() == [0, 0, 0, 1, 0, 0]
    assert list(shuffle.parameters()) == []
    assert repr(shuffle) == "ChannelShuffle(groups=2)"


def test_bad_input_to_a_shuffle_is_named():
    with pytest.raises(ValueError, match="groups=0 must be at least 1"):
        ChannelShuffle(0)
    with pytest.raises(TypeError, match=r"groups=2\.0 is of type float"):
        ChannelShuffle(2.0)
    with pytest.raises(ValueError, match="groups=4 must divide the 6 channels of x: only 1, 2, 3 and 6 do"):
        ChannelShuffle(4)(torch.zeros(1, 6, 2, 2))
    with pytest.raises(ValueError, match=r"x has shape \(6, 2\); it must be \(C, H, W\) or \(N, C, H, W\)"):
        ChannelShuffle(2)(torch.zeros(6, 2))
