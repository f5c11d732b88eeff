"""A separable convolution worked out at one pixel, with all their numbers."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, between, side_by_side
from sepconv.pictures.figures.output_maps import BETWEEN, draw_outputs, sum_of_products
from sepconv.pictures.figures.style import ROLES, VERMILLION

_PRODUCT = 4.2  # the width of value × weight = product


def space_then_channels(x, depthwise, pointwise, at, *, caption=None):
    """Draw a separable convolution at one output pixel: each channel with its own kernel, then the mixing.

    Parameters
    ----------
    x : array (C_in, H, W)
        A few channels.
    depthwise : array (C_in, 1, kH, kW) or (C_in, kH, kW)
        One kernel for each channel; stride 1, no padding, no bias.
    pointwise : array (C_out, C_in) or (C_out, C_in, 1, 1)
        A few output channels.
    at : (int, int, int)
        Output channel, row and column of the pixel.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError, IndexError
        If the arrays do not fit each other, `at` is not a pixel of the output, or the picture would be too wide to read.
    """
    scene = _Separable(x, depthwise, pointwise, at)
    _draw_separable(scene).show(
        f"A separable convolution at output channel {scene.at[0]}, row {scene.at[1]}, column {scene.at[2]}. "
        f"Space, each channel alone: {' '.join(scene.told(c) for c in range(len(scene.x)))} Channels, at this "
        f"pixel: {scene.mixing_sum()}. That output channel is {wording.rows(scene.y[scene.at[0]])}.",
        caption,
    )


class _Separable:
    """The arrays of a separable convolution, with the middle and the output computed."""

    def __init__(self, x, depthwise, pointwise, at):
        self.x, kernels, mixing = (np.asarray(part, float) for part in (x, depthwise, pointwise))
        self.kernels = kernels.reshape(len(self.x), *kernels.shape[-2:])
        self.mixing = mixing.reshape(len(mixing), -1)
        self.middle = conv2d(self.x, self.kernels[:, None], groups=len(self.x))
        self.y = conv2d(self.middle, self.mixing[:, :, None, None])
        self.at = at

    def read(self, c):
        """Return the cells of channel c that the pixel reads."""
        _, i, j = self.at
        rows, columns = self.kernels.shape[1:]
        return self.x[c, i : i + rows, j : j + columns]

    def space_sum(self, c):
        _, i, j = self.at
        products = (self.read(c) * self.kernels[c]).ravel()
        return f"m[{c}, {i}, {j}] = {wording.signed_sum(products)} = {wording.number(self.middle[c, i, j])}"

    def mixing_sum(self):
        o, i, j = self.at
        terms = sum_of_products(self.mixing[o], self.middle[:, i, j])
        return f"y[{o}, {i}, {j}] = {terms} = {wording.number(self.y[o, i, j])}"

    def told(self, c):
        """Say what happens in channel c."""
        return (
            f"Channel {c}: window {wording.rows(self.read(c))}, kernel {wording.rows(self.kernels[c])}, "
            f"{self.space_sum(c)}."
        )


def _draw_separable(scene):
    """Return a board: a line for each channel through both steps, the output maps at the right."""
    (channels, tall, wide), (_, k_tall, k_wide) = scene.x.shape, scene.kernels.shape
    (_, m_tall, m_wide), (o, i, j) = scene.middle.shape, scene.at
    widths = [wide, k_wide, m_wide, _PRODUCT + 1.2, scene.y.shape[2]]
    centers, columns = side_by_side(widths, least=2.8, gap=1.2)
    pitch, top = max(tall, k_tall) + 1.5, 2.5
    rows = max(channels * pitch, len(scene.y) * (m_tall + BETWEEN))
    board = Board(columns, top + rows + 1.3)
    _draw_steps(board, centers, widths)
    below = (f"input {wording.size(scene.x.shape)}", "weights", "middle", f"row {o} of the weights", "output")
    for center, name, words in zip(
        centers, ("x", "depthwise", "m", "m × pointwise", "y"), below, strict=True
    ):
        board.text(center, 1.3, name, bold=True)
        board.note(center, 1.9, words, size=0.85)
    middles = [top + (rows - channels * pitch) / 2 + c * pitch + tall / 2 for c in range(channels)]
    for c, middle in enumerate(middles):
        left, x_top = centers[0] - wide / 2, middle - tall / 2
        board.grid(scene.x[c], left, x_top, "input")
        board.outline(left + j, x_top + i, k_wide, k_tall)
        board.grid(scene.kernels[c], centers[1] - k_wide / 2, middle - k_tall / 2, "weights")
        board.grid(scene.middle[c], centers[2] - m_wide / 2, middle - m_tall / 2, "plain")
        board.outline(centers[2] - m_wide / 2 + j, middle - m_tall / 2 + i, 1, 1)
        for n, sign in enumerate("∗=→"):
            board.text(between(centers, widths, n), middle, sign, size=1.4)
        _draw_product(board, centers[3] - 0.6, middle, scene.middle[c, i, j], scene.mixing[o, c])
        sum_left = max(centers[0] - wide / 2, 0.3)
        board.text(sum_left, middle + tall / 2 + 0.5, scene.space_sum(c), size=0.9, ha="left")
    tops = draw_outputs(board, scene.y, centers[4], top + rows / 2 - 0.4, (i, j), o)
    target = (centers[4] - m_wide / 2 - 0.75, tops[o] + m_tall / 2)
    for middle in middles:
        board.arrow((centers[3] - 0.6 + _PRODUCT / 2 + 0.15, middle), target)
    board.text(columns / 2, top + rows + 0.6, scene.mixing_sum(), size=1.1, bold=True, color=VERMILLION)
    return board


def _draw_steps(board, centers, widths):
    """Write above the columns which of them are the first step and which the second."""
    steps = ((0, 2, "1. space: each channel alone"), (3, 4, "2. channels: each pixel alone"))
    for first, last, words in steps:
        left, right = centers[first] - max(widths[first], 2.8) / 2, centers[last] + max(widths[last], 2.8) / 2
        board.text((left + right) / 2, 0.45, words, bold=True, color=ROLES["weights"].edge)
        board.line((left, 0.88), (right, 0.88), color=ROLES["weights"].edge, width=1.5)


def _draw_product(board, center, middle, value, weight):
    """Draw one product: a middle value, its weight, and what comes out."""
    product = [[value * weight]]
    left = center - _PRODUCT / 2
    for x, number, role in ((0, [[value]], "plain"), (1.6, [[weight]], "weights"), (3.2, product, "plain")):
        board.grid(number, left + x, middle - 0.5, role)
    board.text(left + 1.3, middle, "×")
    board.text(left + 2.9, middle, "=")
