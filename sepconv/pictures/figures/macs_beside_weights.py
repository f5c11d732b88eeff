"""Where the multiplications of a network are, and where its weights are."""

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import GRAY, INK, series_of

_HEIGHT = 5.0  # of the tallest bar
_MIDDLE = 1.3  # between the two rows of bars, for the numbers of the layers


def macs_and_weights(kinds, macs, weights, *, caption=None):
    """Draw a bar upward for the MACs of each layer, and one downward for its weights.

    Parameters
    ----------
    kinds : sequence of str
        What each layer is, in the order of the network: "pointwise", "depthwise" …; of at most 6 kinds.
    macs, weights : sequence of int
        What each layer does and holds.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError, IndexError
        If there are more than 6 kinds, or the three do not have one item for each layer.
    """
    counts = {"macs": np.asarray(macs, float), "weights": np.asarray(weights, float)}
    order = list(dict.fromkeys(kinds))
    told = []
    for kind in order:
        mine = np.array([one == kind for one in kinds])
        shares = [100 * values[mine].sum() / values.sum() for values in counts.values()]
        layers = wording.plural(int(mine.sum()), "layer")
        told.append((kind, layers, f"{shares[0]:.2f} % of the MACs", f"{shares[1]:.2f} % of the weights"))
    _draw(kinds, order, counts, told).show(
        f"Bars for {wording.plural(len(kinds), 'layer')} in the order of the network: MACs upward, weights downward. "
        + " ".join(f"{kind}: {layers}, {work}, {held}." for kind, layers, work, held in told)
        + f" Most MACs: {_most(counts['macs'], kinds)} Most weights: {_most(counts['weights'], kinds)}",
        caption,
    )


def _most(values, kinds):
    """Say which layer has the most, and how much; then which others have as many."""
    first, *others = np.flatnonzero(values == values.max())
    said = f"layer {first + 1}, {kinds[first]}, {_short(values.max(), 'million')}."
    if others:
        said += f" As many: {wording.named('layer', [place + 1 for place in others])}."
    return said


def _draw(kinds, order, counts, told):
    left, pitch = 2.9, 1.0 if len(kinds) <= 20 else 0.8
    width = max(len(kinds) * pitch, 17.0)
    top = 1.1 + 0.95 * len(order)
    base = top + _HEIGHT
    board = Board(left + width + 0.5, base + _MIDDLE + _HEIGHT + 0.6)
    _draw_legend(board, left, told)
    _draw_axis(board, left, width, base, -1, "MACs", counts["macs"].max())
    _draw_axis(board, left, width, base + _MIDDLE, 1, "weights", counts["weights"].max())
    looks = series_of(order)
    for place, kind in enumerate(kinds):
        color, hatch = looks[kind]
        x = left + (place + 0.5) * pitch
        up, down = (_HEIGHT * values[place] / values.max() for values in counts.values())
        look = {"fill": color, "hatch": hatch, "edge": INK, "line": 0.7}
        board.rectangle(x - 0.4 * pitch, base - up, 0.8 * pitch, up, **look)
        board.rectangle(x - 0.4 * pitch, base + _MIDDLE, 0.8 * pitch, down, **look)
        board.text(x, base + _MIDDLE / 2, str(place + 1), size=0.8 if pitch == 1 else 0.72)
    board.note(left - 0.3, base + _MIDDLE / 2, "layer", size=0.85, ha="right")
    return board


def _draw_legend(board, left, told):
    looks = series_of([kind for kind, *_ in told])
    for line, (kind, layers, work, held) in enumerate(told):
        y = 0.75 + 0.95 * line
        color, hatch = looks[kind]
        board.rectangle(left, y - 0.32, 1.1, 0.64, fill=color, hatch=hatch, edge=INK)
        board.text(left + 1.5, y, kind, ha="left", bold=True)
        board.text(left + 6.0, y, layers, ha="left", size=0.95)
        board.text(left + 9.2, y, f"{work}, {held}", ha="left", size=0.95)


def _draw_axis(board, left, width, base, direction, word, most):
    """Draw the ground line of one row of bars, and a thin line at half and at full height."""
    board.line((left, base), (left + width, base), color=INK)
    for part in (0.5, 1.0):
        y = base + direction * part * _HEIGHT
        board.line((left, y), (left + width, y), color="#C8C8C8", width=0.7)
        board.text(left - 0.3, y, _short(part * most, "M"), size=0.85, ha="right")
    middle = base + direction * 0.25 * _HEIGHT
    board.text(left - 0.3, middle, word, size=0.9, color=GRAY, ha="right", bold=True)


def _short(count, million):
    """Write a count with three digits: 51.4 M, 1.05 M; below a hundred thousand as it is."""
    if count < 1e5:
        return f"{round(count):,}"
    return f"{count / 1e6:.1f} {million}" if count >= 1e7 else f"{count / 1e6:.2f} {million}"
