"""The window that slides over the input: one output pixel at a time."""

import textwrap

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, between, side_by_side
from sepconv.pictures.figures.style import VERMILLION

_PRODUCT = (1.3, 1.7)  # height and width of a cell of the products


def window(x, w, *, at, stride=1, padding=0, caption=None):
    """Draw how one output pixel is computed: window, weights, products, sum.

    Parameters
    ----------
    x, w : array
        Input (H, W) and weights (kH, kW), or both 1-D.
    at : (int, int) or int
        Row and column of the output pixel; an int for 1-D arrays.
    stride, padding : int
        As in ``conv2d``; for 1-D arrays the padding stands left and right only.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        As ``conv2d``, or if `at` is not a pixel of the output.
    """
    scene = _Scene(x, w, stride, padding)
    i, j = (0, at) if scene.flat and np.ndim(at) == 0 else at
    products = scene.read(i, j) * scene.w
    total = f"{scene.name(i, j)} = {wording.signed_sum(products.ravel())} = {scene.value(i, j)}"
    _draw_window(scene, i, j, total).show(
        f"One output pixel. {scene.setting()} The window of {scene.name(i, j)} holds "
        f"{wording.rows(scene.read(i, j))}; the products are {wording.rows(products)}, and their sum is "
        f"{scene.value(i, j)}. The whole output y is {wording.rows(scene.y)}.",
        caption,
    )


