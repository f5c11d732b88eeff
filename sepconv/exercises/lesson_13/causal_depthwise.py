"""Write the causal depthwise convolution of a sequence."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def causal_depthwise(x, w):
    """Convolve each channel of x (C, T) with its own row of w (C, k), without reading what comes later."""
    k = w.shape[1]
    before = np.zeros((len(x), k - 1))
    padded = np.concatenate([before, x], axis=1)
    y = np.zeros(x.shape)
    for t in range(x.shape[1]):
        y[:, t] = (padded[:, t : t + k] * w).sum(axis=1)
    return y


def _windows(x, w, before):
    """Convolve with `before` zeros in front and the others behind."""
    k = w.shape[1]
    padded = np.pad(x, [(0, 0), (before, k - 1 - before)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, k, axis=1)
    return np.einsum("ctk,ck->ct", windows, w)


def _symmetric(x, w):
    return _windows(x, w, w.shape[1] // 2)


def _looking_ahead(x, w):
    return _windows(x, w, 0)


def _flipped(x, w):
    return causal_depthwise(x, w[:, ::-1])


def _one_kernel(x, w):
    return causal_depthwise(x, np.repeat(w[:1], len(x), axis=0))


def _channels_added(x, w):
    return np.repeat(causal_depthwise(x, w).sum(axis=0, keepdims=True), len(x), axis=0)


def _unpadded(x, w):
    return np.array([np.correlate(row, kernel, "valid") for row, kernel in zip(x, w, strict=True)])


def _end_kept(x, w):
    """All outputs of k − 1 zeros on both sides."""
    return np.array([np.convolve(row, kernel[::-1]) for row, kernel in zip(x, w, strict=True)])


def _present_left_out(x, w):
    y = causal_depthwise(x, w)
    return np.concatenate([np.zeros((len(x), 1)), y[:, :-1]], axis=1)


def _cases(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[1.0, 2, 3, 4]]), np.ones((1, 3))),
        (draw(2, 7), draw(2, 3)),
        (draw(3, 8), draw(3, 5)),
        (draw(3, 5), draw(3, 1)),
        (draw(2, 3), draw(2, 5)),
    ]


EXERCISE = Exercise(
    points=2,
    answer=causal_depthwise,
    cases=_cases,
    misconceptions=[
        Misconception(
            "M47",
            "the zeros were put on both sides",
            _symmetric,
            "The length is right. Does y[t] depend on x[t + 1]?",
        ),
        Misconception(
            "S1307",
            "each output read the present and what comes after it",
            _looking_ahead,
            "Where do the zeros stand, or which end was cut off? The first output may read x[0] alone.",
        ),
        Misconception(
            "S1309",
            "the outputs after the end were kept",
            _end_kept,
            "As many outputs as inputs: which ones are too many?",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _unpadded,
            "As many outputs as inputs. What is missing, and on which side?",
        ),
        Misconception(
            "M43",
            "the kernel was flipped",
            _flipped,
            "As in every layer of this course, the window and the kernel are multiplied in the same order: the last "
            "weight meets the present.",
        ),
        Misconception(
            "S1310",
            "the present was left out",
            _present_left_out,
            "y[t] may read x[t]: it is not the future.",
        ),
        Misconception(
            "S257",
            "one kernel was made for all channels",
            _one_kernel,
            "Each channel has a row of w of its own.",
        ),
        Misconception(
            "M34",
            "the channels were added up",
            _channels_added,
            "A depthwise convolution keeps the channels apart.",
        ),
    ],
    hints=[
        "y[t] reads x[t] and the k − 1 positions before it. What stands before x[0]?",
        "Put k − 1 zeros in front of each row; then the window of y[t] begins at place t.",
    ],
)
