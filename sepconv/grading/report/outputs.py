"""What is written: tried before anything is marked, and written whole or not at all."""

import os
import stat
from itertools import combinations
from pathlib import Path

from sepconv.grading.legible import legible
from sepconv.grading.report.feedback import MADE_BY, as_feedback, pages
from sepconv.grading.report.gradebook import Gradebook
from sepconv.grading.report.page import as_page
from sepconv.grading.report.tables import as_csv, as_gradescope, as_json

_WRITERS = {"csv": as_csv, "json": as_json, "html": as_page, "gradescope": as_gradescope}


class Outputs:
    """The outputs that a command asks for.

    Parameters
    ----------
    options : argparse.Namespace
        csv, json, html, gradescope, feedback, gradebook: a path, or None; column: a str, or None.
    """

    def __init__(self, options):
        self.feedback = options.feedback
        self.gradebook = Gradebook(options.gradebook, options.column) if options.gradebook else None
        self._files = {kind: getattr(options, kind) for kind in _WRITERS if getattr(options, kind)}
        self._paths = {f"--{kind}": path for kind, path in self._files.items()}
        if self.feedback:
            self._paths["--feedback"] = self.feedback
        if self.gradebook:
            self._paths["--gradebook"] = self.gradebook.target

    @property
    def kept(self) -> Path | None:
        """Where rows are kept until all is written: beside the first output."""
        first = next(iter(self._paths.values()), None)
        return first and Path(f"{os.path.realpath(first)}.unfinished")

    def try_them(self, handed_in, submissions):
        """Refuse what cannot be written, or would be written over something else.

        Raises
        ------
        ValueError
            With a sentence that names the option.
        """
        paths = self._paths | ({"the rows kept in": self.kept} if self._paths else {})
        read = [*handed_in, self.gradebook.path] if self.gradebook else handed_in
        for (one, path), (other, same) in combinations(paths.items(), 2):
            if _is_same(path, same):
                raise ValueError(f"{one} {path} and {other} {same} are one file: name two")
        for option, path in paths.items():
            _try(option, path, folder=option == "--feedback")
            for place in [*read, self.feedback] if self.feedback and option != "--feedback" else read:
                if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(place)):
                    raise ValueError(
                        f"{option} {path} would be written over or into {place}: name another place"
                    )
        if self.feedback:
            rows = [{"student": one.student, "file": one.name} for one in submissions]
            _refuse_other_files(self.feedback, pages(legible(rows)))

    def write(self, result) -> list[str]:
        """Write everything; return what there is to say about it."""
        for kind, path in self._files.items():
            write_atomically(path, _WRITERS[kind](result))
        if self.feedback:
            named = pages(result["submissions"])
            _refuse_other_files(self.feedback, named)
            self.feedback.mkdir(exist_ok=True)
            for name, rows in named.items():
                write_atomically(self.feedback / name, as_feedback(rows))
        if self.gradebook is None:
            return []
        filled, sentences = self.gradebook.fill(result["submissions"])
        write_atomically(self.gradebook.target, filled)
        return sentences


def _is_same(one, other):
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))


def _try(option, path, folder):
    """Refuse a path that is something else than a file, or folder, and one beside which nothing can be written."""
    real = Path(os.path.realpath(path))
    if real.exists() and not (real.is_dir() if folder else real.is_file()):
        kind = "a folder" if real.is_dir() else "a file" if real.is_file() else "no ordinary file"
        raise ValueError(f"{option} {path} is {kind}: name a {'folder' if folder else 'file'}")
    place = real if folder and real.exists() else real.parent
    if not place.is_dir():
        raise ValueError(f"{option} {path} cannot be written: there is no folder {place}")
    new = place / f".{real.name}.{os.getpid()}.new"
    try:
        new.touch(exist_ok=False)
        new.unlink()
    except OSError as error:
        raise ValueError(f"{option} {path} cannot be written: {error.strerror}") from None


def _refuse_other_files(folder, names):
    """Refuse to replace a file that no earlier command wrote."""
    for path in (folder / name for name in names):
        own = not path.is_symlink() and path.is_file() and MADE_BY.encode() in path.read_bytes()
        if os.path.lexists(path) and not own:
            raise ValueError(f"{path} is there, and no page of an earlier --feedback: name another folder")


def write_atomically(path, content):
    """Write a file whole or not at all; where a link leads to a file, that file.

    Raises
    ------
    ValueError
        If something else than a file is there.
    """
    path = Path(os.path.realpath(path))
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        raise ValueError(f"{path} is no ordinary file, and nothing is written over it")
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(new, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            new.chmod(stat.S_IMODE(mode))
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
