"""What a separable convolution costs beside a standard one, and what its weights buy."""

import itertools
import math

import numpy as np

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import BLUE, GRAY, GREEN, INK, VERMILLION

_EXACT = 1e-9  # a relative error below it is what rounding leaves of 0
_PLOT = (17.0, 8.0)  # width and height of the curve
_CELL = (1.7, 1.0)
# Paper to orange: the more a separable convolution costs, the darker.
_SHADES = ("#FFFFFF", "#FDF3DD", "#FBE6BC", "#F5D08A", "#EDB84F")
_SHADE_ENDS = (0.12, 0.2, 0.35, 0.6)


def rank_curve(errors, weights, dense, *, caption=None):
    """Draw the relative error of the best separable approximation against its number of weights.

    Parameters
    ----------
    errors : sequence of float
        Relative errors for rank 1, 2, 3 …, from 0 on; at most 16.
    weights : sequence of int
        The number of weights for each of these ranks, rising.
    dense : int
        The number of weights of the standard convolution.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If the numbers do not fit each other or are out of range.
    """
    errors, weights = inputs.array("errors", errors, (1,)), inputs.array("weights", weights, (1,))
    dense = inputs.whole("dense", dense, 1)
    if len(errors) != len(weights) or len(errors) > 16:
        raise ValueError(
            f"errors has {len(errors)} numbers and weights {len(weights)}; both must have one for each rank, "
            "at most 16"
        )
    if errors.min() < 0:
        raise ValueError(f"errors holds {wording.number(errors.min())}; a relative error is at least 0")
    if weights[0] <= 0 or (np.diff(weights) <= 0).any():
        raise ValueError(f"weights={wording.rows(weights)} must be positive and rise with the rank")
    exact = np.flatnonzero(errors < _EXACT)
    verdict = "never exact at these ranks"
    if len(exact):
        times = weights[exact[0]] / dense
        verdict = f"exact from rank {exact[0] + 1} on, with {_times_words(times)} the standard's weights"
    _draw_curve(errors, weights, dense, verdict).show(
        "Relative error of the best sum of separable convolutions against the number of weights. "
        + " ".join(
            f"Rank {rank}: {_grouped(count)} weights, error {_error_words(error)}."
            for rank, (error, count) in enumerate(zip(errors, weights, strict=True), 1)
        )
        + f" A vertical line marks the standard convolution: {dense:,} weights. {verdict.capitalize()}.",
        caption,
    )


def cost_law(ks=(1, 2, 3, 5, 7), c_outs=(1, 2, 3, 4, 8, 16, 64, 256), *, caption=None):
    """Draw 1 / c_out + 1 / k², the cost of separable relative to standard, for kernel sizes and output channels.

    The ratio holds for weights and for multiplications, with one filter for each channel and the stride on the
    depthwise stage (Howard et al., MobileNets, 2017, section 3.1). Where it is at least 1, separable does not pay:
    those cells are hatched and outlined.

    Parameters
    ----------
    ks : sequence of int
        Kernel sizes, a row for each; at most 8.
    c_outs : sequence of int
        Output channels, a column for each; at most 12.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If they are no such integers.
    """
    ks, c_outs = _checked_sizes("ks", ks, 8), _checked_sizes("c_outs", c_outs, 12)
    ratios = np.array([[1 / c_out + 1 / k**2 for c_out in c_outs] for k in ks])
    dear = np.array([[k * k + c_out >= k * k * c_out for c_out in c_outs] for k in ks])  # exact, in integers
    told = [
        f"k = {k}: " + ", ".join(_ratio_words(ratio) for ratio in row) + "."
        for k, row in zip(ks, ratios, strict=True)
    ]
    pays = f"{dear.sum()} of {dear.size} cells cost as much as standard or more"
    _draw_law(ks, c_outs, ratios, dear).show(
        "The cost of separable relative to standard, 1 / c_out + 1 / k². Columns: c_out = "
        f"{wording.listed(c_outs)}. {' '.join(told)} {pays} (hatched).",
        caption,
    )


