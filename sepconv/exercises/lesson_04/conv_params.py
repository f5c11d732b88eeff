"""How many numbers does nn.Conv2d(c_in, c_out, k, bias=bias) learn?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def conv_params(c_in, c_out, k, bias=True):
    """Count the numbers that a layer learns."""
    weights = c_out * c_in * k * k
    biases = c_out if bias else 0
    return weights + biases


_PARAMS_CASES = [
    (3, 4, 5),
    (3, 4, 5, False),
    (2, 7, 3),
    (8, 5, 1),
    (6, 4, 7, False),
    (1, 6, 2),
    (5, 9, 4, False),
]


EXERCISE = Exercise(
    points=1,
    answer=conv_params,
    cases=_PARAMS_CASES,
    fresh=drawn(c_in=range(2, 17), c_out=range(2, 17), k=range(1, 8), bias=(True, False)),
    misconceptions=[
        Misconception(
            "M01",
            "the biases were left out",
            lambda c_in, c_out, k, bias=True: c_out * c_in * k * k,
            "Parameters are all that is learned. What does a layer learn besides its weights?",
        ),
        Misconception(
            "M06",
            "the filters were taken to be flat",
            lambda c_in, c_out, k, bias=True: c_out * k * k + c_out * bias,
            "A filter has a k×k slice for each input channel.",
        ),
        Misconception(
            "S103",
            "a bias was counted although there is none",
            lambda c_in, c_out, k, bias=True: c_out * c_in * k * k + c_out,
            "What does the argument bias say?",
        ),
        Misconception(
            "S100",
            "one bias was counted for each input channel",
            lambda c_in, c_out, k, bias=True: c_out * c_in * k * k + c_in * bias,
            "A bias is added to a finished output channel.",
        ),
        Misconception(
            "S101",
            "one bias was counted for the whole layer",
            lambda c_in, c_out, k, bias=True: c_out * c_in * k * k + bias,
            "Look at layer.bias in the lesson: how long is it?",
        ),
        Misconception(
            "S102",
            "a bias was counted for each slice of a filter",
            lambda c_in, c_out, k, bias=True: c_out * c_in * (k * k + bias),
            "The slices of a filter are summed into one number before anything is added.",
        ),
        Misconception(
            "S25",
            "one filter was counted",
            lambda c_in, c_out, k, bias=True: c_in * k * k + bias,
            "That is one filter with its bias. How many filters does a layer with c_out output channels have?",
        ),
        Misconception(
            "S26",
            "k was not squared",
            lambda c_in, c_out, k, bias=True: c_out * c_in * k + c_out * bias,
            "The kernel is k high and k wide.",
        ),
        Misconception(
            "S27",
            "the channel numbers were added",
            lambda c_in, c_out, k, bias=True: (c_in + c_out) * k * k + c_out * bias,
            "Every output channel has a weight for every input channel, at each of the kernel's places.",
        ),
        Misconception(
            "S47",
            "^ was taken for a power",
            lambda c_in, c_out, k, bias=True: c_out * c_in * (k ^ 2) + c_out * bias,
            "In Python ^ works on bits. A power is written **.",
        ),
    ],
    hints=[
        "Weights first, as in lesson 2. What comes on top, and when does it not?",
        "Each of the c_out filters has one bias, if there are biases.",
    ],
)
