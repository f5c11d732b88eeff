"""The filters of a convolution as boxes, each as deep as the input."""

from sepconv._arguments import whole_number
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board


def filter_box(c_in, c_out, k, *, caption=None):
    """Draw the weights of a convolution as boxes: each as deep as the input, one for each output channel.

    Parameters
    ----------
    c_in, c_out : int
        Channels.
    k : int
        Height and width of the kernel.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If one of them is no whole number of at least 1, or the picture would be too wide to read.
    """
    c_in, c_out, k = map(whole_number, ("c_in", "c_out", "k"), (c_in, c_out, k))
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
    places = max(6 - k, 1)  # where the kernel fits in 5 rows
    for output in range(c_out):
        center = middle + (output + 0.5 - c_out / 2) * pitch
        board.arrow((3.3 + depth, middle), (box_left - 0.25, center))
        board.box(box_left, center - box / 2, c_in, k, k, cell=cell, shift=shift)
        board.arrow((box_left + box + 0.25, center), (output_left - 0.25, center))
        board.sheets(output_left + 0.2, center - places * 0.15, 1, places, places, "output", cell=0.3)
        board.text(output_left + 2.1, center, f"channel {output}", ha="left", size=0.9)
    board.text(width / 2, top + height + 0.6, count, bold=True, size=1.2)
    board.note(width / 2, top + height + 1.35, "boxes × (depth × height × width)")
    return board
