"""Convolve each channel with its own kernels, K of them."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def depthwise_conv(x, w):
    """Convolve each channel of x (C, H, W) with its own kernels of w (C·K, 1, kH, kW)."""
    K = len(w) // len(x)  # how many outputs each input channel makes
    kernels = w.squeeze(1)  # (C·K, kH, kW)
    kH, kW = kernels.shape[1:]
    y = np.zeros((len(w), x.shape[1] - kH + 1, x.shape[2] - kW + 1))
    for j, row, column in np.ndindex(y.shape):
        window = x[j // K, row : row + kH, column : column + kW]
        y[j, row, column] = (window * kernels[j]).sum()
    return y


def _cases_depthwise(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([10.0, 20.0]).reshape(2, 1, 1), np.ones((4, 1, 1, 1))),
        (draw(3, 3, 4), draw(3, 1, 2, 3)),
        (draw(2, 4, 3), draw(6, 1, 3, 2)),
        (draw(3, 4, 5), draw(6, 1, 2, 2)),
    ]


EXERCISE = Exercise(
    points=3,
    answer=depthwise_conv,
    cases=_cases_depthwise,
    misconceptions="""
        M26 the input channels were read round and round
        j // K => j % len(x)
        PyTorch lets the K outputs of one channel stand side by side, before those of the next.

        M34 each kernel was laid on all channels
        x[j // K, => x[:,
        A depthwise layer adds nothing up over channels: an output reads one channel alone.

        M13 an input channel was read that is not there
        j // K => j
        There are as many outputs as kernels in w, but not as many inputs: several kernels belong to one channel.

        M25 one kernel was used for each channel, and the others were left out
        K = len(w) // len(x) => K, w = 1, w[: len(x)]
        w holds K kernels for each channel, and each of them makes an output channel.

        S274 the number of the kernel within its channel was taken for the channel
        j // K => j % K
        Channel 0 makes outputs 0 to K − 1. Which number do all of these have in common?

        M25 one kernel was used for each channel, and the other outputs stayed 0
        np.ndindex(y.shape) => np.ndindex(len(x), *y.shape[1:])
        j // K => j
        w holds K kernels for each channel, and each of them makes an output channel.

        S280 the number of the channel was taken for the number of the kernel
        kernels[j] => kernels[j // K]
        Two numbers belong to output j: that of the channel it reads, and that of the kernel which makes it.

        S275 the kernels in w were dealt to the channels in turn
        kernels[j] => kernels[j % K * len(x) + j // K]
        In w, the K kernels of channel 0 come first, then those of channel 1, and so on.

        S252 the outputs were cut into blocks as long as there are inputs
        j // K => j // len(x)
        How many outputs in a row does one input channel make?

        S253 the outputs were ordered kernel by kernel
        return y => return y.reshape(len(x), K, *y.shape[1:]).swapaxes(0, 1).reshape(y.shape)
        Output j belongs to kernel w[j]: the outputs stand in the order of the kernels in w.

        S254 the outputs of one channel were added up
        return y => return y.reshape(len(x), K, *y.shape[1:]).sum(axis=1)
        Each kernel makes an output channel of its own: there are as many outputs as kernels in w.

        S20 only the first input channel was read
        j // K => 0
        Every input channel makes K outputs.

        S31 the first window was forgotten
        kH + 1, x.shape[2] - kW + 1 => kH, x.shape[2] - kW
        A kernel as large as the image has one place to lie on. How many rows has the output then?

        M43 the kernel was flipped
        kernels[j] => kernels[j, ::-1, ::-1]
        x[c, i + u, j + v] meets w[…, 0, u, v], with plus signs.
    """,
    hints=[
        "Take depthwise_rows and give it a second axis: the window is two-dimensional now.",
        "There are len(w) outputs, and K = len(w) // len(x). Each output reads one channel and one kernel, w[j, 0].",
        "For each j and each pixel: the window of one channel, times w[j, 0], summed.",
    ],
)
