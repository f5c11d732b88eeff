"""Output sizes, dilation and padding, drawn on one row of cells."""

import numpy as np

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import GRAY, INK, ROLES, VERMILLION

_LONGEST_ROW = 30


def shapes(size, k, *, stride=1, padding=0, dilation=1, formula=True, caption=None):
    """Draw where the windows land on a row of cells, which cells no window reads, and the floor formula.

    Parameters
    ----------
    size, k, stride, padding, dilation : int
        Of one axis, as in ``conv2d``; the padded row has at most 30 cells.
    formula : bool
        Whether the formula is written below.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument is no such integer, or the window spans more cells than there are.
    """
    size, k, stride, padding, dilation = _checked_axis(size, k, stride, padding, dilation)
    padded, span = size + 2 * padding, dilation * (k - 1) + 1
    windows = [list(range(start, start + span, dilation)) for start in range(0, padded - span + 1, stride)]
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
        board.text(center, bottom + 2.7, letters, size=0.9, color=GRAY)
    told = [f"Output {o} reads {_cells_named(window, size, padding)}." for o, window in enumerate(windows)]
    ring = f" between {wording.plural(padding, 'zero')} on each side" if padding else ""
    board.show(
        f"A row of {wording.plural(size, 'input cell')}, numbered from 0,{ring} under a kernel of {k} with "
        f"stride {stride} and dilation {dilation}. {' '.join(told)} {verdict}."
        + (f" {numbers}." if formula else ""),
        caption,
    )


def dilation_grid(k, dilation, *, caption=None):
    """Draw which cells a dilated kernel touches, and how far it spans.

    Parameters
    ----------
    k : int
        Height and width of the kernel, from 1 to 7.
    dilation : int or sequence of int
        One dilation, or several to compare side by side.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument is no such integer, or the picture would be too large to read.
    """
    k = inputs.whole("k", k, 1, 7)
    several = dilation if isinstance(dilation, (tuple, list, range)) and len(dilation) else [dilation]
    dilations = [inputs.whole("dilation", d, 1) for d in several]
    spans = [d * (k - 1) + 1 for d in dilations]
    tallest = max(spans)
    board = Board(sum(max(span, 5.6) for span in spans) + 0.8 * len(spans), tallest + 3.0)
    left, told = 0.4, []
    for d, span in zip(dilations, spans, strict=True):
        width = max(span, 5.6)
        center = left + width / 2
        board.text(center, 0.5, f"dilation {d}", bold=True)
        _draw_touched(board, k, d, center - span / 2, 1.0 + (tallest - span) / 2)
        words = f"span {d}·({k} − 1) + 1 = {span}"
        board.text(center, tallest + 1.6, words)
        weights = wording.plural(k * k, "weight")
        board.text(center, tallest + 2.35, f"still {weights}", size=0.9, color=GRAY)
        told.append(f"With dilation {d} its {weights} lie in {span} × {span} cells: {words}.")
        left += width + 0.8
    board.show(f"The cells that a {k} × {k} kernel touches. {' '.join(told)}", caption)


def same_padding(x=(1, 2, 3, 4), w=(1, 1, 1), *, stride=2, caption=None):
    """Draw two ways to pad: PyTorch's k // 2 on both sides, and TensorFlow's 'SAME' with the odd zero on the right.

    Parameters
    ----------
    x, w : sequence of numbers
        One row of input, and an odd number of weights.
    stride : int
        As in ``conv2d``.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit.
    """
    x, w = inputs.array("x", x, (1,)), inputs.array("w", w, (1,))
    stride = inputs.whole("stride", stride, 1)
    if len(w) % 2 == 0 or len(w) > 7:
        raise ValueError(f"w has {len(w)} numbers and must have 1, 3, 5 or 7")
    if len(x) > 14:
        raise ValueError(f"x has {len(x)} numbers and must have at most 14 to be legible")
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
        told.append(
            f"{name} puts {wording.plural(before, 'zero')} before and {wording.plural(after, 'zero')} after, "
            f"and gives {wording.rows(results)}."
        )
    board.show(
        f"Input {wording.rows(x)}, weights {wording.rows(w)}, stride {stride}. {' '.join(told)}", caption
    )


