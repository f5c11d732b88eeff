"""Which files lie in folders and zips, however deep. Nothing is unpacked to disk."""

import re
import stat
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sepconv.grading.hand_in.read import MOST_BYTES, Unreadable
from sepconv.grading.legible import one_line

_NOTEBOOK = (".ipynb", ".ipynb.txt", ".ipynb.json")  # browsers and mail programs add the second ending
_IGNORED = re.compile(
    r"(?i)\._.*|\.ipynb_checkpoints|__MACOSX|\.git|__pycache__|\.DS_Store|Thumbs\.db|desktop\.ini"
)
_MOST_FILES = 20_000  # in a zip
_MOST_UNPACKED = 100 * 2**20  # bytes of a file in a zip, which may be a zip again


class File(NamedTuple):
    """A notebook, by its name. `read` returns its bytes or raises `Unreadable`."""

    path: str  # from what was searched, through zips
    changed: tuple[int, ...]  # local time, as zips keep it
    read: Callable[[], bytes]
    owner: str = ""  # the part of the path that names the student


def files_at(path, others):
    """Yield the notebooks at or below a path.

    Parameters
    ----------
    path : Path
    others : list of str
        Gets a sentence on each other file, or link below the path.
    """
    todo = [("" if path.is_dir() else path.name, (), path.resolve())]
    while todo:
        shown, changed, place, *entries = todo.pop()  # entries lead to a file in a zip, or in a zip in a zip
        try:
            status = place.lstat()
            if stat.S_ISDIR(status.st_mode):
                inside = [inner for inner in place.iterdir() if not _IGNORED.fullmatch(inner.name)]
                todo += [(f"{shown}/{inner.name}".lstrip("/"), (), inner) for inner in inside]
            elif not stat.S_ISREG(status.st_mode):
                raise ValueError("a link, or no ordinary file")
            elif shown.lower().endswith(_NOTEBOOK):
                changed = changed or time.localtime(status.st_mtime)[:6]
                yield File(shown, changed, partial(_read, place, *entries))
            elif shown.lower().endswith(".zip"):
                todo += _inside(shown, place, *entries)
            else:
                raise ValueError("no notebook")
        except Exception as error:  # there is no end to what a damaged zip raises
            why = getattr(error, "strerror", None) or str(error)[:200]
            said = f"{shown or path} is not read ({why}): put the .ipynb itself in its place."
            others.append(one_line(said))


def _inside(shown, path, *entries):
    """Yield what a zip holds, as it goes on the list."""
    with _open(path, *entries) as file, ZipFile(file) as archive:
        inside = [one for one in archive.infolist() if not one.filename.endswith(("/", "\\"))]
    if not 0 < len(inside) <= _MOST_FILES or len(entries) > 1:  # there are zips that hold themselves
        raise ValueError(f"it is empty, has over {_MOST_FILES:,} files, or is in a zip in a zip")
    for entry in inside:
        names = [name for name in re.split(r"[/\\]", entry.filename) if name.strip(".")]
        if not any(map(_IGNORED.fullmatch, names)):
            yield "/".join([shown, *names]), entry.date_time, path, *entries, entry


def _open(path, *entries):
    """Open a file, in zips or not. No more is unpacked than allowed, whatever a zip says of its size."""
    if not entries:
        return open(path, "rb")
    *outer, entry = entries
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ValueError("compressed in a rare way")  # which is unpacked without a limit
    with _open(path, *outer) as file, ZipFile(file) as archive, archive.open(entry) as inside:
        return BytesIO(inside.read(_MOST_UNPACKED))  # a larger zip is no zip any more


def _read(path, *entries):
    try:
        with _open(path, *entries) as file:
            return file.read(MOST_BYTES + 1)  # one more than `read_notebook` takes
    except Exception as error:  # encrypted, damaged, not allowed
        why = getattr(error, "strerror", None) or error
        raise Unreadable(one_line(f"The file cannot be read: {why}"[:300])) from None
