"""In the host: it imports what submissions need once, and forks a worker for each; the worker forks the child, and ends it.

The host must never run an operation of torch itself: a fork after that may hang.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import tempfile

from sepconv.grading.sandbox import child, restraint

_MOST_DISK = 128 * 2**20
_LOOK_EVERY = 0.25  # seconds


def serve(folder):
    """Serve the grader, which holds the other end of standard input, until it closes that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then closes the line
    control = socket.socket(fileno=os.dup(0))
    restraint.guard()
    _prepare()  # what goes wrong here, standard error still tells
    _leave_standard_streams()
    control.sendall(b"!")
    _fork_workers(control, folder)


def run_once():
    """Where there is no fork: run the one submission that comes over standard input."""
    requests, target = os.fdopen(os.dup(0), "rb"), os.dup(1)
    _prepare()
    _leave_standard_streams()
    child.run_submission(json.load(requests), target)


def _leave_standard_streams():
    """A submission's prints and reads go nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


def leave_the_compiler_out():
    """Keep torch from importing its compiler, for a second, at the first count: nothing is compiled here."""
    import torch

    def as_it_is(function=None, *args, **kwargs):
        return (lambda function: function) if function is None else function

    torch._disable_dynamo = as_it_is


def _prepare():
    """Import what submissions need."""
    import torch

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


def _fork_workers(control, folder):
    """Fork a worker for each pair of descriptors that comes, until the other end is closed."""
    workers = set(restraint.children())  # what judges is there already
    as_begun = restraint.what_others_may_set()
    while True:
        ready = select.select([control], [], [], 2 * _LOOK_EVERY)[0]
        _tidy_up(workers)
        if not ready:
            continue
        if restraint.what_others_may_set() != as_begun:
            return  # a submission of the same user has done that: the grader starts another host
        message, descriptors, *_ = socket.recv_fds(control, 1, 2)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            try:
                work(*descriptors, folder)
            finally:
                os._exit(0)
        workers.add(pid)
        for number in descriptors:
            os.close(number)


def _tidy_up(workers):
    """Note which workers have ended; one that was killed leaves its submission's processes to this one, which ends them."""
    while workers:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            break
        workers.discard(pid)
    for pid in {*restraint.children()} - workers:
        restraint.end_orphan(pid)


def work(line, target, folder):
    """Have one submission run: take its request from the line, give the child the other descriptor, end it, and say so."""
    os.setsid()
    restraint.guard()
    os.makedirs(folder, mode=0o711, exist_ok=True)  # a submission may have been able to remove it
    line = socket.socket(fileno=line)
    line.sendall(os.getpid().to_bytes(4, "big"))
    size = int.from_bytes(line.recv(8, socket.MSG_WAITALL), "big")
    request = json.loads(line.recv(size, socket.MSG_WAITALL))
    user, own = restraint.own_user(), tempfile.mkdtemp(dir=folder)
    if user is not None:
        os.chown(own, user, user)
    pid = os.fork()
    if pid == 0:
        try:
            line.close()
            _in_child(request, own, target, user)
        finally:
            os._exit(1)
    os.close(target)
    try:
        word = _watch(line, pid, own)
    finally:
        restraint.end_all(pid, user)
        restraint.remove(own)
    line.sendall(word)


def _watch(line, pid, own):
    """Wait until the grader hangs up: it has all that there is, or has had enough; return how it ended."""
    while not select.select([line], [], [], _LOOK_EVERY)[0]:
        if restraint.size_of(own) > _MOST_DISK:
            return b"disk"
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return b"ended"  # something else holds the pipe open
    return b"ended"


def _in_child(request, own, target, user):
    os.setsid()
    os.dup2(target, 3)
    os.closerange(4, 4096)
    try:
        os.chdir(own)
    except OSError:  # another submission was able to remove it
        os.chdir("/")
    os.environ.clear()
    os.environ.update(HOME=own, TMPDIR=own, PATH="/usr/bin:/bin", SEPCONV_QUICK="1", MPLBACKEND="agg")
    tempfile.tempdir = None
    restraint.limit(request["memory"], request["total"], user)
    restraint.end_with_parent()
    child.run_submission(request, 3)
    os._exit(0)
