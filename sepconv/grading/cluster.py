"""Marks on the machines of a Dask cluster: each submission is a task, and a machine that is lost costs only a second try.

What Dask carries is the bytes of notebooks and the rows of the report; on each machine marks come about as on one alone.
"""

import atexit
from dataclasses import replace
from functools import cache

from sepconv.grading.hand_in.find import Submission
from sepconv.grading.hand_in.read import Unreadable
from sepconv.grading.mark import mark_submission, new_row

_TRIES = 3


def mark_on_cluster(todo, sandbox, seed, options):
    """Yield (number, submission, row or exception) as they are done; a ValueError says that Dask is not installed.

    Parameters
    ----------
    todo : list of (int, Submission)
    sandbox : {"bwrap", "none"}
    seed : int
    options : Options
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ValueError('--dask needs Dask on every machine: pip install "sepconv[cluster]"') from None
    with Client(options.dask, timeout="10s") as client:
        tasks = {}
        for i, submission in todo:
            try:
                sent = submission.student, submission.name, submission.read()
            except Unreadable as problem:
                yield i, submission, new_row(replace(submission, problem=str(problem)))
                continue
            task = client.submit(_mark_here, *sent, sandbox, seed, options.limits, pure=False, retries=_TRIES)
            tasks[task] = i, submission
        for task in as_completed(list(tasks)):
            yield *tasks.pop(task), task.exception() or task.result()


def _mark_here(student, name, data, sandbox, seed, limits):
    return mark_submission(Submission(student, name, lambda: data), _grader(sandbox), seed, limits)


@cache
def _grader(sandbox):
    """Start what marks on this machine, once for all tasks."""
    from sepconv.grading.run import start_grader

    grader = start_grader(1, sandbox)
    atexit.register(grader.close)
    return grader
