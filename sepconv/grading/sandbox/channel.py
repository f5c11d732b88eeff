"""One submission's way to the grader, made for it alone: a pipe for its messages, and a line to the worker that ends it."""

import json
import os
import re
import select
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field

_GRACE = 4  # seconds that a worker gets to end everything
_MOST_BYTES = 64 * 2**20
_MOST_LINES = 20_000


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


class Channel:
    """The grader's ends of one submission's pipe and line; a host hands the others to a `worker`, or it is an OSError."""

    def __init__(self, control, patience):
        self._line, line = socket.socketpair()
        self._messages, messages = os.pipe()
        # What is there may be gone: a submission can read from it, too.
        os.set_blocking(self._messages, False)
        self._line.settimeout(patience)
        self._unfinished = []
        try:
            with line:  # else nobody would notice that the host has ended
                socket.send_fds(control, [b"!"], [line.fileno(), messages])
            self.worker = int.from_bytes(self._line.recv(4), "big")
            if not self.worker:
                raise OSError("the host forks no worker")
        except OSError:
            self._close()
            raise
        finally:
            os.close(messages)

    def read(self, request, start) -> tuple[Run, bool]:
        """Send the request; return what comes back within its limits, and whether the worker has ended everything."""
        run, how, word, deadline = Run(), "", b"", start + request["total"]
        with suppress(OSError):
            self._line.sendall(json.dumps(request).encode() + b"\n")
            how = self._read_into(run, deadline, request["seconds"] + 3)
            self.hang_up()
            self._line.settimeout(max(1, min(_GRACE, deadline + _GRACE - time.monotonic())))
            word = self._line.recv(16)
            if how in ("", "slow"):  # what was sent before the worker ended it all is still in the pipe
                how = self._read_into(run, deadline + _GRACE, _GRACE) or how
        self._close()
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
            try:
                chunk = os.read(self._messages, 1 << 18) if self._messages in ready else b""
            except BlockingIOError:
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

    def _close(self):
        self._line.close()
        os.close(self._messages)
