"""What is the shape of nn.Conv2d(c_in, c_out, k).weight?"""

from sepconv.exercises.lesson_02.layers_drawn import DRAWN_SIZES, SIZES
from sepconv.exercises.spec import LAYERS, Exercise


def weight_shape(c_in, c_out, k):
    """Return the shape of nn.Conv2d(c_in, c_out, k).weight."""
    return (c_out, c_in, k, k)


EXERCISE = Exercise(
    points=1,
    answer=weight_shape,
    cases=SIZES,
    fresh=DRAWN_SIZES,
    avoidable=LAYERS,
    misconceptions="""
        M05 input and output channels were exchanged
        (c_out, c_in, k, k) => (c_in, c_out, k, k)
        The constructor takes the input first, but the weight is a list of filters: what does its first axis count?

        M06 the filters were taken to be flat
        (c_out, c_in, k, k) => (c_out, k, k)
        Each filter is a box with a slice for each input channel, so the weight has four axes.

        S28 the order of another framework was used
        (c_out, c_in, k, k) => (k, k, c_in, c_out)
        Keras stores the kernel first. PyTorch stores a list of filters.
    """,
    hints=["weight[0] is the first filter. How many filters are there, and what is the shape of one?"],
)
