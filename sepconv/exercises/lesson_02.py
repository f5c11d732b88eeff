"""Lesson 2: many channels. A filter is a box as deep as the input."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.exercises.inputs import Inputs, drawn
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


def _by_einsum(x, w, b=None):
    windows = sliding_window_view(x, w.shape[2:], axis=(1, 2))
    y = np.einsum("cijuv,ocuv->oij", windows, w)
    return y if b is None else y + b[:, None, None]


def _by_channel(x, w, b=None):
    H, W = x.shape[1] - w.shape[2] + 1, x.shape[2] - w.shape[3] + 1
    y = np.zeros((w.shape[0], H, W)) if b is None else np.tile(b[:, None, None], (1, H, W)).astype(float)
    for c in range(x.shape[0]):
        for u in range(w.shape[2]):
            for v in range(w.shape[3]):
                y += w[:, c, u, v, None, None] * x[c, u : u + H, v : v + W]
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


def filter_bank_size(c_in, c_out, k):
    """Count the weights of all filters of a layer."""
    return c_out * c_in * k * k


def weight_shape(c_in, c_out, k):
    """Return the shape of nn.Conv2d(c_in, c_out, k).weight."""
    return (c_out, c_in, k, k)


_SIZES = [(3, 4, 5), (1, 2, 3), (3, 4, 3), (2, 5, 1), (6, 4, 7)]
_DRAWN_SIZES = drawn(c_in=range(2, 12), c_out=range(2, 12), k=range(1, 7))

EXERCISES = [
    Exercise(
        name="warmup_02_1",
        lesson=2,
        points=0,
        kind="number",
        prompt="Lesson 1: x = [3, 1, 4, 1], w = [2, −1]. What is y[2]?",
        answer=2 * 4 - 1 * 1,
        misconceptions=[
            Misconception(
                "M43", "the kernel was flipped", 2 * 1 - 1 * 4, "The kernel is laid down as it is."
            ),
        ],
        hints=["The window of y[2] begins at x[2]."],
    ),
    Exercise(
        name="warmup_02_2",
        lesson=2,
        points=0,
        kind="number",
        prompt="Lesson 1: a 5×5 image of ones, a 5×5 kernel of ones, padding 2. What is y[0, 0]?",
        answer=9,
        misconceptions=[
            Misconception(
                "M46", "the padding was taken to be neutral", 25, "Padding cells are zeros: they add nothing."
            ),
        ],
        hints=["How many cells of the window lie on the image, in each direction?"],
    ),
    Exercise(
        name="warmup_02_3",
        lesson=2,
        points=0,
        kind="number",
        prompt="Lesson 1: how many multiplications does one output pixel of a 2×5 kernel cost?",
        answer=10,
        misconceptions=[
            Misconception("S17", "the sides were added", 7, "Every number of the kernel meets one pixel."),
        ],
        hints=["One multiplication for each number in the kernel."],
    ),
    Exercise(
        name="inputs_seen",
        lesson=2,
        points=1,
        kind="choice",
        prompt="Channels filled with 1, 2, 4, 8, 16, weights 0 or 1, output 22: which channels were read?",
        answer={1, 2, 4},
        misconceptions=[
            Misconception(
                "M34",
                "a filter was taken to read every channel",
                {0, 1, 2, 3, 4},
                "A weight of 0 reads nothing. All five together would give 31.",
            ),
            Misconception(
                "M06",
                "a filter was taken to read one channel",
                {4},
                "That channel alone would give 16. Which others make up the rest?",
            ),
            Misconception(
                "S18",
                "the channels were counted from 1",
                {2, 3, 5},
                "Channel 0 is the one filled with 1.",
            ),
            Misconception(
                "S19",
                "the values were given instead of the channels",
                {2, 4, 16},
                "These values do add up to 22. Now say which channels they are the filling of.",
            ),
        ],
        explanations={
            0: "Channel 0 is filled with 1. With it the sum would be odd.",
            1: "Channel 1 is filled with 2.",
            2: "Channel 2 is filled with 4.",
            3: "Channel 3 is filled with 8. What would have to be left out to reach 22 with it?",
            4: "Channel 4 is filled with 16.",
        },
        hints=["Write 22 as a sum of different powers of two. There is only one way."],
    ),
    Exercise(
        name="conv2d_multi",
        lesson=2,
        points=3,
        kind="function",
        prompt="Convolve a stack of input channels with a bank of filters.",
        answer=conv2d_multi,
        cases=_cases_multi,
        also_correct=[_by_einsum, _by_channel],
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
    ),
    Exercise(
        name="filter_bank_size",
        lesson=2,
        points=1,
        kind="function",
        prompt="How many weights do all filters of a layer have together?",
        answer=filter_bank_size,
        cases=_SIZES,
        fresh=_DRAWN_SIZES,
        also_correct=[
            lambda c_in, c_out, k: int(np.prod((c_out, c_in, k, k))),
            lambda c_in, c_out, k: k**2 * c_in * c_out,
        ],
        misconceptions=[
            Misconception(
                "M06",
                "the filters were taken to be flat",
                lambda c_in, c_out, k: c_out * k * k,
                "A filter has k×k weights for each input channel.",
            ),
            Misconception(
                "M01",
                "the biases were counted among the weights",
                lambda c_in, c_out, k: c_out * c_in * k * k + c_out,
                "A bias belongs to a filter but is no weight. This question asks for the weights.",
            ),
            Misconception(
                "S25",
                "one filter was counted",
                lambda c_in, c_out, k: c_in * k * k,
                "That is one filter. How many filters does a layer with c_out output channels have?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_in, c_out, k: c_out * c_in * k,
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                lambda c_in, c_out, k: c_out * c_in * (k ^ 2),
                "In Python ^ works on bits. A power is written **.",
            ),
            Misconception(
                "S27",
                "the channel numbers were added",
                lambda c_in, c_out, k: (c_in + c_out) * k * k,
                "Every output channel has a weight for every input channel, at each of the kernel's places.",
            ),
        ],
        hints=["Count one filter first: it is a box. Then: how many boxes?"],
    ),
    Exercise(
        name="weight_shape",
        lesson=2,
        points=1,
        kind="function",
        prompt="What is the shape of nn.Conv2d(c_in, c_out, k).weight?",
        answer=weight_shape,
        cases=_SIZES,
        fresh=_DRAWN_SIZES,
        also_correct=[
            lambda c_in, c_out, k: [c_out, c_in, k, k],
            lambda c_in, c_out, k: np.array([c_out, c_in, k, k]),
        ],
        misconceptions=[
            Misconception(
                "M05",
                "input and output channels were exchanged",
                lambda c_in, c_out, k: (c_in, c_out, k, k),
                "The constructor takes the input first, but the weight is a list of filters: what does its first axis count?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                lambda c_in, c_out, k: (c_out, k, k),
                "Each filter is a box with a slice for each input channel, so the weight has four axes.",
            ),
            Misconception(
                "S28",
                "the order of another framework was used",
                lambda c_in, c_out, k: (k, k, c_in, c_out),
                "Keras stores the kernel first. PyTorch stores a list of filters.",
            ),
        ],
        hints=["weight[0] is the first filter. How many filters are there, and what is the shape of one?"],
    ),
    Exercise(
        name="parsons_channels",
        lesson=2,
        points=2,
        kind="order",
        prompt="Put the lines in order so that one output pixel of one filter is computed, channel by channel; three lines do not belong.",
        opening="def output_pixel(x, w, b, o, i, j):",
        lines={
            "A": "    return total",
            "B": "        total += (window * w[o]).sum()",
            "C": "    for c in range(x.shape[0]):",
            "D": "        total += (window * w[o, c]).sum()",
            "E": "    total = b[o]",
            "F": "        total += b[o]",
            "G": "        window = x[c, i:i + w.shape[2], j:j + w.shape[3]]",
            "H": "    total = 0.0",
        },
        answer="ECGDA",
        cases=lambda seed: [
            (
                Inputs(seed).integers(2, 3, 3),
                Inputs(seed + 1).integers(3, 2, 2, 2),
                Inputs(seed + 2).integers(3),
                2,
                0,
                1,
            ),
            (
                Inputs(seed + 3).integers(4, 4, 5),
                Inputs(seed + 4).integers(2, 4, 2, 3),
                Inputs(seed + 5).integers(2),
                1,
                2,
                0,
            ),
        ],
        misconceptions=[
            Misconception(
                "S22",
                "the bias was added once for each input channel",
                "HCGDFA",
                "There is one bias for each output channel. What should total be before the first channel?",
            ),
            Misconception(
                "S23",
                "the bias was left out",
                "HCGDA",
                "The bias is added once. A sum can begin with it.",
            ),
            Misconception(
                "M06",
                "the whole box was laid on one channel",
                "ECGBA",
                "window is flat, one channel. Which slice of the filter belongs to channel c?",
            ),
        ],
        hints=[
            "The sum begins before the loop, and not at zero.",
            "Inside the loop there are two lines: cut out, then add.",
        ],
    ),
]
