"""The host, seen from the grader: a process that has imported torch, and the channel that each submission gets to it.

A host forks a worker for each submission. The submission's messages come through a pipe, its end through a socket; both
are made for it, handed to its worker alone, and closed with it. So nothing that one submission writes is read as another's.
"""

import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sepconv.grading.sandbox.package import PACKAGE, write_package
from sepconv.grading.sandbox.restraint import remove

try:
    import fcntl
except ImportError:  # Windows, where no folder is locked and none is swept away
    fcntl = None

SANDBOXES = ("auto", "bwrap", "none")
FORKS = hasattr(os, "fork")
_START = 120  # seconds until a host has imported torch
_FORK = 10  # seconds until a host has forked a worker
_GRACE = 5  # seconds that a worker gets to end everything
_MOST_BYTES = 64 * 2**20  # that one submission may send
_MOST_LINES = 20_000
_PREFIX = "sepconv-grading-"
# torch is imported while the package is being written, and without looking for garbage, which takes a seventh of the
# time. Judges are forked before anything else happens, and import the package as it is, answers and all.
BEGIN = """
import gc; gc.disable()
import ctypes, importlib, os, sys
if sys.platform == "linux": ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # no submission may open what this process holds
import torch
for pipe in map(int, sys.argv[1].split()):
    if os.fork() == 0:
        sys.path[:0] = [sys.argv[2]]
        from sepconv.grading.judging.pool import judge_for
        judge_for(pipe)
    os.close(pipe)
if len(sys.argv) > 3 and (sys.argv[3] == "once" or os.read(0, 1)):
    importlib.invalidate_caches()
    from sepconv.grading.sandbox import worker
    worker.run_once() if sys.argv[3] == "once" else worker.serve(sys.argv[3])
"""


class GraderFailed(ValueError):
    """The grader cannot work here; the message says why, and no mark is to be believed that would follow."""


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
    ended : {"done", "ended", "slow", "large", "disk", "killed"}
    seconds : float
        How long it took.
    """

    answers: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    cell: int | None = None
    ended: str = "ended"
    seconds: float = 0.0


def choose_sandbox(wanted: str) -> str:
    """Return the sandbox to use: ``"bwrap"`` or ``"none"``.

    Raises
    ------
    ValueError
        If bubblewrap is asked for and cannot be used here.
    """
    if wanted == "none":
        return "none"
    works = bool(shutil.which("bwrap")) and _bwrap_works()
    if wanted == "bwrap" and not works:
        raise ValueError(
            "bubblewrap cannot be used here: is it installed, and may it make namespaces? (bwrap --unshare-all)"
        )
    return "bwrap" if works else "none"


def _bwrap_works():
    command = ["bwrap", "--unshare-all", "--as-pid-1", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
    return False


def start_python(arguments, folder, pipes=(), wrapping=(), package=None, **streams):
    """Start `BEGIN` with little of the user's environment, in a session of its own; return the process."""
    path = [str(package)] if package else []
    environment = {
        name: os.environ[name] for name in ("SYSTEMROOT", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    environment |= dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "SEPCONV_QUICK"), "1"
    )
    environment |= {
        "PYTHONPATH": os.pathsep.join([*path, *_module_folders()]),
        "PATH": "/usr/bin:/bin",
        **dict.fromkeys(("HOME", "TMPDIR", "TEMP"), str(folder)),
        "MPLBACKEND": "agg",
        "CUDA_VISIBLE_DEVICES": "",  # a fork after a first use of a card does not work
        "PYTHONHASHSEED": "0",
    }
    command = [
        *wrapping,
        sys.executable,
        "-s",
        "-P",
        "-B",
        "-c",
        BEGIN,
        " ".join(map(str, pipes)),
        *arguments,
    ]
    return subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True, pass_fds=pipes, bufsize=0, **streams
    )


def _module_folders():
    """Where this Python finds modules, the user's own ones too, without the folders of the course itself."""
    course = PACKAGE.parent
    folders = [Path(path) for path in sys.path if os.path.isdir(path)]
    others = [f for f in folders if f.name == "site-packages" or course not in (f, *f.parents)]
    return list(map(str, others))


