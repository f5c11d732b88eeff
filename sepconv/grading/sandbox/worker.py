"""In the host: it imports what submissions need once, and forks a worker for each; the worker forks the child, and ends it.

The host must never run an operation of torch itself: a fork after that may hang.
"""

import ctypes
import gc
import importlib
import json
import linecache
import os
import select
import signal
import socket
import sys
import tempfile
from functools import partial

from sepconv.exercises import all_exercises
from sepconv.grading.sandbox import MOST_DISK, child, restraint

_LOOK_EVERY = 0.25  # seconds
_MOST_THREADS = 100  # in bubblewrap, where `restraint.limit` does not hold for root


def serve(*folders):
    """Serve the grader, which holds the other end of standard input, until it closes that.

    Submissions work in the first folder. More are named in a sandbox, where one at a time writes: all are emptied behind it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then closes the line
    control = socket.socket(fileno=os.dup(0))
    restraint.guard()
    _prepare()  # what goes wrong here, standard error still tells
    restraint.leave_standard_streams()
    workers = set(restraint.children())  # what judges is there already
    restraint.nobodies()
    limits, found = restraint.what_others_may_set(), _entries(folders)
    while True:
        while not select.select([control], [], [], 2 * _LOOK_EVERY)[0]:
            _tidy_up(workers)
        _tidy_up(workers)
        message, descriptors, *_ = socket.recv_fds(control, 1, 2)
        if not message or restraint.what_others_may_set() != limits:
            return  # it is over; or a submission of the same user has set them, and the grader starts another host
        workers.add(restraint.in_fork(partial(_work, control, *descriptors, folders, found)))
        for number in descriptors:
            os.close(number)


def _tidy_up(workers):
    """Note which workers have ended; one that was killed leaves its submission's processes to this one, which ends them."""
    while workers and (pid := os.waitpid(-1, os.WNOHANG)[0]):
        workers.discard(pid)
    for pid in {*restraint.children()} - workers:
        restraint.end_orphan(pid)


def _entries(folders):
    return {entry.path for folder in folders for entry in os.scandir(folder)}


def _work(control, line, target, folders, found):
    """Have one submission run: take its request from the line, give the child the other descriptor, end it, and say so."""
    control.close()
    os.setsid()
    restraint.guard()
    os.makedirs(folders[0], mode=0o711, exist_ok=True)  # a submission may have been able to remove it
    line = socket.socket(fileno=line)
    line.sendall(os.getpid().to_bytes(4, "big"))
    request = json.loads(line.makefile("rb").readline())
    user, own = restraint.own_user(), tempfile.mkdtemp(dir=folders[0])
    if user is not None:
        os.chown(own, user, user)
    pid = restraint.in_fork(partial(_in_child, line, request, own, target, user))
    os.close(target)
    is_alone = len(folders) > 1 and os.getppid() == 1  # never outside of a sandbox: it ends and removes all
    try:
        word = _watch(line, pid, own, is_alone)
    finally:
        restraint.end_all(pid, user, is_alone)
        restraint.remove(own)
    if is_alone:
        for path in _entries(folders) - found:
            restraint.remove(path)
        os.system("ipcrm --all")  # shared memory and semaphores
    line.sendall(word)


def _watch(line, pid, own, is_alone):
    """Wait until the grader hangs up: it has all that there is, or has had enough; return how it ended."""
    while not select.select([line], [], [], _LOOK_EVERY)[0]:
        if restraint.size_of(own) > MOST_DISK:
            return b"disk"
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return b"ended"  # something else holds the pipe open
        if is_alone and restraint.threads_of(os.getuid()) > _MOST_THREADS:
            return b"ended"
    return b"ended"


def _in_child(line, request, own, target, user):
    line.close()
    os.setsid()
    os.dup2(target, 3)
    os.closerange(4, 4096)
    os.chdir(own if os.path.isdir(own) else "/")  # another submission may have been able to remove it
    os.environ.update(HOME=own, TMPDIR=own)
    tempfile.tempdir = None
    if sys.platform == "linux":  # with shared memory and queues of its own, where root may give it some
        ctypes.CDLL(None).unshare(0x0800_0000)  # CLONE_NEWIPC
    restraint.limit(request["memory"], request["total"], user)
    child.run_submission(request, 3)


def run_once():
    """Where there is no fork: run the one submission that comes over standard input."""
    requests, target = os.fdopen(os.dup(0), "rb"), os.dup(1)
    _prepare()
    restraint.leave_standard_streams()
    child.run_submission(json.load(requests), target)


def leave_compilers_out():
    """Keep torch from importing its compiler, for a second, at the first count, and from making code for each shape."""
    import torch

    torch.backends.mkldnn.enabled = False
    torch._disable_dynamo = lambda function=None, *_, **__: function or (lambda function: function)


def _prepare():
    """Import what submissions need."""
    import torch

    leave_compilers_out()
    taught = ("fused", "layers", "nets", "reference")
    for name in (*(f"convolution.{module}" for module in taught), "measuring.training", "checking.commands"):
        importlib.import_module(f"sepconv.{name}")
    importlib.import_module("numpy.random")
    child.EXERCISES.update({exercise.name: exercise for exercise in all_exercises()})
    for module in [module for name, module in sys.modules.items() if name.startswith("sepconv.exercises")]:
        linecache.getlines(module.__file__)  # is shown in messages
    child.seed_everything(0)  # reads files of torch, which each fork would read again
    torch.set_num_threads(1)
    torch.set_num_threads = lambda count: None  # a fork after an operation on two threads hangs
    gc.collect()
    gc.freeze()
    gc.enable()
