"""How many times faster than the first each of some functions was, with the interval of each ratio."""

from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import GREEN, INK, PALE, VERMILLION

_BARS = 12.0  # width of the longest bar
_BEYOND = 1.5  # an interval is cut where it goes this much beyond the largest ratio


def comparison(result, *, promised=None, caption=None):
    """Draw how many times faster than the first each function of a comparison was, with the interval of each ratio.

    Parameters
    ----------
    result : sepconv.measuring.timing.Comparison
        Of two functions or more.
    promised : dict of str to float, optional
        For some of the functions the ratio that the MACs alone would promise: a mark beside the bar.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If `promised` names something that was not timed, or there is only one function.
    """
    promised = {} if promised is None else promised
    first, *others = result.names
    for name in promised.keys() - set(others):
        raise ValueError(f"promised names {name!r}; timed were {', '.join(map(repr, others))}")
    rows = [(name, result.ratio(name), *result.interval(name), promised.get(name)) for name in others]
    told = " ".join(_row_words(*row) for row in rows)
    _draw_rows(first, rows).show(f"How many times faster than {first}. {told}", caption)


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

    board.note(left, 0.5, f"times faster than {first}", ha="left")
    if any(promise is not None for *_, promise in rows):
        _stroke(board, left + 7.14, left + 7.26, 0.12, 0.88, GREEN)
        board.note(left + 7.5, 0.5, "promised by the MACs", ha="left")
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
        if promise is not None:
            _stroke(board, place(promise) - 0.06, place(promise) + 0.06, y - 0.4, y + 0.4, GREEN)
    board.line((left, 1.2), (left, bottom), color=INK)
    board.line((place(1), 1.2), (place(1), bottom), color=VERMILLION, width=1.6, dashes="--")
    board.text(place(1), bottom + 0.5, "1", size=0.85, color=VERMILLION)
    board.text(left, bottom + 0.5, "0", size=0.85)
    board.note(left + _BARS / 2, bottom + 1.2, "line across a bar: interval of the ratio", size=0.85)
    return board


def _stroke(board, left, right, top, bottom, color):
    """Draw a line that lies on top of the bars."""
    board.rectangle(left, top, right - left, bottom - top, fill=color, edge=color, line=0.5)
