"""Which depthwise weights average over k×k pixels?"""

import numpy as np

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def average_pool_weight(channels, k):
    """Return the weight of the depthwise convolution that averages over k×k pixels."""
    return np.full((channels, 1, k, k), 1 / k**2)


def _about_weight(channels, k):
    layer = f"nn.Conv2d({channels}, {channels}, {k}, groups={channels})"
    return (
        f"Is it shaped like the weight of {layer}? On an image whose pixels are 1, 2, 3 and so on, "
        "does that layer give the mean of each window with it?"
    )


EXERCISE = Exercise(
    points=1,
    answer=average_pool_weight,
    cases=[(3, 2), (2, 3), (4, 1), (5, 3), (1, 2)],  # with k = 2 a power written ^ divides by 0
    fresh=drawn(channels=range(2, 20), k=range(3, 8)),
    misconceptions="""
        M59 the pooling was written as a standard convolution
        np.full((channels, 1, k, k), => np.eye(channels)[:, :, None, None] * np.full((k, k),
        With groups=1 these numbers are right, and most of them are 0. How deep is a filter of a depthwise layer?

        M34 the channels were averaged into each other
        (channels, 1, k, k) => (channels, channels, k, k)
        Pooling treats each channel alone. How deep is a filter then?

        M34 the average was taken over the channels, too
        (channels, 1, k, k), 1 / k**2 => (channels, channels, k, k), 1 / (k**2 * channels)
        Pooling treats each channel alone. How deep is a filter then?

        S255 the number of channels was divided by as well
        k**2 => (k**2 * channels)
        Each output is an average over pixels of one channel. How many numbers are averaged?

        S256 the sum was taken instead of the average
        1 / k**2 => 1.0
        An average of equal pixels is that pixel. What do the weights of a kernel add up to?

        S26 k was not squared
        k**2 => k
        The kernel is k high and k wide: how many pixels does it cover?

        S26 k was not squared
        k**2 => (2 * k)
        The kernel is k high and k wide: how many pixels does it cover?

        S47 ^ was taken for a power
        k**2 => (k ^ 2)
        In Python ^ works on bits. A power is written **.

        S257 one kernel was made for all channels
        (channels, 1, k, k) => (1, 1, k, k)
        The kernels are equal, but a depthwise layer stores one for each channel.

        S257 one kernel was made for all channels
        (channels, 1, k, k) => (k, k)
        The kernels are equal, but a depthwise layer stores one for each channel, in an array with four axes.

        S281 the axis for the depth of a filter was left out
        (channels, 1, k, k) => (channels, k, k)
        nn.Conv2d keeps four axes, also where one of them is short. Which one is missing here?

        M05 input and output channels were exchanged
        (channels, 1, k, k) => (1, channels, k, k)
        That is one filter through all channels. The first axis counts the outputs, the second the inputs that one of them reads.
    """,
    known=_about_weight,
    hints=[
        "The shape is that of nn.Conv2d(channels, channels, k, groups=channels).weight.",
        "All entries are equal, and those of one kernel add up to 1.",
    ],
)
