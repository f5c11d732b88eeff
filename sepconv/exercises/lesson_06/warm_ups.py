"""Warm-ups of lesson 6: weights of a pointwise layer, a size, multiplications."""

from sepconv.exercises.spec import Exercise


def warmup_06_1():
    c_in, c_out, k = 5, 7, 1
    return c_out * c_in * k * k


def warmup_06_2():
    size, k, stride, padding = 12, 5, 2, 2
    return (size + 2 * padding - k) // stride + 1


def warmup_06_3():
    weights, h, w = 90, 5, 6
    return weights * h * w


EXERCISES = [
    Exercise(
        prompt="Lesson 5: how many weights does nn.Conv2d(5, 7, 1) have, without biases?",
        answer=warmup_06_1,
        misconceptions="""
        M11 a 1×1 convolution was taken to have one weight for each output
        c_out * c_in => c_out
        Each output channel weighs every input channel.
        """,
        hints=["7 filters, each as deep as the input. How much is one slice?"],
    ),
    Exercise(
        prompt="Lesson 3: size 12, kernel 5, stride 2, padding 2. How many output pixels?",
        answer=warmup_06_2,
        misconceptions="""
        M36 a window that does not fit was counted
        (size + 2 * padding - k) // stride => -(-(size + 2 * padding - k) // stride)
        The last window counts only if it fits completely.

        S09 the padding was ignored
        size + 2 * padding => size
        Two zeros are added at each end.

        S164 a window was lost
        stride + 1 => stride
        With two zeros at each end, how many steps of 2 does the window make? And in how many places has it been then?
        """,
        hints=["The window can travel 12 + 4 − 5 pixels, in steps of 2."],
    ),
    Exercise(
        prompt="Lesson 0: 90 weights, no biases, an output of 5×6 pixels. How many multiplications?",
        answer=warmup_06_3,
        misconceptions="""
        S200 the weights were taken for the work
        weights * h * w => weights
        A weight is learned once and used again and again: how often?
        """,
        hints=["How many output pixels are there? Each of them uses every weight of its channel once."],
    ),
]
