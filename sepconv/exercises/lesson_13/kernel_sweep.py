"""Which share of a ConvNeXt block's MACs is depthwise, for the odd kernels from 3 to 11?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def kernel_sweep(c, h, w):
    """Return {k: the depthwise layer's share of the MACs of a ConvNeXt block}."""
    shares = {}
    for k in [3, 5, 7, 9, 11]:
        depthwise = k * k * c * h * w
        pointwise = (c * 4 * c + 4 * c * c) * h * w
        shares[k] = depthwise / (depthwise + pointwise)
    return shares


def shortened(c, h, w):
    """Everything but k and c cancels out."""
    return {k: k**2 / (k**2 + 8 * c) for k in range(3, 12, 2)}


def _wrong_shares(depthwise, pointwise, kernels=(3, 5, 7, 9, 11), share=None):
    """Make a wrong sweep from the weights of the stages, functions of k and c: on h·w pixels they are the MACs."""
    share = share or (lambda d, p: d / (d + p))
    return lambda c, h, w: {k: share(depthwise(k, c), pointwise(k, c)) for k in kernels}


def _rounded(digits):
    return lambda c, h, w: {k: round(share, digits) for k, share in shortened(c, h, w).items()}


def _right_depthwise(k, c):
    return k * k * c


def _right_pointwise(k, c):
    return 8 * c * c


EXERCISE = Exercise(
    points=2,
    answer=kernel_sweep,
    cases=[(96, 56, 56), (768, 7, 7), (10, 6, 9), (7, 5, 8)],
    fresh=drawn(c=range(8, 400), h=range(5, 20), w=range(5, 20)),
    misconceptions=[
        Misconception(
            "S300",
            "the depthwise stage was counted as a standard one",
            _wrong_shares(lambda k, c: k * k * c * c, _right_pointwise),
            "Each of its filters reads a single channel.",
        ),
        Misconception(
            "S1311",
            "the depthwise layer was taken to be as wide as what lies between the pointwise ones",
            _wrong_shares(lambda k, c: 4 * k * k * c, _right_pointwise),
            "It is so in MobileNetV2. In ConvNeXt, which layer comes first, and where are there four times as many "
            "channels?",
        ),
        Misconception(
            "S1312",
            "only one of the two pointwise layers was counted",
            _wrong_shares(_right_depthwise, lambda k, c: 4 * c * c),
            "The channels grow by 4, and then shrink again.",
        ),
        Misconception(
            "S1125",
            "adding the input was counted",
            lambda c, h, w: {k: k * k / (k * k + 8 * c + 1) for k in (3, 5, 7, 9, 11)},
            "In this course an addition alone is no MAC.",
        ),
        Misconception(
            "S1314",
            "the depthwise layer was compared with the pointwise ones instead of the whole",
            _wrong_shares(_right_depthwise, _right_pointwise, share=lambda d, p: d / p),
            "A share of the block: what is the whole?",
        ),
        Misconception(
            "S1315",
            "the share of the pointwise layers was given",
            _wrong_shares(_right_depthwise, _right_pointwise, share=lambda d, p: p / (d + p)),
            "Which of the two does the task ask for?",
        ),
        Misconception(
            "S1316",
            "percentages were returned",
            _wrong_shares(_right_depthwise, _right_pointwise, share=lambda d, p: 100 * d / (d + p)),
            "A share lies between 0 and 1.",
        ),
        Misconception(
            "S26",
            "k was not squared",
            _wrong_shares(lambda k, c: k * c, _right_pointwise),
            "The kernel is k high and k wide.",
        ),
        Misconception(
            "S1317",
            "even kernels were listed, too",
            _wrong_shares(_right_depthwise, _right_pointwise, kernels=range(3, 12)),
            "An even kernel has no middle: from 3 to 11, and odd.",
        ),
        Misconception(
            "S1318",
            "the kernel 11 was left out",
            _wrong_shares(_right_depthwise, _right_pointwise, kernels=(3, 5, 7, 9)),
            "range ends before its second number.",
        ),
        *(
            Misconception(
                "S1358",
                "the shares were rounded",
                _rounded(digits),
                "Write the fraction itself: a function leaves rounding to whoever prints its result.",
            )
            for digits in (2, 3, 4)
        ),
    ],
    hints=[
        "Three layers: k×k depthwise on c channels, 1×1 from c to 4·c, 1×1 from 4·c to c. All see h·w pixels.",
        "Depthwise: k²·c·h·w. The two others: 4·c²·h·w each. The share is depthwise / (depthwise + both others).",
    ],
)
