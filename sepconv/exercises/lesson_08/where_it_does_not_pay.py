"""Which tuples (c_out, k) make a separable layer as large as the standard one, or larger?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def where_it_does_not_pay(k_max, c_max):
    """Collect the tuples (c_out, k) for which a separable layer has at least as many weights."""
    return {
        (c_out, k)
        for c_out in range(1, c_max + 1)
        for k in range(1, k_max + 1)
        if 1 / c_out + 1 / (k * k) >= 1
    }


EXERCISE = Exercise(
    points=2,
    answer=where_it_does_not_pay,
    cases=[(3, 4), (1, 3), (4, 1), (5, 2), (3, 9)],
    fresh=drawn(k_max=range(2, 12), c_max=range(2, 20), fits=lambda k_max, c_max: k_max != c_max),
    known=lambda k_max, c_max: f"The right answer is a set of {k_max + c_max - 1} tuples (c_out, k).",
    misconceptions="""
        M16 separable was taken to be always smaller
        1 / c_out + 1 / (k * k) >= 1 => False
        Compute the ratio for 3 → 1 channels, and for a kernel of 1. Does a tuple like that get into your set?

        S311 c_out and k were exchanged
        (c_out, k) => (k, c_out)
        In a tuple the output channels come first, and it is they that go up to c_max.

        S313 only tuples with c_out = 1 were found
        1 / c_out + 1 / (k * k) >= 1 => c_out == 1
        What does a depthwise stage with a kernel of 1 add to the pointwise one? If your code asks that too: does it come to the larger c_out, or does it return before?

        S314 only tuples with k = 1 were found
        1 / c_out + 1 / (k * k) >= 1 => k == 1
        What is the ratio if there is one output channel, whatever k is? If your code asks that too: does it come to the larger k, or does it return before?

        S323 only the tuple (1, 1) was found
        1 / c_out + 1 / (k * k) >= 1 => c_out == k == 1
        Work out the ratio for (4, 1) and for (1, 3): the shares of the two stages add up. If these ratios come out right in your code: does it get to those tuples before it returns?

        S26 k was not squared
        (k * k) => k
        The kernel is k high and k wide. Look at the tuple (2, 2) again.

        S47 ^ was taken for a power
        k * k => k ^ 2
        In Python ^ works on bits. A power is written **.

        S315 the tuples that pay were given
        >= 1 => < 1
        The task asks for the tuples whose ratio is 1 or more.

        S316 the last values were left out
        c_max + 1 => c_max
        k_max + 1 => k_max
        range(1, n) ends before n.
    """,
    hints=[
        "Two loops from 1 on, over c_out and k, and your ratio from exercise 2.",
        "Keep a tuple (c_out, k) if the ratio is at least 1. Mind the ends of the ranges.",
    ],
)
