"""Bars with their numbers on them."""

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import INK, series_of


def bars(panels, *, caption=None):
    """Draw small panels of bars with their numbers on them.

    Parameters
    ----------
    panels : dict of str to dict of str to number
        For each panel its bars: ``{"weights": {"standard": 108, "separable": 39}}``. Each panel has its own scale.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If there are more than six different bars, a number is NaN, or the picture would be too wide to read.
    """
    order = list(dict.fromkeys(label for panel in panels.values() for label in panel))
    pitch = max(2.2, 0.31 * max(len(label) for label in order) + 0.4)
    widths = [max(pitch * len(panel), 4.0) for panel in panels.values()]
    board = Board(sum(widths) + 1.0 * len(widths), 7.4)
    left, told = 0.5, []
    for (name, panel), width in zip(panels.items(), widths, strict=True):
        board.text(left + width / 2, 0.5, name, bold=True)
        _draw_panel(board, panel, series_of(order), left + (width - pitch * len(panel)) / 2, pitch)
        board.line((left, 6.4), (left + width, 6.4), color=INK)
        left += width + 1.0
        told.append(f"{name}: {', '.join(f'{label} {wording.grouped(n)}' for label, n in panel.items())}")
    board.show(f"Bars, {wording.plural(len(panels), 'panel')}. {'. '.join(told)}.", caption)


def _draw_panel(board, panel, looks, left, pitch):
    tallest = max(max(panel.values()), 1e-12)
    for place, (label, value) in enumerate(panel.items()):
        color, hatch = looks[label]
        x, height = left + (place + 0.5) * pitch, 4.6 * value / tallest
        board.rectangle(x - 0.75, 6.4 - height, 1.5, height, "plain", fill=color, hatch=hatch, edge=INK)
        board.text(x, 6.4 - height - 0.38, wording.grouped(value), bold=True)
        board.text(x, 6.9, label, size=0.9)
