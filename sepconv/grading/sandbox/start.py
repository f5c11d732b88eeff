"""Starts Python processes that have imported torch: a host for submissions, or processes that judge."""

import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path

from sepconv.grading.sandbox import MOST_DISK
from sepconv.grading.sandbox.package import PACKAGE

# torch is imported while the package is being written, and without looking for garbage, which takes a seventh of the
# time. Judges are forked before anything else happens, and import the package as it is, answers and all.
_BEGIN = """
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
    worker.run_once() if sys.argv[3] == "once" else worker.serve(*sys.argv[3:])
"""
_ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    "PATH": "/usr/bin:/bin",
    "MPLBACKEND": "agg",
    "CXX": "false",  # a compiler that compiles nothing: fuse() folds, and takes no time
    "CUDA_VISIBLE_DEVICES": "",  # a fork after the first use of a card does not work
    "PYTHONHASHSEED": "0",
    "SEPCONV_PROGRESS": "off",
    "SEPCONV_QUICK": "1",
}
_BWRAP = (
    "bwrap --unshare-all --as-pid-1 --die-with-parent --new-session --cap-drop ALL "
    "--proc /proc --dev /dev --mqueue /dev/mqueue"
)
WRITABLE = ("/tmp", "/dev/shm", "/dev/mqueue")  # in bubblewrap; submissions work in the first


def choose_sandbox(wanted: str) -> str:
    """Return the sandbox to use, ``"bwrap"`` or ``"none"``; `ValueError` if bubblewrap is asked for and cannot be used here."""
    if wanted == "bwrap" and not _bwrap():
        raise ValueError("bubblewrap cannot be used here: is it installed, and may it make namespaces?")
    return "bwrap" if wanted != "none" and _bwrap() else "none"


@cache
def _bwrap():
    """How a command begins that bubblewrap runs; empty where it cannot."""
    for size in (f"--size {MOST_DISK}", ""):  # before 0.7, or setuid, it sets none
        command = f"{_BWRAP} {size} --tmpfs /tmp {size} --tmpfs /dev/shm".split()
        with suppress(OSError, subprocess.TimeoutExpired):
            tried = [*command, "--ro-bind", "/", "/", "true"]
            if subprocess.run(tried, capture_output=True, timeout=20).returncode == 0:
                return command
    return []


def start_python(folder, packages, judges, arguments=(), before=(), start=subprocess.Popen, **streams):
    """Return a new process that forks what judges, and then does as its arguments say.

    Parameters
    ----------
    folder : path
    packages : list of path
    judges : list of int
        The descriptors of pipes, each for one that judges.
    arguments, before : list
        What the command has behind and before it.
    start, **streams
        What starts it, and with which options.
    """
    kept = {name: os.environ[name] for name in os.environ.keys() & {"SYSTEMROOT", "LANG", "LD_LIBRARY_PATH"}}
    path = os.pathsep.join(map(str, [*packages, *_module_folders()]))
    own = {"PYTHONPATH": path, **dict.fromkeys(("HOME", "TMPDIR", "TEMP"), str(folder))}
    streams |= {"cwd": folder, "env": _ENVIRONMENT | kept | own, "pass_fds": judges}
    python = [sys.executable, "-sPBc", _BEGIN, " ".join(map(str, judges)), PACKAGE.parent]
    return start([*before, *python, *arguments], bufsize=0, start_new_session=True, **streams)


def _module_folders():
    """Where this Python finds modules, the user's own ones too, without the folders of the course itself."""
    course = PACKAGE.parent
    folders = [Path(path) for path in sys.path if os.path.isdir(path)]
    return [path for path in folders if path.name == "site-packages" or course not in (path, *path.parents)]


def bubble(package):
    """Return the command before the command: bubblewrap, which shows Python, the package, and little else."""
    python = [sys.prefix, sys.base_prefix, Path(sys.executable).resolve().parents[1]]
    system, secret = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc"], ["/etc/shadow", "/etc/gshadow"]
    shown = {str(path) for path in [*system, *python, *_module_folders()] if os.path.exists(path)}
    answers = filter(Path.is_dir, (PACKAGE, PACKAGE.parent / "solutions"))
    hidden = [path for path in answers if not shown.isdisjoint(map(str, path.parents))]
    mounts = [
        *(("--ro-bind", path, path) for path in sorted(shown)),
        *(("--tmpfs", path, "--remount-ro", path) for path in hidden),
        ("--ro-bind", "/proc/sys", "/proc/sys"),  # root is root there, too, though without its capabilities
        *(("--ro-bind", "/dev/null", path) for path in secret if os.path.exists(path)),
        ("--ro-bind", package, "/package", "--remount-ro", "/", "--remount-ro", "/dev"),
    ]
    return [*_bwrap(), *chain.from_iterable(mounts), "--chdir", "/tmp", "--"]
