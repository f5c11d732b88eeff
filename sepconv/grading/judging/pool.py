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

from sepconv.exercises import all_exercises
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.host import PACKAGE, start_python
from sepconv.marking.verdict import Verdict, not_yet

_SECONDS = 30  # of computing that one answer may take; right and wrong answers of the course are worked out meanwhile, too
_MEMORY = 2 * 2**30  # bytes beyond what the process needs itself
UNJUDGED = "What came back cannot be judged."


class Judges:
    """Some processes, each of which judges its own part of the exercises, so that nothing is worked out twice.

    A question has a number, which its reply repeats. A process that ends, says nothing in time, or says something else
    is not asked again; another one takes its place.

    Parameters
    ----------
    count : int
    """

    def __init__(self, count):
        ends = [Pipe() for _ in range(count)]
        self._pipes, self.theirs = [ours for ours, _ in ends], [theirs for _, theirs in ends]
        self._locks = [Lock() for _ in range(count)]
        self._which = {exercise.name: i % count for i, exercise in enumerate(all_exercises())}
        self._asked, self._started = 0, []

    @property
    def descriptors(self):
        """The ends for the processes that judge, for whoever starts them."""
        return [end.fileno() for end in self.theirs]

    def start(self):
        """Start the processes, unless a host has forked them."""
        if self.theirs:
            self._started.append(_start(self.descriptors))
            self.have_started()

    def have_started(self):
        """Note that processes hold their ends now."""
        for end in self.theirs:
            end.close()
        self.theirs = []

    def __call__(self, name, data, seed, ended="ended") -> Verdict:
        """Judge as `sepconv.grading.judging.judge.judge` does, from a message as it came.

        Parameters
        ----------
        data : bytes or None
            JSON, as the submission's process sent it.
        """
        which = self._which[name]
        with self._locks[which]:
            for _ in range(2):  # the first may have ended over something else
                if (verdict := self._ask(which, (name, data, seed, ended))) is not None:
                    return verdict
                self._replace(which)
        return not_yet(UNJUDGED)

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
        self._started.append(_start([theirs.fileno()]))
        theirs.close()

    def warm(self, names, seed):
        """Let the judges work out the right answers while the submission runs; nobody waits for it."""
        for which, lock in enumerate(self._locks):
            theirs = [name for name in names if self._which[name] == which]
            with lock, suppress(OSError):
                self._pipes[which].send((theirs, seed))

    def close(self):
        """End the processes."""
        for pipe in [*self._pipes, *self.theirs]:
            pipe.close()  # a judge ends when it reads that
        for process in self._started:
            process.wait()


class JudgesHere:
    """Judges in this process, where nothing forks."""

    descriptors = ()

    def __call__(self, name, data, seed, ended="ended") -> Verdict:
        """Do as `Judges` does, without its limits."""
        from sepconv.grading.judging.judge import judge_line

        return judge_line(name, data, seed, ended)

    def nothing(self, *_):
        """Do what is not to be done here."""

    start = have_started = warm = close = nothing


def _start(descriptors):
    return start_python([str(PACKAGE.parent)], tempfile.gettempdir(), descriptors)


def judge_for(descriptor):
    """Judge for whoever holds the other end of a pipe, in the fork of a process that has imported torch, and end."""
    os.setsid()
    os.chdir("/")
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
            asked = pipe.recv()
            restraint.limit_judge(_MEMORY, _SECONDS)
            if isinstance(asked[0], list):
                with suppress(Exception):  # it comes up again when an answer is judged
                    prepare(*asked)
            else:
                number, *question = asked
                pipe.send((number, _portable(judge_line(*question))))


def _portable(verdict):
    """A verdict without the wrong answer that its mistake holds: a function cannot be sent."""
    mistake = verdict.misconception
    return replace(verdict, misconception=mistake and replace(mistake, wrong=None))
