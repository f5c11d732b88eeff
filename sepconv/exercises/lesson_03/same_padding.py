"""How many zeros before and after keep the size, at stride 1?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def same_padding(k, dilation=1):
    """Split the zeros that keep the size at stride 1: fewer before, more after."""
    total = dilation * (k - 1)
    before = total // 2
    return before, total - before


EXERCISE = Exercise(
    points=1,
    answer=same_padding,
    cases=[(3,), (2,), (5,), (4,), (7,), (1,), (3, 2), (2, 3), (4, 3), (6, 2)],
    fresh=drawn(k=range(2, 10), dilation=range(1, 13)),
    misconceptions="""
        M39 k // 2 was put on both sides
        return before, total - before => return k // 2, k // 2
        Try k = 2 on four pixels: k // 2 on both sides gives five. How many zeros are needed in total?

        M39 dilation·(k // 2) was put on both sides
        return before, total - before => return dilation * (k // 2), dilation * (k // 2)
        Try k = 2 on four pixels: that gives five. How many zeros are needed in total?

        S41 the odd zero was dropped
        total - before => before
        Where the total is odd, its halves do not make the whole: the rest goes after.

        S29 the dilation was ignored
        dilation * (k - 1) => k - 1
        A dilated kernel is wider, so more zeros are needed to keep the size.

        M42 a dilated kernel was taken to span k·dilation pixels
        dilation * (k - 1) => dilation * k - 1
        The span is from the first number to the last. How many gaps lie between k numbers?

        S32 the odd zero was put in front
        return before, total - before => return total - before, before
        Where the total is odd, PyTorch puts the extra zero at the end: before ≤ after.

        S33 all zeros were put on both sides
        return before, total - before => return total, total
        The zeros of both sides together make up for what the kernel takes away.
    """,
    hints=[
        "Without padding the output is shorter by the kernel's span minus one. That is the total.",
        "Half of the total goes before, rounded down, and the rest after.",
    ],
)
