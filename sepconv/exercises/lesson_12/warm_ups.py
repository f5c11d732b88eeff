"""Warm-ups of lesson 12: parameters of a separable block, a thinner layer, the middle of an inverted residual."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_12_1",
        prompt="Lesson 11: depthwise 3×3, 24 channels, batch norm, then pointwise to 40, batch norm; no biases. How many "
        "parameters?",
        answer=24 * 9 + 2 * 24 + 24 * 40 + 2 * 40,
        misconceptions=[
            Misconception(
                "M10",
                "batch normalization was left out",
                24 * 9 + 24 * 40,
                "Batch normalization learns too: how many numbers for each channel?",
            ),
            Misconception(
                "M10",
                "the buffers of batch normalization were counted as parameters",
                24 * 9 + 4 * 24 + 24 * 40 + 4 * 40,
                "A running mean and a running variance are kept, and not learned.",
            ),
        ],
        hints=["Two convolutions and two batch normalizations: four numbers to add up."],
    ),
    Exercise(
        name="warmup_12_2",
        prompt="Lesson 11: a pointwise layer, 96 → 160, without bias. How many weights are left with the width multiplier "
        "0.5?",
        answer=48 * 80,
        misconceptions=[
            Misconception(
                "M17",
                "the weights were taken to shrink like the width",
                96 * 160 // 2,
                "The width multiplier thins the input of the layer as well as its output.",
            ),
            Misconception(
                "S1200",
                "the weights at full width were counted",
                96 * 160,
                "How many channels does the layer read at half the width, and how many does it write?",
            ),
        ],
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
            "C": "The depthwise step makes one pattern of the channel, and the pointwise step gives each output its share of it.",
        },
        hints=["How many different patterns can one depthwise kernel find in one channel?"],
    ),
]
