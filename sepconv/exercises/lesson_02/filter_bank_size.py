"""How many weights do all filters of a layer have together?"""

from sepconv.exercises.lesson_02.layers_drawn import DRAWN_SIZES, SIZES
from sepconv.exercises.spec import Exercise, Misconception


def filter_bank_size(c_in, c_out, k):
    """Count the weights of all filters of a layer."""
    return c_out * c_in * k * k


EXERCISE = Exercise(
    points=1,
    answer=filter_bank_size,
    cases=SIZES,
    fresh=DRAWN_SIZES,
    misconceptions=[
        Misconception(
            "M06",
            "the filters were taken to be flat",
            lambda c_in, c_out, k: c_out * k * k,
            "A filter has k×k weights for each input channel.",
        ),
        Misconception(
            "M01",
            "the biases were counted among the weights",
            lambda c_in, c_out, k: c_out * c_in * k * k + c_out,
            "A bias belongs to a filter but is no weight. This question asks for the weights.",
        ),
        Misconception(
            "S25",
            "one filter was counted",
            lambda c_in, c_out, k: c_in * k * k,
            "That is one filter. How many filters does a layer with c_out output channels have?",
        ),
        Misconception(
            "S26",
            "k was not squared",
            lambda c_in, c_out, k: c_out * c_in * k,
            "The kernel is k high and k wide.",
        ),
        Misconception(
            "S47",
            "^ was taken for a power",
            lambda c_in, c_out, k: c_out * c_in * (k ^ 2),
            "In Python ^ works on bits. A power is written **.",
        ),
        Misconception(
            "S27",
            "the channel numbers were added",
            lambda c_in, c_out, k: (c_in + c_out) * k * k,
            "Every output channel has a weight for every input channel, at each of the kernel's places.",
        ),
    ],
    hints=["Count one filter first: it is a box. Then: how many boxes?"],
)
