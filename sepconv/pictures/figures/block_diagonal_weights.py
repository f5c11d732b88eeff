"""The weights of a grouped convolution as one matrix: blocks on its diagonal, and nothing beside them."""

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.kernel_matrices import KERNEL, LEDGE, Bank, draw_bank
from sepconv.pictures.figures.style import BLUE, GREEN


def block_diagonal(weight, groups=1, *, caption=None):
    """Draw the weights of a grouped convolution as a dense matrix of kernels; what is not there is dashed.

    Row o, column i is the kernel by which output channel o reads input channel i.

    Parameters
    ----------
    weight : array (C_out, C_in / groups, kH, kW), or its shape
        As ``nn.Conv2d`` stores it. The numbers of an array are written in the cells; of a shape, a tuple, only the
        cells are drawn.
    groups : int
        Must divide C_out.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If `groups` does not divide C_out, or the picture would be too wide to read.
    """
    numbers = None if isinstance(weight, tuple) else np.asarray(weight, float)
    c_out, per_group, *kernel = weight if numbers is None else numbers.shape
    bank = Bank(per_group * groups, c_out, tuple(kernel), groups)
    told = [_group_words(group, *_channels(bank, group)) for group in range(groups)]
    _draw_matrix(bank, numbers, told).show(
        f"The weights of a convolution of {bank.c_in} to {bank.c_out} channels with "
        f"{wording.plural(bank.groups, 'group')} as a matrix of {bank.c_out} × {bank.c_in} kernels of "
        f"{wording.size(bank.kernel)}: {wording.plural(bank.groups, 'block')} on the diagonal"
        + (f", {bank.groups**2 - bank.groups} missing beside them" if bank.groups > 1 else "")
        + f". {'. '.join(told)}. In all {bank.formula} = {bank.weights:,} weights."
        + (f" By output channel: {wording.rows(numbers)}." if numbers is not None else ""),
        caption,
    )


def _draw_matrix(bank, numbers, told):
    """Return a board with the matrix of a bank, beside each block who reads whom, and the count beneath."""
    tall, wide = bank.kernel if numbers is not None else (KERNEL, KERNEL)
    height, width = bank.c_out * (tall + LEDGE), bank.c_in * (wide + LEDGE)
    left, top = 2.6, 2.7
    board = Board(max(left + width + 0.4 + 0.185 * max(map(len, told)), 13), top + height + 1.2)
    board.text(left, 0.45, "weights as one matrix", bold=True, ha="left")
    below = f"{bank.c_out} × {bank.c_in} kernels of {wording.size(bank.kernel)}"
    below += ", dashed where there are none" if bank.groups > 1 else ""
    board.note(left, 1.05, below, size=0.85, ha="left")
    draw_bank(board, bank, left, top, (tall, wide), numbers=numbers)
    for i in range(bank.c_in):
        board.text(left + i * (wide + LEDGE) + wide / 2, top - 0.45, str(i), color=BLUE, bold=True)
    for o in range(bank.c_out):
        board.text(left - 0.45, top + o * (tall + LEDGE) + tall / 2, str(o), color=GREEN, bold=True)
    board.text(left - 0.9, top - 0.45, "input", color=BLUE, ha="right", size=0.85)
    board.text(left - 0.9, top + (height - LEDGE) / 2, "output", color=GREEN, ha="right", size=0.85)
    for group, words in enumerate(told):
        outputs, _ = _channels(bank, group)
        middle = top + (outputs[0] + outputs[-1] + 1) / 2 * (tall + LEDGE)
        board.text(left + width + 0.4, middle, words, size=0.85, ha="left")
    board.text(
        left, top + height + 0.6, f"{bank.formula} = {bank.weights:,} weights", bold=True, size=1.2, ha="left"
    )
    return board


def _channels(bank, group):
    """Return the output channels and the input channels of a group."""
    rows, columns = bank.c_out // bank.groups, bank.c_in // bank.groups
    return range(group * rows, (group + 1) * rows), range(group * columns, (group + 1) * columns)


def _group_words(group, outputs, read):
    verb = "reads" if len(outputs) == 1 else "read"
    return f"group {group}: {_span('output', outputs)} {verb} {_span('input', read)}"


def _span(noun, channels):
    if len(channels) == 1:
        return f"{noun} {channels[0]}"
    return f"{noun}s {channels[0]} {'and' if len(channels) == 2 else 'to'} {channels[-1]}"
