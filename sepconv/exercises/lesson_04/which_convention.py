"""MobileNetV2 has been reported with five numbers. What does each of them count?"""

from sepconv.exercises.spec import Exercise

_TOO_LARGE = "That would be a few million numbers. This one is far too large for numbers that a model holds."
_TOO_SMALL = "Every weight is used at many pixels, so the work is far larger than the number of weights."
_ABOUT_WORK = {"A": _TOO_LARGE, "B": _TOO_LARGE, "C": _TOO_LARGE, "F": _TOO_LARGE}
_ABOUT_NUMBERS = {"D": _TOO_SMALL, "E": _TOO_SMALL}
_ABOUT_CONVENTIONS = {
    3_469_760: _ABOUT_NUMBERS
    | {
        "A": "It is the smallest of the three: weights and nothing else.",
        "B": "Something learned is missing here: what must be added to come to the next number?",
        "C": "Nothing of batch normalization is in here. Compare with the two larger numbers.",
        "F": "The Linear has 1,000 biases, so the weights alone would be 1,000 fewer. Is that number in the list?",
    },
    3_504_872: _ABOUT_NUMBERS
    | {
        "A": "There is a smaller number in the list that holds all these weights.",
        "B": "On top of the weights come 1,000 biases and two learned numbers for each normalized channel.",
        "C": "It is 35,112 more than the smallest number. How many numbers for each normalized channel is that?",
        "F": "It is 35,112 more than the smallest number, and there are only 1,000 biases. What is the rest?",
    },
    3_538_984: _ABOUT_NUMBERS
    | {
        "A": "There is a smaller number in the list that holds all these weights.",
        "B": "It is 34,112 more than the number before it: two for each channel. Are those learned?",
        "C": "Two learned and two kept numbers for each normalized channel: the total that Keras prints.",
        "F": "Without batch normalization there are only 1,000 numbers more than weights.",
    },
    300_774_272: _ABOUT_WORK
    | {
        "D": "This is the paper's 300 million.",
        "E": "Compare the two large numbers: how many operations is one MAC?",
    },
    601_548_544: _ABOUT_WORK
    | {
        "D": "Compare the two large numbers: how many operations is one MAC?",
        "E": "Two operations for each MAC: this is what FlopCounterMode shows.",
    },
}


EXERCISE = Exercise(
    points=2,
    answer={
        3_469_760: "A",
        3_504_872: "B",
        3_538_984: "C",
        300_774_272: "D",
        601_548_544: "E",
    },
    misconceptions="""
        M10 batch normalization was taken to learn nothing
        = right | {3_504_872: "F"}
        What did the lesson print for nn.BatchNorm2d(4): which of its numbers are learned?

        M10 all four numbers that batch normalization holds for a channel were taken to be learned
        = right | {3_504_872: "F", 3_538_984: "B"}
        Subtract: how many numbers for each channel lie between the totals?

        M10 learned and kept numbers of batch normalization were exchanged
        = right | {3_504_872: "C", 3_538_984: "B"}
        What is kept comes on top of what is learned.

        M09 MACs and FLOPs were exchanged
        = right | {300_774_272: "E", 601_548_544: "D"}
        Which of the two conventions counts more?

        M01 the biases were counted among the weights
        = right | {3_469_760: "F"}
        The last Linear has 1,000 biases, and all other layers have none.
    """,
    explanations=_ABOUT_CONVENTIONS,
    hints=[
        "Sort the five by size. Two of them are much larger than the rest.",
        "Subtract the smallest from the second, and the second from the third. Which of the facts gives these numbers?",
        "count(mobilenet_v2(), (1, 3, 224, 224)), both from sepconv, shows weights, biases, norm and buffers. Among the buffers there is "
        "one counter for each batch normalization.",
    ],
)
