"""The host, seen from the grader: a process that has imported torch, and forks a worker for each submission."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sepconv.grading.sandbox.package import write_package
from sepconv.grading.sandbox.restraint import remove
from sepconv.grading.sandbox.start import WRITABLE, bubble, start_python

_START = 120  # seconds until a host has imported torch
_FORK = 10  # seconds until it has forked a worker
_GRACE = 4  # seconds that a worker gets to end everything
_MOST_BYTES = 64 * 2**20
_MOST_LINES = 20_000
_PREFIX = "sepconv-grading-"


class GraderFailed(ValueError):
    """The grader cannot work here; the message says why."""


@dataclass
class Run:
    """What came of one run of a submission; no part of a remark or an answer has been looked at."""

    answers: dict = field(default_factory=dict)  # for each exercise the last message about it, as JSON
    remarks: list = field(default_factory=list)
    cell: int | None = None  # the last one that was begun, while cells were run
    began: bool = False  # whether anything came
    ended: str = "killed"  # or "done", "ended", "slow", "large", "disk"
    seconds: float = 0.0

    def note(self, line) -> bool:
        """Take a message down: ``cell 3``, ``asking``, ``remark JSON``, ``answer NAME JSON``; False for ``done``."""
        self.began = True
        kind, _, more = line.partition(b" ")
        if kind == b"cell" and re.fullmatch(rb"\d{1,5}", more):
            self.cell = int(more)
        elif kind == b"asking":
            self.cell = None
        elif kind == b"remark" and len(self.remarks) < 10:
            self.remarks.append(more)
        elif kind == b"answer":
            name, _, message = more.partition(b" ")
            self.answers[name.decode("ascii", "replace")] = message
        return kind != b"done"


class _Channel:
    """The grader's ends of one submission's pipe and line; a host hands the others to a `worker`, or it is an OSError."""

    def __init__(self, control, patience):
        self._line, line = socket.socketpair()
        ours, theirs = os.pipe()
        self._messages, self._unfinished = open(ours, "rb", buffering=0), []  # noqa: SIM115 - until it is read
        os.set_blocking(ours, False)  # what is there may be gone: a submission can read from it, too
        self._line.settimeout(patience)
        with line, open(theirs, "wb"):  # else nobody would notice that the host has ended
            socket.send_fds(control, [b"!"], [line.fileno(), theirs])
        self.worker = int.from_bytes(self._line.recv(4), "big")
        if not self.worker:
            raise OSError("the host forks no worker")

    def read(self, request, start) -> tuple[Run, bool]:
        """Send the request; return what comes back within its limits, and whether the worker has ended everything."""
        run, how, word, deadline = Run(), "", b"", start + request["total"]
        with self._line, self._messages, suppress(OSError):
            self._line.sendall(json.dumps(request).encode() + b"\n")
            how = self._read_into(run, deadline, request["seconds"] + 3)
            self.hang_up()
            self._line.settimeout(max(1, min(_GRACE, deadline + _GRACE - time.monotonic())))
            word = self._line.recv(16)
            if how in ("", "slow"):  # what was sent before the worker ended it all is still in the pipe
                how = self._read_into(run, deadline + _GRACE, _GRACE) or how
        run.ended, run.seconds = how or word.decode() or "killed", time.monotonic() - start
        return run, bool(word)

    def hang_up(self):
        """Let the worker end everything."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)

    def _read_into(self, run, deadline, patience):
        """Read messages until they are "done", "slow" or too "large"; or, for "", until no more can come."""
        size, lines, heard = 0, 0, time.monotonic()
        while size <= _MOST_BYTES and lines <= _MOST_LINES:
            wait = min(deadline, heard + patience) - time.monotonic()
            ready = select.select([self._messages, self._line], [], [], wait)[0] if wait > 0 else ()
            if not ready:
                return "slow"
            chunk = self._messages.read(1 << 18) if self._messages in ready else b""
            if chunk is None:
                continue
            if not chunk:  # the end; or a word of the worker while something else holds the pipe open
                return ""
            first, *others = chunk.split(b"\n")
            self._unfinished.append(first)
            for other in others:
                heard = time.monotonic()
                if not run.note(b"".join(self._unfinished)):
                    return "done"
                self._unfinished = [other]
            size, lines = size + len(chunk), lines + len(others)
        return "large"