def sliding(x, w, *, stride=1, padding=0, most=8, caption=None):
    """Draw the sliding window frame by frame: where it stands, and the output filled so far.

    Parameters
    ----------
    x, w : array
        Input (H, W) and weights (kH, kW), or both 1-D.
    stride, padding : int
        As in ``conv2d``; for 1-D arrays the padding stands left and right only.
    most : int
        At most so many frames, from the first on.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        As ``conv2d``, or if the picture would be too wide to read.
    """
    scene = _Scene(x, w, stride, padding)
    steps = list(np.ndindex(scene.y.shape))[:most]
    more = scene.y.size > len(steps)
    width = max(scene.padded.shape[1], scene.y.shape[1], 3.4) + 0.9
    height = scene.padded.shape[0] + scene.y.shape[0] + 2.3
    lines = -(-len(steps) // max(1, int(24 // width)))
    across = -(-len(steps) // lines)  # lines of equal length look calmer
    board = Board(across * width, lines * height + (0.7 if more else 0))
    for step in range(len(steps)):
        _draw_frame(board, scene, step, (step % across + 0.5) * width, step // across * height)
    note = f"The first {len(steps)} of {scene.y.size} steps." if more else ""
    board.note(across * width / 2, lines * height + 0.25, note)
    told = [
        f"Step {step} reads {wording.rows(scene.read(i, j))} and writes {scene.name(i, j)} = {scene.value(i, j)}."
        for step, (i, j) in enumerate(steps, 1)
    ]
    board.show(" ".join(["The sliding window.", scene.setting(), *told, note]).strip(), caption)


class _Scene:
    """A convolution of one small map: its input, zeros, weights and output, and which cells a pixel reads."""

    def __init__(self, x, w, stride, padding):
        self.flat = np.ndim(x) == 1
        self.x, self.w = np.atleast_2d(np.asarray(x, float)), np.atleast_2d(np.asarray(w, float))
        self.stride, self.padding = stride, padding
        self.ring = (0 if self.flat else padding, padding)
        self.y = conv2d(self.x[None], self.w[None, None], stride=stride, padding=self.ring)[0]
        self.padded = np.pad(self.x, [(side, side) for side in self.ring])

    def read(self, i, j):
        """Return the cells that output pixel (i, j) reads."""
        top, left = i * self.stride, j * self.stride
        return self.padded[top : top + self.w.shape[0], left : left + self.w.shape[1]]

    def draw_input(self, board, center, top, i, j):
        """Draw the input and outline the window of output pixel (i, j)."""
        left = center - self.padded.shape[1] / 2
        board.padded_grid(self.x, left, top, self.ring)
        board.outline(left + j * self.stride, top + i * self.stride, self.w.shape[1], self.w.shape[0])

    def draw_output(self, board, center, top, i, j, hidden=None):
        """Draw the output and outline pixel (i, j)."""
        left = center - self.y.shape[1] / 2
        board.grid(self.y, left, top, "output", hidden=hidden)
        board.outline(left + j, top + i, 1, 1)

    def name(self, i, j):
        return f"y[{j}]" if self.flat else f"y[{i}, {j}]"

    def value(self, i, j):
        return wording.number(self.y[i, j])

    def setting(self):
        """Say in words what the input, the weights, the stride and the padding are."""
        ring = f" with padding {self.padding}" if self.padding else ""
        step = f" The stride is {self.stride}." if self.stride > 1 else ""
        return f"Input x{ring}: {wording.rows(self.x)}. Weights w: {wording.rows(self.w)}.{step}"


def _draw_window(scene, i, j, total):
    """Return a board with input, weights, products and output from left to right, and the sum beneath."""
    (tall, wide), (out_tall, out_wide), (k_tall, k_wide) = scene.padded.shape, scene.y.shape, scene.w.shape
    product_height, product_width = _PRODUCT[0] * k_tall, _PRODUCT[1] * k_wide
    widths = [wide, k_wide, product_width, out_wide]
    centers, columns = side_by_side(widths, least=2.8)
    tallest = max(tall, product_height, out_tall)
    lines = textwrap.wrap(total, int(columns * 3.2))
    board = Board(columns, tallest + 2.4 + 0.8 * len(lines))
    middle = 1.5 + tallest / 2
    size = wording.size(scene.x.shape[-1:] if scene.flat else scene.x.shape)
    ring = f", padding {scene.padding}" if scene.padding else ""
    below = (f"input {size}{ring}", "weights", "products", "output")
    for center, name, words in zip(centers, ("x", "w", "x · w", "y"), below, strict=True):
        board.title(center, name, words)
    scene.draw_input(board, centers[0], middle - tall / 2, i, j)
    board.grid(scene.w, centers[1] - k_wide / 2, middle - k_tall / 2, "weights")
    _draw_products(board, scene, i, j, centers[2] - product_width / 2, middle - product_height / 2)
    scene.draw_output(board, centers[3], middle - out_tall / 2, i, j)
    for n, sign in enumerate(("×", "=", "sum →")):
        board.text(between(centers, widths, n), middle, sign, size=0.9 if len(sign) > 1 else 1.4)
    for line, words in enumerate(lines):
        board.text(columns / 2, tallest + 2.2 + 0.8 * line, words, size=1.1, bold=True, color=VERMILLION)
    return board


def _draw_products(board, scene, i, j, left, top):
    height, width = _PRODUCT
    for (row, column), value in np.ndenumerate(scene.read(i, j)):
        weight = scene.w[row, column]
        x, y = left + column * width, top + row * height
        board.rectangle(x, y, width, height, "plain")
        factors = f"{wording.number(value)} × {wording.in_brackets(weight)}"
        board.note(x + width / 2, y + 0.38, factors, size=min(0.8, 6.4 / len(factors)))
        board.text(x + width / 2, y + 0.88, wording.number(value * weight))


def _draw_frame(board, scene, step, center, top):
    i, j = np.unravel_index(step, scene.y.shape)
    rows = scene.padded.shape[0]
    board.text(center, top + 0.45, f"step {step + 1}", bold=True)
    scene.draw_input(board, center, top + 0.9, i, j)
    board.text(center, top + rows + 1.3, f"{scene.name(i, j)} = {scene.value(i, j)}", size=0.9)
    later = np.arange(scene.y.size).reshape(scene.y.shape) > step
    scene.draw_output(board, center, top + rows + 1.7, i, j, hidden=later)
