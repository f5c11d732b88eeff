"""The C++ kernel, compiled by this machine's own compiler when it is first needed."""

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from sepconv.convolution.fused.believing import LEAST, share_of_mm
from sepconv.convolution.fused.binding import load

_SOURCE = Path(__file__).with_name("chain.cpp")
_INCLUDED = Path(__file__).with_name("kernel.cpp")
_COMPILERS = ("g++", "clang++", "c++")
_OPTIONS = ("-O3", "-std=c++17", "-shared", "-fPIC")


class NoKernel(RuntimeError):
    """There is no kernel on this machine; the message says why."""


@cache
def kernel():
    """Return the compiled kernel as a :class:`ctypes.CDLL`.

    The first call on a machine compiles, about two seconds, and looks whether the result is fast; it is kept for later
    sessions, under a name made of the source, the compiler and the CPU.

    Raises
    ------
    NoKernel
        If there is no compiler, it cannot build the kernel, or what it built is slow.
    """
    compiler = _compiler()
    path = _folder() / f"kernel-{_key(compiler)}.so"
    slow = path.with_suffix(".slow")
    if slow.exists():
        raise NoKernel(slow.read_text(encoding="utf-8"))
    if not path.exists():
        _compile(compiler, path, slow)
    return _loaded(path)


@cache
def why_not() -> str:
    """Return why there is no kernel on this machine, or an empty string where there is one."""
    try:
        kernel()
    except NoKernel as reason:
        return str(reason)
    return ""


def _compiler():
    if platform.system() == "Windows":
        raise NoKernel(
            "the kernel is written for gcc and clang, and on Windows neither is the usual compiler"
        )
    if chosen := os.environ.get("CXX"):
        return chosen.split()
    for name in _COMPILERS:
        if found := shutil.which(name):
            return [found]
    raise NoKernel(f"there is no C++ compiler: none of {', '.join(_COMPILERS)} is installed")


def _this_cpu():
    # Apple's clang knows -march=native on Intel only.
    on_arm = platform.machine().lower() in ("arm64", "aarch64")
    return "-mcpu=native" if on_arm else "-march=native"


def _key(compiler):
    """Name what the binary depends on: another CPU may not know its instructions."""
    try:
        version = subprocess.run([*compiler, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoKernel(f"the compiler {' '.join(compiler)} does not run: {error}") from None
    sources = (path.read_text(encoding="utf-8") for path in (_SOURCE, _INCLUDED))
    parts = [*sources, *compiler, version, *_OPTIONS, _cpu()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _cpu():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    told = {line.partition(":")[0].strip(): line for line in lines}  # the last core's speak for all
    return "".join(told.get(name, "") for name in ("model name", "flags", "Features"))


def _folder():
    """Return a folder of this user's own in which compiled kernels are kept, or a temporary one."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "sepconv"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
            return folder
    except OSError:
        pass
    return Path(_temporary_folder().name)


@cache
def _temporary_folder():
    return tempfile.TemporaryDirectory(prefix="sepconv-", ignore_cleanup_errors=True)


def _compile(compiler, path, slow):
    """Compile to a name of its own and move it if it is fast: another process may be doing the same."""
    handle, unfinished = tempfile.mkstemp(suffix=".so", dir=path.parent)
    os.close(handle)
    try:
        # Some compilers come without OpenMP: then the kernel uses one thread.
        for threads in (["-fopenmp"], []):
            command = [*compiler, *_OPTIONS, _this_cpu(), *threads, str(_SOURCE), "-o", unfinished]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                _believe(unfinished, compiler, slow)
                os.replace(unfinished, path)
                return
        complaint = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise NoKernel(f"{compiler[0]} cannot compile the kernel: {complaint[0]}")
    except OSError as error:
        raise NoKernel(f"the compiler {' '.join(compiler)} does not run: {error}") from None
    finally:
        Path(unfinished).unlink(missing_ok=True)


def _believe(library, compiler, slow):
    """Measure what was compiled; where it is slow, note that in the file `slow` and refuse it."""
    share = share_of_mm(_loaded(library))
    if share < LEAST:
        reason = (
            f"the kernel that {' '.join(compiler)} built reaches {share:.2f} of the speed of torch.mm, and at least "
            f"{LEAST} is right (delete {slow} to measure again)"
        )
        slow.write_text(reason, encoding="utf-8")
        raise NoKernel(reason)


def _loaded(path):
    try:
        return load(path)
    except OSError as error:
        raise NoKernel(f"the compiled kernel cannot be loaded: {error}") from None