def _draw_curve(errors, weights, dense, verdict):
    """Return a board with the axes, the line of the standard convolution and a numbered point for each rank."""
    left, top, (width, height) = 2.4, 1.0, _PLOT
    board = Board(left + width + 1.6, top + height + 3.3)
    most, tallest = 1.05 * max(weights[-1], dense), max(1.0, float(errors.max()))

    def place(count, error):
        return left + width * count / most, top + height * (1 - error / tallest)

    beyond = place(dense, tallest)[0]
    board.rectangle(
        beyond, top, left + width - beyond, height, fill="none", edge="#DDDDDD", hatch="///", line=0
    )
    board.line((left, top + height), (left + width, top + height), color=INK)
    board.line((left, top), (left, top + height), color=INK)
    for tick in np.linspace(0, tallest, 5):
        y = place(0, tick)[1]
        board.line((left - 0.15, y), (left, y), color=INK)
        board.text(left - 0.3, y, wording.number(tick), ha="right", size=0.9)
    step = _round_step(most)
    for tick in np.arange(0, most, step):
        x = place(tick, 0)[0]
        board.line((x, top + height), (x, top + height + 0.15), color=INK)
        board.text(x, top + height + 0.8, _grouped(tick), size=0.9)
    board.text(left - 1.9, 0.45, "relative error", ha="left", size=0.9, color=GRAY)
    board.text(
        left + width / 2,
        top + height + 1.5,
        "number of weights (hatched: more than standard)",
        size=0.9,
        color=GRAY,
    )
    board.line((beyond, top - 0.1), (beyond, top + height), color=VERMILLION, width=2, style="--")
    board.text(max(beyond, left + 3.0), 0.45, f"standard: {dense:,}", bold=True, color=VERMILLION)
    _draw_ranks(board, errors, [place(*point) for point in zip(weights, errors, strict=True)])
    board.text(left + width / 2, top + height + 2.55, verdict, bold=True, size=1.05)
    return board


def _draw_ranks(board, errors, points):
    for start, end in itertools.pairwise(points):
        board.line(start, end, color=INK, width=1.3)
    for rank, ((x, y), error) in enumerate(zip(points, errors, strict=True), 1):
        board.rectangle(x - 0.4, y - 0.38, 0.8, 0.76, "weights", line=1.4)
        board.text(x, y, str(rank), bold=True, size=0.9)
        board.text(x + 0.5, y - 0.4, _error_words(error), size=0.8, color=GRAY, ha="left")


def _draw_law(ks, c_outs, ratios, dear):
    """Return a board with a table of ratios, darker where separable costs more."""
    width, height = _CELL
    left, top = 2.6, 2.1
    columns = max(left + len(c_outs) * width + 0.5, 15.5)
    board = Board(columns, top + len(ks) * height + 2.0)
    board.text(columns / 2, 0.45, "separable / standard = 1 / c_out + 1 / k²", bold=True)
    board.text(left - 0.3, top - 0.5, "c_out", color=GREEN, ha="right", size=0.9)
    for j, c_out in enumerate(c_outs):
        board.text(left + (j + 0.5) * width, top - 0.5, str(c_out), color=GREEN, bold=True)
    for i, k in enumerate(ks):
        board.text(left - 0.3, top + (i + 0.5) * height, f"k = {k}", color=BLUE, bold=True, ha="right")
    for (i, j), ratio in np.ndenumerate(ratios):
        x, y = left + j * width, top + i * height
        shade = _SHADES[int(np.searchsorted(_SHADE_ENDS, ratio))]
        look = {"hatch": "///", "edge": "#E8A98A", "fill": "white"} if dear[i, j] else {"fill": shade}
        board.rectangle(x, y, width, height, **look)
        board.rectangle(x, y, width, height, fill="none", line=0.7)
        if dear[i, j]:
            board.rectangle(x + width / 2 - 0.55, y + 0.2, 1.1, 0.6, fill="white", edge="white", line=0)
        board.text(x + width / 2, y + height / 2, _ratio_words(ratio), bold=bool(dear[i, j]))
    _draw_border(board, dear, left, top)
    board.rectangle(left, top + len(ks) * height + 0.7, 1.1, 0.7, fill="white", edge="#E8A98A", hatch="///")
    board.outline(left, top + len(ks) * height + 0.7, 1.1, 0.7)
    words = "1 or more: separable costs as much as standard, or more"
    board.text(left + 1.5, top + len(ks) * height + 1.05, words, ha="left", size=0.95)
    return board


def _draw_border(board, dear, left, top):
    """Draw a line wherever a dear cell ends."""
    width, height = _CELL
    around = np.pad(dear, 1)
    for i, j in np.argwhere(dear):
        x, y = left + j * width, top + i * height
        sides = (
            (around[i, j + 1], (x, y, width, 0)),
            (around[i + 2, j + 1], (x, y + height, width, 0)),
            (around[i + 1, j], (x, y, 0, height)),
            (around[i + 1, j + 2], (x + width, y, 0, height)),
        )
        for neighbor_is_dear, side in sides:
            if not neighbor_is_dear:
                board.outline(*side)


def _checked_sizes(name, values, most):
    if np.ndim(values) != 1 or not 1 <= len(values) <= most:
        raise ValueError(f"{name}={values!r} must be a list of 1 to {most} ints")
    return [inputs.whole(f"{name}[{place}]", value, 1) for place, value in enumerate(values)]


def _round_step(most):
    """Return a step of 1, 2 or 5 times a power of ten that cuts an axis into at most six parts."""
    power = 10 ** math.floor(math.log10(most / 5))
    return next(step * power for step in (1, 2, 5, 10) if most / (step * power) <= 6)


def _grouped(count):
    return f"{int(count):,}"


def _error_words(error):
    return "0" if error < _EXACT else wording.number(error)


def _times_words(times):
    return f"{times:.2f} ×"


def _ratio_words(ratio):
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"
