"""show(): the one way by which a picture gets into a notebook."""

import base64
import html
import io
import re
import sys

import numpy as np
from PIL import Image

_FILE_NAME = re.compile(r"\.(png|jpe?g|svg|gif|webp|pdf)$", re.IGNORECASE)
_DRAWING_COLORS = 64
_LETTER_GRAYS = (0, 26, 64, 102, 140, 178, 216, 240, 255)  # from ink to paper
_NARROWEST = 560  # CSS pixels: on a narrower screen a wide picture is scrolled rather than shrunk to nothing
_PLACEHOLDER = "No description has been provided"


def show(fig, *, alt, caption=None):
    """Display a matplotlib figure with a description for those who cannot see it, then close it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; its own dpi is used.
    alt : str
        What the picture shows, as at least one sentence of 20 characters or more.
    caption : str, optional
        A line of plain text under the picture.

    Raises
    ------
    ValueError
        If `alt` is too short, or is a file name or a placeholder.

    Notes
    -----
    Jupyter shows the ``text/html``, the only form in which every viewer keeps an alt text. ``image/png`` stands
    beside it for viewers that strip HTML, and the alt text is the ``text/plain``. Outside of IPython the alt text
    is printed.
    """
    try:
        _check_alt(alt)
        png, width, height = _small_png(fig)
    finally:
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(fig)
    _display(png, width, height, alt, caption)


def _check_alt(alt):
    text = alt.strip()
    if len(text) < 20 or len(text.split()) < 3:
        raise ValueError(
            f"alt={alt!r} must be a sentence of 20 characters or more that says what the picture shows"
        )
    if _FILE_NAME.search(text):
        raise ValueError(f"alt={alt!r} is a file name; it must say what the picture shows")
    if text.startswith(_PLACEHOLDER):
        raise ValueError(f"alt={alt!r} is a placeholder; it must say what the picture shows")


def _small_png(fig):
    """Return PNG bytes with a palette (a third of the size), and the width and height in pixels of a web page."""
    raw, small = io.BytesIO(), io.BytesIO()
    fig.savefig(raw, format="png", dpi=fig.dpi, facecolor="white")
    picture = Image.open(raw).convert("RGB")
    _with_palette(picture).save(small, format="PNG", optimize=True)
    pixels_per_inch = 96  # CSS
    width, height = (round(pixels * pixels_per_inch / fig.dpi) for pixels in picture.size)
    return small.getvalue(), width, height


def _with_palette(picture):
    """Reduce a picture to a palette: a drawing to its most frequent colors, unchanged; a photo to 128."""
    pixels = np.asarray(picture).astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    colors, inverse, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    frequent = np.argsort(-counts, kind="stable")[:_DRAWING_COLORS]
    if counts[frequent].sum() < 0.9 * pixels.size:
        return _photo_with_palette(picture)
    parts = np.stack([colors >> 16, colors >> 8 & 255, colors & 255], axis=1).astype(int)
    nearest = np.square(parts[:, None] - parts[frequent]).sum(axis=2).argmin(axis=1).astype(np.uint8)
    # Pillow's own mapping to a given palette is not exact: it turns some white pixels gray.
    result = Image.fromarray(nearest[inverse.reshape(pixels.shape)])
    result.putpalette(parts[frequent].astype(np.uint8).tobytes())
    return result


def _photo_with_palette(picture):
    """Reduce a photo to 128 colors; beside a color photo, letters keep the gray of their own."""
    result = picture.quantize(128 - len(_LETTER_GRAYS), dither=Image.Dither.NONE)
    pixels = np.asarray(picture).astype(int)
    is_gray = np.ptp(pixels, axis=2) == 0
    if is_gray.mean() > 0.5:
        return picture.quantize(128, dither=Image.Dither.NONE)
    colors = result.getpalette()[: 3 * (128 - len(_LETTER_GRAYS))]
    grays = np.array(_LETTER_GRAYS)
    nearest = np.abs(pixels[..., :1] - grays).argmin(axis=2) + len(colors) // 3
    result = Image.fromarray(np.where(is_gray, nearest, np.asarray(result)).astype(np.uint8))
    result.putpalette(colors + np.repeat(grays, 3).tolist())
    return result


def _display(png, width, height, alt, caption):
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(alt)
        return
    from IPython.display import display

    encoded = base64.b64encode(png).decode("ascii")
    figcaption = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    # The white background keeps the picture legible on a dark page.
    figure = (
        '<figure style="margin:0.5em 0;overflow-x:auto">'
        f'<img alt="{html.escape(alt)}" width="{width}" '
        f'style="max-width:100%;min-width:{min(width, _NARROWEST)}px;height:auto;background:white" '
        f'src="data:image/png;base64,{encoded}">{figcaption}</figure>'
    )
    display(
        {"text/html": figure, "image/png": encoded, "text/plain": alt},
        metadata={"image/png": {"width": width, "height": height}},
        raw=True,
    )
