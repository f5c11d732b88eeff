"""Fill in the weights of the depthwise stage, so that the share of the weights comes out right."""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def separable_share(c_in, c_out, k):
    """Divide the weights of a separable layer by those of the standard layer."""
    # Goal 1: count what there was before.
    standard = k * k * c_in * c_out
    # Goal 2: count what comes instead, one stage at a time.
    depthwise = k * k * c_in
    pointwise = c_in * c_out
    # Goal 3: put the new count over the old one.
    return (depthwise + pointwise) / standard


_SHARE_CASES = [(2, 5, 3), (4, 3, 3), (5, 2, 7), (3, 8, 5), (7, 1, 3)]


EXERCISE = Exercise(
    points=1,
    answer=separable_share,
    cases=_SHARE_CASES,
    fresh=drawn(c_in=range(2, 12), c_out=range(2, 40), k=range(2, 8)),
    misconceptions="""
        M14 the depthwise filters were counted by the output channels
        depthwise = k * k * c_in => depthwise = k * k * c_out
        The depthwise stage comes first. How many channels does it meet, and how many kernels has each?

        S25 one filter was counted
        depthwise = k * k * c_in => depthwise = k * k
        That is one kernel. Does one kernel serve all the channels?

        M34 each depthwise filter was made as deep as the input
        depthwise = k * k * c_in => depthwise = k * k * c_in * c_in
        A depthwise filter reads a single channel: how many slices does it have?

        S26 k was not squared
        depthwise = k * k * c_in => depthwise = k * c_in
        The kernel is k high and k wide.

        S26 k was not squared
        depthwise = k * k * c_in => depthwise = 2 * k * c_in
        Twice k is not k times k.

        S47 ^ was taken for a power
        depthwise = k * k * c_in => depthwise = (k ^ 2) * c_in
        In Python ^ works on bits. A power is written **.

        S47 ^ was taken for a power
        depthwise = k * k * c_in => depthwise = k ^ 2 * c_in
        In Python ^ works on bits. A power is written **.

        S47 ^ was taken for a power
        depthwise = k * k * c_in => depthwise = c_in * k ^ 2
        In Python ^ works on bits. A power is written **.

        M01 the biases were counted among the weights
        depthwise = k * k * c_in => depthwise = k * k * c_in + c_in
        This question asks for the weights.

        S300 the depthwise stage was counted as a standard one
        depthwise = k * k * c_in => depthwise = standard
        The share came out larger than 1, and always will. Which channels does this stage connect?
    """,
    hints=[
        "In the example above, 54 came from a kernel of 9 numbers and a number of channels. Which one?",
        "A k×k kernel for each channel that is read.",
    ],
)
