"""Marks on the machines of a Dask cluster: each submission is a task, and a machine that is lost costs only a second try.

What Dask carries is the bytes of notebooks and the rows of the report; on each machine marks come about as on one alone.
"""

import atexit
from functools import cache

from sepconv.grading.hand_in import Submission, Unreadable
from sepconv.grading.judging.pool import Judges
from sepconv.grading.mark import mark_submission
from sepconv.grading.run import Hosts

_TRIES = 3


def mark_on_cluster(todo, address, sandbox, seed, limits):
    """Yield (number, submission, row or exception) as they are done.

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
            sent = submission.student, submission.name, submission.problem, *_bytes_of(submission)
            task = client.submit(_mark_here, sent, sandbox, seed, limits, pure=False, retries=_TRIES)
            tasks[task] = i, submission
        for task in as_completed(list(tasks)):
            i, submission = tasks.pop(task)
            yield i, submission, task.exception() or task.result()


def _bytes_of(submission):
    try:
        return submission.read(), ""
    except Unreadable as problem:
        return b"", str(problem)


def _mark_here(sent, sandbox, seed, limits):
    student, name, problem, data, unreadable = sent
    submission = Submission(student, name, lambda: data, problem or unreadable)
    return mark_submission(submission, *_processes(sandbox), seed, limits)


@cache
def _processes(sandbox):
    """Start what marks on this machine, once for all tasks."""
    judges = Judges(1)
    hosts = Hosts(1, sandbox, judges)
    atexit.register(judges.close)
    atexit.register(hosts.close)
    return hosts, judges
