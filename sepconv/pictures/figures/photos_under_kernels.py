"""Photos, and what a kernel makes of them."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.photos import LEAST_REACH, around_zero, checked_picture, place
from sepconv.pictures.figures.style import PHOTO_DPI, ROLES

_GAP = 0.6


def photo_and_kernels(picture, kernels, *, caption=None):
    """Draw a gray photo beside its convolution with each kernel, with the kernel's numbers beneath.

    The picture is not padded. Where a kernel's weights sum to about 0, mid-gray stands for 0, darker is negative
    and brighter positive; otherwise black stands for 0.

    Parameters
    ----------
    picture : array (H, W)
        Values from 0 to 1.
    kernels : dict of str to array (kH, kW)
        A few kernels by name.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If `picture` is not such an array, or as ``conv2d``.
    """
    picture = checked_picture(picture)
    panels = [("photo", picture, None, (0, 1))]
    panels += [(name, *_under(picture, kernel)) for name, kernel in kernels.items()]
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
        If `picture` is not such an array, or as ``conv2d``.
    """
    picture = checked_picture(picture)
    as_is, other = (_under(picture, part) for part in (kernel, np.flip(kernel)))
    difference = as_is[0] - other[0]
    largest = float(np.abs(difference).max())
    name, verdict = "difference", f"difference, up to {wording.number(largest)}"
    if largest < 1e-12:  # what rounding leaves of 0
        difference, name, verdict = np.zeros_like(difference), "no difference", "no difference"
    panels = [
        ("kernel as it is", *as_is),
        ("kernel flipped", *other),
        (name, difference, None, around_zero(difference)),
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
        board.note(center, below + 0.38, _scale_words(limits), size=0.8)
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


def _under(picture, kernel):
    """Return the picture under a kernel, without padding, which would draw a frame; the kernel; what is black and white.

    A kernel that sums to about 0 answers on both sides of 0.
    """
    kernel = np.asarray(kernel, float)
    (result,) = conv2d(picture[None], kernel[None, None])
    total = float(kernel.sum())
    return result, kernel, (0.0, total) if total > 0.05 * np.abs(kernel).sum() else around_zero(result)


def _scale_words(limits):
    low, high = limits
    if high == LEAST_REACH:
        return "gray = 0"
    return f"{'gray' if low < 0 else 'black'} = 0, white = {wording.number(high)}"
