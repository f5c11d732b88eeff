"""Reproduce TensorFlow's 'same' at any stride: ceil(H / stride) rows, the odd zero at the end."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.lesson_01.conv2d_single import conv2d_single
from sepconv.exercises.lesson_03.same_padding import same_padding
from sepconv.exercises.spec import Exercise, Misconception


def fix_the_port(x, w, stride):
    """Convolve with TensorFlow's 'same' padding: ceil(H / stride) rows, the odd zero at the end."""
    pads = []
    for size, k in zip(x.shape, w.shape):
        out = -(-size // stride)
        total = max((out - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return conv2d_single(np.pad(x, pads), w, stride)


def _symmetric(x, w, stride):
    return conv2d_single(np.pad(x, [(k // 2, k // 2) for k in w.shape]), w, stride)


def _as_for_stride_1(x, w, stride):
    return conv2d_single(np.pad(x, [same_padding(k) for k in w.shape]), w, stride)


def _odd_zero_first(x, w, stride):
    return fix_the_port(x[::-1, ::-1], w[::-1, ::-1], stride)[::-1, ::-1]


def _all_after(x, w, stride):
    out = [-(-n // stride) for n in x.shape]
    more = [max((o - 1) * stride + k - n, 0) for o, k, n in zip(out, w.shape, x.shape, strict=True)]
    return conv2d_single(np.pad(x, [(0, m) for m in more]), w, stride)


def _odd_zero_dropped(x, w, stride):
    pads = []
    for size, k in zip(x.shape, w.shape):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        pads.append((total // 2, total // 2))
    return conv2d_single(np.pad(x, pads), w, stride)


def _rounded_down(x, w, stride):
    pads = []
    for size, k in zip(x.shape, w.shape):
        total = max((size // stride - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return conv2d_single(np.pad(x, pads), w, stride)


def _axes_exchanged(x, w, stride):
    pads = []
    for size, k in zip(x.shape, w.shape):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return conv2d_single(np.pad(x, pads[::-1]), w, stride)


def _not_padded(x, w, stride):
    return conv2d_single(x, w, stride)


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
    misconceptions=[
        Misconception(
            "M41",
            "k // 2 zeros were put on both sides",
            _symmetric,
            "The shape is often right and the values are shifted. How many zeros are needed in total at this stride?",
        ),
        Misconception(
            "M40",
            "the padding for stride 1 was kept",
            _as_for_stride_1,
            "With a stride, the last window often ends before the input does, and fewer zeros are needed.",
        ),
        Misconception(
            "S32",
            "the odd zero was put in front",
            _odd_zero_first,
            "before = total // 2, and the rest comes after.",
        ),
        Misconception(
            "S41",
            "the odd zero was dropped",
            _odd_zero_dropped,
            "Where the total is odd, its halves do not make the whole: the rest goes after.",
        ),
        Misconception(
            "S42",
            "the output size was rounded down",
            _rounded_down,
            "TensorFlow rounds size / stride up, so that no pixel is left out.",
        ),
        Misconception(
            "S43",
            "the padding of rows and of columns was exchanged",
            _axes_exchanged,
            "np.pad takes the pair for the rows first.",
        ),
        Misconception(
            "S35",
            "all zeros were put at the end",
            _all_after,
            "Only the odd zero is one-sided: half of the total, rounded down, still goes in front.",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _not_padded,
            "ceil(H / stride) windows must fit. How many zeros does that take?",
        ),
    ],
    hints=[
        "First the output size: ceil(H / stride). Then: where does the last window end, and how much is missing?",
        "total = max((out − 1)·stride + k − size, 0), for each axis on its own; before = total // 2.",
        "np.pad takes a pair for each axis: np.pad(x, [(top, bottom), (left, right)]).",
    ],
)
