"""Which input channels each output channel reads, as lines and as a table."""

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import BLUE, GREEN


def channels_read(reads, *, caption=None):
    """Draw which input channels each output channel reads, as lines and as a table.

    Parameters
    ----------
    reads : array (c_out, c_in)
        True where the output channel reads the input channel, as ``sepconv.connectivity`` returns it, or numbers of
        which only 0 means that it does not.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If `reads` is not such a table, or the picture would be too wide to read.
    """
    reads = np.asarray(reads, bool)
    c_out, c_in = reads.shape
    rows, top = max(c_out, c_in), 1.7
    table_left = 10.6
    board = Board(table_left + c_in + 1.2, top + max(rows * 1.1, c_out + 1) + 0.9)
    heights = {n: [top + 0.6 + (rows - n) * 0.55 + i * 1.1 for i in range(n)] for n in (c_in, c_out)}
    _draw_lines(board, reads, heights[c_in], heights[c_out])
    board.title(table_left + c_in / 2, "who reads whom", "● = reads")
    board.table([["●" if read else "" for read in row] for row in reads], table_left, top + 1, away=0.5)
    board.text(table_left - 1.1, top + 1 + c_out / 2, "output", color=GREEN, ha="right", size=0.85)
    board.text(table_left - 1.1, top + 0.5, "input", color=BLUE, ha="right", size=0.85)
    words = f"{reads.sum()} of {c_out} × {c_in} = {c_out * c_in} connections"
    board.text((table_left + c_in + 1.2) / 2, top + max(rows * 1.1, c_out + 1) + 0.4, words, bold=True)
    told = [f"Output {o} reads {wording.named('input', np.flatnonzero(row))}." for o, row in enumerate(reads)]
    board.show(f"Which input channels each output channel reads. {' '.join(told)} In all {words}.", caption)


def _draw_lines(board, reads, input_heights, output_heights):
    left, right = 1.8, 6.2
    board.title(left, "input x", "channel")
    board.title(right, "output y", "channel")
    for o, i in np.argwhere(reads):
        board.line((left, input_heights[i]), (right, output_heights[o]), width=1.6)
    for x, role, heights in ((left, "input", input_heights), (right, "output", output_heights)):
        for channel, y in enumerate(heights):
            board.tile(x - 0.42, y - 0.42, 0.84, 0.84, str(channel), role, line=1.6)
