"""How many MACs does a convolution do for each number that it must move?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def arithmetic_intensity(c_in, c_out, k, h, w, groups=1):
    """Return the MACs of a convolution for each number that it must move at least once."""
    weights = c_out * (c_in // groups) * k * k
    macs = weights * h * w
    moved = c_in * h * w + weights + c_out * h * w
    return macs / moved


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
    misconceptions="""
        M62 only the weights were taken to be moved
        c_in * h * w + weights + c_out * h * w => weights
        With that, a depthwise layer looks as good as a standard one. What else is read, and what is written?

        S1008 the weights were not counted as moved
        + weights + => +
        The filters lie in memory as well, and each number of them is read at least once.

        S1009 the input was not counted as moved
        c_in * h * w + weights => weights
        Each number of the input must be read at least once.

        S1010 the output was not counted as moved
        weights + c_out * h * w => weights
        What is computed must be written as well.

        S1011 the groups were left out of the MACs
        macs = weights * h * w => macs = c_out * c_in * k * k * h * w
        An output reads the input channels of its group only. How many products is that?

        S1012 the groups were left out of the weights
        + weights + => + c_out * c_in * k * k +
        With groups a filter is as deep as its group has input channels.

        S250 the groups were left out of the count
        (c_in // groups) => c_in
        With groups there are fewer weights and fewer MACs. Which layer has as many groups as channels?

        S1040 only the input of one group was counted as moved
        moved = c_in * h * w => moved = c_in // groups * h * w
        A filter reads the channels of its group. How many channels do all the filters together read?

        S09 the padding was ignored
        weights * h * w => weights * (h - k + 1) * (w - k + 1)
        c_out * h * w => c_out * (h - k + 1) * (w - k + 1)
        With padding k // 2 and stride 1, how large is the output?

        S301 the ratio was turned upside down
        macs / moved => moved / macs
        More work for each number that is moved should give a larger value.

        S1013 FLOPs were counted
        return macs => return 2 * macs
        A MAC is one multiplication with its addition. Here it counts once.

        S1014 the moves were counted in bytes
        macs / moved => macs / (4 * moved)
        Asked is the work for each number, whatever its size in bytes.

        S26 k was not squared
        * k * k => * k
        The kernel is k high and k wide.

        S104 the image was taken to be square
        * h * w => * h * h
        h and w may differ.
    """,
    hints=[
        "Three things move: the input is read, the filters are read, the output is written, each number once.",
        "With padding k // 2 and stride 1 the output has h·w pixels. MACs: each weight is used once for each of them.",
        "Weights: c_out filters, each c_in // groups deep and k×k wide.",
    ],
)
