"""A pointwise and a separable convolution worked out at one pixel, with all their numbers."""

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board, side_by_side
from sepconv.pictures.figures.style import GRAY, GREEN, ROLES, VERMILLION

_MOST_CHANNELS = 4
_GAP = 0.6  # between two maps of one tensor
_PRODUCT = 4.2  # the width of value × weight = product


def pointwise(x, w, at, *, caption=None):
    """Draw a 1 × 1 convolution at one pixel: the weights as a matrix times the channels as a vector.

    Parameters
    ----------
    x : array (C_in, H, W)
        At most 4 channels.
    w : array (C_out, C_in) or (C_out, C_in, 1, 1)
        At most 4 output channels.
    at : (int, int)
        Row and column of the pixel.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or the picture would be too large to read.
    """
    from sepconv.convolution.reference import conv2d

    x = _checked_maps("x", x)
    w = _checked_mixing("w", w, "x", len(x))
    y = conv2d(x, w[:, :, None, None])
    i, j = _checked_pixel("at", at, y.shape[1:])
    sums = [
        f"y[{o}, {i}, {j}] = {_terms(w[o], x[:, i, j])} = {wording.number(y[o, i, j])}" for o in range(len(w))
    ]
    _draw_pointwise(x, w, y, (i, j), sums).show(
        f"A 1 × 1 convolution at row {i}, column {j}. Input x, by channel: {_maps_words(x)}. The pixel holds "
        f"{wording.rows(x[:, i, j])}. Weights, a row for each output: {wording.rows(w)}. "
        f"{'. '.join(sums)}. The output at this pixel is {wording.rows(y[:, i, j])}.",
        caption,
    )


def space_then_channels(x, depthwise, pointwise, at, *, caption=None):
    """Draw a separable convolution at one output pixel: each channel with its own kernel, then the mixing.

    Parameters
    ----------
    x : array (C_in, H, W)
        At most 4 channels.
    depthwise : array (C_in, 1, kH, kW) or (C_in, kH, kW)
        One kernel for each channel; stride 1, no padding, no bias.
    pointwise : array (C_out, C_in) or (C_out, C_in, 1, 1)
        At most 4 output channels.
    at : (int, int, int)
        Output channel, row and column of the pixel.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or the picture would be too large to read.
    """
    scene = _Separable(x, depthwise, pointwise, at)
    _draw_separable(scene).show(
        f"A separable convolution at output channel {scene.at[0]}, row {scene.at[1]}, column {scene.at[2]}. "
        f"Space, each channel alone: {' '.join(scene.told(c) for c in range(len(scene.x)))} Channels, at this "
        f"pixel: {scene.mixing_sum()}. That output channel is {wording.rows(scene.y[scene.at[0]])}.",
        caption,
    )


class _Separable:
    """The arrays of a separable convolution, checked, with the middle and the output computed."""

    def __init__(self, x, depthwise, pointwise, at):
        from sepconv.convolution.reference import conv2d

        self.x = _checked_maps("x", x)
        channels = len(self.x)
        kernels = inputs.array("depthwise", depthwise, (3, 4))
        if len(kernels) != channels or (kernels.ndim == 4 and kernels.shape[1] != 1):
            raise ValueError(
                f"depthwise has shape {kernels.shape}; it must be ({channels}, 1, kH, kW), one kernel for each "
                "channel of x"
            )
        self.kernels = kernels.reshape(channels, *kernels.shape[-2:])
        if any(k > n for k, n in zip(self.kernels.shape[1:], self.x.shape[1:], strict=True)):
            raise ValueError(
                f"depthwise has shape {kernels.shape}, larger than x of shape {self.x.shape}: no window fits"
            )
        self.mixing = _checked_mixing("pointwise", pointwise, "depthwise", channels)
        self.middle = conv2d(self.x, self.kernels[:, None], groups=channels)
        self.y = conv2d(self.middle, self.mixing[:, :, None, None])
        self.at = _checked_pixel("at", at, self.y.shape)

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
        terms = _terms(self.mixing[o], self.middle[:, i, j])
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
    rows = max(channels * pitch, len(scene.y) * (m_tall + _GAP))
    board = Board(columns, top + rows + 1.3)
    _draw_steps(board, centers, widths)
    below = (f"input {wording.size(scene.x.shape)}", "depthwise", "middle", f"pointwise, row {o}", "output")
    for center, name, words in zip(centers, ("x", "d", "m", "m × p", "y"), below, strict=True):
        board.text(center, 1.3, name, bold=True)
        board.text(center, 1.9, words, size=0.85, color=GRAY)
    middles = [top + (rows - channels * pitch) / 2 + c * pitch + tall / 2 for c in range(channels)]
    for c, middle in enumerate(middles):
        left, x_top = centers[0] - wide / 2, middle - tall / 2
        board.grid(scene.x[c], left, x_top, "input")
        board.outline(left + j, x_top + i, k_wide, k_tall)
        board.grid(scene.kernels[c], centers[1] - k_wide / 2, middle - k_tall / 2, "weights")
        board.grid(scene.middle[c], centers[2] - m_wide / 2, middle - m_tall / 2, "plain")
        board.outline(centers[2] - m_wide / 2 + j, middle - m_tall / 2 + i, 1, 1)
        for n, sign in enumerate("∗=→"):
            board.text(_between(centers, widths, n), middle, sign, size=1.4)
        _draw_product(board, centers[3] - 0.6, middle, scene.middle[c, i, j], scene.mixing[o, c])
        sum_left = max(centers[0] - wide / 2, 0.3)
        board.text(sum_left, middle + tall / 2 + 0.5, scene.space_sum(c), size=0.9, ha="left")
    tops = _draw_outputs(board, scene.y, centers[4], top + rows / 2 - 0.4, (i, j), o)
    target = (centers[4] - m_wide / 2 - 0.75, tops[o] + m_tall / 2)
    for middle in middles:
        board.arrow((centers[3] - 0.6 + _PRODUCT / 2 + 0.15, middle), target)
    board.text(columns / 2, top + rows + 0.6, scene.mixing_sum(), size=1.1, bold=True, color=VERMILLION)
    return board


