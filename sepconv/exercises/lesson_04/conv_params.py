"""How many numbers does nn.Conv2d(c_in, c_out, k, bias=bias) learn?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def conv_params(c_in, c_out, k, bias=True):
    """Count the numbers that a layer learns."""
    weights = c_out * c_in * k * k
    biases = c_out if bias else 0
    return weights + biases


EXERCISE = Exercise(
    points=1,
    answer=conv_params,
    cases=[
        (3, 4, 5),
        (3, 4, 5, False),
        (2, 7, 3),
        (8, 5, 1),
        (6, 4, 7, False),
        (1, 6, 2),
        (5, 9, 4, False),
    ],
    fresh=drawn(c_in=range(2, 17), c_out=range(2, 17), k=range(1, 8), bias=(True, False)),
    misconceptions="""
        M01 the biases were left out
        weights + biases => weights
        Parameters are all that is learned. What does a layer learn besides its weights?

        M06 the filters were taken to be flat
        c_out * c_in => c_out
        A filter has a k×k slice for each input channel.

        S103 a bias was counted although there is none
        c_out if bias else 0 => c_out
        What does the argument bias say?

        S100 one bias was counted for each input channel
        c_out if bias => c_in if bias
        A bias is added to a finished output channel.

        S101 one bias was counted for the whole layer
        c_out if bias => 1 if bias
        Look at layer.bias in the lesson: how long is it?

        S102 a bias was counted for each slice of a filter
        c_out if bias => c_out * c_in if bias
        The slices of a filter are summed into one number before anything is added.

        S25 one filter was counted
        c_out * c_in => c_in
        c_out if bias => 1 if bias
        That is one filter with its bias. How many filters does a layer with c_out output channels have?

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        S27 the channel numbers were added
        c_out * c_in => (c_in + c_out)
        Every output channel has a weight for every input channel, at each of the kernel's places.

        S47 ^ was taken for a power
        k * k => (k ^ 2)
        In Python ^ works on bits. A power is written **.
    """,
    hints=[
        "Weights first, as in lesson 2. What comes on top, and when does it not?",
        "Each of the c_out filters has one bias, if there are biases.",
    ],
)
