"""Convolve each channel with its own kernels, K of them."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


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


def _reading(channel):
    """Return a wrong depthwise_conv: output j reads channel(j, C, K)."""

    def convolve(x, w):
        C, K = len(x), len(w) // len(x)
        return np.concatenate(
            [depthwise_conv(x[channel(j, C, K)][None], w[j : j + 1]) for j in range(len(w))]
        )

    return convolve


def _all_channels(x, w):
    return conv2d(x, np.repeat(w, len(x), axis=1))


def _one_kernel_a_channel(x, w):
    return depthwise_conv(x, w[: len(x)])


def _others_stay_zero(x, w):
    y = np.zeros_like(depthwise_conv(x, w))
    y[: len(x)] = depthwise_conv(x, w[: len(x)])
    return y


def _kernel_of_the_channel(x, w):
    K = len(w) // len(x)
    return depthwise_conv(x, w[np.arange(len(w)) // K])


def _one_window_short(x, w):
    return depthwise_conv(x, w)[:, :-1, :-1]


def _kernels_in_turn(x, w):
    C = len(x)
    return depthwise_conv(x, w.reshape(-1, C, *w.shape[1:]).swapaxes(0, 1).reshape(w.shape))


def _by_kernel(x, w):
    y = depthwise_conv(x, w)
    return y.reshape(len(x), -1, *y.shape[1:]).swapaxes(0, 1).reshape(y.shape)


def _kernels_added(x, w):
    y = depthwise_conv(x, w)
    return y.reshape(len(x), -1, *y.shape[1:]).sum(axis=1)


def _flipped(x, w):
    return depthwise_conv(x, w[:, :, ::-1, ::-1])


def _cases_depthwise(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([10.0, 20.0]).reshape(2, 1, 1), np.ones((4, 1, 1, 1))),
        (draw(3, 3, 4), draw(3, 1, 2, 3)),
        (draw(2, 4, 3), draw(6, 1, 3, 2)),
        (draw(3, 3, 5), draw(6, 1, 2, 2)),
    ]


EXERCISE = Exercise(
    points=3,
    answer=depthwise_conv,
    cases=_cases_depthwise,
    misconceptions=[
        Misconception(
            "M26",
            "the input channels were read round and round",
            _reading(lambda j, C, K: j % C),
            "PyTorch lets the K outputs of one channel stand side by side, before those of the next.",
        ),
        Misconception(
            "M34",
            "each kernel was laid on all channels",
            _all_channels,
            "A depthwise layer adds nothing up over channels: an output reads one channel alone.",
        ),
        Misconception(
            "M13",
            "an input channel was read that is not there",
            _reading(lambda j, C, K: j),
            "There are as many outputs as kernels in w, but not as many inputs: several kernels belong to one channel.",
        ),
        Misconception(
            "M25",
            "one kernel was used for each channel, and the others were left out",
            _one_kernel_a_channel,
            "w holds K kernels for each channel, and each of them makes an output channel.",
        ),
        Misconception(
            "S274",
            "the number of the kernel within its channel was taken for the channel",
            _reading(lambda j, C, K: j % K),
            "Channel 0 makes outputs 0 to K − 1. Which number do all of these have in common?",
        ),
        Misconception(
            "M25",
            "one kernel was used for each channel, and the other outputs stayed 0",
            _others_stay_zero,
            "w holds K kernels for each channel, and each of them makes an output channel.",
        ),
        Misconception(
            "S280",
            "the number of the channel was taken for the number of the kernel",
            _kernel_of_the_channel,
            "Two numbers belong to output j: that of the channel it reads, and that of the kernel which makes it.",
        ),
        Misconception(
            "S275",
            "the kernels in w were dealt to the channels in turn",
            _kernels_in_turn,
            "In w, the K kernels of channel 0 come first, then those of channel 1, and so on.",
        ),
        Misconception(
            "S252",
            "the outputs were cut into blocks as long as there are inputs",
            _reading(lambda j, C, K: j // C),
            "How many outputs in a row does one input channel make?",
        ),
        Misconception(
            "S253",
            "the outputs were ordered kernel by kernel",
            _by_kernel,
            "Output j belongs to kernel w[j]: the outputs stand in the order of the kernels in w.",
        ),
        Misconception(
            "S254",
            "the outputs of one channel were added up",
            _kernels_added,
            "Each kernel makes an output channel of its own: there are as many outputs as kernels in w.",
        ),
        Misconception(
            "S20",
            "only the first input channel was read",
            _reading(lambda j, C, K: 0),
            "Every input channel makes K outputs.",
        ),
        Misconception(
            "S31",
            "the first window was forgotten",
            _one_window_short,
            "A kernel as large as the image has one place to lie on. How many rows has the output then?",
        ),
        Misconception(
            "M43",
            "the kernel was flipped",
            _flipped,
            "x[c, i + u, j + v] meets w[…, 0, u, v], with plus signs.",
        ),
    ],
    hints=[
        "Take depthwise_rows and give it a second axis: the window is two-dimensional now.",
        "There are len(w) outputs, and K = len(w) // len(x). Each output reads one channel and one kernel, w[j, 0].",
        "For each j and each pixel: the window of one channel, times w[j, 0], summed.",
    ],
)
