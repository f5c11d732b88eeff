"""Slide one kernel over one channel, with stride and padding."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import CONVOLUTIONS, Exercise


def conv2d_single(x, w, stride=1, padding=0):
    """Slide one kernel over one channel."""
    x = np.pad(x, padding)
    kH, kW = w.shape
    H_out = (x.shape[0] - kH) // stride + 1
    W_out = (x.shape[1] - kW) // stride + 1
    y = np.zeros((H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            window = x[i * stride : i * stride + kH, j * stride : j * stride + kW]
            y[i, j] = (window * w).sum()
    return y


def _cases_single(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[1.0, 2, 4, 8]]), np.array([[1.0, 0, -1]])),
        (draw(2, 3), draw(2, 2)),
        (draw(4, 6), draw(2, 3)),
        (draw(5, 6), draw(2, 3), 2),
        (draw(4, 6), draw(3, 2), 1, 1),
        (draw(5, 8), draw(3, 2), 3, 2),
        (draw(6, 7), draw(2, 3), 2, 1),
    ]


EXERCISE = Exercise(
    points=3,
    answer=conv2d_single,
    cases=_cases_single,
    forbidden=CONVOLUTIONS,
    misconceptions="""
        M43 the kernel was flipped
        window * w => window * w[::-1, ::-1]
        Deep learning's convolution is a cross-correlation: x[i + u, j + v] meets w[u, v], with plus signs.

        M36 the output size was rounded up
        ) // stride => + stride - 1) // stride
        x[i * stride : => np.pad(x, (0, stride))[i * stride :
        A window that sticks out of the padded input does not count. How many windows fit completely?

        M46 the border was filled with copies of the edge pixels
        np.pad(x, padding) => np.pad(x, padding, mode="edge")
        Padding adds zeros, and zeros are not neutral: they pull the border of the output toward zero.

        S08 the stride was ignored
        // stride + 1 => + 1
        i * stride => i
        j * stride => j
        From one output pixel to the next, the window moves by stride input pixels, in both directions.

        S09 the padding was ignored
        np.pad(x, padding) => x
        Before the kernel slides, the input gets padding rows and columns of zeros on each side.

        S10 the zeros were added on one side only
        np.pad(x, padding) => np.pad(x, (0, padding))
        padding=1 adds one row above and one below, one column left and one right.

        S11 the stride changed the size of the output but not the place of the window
        i * stride => i
        j * stride => j
        For output pixel (i, j), at which input pixel does the window begin?

        S12 rows and columns of the output were exchanged
        return y => return y.T
        y[i, j] belongs to the window whose first row is i and whose first column is j (times the stride).
    """,
    hints=[
        "Do the zeros first: np.pad(x, padding). From then on the padding can be forgotten.",
        "Count the windows that fit completely in each direction, and make y of that size. Mind the stride.",
        "Two loops over the output pixels: cut the window out with a slice, multiply by w, sum.",
    ],
)
