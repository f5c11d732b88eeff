"""Warm-ups of lesson 11: numbers written, the share of a separable layer, MACs of a pointwise convolution."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_11_1",
        prompt="Lesson 10: a separable layer, 6 → 10 channels, keeps 8×8 pixels. How many numbers do its stages write?",
        answer=6 * 8 * 8 + 10 * 8 * 8,
        misconceptions=[
            Misconception(
                "M61",
                "only the last stage was taken to write anything",
                10 * 8 * 8,
                "The pointwise stage reads what the depthwise stage has written.",
            ),
            Misconception(
                "S1100",
                "the middle was given the output channels",
                2 * 10 * 8 * 8,
                "The depthwise stage writes as many channels as it reads.",
            ),
        ],
        hints=["How many channels does each stage write, and how many pixels has each of them?"],
    ),
    Exercise(
        name="warmup_11_2",
        prompt="Lesson 8: c_out = 20, kernel 5. What share of a standard layer's MACs does a separable layer cost?",
        answer=1 / 20 + 1 / 25,
        misconceptions=[
            Misconception(
                "M15",
                "the two parts were multiplied",
                1 / (20 * 25),
                "One stage comes after the other: how do two counts become one?",
            ),
            Misconception("S26", "k was not squared", 1 / 20 + 1 / 5, "The kernel is 5 high and 5 wide."),
        ],
        hints=["One part saves the factor c_out, the other the factor k²."],
    ),
    Exercise(
        name="warmup_11_3",
        prompt="Lesson 5: how many MACs does nn.Conv2d(7, 9, 1) cost on 5 × 6 pixels?",
        answer=7 * 9 * 5 * 6,
        misconceptions=[
            Misconception(
                "M11",
                "the pointwise convolution was given one weight for each channel",
                9 * 5 * 6,
                "Each output channel is a weighted sum of all the input channels.",
            ),
            Misconception(
                "M12",
                "it was counted like a Linear that runs once",
                7 * 9,
                "A pointwise convolution does the same at every pixel.",
            ),
        ],
        hints=["How many weights, and at how many pixels is each of them used?"],
    ),
]
