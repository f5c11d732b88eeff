"""The filters of one input channel as the rows of a matrix, and the column × row that comes closest to it."""

import math

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, side_by_side
from sepconv.pictures.figures.style import GRAY, GREEN, INK, ROLES


def filters_as_rows(weight, channel=0, *, caption=None):
    """Draw what the filters do to one input channel as a matrix, its rank, and the closest column × row.

    A depthwise-separable convolution has one kernel for the channel (the row) and one number for each output (the
    column): all it can make is their product, a matrix of rank 1 (Guo et al., Network Decoupling, 2018).

    Parameters
    ----------
    weight : array (C_out, C_in, kH, kW)
        So few output channels and weights in a kernel that they can be read.
    channel : int
        The input channel.
    caption : str, optional
        A line under the picture.
    """
    kernels = np.asarray(weight, float)[:, channel]
    matrix = kernels.reshape(len(kernels), -1)
    rank = int(np.linalg.matrix_rank(matrix))
    column, row = _closest_product(matrix, rank)
    error = np.linalg.norm(matrix - np.outer(column, row)) / max(np.linalg.norm(matrix), 1e-300)
    digits = 1 if rank > 1 else 12  # an approximation is drawn with one decimal: two would not fit the cells
    column, row, product = (np.round(part, digits) for part in (column, row, np.outer(column, row)))
    verdict = "one kernel, scaled, makes them all: separable can do this exactly"
    if rank > 1:
        verdict = f"no single kernel makes them all: relative error {wording.number(error)}"
    _draw_rows(kernels, (matrix, column, row, product), (channel, rank, verdict)).show(
        f"The filters on input channel {channel} as rows. "
        + " ".join(f"Row {o}: {wording.rows(values)}." for o, values in enumerate(matrix))
        + f" The matrix of {wording.size(matrix.shape)} has rank {rank}. The closest column × row: column "
        f"{wording.rows(column)}, row {wording.rows(row)}. {verdict.capitalize()}.",
        caption,
    )


def _closest_product(matrix, rank):
    """Return the column and row whose product comes closest; at rank 1 in whole numbers where there are such."""
    if rank == 1 and (matrix == np.rint(matrix)).all():
        first = matrix[np.flatnonzero(matrix.any(axis=1))[0]]
        row = first / math.gcd(*map(int, np.abs(first)))
        return matrix @ row / (row @ row), row
    left, sizes, right = np.linalg.svd(matrix, full_matrices=False)  # Eckart and Young, 1936
    sign = -1 if right[0][np.abs(right[0]).argmax()] < 0 else 1
    return sign * left[:, 0] * sizes[0] + 0.0, sign * right[0] + 0.0


def _draw_rows(kernels, parts, words):
    """Return a board: the kernels on top, below them the matrix and the product of column and row."""
    c_out, tall, wide = kernels.shape
    (matrix, column, row, product), (channel, rank, verdict) = parts, words
    length = matrix.shape[1]
    centers, columns = side_by_side([length, length + 1.4], least=6.5, gap=2.0, margin=1.0)
    columns = max(columns, c_out * (wide + 1.0) + 4.6, 17)
    shift = (columns - centers[0] - centers[1]) / 2
    matrix_left, product_left = (center + shift - length / 2 for center in centers)
    top = tall + 4.0
    board = Board(columns, top + c_out + 1.7)
    _draw_kernels(board, kernels, channel)
    board.text(matrix_left + length / 2, top - 1.8, f"the kernels as rows: rank {rank}", bold=True)
    board.text(product_left + length / 2, top - 1.8, "closest column × row", bold=True)
    board.grid(matrix, matrix_left, top, "weights")
    for o in range(c_out):
        board.text(matrix_left - 0.4, top + o + 0.5, str(o), color=GREEN, bold=True)
    gap = (matrix_left + length + product_left - 1.4) / 2
    board.text(gap, top + c_out / 2, "=" if rank < 2 else "≈", size=1.6)
    board.grid(row[None], product_left, top - 1.2, "plain")
    board.grid(column[:, None], product_left - 1.2, top, "plain")
    board.text(product_left - 0.7, top - 0.7, "×", color=GRAY)
    board.grid(product, product_left, top, "weights")
    board.text(columns / 2, top + c_out + 0.9, verdict, bold=True, color=INK)
    return board


def _draw_kernels(board, kernels, channel):
    """Draw the kernels of all outputs in a row, each with the number of its output channel."""
    c_out, _, wide = kernels.shape
    board.text(0.5, 0.5, f"on input {channel}", bold=True, ha="left", color=ROLES["weights"].edge)
    board.note(0.5, 1.1, wording.plural(c_out, "kernel"), size=0.85, ha="left")
    for o, kernel in enumerate(kernels):
        left = 4.4 + o * (wide + 1.0)
        board.text(left + wide / 2, 0.5, f"output {o}", color=GREEN, bold=True, size=0.9)
        board.grid(kernel, left, 1.1, "weights")
