"""A whole run: all submissions, several at a time, kept as they come, so that a stopped run goes on where it was."""

import hashlib
import json
import os
import queue
import secrets
import threading
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sepconv.grading.judging.pool import Judges, JudgesHere
from sepconv.grading.mark import Limits, mark_submission
from sepconv.grading.reader import Unreadable
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.host import FORKS, GraderFailed, Host, HostWithoutForks, choose_sandbox
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
    kept = Kept(options.kept, options)
    todo = [(i, submission) for i, submission in enumerate(submissions) if not kept.has(i, submission)]
    if todo and options.dask:
        _mark_elsewhere(todo, sandbox, kept, options)
    elif todo:
        jobs = min(options.jobs or os.cpu_count() or 1, len(todo))
        _mark_all(todo, jobs, sandbox, kept, options)
    rows = [kept.rows[i] for i in range(len(submissions))]
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
    with (
        restraint.unseen(),
        closing(Judges(some) if FORKS else JudgesHere()) as judges,
        closing(Hosts(jobs, sandbox, judges)) as hosts,
    ):
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
        judges.have_started() if shared else judges.start()
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


class Kept:
    """The rows of a run, in a file as well, from which the same run goes on.

    Parameters
    ----------
    path : path, optional
        Without one, rows are kept in memory only.
    options : Options
        Rows that were marked with other limits, or another seed than the one asked for, do not count.
    """

    def __init__(self, path, options):
        self.path, self.rows, self._found = path and Path(path), {}, {}
        self._conditions = asdict(options.limits)
        self.seed = options.seed
        lines = self._read()
        if (
            lines
            and lines[0].get("conditions") == self._conditions
            and options.seed in (None, lines[0].get("seed"))
        ):
            self.seed = lines[0]["seed"]
            self._found = {line["key"]: line["row"] for line in lines[1:] if "key" in line}
        else:
            lines = []
        if self.seed is None:
            self.seed = secrets.randbelow(2**31)
        if self.path is not None:
            self._begin(lines)

    def _read(self):
        """The lines of the file; one that was cut off when the run was stopped is none."""
        lines = []
        if self.path is not None:
            with suppress(OSError, ValueError):
                for line in self.path.read_text(encoding="utf-8").splitlines():
                    lines.append(json.loads(line))
        return [line for line in lines if isinstance(line, dict)]

    def _begin(self, lines):
        lines = lines or [{"seed": self.seed, "conditions": self._conditions}]
        write_atomically(self.path, "".join(json.dumps(line) + "\n" for line in lines))

    def has(self, i, submission) -> bool:
        """Whether a submission has been marked in the run that was stopped; its row is taken over."""
        row = self._found.get(_key(submission)) if self._found else None
        if row is not None:
            self.rows[i] = row
        return row is not None

    def add(self, i, submission, row):
        """Keep a row."""
        self.rows[i] = row
        if self.path is not None:
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps({"key": _key(submission), "row": row}) + "\n")
                file.flush()
                os.fsync(file.fileno())

    def finish(self):
        """Forget the file: the reports are written."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _key(submission):
    """What a submission is known by: whose it is, its name, and every byte of it."""
    try:
        data = submission.read()
    except Unreadable as problem:
        data = str(problem).encode()
    return f"{submission.student}/{submission.name}/{hashlib.sha256(data).hexdigest()}"


def write_atomically(path, text):
    """Write a file whole or not at all."""
    path = Path(path)
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(new, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
