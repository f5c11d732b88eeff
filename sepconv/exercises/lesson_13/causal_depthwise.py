"""Write the causal depthwise convolution of a sequence."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def causal_depthwise(x, w):
    """Convolve each channel of x (C, T) with its own row of w (C, k), without reading what comes later."""
    k = w.shape[1]
    before = np.zeros((len(x), k - 1))
    padded = np.concatenate([before, x], axis=1)
    y = np.zeros(x.shape)
    for t in range(x.shape[1]):
        y[:, t] = (padded[:, t : t + k] * w).sum(axis=1)
    return y


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
    misconceptions="""
        M47 the zeros were put on both sides
        [before, x] => [before[:, : k // 2], x, before[:, k // 2 :]]
        The length is right. Does y[t] depend on x[t + 1]?

        S1307 each output read the present and what comes after it
        [before, x] => [x, before]
        Where do the zeros stand, or which end was cut off? The first output may read x[0] alone.

        S1309 the outputs after the end were kept
        [before, x] => [before, x, before]
        np.zeros(x.shape) => np.zeros((len(x), x.shape[1] + k - 1))
        range(x.shape[1]) => range(y.shape[1])
        As many outputs as inputs: which ones are too many?

        S09 the padding was ignored
        = lambda x, w: np.array([np.correlate(row, kernel, "valid") for row, kernel in zip(x, w)])
        As many outputs as inputs. What is missing, and on which side?

        M43 the kernel was flipped
        * w) => * w[:, ::-1])
        As in every layer of this course, the window and the kernel are multiplied in the same order: the last weight meets the present.

        S1310 the present was left out
        (len(x), k - 1) => (len(x), k)
        y[t] may read x[t]: it is not the future.

        S257 one kernel was made for all channels
        * w) => * w[:1])
        Each channel has a row of w of its own.

        M34 the channels were added up
        .sum(axis=1) => .sum()
        A depthwise convolution keeps the channels apart.
    """,
    hints=[
        "y[t] reads x[t] and the k − 1 positions before it. What stands before x[0]?",
        "Put k − 1 zeros in front of each row; then the window of y[t] begins at place t.",
    ],
)
