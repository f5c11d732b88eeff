"""What was timed: a comparison with its intervals, and the roofline of a machine with layers on it."""

import math

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import GRAY, GREEN, INK, PALE, SERIES, VERMILLION

_MOST_ROWS = 12
_BARS = 12.0  # width of the longest bar
_PLOT = (14.0, 7.0)  # width and height of the roofline
_BEYOND = 1.5  # an interval is cut where it goes this much beyond the largest ratio


def comparison(result, *, promised=None, caption=None):
    """Draw how many times faster than the first each function of a comparison was, with the interval of each ratio.

    Parameters
    ----------
    result : sepconv.measuring.timing.Comparison
        Of two to twelve functions.
    promised : dict of str to float, optional
        For some of the functions the ratio that the MACs alone would promise: a mark beside the bar.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If `promised` names something that was not timed, or there are too few or too many functions.
    """
    promised = {} if promised is None else dict(inputs.named("promised", promised))
    first, *others = result.names
    if not 1 <= len(others) < _MOST_ROWS:
        raise ValueError(
            f"the comparison has {len(result.names)} functions; two to {_MOST_ROWS} can be drawn"
        )
    for name, ratio in promised.items():
        if name not in others:
            raise ValueError(f"promised names {name!r}; timed were {', '.join(map(repr, others))}")
        if not (math.isfinite(ratio) and ratio > 0):
            raise ValueError(f"promised[{name!r}]={ratio} must be a finite number above 0")
    rows = [(name, result.ratio(name), *result.interval(name), promised.get(name)) for name in others]
    _draw_rows(first, rows).show(
        f"How many times faster than {first}. " + " ".join(_row_words(*row) for row in rows), caption
    )


def _row_words(name, ratio, low, high, promise):
    mark = "" if promise is None else f", promised by the MACs {promise:.2f}"
    return f"{name}: {ratio:.2f}, interval {low:.2f} to {high:.2f}{mark}."


def _draw_rows(first, rows):
    """Return a board with a bar, a whisker and perhaps a mark for each row."""
    left = 2.2 + 0.33 * max(len(name) for name, *_ in rows)
    most = max([1.0, *(max(ratio, promise or 0) for _, ratio, _, _, promise in rows)])
    most = max(1.1 * most, min(max(high for *_, high, _ in rows), _BEYOND * most))
    board = Board(left + _BARS + 0.8, len(rows) + 2.9)

    def place(ratio):
        return left + _BARS * min(ratio, most) / most

    board.text(left, 0.5, f"times faster than {first}", ha="left", size=0.9, color=GRAY)
    if any(promise for *_, promise in rows):
        _stroke(board, left + 7.14, left + 7.26, 0.12, 0.88, GREEN)
        board.text(left + 7.5, 0.5, "promised by the MACs", ha="left", size=0.9, color=GRAY)
    bottom = len(rows) + 1.2
    for line, (name, ratio, low, high, promise) in enumerate(rows):
        y = 1.7 + line
        board.text(left - 1.9, y, name, ha="right", size=0.95)
        board.text(left - 0.3, y, f"{ratio:.2f}", bold=True, ha="right")
        board.rectangle(left, y - 0.3, place(ratio) - left, 0.6, fill=PALE, edge=INK)
        _stroke(board, place(low), place(high), y - 0.03, y + 0.03, INK)
        for end in (low, high):
            if end > most:  # cut: it goes on
                board.arrow((place(end) - 0.1, y), (place(end) + 0.5, y), color=INK)
            else:
                _stroke(board, place(end) - 0.03, place(end) + 0.03, y - 0.16, y + 0.16, INK)
        if promise:
            _stroke(board, place(promise) - 0.06, place(promise) + 0.06, y - 0.4, y + 0.4, GREEN)
    board.line((left, 1.2), (left, bottom), color=INK)
    board.line((place(1), 1.2), (place(1), bottom), color=VERMILLION, width=1.6, style="--")
    board.text(place(1), bottom + 0.5, "1", size=0.85, color=VERMILLION)
    board.text(left, bottom + 0.5, "0", size=0.85)
    board.text(
        left + _BARS / 2, bottom + 1.2, "line across a bar: interval of the ratio", size=0.85, color=GRAY
    )
    return board


