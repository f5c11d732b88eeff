"""Which depthwise weights average over k×k pixels?"""

import numpy as np

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception

# With k = 2 a power written ^ divides by 0.
_WEIGHTS = [(3, 2), (2, 3), (4, 1), (5, 3), (1, 2)]


def average_pool_weight(channels, k):
    """Return the weight of the depthwise convolution that averages over k×k pixels."""
    return np.full((channels, 1, k, k), 1 / k**2)


def _as_standard(channels, k):
    return np.eye(channels)[:, :, None, None] * np.full((k, k), 1 / k**2)


def _about_weight(channels, k):
    layer = f"nn.Conv2d({channels}, {channels}, {k}, groups={channels})"
    return f"Is it shaped like the weight of {layer}? On an image of ones, does that layer give ones with it?"


EXERCISE = Exercise(
    points=1,
    answer=average_pool_weight,
    cases=_WEIGHTS,
    fresh=drawn(channels=range(2, 20), k=range(3, 8)),
    misconceptions=[
        Misconception(
            "M59",
            "the pooling was written as a standard convolution",
            _as_standard,
            "With groups=1 these numbers are right, and most of them are 0. How deep is a filter of a depthwise layer?",
        ),
        Misconception(
            "M34",
            "the channels were averaged into each other",
            lambda channels, k: np.full((channels, channels, k, k), 1 / k**2),
            "Pooling treats each channel alone. How deep is a filter then?",
        ),
        Misconception(
            "M34",
            "the average was taken over the channels, too",
            lambda channels, k: np.full((channels, channels, k, k), 1 / (k**2 * channels)),
            "Pooling treats each channel alone. How deep is a filter then?",
        ),
        Misconception(
            "S255",
            "the number of channels was divided by as well",
            lambda channels, k: np.full((channels, 1, k, k), 1 / (k**2 * channels)),
            "Each output is an average over pixels of one channel. How many numbers are averaged?",
        ),
        Misconception(
            "S256",
            "the sum was taken instead of the average",
            lambda channels, k: np.ones((channels, 1, k, k)),
            "An average of equal pixels is that pixel. What do the weights of a kernel add up to?",
        ),
        Misconception(
            "S26",
            "k was not squared",
            lambda channels, k: np.full((channels, 1, k, k), 1 / k),
            "The kernel is k high and k wide: how many pixels does it cover?",
        ),
        Misconception(
            "S26",
            "k was not squared",
            lambda channels, k: np.full((channels, 1, k, k), 1 / (2 * k)),
            "The kernel is k high and k wide: how many pixels does it cover?",
        ),
        Misconception(
            "S47",
            "^ was taken for a power",
            lambda channels, k: np.full((channels, 1, k, k), 1 / (k ^ 2)),
            "In Python ^ works on bits. A power is written **.",
        ),
        Misconception(
            "S257",
            "one kernel was made for all channels",
            lambda channels, k: np.full((1, 1, k, k), 1 / k**2),
            "The kernels are equal, but a depthwise layer stores one for each channel.",
        ),
        Misconception(
            "S257",
            "one kernel was made for all channels",
            lambda channels, k: np.full((k, k), 1 / k**2),
            "The kernels are equal, but a depthwise layer stores one for each channel, in an array with four axes.",
        ),
        Misconception(
            "S281",
            "the axis for the depth of a filter was left out",
            lambda channels, k: np.full((channels, k, k), 1 / k**2),
            "nn.Conv2d keeps four axes, also where one of them is short. Which one is missing here?",
        ),
        Misconception(
            "M05",
            "input and output channels were exchanged",
            lambda channels, k: np.full((1, channels, k, k), 1 / k**2),
            "That is one filter through all channels. The first axis counts the outputs, the second the inputs that one of them reads.",
        ),
    ],
    known=_about_weight,
    hints=[
        "The shape is that of nn.Conv2d(channels, channels, k, groups=channels).weight.",
        "All entries are equal, and those of one kernel add up to 1.",
    ],
)
