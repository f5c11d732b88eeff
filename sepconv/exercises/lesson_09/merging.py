"""Two steps written as one standard convolution, and an order in which that fails."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.exercises.inputs import Inputs
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


def _merged_by_einsum(depthwise, pointwise):
    return np.einsum("oc,cuv->ocuv", pointwise[:, :, 0, 0], depthwise[:, 0])


def _merged_by_broadcasting(depthwise, pointwise):
    return pointwise * depthwise.swapaxes(0, 1)


def _merged_by_probing(depthwise, pointwise):
    """Light one pixel of one input channel: both layers together answer with their kernels, turned round."""
    C_in, _, kH, kW = depthwise.shape
    w = np.zeros((len(pointwise), C_in, kH, kW))
    for c in range(C_in):
        x = np.zeros((C_in, 1, 1))
        x[c] = 1
        y = conv2d(conv2d(x, depthwise, padding=(kH - 1, kW - 1), groups=C_in), pointwise)
        w[:, c] = y[:, ::-1, ::-1]
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


# The kernel, the biases and the image of the task does_it_merge, as the notebook shows them.
_KERNEL = np.array([[1, 2, 0], [3, 1, 2], [0, 1, 4]])
_POINTWISE_BIAS, _DEPTHWISE_BIAS = 2, 1


def _border(values, bias=_DEPTHWISE_BIAS):
    return {place: int(value) + bias for place, value in zip(("corner", "edge", "inside"), values)}


_ON_IMAGE = np.array([_KERNEL[1:, 1:].sum(), _KERNEL[1:].sum(), _KERNEL.sum()])
_ON_IMAGE_FLIPPED = np.array([_KERNEL[:2, :2].sum(), _KERNEL[:2].sum(), _KERNEL.sum()])
_BORDER = _border(_POINTWISE_BIAS * _ON_IMAGE)


EXERCISES = [
    Exercise(
        name="merge_separable",
        lesson=9,
        points=2,
        kind="function",
        prompt="Merge a depthwise and a pointwise step into the weights of one standard convolution.",
        answer=merge_separable,
        cases=_cases_merge,
        also_correct=[_merged_by_einsum, _merged_by_broadcasting, _merged_by_probing],
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
    ),
    Exercise(
        name="does_it_merge",
        lesson=9,
        points=1,
        kind="number",
        prompt="An image of zeros goes through a pointwise step with a bias, then a padded depthwise step: which values come out?",
        answer=_BORDER,
        misconceptions=[
            Misconception(
                "M55",
                "the padding was taken to hold the pointwise bias, too",
                dict.fromkeys(_BORDER, _BORDER["inside"]),
                "The pointwise step has written its bias on the image. The zeros of the depthwise step's padding come later.",
            ),
            Misconception(
                "M43",
                "the kernel was flipped",
                _border(_POINTWISE_BIAS * _ON_IMAGE_FLIPPED),
                "Lay the kernel down as it is, its middle on the top left pixel: which of its numbers lie outside?",
            ),
            Misconception(
                "S14",
                "the cells on the padding were counted instead of those on the image",
                _border(_POINTWISE_BIAS * (_KERNEL.sum() - _ON_IMAGE)) | {"inside": _BORDER["inside"]},
                "The padding cells are zeros: they add nothing.",
            ),
            Misconception(
                "S385",
                "a window that lies partly on the padding was taken to give nothing",
                dict.fromkeys(_BORDER, _DEPTHWISE_BIAS) | {"inside": _BORDER["inside"]},
                "A part of the window lies on the image all the same. What does that part add?",
            ),
            Misconception(
                "S353",
                "an image of zeros was taken to stay zero",
                dict.fromkeys(_BORDER, _DEPTHWISE_BIAS),
                "The pointwise step adds its bias to every pixel, also where it read zeros. What does the depthwise step read?",
            ),
            Misconception(
                "S354",
                "the depthwise bias was left out",
                _border(_POINTWISE_BIAS * _ON_IMAGE, bias=0),
                "The depthwise step has a bias as well. It is added once to each pixel.",
            ),
            Misconception(
                "S355",
                "the biases were added before the kernel was applied",
                _border((_POINTWISE_BIAS + _DEPTHWISE_BIAS) * _ON_IMAGE, bias=0),
                "Each bias is added at the end of its own step. Which of the two does the kernel still meet?",
            ),
        ],
        hints=[
            "After the pointwise step every pixel of this channel holds the same number. Which?",
            "Around that image lies a ring of zeros. At the top left corner, which four numbers of the kernel lie on the image?",
            "Add up the kernel's numbers that lie on the image, times that number, plus the depthwise bias.",
        ],
    ),
]
