"""A whole run: all submissions, several at a time, kept as they come, so that a stopped run goes on where it was."""

import os
import queue
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sepconv.grading.judging.pool import Judges, JudgesHere
from sepconv.grading.kept import Kept
from sepconv.grading.mark import Limits, mark_submission
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.host import FORKS, GraderFailed, Host, HostWithoutForks
from sepconv.grading.sandbox.start import choose_sandbox
from sepconv.progress import progress_bar


@dataclass
class Options:
    """How a run is done.

    Parameters
    ----------
    jobs : int
        Submissions at a time; 0 for as many as there are cores.
    seed : int, optional
        What cases are drawn with; drawn itself if it is not given.
    sandbox : {"auto", "bwrap", "none"}
    limits : Limits
    kept : path, optional
        The file that a run keeps its rows in until it is done.
    dask : str
        The address of a Dask scheduler, whose machines then mark.
    """

    jobs: int = 0
    seed: int | None = None
    sandbox: str = "auto"
    limits: Limits = field(default_factory=Limits)
    kept: Path | None = None
    dask: str = ""
    progress: bool = True


def grade(submissions, options=None):
    """Mark submissions.

    Returns
    -------
    dict
        The seed, the sandbox, and a row for each submission, in their order.
    Kept
        To be told with ``finish()`` when the reports are written.
    """
    options = options or Options()
    sandbox = choose_sandbox(options.sandbox)
    kept = Kept(options.kept, options, sandbox)
    todo = [(i, submission) for i, submission in enumerate(submissions) if not kept.has(i, submission)]
    if todo and options.dask:
        _mark_elsewhere(todo, sandbox, kept, options)
    elif todo:
        jobs = min(options.jobs or os.cpu_count() or 1, len(todo))
        _mark_all(todo, jobs, sandbox, kept, options)
    rows = [kept.rows[i] | {"who": one.who, "account": one.account} for i, one in enumerate(submissions)]
    return {"seed": kept.seed, "sandbox": sandbox, "submissions": rows}, kept


def _mark_all(todo, jobs, sandbox, kept, options):
    waiting, done = queue.SimpleQueue(), queue.SimpleQueue()
    for item in reversed(todo):  # the late lessons take longest: they shall not be what everybody waits for
        waiting.put(item)

    def work():
        with suppress(queue.Empty):
            while True:
                i, submission = waiting.get_nowait()
                try:
                    done.put(
                        (i, submission, mark_submission(submission, hosts, judges, kept.seed, options.limits))
                    )
                except GraderFailed as failure:
                    done.put(failure)
                except Exception as error:  # our own mistake: one row says so, and the run goes on
                    done.put((i, submission, _broken(submission, error)))

    some = max(1, jobs // 2)
    restraint.hide()
    judges = Judges(some) if FORKS else JudgesHere()
    with closing(judges), closing(Hosts(jobs, sandbox, judges)) as hosts:
        for _ in range(jobs + some):  # more than there are hosts: some are judged meanwhile
            threading.Thread(target=work, daemon=True).start()
        with progress_bar(len(todo), options.progress) as bar:
            for _ in todo:
                found = done.get()
                if isinstance(found, GraderFailed):
                    raise found
                kept.add(*found)
                bar.update(1)


class Hosts:
    """Hosts of which each request gets one that is free: one for each job in bubblewrap, else one for all.

    Parameters
    ----------
    jobs : int
    sandbox : {"bwrap", "none"}
    judges : Judges
        Forked beside the one host; started on their own where there are several.
    """

    def __init__(self, jobs, sandbox, judges):
        shared = sandbox == "none"
        kind = Host if FORKS else HostWithoutForks
        self._hosts = [
            kind(sandbox, judges.descriptors if shared else ()) for _ in range(1 if shared else jobs)
        ]
        judges.started() if shared else judges.start()
        for host in self._hosts:
            host.provide()
        self._free = queue.SimpleQueue()
        for number in range(jobs):
            self._free.put(self._hosts[number % len(self._hosts)])

    def run(self, request):
        """Do as `Host.run`."""
        host = self._free.get()
        try:
            return host.run(request)
        finally:
            self._free.put(host)

    def close(self):
        """End all of them."""
        for host in self._hosts:
            host.close()


def _mark_elsewhere(todo, sandbox, kept, options):
    from sepconv.grading.cluster import mark_on_cluster

    done = mark_on_cluster(todo, options.dask, sandbox, kept.seed, options.limits)
    with progress_bar(len(todo), options.progress) as bar:
        for i, submission, row in done:
            kept.add(i, submission, _broken(submission, row) if isinstance(row, Exception) else row)
            bar.update(1)


def _broken(submission, error):
    sentence = f"The grader itself failed on it ({type(error).__name__}: {error}). Please report that."
    return {
        "student": submission.student,
        "file": submission.name,
        "problem": sentence[:400],
        "remarks": [],
        "exercises": [],
    }
