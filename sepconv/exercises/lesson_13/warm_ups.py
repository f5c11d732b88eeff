"""Warm-ups of lesson 13: folding, what a multiplication costs in traffic, who reads whom."""

from sepconv.exercises.spec import Exercise


def warmup_13_1():
    weight, gamma, variance, eps = 5, 6, 9, 0
    return weight * gamma / (variance + eps) ** 0.5


def warmup_13_2():
    c_in, c_out, k, h, w = 16, 24, 1, 8, 8
    weights = c_out * c_in * k * k
    macs = weights * h * w
    moved = c_in * h * w + weights + c_out * h * w
    return macs / moved


def warmup_13_3():
    c_in, c_out, output = 3, 12, 10
    depth_multiplier = c_out // c_in
    return output // depth_multiplier


EXERCISES = [
    Exercise(
        prompt="Lesson 12: weight 5, γ = 6, β = 1, mean 2, variance 9, ε = 0. What is the weight of the folded convolution?",
        answer=warmup_13_1,
        misconceptions="""
        M70 it was divided by the variance
        (variance + eps) ** 0.5 => (variance + eps)
        Batch normalization brings the spread to 1. Which number is the spread: the variance, or its root?

        S1300 γ was left out
        weight * gamma => weight
        After the division the values are multiplied by γ.
        """,
        hints=[
            "First divide by the standard deviation, then multiply by γ. The mean and β go into the bias."
        ],
    ),
    Exercise(
        prompt="Lesson 10: what is the arithmetic intensity of nn.Conv2d(16, 24, 1, bias=False) on 8×8 pixels?",
        answer=warmup_13_2,
        tolerance=5e-4,  # three digits will do
        misconceptions="""
        M62 only the weights were taken to be moved
        c_in * h * w + weights + c_out * h * w => weights
        The layer also reads its input and writes its output.

        S1301 the weights were left out of what is moved
        + weights + => +
        The weights have to be read as well.
        """,
        hints=["MACs, divided by the numbers read and written: input, weights, output."],
    ),
    Exercise(
        prompt="Lesson 7: a depthwise layer makes 12 channels of 3. Which input channel does output 10 read?",
        answer=warmup_13_3,
        misconceptions="""
        M26 the outputs were dealt to the inputs in turn
        output // depth_multiplier => output % c_in
        The outputs of one input channel stand next to each other.

        S1302 the number of the output was divided by the input channels
        output // depth_multiplier => output // c_in
        How many outputs does each of the 3 channels have?
        """,
        hints=["The multiplier is 12 / 3 = 4: outputs 0 to 3 read channel 0."],
    ),
]
