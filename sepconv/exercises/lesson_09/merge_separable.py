"""Merge a depthwise and a pointwise step into the weights of one standard convolution."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def merge_separable(depthwise, pointwise):
    """Merge both steps into the weights of one standard convolution."""
    C_in, _, kH, kW = depthwise.shape
    C_out = pointwise.shape[0]
    w = np.zeros((C_out, C_in, kH, kW))
    for o in range(C_out):
        for c in range(C_in):
            w[o, c] = pointwise[o, c] * depthwise[c]
    return w


def _axes_exchanged(depthwise, pointwise):
    return merge_separable(depthwise, pointwise).swapaxes(0, 1)


def _channels_summed(depthwise, pointwise):
    return merge_separable(depthwise, pointwise).sum(axis=1, keepdims=True)


def _sum_for_every_channel(depthwise, pointwise):
    w = merge_separable(depthwise, pointwise)
    return np.broadcast_to(w.sum(axis=1, keepdims=True), w.shape)


def _first_kernel(depthwise, pointwise):
    return merge_separable(np.repeat(depthwise[:1], len(depthwise), axis=0), pointwise)


def _kernel_of_the_output(depthwise, pointwise):
    return pointwise * np.stack([depthwise[o] for o in range(len(pointwise))])


def _other_order(depthwise, pointwise):
    return pointwise * depthwise


def _kernel_flipped(depthwise, pointwise):
    return merge_separable(depthwise[:, :, ::-1, ::-1], pointwise)


def _side_by_side(depthwise, pointwise):
    w = np.repeat(depthwise.swapaxes(0, 1), len(pointwise), axis=0)
    w[:, :, w.shape[2] // 2, w.shape[3] // 2] += pointwise[:, :, 0, 0]
    return w


def _added(depthwise, pointwise):
    return pointwise + depthwise.swapaxes(0, 1)


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
    misconceptions=[
        Misconception(
            "M54",
            "the two steps were added as if they stood side by side",
            _side_by_side,
            "They follow each other: the pointwise step takes what the depthwise step made, and multiplies it.",
        ),
        Misconception(
            "M53",
            "the depthwise kernel was chosen by the output channel",
            _kernel_of_the_output,
            "The depthwise step comes first. Which channels does it read: those of the input, or those of the output?",
        ),
        Misconception(
            "M53",
            "the merger of the other order was used",
            _other_order,
            "Multiplied as they stand, the first axis of depthwise meets the outputs. Which axis of the result counts what the depthwise step reads?",
        ),
        Misconception(
            "M06",
            "one flat kernel was used for all input channels",
            _first_kernel,
            "Each input channel has a depthwise kernel of its own.",
        ),
        Misconception(
            "M05",
            "input and output channels were exchanged",
            _axes_exchanged,
            "The result is the weight of an nn.Conv2d, a list of filters: what does its first axis count?",
        ),
        Misconception(
            "S350",
            "the input channels were added up in the weights",
            _channels_summed,
            "The convolution adds up its input channels when it runs; its weights keep them apart.",
        ),
        Misconception(
            "S351",
            "every input channel was given the sum of all kernels",
            _sum_for_every_channel,
            "w[o, c] is what input channel c alone contributes to output channel o.",
        ),
        Misconception(
            "S352",
            "weights were added where one scales the other",
            _added,
            "An output takes pointwise[o, c] times a filtered channel. What does that do to the kernel's numbers?",
        ),
        Misconception(
            "M43",
            "the kernel was flipped",
            _kernel_flipped,
            "Both layers lay their kernels down as they are.",
        ),
    ],
    hints=[
        "Follow input channel c alone on its way to output o: which kernel does it meet, and which single number?",
        "w[o, c] is a kernel; fill it in two loops, over o and c.",
        "w[o, c] is the kernel of c, scaled by the weight with which o takes channel c.",
    ],
)
