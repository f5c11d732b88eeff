"""A whole run: all submissions, several at a time, kept as they come, so that a stopped run goes on where it was."""

import os
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sepconv.grading.hosts import choose_sandbox
from sepconv.grading.judges import Judges
from sepconv.grading.kept import GRADER_FAILED, Kept
from sepconv.grading.marking_one import Limits, mark_submission
from sepconv.grading.servers import FreeServers, servers_of_one_host
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
    rows = [kept.rows[i] for i in range(len(submissions))]
    return {"seed": kept.seed, "sandbox": sandbox, "submissions": rows}, kept


def _mark_all(todo, jobs, sandbox, kept, options):
    some = max(1, jobs // 2)
    servers, judges = servers_of_one_host(jobs, sandbox, judges=some), None
    waiting, done = queue.SimpleQueue(), queue.SimpleQueue()
    for item in reversed(todo):  # the late lessons take longest: they shall not be what everybody waits for
        waiting.put(item)

    def work():
        with suppress(queue.Empty):
            while True:
                i, submission = waiting.get_nowait()
                try:
                    row = mark_submission(submission, free, kept.seed, options.limits, judges)
                except Exception as error:  # our own mistake: one row says so, and the run goes on
                    row = _broken(submission, error)
                done.put((i, submission, row))

    free = FreeServers(servers)
    threads = [threading.Thread(target=work, daemon=True) for _ in range(jobs + some)]
    try:
        judges = Judges(some, servers[0].judges)
        for server in servers:
            server.provide()
        for thread in threads:
            thread.start()
        with progress_bar(len(todo), options.progress) as bar:
            for _ in todo:
                kept.add(*done.get())
                bar.update(1)
    finally:
        while not waiting.empty():
            with suppress(queue.Empty):
                waiting.get_nowait()
        for server in servers:
            server.close()
        if judges is not None:
            judges.close()


def _mark_elsewhere(todo, sandbox, kept, options):
    from sepconv.grading.cluster import mark_on_cluster

    done = mark_on_cluster(todo, options.dask, sandbox, kept.seed, options.limits)
    with progress_bar(len(todo), options.progress) as bar:
        for i, submission, row in done:
            kept.add(i, submission, _broken(submission, row) if isinstance(row, Exception) else row)
            bar.update(1)


def _broken(submission, error):
    sentence = f"{GRADER_FAILED} ({type(error).__name__}: {error}). Please report that."
    return {
        "student": submission.student,
        "file": submission.name,
        "problem": sentence[:400],
        "remarks": [],
        "exercises": [],
    }
