"""The roofline of a machine, with layers on it."""

import math

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import INK, PALE, VERMILLION

_PLOT = (14.0, 7.0)  # width and height


def roofline(roof, layers, *, threads=1, caption=None):
    """Draw what a machine can reach at most for each number of MACs per byte, and what layers reached.

    Parameters
    ----------
    roof : sepconv.measuring.timing.Roofline
    layers : dict of str to pair of float
        For each layer its MACs per byte and the MACs per second that were measured, both above 0.
    threads : int
        Which of the roofs.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    KeyError, ValueError
        If the roof was not measured with so many threads, or a number is not above 0.
    """
    peak, moved = roof.macs_per_second[threads], roof.bytes_per_second[threads]
    told = []
    for name, (x, y) in layers.items():
        counts = f"{_short(x)} MACs per byte, {_short(y / 1e9)} billion MACs a second"
        told.append((name, counts, _share_words(y / roof.attainable(x, threads))))
    _draw_roof(peak, moved, layers.values(), told).show(
        f"Roofline, {wording.plural(threads, 'thread')}, both axes logarithmic. The roof rises with {_short(moved / 1e9)} "
        f"billion bytes a second, and is flat at {_short(peak / 1e9)} billion MACs a second from "
        f"{_short(roof.ridge(threads))} MACs per byte on. "
        + " ".join(f"{name}: {counts}, {share}." for name, counts, share in told),
        caption,
    )


def _share_words(share):
    return f"{share:.0%} of its roof" if share >= 0.005 else "under 1% of its roof"


def _short(value):
    """Write a number with two significant digits: 0.056, 1.1, 24, 332."""
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{value:,.{digits}f}"


def _draw_roof(peak, moved, points, told):
    """Return a board with two logarithmic axes, the roof, and a numbered point for each layer."""
    left, top, (width, height) = 2.6, 1.0, _PLOT
    board = Board(left + width + 1.0, top + height + 2.6 + len(told))
    ridge = peak / moved
    xs, ys = [ridge / 2, *(x for x, _ in points)], [peak, *(y for _, y in points)]
    first, last = _powers(xs)
    low, high = _powers([*ys, moved * 10.0**first])

    def place(x, y):
        across = (math.log10(x) - first) / (last - first)
        return left + width * across, top + height * (1 - (math.log10(y) - low) / (high - low))

    for power in range(first, last + 1):
        x = place(10.0**power, 1)[0]
        board.line((x, top), (x, top + height), color="#DDDDDD", width=0.7)
        board.text(x, top + height + 0.5, _power_words(power), size=0.85)
    for power in range(low, high + 1):
        y = place(1, 10.0**power)[1]
        board.line((left, y), (left + width, y), color="#DDDDDD", width=0.7)
        board.text(left - 0.2, y, _power_words(power - 9), size=0.85, ha="right")
    board.note(left - 2.4, 0.45, "billion MACs per second", ha="left")
    board.note(left + width / 2, top + height + 1.2, "MACs per byte moved")
    start = 10.0**first
    board.line(place(start, moved * start), place(ridge, peak), color=VERMILLION, width=2.4)
    board.line(place(ridge, peak), place(10.0**last, peak), color=VERMILLION, width=2.4)
    for number, point in enumerate(points):
        _mark(board, *place(*point), number)
    for line, (name, counts, share) in enumerate(told):
        y = top + height + 2.2 + line
        _mark(board, 0.7, y, line)
        board.text(1.4, y, name, ha="left", bold=True, size=0.95)
        board.text(left + width + 0.8, y, f"{counts}, {share}", ha="right", size=0.9)
    return board


def _mark(board, x, y, number):
    look = {"fill": PALE, "edge": INK, "line": 1.4}
    board.tile(x - 0.36, y - 0.34, 0.72, 0.68, str(number + 1), bold=True, size=0.85, **look)


def _powers(values):
    """Return the powers of ten that enclose the values with some room, at least one apart."""
    first, last = math.floor(math.log10(0.8 * min(values))), math.ceil(math.log10(1.2 * max(values)))
    return first, max(last, first + 1)


def _power_words(power):
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"
