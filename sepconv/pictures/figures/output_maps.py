"""Shared by pictures of one pixel worked out: the output maps with that pixel, and its sum of products."""

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.style import GREEN

BETWEEN = 0.6  # two maps of one tensor


def draw_outputs(board, y, center, middle, pixel, marked=None):
    """Draw the output maps from top to bottom, with one pixel outlined.

    Parameters
    ----------
    board : Board
    y : array (C_out, H, W)
    center, middle : float
        The x and y of the middle of all maps together, in cells.
    pixel : (int, int)
        Row and column of the pixel.
    marked : int, optional
        The channel whose pixel is outlined; without it, the pixel of every channel.

    Returns
    -------
    list of float
        The y of the upper edge of each map, in cells.
    """
    count, rows, columns = y.shape
    tops = [middle + (o - count / 2) * (rows + BETWEEN) + BETWEEN / 2 for o in range(count)]
    for o, y_top in enumerate(tops):
        board.grid(y[o], center - columns / 2, y_top, "output")
        board.text(center - columns / 2 - 0.35, y_top + rows / 2, str(o), color=GREEN, bold=True, size=0.9)
        if marked in (None, o):
            board.outline(center - columns / 2 + pixel[1], y_top + pixel[0], 1, 1)
    return tops


def sum_of_products(weights, values):
    """Write a sum of products: 2·5 + (−1)·3.

    Parameters
    ----------
    weights, values : sequence of float
        Of equal length.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If one is longer than the other.
    """
    pairs = zip(weights, values, strict=True)
    return " + ".join(
        f"{wording.in_brackets(weight)}·{wording.in_brackets(value)}" for weight, value in pairs
    )
