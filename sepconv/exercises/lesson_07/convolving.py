"""Depthwise convolutions written out: along one axis, then along two."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.convolution.reference import conv2d
from sepconv.exercises.inputs import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def depthwise_rows(x, w):
    """Convolve each row of x (C, W) with its own kernels of w (C·K, k)."""
    K = len(w) // len(x)
    k = w.shape[1]
    y = np.zeros((len(x) * K, x.shape[1] - k + 1))
    for j, i in np.ndindex(y.shape):
        c = j // K
        y[j, i] = (x[c, i : i + k] * w[j]).sum()
    return y


def _rows_reading(channel):
    """Return a wrong depthwise_rows: output j reads channel(j, C, K)."""

    def rows(x, w):
        C, K = len(x), len(w) // len(x)
        return np.stack([sliding_window_view(x[channel(j, C, K)], w.shape[1]) @ w[j] for j in range(len(w))])

    return rows


def _rows_by_length(x, w):
    k = w.shape[1]
    return np.stack([sliding_window_view(x[j // k], k) @ w[j] for j in range(len(w))])


def _cases_rows(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[10.0], [20.0]]), np.ones((4, 1))),
        (draw(3, 6), draw(3, 2)),
        (draw(2, 5), draw(6, 3)),
        (draw(3, 5), draw(6, 2)),
    ]


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


def _by_groups_of_torch(x, w):
    import torch

    x, w = torch.tensor(np.array(x)), torch.tensor(np.array(w))
    return torch.nn.functional.conv2d(x[None], w, groups=len(x))[0]


def _by_repeating(x, w):
    windows = sliding_window_view(x.repeat(len(w) // len(x), axis=0), w.shape[2:], axis=(1, 2))
    return np.einsum("jrcuv,juv->jrc", windows, w[:, 0])


def _by_channel(x, w):
    C, K, kH, kW = len(x), len(w) // len(x), *w.shape[2:]
    H, W = x.shape[1] - kH + 1, x.shape[2] - kW + 1
    y = np.zeros((C, K, H, W))
    for u, v in np.ndindex(kH, kW):
        y += w.reshape(C, K, kH, kW)[:, :, u, v, None, None] * x[:, None, u : u + H, v : v + W]
    return y.reshape(C * K, H, W)


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


EXERCISES = [
    Exercise(
        name="depthwise_rows",
        lesson=7,
        points=1,
        kind="function",
        prompt="Fill in which input channel the output channel j reads.",
        answer=depthwise_rows,
        cases=_cases_rows,
        also_correct=[
            lambda x, w: [np.correlate(x[j * len(x) // len(w)], w[j], mode="valid") for j in range(len(w))],
            lambda x, w: [
                sliding_window_view(row, w.shape[1]) @ kernel
                for row, kernel in zip(x.repeat(len(w) // len(x), axis=0), w)
            ],
        ],
        misconceptions=[
            Misconception(
                "M26",
                "the input channels were read round and round",
                _rows_reading(lambda j, C, K: j % C),
                "In the worked example, which outputs belong to channel 0? They stand side by side.",
            ),
            Misconception(
                "M13",
                "an input channel was read that is not there",
                _rows_reading(lambda j, C, K: j),
                "There are K times as many outputs as inputs. Which input does the very last output read?",
            ),
            Misconception(
                "S274",
                "the number of the kernel within its channel was taken for the channel",
                _rows_reading(lambda j, C, K: j % K),
                "Channel 0 makes outputs 0 to K − 1. Which number do all of these have in common?",
            ),
            Misconception(
                "S252",
                "the outputs were cut into blocks as long as there are inputs",
                _rows_reading(lambda j, C, K: j // C),
                "How many outputs in a row does one input channel make?",
            ),
            Misconception(
                "S279",
                "the length of a kernel was taken for the number of kernels",
                _rows_by_length,
                "The small k is the length of one kernel. Which number says how many kernels a channel has?",
            ),
            Misconception(
                "S20",
                "only the first input channel was read",
                _rows_reading(lambda j, C, K: 0),
                "Every input channel makes K outputs.",
            ),
        ],
        hints=[
            "Write down j for the outputs of channel 0, of channel 1, of channel 2, with K = 3. What turns j into the channel?",
            "The worked example goes from c to j: j begins at c · K. This is the way back, rounded down.",
        ],
    ),
    Exercise(
        name="depthwise_conv",
        lesson=7,
        points=3,
        kind="function",
        prompt="Convolve each channel with its own kernels, K of them.",
        answer=depthwise_conv,
        cases=_cases_depthwise,
        also_correct=[_by_groups_of_torch, _by_repeating, _by_channel],
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
    ),
]
