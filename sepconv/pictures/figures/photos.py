"""Pictures of pictures: photos, and what a kernel makes of them."""

import textwrap

import numpy as np

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import CELL_INCHES, GRAY, PHOTO_DPI, ROLES

_GAP = 0.6
_LETTER, _LINE = 0.28, 0.6  # the room that a bold letter, and a line of them, needs
_LEAST_REACH = 1e-3  # where all is 0
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
    TypeError, ValueError
        If `picture` is not such an array.
    """
    picture = checked_picture("picture", picture, (2, 3))
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


def photo_and_kernels(picture, kernels, *, caption=None):
    """Draw a gray photo beside its convolution with each kernel, with the kernel's numbers beneath.

    The picture is not padded. Where a kernel's weights sum to about 0, mid-gray stands for 0, darker is negative
    and brighter positive; otherwise black stands for 0.

    Parameters
    ----------
    picture : array (H, W)
        Values from 0 to 1.
    kernels : dict of str to array (kH, kW)
        One to four kernels by name.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit.
    """
    picture = checked_picture("picture", picture, (2,))
    inputs.named("kernels", kernels)
    if len(kernels) > 4:
        raise ValueError(f"kernels holds {len(kernels)} kernels and must hold at most 4 to be legible")
    kernels = {name: inputs.array(f"kernels[{name!r}]", kernel, (2,)) for name, kernel in kernels.items()}
    panels = [("photo", picture, None, (0, 1))]
    for name, kernel in kernels.items():
        result = _convolve(picture, kernel)
        panels.append((name, result, kernel, _limits(result, kernel)))
    _draw_panels(panels, caption, "A gray photo and what each kernel makes of it.")


def flipped(picture, kernel, *, caption=None):
    """Draw a photo under a kernel, under the same kernel flipped in both axes, and the difference.

    Parameters
    ----------
    picture : array (H, W)
        Values from 0 to 1.
    kernel : array (kH, kW)
        The weights.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit.
    """
    picture = checked_picture("picture", picture, (2,))
    kernel = inputs.array("kernel", kernel, (2,))
    turned = kernel[::-1, ::-1]
    as_is, other = _convolve(picture, kernel), _convolve(picture, turned)
    difference = as_is - other
    largest = float(np.abs(difference).max())
    if largest < 1e-12:  # what rounding leaves of 0
        difference, verdict = np.zeros_like(difference), "no difference"
    else:
        verdict = f"difference, up to {wording.number(largest)}"
    panels = [
        ("kernel as it is", as_is, kernel, _limits(as_is, kernel)),
        ("kernel flipped", other, turned, _limits(other, turned)),
        (verdict, difference, None, around_zero(difference)),
    ]
    _draw_panels(panels, caption, f"A photo under a kernel and under the same kernel flipped: {verdict}.")


def _draw_panels(panels, caption, lead):
    height, width = panels[0][1].shape
    kernel_rows = max((_kernel_height(kernel) for _, _, kernel, _ in panels if kernel is not None), default=0)
    panel_width = min(6.0, (21.0 - _GAP * (len(panels) - 1)) / len(panels))
    panel_height = panel_width * height / width
    total = panel_width * len(panels) + _GAP * (len(panels) - 1)
    board = Board(total, 0.9 + panel_height + 0.8 + kernel_rows + 0.25, dpi=PHOTO_DPI)
    told = []
    for number, (name, values, kernel, limits) in enumerate(panels):
        left = number * (panel_width + _GAP)
        center, below = left + panel_width / 2, 0.9 + panel_height
        board.text(center, 0.45, name, bold=True)
        place(board, values, left, 0.9, panel_width, panel_height, limits)
        board.text(center, below + 0.38, _scale_words(limits), size=0.8, color=GRAY)
        if kernel is not None:
            _draw_kernel(board, kernel, center, below + 0.8)
            low, high = wording.number(values.min()), wording.number(values.max())
            told.append(f"{name}: {_kernel_words(kernel)}, output from {low} to {high}.")
    board.show(" ".join([lead, *told]), caption)


def _is_wide(kernel):
    return max(kernel.shape) > 3


def _kernel_height(kernel):
    return 0.9 if _is_wide(kernel) else 0.8 * kernel.shape[0]


def _draw_kernel(board, kernel, center, top):
    if _is_wide(kernel):
        words = _kernel_words(kernel)
        board.text(center, top + 0.4, words, size=0.9, color=ROLES["weights"].edge, bold=True)
        return
    longest = max(len(wording.number(value)) for value in kernel.ravel())
    width = max(1.0, 0.32 * longest)
    board.grid(kernel, center - kernel.shape[1] * width / 2, top, "weights", width=width, height=0.8)


def _kernel_words(kernel):
    """Write a kernel: its numbers if it is small, otherwise its size."""
    if not _is_wide(kernel):
        return wording.rows(kernel)
    size = wording.size(kernel.shape)
    return f"{size}, all {wording.number(kernel.flat[0])}" if np.ptp(kernel) < 1e-12 else f"{size} weights"


def place(board, picture, left, top, width, height, limits):
    """Put a picture on the board: black at the lower limit, white at the upper."""
    shown = np.clip((picture - limits[0]) / (limits[1] - limits[0]), 0, 1)
    shown = shrunk(shown, round(width * board.cell * PHOTO_DPI))
    shown = shown.transpose(1, 2, 0) if shown.ndim == 3 else np.rint(shown * _GRAY_STEPS) / _GRAY_STEPS
    board.ax.imshow(
        shown, cmap="gray", vmin=0, vmax=1, extent=(left, left + width, top + height, top), aspect="auto",
        interpolation="nearest", zorder=2,
    )  # fmt: skip


def shrunk(picture, width):
    """Reduce a picture to so many pixels in width, smoothly; a narrower one stays as it is."""
    from PIL import Image

    if picture.shape[-1] <= width:
        return picture
    size = (width, round(picture.shape[-2] * width / picture.shape[-1]))
    channels = picture.reshape(-1, *picture.shape[-2:])
    small = [np.asarray(Image.fromarray(np.float32(c)).resize(size, Image.Resampling.BOX)) for c in channels]
    return np.stack(small).reshape(*picture.shape[:-2], size[1], size[0])


def _convolve(picture, kernel):
    """Convolve without padding, which would draw a frame around the picture."""
    from sepconv.convolution.reference import conv2d

    if any(k > n for k, n in zip(kernel.shape, picture.shape, strict=True)):
        raise ValueError(f"a kernel of shape {kernel.shape} does not fit a picture of shape {picture.shape}")
    return conv2d(picture[None], kernel[None, None])[0]


def _limits(result, kernel):
    """Return what is drawn black and white: a kernel that sums to about 0 answers on both sides of 0."""
    total = float(kernel.sum())
    return (0.0, total) if total > 0.05 * np.abs(kernel).sum() else around_zero(result)


def around_zero(result):
    """Return limits with 0 in the middle; a few extreme pixels must not dim the rest."""
    reach = max(float(np.percentile(np.abs(result), 99)), _LEAST_REACH)
    return (-reach, reach)


def _scale_words(limits):
    low, high = limits
    if high == _LEAST_REACH:
        return "gray = 0"
    return f"{'gray' if low < 0 else 'black'} = 0, white = {wording.number(high)}"


def checked_picture(name, value, ndims):
    """Return a picture as float64 numbers from 0 to 1, gray (H, W) or color (3, H, W)."""
    picture = inputs.array(name, value, ndims)
    if picture.ndim == 3 and picture.shape[0] != 3:
        raise ValueError(f"{name} has shape {picture.shape}; color needs (3, H, W), gray (H, W)")
    if picture.min() < 0 or picture.max() > 1:
        low, high = wording.number(picture.min()), wording.number(picture.max())
        raise ValueError(f"{name} has values from {low} to {high} and must lie between 0 and 1")
    return picture
