"""The bundled photo: what it is, and what happens when its file is broken."""

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
    monkeypatch.setattr(data, "_PHOTO", tmp_path / "gone.png")
    with pytest.raises(FileNotFoundError, match=r"gone\.png is missing; reinstall the course"):
        data.photo()


@pytest.mark.parametrize("keep", [0, 20, 5000])
def test_broken_file_is_named(monkeypatch, tmp_path, keep):
    broken = tmp_path / "broken.png"
    broken.write_bytes((FOLDER / "photo.png").read_bytes()[:keep])
    monkeypatch.setattr(data, "_PHOTO", broken)
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
