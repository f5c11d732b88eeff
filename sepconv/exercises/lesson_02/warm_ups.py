"""Warm-ups of lesson 2."""

from sepconv.exercises.spec import Exercise


def warmup_02_1():
    x = [3, 1, 4, 1]
    w = [2, -1]
    i = 2
    return x[i] * w[0] + x[i + 1] * w[1]


def warmup_02_2():
    k, padding = 5, 2
    on_image = k - padding
    return on_image * on_image


def warmup_02_3():
    kH, kW = 2, 5
    return kH * kW


EXERCISES = [
    Exercise(
        prompt="Lesson 1: x = [3, 1, 4, 1], w = [2, −1]. What is y[2]?",
        answer=warmup_02_1,
        misconceptions="""
        M43 the kernel was flipped, or the window before was taken
        x[i] * w[0] + x[i + 1] * w[1] => x[i] * w[1] + x[i + 1] * w[0]
        The kernel is laid down as it is, and counting begins with 0: where does the window of y[2] begin?
        """,
        hints=["The window of y[2] begins at x[2]."],
    ),
    Exercise(
        prompt="Lesson 1: a 5×5 image of ones, a 5×5 kernel of ones, padding 2. What is y[0, 0]?",
        answer=warmup_02_2,
        misconceptions="""
        M46 the padding was taken to be neutral
        k - padding => k
        Padding cells are zeros: they add nothing.
        """,
        hints=["How many cells of the window lie on the image, in each direction?"],
    ),
    Exercise(
        prompt="Lesson 1: how many multiplications does one output pixel of a 2×5 kernel cost?",
        answer=warmup_02_3,
        misconceptions="""
        S17 the sides were added
        kH * kW => kH + kW
        Every number of the kernel meets one pixel.
        """,
        hints=["One multiplication for each number in the kernel."],
    ),
]
