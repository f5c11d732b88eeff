"""The host, seen from the grader: a process that has imported torch, and forks a worker for each submission."""

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from sepconv.grading.sandbox.channel import Channel, Run
from sepconv.grading.sandbox.package import write_package
from sepconv.grading.sandbox.restraint import remove
from sepconv.grading.sandbox.start import start_host

_START = 120  # seconds until a host has imported torch
_FORK = 10  # seconds until it has forked a worker
_GRACE = 5  # seconds that workers get in the end
_PREFIX = "sepconv-grading-"


class GraderFailed(ValueError):
    """The grader cannot work here; the message says why."""


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
            self.process = start_host(self.folder, self.sandbox, judges, **streams)

    def provide(self):
        """Write the package without its answers, and let the host import it."""
        if not self._package.exists():
            write_package(self.folder / "package")
        with suppress(OSError):  # it may have ended; the first request finds that out
            self._control.sendall(b"!")

    def run(self, request: dict) -> Run:
        """Have a submission run.

        Parameters
        ----------
        request : dict
            What `sepconv.grading.sandbox.child.run_submission` takes; its ``total`` holds here. Of a submission that runs
            once more it includes the wait for a process: the last one may have ended over it.

        Raises
        ------
        GraderFailed
            If no process can be started for it.
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
                    channel = Channel(self._control, self._patience)
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
