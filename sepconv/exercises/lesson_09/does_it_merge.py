"""An image of zeros goes through a pointwise step with a bias, then a padded depthwise step: which values come out?"""

import numpy as np

from sepconv.exercises.spec import Exercise, Misconception

# The kernel, the biases and the image of the task does_it_merge, as the notebook shows them.
_KERNEL = np.array([[1, 2, 0], [3, 1, 2], [0, 1, 4]])


_POINTWISE_BIAS, _DEPTHWISE_BIAS = 2, 1


def _border(values, bias=_DEPTHWISE_BIAS):
    return {place: int(value) + bias for place, value in zip(("corner", "edge", "inside"), values)}


_ON_IMAGE = np.array([_KERNEL[1:, 1:].sum(), _KERNEL[1:].sum(), _KERNEL.sum()])
_ON_IMAGE_FLIPPED = np.array([_KERNEL[:2, :2].sum(), _KERNEL[:2].sum(), _KERNEL.sum()])
_BORDER = _border(_POINTWISE_BIAS * _ON_IMAGE)


EXERCISE = Exercise(
    points=1,
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
)
