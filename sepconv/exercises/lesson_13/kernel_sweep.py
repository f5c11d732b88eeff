"""What share of a ConvNeXt block's MACs is depthwise, for the odd kernels from 3 to 11?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def kernel_sweep(c, h, w):
    """Return {k: the depthwise layer's share of the MACs of a ConvNeXt block}."""
    shares = {}
    for k in [3, 5, 7, 9, 11]:
        depthwise = k * k * c * h * w
        pointwise = (c * 4 * c + 4 * c * c) * h * w
        shares[k] = depthwise / (depthwise + pointwise)
    return shares


EXERCISE = Exercise(
    points=2,
    answer=kernel_sweep,
    cases=[(96, 56, 56), (768, 7, 7), (10, 6, 9), (7, 5, 8)],
    fresh=drawn(c=range(8, 400), h=range(5, 20), w=range(5, 20)),
    misconceptions="""
        S300 the depthwise stage was counted as a standard one
        k * k * c => k * k * c * c
        Each of its filters reads a single channel.

        S1311 the depthwise layer was taken to be as wide as what lies between the pointwise ones
        k * k * c => k * k * 4 * c
        It is so in MobileNetV2. In ConvNeXt, which layer comes first, and where are there four times as many channels?

        S1312 only one of the two pointwise layers was counted
        (c * 4 * c + 4 * c * c) => 4 * c * c
        The channels grow by 4, and then shrink again.

        S1125 adding the input was counted
        (depthwise + pointwise) => (depthwise + pointwise + c * h * w)
        In this course an addition alone is no MAC.

        S1314 the depthwise layer was compared with the pointwise ones instead of the whole
        (depthwise + pointwise) => pointwise
        A share of the block: what is the whole?

        S1315 the share of the pointwise layers was given
        depthwise / => pointwise /
        Which of the two does the task ask for?

        S1316 percentages were returned
        depthwise / => 100 * depthwise /
        A share lies between 0 and 1.

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        S1317 even kernels were listed, too
        [3, 5, 7, 9, 11] => range(3, 12)
        An even kernel has no middle: from 3 to 11, and odd.

        S1318 the kernel 11 was left out
        [3, 5, 7, 9, 11] => range(3, 11, 2)
        range ends before its second number.

        S1358 the shares were rounded
        depthwise / (depthwise + pointwise) => round(depthwise / (depthwise + pointwise), 2)
        Write the fraction itself: a function leaves rounding to whoever prints its result.

        S1358 the shares were rounded
        depthwise / (depthwise + pointwise) => round(depthwise / (depthwise + pointwise), 3)
        Write the fraction itself: a function leaves rounding to whoever prints its result.

        S1358 the shares were rounded
        depthwise / (depthwise + pointwise) => round(depthwise / (depthwise + pointwise), 4)
        Write the fraction itself: a function leaves rounding to whoever prints its result.
    """,
    hints=[
        "Three layers: k×k depthwise on c channels, 1×1 from c to 4·c, 1×1 from 4·c to c. All see h·w pixels.",
        "Depthwise: k²·c·h·w. The two others: 4·c²·h·w each. The share is depthwise / (depthwise + both others).",
    ],
)
