"""Apply a 1×1 convolution to an image with one matrix product."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import CONVOLUTIONS, Exercise


def pointwise_matmul(x, w, b=None):
    """Apply a 1×1 convolution to an image with one matrix product."""
    C_in, H, W = x.shape
    pixels = x.reshape(C_in, H * W)  # a column for each pixel
    y = w @ pixels  # (C_out, H · W)
    if b is not None:
        y = y + b[:, None]
    return y.reshape(len(w), H, W)


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
    avoidable=CONVOLUTIONS,
    misconceptions="""
        M11 each output channel was one input channel, scaled
        w @ pixels => np.stack([w[o, o % C_in] * pixels[o % C_in] for o in range(len(w))])
        w has a row for each output channel. How many numbers are in that row, and whom do they weigh?

        M12 the pixels were added up along with the channels
        w @ pixels => (w @ pixels).sum(axis=1, keepdims=True).repeat(H * W, axis=1)
        An output pixel depends on one input pixel, the one at its own place. What is summed over?

        S150 reshape was used where an axis had to be moved
        x.reshape(C_in, H * W) => x.reshape(H * W, C_in).T
        x.reshape(H * W, C_in) cuts channel 0 into rows: no row is a pixel. Print a small one and look. Which reshape leaves the channels where they are?

        S151 the axis of the pixels was not moved back before the last reshape
        y.reshape => y.T.reshape
        A reshape only cuts the row of numbers anew. In what order do they stand in your product, and in what order should they stand?

        M05 input and output channels were exchanged
        w @ => w.T @
        w is (C_out, C_in): a row for each output channel. Which side of the product do the pixels stand on?

        S23 the bias was left out
        y = y + b[:, None] => pass
        If b is given, b[o] is added to every pixel of output channel o.

        S22 the bias was added once for each input channel
        b[:, None] => C_in * b[:, None]
        There is one bias for each output channel. It is added once, after the sum over the input channels.

        S152 the biases were laid along the last axis
        y + b[:, None] => y.reshape(len(w), H, W) + b
        NumPy lines shapes up from the right. b has an entry for each output channel: on which axis must it lie?
    """,
    hints=[
        "One pixel is the vector x[:, i, j]. Its output is w @ x[:, i, j]. How can all pixels stand side by side?",
        "x.reshape(C_in, H * W) has a column for each pixel, and w can be multiplied with it.",
        "The biases need a second axis of length 1, b[:, None], to be added to a column each.",
    ],
)
