"""What came out of several trainings: every run, and the interval that their mean lies in."""

import math

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import INK, series_of

_WIDTH = 12.0  # of the axis, in cells
_ROW = 1.5


def accuracies(runs, intervals=None, *, caption=None):
    """Draw a row for each net: a dot for each of its runs, a line for their mean, and a box for the interval.

    Parameters
    ----------
    runs : dict of str to sequence of float
        For each net the accuracies of its runs, from 0 to 1; at most 6 nets.
    intervals : dict of str to pair of float, optional
        For each of these nets where its box begins and ends. The part above 1 is not drawn.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If an accuracy is not from 0 to 1, `intervals` names what is no net or ends before it begins, or there are
        more than 6 nets.
    """
    intervals = {} if intervals is None else intervals
    _check_range(runs, intervals)
    means = {name: sum(values) / len(values) for name, values in runs.items()}
    told = []
    for name, values in runs.items():
        words = f"{name}: mean {_percent(means[name])}, runs {wording.listed(map(_percent, values))}"
        if name in intervals:
            words += f", interval {' to '.join(map(_percent, intervals[name]))}"
        told.append(words + ".")
    best, *_, worst = sorted(means, key=means.get, reverse=True) * 2
    _draw(runs, intervals, means).show(
        f"Accuracy on the test images, a row for each of {wording.plural(len(runs), 'net')}. {' '.join(told)} "
        + f"Highest mean: {best}; lowest: {worst}.",
        caption,
    )


def _check_range(runs, intervals):
    """Refuse what the axis would clip, and boxes that would not be seen."""
    for name, values in runs.items():
        if not all(0 <= value <= 1 for value in values):
            raise ValueError(f"runs[{name!r}]={values} must hold accuracies from 0 to 1")
    for name in intervals.keys() - runs.keys():
        raise ValueError(f"intervals names {name!r}, and runs has {', '.join(runs)}")
    for name, (begin, end) in intervals.items():
        if begin > end:
            raise ValueError(f"intervals[{name!r}]={begin, end} must be where it begins and where it ends")


def _draw(runs, intervals, means):
    ends = [value for values in [*runs.values(), *intervals.values()] for value in values]
    step = _step(max(0.02, min(1.0, max(ends)) - max(0.0, min(ends))))
    low = max(0.0, step * math.floor(min(ends) / step - 0.2))
    high = min(1.0, step * math.ceil(max(ends) / step + 0.2))
    left = 0.7 + 0.33 * max(map(len, runs))
    top = 1.2
    base = top + _ROW * len(runs)
    board = Board(left + _WIDTH + 3.0, base + 1.9)

    def place(value):
        return left + _WIDTH * (min(max(value, low), high) - low) / (high - low)

    for tick in range(round((high - low) / step) + 1):
        value = low + tick * step
        board.line((place(value), top - 0.2), (place(value), base), color="#D8D8D8", width=0.8)
        board.text(place(value), base + 0.5, _percent(value, whole=step >= 0.01), size=0.85)
    board.line((left, base), (left + _WIDTH, base), color=INK)
    board.note(left + _WIDTH / 2, base + 1.3, "test images that are right")
    board.note(left + _WIDTH + 1.5, 0.5, "mean")
    _draw_key(board, left, with_box=bool(intervals))
    looks = series_of(runs)
    for row, (name, values) in enumerate(runs.items()):
        y = top + (row + 0.5) * _ROW
        board.text(left - 0.3, y, name, ha="right", bold=True)
        if name in intervals:
            begin, end = map(place, intervals[name])
            color, hatch = looks[name]
            look = {"fill": color, "hatch": hatch, "edge": INK, "line": 0.7}
            board.rectangle(begin, y - 0.4, max(end - begin, 0.06), 0.8, **look)
        board.rectangle(place(means[name]) - 0.05, y - 0.6, 0.1, 1.2, fill=INK, edge=INK)
        for run, value in enumerate(values):
            # One below the other, in their order: two runs may come to the same.
            _dot(board, place(value), y + 0.8 * ((run + 0.5) / len(values) - 0.5))
        board.text(left + _WIDTH + 1.5, y, _percent(means[name]), bold=True)
    return board


def _draw_key(board, left, with_box):
    """Say what the marks mean, above the rows."""
    _dot(board, left + 0.3, 0.5)
    board.text(left + 0.7, 0.5, "one run", ha="left", size=0.9)
    board.rectangle(left + 3.0, 0.1, 0.1, 0.8, fill=INK, edge=INK)
    board.text(left + 3.4, 0.5, "their mean", ha="left", size=0.9)
    if with_box:
        board.rectangle(left + 6.6, 0.2, 1.0, 0.6, fill="white", edge=INK, line=0.7)
        board.text(left + 7.9, 0.5, "interval for the mean", ha="left", size=0.9)


def _dot(board, x, y):
    board.ax.plot([x], [y], marker="o", markersize=6, color="white", markeredgecolor=INK, zorder=5)


def _step(span):
    """Return a distance of ticks that cuts the axis into at most eight parts."""
    return next(step for step in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if span <= 7 * step)


def _percent(value, whole=False):
    return f"{100 * value:.{0 if whole else 1}f} %"
