"""Deal the channels out: the first of each group, then the second of each group, and so on."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def channel_shuffle(x, groups):
    """Deal the channels of x (C, H, W) out: the first of each group, then the second of each, and so on."""
    C, H, W = x.shape
    decks = x.reshape(groups, C // groups, H, W)
    return decks.transpose(1, 0, 2, 3).reshape(C, H, W)


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
    misconceptions="""
        M32 the groups and the places in a group were exchanged
        x.reshape(groups, C // groups, H, W) => x.reshape(C // groups, groups, H, W)
        The channel after x[0] should be the first one of the second group. Where in x does that group begin? If an order is computed, it must say what to take, not where to put it.

        S258 the channels stayed in their order
        decks.transpose(1, 0, 2, 3) => decks
        The second channel of the result should come from the second group. Reshaping there and back, with nothing in between, changes nothing.

        S259 whole groups changed places
        decks.transpose(1, 0, 2, 3) => decks[::-1]
        The groups shall be broken up: after the first channel of one group comes the first channel of the next.

        S260 the groups were not put back into one axis
        (1, 0, 2, 3).reshape(C, H, W) => (1, 0, 2, 3)
        The result has the same shape as x.

        S261 rows and columns were turned along with the channels
        decks.transpose(1, 0, 2, 3) => decks.T
        Only the two axes for the channels shall change places; .T, for one, reverses the order of all axes.

        S261 rows and columns were turned along with the channels
        1, 0, 2, 3 => 1, 0, 3, 2
        Only the two axes for the channels shall change places.

        S262 the pixels were dealt out along with the channels
        decks.transpose(1, 0, 2, 3) => decks.reshape(groups, -1).T
        A channel moves as a whole, with all its pixels: its rows and columns keep axes of their own.

        S263 the channels were turned round inside their groups
        decks.transpose(1, 0, 2, 3) => decks[:, ::-1]
        Write the groups as rows of cards, one under the other, and read column by column.

        S282 the numbers of the channels were returned
        decks.transpose(1, 0, 2, 3).reshape(C, H, W) => np.arange(C).reshape(groups, C // groups).T.ravel()
        This is an order. Asked for are the channels of x in that order, with their pixels.
    """,
    hints=[
        "Write the channels as a table, one row a group. The new order is the table read column by column.",
        "Reshape to (groups, C // groups, H, W), let the first two axes change places, reshape back.",
        "transpose takes the new order of the axes: the ones for rows and columns keep their places.",
    ],
)
