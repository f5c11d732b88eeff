"""How many weights do a pointwise convolution and the depthwise one after it have?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def pointwise_first_params(c_in, c_out, k):
    """Count the weights of a pointwise convolution and the depthwise one after it."""
    pointwise = c_in * c_out
    depthwise = k * k * c_out
    return pointwise + depthwise


_ORDER_CASES = [(3, 4, 3), (2, 5, 3), (7, 2, 5), (5, 8, 1), (6, 6, 3)]
EXERCISE = Exercise(
    points=1,
    answer=pointwise_first_params,
    cases=_ORDER_CASES,
    fresh=drawn(c_in=range(2, 12), c_out=range(2, 12), k=range(1, 8)),
    misconceptions="""
        M53 the other order was counted
        k * k * c_out => k * k * c_in
        Here the channels are mixed first. How many channels does the depthwise stage meet then?

        M01 the biases were counted among the weights
        return pointwise + depthwise => return pointwise + depthwise + 2 * c_out
        This question asks for the weights.

        S25 one filter was counted
        k * k * c_out => k * k
        That is one kernel. Does one kernel serve all the channels?

        M34 the depthwise stage was made to read all the channels
        k * k * c_out => k * k * c_out * c_out
        A depthwise filter reads one channel.

        M11 the pointwise stage was given one weight for each channel
        c_in * c_out => c_in
        A 1×1 convolution has a weight for each connection of an input with an output channel.

        M15 the two stages were multiplied
        pointwise + depthwise => pointwise * depthwise
        One stage comes after the other, so their weights add up.

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        S47 ^ was taken for a power
        k * k => (k ^ 2)
        In Python ^ works on bits. A power is written **.

        S47 ^ was taken for a power
        k * k => k ^ 2
        In Python ^ works on bits. A power is written **.

        S47 ^ was taken for a power
        return pointwise + depthwise => return pointwise + k ^ 2 * c_out
        In Python ^ works on bits. A power is written **.

        S320 the pointwise convolution was given a k×k kernel
        c_in * c_out => k * k * c_in * c_out
        The pointwise stage looks at one pixel.
    """,
    hints=["Write down how many channels there are before, between and after the two stages."],
)
