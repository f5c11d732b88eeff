"""The process that imports torch, with the package that it sees, the folder that it runs in, and the sandbox around it."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from sepconv.grading.without_answers import write_package

SANDBOXES = ("auto", "bwrap", "none")
FORKS = hasattr(os, "fork")
PACKAGE = Path(__file__).resolve().parent.parent
# torch is imported while the package is being written, and without looking for garbage, which takes a seventh of the time.
# What judges is forked before anything else happens, and imports the package as it is, answers and all.
_BEGIN = """
import gc; gc.disable()
import importlib, os, sys, torch
for pipe in map(int, sys.argv.pop(1).split()):
    if os.fork() == 0:
        sys.path.insert(0, sys.argv[1])
        from sepconv.grading.judges import judge_in_fork
        judge_in_fork(pipe)
    os.close(pipe)
del sys.argv[1]
os.read(0, 1)
importlib.invalidate_caches()
from sepconv.grading.worker import main
main()
"""


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


class Host:
    """A process that imports torch, launched at once; it waits for the package that `provide` writes.

    Parameters
    ----------
    sandbox : {"bwrap", "none"}
    lanes : int
        0 if it takes the requests itself, over its standard input and output; else how many processes it forks that take them,
        each over pipes of its own.
    judges : int
        How many processes it forks that judge. Not in bubblewrap, which does not show the answers.
    forking : bool
        Whether it serves many submissions. Without, it serves one, and ends.

    Attributes
    ----------
    folder : Path
    lanes : list of (file, file)
        Where requests go to, and where replies come from.
    judges : list of Connection
        One to each process that judges.
    users : int
        How many servers use it.
    """

    def __init__(self, sandbox, lanes=0, judges=0, forking=FORKS):
        self.sandbox, self.users, self._provided, self._awaited = sandbox, 0, False, max(1, lanes)
        self.folder = Path(tempfile.mkdtemp(prefix="sepconv-grading-"))
        self.folder.chmod(0o711)
        package, work = self.folder / "package", self.folder / "work"
        work.mkdir()
        work.chmod(0o711)
        package.mkdir()
        package.chmod(0o755)
        pipes = [(*os.pipe(), *os.pipe()) for _ in range(lanes)]
        theirs = [f"{requests},{replies}" for requests, _, _, replies in pipes]
        self.lanes = [
            (os.fdopen(requests, "wb", 0), os.fdopen(replies, "rb", 0)) for _, requests, replies, _ in pipes
        ]
        ends = [multiprocessing.Pipe() for _ in range(judges)]
        self.judges = [ours for ours, _ in ends]
        numbers = [end.fileno() for _, end in ends]
        self._launch(package, work, numbers, [str(work), *theirs] if forking else ["--once"])
        for number in [number for requests, _, _, replies in pipes for number in (requests, replies)]:
            os.close(number)
        for _, end in ends:
            end.close()

    def _launch(self, package, work, judges, how):
        """Start the process; what it is to inherit are the pipes that its command line names."""
        lanes = [int(number) for lane in how[1:] for number in lane.split(",")]
        self.process = subprocess.Popen(
            [
                *self._wrapping(package, work),
                *(sys.executable, "-s", "-P", "-B", "-c", _BEGIN),
                *(" ".join(map(str, judges)), str(PACKAGE.parent), *how),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("SEPCONV_GRADING_DEBUG") else subprocess.DEVNULL,
            cwd=work,
            env=_environment(package, work),
            start_new_session=True,
            pass_fds=[*lanes, *judges],
            bufsize=0,
        )

    def provide(self):
        """Give the launched process the package that it then imports."""
        if self._provided:
            return
        self._provided = True
        write_package(self.folder / "package")
        with suppress(OSError):  # it may have ended; the first request finds that out
            self.process.stdin.write(b"!")

    def one_is_ready(self):
        """Take the files of the exercises away when all processes have read them."""
        self._awaited -= 1
        if self._awaited == 0:
            shutil.rmtree(self.folder / "package/sepconv/exercises", ignore_errors=True)

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

    def leave(self):
        """Note that a server is done; with the last one, end the process and remove its folder."""
        self.users -= 1
        if self.users:
            return
        for pipe in (
            self.process.stdin,
            self.process.stdout,
            *(pipe for lane in self.lanes for pipe in lane),
        ):
            with suppress(OSError):
                pipe.close()
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL) if hasattr(os, "killpg") else self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


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
