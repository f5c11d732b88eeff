"""Which files are handed in, and by whom: from notebooks, folders, and the zip files that a learning platform exports."""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sepconv.grading.reader import MOST_BYTES, Unreadable

_MOST_FILES = 20_000
_NOT_HANDED_IN = {".ipynb_checkpoints", "__MACOSX", ".git", "__pycache__", "kept"}


@dataclass(frozen=True)
class Submission:
    """One file that was handed in."""

    student: str
    name: str
    read: Callable[[], bytes]
    problem: str = ""


def find_submissions(paths) -> list[Submission]:
    """Return what was handed in below paths: notebooks, folders of them, zip files of them.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    """
    found = []
    for path in map(Path, paths):
        if path.is_dir():
            found += _in_folder(path)
        elif path.suffix.lower() == ".zip" and path.is_file():
            found += _in_zip(path)
        elif path.exists():
            found.append(Submission(path.stem, str(path), lambda path=path: _read_file(path)))
        else:
            raise FileNotFoundError(f"{path} does not exist: give notebooks, folders, or zip files")
    return found


def _in_folder(root):
    """Yield the notebooks of a folder, and of the folders and zip files in it."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _NOT_HANDED_IN)
        for name in sorted(names):
            path = Path(folder, name)
            below = path.relative_to(root)
            if name.lower().endswith(".ipynb"):
                student = student_of(PurePosixPath(below.as_posix()))
                yield Submission(student, below.as_posix(), lambda path=path: _read_file(path, strict=True))
            elif name.lower().endswith(".zip") and not path.is_symlink():
                yield from _in_zip(path, below.as_posix(), _student_of_part(below.parts[0]))


def _in_zip(path, shown=None, student=None) -> Iterator[Submission]:
    """Yield the notebooks of a zip file; nothing is unpacked."""
    shown = shown or path.name
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Submission(student or path.stem, shown, _refusing(f"The zip file cannot be read: {error}."))
        return
    if len(entries) > _MOST_FILES:
        yield Submission(
            student or path.stem, shown, _refusing(f"The zip file holds {len(entries):,} files.")
        )
        return
    for entry in entries:
        inside = PurePosixPath(entry.filename.replace("\\", "/"))
        if inside.suffix.lower() == ".ipynb" and _NOT_HANDED_IN.isdisjoint(inside.parts):
            who = student or student_of(_without_shell(inside, entries))
            yield Submission(who, f"{shown}/{inside}", lambda entry=entry: _read_entry(path, entry))


def _without_shell(inside, entries):
    """A path in a zip, without a folder that holds everything else."""
    first = {entry.filename.split("/")[0] for entry in entries}
    return PurePosixPath(*inside.parts[1:]) if len(first) == 1 and len(inside.parts) > 1 else inside


def student_of(path: PurePosixPath) -> str:
    """Return whose file it is: the first folder below the one that was given, or else part of the file's name."""
    parts = [part for part in path.parts if part not in ("submitted", "submissions", "..", "/")]
    return _student_of_part(parts[0] if parts else path.name)


def _student_of_part(part):
    """The person's part of a name: as Moodle ("Ann Lee_123_assignsubmission_file") and Canvas ("leeann_12_345_x")."""
    stem = part[: -len(".ipynb")] if part.lower().endswith(".ipynb") else part
    moodle = re.match(r"(.+?)_\d+_assignsubmission", stem)
    canvas = re.match(r"([^\W\d_]+?)(?:_LATE)?_\d+_\d+_.", stem)
    return next((match[1] for match in (moodle, canvas) if match), stem)


def _refusing(sentence):
    def read():
        raise Unreadable(sentence)

    return read


def _read_file(path, strict=False):
    """Read a file that was handed in; a link or a device among them is none."""
    try:
        kind = (os.lstat if strict else os.stat)(path)
        if stat.S_ISLNK(kind.st_mode):
            raise Unreadable("It is a link to another file, and no file of its own.")
        if not stat.S_ISREG(kind.st_mode):
            raise Unreadable("It is no ordinary file.")
        if kind.st_size > MOST_BYTES:
            raise Unreadable(
                f"The file has {kind.st_size / 2**20:.0f} MB; up to {MOST_BYTES // 2**20} MB are read. "
                "Clear the outputs and save it again."
            )
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error.strerror}.") from None


def _read_entry(path, entry):
    """Read one file of a zip, and no more of it than a notebook may have, whatever the zip says about its size."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(entry) as file:
            return file.read(MOST_BYTES + 1)
    except Exception as error:  # encrypted, damaged, compressed in a way that Python does not know
        raise Unreadable(f"The zip file's entry cannot be read: {error}."[:300]) from None
