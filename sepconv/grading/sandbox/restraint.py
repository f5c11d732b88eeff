"""What keeps a submission from reaching beyond its process, as far as the system offers it."""

import contextlib
import ctypes
import errno
import functools
import os
import shutil
import signal
import struct
import subprocess
import sys

with contextlib.suppress(ImportError):  # Windows has none
    import resource

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS = 1, 4, 8
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_READ_ALL = 1 << 2  # CAP_DAC_READ_SEARCH
_CAPABILITY_VERSION = 0x20080522
_FILES, _PROCESSES = 256, 64  # that a submission may have while its cells run
_MORE = 16  # that are there for asking
_ROUNDS = 400  # of killing what a fork bomb leaves
# Users that nobody is: one for each number that a process can have, or, where a container knows fewer users, some.
_NOBODIES = (range(1_900_000_000, 1_900_000_000 + 2**22), range(61_000, 65_000))
_OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")


def _prctl(option, value):
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def guard():
    """Let this process adopt whatever its children leave behind, and hide."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    hide()


def hide():
    """Let no process of the same user read this one's memory or open its files."""
    _prctl(_PR_SET_DUMPABLE, 0)


def leave_standard_streams():
    """Let what this process prints go nowhere, and let it read nothing."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


def own_user():
    """Return the number of a user that nobody is, where this process is root and may become that one; else None."""
    users = nobodies()
    return users[os.getpid() % len(users)] if users else None


@functools.cache  # by the host, whose workers then need not try
def nobodies():
    """Return the users of `_NOBODIES` that this process may become."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return ()
    return next((users for users in _NOBODIES if _goes_well(_change_to, users[-1])), ())


def in_fork(act) -> int:
    """Call a function in a fork, which then ends, with the status 0 if that went well; return the fork's id."""
    if (pid := os.fork()) == 0:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return pid


def _goes_well(act, user) -> bool:
    return os.waitpid(in_fork(lambda: act(user)), 0)[1] == 0


def _change_to(user):
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _become(user):
    """Become that user, who may read files and do nothing else with them; for a process that is root."""
    _prctl(_PR_SET_KEEPCAPS, 1)
    _change_to(user)
    reads = os.access(os.path.dirname(sys.executable), os.X_OK) and os.access(os.__file__, os.R_OK)
    kept = 0 if reads else _READ_ALL
    sets = struct.pack("=6I", kept, kept, 0, 0, 0, 0)
    ctypes.CDLL(None).capset(struct.pack("=Ii", _CAPABILITY_VERSION, 0), sets)


def what_others_may_set():
    """Return what another process of the same user can set for this one, and forks inherit."""
    kinds = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]
    found = [resource.getrlimit(kind) for kind in kinds] + [os.getpriority(os.PRIO_PROCESS, 0)]
    return found + ([os.sched_getscheduler(0), os.sched_getaffinity(0)] if sys.platform == "linux" else [])


def limit(memory, seconds, user=None):
    """Limit memory, computing time, file size, open files and processes of this process and its children.

    It ends when the one that forked it does: a submission that kills its worker gets no further.

    Parameters
    ----------
    memory : int
        Bytes beyond what it needs itself.
    seconds : float
    user : int, optional
        Whom it becomes.
    """
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if user is not None:
        _become(user)
    _set_limits(CPU=int(seconds) + 5, FSIZE=32 * 2**20, CORE=0)
    if sys.platform == "linux":
        others = 0 if user is not None else threads_of(os.getuid())
        _set_limits(_MORE, NPROC=_PROCESSES + others)
        _set_limits(AS=_own_memory() + memory)
    _set_limits(_MORE, NOFILE=_FILES)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is an OSError, not the end
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _set_limits(more=0, **bounds):
    """Set limits; up to so many more may be allowed later."""
    for name, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (bound, bound + more))


def allow_more():
    """Let answers be asked for in a process whose cells have taken all files and processes that they could."""
    for name in ("NOFILE", "NPROC"):
        _set_limits(**{name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1]})


def limit_judge(memory, seconds):
    """Let this process end if what it does next takes more computing time, and fail if it takes more memory.

    Parameters
    ----------
    memory : int
        Bytes beyond what it needs itself.
    seconds : float
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_own_memory() + memory, resource.RLIM_INFINITY))


def _own_memory():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def threads_of(user):
    """Return how many threads a user runs; what cannot be looked at counts as none."""
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == user:
                    count += len(os.listdir(f"/proc/{entry.name}/task"))
    return count


def end_all(child, user=None, is_alone=False):
    """Kill a child's group, and whatever else it has left behind that can be found, and reap it.

    Parameters
    ----------
    child, user : int
    is_alone : bool
        Whether all that runs here may be killed.
    """
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL) if is_alone else os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        for number in range(_ROUNDS):
            if number == 3 and user is not None:
                _goes_well(_kill_all_of, user)
            left = children()
            for pid in (child, *left):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0 if left else os.WNOHANG)
    if user is not None:
        _remove_all_of(user)


def end_orphan(pid):
    """Kill a process that was adopted, and all of its user, if that user exists for submissions only."""
    with contextlib.suppress(OSError):
        user = os.stat(f"/proc/{pid}").st_uid
        if any(user in users for users in _NOBODIES):
            _goes_well(_kill_all_of, user)
        os.kill(pid, signal.SIGKILL)


def _kill_all_of(user):
    """Become a user that exists for submissions only, and kill every process of that: no fork bomb is faster."""
    _change_to(user)
    os.kill(-1, signal.SIGKILL)


def _remove_all_of(user):
    """Remove what that user has left in the folders that are open to everybody."""
    for folder in filter(os.path.isdir, _OPEN_TO_ALL):
        with contextlib.suppress(OSError):
            for entry in list(os.scandir(folder)):
                if entry.stat(follow_symlinks=False).st_uid == user:
                    remove(entry.path)


def children():
    """The processes that this one is the parent of, by birth or by adoption."""
    with contextlib.suppress(OSError), open(f"/proc/self/task/{os.getpid()}/children") as children:
        return list(map(int, children.read().split()))
    return []


def remove(path):
    """Remove a file or a folder, however deep it is and whatever its permissions say."""
    try:
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    except (OSError, RecursionError):
        if not os.path.lexists(path):
            return
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", path], stderr=subprocess.DEVNULL)


def size_of(folder):
    """Return how many bytes a folder takes on the disk; one with paths too long for the system takes any number."""
    size, folders = 0, [folder]
    while folders:
        try:
            for entry in os.scandir(folders.pop()):
                size += entry.stat(follow_symlinks=False).st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return float("inf")
    return size
