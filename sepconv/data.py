"""The pictures that come with the course. Nothing here needs the network."""

from pathlib import Path

import numpy as np

from .arguments import true_or_false

_PHOTO = Path(__file__).with_name("photo.png")

# ITU-R BT.601: how much each of red, green and blue adds to the brightness that people see.
LUMA = (0.299, 0.587, 0.114)


def photo(gray=False):
    """Return the photo of the course, a cup of coffee on a wooden table.

    The photo is by Rachel Michetti and under CC0; ``photo.NOTICE.txt`` beside this file says more.

    Parameters
    ----------
    gray : bool
        True gives one channel: the luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).

    Returns
    -------
    ndarray of float64
        Values from 0 (dark) to 1 (bright), shape (3, 240, 308) in the order red, green, blue, or
        (240, 308) with ``gray=True``. Each call returns a new array, so you may write on it.

    Raises
    ------
    TypeError
        If `gray` is not a bool.
    FileNotFoundError
        If the file is not there.
    ValueError
        If the file is there and is not a picture that can be read.
    """
    true_or_false("gray", gray)
    rgb = _read_rgb(_PHOTO)
    return np.tensordot(LUMA, rgb, axes=1) if gray else rgb


def _read_rgb(path):
    """Read a picture as float64 (3, H, W) from 0 to 1."""
    from PIL import Image, UnidentifiedImageError

    way_out = "reinstall the course: pip install --force-reinstall --no-deps . in its folder"
    try:
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
    except FileNotFoundError:
        raise FileNotFoundError(f"the picture {path} is missing; {way_out}") from None
    except (UnidentifiedImageError, OSError, SyntaxError) as reason:
        raise ValueError(f"the picture {path} cannot be read ({reason}); {way_out}") from reason
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)) / 255.0