def _stroke(board, left, right, top, bottom, color):
    """Draw a line that lies on top of the bars."""
    board.rectangle(left, top, right - left, bottom - top, fill=color, edge=color, line=0.5)


def roofline(roof, layers, *, threads=1, caption=None):
    """Draw what a machine can reach at most for each number of MACs per byte, and what layers reached.

    Parameters
    ----------
    roof : sepconv.measuring.timing.Roofline
    layers : dict of str to pair of float
        For each layer its MACs per byte and the MACs per second that were measured; at most six.
    threads : int
        Which of the roofs.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If the numbers are not finite and positive, or the roof was not measured with so many threads.
    """
    if threads not in roof.macs_per_second:
        raise ValueError(
            f"threads={threads}: the roof was measured with {wording.listed(roof.macs_per_second)}"
        )
    inputs.named("layers", layers)
    if len(layers) > len(SERIES):
        raise ValueError(f"layers has {len(layers)} layers; at most {len(SERIES)} can be told apart")
    points = {}
    for name, point in layers.items():
        pair = inputs.array(f"layers[{name!r}]", point, (1,))
        if len(pair) != 2 or pair.min() <= 0:
            raise ValueError(f"layers[{name!r}]={point!r} must be two positive numbers")
        points[name] = tuple(map(float, pair))
    told = [
        (
            name,
            f"{_short(x)} MACs per byte, {_short(y / 1e9)} billion MACs a second",
            _share(roof, x, y, threads),
        )
        for name, (x, y) in points.items()
    ]
    peak, moved = roof.macs_per_second[threads], roof.bytes_per_second[threads]
    _draw_roof(peak, moved, points, told).show(
        f"Roofline, {wording.plural(threads, 'thread')}, both axes logarithmic. The roof rises with {_short(moved / 1e9)} "
        f"billion bytes a second, and is flat at {_short(peak / 1e9)} billion MACs a second from "
        f"{_short(roof.ridge(threads))} MACs per byte on. "
        + " ".join(f"{name}: {counts}, {share}." for name, counts, share in told),
        caption,
    )


def _share(roof, macs_per_byte, macs_per_second, threads):
    share = macs_per_second / roof.attainable(macs_per_byte, threads)
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
    xs, ys = [ridge / 2, *(x for x, _ in points.values())], [peak, *(y for _, y in points.values())]
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
    board.text(left - 2.4, 0.45, "billion MACs per second", ha="left", size=0.9, color=GRAY)
    board.text(left + width / 2, top + height + 1.2, "MACs per byte moved", size=0.9, color=GRAY)
    start = 10.0**first
    board.line(place(start, moved * start), place(ridge, peak), color=VERMILLION, width=2.4)
    board.line(place(ridge, peak), place(10.0**last, peak), color=VERMILLION, width=2.4)
    _draw_points(board, [place(*point) for point in points.values()])
    for line, (name, counts, share) in enumerate(told):
        y = top + height + 2.2 + line
        _mark(board, 0.7, y, line)
        board.text(1.4, y, name, ha="left", bold=True, size=0.95)
        board.text(left + width + 0.8, y, f"{counts}, {share}", ha="right", size=0.9)
    return board


def _draw_points(board, places):
    for number, (x, y) in enumerate(places):
        _mark(board, x, y, number)


def _mark(board, x, y, number):
    board.rectangle(x - 0.36, y - 0.34, 0.72, 0.68, fill=PALE, edge=INK, line=1.4)
    board.text(x, y, str(number + 1), bold=True, size=0.85)


def _powers(values):
    """Return the powers of ten that enclose the values with some room, at least one apart."""
    first, last = math.floor(math.log10(0.8 * min(values))), math.ceil(math.log10(1.2 * max(values)))
    return first, max(last, first + 1)


def _power_words(power):
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"
