"""Filter banks as large matrices: a cell is one kernel, and with groups the cells lie in blocks on the diagonal."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from sepconv._arguments import check_groups
from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board, side_by_side
from sepconv.pictures.figures.style import BLUE, GRAY, GREEN, LEAST_POINTS, ROLES

_MOST_CHANNELS = 16
_MOST_NUMBERS = 150
_KERNEL = 1.2  # the side of a kernel without numbers
_LEDGE = 0.12  # between two kernels
_STRONG = ROLES["weights"].edge


@dataclass(frozen=True)
class Bank:
    """The sizes of the weights of a convolution."""

    c_in: int
    c_out: int
    kernel: tuple[int, int]
    groups: int = 1

    @property
    def weights(self):
        """Return how many numbers are learned, without biases."""
        return self.c_in * self.c_out * self.kernel[0] * self.kernel[1] // self.groups

    @property
    def formula(self):
        """Write the count as a calculation: 3·3·4·8 / 2 = 144."""
        product = "·".join(map(str, (*self.kernel, self.c_in, self.c_out)))
        divided = f" / {self.groups}" if self.groups > 1 else ""
        return f"{product}{divided} = {self.weights:,}"

    def channels(self, group):
        """Return the output channels and the input channels of a group."""
        rows, columns = self.c_out // self.groups, self.c_in // self.groups
        return (
            range(group * rows, (group + 1) * rows),
            range(group * columns, (group + 1) * columns),
        )

    def kind(self):
        """Name what the groups make of it, or return nothing."""
        if self.groups == 1:
            return "standard"
        if self.groups < self.c_in:
            return f"each output reads {self.c_in // self.groups}"
        times = self.c_out // self.c_in
        return "depthwise" if times == 1 else f"depthwise, multiplier {times}"


def block_diagonal(weight, groups=1, *, caption=None):
    """Draw the weights of a grouped convolution as a dense matrix of kernels; what is not there is dashed.

    Row o, column i is the kernel by which output channel o reads input channel i.

    Parameters
    ----------
    weight : array (C_out, C_in / groups, kH, kW), or its shape
        As ``nn.Conv2d`` stores it. The numbers of an array are written in the cells (at most 150); of a shape
        only the cells are drawn.
    groups : int
        Must divide C_out.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If `weight` is neither, is too large to be read, or `groups` does not fit.
    """
    numbers, bank = _checked_bank(weight, groups)
    told = [_group_words(bank, group) for group in range(bank.groups)]
    _draw_matrix(bank, numbers, told).show(
        f"The weights of a convolution of {bank.c_in} to {bank.c_out} channels with "
        f"{wording.plural(bank.groups, 'group')} as a matrix of {bank.c_out} × {bank.c_in} kernels of "
        f"{wording.size(bank.kernel)}: {wording.plural(bank.groups, 'block')} on the diagonal"
        + (f", {bank.groups**2 - bank.groups} missing beside them" if bank.groups > 1 else "")
        + f". {'. '.join(told)}. In all {bank.formula} weights."
        + (f" By output channel: {wording.rows(numbers)}." if numbers is not None else ""),
        caption,
    )


def group_strip(c_in, c_out, k, groups=None, *, caption=None):
    """Draw the weight matrix for several numbers of groups side by side, with the count of each.

    Parameters
    ----------
    c_in, c_out : int
        Channels, from 1 to 16.
    k : int
        Height and width of the kernel, from 1 to 7.
    groups : sequence of int, optional
        Without it all that are allowed: those that divide `c_in` and `c_out`.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, or the groups do not divide the channels.
    """
    c_in = inputs.whole("c_in", c_in, 1, _MOST_CHANNELS)
    c_out = inputs.whole("c_out", c_out, 1, _MOST_CHANNELS)
    k = inputs.whole("k", k, 1, 7)
    if groups is None:
        groups = [g for g in range(1, c_in + 1) if c_in % g == c_out % g == 0]
    if np.ndim(groups) != 1 or not len(groups):
        raise TypeError(f"groups={groups!r} must be a list of ints, such as [1, 2, 4]")
    for g in groups:
        check_groups(g, c_in, c_out)
    banks = [Bank(c_in, c_out, (k, k), g) for g in groups]
    draw_banks([(f"groups = {bank.groups}", bank.kind(), [bank]) for bank in banks], caption)


def draw_banks(panels, caption, lead="Weights as matrices of kernels"):
    """Draw and show panels (name, words below, banks one after the other), with their counts beneath."""
    kernel = _KERNEL * 0.75
    sizes = [
        (
            max(bank.c_out for bank in banks) * (kernel + _LEDGE),
            sum(bank.c_in * (kernel + _LEDGE) for bank in banks) + 1.2 * (len(banks) - 1),
        )
        for _, _, banks in panels
    ]
    most_words = max(max(len(_count_words(banks)), len(below)) for _, below, banks in panels)
    centers, columns = side_by_side([width for _, width in sizes], least=0.21 * most_words, gap=0.9)
    tallest = max(height for height, _ in sizes)
    board = Board(columns, 1.6 + tallest + 2.0)
    told = []
    for (name, below, banks), (_, width), center in zip(panels, sizes, centers, strict=True):
        board.title(center, name, below)
        left = center - width / 2
        for number, bank in enumerate(banks):
            if number:
                board.text(left - 0.65, 1.6 + tallest / 2, "→", size=1.3)
            height = bank.c_out * (kernel + _LEDGE)
            draw_bank(board, bank, left, 1.6 + (tallest - height) / 2, (kernel, kernel))
            left += bank.c_in * (kernel + _LEDGE) + 1.2
        total = sum(bank.weights for bank in banks)
        board.text(center, 1.6 + tallest + 0.55, _count_words(banks), size=0.9)
        board.text(center, 1.6 + tallest + 1.35, f"{total:,} weights", bold=True, size=1.1)
        told.append(f"{name}, {below}: {_count_words(banks)}{_blocks_words(banks)}")
    first = panels[0][2][0]
    board.show(
        f"{lead}, {wording.plural(len(panels), 'panel')}, {first.c_in} input channels. {'. '.join(told)}.",
        caption,
    )


def draw_bank(board, bank, left, top, cell, *, numbers=None, channels=False):
    """Draw one matrix of kernels; `cell` is the (height, width) of a kernel."""
    tall, wide = cell[0] + _LEDGE, cell[1] + _LEDGE
    rows, columns = bank.c_out // bank.groups, bank.c_in // bank.groups
    for row, column in np.ndindex(bank.groups, bank.groups):
        x, y = left + column * columns * wide, top + row * rows * tall
        if row != column:
            board.rectangle(x, y, columns * wide - _LEDGE, rows * tall - _LEDGE, "padding", fill="white")
            continue
        for o, i in np.ndindex(rows, columns):
            values = None if numbers is None else numbers[row * rows + o, i]
            _draw_kernel(board, bank.kernel, x + i * wide, y + o * tall, cell, values)
        if numbers is None and bank.groups > 1 and rows * columns > 1:
            center_x, center_y = x + (columns * wide - _LEDGE) / 2, y + (rows * tall - _LEDGE) / 2
            board.rectangle(center_x - 0.27, center_y - 0.3, 0.54, 0.6, "plain", edge=_STRONG, line=0.7)
            board.text(center_x, center_y, str(row), size=max(0.8, LEAST_POINTS / board.points), bold=True)
    if channels:
        for i in range(bank.c_in):
            board.text(left + i * wide + cell[1] / 2, top - 0.45, str(i), color=BLUE, bold=True)
        for o in range(bank.c_out):
            board.text(left - 0.45, top + o * tall + cell[0] / 2, str(o), color=GREEN, bold=True)
        board.text(left - 0.9, top - 0.45, "input", color=BLUE, ha="right", size=0.85)
        middle = top + (bank.c_out * tall - _LEDGE) / 2
        board.text(left - 0.9, middle, "output", color=GREEN, ha="right", size=0.85)


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


def _draw_matrix(bank, numbers, told):
    """Return a board with the matrix of a bank, beside each block who reads whom, and the count beneath."""
    tall, wide = bank.kernel if numbers is not None else (_KERNEL, _KERNEL)
    height, width = bank.c_out * (tall + _LEDGE), bank.c_in * (wide + _LEDGE)
    left, top = 2.6, 2.7
    board = Board(max(left + width + 0.4 + 0.185 * max(map(len, told)), 13), top + height + 1.2)
    board.text(left, 0.45, "weights as one matrix", bold=True, ha="left")
    below = f"{bank.c_out} × {bank.c_in} kernels of {wording.size(bank.kernel)}"
    below += ", dashed where there are none" if bank.groups > 1 else ""
    board.text(left, 1.05, below, size=0.85, color=GRAY, ha="left")
    draw_bank(board, bank, left, top, (tall, wide), numbers=numbers, channels=True)
    for group, words in enumerate(told):
        outputs, _ = bank.channels(group)
        middle = top + (outputs[0] + outputs[-1] + 1) / 2 * (tall + _LEDGE)
        board.text(left + width + 0.4, middle, words, size=0.85, ha="left")
    board.text(left, top + height + 0.6, f"{bank.formula} weights", bold=True, size=1.2, ha="left")
    return board


def _checked_bank(weight, groups):
    """Return the numbers, or None where only a shape was given, and the bank."""
    numbers, (c_out, per_group, *kernel) = _numbers_and_shape(weight)
    groups = inputs.whole("groups", groups, 1)
    c_in = per_group * groups
    if max(c_in, c_out) > _MOST_CHANNELS:
        raise ValueError(
            f"weight has shape {(c_out, per_group, *kernel)}, with groups={groups} {c_in} input and {c_out} output "
            f"channels; at most {_MOST_CHANNELS} of each can be read"
        )
    check_groups(groups, c_in, c_out)
    return numbers, Bank(c_in, c_out, tuple(kernel), groups)


def _numbers_and_shape(weight):
    if (
        isinstance(weight, (tuple, list))
        and len(weight) == 4
        and all(isinstance(n, Integral) for n in weight)
    ):
        names = ("C_out", "C_in / groups", "kH", "kW")
        most = (_MOST_CHANNELS, _MOST_CHANNELS, 7, 7)
        pairs = zip(names, weight, most, strict=True)
        return None, tuple(inputs.whole(f"{name} of weight", value, 1, top) for name, value, top in pairs)
    numbers = inputs.array("weight", weight, (4,))
    if numbers.size > _MOST_NUMBERS:
        raise ValueError(
            f"weight holds {numbers.size} numbers and at most {_MOST_NUMBERS} can be read: hand in weight.shape"
        )
    return numbers, numbers.shape


def _group_words(bank, group):
    outputs, read = bank.channels(group)
    verb = "reads" if len(outputs) == 1 else "read"
    return f"group {group}: {_span('output', outputs)} {verb} {_span('input', read)}"


def _span(noun, channels):
    if len(channels) == 1:
        return f"{noun} {channels[0]}"
    return f"{noun}s {channels[0]} {'and' if len(channels) == 2 else 'to'} {channels[-1]}"


def _count_words(banks):
    return " + ".join("·".join(map(str, (*b.kernel, b.c_in, b.c_out))) + _divisor(b) for b in banks)


def _divisor(bank):
    return f" / {bank.groups}" if bank.groups > 1 else ""


def _blocks_words(banks):
    total = sum(bank.weights for bank in banks)
    blocks = " and ".join(wording.plural(bank.groups, "block") for bank in banks)
    return f" = {total:,} weights in {blocks}"
