"""Small arrays as grids of numbers in the cells."""

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, between, side_by_side
from sepconv.pictures.figures.style import ROLES, role_of

_BETWEEN = 0.5  # between two maps of one tensor


def grids(arrays, *, roles=None, signs=None, caption=None):
    """Draw small arrays side by side, each as a grid with its numbers in the cells.

    Parameters
    ----------
    arrays : dict of str to array
        1-D or 2-D arrays; (C, H, W) is drawn as C maps from top to bottom, (C_out, C_in, kH, kW) as one such
        column for each output channel.
    roles : dict of str to str, optional
        ``"input"``, ``"weights"``, ``"output"``, ``"padding"`` or ``"plain"`` for each name. Without it the name
        tells: ``x`` is the input, ``w`` the weights, ``y`` the output.
    signs : sequence of str, optional
        What to write between the grids, such as ``("∗", "=")``.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If `roles` names what is no array, there are more or fewer signs than gaps, or the picture would be too
        wide to read.
    """
    arrays = {name: np.asarray(values, float) for name, values in arrays.items()}
    roles = {} if roles is None else roles
    for name in roles.keys() - arrays.keys():
        raise ValueError(f"roles names {name!r}; the arrays are {wording.listed(arrays)}")
    heights, widths = zip(*(_drawn_size(values) for values in arrays.values()))
    tallest = max(heights)
    centers, total = side_by_side(widths, least=2.8)
    board = Board(total, tallest + 1.8)
    middle = 1.5 + tallest / 2
    described = []
    for (name, values), height, width, center in zip(arrays.items(), heights, widths, centers, strict=True):
        role = roles.get(name, role_of(name))
        word, size = ROLES[role].word, wording.size(values.shape)
        board.title(center, name, f"{word} {size}")
        _draw_maps(board, values, center - width / 2, middle - height / 2, role)
        described.append(f"{name}, {word + ', ' if word else ''}{size}: {wording.rows(values)}")
    gaps = range(len(arrays) - 1)
    for n, sign in zip(gaps, [""] * len(gaps) if signs is None else signs, strict=True):
        board.text(between(centers, widths, n), middle, sign, size=1.5 if len(sign) == 1 else 1.0)
    board.show(f"{wording.plural(len(arrays), 'grid')} of numbers. {'. '.join(described)}.", caption)


def _drawn_size(values):
    """Return (height, width) in cells."""
    columns, maps, height, width = (1,) * (4 - values.ndim) + values.shape
    return maps * height + _BETWEEN * (maps - 1), columns * width + _BETWEEN * (columns - 1)


def _draw_maps(board, values, left, top, role):
    columns, maps, height, width = shape = (1,) * (4 - values.ndim) + values.shape
    values = values.reshape(shape)
    for column, index in np.ndindex(columns, maps):
        x, y = left + column * (width + _BETWEEN), top + index * (height + _BETWEEN)
        board.grid(values[column, index], x, y, role)
