"""The puzzle of lesson 0: two ways from 3 channels to 4."""

from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import ROLES


def puzzle(*, caption=None):
    """Draw the two ways of lesson 0 from 3 channels to 4, without counts and output sizes: those are predicted.

    Parameters
    ----------
    caption : str, optional
        A line under the picture.
    """
    board = Board(23, 11.2)
    board.text(0.3, 0.5, "Standard", bold=True, ha="left", size=1.15)
    board.text(0.3, 6.1, "Separable", bold=True, ha="left", size=1.15)
    _draw_stages(
        board, 1.1, ((0.4, 3, 4, "input"), (11.0, 4, None, "output")),
        ((3.9, 10.6, "one 3 × 3 convolution", "3 → 4 channels,\nstride 2, padding 1"),),
    )  # fmt: skip
    _draw_stages(
        board, 6.8, ((0.4, 3, 4, "input"), (10.0, 3, 4, "plain"), (19.2, 4, None, "output")),
        ((3.9, 9.6, "3 × 3 depthwise", "each channel alone,\nstride 1, padding 1"),
         (13.5, 18.8, "1 × 1 pointwise", "3 → 4 channels")),
    )  # fmt: skip
    board.line((0.3, 5.4), (22.7, 5.4), color="#BBBBBB")
    board.show(
        "Two ways from an input of 3 channels of 4 × 4 to an output of 4 channels. Standard: one 3 × 3 "
        "convolution, 3 to 4 channels, stride 2, padding 1. Separable: a 3 × 3 depthwise convolution of each "
        "channel alone, stride 1, padding 1, gives 3 × 4 × 4, then a 1 × 1 pointwise convolution, 3 to 4 channels. "
        "The sizes of both outputs are left open.",
        caption,
    )


def _draw_stages(board, top, stacks, steps):
    """Draw stacks of maps and the arrows between them; a stack of size None is left open, to be guessed."""
    for left, channels, size, role in stacks:
        cells, cell = (size, 0.6) if size else (1, 2.4)
        width, _ = board.sheets(left, top, channels, cells, cells, role, cell=cell, shift=0.27)
        if not size:
            board.text(left + 1.2, top + 0.27 * (channels - 1) + 1.2, "?", size=1.8)
        word = ROLES[role].word or "in between"
        words = f"{word} {channels} × {size} × {size}" if size else f"{word} {channels} × ? × ?"
        board.text(left + width / 2, top + 3.75, words, size=0.9)
    for start, end, name, detail in steps:
        board.arrow((start, top + 1.9), (end, top + 1.9), width=1.6)
        board.text((start + end) / 2, top + 1.2, name, bold=True, color=ROLES["weights"].edge)
        board.text((start + end) / 2, top + 2.3, detail, size=0.85, va="top")