class Host:
    """A process that runs submissions, started anew when it has died.

    Parameters
    ----------
    sandbox : {"bwrap", "none"}
        In bubblewrap one submission at a time may use it: what runs in one sandbox can end what else runs there.
    judges : sequence of int
        Descriptors for processes that judge, which are forked from the same process before it sees any submission.
        Not in bubblewrap, which does not show the answers.
    """

    def __init__(self, sandbox, judges=()):
        self.sandbox, self._lock, self._channels = sandbox, threading.Lock(), set()
        self._control, self._is_closed = None, False
        self.folder, self._mark = _folder_of_our_own()
        self._launch(judges)

    def _launch(self, judges=()):
        self._control, theirs = socket.socketpair()
        self._is_ready = False
        package, work = self.folder / "package", self.folder / "work"
        for folder, mode in ((package, 0o755), (work, 0o711)):
            folder.mkdir(parents=True, exist_ok=True)  # again, where a submission was able to remove it
            folder.chmod(mode)
        with theirs, open(self.folder / "errors", "wb") as errors:
            self.process = start_python(
                [str(PACKAGE.parent), str(work)],
                work,
                judges,
                self._wrapping(package, work),
                package,
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )

    def _wrapping(self, package, work):
        """The command before the command: bubblewrap, which shows Python, the package, and little else."""
        if self.sandbox != "bwrap":
            return []
        shown = {
            "/usr",
            "/bin",
            "/sbin",
            "/lib",
            "/lib64",
            "/etc",
            sys.prefix,
            sys.base_prefix,
            *_module_folders(),
        }
        shown = sorted({*shown, str(Path(sys.executable).resolve().parent.parent)})
        binds = [word for path in shown if os.path.exists(path) for word in ("--ro-bind", path, path)]
        hidden = [
            path
            for path in (PACKAGE, PACKAGE.parent / "solutions")
            if not set(map(str, path.parents)).isdisjoint(shown)
        ]
        return [
            *(
                "bwrap",
                "--unshare-all",
                "--die-with-parent",
                "--new-session",
                "--as-pid-1",
                "--cap-drop",
                "ALL",
            ),
            *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/dev/shm", *binds),
            *(word for path in hidden for word in ("--tmpfs", str(path))),
            *("--ro-bind", str(package), str(package), "--bind", str(work), str(work)),
            *("--chdir", str(work), "--"),
        ]

    def provide(self):
        """Write the package without its answers, and let the host import it."""
        if not (self.folder / "package" / "sepconv").exists():
            write_package(self.folder / "package")
        if self._control is not None:
            with suppress(OSError):  # it may have ended; the first request finds that out
                self._control.sendall(b"!")

    def run(self, request: dict) -> Run:
        """Have a submission run.

        Parameters
        ----------
        request : dict
            What `sepconv.grading.sandbox.child.run_submission` takes; its ``total`` holds here.

        Raises
        ------
        GraderFailed
            If no process can be started for it.
        """
        for _ in range(3):
            if (channel := self._open_channel()) is not None:
                self._channels.add(channel)
                run, has_ended = channel.read(request)
                self._channels.discard(channel)
                if not has_ended:
                    self._end(channel.worker)
                return run
            self.kill()  # whoever ran here before has stopped it, or ended it
        raise GraderFailed(f"no process can be started that runs submissions.{self._last_words()}")

    def _open_channel(self):
        with self._lock:
            if self._is_closed:
                raise GraderFailed("the run is over")
            if self._control is None or not (self.folder / "package/sepconv").exists():
                self._hang_up()
                self._launch()
                self.provide()
            try:
                if not self._is_ready:
                    self._wait_until_ready()
                return Channel(self._control)
            except OSError:
                return None

    def _wait_until_ready(self):
        self._control.settimeout(_START)
        if self._control.recv(1) != b"!":
            self.process.wait()
            raise GraderFailed(f"the process that runs submissions does not start.{self._last_words()}")
        self._is_ready = True

    def _last_words(self):
        lines = (self.folder / "errors").read_text(errors="replace").strip().splitlines()
        return f" It said: {lines[-1][:300]}" if lines else ""

    def _end(self, worker):
        """End a worker that its submission has stopped; what it leaves behind, the host ends."""
        if self.sandbox == "bwrap":
            self.kill()
        else:
            with suppress(OSError):
                os.kill(worker, signal.SIGKILL)

    def kill(self):
        """End the process; the next request starts another."""
        with self._lock:
            self._hang_up()

    def _hang_up(self):
        if self._control is not None:
            self._control.close()
            self._control = None
            with suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def close(self):
        """End the process, and all that runs there, and remove its folder."""
        self._is_closed = True
        for channel in list(self._channels):
            channel.hang_up()
        self.kill()
        if self._mark:
            self._mark.close()
        remove(self.folder)


