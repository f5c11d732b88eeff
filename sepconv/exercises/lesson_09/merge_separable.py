"""Merge a depthwise and a pointwise stage into the weights of one standard convolution."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def merge_separable(depthwise, pointwise):
    """Merge both stages into the weights of one standard convolution."""
    C_in, _, kH, kW = depthwise.shape
    C_out = pointwise.shape[0]
    w = np.zeros((C_out, C_in, kH, kW))
    for o in range(C_out):
        for c in range(C_in):
            w[o, c] = pointwise[o, c] * depthwise[c]
    return w


def _cases_merge(seed):
    draw = Inputs(seed).integers
    return [
        (
            np.array([[1.0, 2], [4, 16]]).reshape(2, 1, 1, 2),
            np.array([[1.0, 3], [5, 7], [9, 11]]).reshape(3, 2, 1, 1),
        ),
        (draw(3, 1, 2, 4), draw(5, 3, 1, 1)),
        (draw(4, 1, 3, 2), draw(2, 4, 1, 1)),
        (draw(2, 1, 3, 3), draw(4, 2, 1, 1)),
        (draw(3, 1, 2, 3), draw(3, 3, 1, 1)),  # here, and only here, kernels fit the outputs as well
    ]


EXERCISE = Exercise(
    points=2,
    answer=merge_separable,
    cases=_cases_merge,
    misconceptions="""
        M54 the two steps were added as if they stood side by side
        = pointwise[o, c] * depthwise[c] => = depthwise[c]; w[o, c, kH // 2, kW // 2] += pointwise[o, c, 0, 0]
        They follow each other: the pointwise stage takes what the depthwise stage made, and multiplies it.

        M53 the depthwise kernel was chosen by the output channel
        depthwise[c] => depthwise[o]
        The depthwise stage comes first. Which channels does it read: those of the input, or those of the output?

        M53 the merger of the other order was used
        return w => return pointwise * depthwise
        Multiplied as they stand, the first axis of depthwise meets the outputs. Which axis of the result counts what the depthwise stage reads?

        M06 one flat kernel was used for all input channels
        depthwise[c] => depthwise[0]
        Each input channel has a depthwise kernel of its own.

        M05 input and output channels were exchanged
        return w => return w.swapaxes(0, 1)
        The result is the weight of an nn.Conv2d, a list of filters: what does its first axis count?

        S350 the input channels were added up in the weights
        return w => return w.sum(axis=1, keepdims=True)
        The convolution adds up its input channels when it runs; its weights keep them apart.

        S351 every input channel was given the sum of all kernels
        w[o, c] = => w[o] +=
        w[o, c] is what input channel c alone contributes to output channel o.

        S352 weights were added where one scales the other
        * depthwise[c] => + depthwise[c]
        An output takes pointwise[o, c] times a filtered channel. What does that do to the kernel's numbers?

        M43 the kernel was flipped
        depthwise[c] => depthwise[c, :, ::-1, ::-1]
        Both layers lay their kernels down as they are.
    """,
    hints=[
        "Follow input channel c alone on its way to output o: which kernel does it meet, and which single number?",
        "w[o, c] is a kernel; fill it in two loops, over o and c.",
        "w[o, c] is the kernel of c, scaled by the weight with which o takes channel c.",
    ],
)
