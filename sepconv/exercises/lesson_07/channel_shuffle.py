"""Deal the channels out: the first of each group, then the second of each group, and so on."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def channel_shuffle(x, groups):
    """Deal the channels of x (C, H, W) out: the first of each group, then the second of each, and so on."""
    C, H, W = x.shape
    decks = x.reshape(groups, C // groups, H, W)
    return decks.transpose(1, 0, 2, 3).reshape(C, H, W)


def _view_swapped(x, groups):
    return channel_shuffle(x, len(x) // groups)


def _groups_exchanged(x, groups):
    return x.reshape(groups, -1, *x.shape[1:])[::-1].reshape(x.shape)


def _not_flattened(x, groups):
    return x.reshape(groups, -1, *x.shape[1:]).swapaxes(0, 1)


def _axes_reversed(x, groups):
    return x.reshape(groups, -1, *x.shape[1:]).T.reshape(x.shape)


def _rows_and_columns_exchanged(x, groups):
    return x.reshape(groups, -1, *x.shape[1:]).transpose(1, 0, 3, 2).reshape(x.shape)


def order_alone(x, groups):
    return np.arange(len(x)).reshape(groups, -1).T.ravel()


def _pixels_dealt(x, groups):
    return x.reshape(groups, -1).T.reshape(x.shape)


def _channels_reversed_in_groups(x, groups):
    return x.reshape(groups, -1, *x.shape[1:])[:, ::-1].reshape(x.shape)


def _cases_shuffle(seed):
    draw = Inputs(seed).integers
    return [
        (np.arange(6.0).reshape(6, 1, 1), 2),
        (draw(8, 2, 3), 2),
        (draw(6, 3, 2), 3),
        (draw(12, 1, 2), 3),
        (draw(3, 2, 4), 1),
    ]


EXERCISE = Exercise(
    points=2,
    answer=channel_shuffle,
    cases=_cases_shuffle,
    misconceptions=[
        Misconception(
            "M32",
            "the groups and the places in a group were exchanged",
            _view_swapped,
            "The channel after x[0] should be the first one of the second group. Where in x does that group begin? "
            "If an order is computed, it must say what to take, not where to put it.",
        ),
        Misconception(
            "S258",
            "the channels stayed in their order",
            lambda x, groups: x,
            "The second channel of the result should come from the second group. Reshaping there and back, with nothing in between, changes nothing.",
        ),
        Misconception(
            "S259",
            "whole groups changed places",
            _groups_exchanged,
            "The groups shall be broken up: after the first channel of one group comes the first channel of the next.",
        ),
        Misconception(
            "S260",
            "the groups were not put back into one axis",
            _not_flattened,
            "The result has the same shape as x.",
        ),
        Misconception(
            "S261",
            "rows and columns were turned along with the channels",
            _axes_reversed,
            "Only the two axes for the channels shall change places; .T, for one, reverses the order of all axes.",
        ),
        Misconception(
            "S261",
            "rows and columns were turned along with the channels",
            _rows_and_columns_exchanged,
            "Only the two axes for the channels shall change places.",
        ),
        Misconception(
            "S262",
            "the pixels were dealt out along with the channels",
            _pixels_dealt,
            "A channel moves as a whole, with all its pixels: its rows and columns keep axes of their own.",
        ),
        Misconception(
            "S263",
            "the channels were turned round inside their groups",
            _channels_reversed_in_groups,
            "Write the groups as rows of cards, one under the other, and read column by column.",
        ),
        Misconception(
            "S282",
            "the numbers of the channels were returned",
            order_alone,
            "This is an order. Asked for are the channels of x in that order, with their pixels.",
        ),
    ],
    hints=[
        "Write the channels as a table, one row a group. The new order is the table read column by column.",
        "Reshape to (groups, C // groups, H, W), let the first two axes change places, reshape back.",
        "transpose takes the new order of the axes: the ones for rows and columns keep their places.",
    ],
)
