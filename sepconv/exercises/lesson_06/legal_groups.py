"""Which numbers of groups does nn.Conv2d(c_in, c_out, …) accept?"""

from math import gcd

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def legal_groups(c_in, c_out):
    """List the numbers of groups that are allowed."""
    return [g for g in range(1, c_in + 1) if c_in % g == 0 and c_out % g == 0]


def divisors(number):
    """Return what divides a number, rising from 1 to the number itself."""
    return [g for g in range(1, number + 1) if number % g == 0]


_CHANNELS = [(4, 4), (3, 4), (12, 18), (18, 12), (8, 10), (1, 5), (5, 10), (12, 6), (16, 24), (7, 7)]


def _ended_early(end):
    """Make a wrong list: the numbers from 1 to just below `end(c_in, c_out)` were tried."""
    return lambda c_in, c_out: [g for g in range(1, end(c_in, c_out)) if c_in % g == 0 and c_out % g == 0]


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
        f"The right answer is a rising list of length {len(legal_groups(c_in, c_out))}."
    ),
    misconceptions=[
        Misconception(
            "M22",
            "groups was only asked to divide the input channels",
            lambda c_in, c_out: divisors(c_in),
            "The input channels are cut into groups. What else is cut?",
        ),
        Misconception(
            "M22",
            "groups was only asked to divide the output channels",
            lambda c_in, c_out: divisors(c_out),
            "The output channels are cut into groups. What else is cut?",
        ),
        Misconception(
            "M22",
            "multiples of the output channels were listed",
            lambda c_in, c_out: [g for g in range(1, max(c_in, c_out) + 1) if g % c_out == 0],
            "That is the post's rule, the wrong way round: 2 groups cut 4 channels, 8 groups do not.",
        ),
        Misconception(
            "S201",
            "it was enough to divide one of the two channel numbers",
            lambda c_in, c_out: sorted(set(divisors(c_in)) | set(divisors(c_out))),
            "Try 3 → 4 channels with 3 groups: how many outputs would a group have?",
        ),
        Misconception(
            "S02",
            "any number up to the input channels was taken",
            lambda c_in, c_out: list(range(1, c_in + 1)),
            "The groups must all be of the same size. Can you cut 3 channels into 2 such groups?",
        ),
        Misconception(
            "S202",
            "only the largest number was listed",
            lambda c_in, c_out: [gcd(c_in, c_out)],
            "That one is allowed, but smaller ones may be as well. Return them all, in a list.",
        ),
        Misconception(
            "S232",
            "0 was tried as a number of groups",
            lambda c_in, c_out: [g for g in range(c_in + 1) if c_in % g == 0 and c_out % g == 0],
            "Nothing can be divided by 0. range(n) begins there: where should the groups begin?",
        ),
        Misconception(
            "S203",
            "one group was left out",
            lambda c_in, c_out: [g for g in divisors(gcd(c_in, c_out)) if g > 1],
            "Which number of groups is a layer made with if you say nothing?",
        ),
        Misconception(
            "S204",
            "the largest number was left out",
            _ended_early(gcd),
            "range stops before its end. How many groups can 4 → 4 channels have at most?",
        ),
        Misconception(
            "S239",
            "the last number was never tried",
            _ended_early(lambda c_in, c_out: c_in),
            "Was c_in itself tried? 5 → 10 channels: how many groups can they have at most?",
        ),
        Misconception(
            "S239",
            "the last number was never tried",
            _ended_early(lambda c_in, c_out: c_out),
            "Was c_out itself tried? 12 → 6 channels: how many groups can they have at most?",
        ),
        Misconception(
            "S239",
            "the last number was never tried",
            _ended_early(min),
            "Was the smaller of the two numbers itself tried? 5 → 10 channels: how many groups can they have at most?",
        ),
        Misconception(
            "S239",
            "the last number was never tried",
            _ended_early(max),
            "Was the larger of the two numbers itself tried? 7 → 7 channels: how many groups can they have at most?",
        ),
    ],
    hints=[
        "A group has c_in / groups inputs and c_out / groups outputs. Both must be whole numbers.",
        "a % g == 0 says that g divides a. Try every g from 1 on and keep those that divide both.",
    ],
)
