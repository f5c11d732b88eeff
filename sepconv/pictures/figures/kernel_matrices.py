"""Filter banks as large matrices: a cell is one kernel, and with groups the cells lie in blocks on the diagonal."""

from dataclasses import dataclass

import numpy as np

from sepconv._arguments import check_groups
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, side_by_side
from sepconv.pictures.figures.style import LEAST_POINTS, ROLES

KERNEL = 1.2  # the side of a kernel without numbers
LEDGE = 0.12  # between two kernels


@dataclass(frozen=True)
class Bank:
    """The sizes of the weights of a convolution."""

    c_in: int
    c_out: int
    kernel: tuple[int, int]
    groups: int = 1

    def __post_init__(self):
        check_groups(self.groups, self.c_in, self.c_out)

    @property
    def weights(self):
        """Return how many numbers are learned, without biases."""
        return self.c_in * self.c_out * self.kernel[0] * self.kernel[1] // self.groups

    @property
    def formula(self):
        """Write the count as a calculation: 3·3·4·8 / 2."""
        product = "·".join(map(str, (*self.kernel, self.c_in, self.c_out)))
        return f"{product} / {self.groups}" if self.groups > 1 else product


def draw_banks(panels, caption, lead="Weights as matrices of kernels"):
    """Draw panels side by side, each with its count of weights beneath, and show them.

    Parameters
    ----------
    panels : list of (str, str, list of Bank)
        The name of a panel, the words below it, and the banks drawn in it one after the other.
    caption : str or None
        A line under the picture.
    lead : str
        How the alt text begins.

    Raises
    ------
    ValueError
        If the picture would be too wide to read.
    """
    kernel = KERNEL * 0.75
    pitch = kernel + LEDGE
    widths = [sum(bank.c_in * pitch for bank in banks) + 1.2 * (len(banks) - 1) for _, _, banks in panels]
    counts = [" + ".join(bank.formula for bank in banks) for _, _, banks in panels]
    most_words = max(max(len(count), len(below)) for count, (_, below, _) in zip(counts, panels))
    centers, columns = side_by_side(widths, least=0.21 * most_words, gap=0.9)
    tallest = max(bank.c_out for _, _, banks in panels for bank in banks) * pitch
    board = Board(columns, 1.6 + tallest + 2.0)
    told = []
    for (name, below, banks), count, width, center in zip(panels, counts, widths, centers, strict=True):
        board.title(center, name, below)
        left = center - width / 2
        for number, bank in enumerate(banks):
            if number:
                board.text(left - 0.65, 1.6 + tallest / 2, "→", size=1.3)
            draw_bank(board, bank, left, 1.6 + (tallest - bank.c_out * pitch) / 2, (kernel, kernel))
            left += bank.c_in * pitch + 1.2
        total = f"{sum(bank.weights for bank in banks):,} weights"
        blocks = " and ".join(wording.plural(bank.groups, "block") for bank in banks)
        board.text(center, 1.6 + tallest + 0.55, count, size=0.9)
        board.text(center, 1.6 + tallest + 1.35, total, bold=True, size=1.1)
        told.append(f"{name}, {below}: {count} = {total} in {blocks}")
    c_in = panels[0][2][0].c_in
    lead += f", {wording.plural(len(panels), 'panel')}, {c_in} input channels"
    board.show(". ".join([lead, *told]) + ".", caption)


def draw_bank(board, bank, left, top, cell, *, numbers=None):
    """Draw one matrix of kernels.

    Parameters
    ----------
    board : Board
    bank : Bank
    left, top : float
        Corner of the matrix, in cells of the board.
    cell : (float, float)
        Height and width of a kernel, in cells of the board.
    numbers : array (C_out, C_in / groups, kH, kW), optional
        The weights, written into the kernels. Without it the kernels hold no numbers, and each block of several
        kernels bears the number of its group if there is more than one group.
    """
    tall, wide = cell[0] + LEDGE, cell[1] + LEDGE
    rows, columns = bank.c_out // bank.groups, bank.c_in // bank.groups
    for row, column in np.ndindex(bank.groups, bank.groups):
        x, y = left + column * columns * wide, top + row * rows * tall
        if row != column:
            board.rectangle(x, y, columns * wide - LEDGE, rows * tall - LEDGE, "padding", fill="white")
            continue
        for o, i in np.ndindex(rows, columns):
            values = None if numbers is None else numbers[row * rows + o, i]
            _draw_kernel(board, bank.kernel, x + i * wide, y + o * tall, cell, values)
        if numbers is None and bank.groups > 1 and rows * columns > 1:
            center_x, center_y = x + (columns * wide - LEDGE) / 2, y + (rows * tall - LEDGE) / 2
            look = {"size": max(0.8, LEAST_POINTS / board.points), "edge": ROLES["weights"].edge, "line": 0.7}
            board.tile(center_x - 0.27, center_y - 0.3, 0.54, 0.6, str(row), bold=True, **look)


def _draw_kernel(board, kernel, left, top, cell, values):
    rows, columns = kernel
    if values is not None:
        board.grid(values, left, top, "weights", width=cell[1] / columns, height=cell[0] / rows)
        return
    # A 1 × 1 kernel is drawn as small as one weight of a 3 × 3 kernel: the area tells the count.
    side = min(1 / max(rows, columns), 0.42)
    height, width = cell[0] * side, cell[1] * side
    x, y = left + (cell[1] - columns * width) / 2, top + (cell[0] - rows * height) / 2
    for i, j in np.ndindex(rows, columns):
        board.rectangle(x + j * width, y + i * height, width, height, "weights", line=0.6)
