"""An image of zeros goes through a pointwise stage with a bias, then a padded depthwise stage: which values come out?"""

import numpy as np

from sepconv.exercises.spec import Exercise


def does_it_merge():
    kernel = np.array([[1, 2, 0], [3, 1, 2], [0, 1, 4]])
    pointwise_bias, depthwise_bias = 2, 1
    on_image = {"corner": kernel[1:, 1:], "edge": kernel[1:], "inside": kernel}
    return {place: pointwise_bias * int(cells.sum()) + depthwise_bias for place, cells in on_image.items()}


EXERCISE = Exercise(
    points=1,
    answer=does_it_merge,
    misconceptions="""
        M55 the padding was taken to hold the pointwise bias, too
        kernel[1:, 1:] => kernel
        kernel[1:] => kernel
        The pointwise stage has written its bias on the image. The zeros of the depthwise stage's padding come later.

        M43 the kernel was flipped
        [0, 1, 4]]) => [0, 1, 4]])[::-1, ::-1]
        Lay the kernel down as it is, its middle on the top left pixel: which of its numbers lie outside?

        S14 the cells on the padding were counted instead of those on the image
        kernel[1:, 1:] => np.append(kernel[0], kernel[1:, 0])
        kernel[1:] => kernel[0]
        The padding cells are zeros: they add nothing.

        S385 a window that lies partly on the padding was taken to give nothing
        kernel[1:, 1:] => 0 * kernel
        kernel[1:] => 0 * kernel
        A part of the window lies on the image all the same. What does that part add?

        S353 an image of zeros was taken to stay zero
        pointwise_bias * => 0 *
        The pointwise stage adds its bias to every pixel, also where it read zeros. What does the depthwise stage read?

        S354 the depthwise bias was left out
        cells.sum()) + depthwise_bias => cells.sum())
        The depthwise stage has a bias as well. It is added once to each pixel.

        S355 the biases were added before the kernel was applied
        pointwise_bias * int(cells.sum()) + depthwise_bias => (pointwise_bias + depthwise_bias) * int(cells.sum())
        Each bias is added at the end of its own stage. Which of the two does the kernel still meet?
    """,
    hints=[
        "After the pointwise stage every pixel of this channel holds the same number. Which?",
        "Around that image lies a ring of zeros. At the top left corner, which four numbers of the kernel lie on the image?",
        "Add up the kernel's numbers that lie on the image, times that number, plus the depthwise bias.",
    ],
)
