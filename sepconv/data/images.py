"""The pictures that come with the course. Nothing here needs the network."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from sepconv._arguments import true_or_false

_FOLDER = Path(__file__).parent
_PHOTO = _FOLDER / "photo.png"
_WAY_OUT = "reinstall the course: pip install --force-reinstall --no-deps . in its folder"

# The sets of small images: the SHA-256 of the file, and the classes in the order of their labels.
_SETS = {
    "digits": (
        "1f9509f3a43156ce4defd0d0798b718735ad7b4f8aaabd66bc2f5aad6b14f5d1",
        tuple("0123456789"),
    ),
    "silhouettes": (
        "433f8ad0fbc143e0f1ef1c98dff63c4e59c537f7943d65b4eab3c4341c6cf93d",
        ("bear", "bird", "cat", "cow", "dog", "elephant", "giraffe", "horse", "sheep", "zebra"),
    ),
}

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

    try:
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
    except FileNotFoundError:
        raise FileNotFoundError(f"the picture {path} is missing; {_WAY_OUT}") from None
    except (UnidentifiedImageError, OSError, SyntaxError) as reason:
        raise ValueError(f"the picture {path} cannot be read ({reason}); {_WAY_OUT}") from reason
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)) / 255.0


@dataclass(frozen=True, eq=False, repr=False)
class ImageSet:
    """Small images with the class of each, in two parts: to train with, and to test with.

    Attributes
    ----------
    name : str
    train_images, test_images : torch.Tensor of float32
        (N, 1, 28, 28), values from 0 (black) to 1 (white).
    train_labels, test_labels : torch.Tensor of int64
        (N,), positions in `classes`.
    classes : tuple of str
    """

    name: str
    train_images: "torch.Tensor"  # noqa: F821 - only the functions below load PyTorch
    train_labels: "torch.Tensor"  # noqa: F821
    test_images: "torch.Tensor"  # noqa: F821
    test_labels: "torch.Tensor"  # noqa: F821
    classes: tuple[str, ...]

    def __repr__(self):
        size = "×".join(map(str, self.train_images.shape[1:]))
        return (
            f"{self.name}: {len(self.train_labels):,} images to train with and {len(self.test_labels):,} to test "
            f"with, {size} each, {len(self.classes)} classes"
        )


def digits():
    """Return 5,000 handwritten digits of MNIST: 4,000 to train with, 1,000 to test with.

    There are 400 and 100 of each digit, in an order that never changes. The images are by Yann LeCun and Corinna
    Cortes and under CC BY-SA 3.0; ``digits.NOTICE.txt`` beside this file says more.

    Returns
    -------
    ImageSet
        Tensors of its own at each call, so you may write on them.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If the file is not the one that came with the course.

    Examples
    --------
    >>> digits()
    digits: 4,000 images to train with and 1,000 to test with, 1×28×28 each, 10 classes
    """
    return _read_set("digits")


def silhouettes():
    """Return 9,716 silhouettes of ten animals, harder than the digits: 7,716 to train with, 2,000 to test with.

    No image comes twice, and each animal has nearly the same share of both parts. The images are by Sina Mohammadi
    and under the MIT license; ``silhouettes.NOTICE.txt`` beside this file says more.

    Returns
    -------
    ImageSet
        Tensors of its own at each call, so you may write on them.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If the file is not the one that came with the course.

    Examples
    --------
    >>> silhouettes().classes[5]
    'elephant'
    """
    return _read_set("silhouettes")


def _read_set(name):
    import torch

    expected, classes = _SETS[name]
    with np.load(BytesIO(_read_known(_FOLDER / f"{name}.npz", expected))) as file:
        arrays = dict(file)
    parts = {}
    for part in ("train", "test"):
        # In NumPy: PyTorch would start its threads for this, which takes longer than the division.
        images = arrays[f"{part}_images"][:, None] / np.float32(255)
        parts[f"{part}_images"] = torch.from_numpy(images)
        parts[f"{part}_labels"] = torch.from_numpy(arrays[f"{part}_labels"].astype(np.int64))
    return ImageSet(name, **parts, classes=classes)


def _read_known(path, expected):
    """Return the bytes of a file, or say that they are not those of the given SHA-256."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"the images {path} are missing; {_WAY_OUT}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"{path} is damaged: its SHA-256 begins with {found[:12]} where {expected[:12]} is right; {_WAY_OUT}"
        )
    return content
