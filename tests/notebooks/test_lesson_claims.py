"""What lessons claim without an assert of their own, since the cell below a guess must not give it away."""

import numpy as np
import torch
from torch import nn

from sepconv import SeparableConv2d, conv2d


def test_lesson_00_the_outputs_of_the_two_layers_differ_in_size():
    x = torch.zeros(1, 3, 4, 4)
    assert nn.Conv2d(3, 4, 3, stride=2, padding=1)(x).shape == (1, 4, 2, 2)
    assert SeparableConv2d(3, 4, 3, padding=1)(x).shape == (1, 4, 4, 4)


def test_lesson_02_a_filter_adds_up_what_its_kernels_give():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 5, 6)), rng.normal(size=(1, 2, 2, 2))
    apart = [conv2d(x[c : c + 1], w[:, c : c + 1]) for c in range(2)]
    assert np.allclose(conv2d(x, w), apart[0] + apart[1])
