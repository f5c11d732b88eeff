"""The rows of a run, kept as they come, so that a run that was stopped goes on where it was."""

import hashlib
import json
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path

from sepconv.grading.hand_in import Unreadable

try:
    import fcntl
except ImportError:  # Windows, where two runs on one output are not told apart
    fcntl = None

GRADER_FAILED = "The grader itself failed on it"  # so begins the problem of a row that is worth another try
_PACKAGE = Path(__file__).resolve().parent.parent


class Kept:
    """The rows of a run, in a file as well, from which the same run goes on.

    Rows that were marked by another package, in another sandbox, with other limits, or with another seed than the
    one asked for, do not count. Without a path, rows are kept in memory only. While another run writes to the path
    it is refused with a ValueError.
    """

    def __init__(self, path, options, sandbox):
        self.path, self.rows, self._found = path and Path(path), {}, {}
        self.seed = secrets.randbelow(2**31) if options.seed is None else options.seed
        if self.path is not None:
            limits = asdict(options.limits)
            self._begin({"package": _package(), "sandbox": sandbox, "limits": limits, "seed": options.seed})

    def _begin(self, conditions):
        lines = self._open()
        other = [name for name in conditions if lines and lines[0].get(name) != conditions[name]]
        if lines and not other:
            self.seed = lines[0]["drawn"]
            self._found = {one.get("key"): one["row"] for one in lines if isinstance(one.get("row"), dict)}
            return
        if other:
            print(f"This run begins anew: {self.path} does not name the same {other[0]}.", file=sys.stderr)
        self._file.truncate(0)
        self._write(conditions | {"drawn": self.seed})

    def _open(self):
        """Open and lock the file, and return its lines, without those that are damaged."""
        self._file = open(self.path, "a+b")  # noqa: SIM115 - until the run is done
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise ValueError(f"another run writes {self.path}: wait, or name another output") from None
        except OSError:
            pass  # a file system without locks
        self._file.seek(0)
        lines = []
        for line in self._file.read().split(b"\n"):
            with suppress(ValueError):
                lines.append(json.loads(line))
        return [line for line in lines if isinstance(line, dict)]

    def _write(self, line):
        # The line before may have been cut off when the run was stopped.
        self._file.write(b"\n" + json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def has(self, i, submission) -> bool:
        """Whether a submission has been marked in the run that was stopped; its row is taken over."""
        if self._found and (key := _key(submission)) in self._found:
            self.rows[i] = self._found[key]
        return i in self.rows

    def add(self, i, submission, row):
        """Keep a row; in the file only one that the grader did not fail on, so that it is tried again."""
        self.rows[i] = row
        if self.path is not None and not row["problem"].startswith(GRADER_FAILED):
            self._write({"key": _key(submission), "row": row})

    def finish(self):
        """Forget the file: the reports are written."""
        if self.path is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)


def _key(submission):
    """What a submission is known by: whose it is, its name, and every byte of it."""
    try:
        data = submission.read()
    except Unreadable as problem:
        data = str(problem).encode("utf-8", "backslashreplace")
    return f"{submission.student}/{submission.name}/{hashlib.sha256(data).hexdigest()}"


@cache
def _package():
    """A digest of every file of the package: a version says too little while somebody works on the course."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(_PACKAGE)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
