"""Marks one submission: reads it, has it run, has its answers judged."""

import json
from dataclasses import dataclass, replace

from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED
from sepconv.grading.hand_in.read import Unreadable, bound, read_notebook

_MOST_KILLS = 4  # each costs a new start
_PAUSE = 0.1  # seconds: a cell that ends its parent is not followed by others before that is noticed
_LEAST = 1.0  # second: with less left, a submission is not run once more
_ITS_WORDS = "The notebook says: "  # in front of what its process sends to be shown, which can be any words


@dataclass(frozen=True)
class Limits:
    """What a submission may use."""

    seconds: float = 15.0  # for one exercise, and for one cell
    total: float = 120.0  # for the whole submission
    memory: int = 2 * 2**30  # bytes, beyond what the process needs itself


def mark_submission(submission, grader, seed, limits) -> dict:
    """Return all that the report needs of one submission, as plain data.

    Parameters
    ----------
    submission : Submission
    grader : sepconv.grading.run.Grader
    seed : int
    limits : Limits
    """
    try:
        notebook = read_notebook(submission.read(), submission.name)
    except Unreadable as problem:
        return new_row(replace(submission, problem=str(problem)))
    row, run = new_row(submission), _run_notebook(notebook, grader, seed, limits)
    row["remarks"] = list(filter(None, map(_remark, run.remarks)))
    for exercise in notebook.exercises:
        verdict = grader.judges(exercise.name, run.answers.get(exercise.name), seed, run.ended)
        row["exercises"].append(_marked(exercise, verdict, notebook, row["remarks"]))
    return row


def new_row(submission) -> dict:
    """Return the row of a submission of which nothing is marked: for its problem, or not yet."""
    about = {"student": submission.student, "file": submission.name, "problem": submission.problem}
    return about | {"remarks": [], "exercises": []}


def _run_notebook(notebook, grader, seed, limits):
    """Have a notebook run, once more without a cell that ended it or did not end, while there is time; return the `Run`."""
    names = [exercise.name for exercise in notebook.exercises]
    always = {"cells": notebook.cells, "names": names, "seed": seed, "memory": limits.memory}
    left, skipped, killed = limits.total, set(), 0
    while True:
        now = {"skipped": sorted(skipped), "pause": _PAUSE if killed else 0}
        run = grader.run(always | now | {"seconds": min(limits.seconds, left / 2), "total": left})
        left -= run.seconds
        was_killed = run.ended == "killed" or not run.began
        killed += was_killed
        if run.ended == "done" or left < _LEAST or killed > _MOST_KILLS:
            return run
        if was_killed and killed == 1:
            continue  # it may not have been this submission that did it
        if run.cell is None:
            return run
        skipped.add(run.cell)
        if left < limits.total / 2:  # what stands in front is known to end
            skipped.update(range(run.cell, len(notebook.cells)))


def _remark(data):
    """Return a remark of the submission's process, on one line."""
    try:
        return f"{_ITS_WORDS}{' '.join(str(json.loads(data)).split())}"[:300]
    except (ValueError, RecursionError):
        return ""


def _marked(exercise, verdict, notebook, remarks):
    mistake, says = verdict.misconception, "\n".join(verdict.paragraphs)
    if verdict.outcome == NOT_ATTEMPTED:
        says = _why_missing(exercise, notebook, remarks) or says
    points = exercise.points if verdict.outcome == CORRECT else 0
    about = {"exercise": exercise.name, "lesson": exercise.lesson, "points": points, "of": exercise.points}
    about |= {"mistake": mistake.id if mistake else "", "mistake_name": mistake.name if mistake else ""}
    return about | {"outcome": verdict.outcome, "says": says}


def _why_missing(exercise, notebook, remarks):
    """Say what became of an answer that is not there: it stands in a cell that is no code, or in one that stopped."""
    numbers = [number for number, cell in enumerate(notebook.cells, 1) if exercise.name in bound(cell)]
    places = tuple(f"{_ITS_WORDS}Code cell {number}:" for number in numbers)
    stopped = [remark for remark in remarks if remark.startswith(places)]
    return " ".join([*stopped, notebook.elsewhere.get(exercise.name, "")]).strip()
