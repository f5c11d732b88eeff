"""The law of what a separable convolution costs beside a standard one, as a table of ratios."""

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import BLUE, GREEN

_CELL = (1.7, 1.0)
# Paper to orange: the more a separable convolution costs, the darker.
_SHADES = ("#FFFFFF", "#FDF3DD", "#FBE6BC", "#F5D08A", "#EDB84F")
_SHADE_ENDS = (0.12, 0.2, 0.35, 0.6)


def cost_law(ks=(1, 2, 3, 5, 7), c_outs=(1, 2, 3, 4, 8, 16, 64, 256), *, caption=None):
    """Draw 1 / c_out + 1 / k², the cost of separable relative to standard, for kernel sizes and output channels.

    The ratio holds for weights and for multiplications, with one filter for each channel and the stride on the
    depthwise stage (Howard et al., MobileNets, 2017, section 3.1). Where it is at least 1, separable does not pay:
    those cells are hatched and outlined.

    Parameters
    ----------
    ks : sequence of int
        Kernel sizes, a row for each.
    c_outs : sequence of int
        Output channels, a column for each.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If the picture would be too wide to read.
    """
    ratios = np.array([[1 / c_out + 1 / k**2 for c_out in c_outs] for k in ks])
    dear = np.array([[k * k + c_out >= k * k * c_out for c_out in c_outs] for k in ks])  # exact, in integers
    told = [
        f"k = {k}: " + ", ".join(_ratio_words(ratio) for ratio in row) + "."
        for k, row in zip(ks, ratios, strict=True)
    ]
    pays = f"{dear.sum()} of {dear.size} cells cost as much as standard or more"
    _draw_law(ks, c_outs, ratios, dear).show(
        "The cost of separable relative to standard, 1 / C_out + 1 / k². Columns: C_out = "
        f"{wording.listed(c_outs)}. {' '.join(told)} {pays} (hatched).",
        caption,
    )


def _draw_law(ks, c_outs, ratios, dear):
    """Return a board with a table of ratios, darker where separable costs more."""
    width, height = _CELL
    left, top = 2.6, 2.1
    columns = max(left + len(c_outs) * width + 0.5, 15.5)
    board = Board(columns, top + len(ks) * height + 2.0)
    board.text(columns / 2, 0.45, "separable / standard = 1 / C_out + 1 / k²", bold=True)
    board.text(left - 0.3, top - 0.5, "C_out", color=GREEN, ha="right", size=0.9)
    for j, c_out in enumerate(c_outs):
        board.text(left + (j + 0.5) * width, top - 0.5, str(c_out), color=GREEN, bold=True)
    for i, k in enumerate(ks):
        board.text(left - 0.3, top + (i + 0.5) * height, f"k = {k}", color=BLUE, bold=True, ha="right")
    for (i, j), ratio in np.ndenumerate(ratios):
        x, y = left + j * width, top + i * height
        shade = _SHADES[int(np.searchsorted(_SHADE_ENDS, ratio))]
        look = {"hatch": "///", "edge": "#E8A98A", "fill": "white"} if dear[i, j] else {"fill": shade}
        board.rectangle(x, y, width, height, **look)
        board.rectangle(x, y, width, height, fill="none", line=0.7)
        if dear[i, j]:
            board.rectangle(x + width / 2 - 0.55, y + 0.2, 1.1, 0.6, fill="white", edge="white", line=0)
        board.text(x + width / 2, y + height / 2, _ratio_words(ratio), bold=bool(dear[i, j]))
    _draw_border(board, dear, left, top)
    bottom = top + len(ks) * height + 0.7
    board.rectangle(left, bottom, 1.1, 0.7, fill="white", edge="#E8A98A", hatch="///")
    board.outline(left, bottom, 1.1, 0.7)
    words = "1 or more: separable costs as much as standard, or more"
    board.text(left + 1.5, bottom + 0.35, words, ha="left", size=0.95)
    return board


def _draw_border(board, dear, left, top):
    """Draw a line wherever a dear cell ends."""
    width, height = _CELL
    around = np.pad(dear, 1)
    for i, j in np.argwhere(dear):
        x, y = left + j * width, top + i * height
        sides = (
            (around[i, j + 1], (x, y, width, 0)),
            (around[i + 2, j + 1], (x, y + height, width, 0)),
            (around[i + 1, j], (x, y, 0, height)),
            (around[i + 1, j + 2], (x + width, y, 0, height)),
        )
        for neighbor_is_dear, side in sides:
            if not neighbor_is_dear:
                board.outline(*side)


def _ratio_words(ratio):
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"
