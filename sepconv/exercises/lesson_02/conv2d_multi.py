"""Convolve a stack of input channels with a bank of filters."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


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
    misconceptions="""
        M06 one flat kernel was used for all input channels
        * w[o] => * w[o, :1]
        A filter is a box: w[o] has a slice of its own for each input channel, w[o, c].

        S20 only the first input channel was read
        w[o]).sum() => w[o])[0].sum()
        Every output pixel sums over all input channels.

        S45 each input channel overwrote the one before
        w[o]).sum() => w[o])[-1].sum()
        The results of all channels are added up: += where there is =.

        S21 the channels were averaged
        w[o]).sum() => w[o]).sum() / len(x)
        The products of all channels are added; nothing is divided.

        S22 the bias was added once for each input channel
        += b[o] => += b[o] * len(x)
        There is one bias for each output channel. It is added once, after the sum over the input channels.

        S23 the bias was left out
        y[o] += b[o] => pass
        If b is given, b[o] is added to every pixel of output channel o.

        M43 the kernel was flipped
        * w[o] => * w[o, :, ::-1, ::-1]
        x[c, i + u, j + v] meets w[o, c, u, v], with plus signs.

        S24 the outputs of all filters were added together
        return y => return np.broadcast_to(y.sum(axis=0), y.shape)
        Each filter makes an output channel of its own; the sum runs over input channels.
    """,
    hints=[
        "One filter is w[o], of shape (C_in, kH, kW). The window has the same shape if you keep all channels: x[:, …].",
        "Start from conv2d_single: one more loop, over the output channels o; the sum now takes in the channels as well.",
    ],
)
