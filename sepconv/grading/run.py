"""A whole run: all submissions, several at a time, kept as they come, so that a stopped run goes on where it was."""

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from sepconv._progress import progress_bar
from sepconv.grading.cluster import mark_on_cluster
from sepconv.grading.judging.pool import Judges
from sepconv.grading.kept import Kept
from sepconv.grading.mark import Limits, mark_submission, new_row
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.host import GraderFailed, Host, Run
from sepconv.grading.sandbox.package import write_package
from sepconv.grading.sandbox.start import choose_sandbox, start_python


@dataclass
class Options:
    """How a run is done."""

    jobs: int = 0  # submissions at a time; 0 for as many as there are cores
    seed: int | None = None  # what cases are drawn with; drawn itself if it is not given
    sandbox: str = "auto"  # or "bwrap", "none"
    limits: Limits = field(default_factory=Limits)
    kept: Path | None = None  # the file that a run keeps its rows in until it is done
    dask: str = ""  # the address of a Dask scheduler, whose machines then mark


def grade(submissions, options):
    """Return seed, sandbox, and a row for each submission, in their order; and the `Kept` to finish when reports are written.

    Parameters
    ----------
    submissions : list of Submission
    options : Options
    """
    sandbox = choose_sandbox(options.sandbox)
    kept = Kept(options.kept, options, sandbox)
    rows = [new_row(one) if one.problem else kept.row_of(one) for one in submissions]
    todo = [(i, submission) for i, submission in enumerate(submissions) if rows[i] is None]
    if todo:
        mark = mark_on_cluster if options.dask else _mark_here
        with progress_bar(len(todo)) as bar, closing(mark(todo, sandbox, kept.seed, options)) as done:
            for i, submission, row in done:
                if isinstance(row, GraderFailed):
                    raise row
                if isinstance(row, Exception):  # our own mistake: one row says so, and the run goes on
                    said = f"The grader itself failed on it ({row!r}). Please report that."[:400]
                    row = new_row(replace(submission, problem=said))
                rows[i] = row
                kept.add(submission, row)
                bar.update(1)
    rows = [row | {"who": one.who, "account": one.account} for row, one in zip(rows, submissions)]
    return {"seed": kept.seed, "sandbox": sandbox, "submissions": rows}, kept


def _mark_here(todo, sandbox, seed, options):
    """Yield (number, submission, row or exception) as they are done."""
    waiting, done = list(todo), queue.SimpleQueue()
    jobs = min(options.jobs or os.cpu_count() or 1, len(todo))

    def work():
        while waiting:
            with suppress(IndexError):  # somebody else took the last one
                i, submission = waiting.pop()  # late lessons take longest: they come first
                try:
                    row = mark_submission(submission, grader, seed, options.limits)
                except Exception as error:
                    row = error
                done.put((i, submission, row))

    restraint.hide()
    with closing(start_grader(jobs, sandbox)) as grader:
        for _ in range(jobs + max(1, jobs // 2)):  # more than run at a time: some are judged meanwhile
            threading.Thread(target=work, daemon=True).start()
        for _ in todo:
            yield done.get()


class Grader:
    """What marks on one machine: judges, and hosts: in bubblewrap one for each job, else one for all, which forks the judges."""

    def __init__(self, jobs, sandbox):
        shared = sandbox == "none"
        self.judges = Judges(max(1, jobs // 2))
        ends = [end.fileno() for end in self.judges.ends]
        self.hosts = [Host(sandbox, ends if shared else ()) for _ in range(1 if shared else jobs)]
        if not shared:
            self.judges.start(self.judges.ends)
        for end in self.judges.ends:
            end.close()
        self._free = queue.SimpleQueue()
        for host in self.hosts:
            host.provide()
        for number in range(jobs):
            self._free.put(self.hosts[number % len(self.hosts)])

    def run(self, request):
        """Do as `Host.run`, while the judges work out what is right."""
        self.judges.warm(request)
        host = self._free.get()
        try:
            return host.run(request)
        finally:
            self._free.put(host)

    def close(self):
        """End the processes."""
        for one in (*self.hosts, self.judges):
            one.close()


class GraderWithoutForks:
    """Marks where nothing forks (Windows): each submission in a process of its own, of which the time for all is limited."""

    def __init__(self, *_):
        from sepconv.grading.judging.judge import judge

        self._folder = tempfile.TemporaryDirectory(prefix="sepconv-grading-", ignore_cleanup_errors=True)
        self.judges, self.close = judge, self._folder.cleanup
        write_package(Path(self._folder.name) / "package")

    def run(self, request):
        """Do as `Host.run`."""
        run, start, folder = Run(ended="ended"), time.monotonic(), Path(self._folder.name)
        streams = {"input": json.dumps(request).encode(), "capture_output": True, "start": subprocess.run}
        streams["timeout"] = request["total"] + 120  # seconds until it has imported torch
        try:
            data = start_python(folder, [folder / "package"], (), ["once"], **streams).stdout
        except subprocess.TimeoutExpired as slow:
            data, run.ended = slow.stdout or b"", "slow"
        if not all(map(run.note, data.split(b"\n"))):
            run.ended = "done"
        run.seconds = time.monotonic() - start
        return run


start_grader = Grader if hasattr(os, "fork") else GraderWithoutForks
