"""Apply a 1×1 convolution to an image with one matrix product."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def pointwise_matmul(x, w, b=None):
    """Apply a 1×1 convolution to an image with one matrix product."""
    C_in, H, W = x.shape
    pixels = x.reshape(C_in, H * W)  # a column for each pixel
    y = w @ pixels  # (C_out, H · W)
    if b is not None:
        y = y + b[:, None]
    return y.reshape(len(w), H, W)


def _one_channel_scaled(x, w, b=None):
    read = [o % len(x) for o in range(len(w))]
    y = np.stack([w[o, c] * x[c] for o, c in enumerate(read)])
    return y if b is None else y + b[:, None, None]


def _all_pixels_added(x, w, b=None):
    y = np.broadcast_to(x.sum(axis=(1, 2), keepdims=True), x.shape)
    return pointwise_matmul(y, w, b)


def _cut_anew(x, w, b=None):
    C_in, H, W = x.shape
    y = x.reshape(H * W, C_in) @ w.T
    y = y if b is None else y + b
    return y.T.reshape(-1, H, W)


def _not_turned_back(x, w, b=None):
    C_in, H, W = x.shape
    y = x.reshape(C_in, H * W).T @ w.T
    y = y if b is None else y + b
    return y.reshape(-1, H, W)


def _matrix_turned(x, w, b=None):
    return pointwise_matmul(x, w.T, b)


def _bias_forgotten(x, w, b=None):
    return pointwise_matmul(x, w)


def _bias_per_channel(x, w, b=None):
    return pointwise_matmul(x, w, None if b is None else b * len(x))


def _bias_along_the_row(x, w, b=None):
    y = pointwise_matmul(x, w)
    return y if b is None else y + b


def _cases_pointwise(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[[1.0, 2]], [[4, 8]]]), np.array([[1.0, 10]])),
        (draw(2, 3, 2), draw(2, 2), np.array([1.0, -2])),
        (draw(3, 2, 2), draw(2, 3)),
        (draw(2, 3, 4), draw(4, 2), draw(4)),
        (draw(3, 2, 5), draw(4, 3), draw(4)),
    ]


EXERCISE = Exercise(
    points=2,
    answer=pointwise_matmul,
    cases=_cases_pointwise,
    misconceptions=[
        Misconception(
            "M11",
            "each output channel was one input channel, scaled",
            _one_channel_scaled,
            "w has a row for each output channel. How many numbers are in that row, and whom do they weigh?",
        ),
        Misconception(
            "M12",
            "the pixels were added up along with the channels",
            _all_pixels_added,
            "An output pixel depends on one input pixel, the one at its own place. What is summed over?",
        ),
        Misconception(
            "S150",
            "reshape was used where an axis had to be moved",
            _cut_anew,
            "x.reshape(H * W, C_in) cuts channel 0 into rows: no row is a pixel. Print a small one and look. "
            "Which reshape leaves the channels where they are?",
        ),
        Misconception(
            "S151",
            "the axis of the pixels was not moved back before the last reshape",
            _not_turned_back,
            "A reshape only cuts the row of numbers anew. In what order do they stand in your product, and in what "
            "order should they stand?",
        ),
        Misconception(
            "M05",
            "input and output channels were exchanged",
            _matrix_turned,
            "w is (C_out, C_in): a row for each output channel. Which side of the product do the pixels stand on?",
        ),
        Misconception(
            "S23",
            "the bias was left out",
            _bias_forgotten,
            "If b is given, b[o] is added to every pixel of output channel o.",
        ),
        Misconception(
            "S22",
            "the bias was added once for each input channel",
            _bias_per_channel,
            "There is one bias for each output channel. It is added once, after the sum over the input channels.",
        ),
        Misconception(
            "S152",
            "the biases were laid along the last axis",
            _bias_along_the_row,
            "NumPy lines shapes up from the right. b has an entry for each output channel: on which axis must it lie?",
        ),
    ],
    hints=[
        "One pixel is the vector x[:, i, j]. Its output is w @ x[:, i, j]. How can all pixels stand side by side?",
        "x.reshape(C_in, H * W) has a column for each pixel, and w can be multiplied with it.",
        "The biases need a second axis of length 1, b[:, None], to be added to a column each.",
    ],
)
