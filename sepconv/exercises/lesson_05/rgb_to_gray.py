"""Turn a color image into a gray one with a 1×1 convolution."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def rgb_to_gray(x):
    """Mix red, green and blue into one gray channel."""
    w = np.array([[0.299, 0.587, 0.114]])  # (1, 3): one filter, three channels
    return np.einsum("oc,chw->ohw", w, x)


def _cases_gray(seed):
    draw = Inputs(seed).integers
    # Three pure colors and a mixture, side by side.
    colors = np.array([[[1.0, 0, 0, 10]], [[0, 1, 0, 20]], [[0, 0, 1, 40]]])
    return [(colors,), (draw(3, 2, 5),), (draw(3, 4, 3),)]


EXERCISE = Exercise(
    points=1,
    answer=rgb_to_gray,
    cases=_cases_gray,
    misconceptions="""
        S21 the channels were averaged
        [0.299, 0.587, 0.114] => [1 / 3, 1 / 3, 1 / 3]
        Eyes are far more sensitive to green than to blue, so each channel has a weight of its own.

        S153 red and blue were exchanged
        0.299, 0.587, 0.114 => 0.114, 0.587, 0.299
        x[0] is red here. OpenCV loads pictures the other way round, with blue first.

        M11 the channels were scaled and not added
        chw->ohw => chw->chw
        A 1×1 filter has a weight for each input channel, and makes how many output channels?

        S154 the channel axis was dropped
        w, x) => w, x)[0]
        The values are right. A gray image of one channel is still a stack, (1, H, W), like every output of a layer.

        S155 the last axis was taken for the channels
        np.einsum("oc,chw->ohw", w, x) => x[..., :3] @ w[0]
        Picture files often store the channels last. Here they come first: x is (3, H, W).
    """,
    hints=[
        "A gray image has one output channel. What is then the shape of w, (C_out, C_in)?",
        "w = np.array([[…, …, …]]) has shape (1, 3). Now apply it as in exercise 1.",
    ],
)
