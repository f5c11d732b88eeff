"""A picture whose pixels are shuffled: a 1 × 1 convolution does not notice, a larger one does."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.photos import around_zero, checked_picture, place, shrunk
from sepconv.pictures.figures.style import PHOTO_DPI

_WIDEST = 56  # pixels: so few that each is seen
_PANEL = 4.9
_GAP = 0.45


def pixels_shuffled(picture, layers, seed=0, *, caption=None):
    """Draw what convolutions make of a picture, and of its shuffled pixels after these are put back in place.

    The picture is first reduced to at most 56 pixels in width. Stride 1, zeros around it, so that it keeps its size.

    Parameters
    ----------
    picture : array (H, W) or (3, H, W)
        Values from 0 to 1.
    layers : dict of str to array (1, C, k, k)
        Convolutions by name, k odd, with as many input channels as the picture.
    seed : int
        Of the shuffle.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If `picture` is no such array, a layer has more than one output channel, or as ``conv2d``.
    """
    picture = shrunk(checked_picture(picture), _WIDEST)
    maps = picture.reshape(-1, *picture.shape[-2:]).astype(float)
    order = np.random.default_rng(seed).permutation(maps[0].size)
    scrambled = _in_order(maps, order)
    columns, told = [], []
    for name, weight in layers.items():
        plain = _convolve(maps, weight)
        back = _in_order(_convolve(scrambled, weight), np.argsort(order))
        difference = float(np.abs(plain - back).max())
        columns.append((name, plain, back, difference))
        told.append(f"{name}: {_difference_words(difference)}.")
    _draw_panels(maps, scrambled, columns).show(
        f"A picture of {wording.size(maps.shape[1:])} pixels and the same pixels shuffled. Each convolution on the "
        f"picture, and on the shuffled pixels, which are then put back in place. {' '.join(told)}",
        caption,
    )


def _in_order(maps, order):
    """Return maps whose pixel number p, counted row by row, is pixel order[p] of the given ones."""
    return maps.reshape(len(maps), -1)[:, order].reshape(maps.shape)


def _convolve(maps, weight):
    """Return the one map that a filter makes, of the same size; a bank of more filters fails to unpack."""
    (filtered,) = conv2d(maps, np.asarray(weight, float), padding=np.shape(weight)[-1] // 2)
    return filtered[None]


def _difference_words(difference):
    return "no difference" if difference < 1e-12 else f"difference up to {wording.number(difference)}"


def _draw_panels(maps, scrambled, columns):
    """Return a board: a line for the picture, one for its shuffled pixels, one for the difference."""
    height = _PANEL * maps.shape[1] / maps.shape[2]
    pitch = height + 1.3
    board = Board((len(columns) + 1) * (_PANEL + _GAP) + 0.4, 3 * pitch + 0.1, dpi=PHOTO_DPI)
    lefts = [n * (_PANEL + _GAP) + (0.7 if n else 0.1) for n in range(len(columns) + 1)]

    def panel(column, line, values, title, limits):
        top = line * pitch + 1.0
        board.text(lefts[column] + _PANEL / 2, top - 0.45, title, bold=True, size=0.95)
        place(board, np.squeeze(values), lefts[column], top, _PANEL, height, limits)
        board.rectangle(lefts[column], top, _PANEL, height, fill="none", line=0.8)

    panel(0, 0, maps, "the picture", (0, 1))
    panel(0, 1, scrambled, "its pixels, shuffled", (0, 1))
    board.note(lefts[0] + _PANEL / 2, 2.5 * pitch + 0.35, "the difference (gray: none)")
    for column, (name, plain, back, difference) in enumerate(columns, start=1):
        limits = (min(0.0, float(plain.min())), max(float(plain.max()), 1e-3))
        panel(column, 0, plain, name, limits)
        panel(column, 1, back, f"{name}, put back", limits)
        gap = plain - back if difference >= 1e-12 else np.zeros_like(plain)
        panel(column, 2, gap, _difference_words(difference), around_zero(gap))
    return board
