"""Which channels a convolution reads: filters as boxes, and who reads whom."""

import numpy as np

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import BLUE, GRAY, GREEN


def filter_box(c_in, c_out, k, *, caption=None):
    """Draw the weights of a convolution as boxes: each as deep as the input, one for each output channel.

    Parameters
    ----------
    c_in, c_out : int
        Channels, from 1 to 8.
    k : int
        Height and width of the kernel, from 1 to 7.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument is not such an integer.
    """
    c_in, c_out = inputs.whole("c_in", c_in, 1, 8), inputs.whole("c_out", c_out, 1, 8)
    k = inputs.whole("k", k, 1, 7)
    count = f"{c_out} × ({c_in} × {k} × {k}) = {c_out * c_in * k * k}"
    _draw_filters(c_in, c_out, k, f"{count} weights").show(
        f"A convolution with {wording.plural(c_in, 'input channel')}, {wording.plural(c_out, 'output channel')} "
        f"and {k} × {k} kernels. Each of its {wording.plural(c_out, 'filter')} is a box of {c_in} × {k} × {k} "
        "numbers, as deep as the input; it reads every input channel and writes one output channel. "
        f"Together: {count} weights.",
        caption,
    )


def _draw_filters(c_in, c_out, k, count):
    """Return a board with the input, the boxes, one row for each output channel, and the count beneath."""
    cell, shift = 0.5, 0.25
    box, depth = k * cell + c_in * shift, (c_in - 1) * 0.3
    pitch = max(box, 1.5) + 0.7
    height = max(c_out * pitch, 3.5 + depth)
    input_right = 3.1 + max(depth, 0.7)
    box_left = input_right + 2.7
    output_left = box_left + max(box, 3.4) + 2.6
    width, top, middle = output_left + 5.2, 1.7, 1.7 + height / 2
    board = Board(width, top + height + 1.9)
    board.title(0.6 + (2.5 + depth) / 2, "input x", f"{wording.plural(c_in, 'channel')}: {c_in} deep")
    sizes = f"{wording.plural(c_out, 'box')}, each {c_in} deep, {k} high, {k} wide"
    board.title(box_left + box / 2, "weights w", sizes)
    board.title(output_left + 1.3, "output y", wording.plural(c_out, "channel"))
    board.sheets(0.6, middle - (2.5 + depth) / 2, c_in, 5, 5, "input", cell=cell)
    for output in range(c_out):
        center = middle + (output + 0.5 - c_out / 2) * pitch
        board.arrow((3.3 + depth, middle), (box_left - 0.25, center))
        board.box(box_left, center - box / 2, c_in, k, k, "weights", cell=cell, shift=shift)
        board.arrow((box_left + box + 0.25, center), (output_left - 0.25, center))
        board.sheets(output_left + 0.2, center - 0.75, 1, 5, 5, "output", cell=0.3)
        board.text(output_left + 2.1, center, f"channel {output}", ha="left", size=0.9)
    board.text(width / 2, top + height + 0.6, count, bold=True, size=1.2)
    board.text(width / 2, top + height + 1.35, "boxes × (depth × height × width)", size=0.9, color=GRAY)
    return board


def channels_read(reads, *, caption=None):
    """Draw which input channels each output channel reads, as lines and as a table.

    Parameters
    ----------
    reads : bool array (c_out, c_in)
        True where the output channel reads the input channel, as ``sepconv.connectivity`` returns it.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If `reads` is not a table of booleans, or has more than 16 rows or columns.
    """
    reads = np.asarray(reads)
    if reads.dtype != np.bool_:
        raise TypeError(
            f"reads has dtype {reads.dtype} and must be bool; use for example reads = weights != 0"
        )
    if reads.ndim != 2 or reads.size == 0 or max(reads.shape) > 16:
        raise ValueError(f"reads has shape {reads.shape}; it must be (c_out, c_in), each from 1 to 16")
    c_out, c_in = reads.shape
    pairs = int(reads.sum())
    rows, top = max(c_out, c_in), 1.7
    table_left = 10.6
    board = Board(table_left + c_in + 1.2, top + max(rows * 1.1, c_out + 1) + 0.9)
    heights = {n: [top + 0.6 + (rows - n) * 0.55 + i * 1.1 for i in range(n)] for n in (c_in, c_out)}
    _draw_lines(board, reads, heights[c_in], heights[c_out])
    _draw_table(board, reads, table_left, top)
    words = f"{pairs} of {c_out} × {c_in} = {c_out * c_in} pairs are connected"
    board.text((table_left + c_in + 1.2) / 2, top + max(rows * 1.1, c_out + 1) + 0.4, words, bold=True)
    told = [f"Output {o} reads {_inputs_named(row)}." for o, row in enumerate(reads)]
    board.show(f"Which input channels each output channel reads. {' '.join(told)} In all {words}.", caption)


def _draw_lines(board, reads, input_heights, output_heights):
    left, right = 1.8, 6.2
    board.title(left, "input x", "channel")
    board.title(right, "output y", "channel")
    for o, i in np.argwhere(reads):
        board.line((left, input_heights[i]), (right, output_heights[o]), width=1.6)
    for x, role, edge, heights in (
        (left, "input", BLUE, input_heights),
        (right, "output", GREEN, output_heights),
    ):
        for channel, y in enumerate(heights):
            board.rectangle(x - 0.42, y - 0.42, 0.84, 0.84, role, edge=edge, line=1.6)
            board.text(x, y, str(channel))


def _draw_table(board, reads, left, top):
    c_out, c_in = reads.shape
    board.title(left + c_in / 2, "who reads whom", "● = reads")
    for i in range(c_in):
        board.text(left + i + 0.5, top + 0.5, str(i), color=BLUE, bold=True)
    for o in range(c_out):
        board.text(left - 0.5, top + 1.5 + o, str(o), color=GREEN, bold=True)
        for i in range(c_in):
            board.rectangle(left + i, top + 1 + o, 1, 1, "weights", fill=None if reads[o, i] else "white")
            board.text(left + i + 0.5, top + 1.5 + o, "●" if reads[o, i] else "")
    board.text(left - 1.1, top + 1 + c_out / 2, "output", color=GREEN, ha="right", size=0.85)
    board.text(left - 1.1, top + 0.5, "input", color=BLUE, ha="right", size=0.85)


def _inputs_named(row):
    channels = np.flatnonzero(row)
    if channels.size == 0:
        return "no input"
    return f"input{'s' if channels.size > 1 else ''} {wording.listed(channels)}"
