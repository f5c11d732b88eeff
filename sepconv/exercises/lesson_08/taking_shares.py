"""What share of a standard layer is left: counted with a blank, then from nothing."""

from fractions import Fraction

from sepconv.exercises.inputs import drawn
from sepconv.exercises.spec import Exercise, Misconception


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


def _share(depthwise):
    """Build the share with another count of the depthwise weights."""
    return lambda c_in, c_out, k: (depthwise(c_in, c_out, k) + c_in * c_out) / (k * k * c_in * c_out)


# ^ binds more loosely than *, so that each way of writing it gives other numbers.
_WITH_CARETS = [
    lambda c_in, c_out, k: (k ^ 2) * c_in,
    lambda c_in, c_out, k: k ^ 2 * c_in,
    lambda c_in, c_out, k: c_in * k ^ 2,
]


def separable_ratio(c_out, k):
    """Add up the shares of the depthwise and of the pointwise stage."""
    return 1 / c_out + 1 / (k * k)


_RATIO_CASES = [(4, 3), (1, 3), (6, 1), (2, 2), (10, 5), (64, 3), (5, 7)]


EXERCISES = [
    Exercise(
        name="separable_share",
        lesson=8,
        points=1,
        kind="function",
        prompt="Fill in the weights of the depthwise stage, so that the share of the weights comes out right.",
        answer=separable_share,
        cases=_SHARE_CASES,
        fresh=drawn(c_in=range(2, 12), c_out=range(2, 40), k=range(2, 8)),
        also_correct=[
            lambda c_in, c_out, k: 1 / c_out + 1 / k**2,
            lambda c_in, c_out, k: float(Fraction(c_in * (k * k + c_out), k * k * c_in * c_out)),
        ],
        misconceptions=[
            Misconception(
                "M14",
                "the depthwise filters were counted by the output channels",
                _share(lambda c_in, c_out, k: k * k * c_out),
                "The depthwise stage comes first. How many channels does it meet, and how many kernels has each?",
            ),
            Misconception(
                "S25",
                "one filter was counted",
                _share(lambda c_in, c_out, k: k * k),
                "That is one kernel. Does one kernel serve all the channels?",
            ),
            Misconception(
                "M34",
                "each depthwise filter was made as deep as the input",
                _share(lambda c_in, c_out, k: k * k * c_in * c_in),
                "A depthwise filter reads a single channel: how many slices does it have?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                _share(lambda c_in, c_out, k: k * c_in),
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S26",
                "k was not squared",
                _share(lambda c_in, c_out, k: 2 * k * c_in),
                "Twice k is not k times k.",
            ),
            *(
                Misconception(
                    "S47",
                    "^ was taken for a power",
                    _share(depthwise),
                    "In Python ^ works on bits. A power is written **.",
                )
                for depthwise in _WITH_CARETS
            ),
            Misconception(
                "M01",
                "the biases were counted among the weights",
                _share(lambda c_in, c_out, k: k * k * c_in + c_in),
                "This question asks for the weights.",
            ),
            Misconception(
                "S300",
                "the depthwise stage was counted as a standard one",
                _share(lambda c_in, c_out, k: k * k * c_in * c_out),
                "The share came out larger than 1, and always will. Which pairs of channels does this stage connect?",
            ),
        ],
        hints=[
            "In the example above, 54 came from a kernel of 9 numbers and a number of channels. Which one?",
            "A k×k kernel for each channel that is read.",
        ],
    ),
    Exercise(
        name="separable_ratio",
        lesson=8,
        points=2,
        kind="function",
        prompt="What share of a standard layer's weights does a separable layer have?",
        answer=separable_ratio,
        cases=_RATIO_CASES,
        fresh=drawn(c_out=range(2, 70), k=range(2, 12)),
        also_correct=[
            lambda c_out, k: (k * k + c_out) / (k * k * c_out),
            lambda c_out, k: float(Fraction(1, c_out) + Fraction(1, k**2)),
            lambda c_out, k: separable_share(11, c_out, k),
        ],
        misconceptions=[
            Misconception(
                "M15",
                "the two parts were multiplied",
                lambda c_out, k: 1 / (c_out * k * k),
                "One stage comes after the other, and each has weights of its own. How do two counts become one?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_out, k: 1 / c_out + 1 / k,
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                lambda c_out, k: 1 / c_out + 1 / (k ^ 2),
                "In Python ^ works on bits. A power is written **.",
            ),
            Misconception(
                "S324",
                "the fraction was cut off",
                lambda c_out, k: 1 // c_out + 1 // (k * k),
                "A share lies between whole numbers: // gives only those, / gives what lies between.",
            ),
            Misconception(
                "S301",
                "the ratio was turned upside down",
                lambda c_out, k: 1 / (1 / c_out + 1 / k**2),
                "That is how many times fewer weights there are. Asked is the share that is left.",
            ),
            Misconception(
                "S302",
                "the share that is saved was given",
                lambda c_out, k: 1 - 1 / c_out - 1 / k**2,
                "Asked is the share that is left.",
            ),
            Misconception(
                "S303",
                "the depthwise stage was left out",
                lambda c_out, k: 1 / (k * k),
                "That is the pointwise stage alone, small as the other may be.",
            ),
            Misconception(
                "S304",
                "the pointwise stage was left out",
                lambda c_out, k: 1 / c_out,
                "That is the depthwise stage alone. Which stage comes after it?",
            ),
            Misconception(
                "S305",
                "two fractions were added by their denominators",
                lambda c_out, k: 1 / (c_out + k * k),
                "A half and a half make one, not a quarter: add the fractions, not what stands under them.",
            ),
            Misconception(
                "S300",
                "the depthwise stage was counted as a standard one",
                lambda c_out, k: 1 + 1 / (k * k),
                "The share came out larger than 1, and always will. Which pairs of channels does this stage connect?",
            ),
        ],
        hints=[
            "Write both counts over one line, (k·k·c_in + c_in·c_out) / (k·k·c_in·c_out). What can be canceled?",
            "Split the fraction at the plus sign and cancel in each part.",
        ],
    ),
]
