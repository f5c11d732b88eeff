"""How a shuffle deals the channels out, with numbered cards."""

from itertools import pairwise

import numpy as np

from sepconv.convolution.reference import channel_shuffle
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, side_by_side
from sepconv.pictures.figures.style import INK, ROLES, Look

# One pale color for each group; the numbers on the cards say the same.
_CARDS = (
    ROLES["input"],
    Look("", "#F0DCE8", "#9C4F7C"),
    *(ROLES[r] for r in ("padding", "output", "weights")),
)


def shuffle(channels, groups, *, caption=None):
    """Draw a channel shuffle with numbered cards: reshape to groups, transpose, flatten.

    Parameters
    ----------
    channels : int
        At least 2.
    groups : int
        Must divide `channels`; at most 5.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError, IndexError
        If `groups` does not divide `channels`, or one of them is out of range.
    """
    cards = np.arange(channels)
    each = channels // groups
    dealt = channel_shuffle(cards.reshape(-1, 1, 1), groups).ravel()
    decks = cards.reshape(groups, each)
    order = wording.rows(dealt)
    _draw_shuffle(decks, dealt, f"new order: {order}").show(
        f"Channel shuffle of {channels} channels in {wording.plural(groups, 'group')}. Reshape to "
        f"{groups} × {each}: {wording.rows(decks)}. Transpose to {each} × {groups}: {wording.rows(decks.T)}. "
        f"Flatten: {order}. Place 1 now holds channel {dealt[1]}.",
        caption,
    )


def _draw_shuffle(decks, dealt, order):
    """Return a board with the cards before, as a table, as the table transposed, and in their new order."""
    (groups, each), channels = decks.shape, decks.size
    stages = (
        ("before", f"{wording.plural(groups, 'group')} of {each}", decks.reshape(-1, 1)),
        ("reshape", f"({groups}, {each}): a row a group", decks),
        ("transpose", f"({each}, {groups}): rows ↔ columns", decks.T),
        ("flatten", "row after row", dealt[:, None]),
    )
    centers, columns = side_by_side([stage.shape[1] for _, _, stage in stages], least=5.0, gap=1.1)
    board = Board(columns, channels + 2.9)
    for (name, below, stage), center in zip(stages, centers, strict=True):
        board.title(center, name, below)
        height, width = stage.shape
        _draw_cards(board, stage, center - width / 2, 1.7 + (channels - height) / 2, each)
    _draw_groups(board, groups, each, centers[0] - 0.65, "right")
    _draw_groups(board, groups, each, centers[-1] + 0.65, "left")
    for ((_, _, before), a), ((_, _, after), b) in pairwise(zip(stages, centers)):
        ends = (a + before.shape[1] / 2 + 0.3, b - after.shape[1] / 2 - 0.3)
        board.arrow(*((x, 1.7 + channels / 2) for x in ends))
    board.text(columns / 2, channels + 2.4, order, bold=True, size=1.1)
    return board


def _draw_cards(board, cards, left, top, each):
    for (row, column), card in np.ndenumerate(cards):
        look = {"fill": _CARDS[card // each].fill, "edge": _CARDS[card // each].edge, "line": 1.4}
        board.tile(left + column, top + row, 1, 1, str(card), bold=True, **look)


def _draw_groups(board, groups, each, x, ha):
    """Write beside a column of cards where its groups are, with a line between two of them."""
    for group in range(groups):
        top = 1.7 + group * each
        board.note(x, top + each / 2, f"group {group}", size=0.85, ha=ha)
        if group:
            side = -1 if ha == "right" else 1
            board.line((x - side * 0.1, top), (x + side * 1.6, top), color=INK)
