"""What keeps a submission from reaching beyond its process, as far as the system offers it.

Nothing here is needed on the way to a right mark; whatever a system lacks is left out.
"""

import contextlib
import ctypes
import os
import signal
import struct
import sys

_PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 4, 8, 36, 38
_READ_ALL = 1 << 2  # CAP_DAC_READ_SEARCH
_CAPABILITY_VERSION = 0x20080522
_ROUNDS = 400  # of killing what a fork bomb leaves


def _prctl(option, value):
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def guard_server():
    """Let the server adopt whatever its children leave behind, and let none of them read or write its memory."""
    if sys.platform == "linux":
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        _prctl(_PR_SET_DUMPABLE, 0)


_NOBODIES = range(61_000, 65_000)


def own_user():
    """Return the number of a user that nobody is, where the server runs as root; else None."""
    if sys.platform != "linux" or os.geteuid() != 0 or not _may_change_user():
        return None
    return _NOBODIES[os.getpid() % len(_NOBODIES)]


def _may_change_user():
    with open("/proc/self/status") as status:
        held = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff"))
    # CAP_SETGID and CAP_SETUID; a root of a namespace may have them and know no other user.
    return held & 0b1100_0000 == 0b1100_0000 and all(map(_has_nobodies, ("uid_map", "gid_map")))


def _has_nobodies(mapping):
    with open(f"/proc/self/{mapping}") as lines:
        ranges = [(int(first), int(count)) for first, _, count in map(str.split, lines)]
    return any(first <= _NOBODIES.start and first + count >= _NOBODIES.stop for first, count in ranges)


def become(user):
    """Become that user, who may read files and do nothing else with them; for a process that is root."""
    _prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    needed = (
        0
        if os.access(os.path.dirname(sys.executable), os.X_OK) and os.access(os.__file__, os.R_OK)
        else _READ_ALL
    )
    sets = struct.pack("=6I", needed, needed, 0, 0, 0, 0)
    ctypes.CDLL(None).capset(header, sets)


def limit(memory, seconds, user=None):
    """Limit memory, computing time, file size, open files and processes of this process and its children."""
    import resource

    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if user is not None:
        become(user)
    bounds = {
        "RLIMIT_CPU": int(seconds) + 5,
        "RLIMIT_FSIZE": 32 * 2**20,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 256,
    }
    if sys.platform == "linux":
        with open("/proc/self/statm") as statm:
            bounds["RLIMIT_AS"] = int(statm.read().split()[0]) * resource.getpagesize() + memory
        bounds["RLIMIT_NPROC"] = 64 + (0 if user is not None else _threads_of(os.getuid()))
    for name, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (bound, bound))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is an OSError, not the end


def _threads_of(user):
    """How many threads a user runs; what cannot be looked at counts as none."""
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == user:
                    count += len(os.listdir(f"/proc/{entry.name}/task"))
    return count


def end_all(child, user=None):
    """Kill a child's group, and whatever else it has left behind that can be found, and reap it."""
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    if user is not None:
        _kill_all_of(user)
    for _ in range(_ROUNDS):
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)
        left = _children()
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0 if left else os.WNOHANG)
        except ChildProcessError:
            return


def _kill_all_of(user):
    """Kill every process of a user that exists for submissions only: no fork bomb is faster than that."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setresuid(user, user, user)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _children():
    """The processes that this one is the parent of, by birth or by adoption."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as children:
            return list(map(int, children.read().split()))
    except OSError:
        return []
