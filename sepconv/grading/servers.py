"""The processes that submissions run under, as the grader sees them: started, asked, and replaced when they die."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from sepconv.grading.without_answers import write_package
from sepconv.grading.worker import write_frame

SANDBOXES = ("auto", "bwrap", "none")
FORKS = hasattr(os, "fork")
# torch is imported while the package is being written.
_BEGIN = "import importlib, os, torch; os.read(0, 1); importlib.invalidate_caches(); from sepconv.grading.worker import main; main()"
_START_TIME = 120  # seconds until a server has imported torch
_MOST_REPLY = 72 * 2**20  # bytes


class ServerGone(Exception):
    """The process that runs submissions ended, or fell silent.

    Parameters
    ----------
    data : bytes
        What the submission had sent until then.
    """

    def __init__(self, data=b""):
        super().__init__("the process that runs submissions is gone")
        self.data = data


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
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
    return False


class Server:
    """One process that runs submissions, started when it is first needed, and again when it has died.

    Parameters
    ----------
    sandbox : {"bwrap", "none"}
    forking : bool
        Whether one process serves many submissions. Without, each one starts a process of its own.
    """

    def __init__(self, sandbox="none", forking=FORKS):
        self.sandbox, self.forking = sandbox, forking
        self._process = self._folder = None

    def start(self):
        """Start the process, and do not wait until it is ready."""
        self.launch()
        self.provide()

    def launch(self):
        """Start the process, which begins with importing torch."""
        self._folder = Path(tempfile.mkdtemp(prefix="sepconv-grading-"))
        self._folder.chmod(0o711)
        package, work = self._folder / "package", self._folder / "work"
        work.mkdir()
        work.chmod(0o711)
        package.mkdir()
        package.chmod(0o755)
        command = [sys.executable, "-s", "-P", "-B", "-c", _BEGIN, str(work) if self.forking else "--once"]
        self._process = subprocess.Popen(
            [*self._wrapping(package, work), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("SEPCONV_GRADING_DEBUG") else subprocess.DEVNULL,
            cwd=work,
            env=_environment(package, work),
            start_new_session=True,
            bufsize=0,
        )
        self._ready = not self.forking

    def provide(self):
        """Give the launched process the package that it then imports."""
        write_package(self._folder / "package")
        with suppress(OSError):  # it may have ended; the first request finds that out
            self._process.stdin.write(b"!")

    def _wrapping(self, package, work):
        """The command before the command: bubblewrap, which shows Python, the package, and little else."""
        if self.sandbox != "bwrap":
            return []
        shown = {"/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", sys.prefix, sys.base_prefix}
        shown |= {str(Path(sys.executable).resolve().parent.parent)}
        binds = [word for path in sorted(shown) if os.path.exists(path) for word in ("--ro-bind", path, path)]
        return [
            *(
                shutil.which("bwrap") or "bwrap",
                "--unshare-all",
                "--die-with-parent",
                "--new-session",
                "--cap-drop",
                "ALL",
            ),
            *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/dev/shm", *binds),
            *("--ro-bind", str(package), str(package), "--bind", str(work), str(work)),
            *("--chdir", str(work), "--"),
        ]

    def ask(self, request: dict) -> tuple[bytes, str]:
        """Run a submission; return what it sent and how it ended.

        Raises
        ------
        ServerGone
            If the process ended or fell silent. The next request starts another.
        """
        data = bytearray()
        try:
            if self._process is None or self._process.poll() is not None:
                self.close()
                self.start()
            if not self._ready:
                self._reply(_START_TIME)
                shutil.rmtree(self._folder / "package/sepconv/exercises", ignore_errors=True)
                self._ready = True
            write_frame(self._process.stdin, json.dumps(request).encode())
            if not self.forking:
                return self._last_words(request)
            while (reply := self._reply(request["total"] + 30))[:1] == b"+":
                data += reply[1:]
                if len(data) > _MOST_REPLY:
                    raise ValueError("no submission may send that much")
            return bytes(data), json.loads(reply)[0]
        except (OSError, ValueError):
            self.close()
            raise ServerGone(bytes(data)) from None

    def _reply(self, seconds):
        deadline = time.monotonic() + seconds
        size = int.from_bytes(self._read(8, deadline), "big")
        if size > _MOST_REPLY:
            raise ValueError("a reply of that size is none")
        return self._read(size, deadline)

    def _read(self, size, deadline):
        """Read so many bytes, and no longer than until then."""
        data, source = bytearray(), self._process.stdout.fileno()
        while len(data) < size:
            if not select.select([source], [], [], max(0, deadline - time.monotonic()))[0]:
                raise ValueError("no reply in time")
            chunk = os.read(source, min(1 << 20, size - len(data)))
            if not chunk:
                raise ValueError("the process ended")
            data += chunk
        return bytes(data)

    def _last_words(self, request):
        """Without a fork: what a process of its own says until it ends."""
        try:
            data = self._process.communicate(timeout=request["total"] + _START_TIME)[0]
            return data[:_MOST_REPLY], "ended"
        except subprocess.TimeoutExpired as slow:
            return slow.stdout or b"", "slow"
        finally:
            self.close()

    def close(self):
        """End the process and remove its folder."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    pipe.close()
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL) if hasattr(
                    os, "killpg"
                ) else self._process.kill()
            self._process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._folder = None


def _environment(package, work):
    """The environment of the process: little, and nothing of the user's."""
    kept = {
        name: os.environ[name]
        for name in ("SYSTEMROOT", "LANG", "LD_LIBRARY_PATH", "SEPCONV_GRADING_DEBUG")
        if name in os.environ
    }
    return kept | {
        "PYTHONPATH": str(package),
        "PATH": "/usr/bin:/bin",
        "HOME": str(work),
        "TMPDIR": str(work),
        "TEMP": str(work),
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "SEPCONV_QUICK": "1",
        "PYTHONHASHSEED": "0",
    }
