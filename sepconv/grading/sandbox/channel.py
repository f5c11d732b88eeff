"""One submission's way to the grader: a pipe for its messages, and a line to the worker that ends it.

Both are made for the submission, handed to its worker alone, and closed with it. So nothing that one submission writes
is read as another's.
"""

import json
import os
import re
import select
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field

_FORK = 10  # seconds until a host has forked a worker
_GRACE = 5  # seconds that a worker gets to end everything
_MOST_BYTES = 64 * 2**20
_MOST_LINES = 20_000


@dataclass
class Run:
    """What came of one run of a submission.

    Attributes
    ----------
    answers : dict of str to bytes
        For each exercise the last message about it, as JSON; no part of it has been looked at.
    remarks : list of bytes
        JSON as well.
    cell : int or None
        The last cell that was begun, while cells were run.
    began : bool
        Whether anything came.
    ended : {"done", "ended", "slow", "large", "disk", "killed"}
    seconds : float
        How long it took.
    """

    answers: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    cell: int | None = None
    began: bool = False
    ended: str = "killed"
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
    """The grader's ends of one submission's pipe and line.

    Parameters
    ----------
    control : socket
        To the host, which forks a worker for the other ends.

    Attributes
    ----------
    worker : int
        The number of the worker's process, as it sees itself.

    Raises
    ------
    OSError
        If the host does not.
    """

    def __init__(self, control):
        self._line, line = socket.socketpair()
        self._messages, messages = os.pipe()
        self._line.settimeout(_FORK)
        try:
            socket.send_fds(control, [b"!"], [line.fileno(), messages])
            line.close()  # else nobody would notice that the host has ended
            self.worker = int.from_bytes(self._line.recv(4), "big")
            if not self.worker:
                raise OSError("the host forks no worker")
        except OSError:
            self._close()
            raise
        finally:
            line.close()
            os.close(messages)

    def read(self, request) -> tuple[Run, bool]:
        """Send the request; return what comes back within its limits, and whether the worker has ended everything."""
        run, word, start = Run(), "", time.monotonic()
        with suppress(OSError):
            data = json.dumps(request).encode()
            self._line.sendall(len(data).to_bytes(8, "big") + data)
            how = self._read_into(run, start + request["total"], request["seconds"] + 3)
            self.hang_up()
            self._line.settimeout(_GRACE)
            word = self._line.recv(16).decode()
            # What was sent before the worker ended it all is still in the pipe.
            how = how or self._read_into(run, time.monotonic() + _GRACE, _GRACE)
            run.ended = how or word or "killed"
        self._close()
        run.seconds = time.monotonic() - start
        return run, bool(word)

    def hang_up(self):
        """Let the worker end everything."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)

    def _read_into(self, run, deadline, patience):
        """Read messages until they are "done", "slow" or too "large"; or, for "", until no more can come."""
        line, size, lines, heard = [], 0, 0, time.monotonic()
        while size <= _MOST_BYTES and lines <= _MOST_LINES:
            wait = min(deadline, heard + patience) - time.monotonic()
            ready = select.select([self._messages, self._line], [], [], max(0, wait))[0]
            if not ready:
                return "slow"
            chunk = os.read(self._messages, 1 << 18) if self._messages in ready else b""
            if not chunk:  # the end; or a word of the worker while something else holds the pipe open
                return ""
            first, *others = chunk.split(b"\n")
            line.append(first)
            for other in others:
                heard = time.monotonic()
                if not run.note(b"".join(line)):
                    return "done"
                line = [other]
            size, lines = size + len(chunk), lines + len(others)
        return "large"

    def _close(self):
        self._line.close()
        os.close(self._messages)
