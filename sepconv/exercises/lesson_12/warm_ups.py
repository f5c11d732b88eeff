"""Warm-ups of lesson 12: parameters of a separable block, a thinner layer, the middle of an inverted residual."""

from sepconv.exercises.spec import Exercise


def warmup_12_1():
    k, c_in, c_out = 3, 24, 40
    depthwise = k * k * c_in
    pointwise = c_in * c_out
    norms = 2 * c_in + 2 * c_out
    return depthwise + pointwise + norms


def warmup_12_2():
    alpha, c_in, c_out = 0.5, 96, 160
    return int(alpha * c_in) * int(alpha * c_out)


EXERCISES = [
    Exercise(
        prompt="Lesson 11: depthwise 3×3, 24 channels, batch norm, then pointwise to 40, batch norm; no biases. How many "
        "parameters?",
        answer=warmup_12_1,
        misconceptions="""
        M10 batch normalization was left out
        depthwise + pointwise + norms => depthwise + pointwise
        Batch normalization learns too: how many numbers for each channel?

        M10 batch normalization was given one number for each channel
        2 * c_in + 2 * c_out => c_in + c_out
        Batch normalization scales each channel and shifts it.

        M10 the buffers of batch normalization were counted as parameters
        2 * c_in + 2 * c_out => 4 * c_in + 4 * c_out
        A running mean and a running variance are kept, and not learned.
        """,
        hints=["Two convolutions and two batch normalizations: four numbers to add up."],
    ),
    Exercise(
        prompt="Lesson 11: a pointwise layer, 96 → 160, without bias. How many weights are left with the width multiplier "
        "0.5?",
        answer=warmup_12_2,
        misconceptions="""
        M17 the weights were taken to shrink like the width
        int(alpha * c_in) * int(alpha * c_out) => int(alpha * c_in * c_out)
        The width multiplier thins the input of the layer as well as its output.

        S1200 the weights at full width were counted
        int(alpha * c_in) * int(alpha * c_out) => c_in * c_out
        How many channels does the layer read at half the width, and how many does it write?
        """,
        hints=["Thin both sides first, then count."],
    ),
    Exercise(
        name="warmup_12_3",
        prompt="Lesson 9: one input channel, 5 filters of 3×3. When does a depthwise and a pointwise convolution do what this "
        "layer does?",
        answer="C",
        explanations={
            "A": "Two different 3×3 patterns on the same channel are two ranks, and one depthwise kernel gives one pattern.",
            "B": "That is a statement about one kernel, a column times a row. A depthwise kernel may have any pattern.",
            "C": "The depthwise stage applies one pattern to the channel, and the pointwise stage gives each output a multiple of it.",
        },
        hints=["How many different patterns can one depthwise kernel find in one channel?"],
    ),
]
