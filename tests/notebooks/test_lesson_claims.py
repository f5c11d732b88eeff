"""What the lessons say and do not assert, since an assert below a guess would give it away."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from sepconv import SeparableConv2d, conv2d_cost, grouped_as_dense, merge_separable


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_lesson_06_share_of_zeros(groups):
    dense = grouped_as_dense(np.ones((18, 12 // groups, 3, 3)), groups)
    assert Fraction(np.count_nonzero(dense == 0), dense.size) == 1 - Fraction(1, groups)


@pytest.mark.parametrize("in_every_forward_pass", [True, False])
def test_lesson_06_what_keeps_the_zeros_of_a_mask(in_every_forward_pass):
    torch.manual_seed(0)
    layer, mask = nn.Conv2d(4, 4, 1, bias=False), torch.block_diag(torch.ones(2, 2), torch.ones(2, 2))
    if in_every_forward_pass:
        prune.custom_from_mask(layer, "weight", mask[:, :, None, None])
    else:
        layer.weight.data *= mask[:, :, None, None]
    step = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        step.zero_grad()
        layer(torch.randn(1, 4, 5, 7)).square().mean().backward()
        step.step()
    zeros = int((layer(torch.eye(4)[:, :, None, None]) == 0).sum())
    assert zeros == (8 if in_every_forward_pass else 0)


def test_lesson_07_dilation_costs_nothing():
    narrow, wide = (conv2d_cost(8, 8, 3, 14, padding=d, dilation=d, groups=8) for d in (1, 3))
    assert (narrow.weights, narrow.macs, narrow.output_size) == (wide.weights, wide.macs, wide.output_size)


@pytest.mark.parametrize("multiplier", [1, 3])
def test_lesson_08_share_with_a_multiplier_and_its_limit(multiplier):
    def share(c_in, c_out, k):
        middle = multiplier * c_in
        depthwise = conv2d_cost(c_in, middle, k, 7, padding=k // 2, groups=c_in).macs
        pointwise = conv2d_cost(middle, c_out, 1, 7).macs
        return Fraction(depthwise + pointwise, conv2d_cost(c_in, c_out, k, 7, padding=k // 2).macs)

    assert share(8, 10, 5) == multiplier * (Fraction(1, 10) + Fraction(1, 25))
    assert 8.99 < multiplier / share(8, 100_000, 3) < 9


def test_lesson_08_depthwise_biases_move_into_the_pointwise_ones():
    layer = SeparableConv2d(3, 4, 3, padding=1).double()
    depthwise, pointwise = layer.depthwise, layer.pointwise
    w = torch.from_numpy(
        merge_separable(depthwise.weight.detach().numpy(), pointwise.weight.detach().numpy())
    )
    torch.testing.assert_close(w, (pointwise.weight * depthwise.weight[:, 0]).detach())
    x = torch.randn(2, 3, 5, 8).double()
    before = layer(x).detach()
    with torch.no_grad():
        pointwise.bias += pointwise.weight[:, :, 0, 0] @ depthwise.bias
        depthwise.bias.zero_()
    torch.testing.assert_close(layer(x).detach(), before)