def _draw_steps(board, centers, widths):
    """Write above the columns which of them are the first step and which the second."""
    for first, last, words in (
        (0, 2, "1. space: each channel alone"),
        (3, 4, "2. channels: each pixel alone"),
    ):
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


def _draw_outputs(board, y, center, middle, pixel, marked=None):
    """Draw the output maps from top to bottom; outline the pixel of the marked map, or of all. Return their tops."""
    count, rows, columns = y.shape
    tops = [middle + (o - count / 2) * (rows + _GAP) + _GAP / 2 for o in range(count)]
    for o, y_top in enumerate(tops):
        board.grid(y[o], center - columns / 2, y_top, "output")
        board.text(center - columns / 2 - 0.35, y_top + rows / 2, str(o), color=GREEN, bold=True, size=0.9)
        if marked in (None, o):
            board.outline(center - columns / 2 + pixel[1], y_top + pixel[0], 1, 1)
    return tops


def _draw_pointwise(x, w, y, pixel, sums):
    """Return a board: input maps, matrix, vector, vector, output maps, and the sums beneath."""
    (channels, tall, wide), c_out, (i, j) = x.shape, len(w), pixel
    vector, result = x[:, i, j][:, None], y[:, i, j][:, None]
    widths = [wide, channels, 1, 1, wide]
    centers, columns = side_by_side(widths, least=2.2, gap=1.2)
    rows = max(channels, c_out) * (tall + _GAP)
    board = Board(columns, 1.7 + rows + 0.7 * len(sums) + 0.5)
    middle = 1.6 + rows / 2
    below = (
        f"input {wording.size(x.shape)}",
        f"weights {c_out} × {channels}",
        "the pixel",
        "its output",
        "output",
    )
    names = ("x", "w", f"x[:, {i}, {j}]", f"y[:, {i}, {j}]", "y")
    for center, name, words in zip(centers, names, below, strict=True):
        board.title(center, name, words)
    top = middle - (channels * tall + (channels - 1) * _GAP) / 2
    for c in range(channels):
        board.grid(x[c], centers[0] - wide / 2, top + c * (tall + _GAP), "input")
        board.outline(centers[0] - wide / 2 + j, top + c * (tall + _GAP) + i, 1, 1)
    board.grid(w, centers[1] - channels / 2, middle - c_out / 2, "weights")
    for o in range(c_out):
        board.text(
            centers[1] - channels / 2 - 0.35, middle - c_out / 2 + o + 0.5, str(o), color=GREEN, bold=True
        )
    board.grid(vector, centers[2] - 0.5, middle - channels / 2, "input")
    board.grid(result, centers[3] - 0.5, middle - c_out / 2, "output")
    _draw_outputs(board, y, centers[4], middle, pixel)
    for n, sign in ((1, "@"), (2, "=")):
        board.text(_between(centers, widths, n), middle, sign, size=1.4)
    left = max(columns / 2 - 0.125 * max(map(len, sums)), 0.3)
    for line, words in enumerate(sums):
        board.text(left, 1.9 + rows + 0.7 * line, words, bold=True, color=VERMILLION, ha="left")
    return board


def _between(centers, widths, n):
    return (centers[n] + widths[n] / 2 + centers[n + 1] - widths[n + 1] / 2) / 2


def _terms(weights, values):
    """Write a sum of products: 2·5 + (−1)·3."""
    pairs = zip(weights, values, strict=True)
    return " + ".join(f"{_in_brackets(weight)}·{_in_brackets(value)}" for weight, value in pairs)


def _in_brackets(value):
    return f"({wording.number(value)})" if value < 0 else wording.number(value)


def _maps_words(maps):
    return "; ".join(wording.rows(part) for part in maps)


def _checked_maps(name, value):
    maps = inputs.array(name, value, (3,))
    if len(maps) > _MOST_CHANNELS or max(maps.shape[1:]) > 8:
        raise ValueError(
            f"{name} has shape {maps.shape}; at most {_MOST_CHANNELS} channels of 8 × 8 can be read"
        )
    return maps


def _checked_mixing(name, value, source, channels):
    """Return pointwise weights as (C_out, C_in)."""
    weights = inputs.array(name, value, (2, 4))
    if weights.shape[1] != channels or weights.shape[2:] not in ((), (1, 1)):
        raise ValueError(
            f"{name} has shape {weights.shape}; it must be (C_out, {channels}) or (C_out, {channels}, 1, 1), "
            f"because {source} has {wording.plural(channels, 'channel')}"
        )
    if len(weights) > _MOST_CHANNELS:
        raise ValueError(
            f"{name} has {len(weights)} output channels and at most {_MOST_CHANNELS} can be read"
        )
    return weights.reshape(weights.shape[:2])


def _checked_pixel(name, at, shape):
    """Return `at` as ints, one for each axis of the output, or say which there are."""
    ranges = [
        f"{noun} from 0 to {size - 1}"
        for noun, size in zip(("an output channel", "a row", "a column")[-len(shape) :], shape, strict=True)
    ]
    try:
        pixel = tuple(inputs.whole(name, part, 0) for part in at)
    except (TypeError, ValueError):
        pixel = ()
    if len(pixel) != len(shape) or not all(part < size for part, size in zip(pixel, shape, strict=True)):
        raise ValueError(f"{name}={at!r} must be {wording.listed(ranges)}")
    return pixel
