"""The process that submissions run under: it imports what they need once, and forks for each of them.

It must never run an operation of torch itself: a fork after that may hang. It speaks with the grader over its
standard input and output, in frames: eight bytes of length, then JSON, or JSON and raw bytes.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import struct
import sys
import tempfile
import time

from sepconv.grading import restraint

_MOST_BYTES = 64 * 2**20  # that one submission may send
_MOST_DISK = 128 * 2**20
_LOOK_EVERY = 0.25  # seconds


def read_frame(stream) -> bytes | None:
    """Return the next frame, or None at the end."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    return stream.read(struct.unpack(">Q", head)[0])


def write_frame(stream, data: bytes):
    """Write a frame."""
    stream.write(struct.pack(">Q", len(data)) + data)
    stream.flush()


def serve(folder, lanes=()):
    """Take requests until the grader closes the pipe, or let forks of this process take them.

    Parameters
    ----------
    folder : str
        Each submission gets an empty one below it.
    lanes : sequence of (int, int)
        For each fork, the pipe of its requests and that of its replies.
    """
    requests, replies = _own_pipes()
    restraint.guard_server()
    prepare()
    if not lanes:
        take_requests(requests, replies, folder)
        return
    for lane in lanes:
        if os.fork() == 0:
            # A session of its own: each can be ended without the others, and ends all that it has started.
            os.setsid()
            for number in {number for other in lanes for number in other} - {*lane}:
                os.close(number)
            take_requests(os.fdopen(lane[0], "rb"), os.fdopen(lane[1], "wb"), folder)
            os._exit(0)
    for number in [number for lane in lanes for number in lane]:
        os.close(number)
    # Nobody's end is noted before the grader is gone, so that no number of a process is given to another.
    requests.read()


def take_requests(requests, replies, folder):
    """Answer each request with what a submission sends, and how it ended."""
    restraint.guard_server()  # a fork does not inherit that it adopts
    user = restraint.own_user()
    write_frame(replies, json.dumps(os.getpid()).encode())
    while (frame := read_frame(requests)) is not None:
        request = json.loads(frame)
        # What comes is passed on at once: should the submission kill this process, it is known how far it got.
        ended, seconds = run_forked(request, folder, user, lambda data: write_frame(replies, b"+" + data))
        write_frame(replies, json.dumps([ended, seconds]).encode())


def serve_once():
    """Where there is no fork: take one request, answer it, and end."""
    requests, replies = _own_pipes()
    prepare()
    shutil.rmtree(exercises_folder(), ignore_errors=True)
    request = json.loads(read_frame(requests))
    _mark(request, lambda message: _send_line(replies, message), _within(request))


def _own_pipes():
    """Take standard input and output for ourselves: a submission's prints and reads go nowhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2) if not os.environ.get("SEPCONV_GRADING_DEBUG") else (0, 1):
        os.dup2(nowhere, number)
    return requests, replies


def leave_the_compiler_out():
    """Keep torch from importing its compiler, for a second, at the first count: nothing is compiled here."""
    import torch

    def as_it_is(function=None, *args, **kwargs):
        return (lambda function: function) if function is None else function

    torch._disable_dynamo = as_it_is


def prepare():
    """Import what submissions need."""
    import torch

    from sepconv.grading import child

    leave_the_compiler_out()

    for name in ("fused", "layers", "nets", "reference", "training", "checking"):
        importlib.import_module(f"sepconv.{name}")
    importlib.import_module("numpy.random")
    child.load_exercises()
    child.seed_everything(0)  # reads files of torch, which each fork would read again
    torch.set_num_threads(1)
    torch.set_num_threads = lambda count: None  # a fork after an operation on two threads hangs
    gc.collect()
    gc.freeze()
    gc.enable()


def exercises_folder():
    """Where the exercises' files are; once they are imported, they are taken away."""
    return os.path.join(os.path.dirname(os.path.dirname(__file__)), "exercises")


def run_forked(request, folder, user, forward):
    """Run a submission in a child, pass on what it sends; return how it ended, and the seconds that it took."""
    start, own = time.monotonic(), tempfile.mkdtemp(dir=folder)
    source, target = os.pipe()
    if user is not None:
        os.chown(own, user, user)
    pid = os.fork()
    if pid == 0:
        try:
            _in_child(request, own, target, user)
        finally:
            os._exit(1)
    os.close(target)
    try:
        ended = _collect(source, pid, own, request["seconds"] + 3, start + request["total"], forward)
    finally:
        restraint.end_all(pid, user)
        os.close(source)
        shutil.rmtree(own, ignore_errors=True)
    return ended, time.monotonic() - start


def _in_child(request, own, target, user):
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(target, 3)
    os.closerange(4, 4096)
    os.chdir(own)
    os.environ.clear()
    os.environ.update(HOME=own, TMPDIR=own, PATH="/usr/bin:/bin", SEPCONV_QUICK="1", MPLBACKEND="agg")
    tempfile.tempdir = None
    within = _within(request)
    restraint.limit(within.held if within else request["memory"], request["total"], user)
    pipe = os.fdopen(3, "wb")
    _mark(request, lambda message: _send_line(pipe, message), within)
    os._exit(0)


def _send_line(pipe, message):
    pipe.write(json.dumps(message).encode() + b"\n")
    pipe.flush()


def _within(request):
    """What is to be computed with little memory, if that is what is asked for."""
    from sepconv.grading import child

    return child.prepare_within(request["within"], request["seed"]) if "within" in request else None


def _mark(request, send, within):
    from sepconv.grading import child

    send({"begin": True})
    arguments = (request[key] for key in ("cells", "names", "seed", "seconds", "skipped"))
    child.mark_submission(*arguments, send, within)


def _collect(source, pid, own, patience, deadline, forward):
    """Pass on what a child sends until it ends, is silent for too long, or sends or stores too much."""
    size, heard, looked = 0, time.monotonic(), 0.0
    while True:
        now = time.monotonic()
        if now > min(deadline, heard + patience):
            return "slow"
        if now > looked + _LOOK_EVERY:
            looked = now
            if _size_of(own) > _MOST_DISK:
                return "disk"
            if size == 0 and _has_ended(pid):
                return "ended"
        if not select.select([source], [], [], _LOOK_EVERY)[0]:
            if _has_ended(pid):
                return "ended"  # something else holds the pipe open
            continue
        chunk = os.read(source, 1 << 18)
        if not chunk:
            return "ended"
        if b"\n" in chunk:
            heard = now
        forward(chunk)
        size += len(chunk)
        if size > _MOST_BYTES:
            return "large"


def _has_ended(pid):
    return bool(os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT))


def _size_of(folder):
    size = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(path, name)).st_blocks * 512
    return size


def main():
    """Serve as the command line says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then closes the pipe
    if sys.argv[1] == "--once":
        serve_once()
    else:
        lanes = [tuple(map(int, lane.split(","))) for lane in sys.argv[2:]]
        serve(sys.argv[1], lanes)
