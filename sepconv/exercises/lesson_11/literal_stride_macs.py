"""How many MACs would the network have if the last depthwise convolution had stride 2, as printed?"""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISE = Exercise(
    points=1,
    answer=533_833_216,
    misconceptions=[
        Misconception(
            "S1112",
            "the network was counted as it is",
            568_740_352,
            "That is the total with stride 1. What size has the last map if that layer takes steps of 2?",
        ),
        Misconception(
            "S1113",
            "the layer after it was left on the large map",
            568_740_352 - 9 * 1024 * (7 * 7 - 4 * 4),
            "A pointwise convolution follows. How many pixels does it get to see?",
        ),
        Misconception(
            "S42",
            "the output size was rounded down",
            568_740_352 - (9 * 1024 + 1024 * 1024) * (7 * 7 - 3 * 3),
            "With padding 1, a row of 7 pixels and stride 2, windows stand at 0, 2, 4 and 6.",
        ),
        Misconception(
            "S1109",
            "the classifier was left out of the MACs",
            533_833_216 - 1024 * 1000,
            "The total with stride 1 that the lesson printed has it in.",
        ),
        Misconception(
            "M09",
            "FLOPs were counted",
            2 * 533_833_216,
            "A MAC is one multiplication with its addition, counted once.",
        ),
        Misconception(
            "S1114",
            "what the misprint saves was given",
            568_740_352 - 533_833_216,
            "That is the difference. What is left?",
        ),
        Misconception(
            "S1147",
            "the number was given in millions",
            533.833216,
            "The exact number is asked, not millions.",
        ),
        Misconception(
            "S1148",
            "the number was given in whole millions",
            534,
            "The exact number is asked, not millions.",
        ),
        Misconception(
            "S1149",
            "the number was given in millions with two decimals",
            533.83,
            "The exact number is asked, not millions.",
        ),
        Misconception(
            "S1150",
            "the number was rounded to whole millions",
            534_000_000,
            "The exact number is asked, down to the last digit.",
        ),
    ],
    hints=[
        "Only two layers change: that depthwise convolution, and the pointwise one behind it.",
        "7 pixels in a row become (7 − 1) // 2 + 1. Both layers now write that many rows and columns.",
    ],
)
