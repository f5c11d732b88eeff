"""Reproduce TensorFlow's 'same' at any stride: ceil(H / stride) rows, the odd zero at the end."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.lesson_01.conv2d_single import conv2d_single
from sepconv.exercises.spec import Exercise


def fix_the_port(x, w, stride):
    """Convolve with TensorFlow's 'same' padding: ceil(H / stride) rows, the odd zero at the end."""
    pads = []
    for size, k in zip(x.shape, w.shape):
        out = -(-size // stride)
        total = max((out - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return conv2d_single(np.pad(x, pads), w, stride)


def _cases_port(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[1.0, 2, 3, 4]]), np.ones((1, 3)), 2),
        (draw(4, 6), draw(3, 3), 2),
        (draw(4, 5), draw(2, 3), 1),
        (draw(5, 8), draw(2, 4), 2),
        (draw(7, 9), draw(5, 3), 3),
        (draw(6, 7), draw(1, 2), 3),
    ]


EXERCISE = Exercise(
    points=3,
    answer=fix_the_port,
    cases=_cases_port,
    misconceptions="""
        M41 k // 2 zeros were put on both sides
        (total // 2, total - total // 2) => (k // 2, k // 2)
        The shape is often right and the values are shifted. How many zeros are needed in total at this stride?

        M40 the padding for stride 1 was kept
        max((out - 1) * stride + k - size, 0) => k - 1
        With a stride, the last window often ends before the input does, and fewer zeros are needed.

        S32 the odd zero was put in front
        (total // 2, total - total // 2) => (total - total // 2, total // 2)
        before = total // 2, and the rest comes after.

        S41 the odd zero was dropped
        total - total // 2 => total // 2
        Where the total is odd, its halves do not make the whole: the rest goes after.

        S42 the output size was rounded down
        -(-size // stride) => size // stride
        TensorFlow rounds size / stride up, so that no pixel is left out.

        S43 the padding of rows and of columns was exchanged
        np.pad(x, pads) => np.pad(x, pads[::-1])
        np.pad takes the pair for the rows first.

        S35 all zeros were put at the end
        (total // 2, total - total // 2) => (0, total)
        Only the odd zero is one-sided: half of the total, rounded down, still goes in front.

        S09 the padding was ignored
        np.pad(x, pads) => x
        ceil(H / stride) windows must fit. How many zeros does that take?
    """,
    hints=[
        "First the output size: ceil(H / stride). Then: where does the last window end, and how much is missing?",
        "total = max((out − 1)·stride + k − size, 0), for each axis on its own; before = total // 2.",
        "np.pad takes a pair for each axis: np.pad(x, [(top, bottom), (left, right)]).",
    ],
)
