"""How many numbers does a grouped convolution learn?"""

from sepconv.exercises.lesson_06.layers_drawn import grouped_layers
from sepconv.exercises.spec import Exercise


def grouped_params(c_in, c_out, k, groups, bias=True):
    """Count the weights and biases of a grouped convolution."""
    weights = c_out * (c_in // groups) * k * k
    biases = c_out if bias else 0
    return weights + biases


_COUNTS = [
    (8, 10, 3, 2),
    (8, 10, 3, 2, False),
    (6, 12, 3, 3),
    (12, 8, 5, 4),
    (10, 8, 2, 2, False),
    (3, 4, 3, 1),
    (8, 16, 3, 8),
]


EXERCISE = Exercise(
    points=2,
    answer=grouped_params,
    cases=_COUNTS,
    fresh=grouped_layers(k=range(1, 6), bias=(True, False)),
    misconceptions="""
        M02 the bias was divided by groups
        return weights + biases => return weights + biases / groups
        Each output channel has a bias of its own, whatever group it belongs to.

        M03 one group was counted
        c_out * => c_out // groups *
        c_out if => c_out // groups if
        That is what one group learns. How many groups are there, and do they share anything?

        M04 the weights were divided by groups twice
        c_out * => c_out // groups *
        A filter becomes shallower by groups. Does the number of filters change as well?

        M06 the filters were taken to be flat
        c_out * (c_in // groups) => c_out
        A filter has k×k weights for each input channel of its group.

        S250 the groups were left out of the count
        c_in // groups => c_in
        With groups, a filter reads only a part of the input channels. Which part?

        S209 the weights were multiplied by groups
        c_in // groups => c_in * groups
        Each group is a smaller layer, in both channel numbers. Does cutting add weights or remove them?

        S23 the bias was left out
        weights + biases => weights
        Unless bias is False, each output channel has one more number.

        S210 biases were counted in a layer that has none
        c_out if bias else 0 => c_out
        What does the argument `bias` say?

        S211 one bias was counted for each input channel
        c_out if => c_in if
        A bias is added to a whole output channel.

        S234 one bias was counted for the whole layer
        c_out if => 1 if
        `bias` only says whether there are any. What does a bias belong to?

        S212 one bias was counted for each group
        c_out if => groups if
        The output channels of a group do not share a bias.

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        S47 ^ was taken for a power
        k * k => (k ^ 2)
        In Python ^ works on bits. A power is written **.
    """,
    hints=[
        "Count one filter first: it is as deep as one group has inputs, and k×k wide.",
        "How many filters are there? And how many numbers are added to the outputs?",
        "c_out filters of (c_in // groups)·k·k weights, and a bias for each filter if bias is True.",
    ],
)
