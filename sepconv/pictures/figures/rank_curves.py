"""What more weights buy: the error of the best sum of separable convolutions, rank by rank."""

import itertools
import math

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import INK, VERMILLION

_EXACT = 1e-9  # a relative error below it is what rounding leaves of 0
_PLOT = (17.0, 8.0)  # width and height of the curve


def rank_curve(errors, weights, dense, *, caption=None):
    """Draw the relative error of the best separable approximation against its number of weights.

    Parameters
    ----------
    errors : sequence of float
        Relative errors for rank 1, 2, 3 …, from 0 on.
    weights : sequence of int
        The number of weights for each of these ranks, rising.
    dense : int
        The number of weights of the standard convolution.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If an error is negative, or there is not one error and one number of weights for each rank.
    """
    if min(errors) < 0:
        raise ValueError(f"errors holds {wording.number(min(errors))}; a relative error is at least 0")
    exact = np.flatnonzero(np.asarray(errors) < _EXACT)
    verdict = "never exact at these ranks"
    if len(exact):
        times = weights[exact[0]] / dense
        verdict = f"exact from rank {exact[0] + 1} on, with {times:.2f} × the standard's weights"
    _draw_curve(errors, weights, dense, verdict).show(
        "Relative error of the best sum of separable convolutions against the number of weights. "
        + " ".join(
            f"Rank {rank}: {wording.grouped(count)} weights, error {_error_words(error)}."
            for rank, (error, count) in enumerate(zip(errors, weights, strict=True), 1)
        )
        + f" A vertical line marks the standard convolution: {dense:,} weights. {verdict.capitalize()}.",
        caption,
    )


def _draw_curve(errors, weights, dense, verdict):
    """Return a board with the axes, the line of the standard convolution and a numbered point for each rank."""
    left, top, (width, height) = 2.4, 1.0, _PLOT
    board = Board(left + width + 1.6, top + height + 3.3)
    most, tallest = 1.05 * max(weights[-1], dense), max(1.0, float(max(errors)))

    def place(count, error):
        return left + width * count / most, top + height * (1 - error / tallest)

    beyond, bottom = place(dense, 0)
    look = {"fill": "none", "edge": "#DDDDDD", "hatch": "///", "line": 0}
    board.rectangle(beyond, top, left + width - beyond, height, **look)
    board.line((left, bottom), (left + width, bottom), color=INK)
    board.line((left, top), (left, bottom), color=INK)
    for tick in np.linspace(0, tallest, 5):
        y = place(0, tick)[1]
        board.line((left - 0.15, y), (left, y), color=INK)
        board.text(left - 0.3, y, wording.number(tick), ha="right", size=0.9)
    for tick in np.arange(0, most, _round_step(most)):
        x = place(tick, 0)[0]
        board.line((x, bottom), (x, bottom + 0.15), color=INK)
        board.text(x, bottom + 0.8, wording.grouped(tick), size=0.9)
    board.note(left - 1.9, 0.45, "relative error", ha="left")
    board.note(left + width / 2, bottom + 1.5, "number of weights (hatched: more than standard)")
    board.line((beyond, top - 0.1), (beyond, bottom), color=VERMILLION, width=2, dashes="--")
    board.text(max(beyond, left + 3.0), 0.45, f"standard: {dense:,}", bold=True, color=VERMILLION)
    points = [place(*point) for point in zip(weights, errors, strict=True)]
    for start, end in itertools.pairwise(points):
        board.line(start, end, color=INK, width=1.3)
    for rank, ((x, y), error) in enumerate(zip(points, errors), 1):
        board.tile(x - 0.4, y - 0.38, 0.8, 0.76, str(rank), "weights", bold=True, size=0.9, line=1.4)
        board.note(x + 0.5, y - 0.4, _error_words(error), size=0.8, ha="left")
    board.text(left + width / 2, bottom + 2.55, verdict, bold=True, size=1.05)
    return board


def _round_step(most):
    """Return a step of 1, 2 or 5 times a power of ten that cuts an axis into at most six parts."""
    power = 10 ** math.floor(math.log10(most / 5))
    return next(step * power for step in (1, 2, 5, 10) if most / (step * power) <= 6)


def _error_words(error):
    return "0" if error < _EXACT else wording.number(error)
