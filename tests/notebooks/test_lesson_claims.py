"""What lessons say, and do not assert in the cell below a guess, where it would give the guess away."""

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from sepconv import conv2d_loops


def macs_by_pytorch(run):
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops() / 2


def test_lesson_03_the_span_of_a_dilated_kernel():
    dilated = nn.Conv2d(1, 1, kernel_size=3, dilation=2)
    places = dilated(torch.zeros(1, 1, 7, 7)).shape[-1]
    assert 7 - (places - 1) == 2 * (3 - 1) + 1


def test_lesson_04_counts():
    conv, linear = nn.Conv2d(3, 4, kernel_size=3, padding=1), nn.Linear(96, 384)
    assert macs_by_pytorch(lambda: conv(torch.zeros(1, 3, 6, 9))) == 5832
    weight = conv.weight.detach().numpy()
    _, larger = conv2d_loops(np.zeros((3, 12, 18), weight.dtype), weight, padding=1, count=True)
    assert larger == 4 * 5832
    assert macs_by_pytorch(lambda: linear(torch.zeros(1, 56, 56, 96))) == 96 * 384 * 56 * 56


def test_lesson_05_a_bottleneck_costs_about_an_eighth():
    bottleneck = nn.Sequential(nn.Conv2d(256, 64, 1), nn.Conv2d(64, 64, 3, padding=1), nn.Conv2d(64, 256, 1))
    image = torch.zeros(1, 256, 4, 4)
    direct = macs_by_pytorch(lambda: nn.Conv2d(256, 256, 3, padding=1)(image))
    assert 0.115 < macs_by_pytorch(lambda: bottleneck(image)) / direct < 0.125


def test_lesson_05_a_step_of_training_costs_three_times_the_forward_pass():
    conv, x = nn.Conv2d(3, 4, 3), torch.zeros(1, 3, 5, 6, requires_grad=True)
    assert macs_by_pytorch(lambda: conv(x).sum().backward()) == 3 * macs_by_pytorch(lambda: conv(x))
