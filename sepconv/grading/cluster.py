"""Marks on the machines of a Dask cluster: each submission is a task, and a machine that is lost costs only a second try.

A worker of Dask keeps one process of its own that marks, and hands it the bytes of submissions; so marks come about there as
they do on one machine. What Dask carries is the bytes of notebooks and the rows of the report.
"""

import base64
import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict

from sepconv.grading.hand_in import Submission, Unreadable
from sepconv.grading.marking_one import Limits, mark_submission
from sepconv.grading.servers import Server
from sepconv.grading.worker import leave_the_compiler_out, read_frame, write_frame

_here = threading.local()  # each thread of a worker has a process of its own that marks
_TRIES = 3


def mark_on_cluster(todo, address, sandbox, seed, limits):
    """Yield (number, submission, row) as they are done.

    Parameters
    ----------
    todo : list of (int, Submission)
    address : str
        Of the scheduler, such as ``"tcp://10.0.0.5:8786"``.
    sandbox : str
    seed : int
    limits : Limits

    Raises
    ------
    ValueError
        If Dask is not installed, or nothing answers at the address.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ValueError('--dask needs Dask on every machine: pip install "sepconv[cluster]"') from None
    with Client(address, timeout="10s") as client:
        tasks = {}
        for i, submission in todo:
            request = _request(submission) | {"sandbox": sandbox, "seed": seed, "limits": asdict(limits)}
            tasks[client.submit(mark_here, request, pure=False, retries=_TRIES)] = i, submission
        for task in as_completed(list(tasks)):
            i, submission = tasks.pop(task)
            error = task.exception()
            yield i, submission, error if error is not None else task.result()


def _request(submission):
    about = {"student": submission.student, "name": submission.name}
    try:
        return about | {"data": base64.b64encode(submission.read()).decode()}
    except Unreadable as problem:
        return about | {"problem": str(problem)}


def mark_here(request: dict) -> dict:
    """Have one submission marked by this machine; what Dask runs."""
    process = getattr(_here, "process", None)
    if process is None or process.poll() is not None:
        command = [sys.executable, "-m", "sepconv.grading.cluster"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        _here.process = process
    write_frame(process.stdin, json.dumps(request).encode())
    reply = read_frame(process.stdout)
    if reply is None:
        raise RuntimeError("the process that marks has ended")  # Dask tries again
    return json.loads(reply)


def _serve():
    """Mark what comes over standard input, until the worker of Dask is gone."""
    import torch

    leave_the_compiler_out()
    torch.set_num_threads(1)
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    servers = {}
    try:
        while (frame := read_frame(requests)) is not None:
            request = json.loads(frame)
            server = servers.setdefault(request["sandbox"], Server(request["sandbox"]))
            submission = Submission(request["student"], request["name"], lambda asked=request: _read(asked))
            row = mark_submission(submission, server, request["seed"], Limits(**request["limits"]))
            write_frame(replies, json.dumps(row).encode())
    finally:
        for server in servers.values():
            server.close()


def _read(request):
    if "problem" in request:
        raise Unreadable(request["problem"])
    return base64.b64decode(request["data"])


if __name__ == "__main__":
    _serve()
