"""Processes that judge: they know the answers, keep what they have worked out, and never run a submission's code."""

import multiprocessing
import os
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from threading import Lock

from sepconv.marking.verdict import Verdict, not_yet


class Judges:
    """Some processes, each of which judges its own part of the exercises, so that nothing is worked out twice.

    Parameters
    ----------
    count : int
    forked : sequence of Connection
        To processes that judge already, so many; where there are none they are started.
    """

    def __init__(self, count, forked=()):
        from sepconv.exercises import all_exercises

        self._context = multiprocessing.get_context("spawn")
        self._locks = [Lock() for _ in range(count)]
        self._processes = [(None, pipe) for pipe in forked] or [self._start() for _ in range(count)]
        self._which = {exercise.name: i % count for i, exercise in enumerate(all_exercises())}

    def _start(self):
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_judge_forever, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def __call__(self, name, message, seed, ended="ended") -> Verdict:
        """Judge as `sepconv.grading.judge.judge` does."""
        which = self._which[name]
        with self._locks[which]:
            try:
                pipe = self._processes[which][1]
                pipe.send((name, message, seed, ended))
                return pipe.recv()
            except RecursionError:  # too deeply nested to be passed on
                return not_yet("What came back cannot be judged.")
            except (EOFError, OSError):  # the judge itself came to an end over it
                self._processes[which] = self._start()
                return not_yet("What came back cannot be judged.")

    def warm(self, names, seed):
        """Let the judges work out the right answers while the submission runs; nobody waits for it."""
        for which, lock in enumerate(self._locks):
            theirs = [name for name in names if self._which[name] == which]
            with lock, suppress(OSError):
                self._processes[which][1].send((theirs, seed))

    def close(self):
        """End the processes."""
        for process, pipe in self._processes:
            pipe.close()  # a fork ends when it reads that
            if process:
                process.kill()
                process.join()


def _portable(verdict):
    """A verdict without the wrong answer that its mistake holds: a function cannot be sent."""
    mistake = verdict.misconception
    return replace(verdict, misconception=mistake and replace(mistake, wrong=None))


def judge_in_fork(number):
    """Judge for whoever holds the other end of a pipe, in the fork of a process that has imported torch, and end."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for other in (0, 1):
        os.dup2(nowhere, other)
    # Those of the submissions' pipes: nobody would notice their end while they are open here.
    os.closerange(3, number)
    os.closerange(number + 1, 4096)
    try:
        _judge_forever(Connection(number))
    finally:
        os._exit(0)


def _judge_forever(pipe):
    import gc
    import signal

    gc.disable()  # importing so much is faster without
    import torch

    from sepconv.grading import restraint
    from sepconv.grading.judge import judge, prepare
    from sepconv.grading.worker import leave_the_compiler_out

    gc.enable()
    restraint.guard_server()  # it knows the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_the_compiler_out()
    torch.set_num_threads(1)
    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        try:
            prepare(*asked) if isinstance(asked[0], list) else pipe.send(_portable(judge(*asked)))
        except Exception as error:  # one answer that breaks the judge is one row, and not the end of the run
            pipe.send(not_yet(f"What came back cannot be judged ({type(error).__name__})."))
