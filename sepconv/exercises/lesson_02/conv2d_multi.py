"""Convolve a stack of input channels with a bank of filters."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def conv2d_multi(x, w, b=None):
    """Convolve all input channels with every filter."""
    C_out, _, kH, kW = w.shape
    H_out, W_out = x.shape[1] - kH + 1, x.shape[2] - kW + 1
    y = np.zeros((C_out, H_out, W_out))
    for o in range(C_out):
        for i in range(H_out):
            for j in range(W_out):
                y[o, i, j] = (x[:, i : i + kH, j : j + kW] * w[o]).sum()
        if b is not None:
            y[o] += b[o]
    return y


def _flat_filter(x, w, b=None):
    return conv2d_multi(x, np.repeat(w[:, :1], x.shape[0], axis=1), b)


def _first_channel_only(x, w, b=None):
    return conv2d_multi(x[:1], w[:, :1], b)


def _averaged(x, w, b=None):
    return conv2d_multi(x, w / x.shape[0], b)


def _bias_per_channel(x, w, b=None):
    return conv2d_multi(x, w, None if b is None else b * x.shape[0])


def _bias_forgotten(x, w, b=None):
    return conv2d_multi(x, w)


def _flipped(x, w, b=None):
    return conv2d_multi(x, w[:, :, ::-1, ::-1], b)


def _filters_added(x, w, b=None):
    y = conv2d_multi(x, w, b)
    return np.broadcast_to(y.sum(axis=0), y.shape)


def _last_channel_only(x, w, b=None):
    return conv2d_multi(x[-1:], w[:, -1:], b)


def _cases_multi(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([1.0, 2, 4]).reshape(3, 1, 1), np.ones((2, 3, 1, 1))),
        (draw(2, 2, 3), draw(1, 2, 2, 2)),
        (draw(2, 3, 4), draw(3, 2, 2, 3), np.array([0.0, 2, -1])),
        (draw(3, 5, 4), draw(4, 3, 3, 2), draw(4)),
    ]


EXERCISE = Exercise(
    points=3,
    answer=conv2d_multi,
    cases=_cases_multi,
    misconceptions=[
        Misconception(
            "M06",
            "one flat kernel was used for all input channels",
            _flat_filter,
            "A filter is a box: w[o] has a slice of its own for each input channel, w[o, c].",
        ),
        Misconception(
            "S20",
            "only the first input channel was read",
            _first_channel_only,
            "Every output pixel sums over all input channels.",
        ),
        Misconception(
            "S45",
            "each input channel overwrote the one before",
            _last_channel_only,
            "The results of all channels are added up: += where there is =.",
        ),
        Misconception(
            "S21",
            "the channels were averaged",
            _averaged,
            "The products of all channels are added; nothing is divided.",
        ),
        Misconception(
            "S22",
            "the bias was added once for each input channel",
            _bias_per_channel,
            "There is one bias for each output channel. It is added once, after the sum over the input channels.",
        ),
        Misconception(
            "S23",
            "the bias was left out",
            _bias_forgotten,
            "If b is given, b[o] is added to every pixel of output channel o.",
        ),
        Misconception(
            "M43",
            "the kernel was flipped",
            _flipped,
            "x[c, i + u, j + v] meets w[o, c, u, v], with plus signs.",
        ),
        Misconception(
            "S24",
            "the outputs of all filters were added together",
            _filters_added,
            "Each filter makes an output channel of its own; the sum runs over input channels.",
        ),
    ],
    hints=[
        "One filter is w[o], of shape (C_in, kH, kW). The window has the same shape if you keep all channels: x[:, …].",
        "Start from conv2d_single: one more loop, over the output channels o; the sum now takes in the channels as well.",
    ],
)
