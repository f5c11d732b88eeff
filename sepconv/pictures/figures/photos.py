"""A photo as it is, and how pictures are put on a board."""

import textwrap

import numpy as np
from PIL import Image

from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import CELL_INCHES, PHOTO_DPI

_LETTER, _LINE = 0.28, 0.6  # the room that a bold letter, and a line of them, needs
LEAST_REACH = 1e-3  # where all is 0
_GRAY_STEPS = 24  # more would not be seen, and would double the size of the notebook


def image(picture, *, title=None, caption=None):
    """Draw a picture as it is.

    Parameters
    ----------
    picture : array
        Gray (H, W) or color (3, H, W), values from 0 to 1.
    title : str, optional
        A line above the picture; it is part of the alt text.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If `picture` is not such an array.
    """
    picture = checked_picture(picture)
    height, width = picture.shape[-2:]
    columns = min(14.0, max(4.0, width * 96 / PHOTO_DPI / 96 / CELL_INCHES))
    rows = columns * height / width
    lines = textwrap.wrap(title, int(columns / _LETTER)) if title else []
    top = 0.3 + _LINE * len(lines) if lines else 0.0
    board = Board(columns, rows + top, dpi=PHOTO_DPI)
    for number, line in enumerate(lines):
        board.text(columns / 2, 0.45 + _LINE * number, line, bold=True)
    place(board, picture, 0, top, columns, rows, limits=(0, 1))
    kind = "color" if picture.ndim == 3 else "gray"
    subject = f"{title}: a" if title else "A"
    board.show(f"{subject} {kind} picture, {height} pixels high and {width} wide.", caption)


def place(board, picture, left, top, width, height, limits):
    """Put a picture on the board: black at the lower limit, white at the upper.

    Parameters
    ----------
    board : Board
    picture : array
        Gray (H, W) or color (3, H, W).
    left, top : float
        Corner of the picture, in cells of the board.
    width, height : float
        In cells of the board.
    limits : (float, float)
        In values of the picture; what lies beyond them looks as they do.
    """
    shown = np.clip((picture - limits[0]) / (limits[1] - limits[0]), 0, 1)
    shown = shrunk(shown, round(width * board.cell * PHOTO_DPI))
    shown = shown.transpose(1, 2, 0) if shown.ndim == 3 else np.rint(shown * _GRAY_STEPS) / _GRAY_STEPS
    board.ax.imshow(
        shown, cmap="gray", vmin=0, vmax=1, extent=(left, left + width, top + height, top), aspect="auto",
        interpolation="nearest", zorder=2,
    )  # fmt: skip


def shrunk(picture, width):
    """Reduce a picture to so many pixels in width, smoothly; a narrower one stays as it is.

    Parameters
    ----------
    picture : array (..., H, W)
    width : int
        In pixels.

    Returns
    -------
    array (..., height, width)
        The height is in proportion; float32, unless it is `picture` itself.
    """
    if picture.shape[-1] <= width:
        return picture
    size = (width, round(picture.shape[-2] * width / picture.shape[-1]))
    channels = picture.reshape(-1, *picture.shape[-2:])
    small = [np.asarray(Image.fromarray(np.float32(c)).resize(size, Image.Resampling.BOX)) for c in channels]
    return np.stack(small).reshape(*picture.shape[:-2], size[1], size[0])


def around_zero(result):
    """Return limits with 0 in the middle; a few extreme pixels must not dim the rest."""
    reach = max(float(np.percentile(np.abs(result), 99)), LEAST_REACH)
    return (-reach, reach)


def checked_picture(picture):
    """Return a picture as float64 numbers from 0 to 1, gray (H, W) or color (3, H, W)."""
    picture = np.asarray(picture, float)
    if picture.ndim == 3 and picture.shape[0] != 3:
        raise ValueError(f"picture has shape {picture.shape}; color needs (3, H, W), gray (H, W)")
    if not (picture.min() >= 0 and picture.max() <= 1):
        low, high = picture.min(), picture.max()
        raise ValueError(f"picture has values from {low:g} to {high:g} and must lie between 0 and 1")
    return picture
