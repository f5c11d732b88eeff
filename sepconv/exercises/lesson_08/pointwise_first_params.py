"""How many weights do a pointwise convolution and the depthwise one after it have?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def pointwise_first_params(c_in, c_out, k):
    """Count the weights of a pointwise convolution and the depthwise one after it."""
    pointwise = c_in * c_out
    depthwise = k * k * c_out
    return pointwise + depthwise


_ORDER_CASES = [(3, 4, 3), (2, 5, 3), (7, 2, 5), (5, 8, 1), (6, 6, 3)]
# ^ binds more loosely than * and +, so that each way of writing it gives other numbers.
_ORDER_WITH_CARETS = [
    lambda c_in, c_out, k: c_in * c_out + (k ^ 2) * c_out,
    lambda c_in, c_out, k: c_in * c_out + (k ^ 2 * c_out),
    lambda c_in, c_out, k: c_in * c_out + k ^ 2 * c_out,
]


EXERCISE = Exercise(
    points=1,
    answer=pointwise_first_params,
    cases=_ORDER_CASES,
    fresh=drawn(c_in=range(2, 12), c_out=range(2, 12), k=range(1, 8)),
    misconceptions=[
        Misconception(
            "M53",
            "the other order was counted",
            lambda c_in, c_out, k: k * k * c_in + c_in * c_out,
            "Here the channels are mixed first. How many channels does the depthwise stage meet then?",
        ),
        Misconception(
            "M01",
            "the biases were counted among the weights",
            lambda c_in, c_out, k: c_in * c_out + k * k * c_out + 2 * c_out,
            "This question asks for the weights.",
        ),
        Misconception(
            "S25",
            "one filter was counted",
            lambda c_in, c_out, k: c_in * c_out + k * k,
            "That is one kernel. Does one kernel serve all the channels?",
        ),
        Misconception(
            "M34",
            "the depthwise stage was made to read all the channels",
            lambda c_in, c_out, k: c_in * c_out + k * k * c_out * c_out,
            "A depthwise filter reads one channel.",
        ),
        Misconception(
            "M11",
            "the pointwise stage was given one weight for each channel",
            lambda c_in, c_out, k: c_in + k * k * c_out,
            "A 1×1 convolution has a weight for each pair of input and output channel.",
        ),
        Misconception(
            "M15",
            "the two stages were multiplied",
            lambda c_in, c_out, k: c_in * c_out * k * k * c_out,
            "One stage comes after the other, so their weights add up.",
        ),
        Misconception(
            "S26",
            "k was not squared",
            lambda c_in, c_out, k: c_in * c_out + k * c_out,
            "The kernel is k high and k wide.",
        ),
        *(
            Misconception(
                "S47",
                "^ was taken for a power",
                count,
                "In Python ^ works on bits. A power is written **.",
            )
            for count in _ORDER_WITH_CARETS
        ),
        Misconception(
            "S320",
            "the pointwise convolution was given a k×k kernel",
            lambda c_in, c_out, k: k * k * c_in * c_out + k * k * c_out,
            "The pointwise stage looks at one pixel.",
        ),
    ],
    hints=["Write down how many channels there are before, between and after the two stages."],
)
