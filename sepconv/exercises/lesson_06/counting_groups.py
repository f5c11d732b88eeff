"""Say which groups are allowed, and what is left of the weight."""

from math import gcd

import numpy as np

from sepconv.exercises.inputs import drawn
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


def grouped_weight_shape(c_in, c_out, k, groups):
    """Return the shape of nn.Conv2d(c_in, c_out, k, groups=groups).weight."""
    return (c_out, c_in // groups, k, k)


_SHAPES = [(8, 10, 3, 2), (10, 8, 3, 2), (8, 12, 5, 4), (12, 18, 2, 3), (8, 16, 3, 4)]


def grouped_params(c_in, c_out, k, groups, bias=True):
    """Count the weights and biases of a grouped convolution."""
    weights = c_out * (c_in // groups) * k * k
    biases = c_out if bias else 0
    return weights + biases


_COUNTS = [
    (8, 10, 3, 2),
    (8, 10, 3, 2, False),
    (6, 12, 3, 3),
    (12, 8, 5, 4),
    (10, 8, 2, 2, False),
    (3, 4, 3, 1),
    (8, 16, 3, 8),
]


def _grouped_layers(**others):
    """Draw layers that can be made: c_in, c_out, the kernel size, groups, and what else is drawn."""
    return drawn(
        case=lambda groups, each_in, each_out, k, **rest: (
            groups * each_in,
            groups * each_out,
            k,
            groups,
            *rest.values(),
        ),
        fits=lambda c_in, c_out, *_: c_in != c_out,
        groups=range(2, 7),
        each_in=range(1, 7),
        each_out=range(1, 7),
        **others,
    )


EXERCISES = [
    Exercise(
        name="legal_groups",
        lesson=6,
        points=1,
        kind="function",
        prompt="Which numbers of groups does nn.Conv2d(c_in, c_out, …) accept?",
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
        also_correct=[
            lambda c_in, c_out: divisors(gcd(c_in, c_out)),
            lambda c_in, c_out: sorted(set(divisors(c_in)) & set(divisors(c_out))),
        ],
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
    ),
    Exercise(
        name="grouped_weight_shape",
        lesson=6,
        points=1,
        kind="function",
        prompt="What is the shape of nn.Conv2d(c_in, c_out, k, groups=groups).weight?",
        answer=grouped_weight_shape,
        cases=_SHAPES,
        fresh=_grouped_layers(k=range(1, 6)),
        known=lambda c_in, c_out, k, groups: (
            f"The right answer is a tuple of four numbers; this layer has {k * k * c_in * c_out // groups} weights."
        ),
        also_correct=[
            lambda c_in, c_out, k, groups: [c_out, c_in / groups, k, k],
            lambda c_in, c_out, k, groups: np.zeros((c_out, c_in // groups, k, k)).shape,
        ],
        misconceptions=[
            Misconception(
                "M05",
                "the input channels were put first and the outputs divided",
                lambda c_in, c_out, k, groups: (c_in, c_out // groups, k, k),
                "The weight is a list of filters: what does its first axis count, and how deep is one of them?",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                lambda c_in, c_out, k, groups: (c_in // groups, c_out, k, k),
                "The constructor takes the input first, but the weight is a list of filters. What does its first axis count?",
            ),
            Misconception(
                "S205",
                "both channel numbers were divided by groups",
                lambda c_in, c_out, k, groups: (c_out // groups, c_in // groups, k, k),
                "That is the weight of one group. The layer still makes c_out channels, each with a filter of its own.",
            ),
            Misconception(
                "S206",
                "the filters were made fewer instead of shallower",
                lambda c_in, c_out, k, groups: (c_out // groups, c_in, k, k),
                "The layer still makes c_out channels, each with a filter of its own. How many channels does a filter read?",
            ),
            Misconception(
                "S207",
                "the shape of a layer without groups was given",
                lambda c_in, c_out, k, groups: (c_out, c_in, k, k),
                "With groups, a filter does not read all the input channels. How deep does it have to be?",
            ),
            Misconception(
                "S208",
                "the groups were given an axis of their own",
                lambda c_in, c_out, k, groups: (groups, c_out // groups, c_in // groups, k, k),
                "It would be a good way to store them, but PyTorch keeps four axes: a list of c_out filters.",
            ),
            Misconception(
                "S233",
                "the number of groups was taken for the depth of a filter",
                lambda c_in, c_out, k, groups: (c_out, groups, k, k),
                "A filter is as deep as its group has input channels. How many are there?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                lambda c_in, c_out, k, groups: (c_out, 1, k, k),
                "A filter is as deep as its group has input channels. How many are there?",
            ),
            Misconception(
                "S28",
                "the order of another framework was used",
                lambda c_in, c_out, k, groups: (k, k, c_in // groups, c_out),
                "Keras stores the kernel first. PyTorch stores a list of filters.",
            ),
        ],
        hints=[
            "weight[0] is the first filter. How many filters are there? And how many channels does one of them read?",
            "The number of filters is the number of output channels, with or without groups. Only their depth changes.",
        ],
    ),
    Exercise(
        name="grouped_params",
        lesson=6,
        points=2,
        kind="function",
        prompt="How many numbers does a grouped convolution learn?",
        answer=grouped_params,
        cases=_COUNTS,
        fresh=_grouped_layers(k=range(1, 6), bias=(True, False)),
        also_correct=[
            lambda c_in, c_out, k, groups, bias=True: k**2 * c_in * c_out // groups + bool(bias) * c_out,
            lambda c_in, c_out, k, groups, bias=True: (
                groups * (c_out // groups) * ((c_in // groups) * k * k + (1 if bias else 0))
            ),
        ],
        misconceptions=[
            Misconception(
                "M02",
                "the bias was divided by groups",
                lambda c_in, c_out, k, groups, bias=True: (
                    (k * k * c_in * c_out + c_out * bool(bias)) / groups
                ),
                "Each output channel has a bias of its own, whatever group it belongs to.",
            ),
            Misconception(
                "M03",
                "one group was counted",
                lambda c_in, c_out, k, groups, bias=True: (
                    k * k * (c_in // groups) * (c_out // groups) + c_out // groups * bool(bias)
                ),
                "That is what one group learns. How many groups are there, and do they share anything?",
            ),
            Misconception(
                "M04",
                "the weights were divided by groups twice",
                lambda c_in, c_out, k, groups, bias=True: (
                    k * k * (c_in // groups) * (c_out // groups) + c_out * bool(bias)
                ),
                "A filter becomes shallower by groups. Does the number of filters change as well?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_out + c_out * bool(bias),
                "A filter has k×k weights for each input channel of its group.",
            ),
            Misconception(
                "S250",
                "the groups were left out of the count",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out + c_out * bool(bias),
                "With groups, a filter reads only a part of the input channels. Which part?",
            ),
            Misconception(
                "S209",
                "the weights were multiplied by groups",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out * groups + c_out * bool(bias),
                "Each group is a smaller layer, in both channel numbers. Does cutting add weights or remove them?",
            ),
            Misconception(
                "S23",
                "the bias was left out",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups,
                "Unless bias is False, each output channel has one more number.",
            ),
            Misconception(
                "S210",
                "biases were counted in a layer that has none",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups + c_out,
                "What does the argument `bias` say?",
            ),
            Misconception(
                "S211",
                "one bias was counted for each input channel",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups + c_in * bool(bias),
                "A bias is added to a whole output channel.",
            ),
            Misconception(
                "S234",
                "one bias was counted for the whole layer",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups + bool(bias),
                "`bias` only says whether there are any. What does a bias belong to?",
            ),
            Misconception(
                "S212",
                "one bias was counted for each group",
                lambda c_in, c_out, k, groups, bias=True: (
                    k * k * c_in * c_out // groups + groups * bool(bias)
                ),
                "The output channels of a group do not share a bias.",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_in, c_out, k, groups, bias=True: k * c_in * c_out // groups + c_out * bool(bias),
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                lambda c_in, c_out, k, groups, bias=True: (
                    (k ^ 2) * c_in * c_out // groups + c_out * bool(bias)
                ),
                "In Python ^ works on bits. A power is written **.",
            ),
        ],
        hints=[
            "Count one filter first: it is as deep as one group has inputs, and k×k wide.",
            "How many filters are there? And how many numbers are added to the outputs?",
            "c_out filters of (c_in // groups)·k·k weights, and a bias for each filter if bias is True.",
        ],
    ),
]
