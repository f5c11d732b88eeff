"""Small arrays as grids of numbers in the cells."""

import numpy as np

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board, side_by_side
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
    TypeError, ValueError
        If an array is not of numbers, a role is unknown, or the picture would be too large to read.
    """
    arrays = {
        name: inputs.array(name, values, (1, 2, 3, 4))
        for name, values in inputs.named("arrays", arrays).items()
    }
    roles = _checked_roles(arrays, roles)
    signs = _checked_signs(signs, len(arrays) - 1)
    sizes = [_drawn_size(values) for values in arrays.values()]
    tallest = max(height for height, _ in sizes)
    centers, total = side_by_side([width for _, width in sizes], least=2.8)
    board = Board(total, tallest + 1.8)
    middle = 1.5 + tallest / 2
    described = []
    for (name, values), (height, width), center in zip(arrays.items(), sizes, centers, strict=True):
        word, size = ROLES[roles[name]].word, wording.size(values.shape)
        board.title(center, name, f"{word} {size}")
        _draw_maps(board, values, center - width / 2, middle - height / 2, roles[name])
        described.append(f"{name}, {word + ', ' if word else ''}{size}: {wording.rows(values)}")
    for number, sign in enumerate(signs):
        right, left = centers[number] + sizes[number][1] / 2, centers[number + 1] - sizes[number + 1][1] / 2
        board.text((left + right) / 2, middle, sign, size=1.5 if len(sign) == 1 else 1.0)
    board.show(f"{wording.plural(len(arrays), 'grid')} of numbers. {'. '.join(described)}.", caption)


def _checked_roles(arrays, roles):
    roles = {} if roles is None else inputs.named("roles", roles)
    for name, role in roles.items():
        if name not in arrays:
            raise ValueError(f"roles names {name!r}; the arrays are {wording.listed(arrays)}")
        if role not in ROLES:
            raise ValueError(f"roles[{name!r}]={role!r} must be one of {wording.listed(ROLES)}")
    return {name: roles.get(name, role_of(name)) for name in arrays}


def _checked_signs(signs, gaps):
    if signs is None:
        return ()
    if isinstance(signs, str) or len(signs) != gaps:
        raise ValueError(f"signs={signs!r} must hold {wording.plural(gaps, 'sign')}, one between two grids")
    return tuple(signs)


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
