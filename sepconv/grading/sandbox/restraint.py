"""What keeps a submission from reaching beyond its process, as far as the system offers it.

Nothing here is needed on the way to a right mark; whatever a system lacks is left out.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import signal
import struct
import subprocess
import sys

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS = 1, 4, 8
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_READ_ALL = 1 << 2  # CAP_DAC_READ_SEARCH
_CAPABILITY_VERSION = 0x20080522
_FILES, _PROCESSES = 256, 64  # that a submission may have while its cells run
_MORE = 16  # that are there for asking
_ROUNDS = 400  # of killing what a fork bomb leaves


def _prctl(option, value):
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def guard():
    """Let this process adopt whatever its children leave behind, and let none of them read its memory or open its files."""
    if sys.platform == "linux":
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    hide()


def hide():
    """Let no process of the same user read this one's memory or open its files."""
    if sys.platform == "linux":
        _prctl(_PR_SET_DUMPABLE, 0)


# Users that nobody is: one for each number that a process can have, or, where a container knows fewer users, some.
_NOBODIES = (range(1_900_000_000, 1_900_000_000 + 2**22), range(61_000, 65_000))
_OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")


def own_user():
    """Return the number of a user that nobody is, where this process runs as root; else None."""
    if sys.platform != "linux" or os.geteuid() != 0 or not _may_change_user():
        return None
    known = next((users for users in _NOBODIES if all(_maps(users, kind) for kind in ("uid", "gid"))), None)
    return known and known[os.getpid() % len(known)]


def _may_change_user():
    with open("/proc/self/status") as status:
        held = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff"))
    return held & 0b1100_0000 == 0b1100_0000  # CAP_SETGID and CAP_SETUID


def _maps(users, kind):
    """Whether the namespace that this process lives in knows these users; its root may know no other user."""
    with open(f"/proc/self/{kind}_map") as lines:
        ranges = [(int(first), int(count)) for first, _, count in map(str.split, lines)]
    return any(first <= users.start and first + count >= users.stop for first, count in ranges)


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


def what_others_may_set():
    """Return what another process of the same user can set for this one, and forks inherit."""
    import resource

    kinds = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]
    found = [resource.getrlimit(kind) for kind in kinds] + [os.getpriority(os.PRIO_PROCESS, 0)]
    return found + ([os.sched_getscheduler(0), os.sched_getaffinity(0)] if sys.platform == "linux" else [])


def end_with_parent():
    """Let this process end when the one that forked it does: a submission that kills its worker gets no further."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


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
    }
    if sys.platform == "linux":
        bounds["RLIMIT_AS"] = _own_memory() + memory
        others = 0 if user is not None else _threads_of(os.getuid())
        resource.setrlimit(resource.RLIMIT_NPROC, (_PROCESSES + others, _PROCESSES + _MORE + others))
    for name, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (bound, bound))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES + _MORE))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is an OSError, not the end


def limit_judge(memory, seconds):
    """Let this process end if what it does next takes more computing time, and fail if it takes more memory."""
    import resource

    signal.setitimer(signal.ITIMER_PROF, seconds)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_own_memory() + memory, resource.RLIM_INFINITY))


def _own_memory():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def allow_more():
    """Let answers be asked for in a process whose cells have taken all files and processes that they could."""
    import resource

    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (hard, hard))


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
    for number in range(_ROUNDS):
        if number == 3 and user is not None:
            _kill_all_of(user)
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)
        left = children()
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0 if left else os.WNOHANG)
        except ChildProcessError:
            break
    if user is not None:
        _remove_all_of(user)


def end_orphan(pid):
    """Kill a process that was adopted, and all of its user, if that user exists for submissions only."""
    with contextlib.suppress(OSError):
        user = os.stat(f"/proc/{pid}").st_uid
        if any(user in users for users in _NOBODIES):
            _kill_all_of(user)
        os.kill(pid, signal.SIGKILL)


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


def _remove_all_of(user):
    """Remove what that user has left in the folders that are open to everybody."""
    for folder in filter(os.path.isdir, _OPEN_TO_ALL):
        with contextlib.suppress(OSError):
            for entry in list(os.scandir(folder)):
                if entry.stat(follow_symlinks=False).st_uid == user:
                    remove(entry.path)


def children():
    """The processes that this one is the parent of, by birth or by adoption."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as children:
            return list(map(int, children.read().split()))
    except OSError:
        return []


def remove(path):
    """Remove a file or a folder, however deep it is and whatever its permissions say."""
    try:
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    except (OSError, RecursionError):
        if not os.path.lexists(path):
            return
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            with contextlib.suppress(OSError):  # on Windows there are no such programs
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
