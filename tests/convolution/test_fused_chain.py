"""fuse(): layers in a row become one call that computes the same."""

import copy
import pickle

import pytest
import torch
from test_fused import WITHIN, _needs_a_compiler, error_of, randomized, threads  # noqa: F401
from torch import nn

from sepconv import SeparableConv2d, fuse, mobilenet_v1, mobilenet_v2
from sepconv.convolution.fused import FusedChain, FusedSeparable
from sepconv.convolution.layers import ConvBNReLU, InvertedResidual


def random_chain(number):
    """Draw some layers in a row, of which at least two fit a chain, and an input; the number says which."""
    torch.manual_seed(number)

    def draw(*choices):
        return choices[int(torch.randint(len(choices), ()))]

    layers, channels = [], draw(1, 3, 3, 4, 16, 17, 40)
    first = channels
    if channels < 16 or draw(True, False):
        k, padding = draw((3, 0), (3, 1), (5, 2), (1, 0), ((3, 1), (1, 0)), (2, 1))
        out = draw(16, 24, 33, 48)
        layers.append(nn.Conv2d(channels, out, k, draw(1, 2, 2, (2, 1)), padding, bias=draw(True, False)))
        layers += draw([], [nn.ReLU()], [nn.BatchNorm2d(out), nn.ReLU6()])
        channels = out
    for _ in range(draw(1, 2, 3)):
        kind, out = draw("separable", "block", "residual", "pointwise"), draw(16, 17, 31, 64, 70)
        if kind == "separable":
            layers.append(
                SeparableConv2d(channels, out, 3, draw(1, 2, 3, (1, 2)), padding=draw(1, 1, (2, 1)))
            )
        elif kind == "pointwise":
            layers += [ConvBNReLU(channels, out, 1)]
        else:
            out = channels if kind == "residual" else out
            layers.append(InvertedResidual(channels, out, expansion=draw(1, 2, 3)))
        channels = out
    layers.append(SeparableConv2d(channels, 16, 3, padding=1))
    layers += draw([], [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, draw(1, 10, 100))])
    x = torch.randn(draw(1, 2, 3), first, draw(12, 15, 33), draw(12, 17, 20))
    return randomized(nn.Sequential(*layers), number), draw(x, x.to(memory_format=torch.channels_last))


@pytest.mark.parametrize("numbers", [range(30), pytest.param(range(30, 300), marks=pytest.mark.full)])
def test_equals_float64_whatever_is_in_a_row(numbers, threads):  # noqa: F811
    for number in numbers:
        module, x = random_chain(number)
        fused = fuse(module)
        assert isinstance(fused, FusedChain)
        assert error_of(fused, module, x) <= 5 * WITHIN, (number, module, x.shape, x.stride())


@pytest.mark.parametrize(
    ("net", "stages", "added"), [(mobilenet_v1, 15, 0), (mobilenet_v2, 36, 10)], ids=["v1", "v2"]
)
@pytest.mark.parametrize("size", [(1, 64, 64), (3, 61, 75)])
def test_a_whole_network_is_one_chain(net, stages, added, size, threads):  # noqa: F811
    net = randomized(net(0.5, classes=11))
    fused = fuse(net)
    assert isinstance(fused, FusedChain)
    assert len(list(fused.children())) == stages
    assert sum(add is not None for add in fused.adds) == added
    batch, height, width = size
    x = torch.randn(batch, 3, height, width)
    assert error_of(fused, net, x) <= 10 * WITHIN
    assert error_of(fused, net, x.to(memory_format=torch.channels_last)) <= 10 * WITHIN


def chain():
    """A small net: a first convolution, a residual block without expansion, a separable layer."""
    block = InvertedResidual(20, 20, expansion=1)
    return randomized(nn.Sequential(nn.Conv2d(2, 20, 3, padding=1), block, SeparableConv2d(20, 7, 3)))


@pytest.mark.parametrize(
    "view", [lambda x: x[..., ::2], lambda x: x.transpose(2, 3), lambda x: x[1:], lambda x: x[:, :, 1:, 2:]]
)
@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_reads_views_right(view, memory_format):
    net = chain()
    x = view(torch.randn(3, 2, 9, 12).to(memory_format=memory_format))
    assert error_of(fuse(net), net, x) <= 5 * WITHIN


def test_an_empty_batch_and_an_image_without_a_batch():
    fused, x = fuse(chain()), torch.randn(2, 2, 9, 12)
    assert fused.adds == (None, 1, None)
    assert fused(x[:0]).shape == (0, 7, 7, 10)
    assert torch.equal(fused(x[1]), fused(x)[1])


def test_a_chain_has_no_few_channels():
    net = randomized(
        nn.Sequential(SeparableConv2d(8, 12, 3), SeparableConv2d(12, 16, 3), SeparableConv2d(16, 9, 3))
    )
    fused = fuse(net)
    assert [type(part) for part in fused] == [FusedSeparable] * 3
    assert error_of(fused, net, torch.randn(1, 8, 12, 12)) <= 5 * WITHIN


def test_what_fits_no_chain_cuts_it():
    parts = [SeparableConv2d(16, 16, 3), SeparableConv2d(16, 16, 3)]
    grouped = nn.Conv2d(16, 16, 3, groups=2)
    even = nn.Conv2d(16, 16, 2, padding="same")
    net = randomized(nn.Sequential(*parts, nn.GELU(), *parts, grouped, *parts, even, *parts, nn.MaxPool2d(2)))
    fused = fuse(net)
    rest = [nn.GELU, FusedChain, nn.Conv2d, FusedChain, nn.Conv2d, FusedChain, nn.MaxPool2d]
    assert [type(part) for part in fused] == [FusedChain, *rest]
    assert error_of(fused, net, torch.randn(2, 16, 24, 24)) <= 10 * WITHIN


def test_a_block_that_fits_no_chain_still_adds_its_input():
    net = randomized(nn.Sequential(InvertedResidual(8, 8, expansion=1), nn.Conv2d(8, 4, 1)))
    fused = fuse(net)
    assert type(fused[0]) is InvertedResidual
    assert error_of(fused, net, torch.randn(1, 8, 6, 6)) <= 5 * WITHIN


def test_new_weights_copies_and_pickles():
    first, second = fuse(chain()), fuse(chain())
    x = torch.randn(2, 2, 9, 9)
    state, before = second.state_dict(), first(x)
    first.get_submodule("0").load_state_dict(second.get_submodule("0").state_dict())
    assert not torch.equal(first(x), before)
    first.load_state_dict(state)
    for other in (second, copy.deepcopy(first), pickle.loads(pickle.dumps(first))):
        assert torch.equal(other(x), first(x))


def test_another_size_and_the_first_again():
    net = chain()
    fused = fuse(net)
    for size in (9, 14, 9):
        assert error_of(fused, net, torch.randn(1, 2, size, size)) <= 5 * WITHIN


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(1, 4, 9, 9), r"x has shape \(1, 4, 9, 9\); it must be \(N, 3, H, W\)$"),
        (torch.zeros(3, 9, 9), r"it must be \(N, 3, H, W\)$"),
        (torch.zeros(1, 3, 0, 9), "0×9 pixels"),
    ],
)
def test_says_what_is_wrong_with_the_input(x, message):
    with pytest.raises(ValueError, match=message):
        fuse(mobilenet_v1(0.5).eval())(x)


def test_refuses_to_lose_a_hook():
    net = mobilenet_v1(0.25).eval()
    net.classifier.register_forward_hook(lambda *_: None)
    with pytest.raises(ValueError, match="classifier has a hook"):
        fuse(net)
