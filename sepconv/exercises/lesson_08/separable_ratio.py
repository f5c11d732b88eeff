"""What share of a standard layer's weights does a separable layer have?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def separable_ratio(c_out, k):
    """Add up the shares of the depthwise and of the pointwise stage."""
    return 1 / c_out + 1 / (k * k)


_RATIO_CASES = [(4, 3), (1, 3), (6, 1), (2, 2), (10, 5), (64, 3), (5, 7)]


EXERCISE = Exercise(
    points=2,
    answer=separable_ratio,
    cases=_RATIO_CASES,
    fresh=drawn(c_out=range(2, 70), k=range(2, 12)),
    misconceptions="""
        M15 the two parts were multiplied
        1 / c_out + 1 / (k * k) => 1 / (c_out * k * k)
        One stage comes after the other, and each has weights of its own. How do two counts become one?

        S26 k was not squared
        (k * k) => k
        The kernel is k high and k wide.

        S47 ^ was taken for a power
        k * k => k ^ 2
        In Python ^ works on bits. A power is written **.

        S324 the fraction was cut off
        / => //
        A share lies between whole numbers: // gives only those, / gives what lies between.

        S301 the ratio was turned upside down
        1 / c_out + 1 / (k * k) => 1 / (1 / c_out + 1 / (k * k))
        That is how many times fewer weights there are. Asked is the share that is left.

        S302 the share that is saved was given
        1 / c_out + 1 / (k * k) => 1 - 1 / c_out - 1 / (k * k)
        Asked is the share that is left.

        S303 the depthwise stage was left out
        1 / c_out + 1 / (k * k) => 1 / (k * k)
        That is the pointwise stage alone, small as the other may be.

        S304 the pointwise stage was left out
        1 / c_out + 1 / (k * k) => 1 / c_out
        That is the depthwise stage alone. Which stage comes after it?

        S305 two fractions were added by their denominators
        1 / c_out + 1 / (k * k) => 1 / (c_out + k * k)
        A half and a half make one, not a quarter: add the fractions, not what stands under them.

        S300 the depthwise stage was counted as a standard one
        1 / c_out => 1
        The share came out larger than 1, and always will. Which channels does this stage connect?
    """,
    hints=[
        "Write both counts over one line, (k·k·c_in + c_in·c_out) / (k·k·c_in·c_out). What can be canceled?",
        "Split the fraction at the plus sign and cancel in each part.",
    ],
)
