"""Which numbers of groups does nn.Conv2d(c_in, c_out, …) accept?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import LAYERS, Exercise


def legal_groups(c_in, c_out):
    """List the numbers of groups that are allowed."""
    return [g for g in range(1, c_in + 1) if c_in % g == 0 and c_out % g == 0]


_CHANNELS = [
    (4, 4),
    (3, 4),
    (12, 18),
    (18, 12),
    (8, 10),
    (1, 5),
    (5, 10),
    (12, 6),
    (16, 24),
    (7, 7),
    (1021, 2042),
]


EXERCISE = Exercise(
    points=1,
    answer=legal_groups,
    cases=_CHANNELS,
    fresh=drawn(
        case=lambda common, each_in, each_out: (common * each_in, common * each_out),
        fits=lambda c_in, c_out: c_in != c_out,
        common=range(4, 40),
        each_in=range(1, 5),
        each_out=range(1, 5),
    ),
    known=lambda c_in, c_out: (
        f"The right answer is a list of length {len(legal_groups(c_in, c_out))}, in increasing order."
    ),
    avoidable=LAYERS,
    misconceptions="""
        M22 groups was only asked to divide the input channels
        c_in % g == 0 and c_out % g == 0 => c_in % g == 0
        The input channels are cut into groups. What else is cut?

        M22 groups was only asked to divide the output channels
        c_in + 1 => c_out + 1
        c_in % g == 0 and c_out % g == 0 => c_out % g == 0
        The output channels are cut into groups. What else is cut?

        M22 multiples of the output channels were listed
        c_in + 1 => max(c_in, c_out) + 1
        c_in % g == 0 and c_out % g == 0 => g % c_out == 0
        That is the post's rule, the wrong way round: 2 groups cut 4 channels, 8 groups do not.

        S201 it was enough to divide one of the two channel numbers
        c_in + 1 => max(c_in, c_out) + 1
        0 and => 0 or
        Try 3 → 4 channels with 3 groups: how many outputs would a group have?

        S02 any number up to the input channels was taken
        1) if c_in % g == 0 and c_out % g == 0] => 1)]
        The groups must all be of the same size. Can you cut 3 channels into 2 such groups?

        S202 only the largest number was listed
        == 0] => == 0][-1:]
        That one is allowed, but smaller ones may be as well. Return them all, in a list.

        S232 0 was tried as a number of groups
        range(1, c_in => range(c_in
        Nothing can be divided by 0. range(n) begins there: where should the groups begin?

        S1490 the numbers of groups were tried up to a fixed limit only
        c_in + 1 => 100
        Layers may have thousands of channels. Which of the two arguments says how far to try?

        S203 one group was left out
        range(1, => range(2,
        Which number of groups is a layer made with if you say nothing?

        S204 the largest number was left out
        == 0] => == 0][:-1]
        range stops before its end. How many groups can 4 → 4 channels have at most?

        S239 the last number was never tried
        c_in + 1 => c_in
        Was c_in itself tried? 5 → 10 channels: how many groups can they have at most?

        S239 the last number was never tried
        c_in + 1 => c_out
        Was c_out itself tried? 12 → 6 channels: how many groups can they have at most?

        S239 the last number was never tried
        c_in + 1 => min(c_in, c_out)
        Was the smaller of the two numbers itself tried? 5 → 10 channels: how many groups can they have at most?

        S239 the last number was never tried
        c_in + 1 => max(c_in, c_out)
        Was the larger of the two numbers itself tried? 7 → 7 channels: how many groups can they have at most?
    """,
    hints=[
        "A group has c_in / groups inputs and c_out / groups outputs. Both must be whole numbers.",
        "a % g == 0 says that g divides a. Try every g from 1 on and keep those that divide both.",
    ],
)
