"""Processes that judge: they know the answers, keep what they have worked out, and never run a submission's code."""

import gc
import itertools
import os
import signal
import tempfile
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Lock

from sepconv.checking.verdict import Verdict, not_yet
from sepconv.exercises import all_exercises, find
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.start import start_python

_SECONDS = 30  # of computing for one answer; answers of the course are worked out meanwhile, too
_MEMORY = 2 * 2**30  # bytes beyond what the process needs itself


class Judges:
    """Some processes, each of which judges its own part of the exercises, so that nothing is worked out twice.

    Another process takes the place of one that fails. ``ends`` are for the processes; whoever has started those closes them.
    """

    def __init__(self, count):
        pipes = [Pipe() for _ in range(count)]
        self._pipes, self.ends = [ours for ours, _ in pipes], [theirs for _, theirs in pipes]
        self._locks = [Lock() for _ in pipes]
        self._which = {exercise.name: i % count for i, exercise in enumerate(all_exercises())}
        self._numbers, self._processes = itertools.count(), []

    def start(self, ends):
        """Start a process for each of the ends."""
        self._processes.append(start_python(tempfile.gettempdir(), (), [end.fileno() for end in ends]))

    def __call__(self, name, line, seed, ended="ended") -> Verdict:
        """Judge as `sepconv.grading.judging.judge.judge` does."""
        which = self._which[name]
        with self._locks[which]:
            for _ in range(2):  # the first may have ended over something else
                number, pipe = next(self._numbers), self._pipes[which]
                with suppress(EOFError, OSError):
                    pipe.send((number, name, line, seed, ended))
                    if pipe.poll(2 * _SECONDS):
                        answered, verdict = pipe.recv()
                        if answered == number:
                            return verdict
                pipe.close()
                self._pipes[which], theirs = Pipe()
                self.start([theirs])
                theirs.close()
        return not_yet("What came back cannot be judged.")

    def warm(self, request):
        """Let the judges work out what a submission is asked, while it runs; nobody waits for it."""
        code = "\n".join(request["cells"])
        for which, lock in enumerate(self._locks):
            names = [name for name in request["names"] if name in code and self._which[name] == which]
            with lock, suppress(OSError):
                self._pipes[which].send((names, request["seed"]))

    def close(self):
        """End the processes."""
        for pipe in self._pipes:
            pipe.close()  # a judge ends when it reads that
        for process in self._processes:
            process.wait()


def judge_for(descriptor):
    """Judge for whoever holds the other end of a pipe, in the fork of a process that has imported torch, and end."""
    os.setsid()
    os.chdir("/")  # where it stands may be removed
    restraint.leave_standard_streams()
    os.dup2(descriptor, 3)
    os.closerange(4, 4096)
    restraint.guard()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Connection(3)
    try:
        from sepconv.checking.comparing import outcomes_of_spec
        from sepconv.grading.judging.judge import judge
        from sepconv.grading.sandbox.worker import leave_compilers_out

        gc.enable()
        leave_compilers_out()
        while True:  # until the pipe is closed
            first, *question = pipe.recv()
            restraint.limit_judge(_MEMORY, _SECONDS)
            if isinstance(first, list):
                for name in first:
                    with suppress(Exception):  # it comes up again when an answer is judged
                        outcomes_of_spec(find(name), -1, *question)
            else:
                verdict = judge(*question)
                mistake = verdict.misconception  # whose wrong answer is a function, and cannot be sent
                pipe.send((first, replace(verdict, misconception=mistake and replace(mistake, given=None))))
    finally:
        os._exit(0)
