"""Which cells a dilated kernel touches."""

import numpy as np

from sepconv._arguments import span_of, whole_number
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board


def dilation_grid(k, dilation, *, caption=None):
    """Draw which cells a dilated kernel touches, and how far it spans.

    Parameters
    ----------
    k : int
        Height and width of the kernel.
    dilation : int or sequence of int
        One dilation, or several to compare side by side.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If a dilation is no whole number of at least 1, or the picture would be too wide to read.
    """
    dilations = [whole_number("dilation", each) for each in np.atleast_1d(dilation)]
    spans = [span_of(k, d) for d in dilations]
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
        board.note(center, tallest + 2.35, f"still {weights}")
        told.append(f"With dilation {d} its {weights} lie in {span} × {span} cells: {words}.")
        left += width + 0.8
    board.show(f"The cells that a {k} × {k} kernel touches. {' '.join(told)}", caption)


def _draw_touched(board, k, dilation, left, top):
    span = span_of(k, dilation)
    for i, j in np.ndindex(span, span):
        if i % dilation or j % dilation:
            board.rectangle(left + j, top + i, 1, 1, "plain")
    for i, j in np.ndindex(k, k):
        board.tile(left + j * dilation, top + i * dilation, 1, 1, str(i * k + j + 1), "weights")
