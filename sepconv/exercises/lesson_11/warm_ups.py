"""Warm-ups of lesson 11: numbers written, the share of a separable layer, MACs of a pointwise convolution."""

from sepconv.exercises.spec import Exercise


def warmup_11_1():
    c_in, c_out, h, w = 6, 10, 8, 8
    depthwise = c_in * h * w
    pointwise = c_out * h * w
    return depthwise + pointwise


def warmup_11_2():
    c_out, k = 20, 5
    return 1 / c_out + 1 / (k * k)


def warmup_11_3():
    c_in, c_out, k, h, w = 7, 9, 1, 5, 6
    return c_out * c_in * k * k * h * w


EXERCISES = [
    Exercise(
        prompt="Lesson 10: a separable layer, 6 → 10 channels, keeps 8×8 pixels. How many numbers do its stages write?",
        answer=warmup_11_1,
        misconceptions="""
        M61 only the last stage was taken to write anything
        depthwise + pointwise => pointwise
        The pointwise stage reads what the depthwise stage has written.

        S1100 the middle was given the output channels
        depthwise = c_in => depthwise = c_out
        The depthwise stage writes as many channels as it reads.
        """,
        hints=["How many channels does each stage write, and how many pixels has each of them?"],
    ),
    Exercise(
        prompt="Lesson 8: c_out = 20, kernel 5. What share of a standard layer's MACs does a separable layer cost?",
        answer=warmup_11_2,
        misconceptions="""
        M15 the two parts were multiplied
        1 / c_out + 1 / (k * k) => 1 / (c_out * k * k)
        One stage comes after the other: how do two counts become one?

        S26 k was not squared
        k * k => k
        The kernel is 5 high and 5 wide.
        """,
        hints=["One part saves the factor c_out, the other the factor k²."],
    ),
    Exercise(
        prompt="Lesson 5: how many MACs does nn.Conv2d(7, 9, 1) cost on 5 × 6 pixels?",
        answer=warmup_11_3,
        misconceptions="""
        M11 the pointwise convolution was given one weight for each channel
        c_out * c_in => c_out
        Each output channel is a weighted sum of all the input channels.

        M12 it was counted like a Linear that runs once
        k * k * h * w => k * k
        A pointwise convolution does the same at every pixel.
        """,
        hints=["How many weights, and at how many pixels is each of them used?"],
    ),
]
