"""How many MACs does a convolution do for each number that it must move?"""

import numpy as np

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def arithmetic_intensity(c_in, c_out, k, h, w, groups=1):
    """Return the MACs of a convolution for each number that it must move at least once."""
    weights = c_out * (c_in // groups) * k * k
    macs = weights * h * w
    moved = c_in * h * w + weights + c_out * h * w
    return macs / moved


def _intensity_unpadded(c_in, c_out, k, h, w, groups=1):
    weights, pixels = c_out * (c_in // groups) * k * k, (h - k + 1) * (w - k + 1)
    return weights * pixels / (c_in * h * w + weights + c_out * pixels)


def _input_of_one_group(c_in, c_out, k, h, w, groups=1):
    weights = c_out * (c_in // groups) * k * k
    return weights * h * w / (c_in // groups * h * w + weights + c_out * h * w)


def _intensity(grouped=(True, True), parts=(1, 1, 1), side=lambda k: k * k, factor=1, height=None):
    """Build a wrong arithmetic_intensity; each argument changes one thing."""

    def wrong(c_in, c_out, k, h, w, groups=1):
        w = h if height else w
        in_macs, in_weights = (c_out * c_in // (groups if g else 1) * side(k) for g in grouped)
        moved = np.dot(parts, (c_in * h * w, in_weights, c_out * h * w))
        return factor * in_macs * h * w / moved

    return wrong


_INTENSITY_CASES = [
    (128, 128, 3, 28, 28),
    (128, 128, 1, 28, 28),
    (128, 128, 3, 28, 28, 128),
    (2, 4, 3, 4, 6),
    (6, 10, 3, 5, 8, 2),
    (4, 8, 5, 7, 6, 4),
    (12, 9, 1, 4, 11, 3),
]


EXERCISE = Exercise(
    points=2,
    answer=arithmetic_intensity,
    cases=_INTENSITY_CASES,
    fresh=drawn(
        case=lambda groups, each_in, each_out, k, h, w: (
            groups * each_in,
            groups * each_out,
            k,
            h,
            w,
            groups,
        ),
        fits=lambda c_in, c_out, *_: c_in != c_out,
        groups=(1, 2, 3, 4),
        each_in=range(1, 6),
        each_out=range(1, 6),
        k=(1, 3, 5),
        h=range(5, 15),
        w=range(5, 15),
    ),
    misconceptions=[
        Misconception(
            "M62",
            "only the weights were taken to be moved",
            _intensity(parts=(0, 1, 0)),
            "With that, a depthwise layer looks as good as a standard one. What else is read, and what is written?",
        ),
        Misconception(
            "S1008",
            "the weights were not counted as moved",
            _intensity(parts=(1, 0, 1)),
            "The filters lie in memory as well, and each number of them is read at least once.",
        ),
        Misconception(
            "S1009",
            "the input was not counted as moved",
            _intensity(parts=(0, 1, 1)),
            "Each number of the input must be read at least once.",
        ),
        Misconception(
            "S1010",
            "the output was not counted as moved",
            _intensity(parts=(1, 1, 0)),
            "What is computed must be written as well.",
        ),
        Misconception(
            "S1011",
            "the groups were left out of the MACs",
            _intensity(grouped=(False, True)),
            "An output reads the input channels of its group only. How many products is that?",
        ),
        Misconception(
            "S1012",
            "the groups were left out of the weights",
            _intensity(grouped=(True, False)),
            "With groups a filter is as deep as its group has input channels.",
        ),
        Misconception(
            "S250",
            "the groups were left out of the count",
            _intensity(grouped=(False, False)),
            "With groups there are fewer weights and fewer MACs. Which layer has as many groups as channels?",
        ),
        Misconception(
            "S1040",
            "only the input of one group was counted as moved",
            _input_of_one_group,
            "A filter reads the channels of its group. How many channels do all the filters together read?",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _intensity_unpadded,
            "With padding k // 2 and stride 1, how large is the output?",
        ),
        Misconception(
            "S301",
            "the ratio was turned upside down",
            lambda *case: 1 / arithmetic_intensity(*case),
            "More work for each number that is moved should give a larger value.",
        ),
        Misconception(
            "S1013",
            "FLOPs were counted",
            _intensity(factor=2),
            "A MAC is one multiplication with its addition. Here it counts once.",
        ),
        Misconception(
            "S1014",
            "the moves were counted in bytes",
            _intensity(factor=0.25),
            "Asked is the work for each number, whatever its size in bytes.",
        ),
        Misconception(
            "S26",
            "k was not squared",
            _intensity(side=lambda k: k),
            "The kernel is k high and k wide.",
        ),
        Misconception(
            "S104",
            "the image was taken to be square",
            _intensity(height=True),
            "h and w may differ.",
        ),
    ],
    hints=[
        "Three things move: the input is read, the filters are read, the output is written, each number once.",
        "With padding k // 2 and stride 1 the output has h·w pixels. MACs: each weight is used once for each of them.",
        "Weights: c_out filters, each c_in // groups deep and k×k wide.",
    ],
)
