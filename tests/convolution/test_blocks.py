"""The modern blocks: what they compute, what they cost, and what their stages read."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from sepconv import InvertedResidual, blocks, count

SEQUENCE = [
    (blocks.ConformerConv(4), (2, 4, 40)),
    (blocks.LightConvBlock(4, 5, heads=2), (2, 4, 11)),
    (blocks.CausalConv1d(4, 3), (2, 4, 11)),
]
IMAGE = [
    (blocks.ConvNeXtBlock(4), (2, 4, 9, 7)),
    (blocks.TransformerFFN(4, 10), (2, 4, 9, 7)),
    (blocks.MixFFN(4, 10), (2, 4, 9, 7)),
]


def names(block):
    return [name for name, _ in block.stages.named_children()]


def mixes(block, channels, size):
    return {
        part.name: (part.pixels.sum() > 1, part.channels.sum(axis=1).max() > 1)
        for part in blocks.what_stages_read(block, channels, size)
    }


@pytest.mark.parametrize(("block", "shape"), SEQUENCE + IMAGE, ids=lambda x: type(x).__name__)
def test_a_block_keeps_the_shape(block, shape):
    assert block(torch.randn(shape)).shape == shape


def test_the_norm_is_that_of_pytorch_on_the_last_axis():
    norm, x = blocks.ChannelNorm(5), torch.randn(2, 5, 3, 4)
    with torch.no_grad():
        norm.weight.copy_(torch.rand(5))
        norm.bias.copy_(torch.rand(5))
    wanted = nn.functional.layer_norm(x.permute(0, 2, 3, 1), (5,), norm.weight, norm.bias, eps=1e-6)
    torch.testing.assert_close(norm(x), wanted.permute(0, 3, 1, 2))


def test_the_convnext_block_written_out():
    block, x = blocks.ConvNeXtBlock(3).double(), torch.randn(2, 3, 9, 8, dtype=torch.float64)
    parts = block.stages
    y = nn.functional.conv2d(x, parts.depthwise.weight, parts.depthwise.bias, padding=3, groups=3)
    y = nn.functional.layer_norm(y.permute(0, 2, 3, 1), (3,), parts.norm.weight, parts.norm.bias, eps=1e-6)
    y = nn.functional.gelu(y @ parts.expand.weight[:, :, 0, 0].T + parts.expand.bias)
    y = y @ parts.project.weight[:, :, 0, 0].T + parts.project.bias
    torch.testing.assert_close(block(x), x + 1e-6 * y.permute(0, 3, 1, 2))


def test_convnext_tiny_to_the_last_parameter():
    layers = [nn.Conv2d(3, 96, 4, stride=4), blocks.ChannelNorm(96)]
    with torch.device("meta"):
        for width, depth in [(96, 3), (192, 3), (384, 9), (768, 3)]:
            if width > 96:
                layers += [blocks.ChannelNorm(width // 2), nn.Conv2d(width // 2, width, 2, stride=2)]
            layers += [blocks.ConvNeXtBlock(width) for _ in range(depth)]
        layers += [nn.AdaptiveAvgPool2d(1), blocks.ChannelNorm(768), nn.Flatten(), nn.Linear(768, 1000)]
    costs = count(nn.Sequential(*layers).to("meta"), (1, 3, 224, 224))
    assert (costs.parameters, costs.macs) == (28_589_128, 4_455_531_264)
    depthwise = [row for row in costs.rows if "depthwise" in row.name]
    assert sum(row.weights for row in depthwise) == 324_576
    assert sum(row.macs for row in depthwise) == 105_106_176


def test_the_feed_forward_layers_cost_what_is_said():
    sizes = [
        sum(p.numel() for p in layer(512, 2048).parameters())
        for layer in (blocks.TransformerFFN, blocks.MixFFN)
    ]
    assert sizes == [2_099_712, 2_099_712 + 20_480]


def test_lightconv_is_a_depthwise_convolution_with_shared_kernels():
    layer, x = blocks.LightConv(6, kernel_size=3, heads=2), torch.randn(2, 6, 9)
    kernels = torch.softmax(layer.weight, dim=1)
    for channel in range(6):
        wanted = nn.functional.conv1d(x[:, [channel]], kernels[channel // 3][None, None], padding=1)
        torch.testing.assert_close(layer(x)[:, [channel]], wanted)
    assert blocks.LightConv(1024, 7, heads=16).weight.numel() == 112


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((6, 3, 4), "heads=4 must divide the 6 channels: only 1, 2, 3 and 6 do"),
        ((6, 4, 2), "kernel_size=4 must be odd"),
        ((0, 3, 1), "channels=0"),
    ],
)
def test_lightconv_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        blocks.LightConv(*arguments)


def test_the_causal_convolution_reads_no_future():
    layer = blocks.CausalConv1d(1, 3)
    with torch.no_grad():
        layer.weight.fill_(1)
        layer.bias.zero_()
        assert layer(torch.tensor([[[1.0, 2, 3, 4]]])).tolist() == [[[1, 3, 6, 9]]]
    x = torch.randn(1, 1, 8, requires_grad=True)
    layer(x)[0, 0, 4].backward()
    assert x.grad[0, 0].ne(0).tolist() == [False, False, True, True, True, False, False, False]


def test_mamba_projects_to_four_times_the_channels_and_looks_back_with_half_of_them():
    block = blocks.MambaConv(3)
    assert block.stages.expand.out_channels == 12
    assert block(torch.randn(2, 3, 7)).shape == (2, 6, 7)
    reads = blocks.what_stages_read(block, 3, (9,))
    assert reads[1].channels.sum() == 6
    assert np.flatnonzero(reads[2].pixels).tolist() == [1, 2, 3, 4]


def test_what_the_stages_of_each_block_mix():
    space, channels, both, nothing = (True, False), (False, True), (True, True), (False, False)
    assert mixes(InvertedResidual(3, 3, expansion=4), 3, (7, 7)) == {
        "expand": channels,
        "depthwise": space,
        "project": channels,
        "norm": nothing,
        "whole block": both,
    }
    assert list(mixes(blocks.ConvNeXtBlock(3), 3, (9, 9)).values()) == [
        *(space, channels, channels, nothing, channels, nothing),
        both,
    ]
    assert list(mixes(blocks.ConformerConv(3), 3, (35,)).values()) == [
        *(channels, channels, channels, space, nothing, nothing, channels),
        both,
    ]
    assert mixes(blocks.TransformerFFN(3, 6), 3, (5, 5))["whole block"] == channels
    assert mixes(blocks.MixFFN(3, 6), 3, (5, 5))["whole block"] == both


def test_every_channel_behind_a_relu_is_seen():
    for seed in range(5):
        torch.manual_seed(seed)
        expand, depthwise, *_ = blocks.what_stages_read(InvertedResidual(3, 3, expansion=6), 3, (5, 5))
        assert expand.channels.all()
        assert np.array_equal(depthwise.channels, np.eye(18, dtype=bool))


def test_a_stride_moves_the_pixels_and_not_their_number():
    depthwise = blocks.what_stages_read(InvertedResidual(2, 4, stride=2), 2, (8, 8))[1]
    assert depthwise.pixels.sum() == 9


def test_looking_leaves_the_block_and_the_random_state_as_they_were():
    block = blocks.ConformerConv(3, kernel_size=5)
    block.stages.depthwise.eval()
    before, state = copy.deepcopy(block.state_dict()), torch.get_rng_state()
    blocks.what_stages_read(block, 3, (9,), whole=False)
    assert torch.equal(torch.get_rng_state(), state)
    assert block.training
    assert not block.stages.depthwise.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in block.state_dict().items())


def test_the_stages_are_named_in_their_order():
    assert names(blocks.MixFFN(2, 4)) == ["expand", "depthwise", "activation", "project"]
    assert names(blocks.LightConvBlock(4, 3, 2)) == ["expand", "gate", "lightconv", "project"]
