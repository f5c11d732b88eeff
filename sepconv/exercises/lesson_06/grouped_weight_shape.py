"""What is the shape of nn.Conv2d(c_in, c_out, k, groups=groups).weight?"""

from sepconv.exercises.lesson_06.layers_drawn import grouped_layers
from sepconv.exercises.spec import LAYERS, Exercise


def grouped_weight_shape(c_in, c_out, k, groups):
    """Return the shape of nn.Conv2d(c_in, c_out, k, groups=groups).weight."""
    return (c_out, c_in // groups, k, k)


_SHAPES = [(8, 10, 3, 2), (10, 8, 3, 2), (8, 12, 5, 4), (12, 18, 2, 3), (8, 16, 3, 4)]


EXERCISE = Exercise(
    points=1,
    answer=grouped_weight_shape,
    cases=_SHAPES,
    fresh=grouped_layers(k=range(1, 6)),
    known=lambda c_in, c_out, k, groups: (
        f"The right answer is a tuple of four numbers; this layer has {k * k * c_in * c_out // groups} weights."
    ),
    avoidable=LAYERS,
    misconceptions="""
        M05 the input channels were put first and the outputs divided
        c_out, c_in // groups => c_in, c_out // groups
        The weight is a list of filters: what does its first axis count, and how deep is one of them?

        M05 input and output channels were exchanged
        c_out, c_in // groups => c_in // groups, c_out
        The constructor takes the input first, but the weight is a list of filters. What does its first axis count?

        S205 both channel numbers were divided by groups
        c_out, c_in // groups => c_out // groups, c_in // groups
        That is the weight of one group. The layer still makes c_out channels, each with a filter of its own.

        S206 the filters were made fewer instead of shallower
        c_out, c_in // groups => c_out // groups, c_in
        The layer still makes c_out channels, each with a filter of its own. How many channels does a filter read?

        S207 the shape of a layer without groups was given
        c_in // groups => c_in
        With groups, a filter does not read all the input channels. How deep does it have to be?

        S208 the groups were given an axis of their own
        c_out, c_in // groups => groups, c_out // groups, c_in // groups
        It would be a good way to store them, but PyTorch keeps four axes: a list of c_out filters.

        S233 the number of groups was taken for the depth of a filter
        c_in // groups => groups
        A filter is as deep as its group has input channels. How many are there?

        M06 the filters were taken to be flat
        c_in // groups => 1
        A filter is as deep as its group has input channels. How many are there?

        S28 the order of another framework was used
        c_out, c_in // groups, k, k => k, k, c_in // groups, c_out
        Keras stores the kernel first. PyTorch stores a list of filters.
    """,
    hints=[
        "weight[0] is the first filter. How many filters are there? And how many channels does one of them read?",
        "The number of filters is the number of output channels, with or without groups. Only their depth changes.",
    ],
)