class HostWithoutForks(Host):
    """Where nothing forks (Windows): a process for each submission, in which only the time for all of it is limited."""

    def _launch(self, judges=()):
        pass

    def run(self, request):
        """Have a submission run, as `Host.run` does."""
        run, work = Run(), self.folder / "work"
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        process = start_python(["", "once"], work, package=self.folder / "package", **streams)
        try:
            data = process.communicate(json.dumps(request).encode(), timeout=request["total"] + _START)[0]
        except subprocess.TimeoutExpired as slow:
            data, run.ended = slow.stdout or b"", "slow"
        process.kill()
        process.communicate()
        for line in data[:_MOST_BYTES].split(b"\n"):
            if not _noted(run, line):
                run.ended = "done"
        return run


def _folder_of_our_own():
    """Make a folder that is removed at the next start, too, should this process be killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if fcntl else ():
        with suppress(OSError), open(folder / "owner") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused as long as its grader runs
            remove(folder)
    new = Path(tempfile.mkdtemp(prefix="new-" + _PREFIX))
    mark = open(new / "owner", "w")  # noqa: SIM115 (open as long as the host)
    if fcntl:
        fcntl.flock(mark, fcntl.LOCK_EX)
    folder = new.rename(new.with_name(new.name.removeprefix("new-")))
    folder.chmod(0o711)
    return folder, mark


class Channel:
    """One submission's way to the grader.

    Parameters
    ----------
    control : socket
        To the host.

    Raises
    ------
    OSError
        If the host forks no worker for it.
    """

    def __init__(self, control):
        self._line, theirs = socket.socketpair()
        self._source, target = os.pipe()
        self._line.settimeout(_FORK)
        try:
            socket.send_fds(control, [b"!"], [theirs.fileno(), target])
            theirs.close()
            self.worker = int.from_bytes(self._line.recv(4), "big")
            if not self.worker:
                raise OSError("the host forks no worker")
        except OSError:
            self._close()
            raise
        finally:
            theirs.close()
            os.close(target)

    def read(self, request) -> tuple[Run, bool]:
        """Send the request; return what comes back within its limits, and whether everything has ended."""
        run, word, start = Run(), "", time.monotonic()
        try:
            data = json.dumps(request).encode()
            self._line.sendall(len(data).to_bytes(8, "big") + data)
            run.ended = self._read_into(run, start + request["total"], request["seconds"] + 3)
            self.hang_up()
            self._line.settimeout(_GRACE)
            # The worker now ends whatever still runs. What had been sent before that is in the pipe.
            word = self._line.recv(16).decode()
            run.ended = run.ended or self._read_into(run, time.monotonic() + _GRACE, _GRACE)
        except OSError:
            pass
        finally:
            self._close()
        run.ended, run.seconds = run.ended or word or "killed", time.monotonic() - start
        return run, bool(word)

    def hang_up(self):
        """Let the worker end everything."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)

    def _read_into(self, run, deadline, patience):
        """Read messages until all have come ("done", or "" for no more), or more, or later, than a submission may send."""
        line, size, lines, heard = [], 0, 0, time.monotonic()
        while True:
            wait = min(deadline, heard + patience) - time.monotonic()
            ready = select.select([self._source, self._line], [], [], max(0, wait))[0]
            if not ready:
                return "slow"
            chunk = os.read(self._source, 1 << 18) if self._source in ready else b""
            if not chunk:  # the end, or a word of the worker while something else holds the pipe open
                return ""
            first, *others = chunk.split(b"\n")
            line.append(first)
            for other in others:
                heard = time.monotonic()
                if not _noted(run, b"".join(line)):
                    return "done"
                line = [other]
            size, lines = size + len(chunk), lines + len(others)
            if size > _MOST_BYTES or lines > _MOST_LINES:
                return "large"

    def _close(self):
        self._line.close()
        os.close(self._source)


def _noted(run, line) -> bool:
    """Take a message down: ``cell 3``, ``asking``, ``remark JSON``, ``answer NAME JSON``; ``done`` is the last one."""
    kind, _, more = line.partition(b" ")
    if kind == b"cell" and re.fullmatch(rb"\d{1,5}", more):
        run.cell = int(more)
    elif kind == b"asking":
        run.cell = None
    elif kind == b"remark" and len(run.remarks) < 10:
        run.remarks.append(more)
    elif kind == b"answer":
        name, _, message = more.partition(b" ")
        run.answers[name.decode("ascii", "replace")] = message
    return kind != b"done"
