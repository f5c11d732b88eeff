"""Warm-ups of lesson 13: folding, what a multiplication costs in traffic, who reads whom."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_13_1",
        prompt="Lesson 12: weight 5, γ = 6, β = 1, mean 2, variance 9, ε = 0. Which weight has the folded convolution?",
        answer=5 * 6 / 3,
        misconceptions=[
            Misconception(
                "M70",
                "it was divided by the variance",
                5 * 6 / 9,
                "Batch normalization brings the spread to 1. Which number is the spread: the variance, or its root?",
            ),
            Misconception(
                "S1300",
                "γ was left out",
                5 / 3,
                "After the division the values are multiplied by γ.",
            ),
        ],
        hints=[
            "First divide by the standard deviation, then multiply by γ. The mean and β go into the bias."
        ],
    ),
    Exercise(
        name="warmup_13_2",
        prompt="Lesson 10: what is the arithmetic intensity of nn.Conv2d(16, 24, 1, bias=False) on 8×8 pixels?",
        answer=16 * 24 * 64 / (16 * 64 + 16 * 24 + 24 * 64),
        tolerance=5e-4,  # three digits will do
        misconceptions=[
            Misconception(
                "M62",
                "only the weights were taken to be moved",
                64,
                "The layer also reads its input and writes its output.",
            ),
            Misconception(
                "S1301",
                "the weights were left out of what is moved",
                16 * 24 * 64 / (16 * 64 + 24 * 64),
                "The weights have to be read as well.",
            ),
        ],
        hints=["MACs, divided by the numbers read and written: input, weights, output."],
    ),
    Exercise(
        name="warmup_13_3",
        prompt="Lesson 7: a depthwise layer makes 12 channels of 3. Which input channel does output 10 read?",
        answer=10 // 4,
        misconceptions=[
            Misconception(
                "M26",
                "the outputs were dealt to the inputs in turn",
                10 % 3,
                "The outputs of one input channel stand next to each other.",
            ),
            Misconception(
                "S1302",
                "the number of the output was divided by the input channels",
                10 // 3,
                "How many outputs does each of the 3 channels have?",
            ),
        ],
        hints=["The multiplier is 12 / 3 = 4: outputs 0 to 3 read channel 0."],
    ),
]
