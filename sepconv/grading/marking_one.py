"""Marks one submission: reads it, has it run, has its answers judged."""

from dataclasses import dataclass

from sepconv.grading.codec import read_line
from sepconv.grading.hand_in import Unreadable, read_notebook
from sepconv.grading.judge import judge
from sepconv.grading.little_memory import CAN_BE_LIMITED, with_little_memory
from sepconv.grading.servers import ServerGone
from sepconv.marking.verdict import CORRECT

_MOST_TRIES = 4  # of one submission: each time without the cell that did not end


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Parameters
    ----------
    seconds : float
        For one exercise, and for one cell.
    total : float
        For the whole submission.
    memory : int
        Bytes, beyond what the process needs itself.
    """

    seconds: float = 15.0
    total: float = 120.0
    memory: int = 2 * 2**30


def mark_submission(submission, server, seed, limits=None, judged=judge) -> dict:
    """Return all that the report needs of one submission, as plain data.

    Parameters
    ----------
    submission : Submission
    server : Server
    seed : int
    limits : Limits, optional
    judged : callable
        Called as `judge` is.
    """
    row = {
        "student": submission.student,
        "file": submission.name,
        "problem": "",
        "remarks": [],
        "exercises": [],
    }
    try:
        notebook = read_notebook(submission.read(), submission.name)
    except Unreadable as problem:
        return row | {"problem": str(problem)}
    if hasattr(judged, "warm"):
        code = "\n".join(notebook.cells)
        judged.warm([exercise.name for exercise in notebook.exercises if exercise.name in code], seed)
    answers, remarks, ended = run_submission(notebook, server, seed, limits or Limits())
    row["remarks"] = remarks
    for exercise in notebook.exercises:
        verdict = judged(exercise.name, answers.get(exercise.name), seed, ended)
        if verdict.outcome == CORRECT and exercise.within and CAN_BE_LIMITED:
            sent = with_little_memory(exercise, notebook, server, seed, limits or Limits())
            verdict = judged(exercise.name, sent, seed)
        row["exercises"].append(_marked(exercise, verdict))
    return row


def run_submission(notebook, server, seed, limits):
    """Have a notebook run; return {exercise: what was sent about it}, remarks on its cells, and how it ended."""
    skipped, ended, messages, gone = [], "ended", [], 0
    for _ in range(_MOST_TRIES):
        request = {
            "cells": notebook.cells,
            "names": [exercise.name for exercise in notebook.exercises],
            "seed": seed,
            "skipped": skipped,
            "seconds": limits.seconds,
            "total": limits.total,
            "memory": limits.memory,
        }
        try:
            (data, ended), was_gone = server.ask(request), False
        except ServerGone as problem:
            data, ended, was_gone = problem.data, "ended", True
            gone += 1
            if gone == 1:
                continue  # it may be the submission before this one that did the harm
        lines = data.split(b"\n")
        if ended == "large":  # whoever wrote too much did so in front of its longest line's end
            lines = lines[: lines.index(max(lines, key=len))]
        messages = [message for line in lines if (message := read_line(line))]
        last = next(
            (message for message in reversed(messages) if "cell" in message or "answer" in message), {}
        )
        cell = last.get("cell")
        is_known = type(cell) is int and 0 <= cell < len(notebook.cells)
        if any("done" in message for message in messages) or not (is_known or was_gone):
            break
        if is_known:  # else the process was ended before it could pass on how far it got
            skipped = sorted({*skipped, cell})
    answers = {str(message["answer"]): message for message in messages if "answer" in message}
    problems = [message for message in messages if "problem" in message and type(message.get("in")) is int]
    remarks = [f"Code cell {message['in'] + 1}: {str(message['problem'])[:300]}" for message in problems[:10]]
    return answers, remarks, ended


def _marked(exercise, verdict):
    mistake = verdict.misconception
    return {
        "exercise": exercise.name,
        "lesson": exercise.lesson,
        "outcome": verdict.outcome,
        "points": exercise.points if verdict.outcome == CORRECT else 0,
        "of": exercise.points,
        "mistake": mistake.id if mistake else "",
        "mistake_name": mistake.name if mistake else "",
        "says": "\n".join(verdict.paragraphs),
    }
