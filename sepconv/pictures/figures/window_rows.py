"""Where the windows land on one row of cells: output sizes, and two ways to pad."""

import numpy as np

from sepconv._arguments import span_of
from sepconv.convolution.reference import conv2d, output_size
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import GRAY, INK, ROLES, VERMILLION


def shapes(size, k, *, stride=1, padding=0, dilation=1, formula=True, caption=None):
    """Draw where the windows land on a row of cells, which cells no window reads, and the floor formula.

    Parameters
    ----------
    size, k, stride, padding, dilation : int
        Of one axis, as in ``conv2d``.
    formula : bool
        Whether the formula is written below.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        As ``output_size``, or if the picture would be too wide to read.
    """
    outputs, padded = output_size(size, k, stride, padding, dilation), size + 2 * padding
    starts = range(0, outputs * stride, stride)
    windows = [list(range(start, start + span_of(k, dilation), dilation)) for start in starts]
    unread = sorted(set(range(padded)).difference(*windows))
    width = max(padded + 3.6, 16)
    board = Board(width, len(windows) + (5.5 if formula else 3.6))
    left = 2.9 + (width - padded - 3.6) / 2
    _draw_input_row(board, left, 0.6, size, padding, unread)
    for output, window in enumerate(windows):
        _draw_window(board, left, 2.1 + output, window, f"y[{output}]")
    numbers = _formula(size, k, stride, padding, dilation) if formula else ""
    verdict = _unread_words(unread, size, padding)
    center, bottom = width / 2, 2.1 + len(windows)
    board.text(center, bottom + 0.7, verdict, color=VERMILLION if unread else GRAY)
    if formula:
        board.text(center, bottom + 1.8, numbers, bold=True)
        letters = "output = ⌊(size + 2·padding − dilation·(k − 1) − 1) / stride⌋ + 1"
        board.note(center, bottom + 2.7, letters)
    told = [f"Output {o} reads {_cells_named(window, size, padding)}." for o, window in enumerate(windows)]
    ring = f" between {wording.plural(padding, 'zero')} on each side" if padding else ""
    board.show(
        f"A row of {wording.plural(size, 'input cell')}, numbered from 0,{ring} under a kernel of {k} with "
        f"stride {stride} and dilation {dilation}. {' '.join(told)} {verdict}."
        + (f" {numbers}." if formula else ""),
        caption,
    )


def same_padding(x=(1, 2, 3, 4), w=(1, 1, 1), *, stride=2, caption=None):
    """Draw two ways to pad: PyTorch's k // 2 on both sides, and TensorFlow's 'SAME' with the odd zero on the right.

    Parameters
    ----------
    x, w : sequence of numbers
        One row of input, and an odd number of weights, so that both ways keep the size with stride 1.
    stride : int
        As in ``conv2d``.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        As ``conv2d``, or if the picture would be too wide to read.
    """
    x, w = np.asarray(x, float), np.asarray(w, float)
    if len(w) % 2 == 0:
        raise ValueError(f"w has {len(w)} numbers and must have an odd number of them")
    half = len(w) // 2
    total = max((-(-len(x) // stride) - 1) * stride + len(w) - len(x), 0)
    ways = (
        (f"PyTorch, padding={half}", half, half),
        ("TensorFlow, padding='SAME'", total // 2, total - total // 2),
    )
    width = max(len(x) + 2 * half + 3.6, 10)
    outputs = max((len(x) + before + after - len(w)) // stride + 1 for _, before, after in ways)
    board = Board(2 * width + 0.6, outputs + 3.6)
    board.text(width + 0.3, outputs + 3.1, f"x = {wording.rows(x)}, w = {wording.rows(w)}, stride {stride}")
    told = []
    for column, (name, before, after) in enumerate(ways):
        board.text(column * (width + 0.6) + width / 2, 0.5, name, bold=True)
        results = _draw_way(board, column * (width + 0.6), width, x, w, stride, before, after)
        zeros = f"{wording.plural(before, 'zero')} before and {wording.plural(after, 'zero')} after"
        told.append(f"{name} puts {zeros}, and gives {wording.rows(results)}.")
    lead = f"Input {wording.rows(x)}, weights {wording.rows(w)}, stride {stride}."
    board.show(" ".join([lead, *told]), caption)


def _draw_input_row(board, left, top, size, padding, unread):
    board.text(left - 0.3, top + 0.5, "input", ha="right", color=ROLES["input"].edge, bold=True)
    for cell in range(size + 2 * padding):
        x = left + cell
        if not 0 <= cell - padding < size:
            board.tile(x, top, 1, 1, "pad", "padding", size=0.7, ink=GRAY)
        elif cell in unread:
            board.rectangle(x, top, 1, 1, "input", hatch="////", fill="white")
            board.tile(x + 0.22, top + 0.22, 0.56, 0.56, str(cell - padding), fill="white", edge="white")
        else:
            board.tile(x, top, 1, 1, str(cell - padding), "input")


def _draw_window(board, left, top, window, label):
    board.text(left - 0.3, top + 0.45, label, ha="right", color=ROLES["output"].edge, bold=True)
    middle = top + 0.45
    first, last = left + window[0] + 0.5, left + window[-1] + 0.5
    board.line((first, middle), (last, middle), color=ROLES["weights"].edge)
    for tap, cell in enumerate(window):
        _draw_tap(board, left + cell, top, f"w{tap}")


def _draw_tap(board, x, top, words):
    board.tile(x + 0.06, top + 0.06, 0.88, 0.78, words, "weights", size=0.8)


def _draw_way(board, left, width, x, w, stride, before, after):
    """Draw one way to pad; returns the output."""
    padded = np.pad(x, (before, after))
    y = conv2d(padded[None, None], w[None, None, None], stride=stride)[0, 0]
    row_left = left + (width - len(padded) - 2.8) / 2
    y_left = row_left + len(padded) + 1.2
    for cell, value in enumerate(padded):
        role, ink = ("input", INK) if before <= cell < before + len(x) else ("padding", GRAY)
        board.tile(row_left + cell, 1.1, 1, 1, wording.number(value), role, ink=ink)
    board.text(y_left + 0.8, 1.6, "output", color=ROLES["output"].edge, bold=True)
    for output, value in enumerate(y):
        start, top = row_left + output * stride, 2.4 + output
        for tap, weight in enumerate(w):
            _draw_tap(board, start + tap, top, wording.number(weight))
        board.arrow((start + len(w) + 0.1, top + 0.45), (y_left - 0.1, top + 0.45))
        board.tile(y_left, top + 0.02, 1.6, 0.86, wording.number(value), "output", bold=True)
    return y


def _cells_named(window, size, padding):
    cells = [cell - padding for cell in window]
    inside = [cell for cell in cells if 0 <= cell < size]
    zeros = len(cells) - len(inside)
    parts = [wording.named("cell", inside)] if inside else []
    parts += [f"{wording.plural(zeros, 'zero')} of the padding"] if zeros else []
    return wording.listed(parts)


def _unread_words(unread, size, padding):
    if not unread:
        return "Every cell is read"
    cells = sum(padding <= cell < padding + size for cell in unread)
    count = f" ({wording.plural(cells, 'input cell')} unused, hatched)" if cells else ""
    return f"Never read: {_cells_named(unread, size, padding)}{count}"


def _formula(size, k, stride, padding, dilation):
    numerator = size + 2 * padding - dilation * (k - 1) - 1
    return (
        f"⌊({size} + 2·{padding} − {dilation}·({k} − 1) − 1) / {stride}⌋ + 1 = "
        f"⌊{numerator} / {stride}⌋ + 1 = {numerator // stride + 1}"
    )