def _checked_axis(size, k, stride, padding, dilation):
    size, k = inputs.whole("size", size, 1, _LONGEST_ROW), inputs.whole("k", k, 1)
    stride, dilation = inputs.whole("stride", stride, 1), inputs.whole("dilation", dilation, 1)
    padding = inputs.whole("padding", padding, 0)
    padded, span = size + 2 * padding, dilation * (k - 1) + 1
    if padded > _LONGEST_ROW:
        raise ValueError(
            f"size={size} with padding={padding} makes {padded} cells; at most {_LONGEST_ROW} can be drawn"
        )
    if span > padded:
        raise ValueError(
            f"k={k} with dilation={dilation} spans {span} cells, but size={size} with padding={padding} has "
            f"{padded}: there is no output; take a smaller kernel, less dilation or more padding"
        )
    return size, k, stride, padding, dilation


def _draw_input_row(board, left, top, size, padding, unread):
    board.text(left - 0.3, top + 0.5, "input", ha="right", color=ROLES["input"].edge, bold=True)
    for cell in range(size + 2 * padding):
        x = left + cell
        if not 0 <= cell - padding < size:
            board.rectangle(x, top, 1, 1, "padding")
            board.text(x + 0.5, top + 0.5, "pad", size=0.7, color=GRAY)
            continue
        if cell in unread:
            board.rectangle(x, top, 1, 1, "input", hatch="////", fill="white")
            board.rectangle(x + 0.22, top + 0.22, 0.56, 0.56, fill="white", edge="white")
        else:
            board.rectangle(x, top, 1, 1, "input")
        board.text(x + 0.5, top + 0.5, str(cell - padding))


def _draw_window(board, left, top, window, label):
    board.text(left - 0.3, top + 0.45, label, ha="right", color=ROLES["output"].edge, bold=True)
    middle = top + 0.45
    board.line(
        (left + window[0] + 0.5, middle), (left + window[-1] + 0.5, middle), color=ROLES["weights"].edge
    )
    for tap, cell in enumerate(window):
        _draw_tap(board, left + cell, top, f"w{tap}")


def _draw_tap(board, x, top, words):
    board.rectangle(x + 0.06, top + 0.06, 0.88, 0.78, "weights")
    board.text(x + 0.5, top + 0.45, words, size=0.8)


def _draw_touched(board, k, dilation, left, top):
    span = dilation * (k - 1) + 1
    for i, j in np.ndindex(span, span):
        if i % dilation or j % dilation:
            board.rectangle(left + j, top + i, 1, 1, "plain")
    for i, j in np.ndindex(k, k):
        x, y = left + j * dilation, top + i * dilation
        board.rectangle(x, y, 1, 1, "weights")
        board.text(x + 0.5, y + 0.5, str(i * k + j + 1))


def _draw_way(board, left, width, x, w, stride, before, after):
    """Draw one way to pad; returns the output."""
    from sepconv.convolution.reference import conv2d

    padded = np.pad(x, (before, after))
    y = conv2d(padded[None, None], w[None, None, None], stride=stride)[0, 0]
    row_left = left + (width - len(padded) - 2.8) / 2
    y_left = row_left + len(padded) + 1.2
    for cell, value in enumerate(padded):
        role = "input" if before <= cell < before + len(x) else "padding"
        board.rectangle(row_left + cell, 1.1, 1, 1, role)
        board.text(row_left + cell + 0.5, 1.6, wording.number(value), color=INK if role == "input" else GRAY)
    board.text(y_left + 0.8, 1.6, "output", color=ROLES["output"].edge, bold=True)
    for output, value in enumerate(y):
        start, top = row_left + output * stride, 2.4 + output
        for tap, weight in enumerate(w):
            _draw_tap(board, start + tap, top, wording.number(weight))
        board.arrow((start + len(w) + 0.1, top + 0.45), (y_left - 0.1, top + 0.45))
        board.rectangle(y_left, top + 0.02, 1.6, 0.86, "output")
        board.text(y_left + 0.8, top + 0.45, wording.number(value), bold=True)
    return y


def _cells_named(window, size, padding):
    cells = [cell - padding for cell in window]
    inside = [cell for cell in cells if 0 <= cell < size]
    zeros = len(cells) - len(inside)
    parts = [f"cell{'s' if len(inside) > 1 else ''} {wording.listed(inside)}"] if inside else []
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