class Host:
    """A process that runs submissions, started anew when it has died.

    In bubblewrap one submission at a time may use it: what runs in one sandbox can end what else runs there. Judges, a
    descriptor for each, are forked from it before it sees any submission; not in bubblewrap, which shows no answers.
    """

    def __init__(self, sandbox, judges=()):
        self.sandbox, self._lock, self._channels = sandbox, threading.Lock(), set()
        self._is_closed = False
        self.folder, self._mark = _folder_of_our_own()
        self._package = self.folder / "package/sepconv"
        self._launch(judges)

    def _launch(self, judges=()):
        for name, mode in (("package", 0o755), ("work", 0o711)):
            folder = self.folder / name
            folder.mkdir(parents=True, exist_ok=True)  # again, where a submission was able to remove it
            folder.chmod(mode)
        self._control, theirs = socket.socketpair()
        self._patience = _START
        with theirs, open(self.folder / "errors", "wb") as errors:
            streams = {"stdin": theirs, "stdout": subprocess.DEVNULL, "stderr": errors}
            if self.sandbox == "bwrap":
                where, before = ("/tmp", ["/package"], (), WRITABLE), bubble(self.folder / "package")
            else:
                work = self.folder / "work"
                where, before = (work, [self.folder / "package"], judges, [work]), ()
            self.process = start_python(*where, before, **streams)

    def provide(self):
        """Write the package without its answers, and let the host import it."""
        if not self._package.exists():
            write_package(self.folder / "package")
        with suppress(OSError):  # it may have ended; the first request finds that out
            self._control.sendall(b"!")

    def run(self, request: dict) -> Run:
        """Have a submission run, as a request to `run_submission` says; `GraderFailed` if no process can be started.

        Its ``total`` holds here. Of a submission that runs once more it includes the wait for a process: the last one may
        have ended over it.
        """
        start = time.monotonic()
        channel = self._open_channel()
        runs_again = request["skipped"] or request["pause"]
        run, has_ended = channel.read(request, start if runs_again else time.monotonic())
        self._channels.discard(channel)
        if not has_ended and self.sandbox == "bwrap":
            with self._lock:
                self._kill()
        elif not has_ended:
            with suppress(OSError):
                os.kill(channel.worker, signal.SIGKILL)  # what it leaves behind, the host ends
        return run

    def _open_channel(self):
        with self._lock:
            while not self._is_closed:
                if self.process.returncode is not None or not self._package.exists():
                    self._kill()
                    self._launch()
                    self.provide()
                try:
                    channel = _Channel(self._control, self._patience)
                    self._patience = _FORK
                    self._channels.add(channel)
                    return channel
                except OSError:  # whoever ran here before has stopped it, or ended it; or it does not start
                    self._kill()
                    if self._patience == _START:
                        *_, said = (self.folder / "errors").read_text(errors="replace").strip().split("\n")
                        raise GraderFailed(f"no process starts that runs submissions: {said}") from None
        raise GraderFailed("the run is over")

    def _kill(self):
        self._control.close()
        self.process.kill()
        self.process.wait()

    def close(self):
        """End the process, and all that runs there, and remove its folder."""
        self._is_closed = True
        for channel in list(self._channels):
            channel.hang_up()
        end = time.monotonic() + _GRACE
        while self._channels and time.monotonic() < end:  # until their workers have ended everything
            time.sleep(0.01)
        with self._lock:
            self._kill()
        self._mark.close()
        remove(self.folder)


def _folder_of_our_own():
    """Make a folder that the next start removes, should this process be killed; return it and the lock on it."""
    import fcntl  # not on Windows

    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        at_once = os.O_NONBLOCK | os.O_NOFOLLOW  # it may be a pipe of somebody else's
        with suppress(OSError), open(os.open(folder / "owner", at_once)) as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused as long as its grader runs
            remove(folder)
    new = Path(tempfile.mkdtemp(prefix="new-" + _PREFIX))
    mark = open(new / "owner", "w")  # noqa: SIM115 (open as long as the host)
    fcntl.flock(mark, fcntl.LOCK_EX)
    folder = new.rename(new.with_name(new.name.removeprefix("new-")))
    folder.chmod(0o711)
    return folder, mark
