"""The rows of a run, kept as they come, so that a run that was stopped goes on where it was."""

import hashlib
import io
import json
import secrets
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from sepconv.grading.hand_in.read import Unreadable

_CONDITIONS = ""  # the key of the line that is no row


class Kept:
    """The rows of a run in a file, a line of JSON with key and row for each, from which the same run goes on.

    Rows that were marked by another package, in another sandbox, with other limits, or with another seed than the
    one asked for, do not count. Without a path nothing is kept. While another run writes to the path it is refused
    with a ValueError.
    """

    def __init__(self, path, options, sandbox):
        self._path, self._rows = path, {}
        self.seed = secrets.randbelow(2**31) if options.seed is None else options.seed
        self._file = open(path, "a+b") if path else io.BytesIO()  # noqa: SIM115 - until the run is done
        try:
            import fcntl

            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(f"another run writes {path}: wait, or name another output") from None
        except (ImportError, OSError):
            pass  # there is no file; or none can be locked: Windows, some networks
        self._file.seek(0)
        for line in self._file:
            with suppress(ValueError, TypeError):  # it is damaged
                key, value = json.loads(line)
                self._rows[key] = value
        before = self._rows.pop(_CONDITIONS, {})
        now = {"package": _package(), "sandbox": sandbox}
        now |= {"limits": asdict(options.limits), "seed": options.seed}
        other = [name for name in now if before.get(name) != now[name]]
        if not other:
            self.seed = before["drawn"]
            return
        if before or self._rows:
            print(f"This run begins anew: {path} does not name the same {other[0]}.", file=sys.stderr)
        self._file.truncate(0)
        self._rows.clear()
        self._write(_CONDITIONS, now | {"drawn": self.seed})

    def _write(self, key, value):
        # The line before may have been cut off when the run was stopped.
        self._file.write(f"\n{json.dumps([key, value])}\n".encode())
        self._file.flush()

    def row_of(self, submission) -> dict | None:
        """Return the row of a submission that has been marked in the run that was stopped."""
        return self._rows.get(_key(submission)) if self._rows else None

    def add(self, submission, row):
        """Keep a row, but none with a problem: nothing was marked, or the grader itself failed.

        Parameters
        ----------
        submission : Submission
        row : dict
        """
        if not row["problem"]:
            self._write(_key(submission), row)

    def finish(self):
        """Forget the file: the reports are written."""
        self._file.close()
        if self._path:
            Path(self._path).unlink()


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
