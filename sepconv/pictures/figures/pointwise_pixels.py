"""A pointwise convolution worked out at one pixel, with all its numbers."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, between, side_by_side
from sepconv.pictures.figures.output_maps import BETWEEN, draw_outputs, sum_of_products
from sepconv.pictures.figures.style import GREEN, VERMILLION


def pointwise(x, w, at, *, caption=None):
    """Draw a 1 × 1 convolution at one pixel: the weights as a matrix times the channels as a vector.

    Parameters
    ----------
    x : array (C_in, H, W)
        A few channels.
    w : array (C_out, C_in) or (C_out, C_in, 1, 1)
        A few output channels.
    at : (int, int)
        Row and column of the pixel.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError, IndexError
        If the arrays do not fit each other, `at` is not a pixel of the output, or the picture would be too wide to read.
    """
    x, w = np.asarray(x, float), np.asarray(w, float)
    w = w.reshape(len(w), -1)
    y = conv2d(x, w[:, :, None, None])
    i, j = at
    sums = [
        f"y[{o}, {i}, {j}] = {sum_of_products(row, x[:, i, j])} = {wording.number(y[o, i, j])}"
        for o, row in enumerate(w)
    ]
    _draw_pointwise(x, w, y, (i, j), sums).show(
        f"A 1 × 1 convolution at row {i}, column {j}. Input x, by channel: {wording.rows(x)}. The pixel holds "
        f"{wording.rows(x[:, i, j])}. Weights, a row for each output: {wording.rows(w)}. "
        f"{'. '.join(sums)}. The output at this pixel is {wording.rows(y[:, i, j])}.",
        caption,
    )


def _draw_pointwise(x, w, y, pixel, sums):
    """Return a board: input maps, matrix, vector, vector, output maps, and the sums beneath."""
    (channels, tall, wide), c_out, (i, j) = x.shape, len(w), pixel
    vector, result = x[:, i, j][:, None], y[:, i, j][:, None]
    widths = [wide, channels, 1, 1, wide]
    centers, columns = side_by_side(widths, least=2.2, gap=1.2)
    rows = max(channels, c_out) * (tall + BETWEEN)
    board = Board(columns, 1.7 + rows + 0.7 * len(sums) + 0.5)
    middle = 1.6 + rows / 2
    size = wording.size(x.shape)
    below = (f"input {size}", f"weights {c_out} × {channels}", "the pixel", "its output", "output")
    names = ("x", "w", f"x[:, {i}, {j}]", f"y[:, {i}, {j}]", "y")
    for center, name, words in zip(centers, names, below, strict=True):
        board.title(center, name, words)
    top = middle - (channels * tall + (channels - 1) * BETWEEN) / 2
    for c in range(channels):
        board.grid(x[c], centers[0] - wide / 2, top + c * (tall + BETWEEN), "input")
        board.outline(centers[0] - wide / 2 + j, top + c * (tall + BETWEEN) + i, 1, 1)
    board.grid(w, centers[1] - channels / 2, middle - c_out / 2, "weights")
    for o in range(c_out):
        y_middle = middle - c_out / 2 + o + 0.5
        board.text(centers[1] - channels / 2 - 0.35, y_middle, str(o), color=GREEN, bold=True)
    board.grid(vector, centers[2] - 0.5, middle - channels / 2, "input")
    board.grid(result, centers[3] - 0.5, middle - c_out / 2, "output")
    draw_outputs(board, y, centers[4], middle, pixel)
    for n, sign in ((1, "@"), (2, "=")):
        board.text(between(centers, widths, n), middle, sign, size=1.4)
    left = max(columns / 2 - 0.125 * max(map(len, sums)), 0.3)
    for line, words in enumerate(sums):
        board.text(left, 1.9 + rows + 0.7 * line, words, bold=True, color=VERMILLION, ha="left")
    return board
