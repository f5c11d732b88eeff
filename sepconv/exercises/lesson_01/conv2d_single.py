"""Slide one kernel over one channel, with stride and padding."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


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


def _flipped(x, w, stride=1, padding=0):
    return conv2d_single(x, w[::-1, ::-1], stride, padding)


def _rounded_up(x, w, stride=1, padding=0):
    x = np.pad(x, padding)
    sizes = [-(-(n - k) // stride) + 1 for n, k in zip(x.shape, w.shape, strict=True)]
    more = [(size - 1) * stride + k - n for size, n, k in zip(sizes, x.shape, w.shape, strict=True)]
    return conv2d_single(np.pad(x, [(0, max(m, 0)) for m in more]), w, stride)


def _edge_padded(x, w, stride=1, padding=0):
    return conv2d_single(np.pad(x, padding, mode="edge"), w, stride)


def _stride_ignored(x, w, stride=1, padding=0):
    return conv2d_single(x, w, 1, padding)


def _padding_ignored(x, w, stride=1, padding=0):
    return conv2d_single(x, w, stride)


def _padded_on_one_side(x, w, stride=1, padding=0):
    return conv2d_single(np.pad(x, (0, padding)), w, stride)


def _stride_in_size_only(x, w, stride=1, padding=0):
    right = conv2d_single(x, w, stride, padding)
    return conv2d_single(x, w, 1, padding)[: right.shape[0], : right.shape[1]]


def _transposed(x, w, stride=1, padding=0):
    return conv2d_single(x, w, stride, padding).T


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
    misconceptions=[
        Misconception(
            "M43",
            "the kernel was flipped",
            _flipped,
            "Deep learning's convolution is a cross-correlation: x[i + u, j + v] meets w[u, v], with plus signs.",
        ),
        Misconception(
            "M36",
            "the output size was rounded up",
            _rounded_up,
            "A window that sticks out of the padded input does not count. How many windows fit completely?",
        ),
        Misconception(
            "M46",
            "the border was filled with copies of the edge pixels",
            _edge_padded,
            "Padding adds zeros, and zeros are not neutral: they pull the border of the output toward zero.",
        ),
        Misconception(
            "S08",
            "the stride was ignored",
            _stride_ignored,
            "From one output pixel to the next, the window moves by stride input pixels, in both directions.",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _padding_ignored,
            "Before the kernel slides, the input gets padding rows and columns of zeros on each side.",
        ),
        Misconception(
            "S10",
            "the zeros were added on one side only",
            _padded_on_one_side,
            "padding=1 adds one row above and one below, one column left and one right.",
        ),
        Misconception(
            "S11",
            "the stride changed the size of the output but not the place of the window",
            _stride_in_size_only,
            "For output pixel (i, j), at which input pixel does the window begin?",
        ),
        Misconception(
            "S12",
            "rows and columns of the output were exchanged",
            _transposed,
            "y[i, j] belongs to the window whose first row is i and whose first column is j (times the stride).",
        ),
    ],
    hints=[
        "Do the zeros first: np.pad(x, padding). From then on the padding can be forgotten.",
        "Count the windows that fit completely in each direction, and make y of that size. Mind the stride.",
        "Two loops over the output pixels: cut the window out with a slice, multiply by w, sum.",
    ],
)
