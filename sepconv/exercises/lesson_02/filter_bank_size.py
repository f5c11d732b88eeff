"""How many weights do all filters of a layer have together?"""

from sepconv.exercises.lesson_02.layers_drawn import DRAWN_SIZES, SIZES
from sepconv.exercises.spec import Exercise


def filter_bank_size(c_in, c_out, k):
    """Count the weights of all filters of a layer."""
    return c_out * c_in * k * k


EXERCISE = Exercise(
    points=1,
    answer=filter_bank_size,
    cases=SIZES,
    fresh=DRAWN_SIZES,
    misconceptions="""
        M06 the filters were taken to be flat
        c_out * c_in => c_out
        A filter has k×k weights for each input channel.

        M01 the biases were counted among the weights
        k * k => k * k + c_out
        A bias belongs to a filter but is no weight. This question asks for the weights.

        S25 one filter was counted
        c_out * c_in => c_in
        That is one filter. How many filters does a layer with c_out output channels have?

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        S47 ^ was taken for a power
        k * k => (k ^ 2)
        In Python ^ works on bits. A power is written **.

        S27 the channel numbers were added
        c_out * c_in => (c_out + c_in)
        Every output channel has a weight for every input channel, at each of the kernel's places.
    """,
    hints=["Count one filter first: it is a box. Then: how many boxes?"],
)
