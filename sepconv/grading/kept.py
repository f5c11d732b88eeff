"""The rows of a run, kept as they come, so that a run that was stopped goes on where it was."""

import hashlib
import io
import json
import secrets
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from sepconv.grading.hand_in import Unreadable

try:
    import fcntl
except ImportError:  # Windows, where two runs on one output are not told apart
    fcntl = None


class Kept:
    """The rows of a run, in a file as well, from which the same run goes on.

    Rows that were marked by another package, in another sandbox, with other limits, or with another seed than the
    one asked for, do not count. Without a path, rows are kept in memory only. While another run writes to the path
    it is refused with a ValueError.
    """

    def __init__(self, path, options, sandbox):
        self.path, self.rows, self._found = path, {}, {}
        self.seed = secrets.randbelow(2**31) if options.seed is None else options.seed
        self._file = _open_alone(path) if path else io.StringIO()
        limits = asdict(options.limits)
        conditions = {"package": _package(), "sandbox": sandbox, "limits": limits, "seed": options.seed}
        first, *lines = _read(self._file) or [{}]
        other = [name for name in conditions if first.get(name) != conditions[name]]
        if not other:
            self.seed = first["drawn"]
            self._found = {line["key"]: line["row"] for line in lines}
            return
        if first:
            print(f"This run begins anew: {path} does not name the same {other[0]}.", file=sys.stderr)
        self._file.truncate(0)
        self._write(conditions | {"drawn": self.seed})

    def _write(self, line):
        # The line before may have been cut off when the run was stopped.
        self._file.write(f"\n{json.dumps(line)}\n")
        self._file.flush()

    def has(self, i, submission) -> bool:
        """Whether a submission has been marked in the run that was stopped; its row is taken over."""
        if self._found and (key := _key(submission)) in self._found:
            self.rows[i] = self._found[key]
        return i in self.rows

    def add(self, i, submission, row):
        """Keep a row; one with a problem is not in the file: nothing was marked, or the grader itself failed."""
        self.rows[i] = row
        if not row["problem"]:
            self._write({"key": _key(submission), "row": row})

    def finish(self):
        """Forget the file: the reports are written."""
        self._file.close()
        if self.path:
            Path(self.path).unlink()


def _open_alone(path):
    file = open(path, "a+", encoding="ascii", errors="replace")  # noqa: SIM115 - until the run is done
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ValueError(f"another run writes {path}: wait, or name another output") from None
    except OSError:
        pass  # a file system without locks
    return file


def _read(file):
    """Return what the lines say that are not damaged."""
    lines = []
    file.seek(0)
    for line in file:
        with suppress(ValueError):
            lines.append(json.loads(line))
    return lines


def _key(submission):
    """What a submission is known by: whose it is, its name, and every byte of it."""
    data = b""
    with suppress(Unreadable):  # no row of it is in the file
        data = submission.read()
    return f"{submission.student}/{submission.name}/{hashlib.sha256(data).hexdigest()}"


def _package():
    """A digest of the package's source: a version says too little while somebody works on the course."""
    files = sorted(Path(__file__).parent.parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
