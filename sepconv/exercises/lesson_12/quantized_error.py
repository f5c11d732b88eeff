"""By how much are the weights of a convolution off when they are rounded to int8, with one step or with one for each channel?"""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def quantized_error(w, per_channel):
    """Return by how much a weight of w (C_out, C_in / groups, kH, kW) is off on average, in int8."""
    largest = np.abs(w).max(axis=(1, 2, 3), keepdims=True) if per_channel else np.abs(w).max()
    step = largest / 127
    rounded = np.round(w / step) * step
    return np.abs(w - rounded).mean()


def _cases(seed):
    draw = Inputs(seed).integers
    by_hand = np.array([[254.0, 3.0], [-127.0, 63.0]]).reshape(2, 1, 1, 2)
    uneven = draw(4, 1, 3, 2) * np.array([1, 7, 40, 300.0]).reshape(4, 1, 1, 1)
    deep = draw(3, 2, 1, 3) * np.array([[1, 5], [9, 2], [3, 30.0]]).reshape(3, 2, 1, 1)
    return [(by_hand, True), (by_hand, False), (uneven, True), (uneven, False), (deep, True)]


EXERCISE = Exercise(
    points=2,
    answer=quantized_error,
    cases=_cases,
    misconceptions="""
        S1270 one step was used for all channels, whatever was asked
        if per_channel else => if False else
        With per_channel each output channel has a step of its own. How large is the largest weight of each?

        S1271 the two cases were exchanged
        if per_channel else => if not per_channel else
        Which of the two has one step for the whole tensor?

        S1272 each input channel got a step
        axis=(1, 2, 3) => axis=(0, 2, 3)
        A channel here is a filter. Which axis of the weights counts the filters?

        S1273 each kernel got a step
        axis=(1, 2, 3) => axis=(2, 3)
        A filter has a kernel for each input channel, and one step for all of them.

        S1274 the largest weight was taken with its sign
        np.abs(w).max(axis => w.max(axis
        np.abs(w).max() => w.max()
        A weight of −9 has to fit as well as one of 9.

        S1275 there were 128 steps on either side
        / 127 => / 128
        Whole numbers from −127 to 127: which of them does the largest weight become?

        S1276 there were 255 steps on either side
        / 127 => / 255
        255 whole numbers in all: how many of them are above 0?

        S1277 the whole numbers were compared with the weights
        np.round(w / step) * step => np.round(w / step)
        A whole number says how many steps. How large is the weight that it stands for?

        S1278 the weights were cut and not rounded
        np.round( => np.trunc(
        Which whole number is nearest to 1.9?

        S1279 the weights were rounded down
        np.round( => np.floor(
        Which whole number is nearest to 1.9?

        S1280 errors of different signs canceled
        np.abs(w - rounded) => (w - rounded)
        One weight too large and one too small by as much: by how much is a weight off?

        S1281 the errors were added up
        .mean() => .sum()
        On average: how many weights are there?

        S1282 the largest error was returned
        np.abs(w - rounded).mean() => np.abs(w - rounded).max()
        The task asks for the average over all weights.

        S1283 the errors were squared
        np.abs(w - rounded).mean() => ((w - rounded) ** 2).mean()
        The task asks for the distance itself.

        S1284 the error was counted in steps
        np.abs(w - rounded).mean() => (np.abs(w - rounded) / step).mean()
        A step is a different length in each layer. The task asks for the distance between the weights.
    """,
    hints=[
        "First the step: the largest absolute value, of all weights or of each w[o], divided by 127.",
        "np.abs(w).max(axis=(1, 2, 3), keepdims=True) has a number for each output channel, in a shape that divides w.",
        "Then np.round(w / step) * step is what is left of the weights. How far is it from w?",
    ],
)
