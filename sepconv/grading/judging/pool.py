"""Processes that judge: they know the answers, keep what they have worked out, and never run a submission's code."""

import gc
import os
import signal
import tempfile
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Lock

from sepconv.checking.verdict import Verdict, not_yet
from sepconv.exercises import all_exercises
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.start import start_judges

_SECONDS = (
    30  # of computing for one answer; right and wrong answers of the course are worked out meanwhile, too
)
_MEMORY = 2 * 2**30  # bytes beyond what the process needs itself


class Judges:
    """Some processes, each of which judges its own part of the exercises, so that nothing is worked out twice.

    A question has a number, which its reply repeats. A process that ends, says nothing in time, or says something else
    is not asked again; another one takes its place.

    Parameters
    ----------
    count : int

    Attributes
    ----------
    descriptors : list of int
        The ends for the processes that judge, until they are `started`.
    """

    def __init__(self, count):
        self._pipes, self._theirs = map(list, zip(*(Pipe() for _ in range(count)), strict=True))
        self._locks = [Lock() for _ in range(count)]
        self._which = {exercise.name: i % count for i, exercise in enumerate(all_exercises())}
        self._asked, self._processes = 0, []
        self.descriptors = [end.fileno() for end in self._theirs]

    def start(self):
        """Start the processes."""
        self._processes.append(start_judges(tempfile.gettempdir(), self.descriptors))
        self.started()

    def started(self):
        """Note that processes hold their ends now, these or those that a host has forked."""
        for end in self._theirs:
            end.close()

    def __call__(self, name, line, seed, ended="ended") -> Verdict:
        """Judge as `sepconv.grading.judging.judge.judge_line` does."""
        which = self._which[name]
        with self._locks[which]:
            for _ in range(2):  # the first may have ended over something else
                if (verdict := self._ask(which, (name, line, seed, ended))) is not None:
                    return verdict
                self._replace(which)
        return not_yet("What came back cannot be judged.")

    def _ask(self, which, question):
        self._asked += 1
        number, pipe = self._asked, self._pipes[which]
        with suppress(EOFError, OSError):
            pipe.send((number, *question))
            if pipe.poll(2 * _SECONDS):
                answered, verdict = pipe.recv()
                return verdict if answered == number else None
        return None

    def _replace(self, which):
        self._pipes[which].close()
        self._pipes[which], theirs = Pipe()
        self._processes.append(start_judges(tempfile.gettempdir(), [theirs.fileno()]))
        theirs.close()

    def warm(self, names, seed):
        """Let the judges work out the right answers while the submission runs; nobody waits for it."""
        for which, lock in enumerate(self._locks):
            with lock, suppress(OSError):
                self._pipes[which].send(([name for name in names if self._which[name] == which], seed))

    def close(self):
        """End the processes."""
        self.started()
        for pipe in self._pipes:
            pipe.close()  # a judge ends when it reads that
        for process in self._processes:
            process.wait()


class JudgesHere:
    """Judges in this process, without limits: where nothing forks."""

    descriptors = ()

    def __call__(self, *question) -> Verdict:
        """Do as `Judges` does."""
        from sepconv.grading.judging.judge import judge_line

        return judge_line(*question)

    def warm(self, *_):
        """Do nothing; there is nothing to start or to end either."""

    start = started = close = warm


def judge_for(descriptor):
    """Judge for whoever holds the other end of a pipe, in the fork of a process that has imported torch, and end."""
    os.setsid()
    os.chdir("/")  # where it stands may be removed
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, 4096)
    restraint.guard()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _judge_forever(Connection(descriptor))
    finally:
        os._exit(0)


def _judge_forever(pipe):
    import torch

    from sepconv.grading.judging.judge import judge_line, prepare
    from sepconv.grading.sandbox.worker import leave_the_compiler_out

    gc.enable()
    leave_the_compiler_out()
    torch.set_num_threads(1)
    with suppress(EOFError):
        while True:
            first, *question = pipe.recv()
            restraint.limit_judge(_MEMORY, _SECONDS)
            if isinstance(first, list):
                with suppress(Exception):  # it comes up again when an answer is judged
                    prepare(first, *question)
            else:
                pipe.send((first, _portable(judge_line(*question))))


def _portable(verdict):
    """A verdict without the wrong answer that its mistake holds: a function cannot be sent."""
    mistake = verdict.misconception
    return replace(verdict, misconception=mistake and replace(mistake, wrong=None))
