"""The processes that judge: each reply belongs to its question, and one that failed is not asked again."""

import json
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from running import processes_that_mention

from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.grading.judging.judge import judge
from sepconv.grading.judging.pool import Judges
from sepconv.grading.run import Grader

ROOT = Path(__file__).parents[2]
SEED = 7
RIGHT = json.dumps({"answer": "warmup_02_1", "state": "value", "value": 7}).encode()
QUESTIONS = [
    (name, data, SEED)
    for name in ("out_size", "warmup_02_1", "same_padding")
    for data in (RIGHT, b'{"state": "run"}', b'{"state": "missing"}', b"no JSON", b"[" * 100_000, None)
]


@pytest.fixture(params=["forked by a host", "started alone"])
def judges(request):
    if request.param == "forked by a host":
        with closing(Grader(4, "none")) as grader:
            yield grader.judges
    else:
        with closing(Judges(2)) as judges:
            judges.start(judges.ends)
            for end in judges.ends:
                end.close()
            yield judges


def in_words(verdict):
    return verdict.outcome, verdict.paragraphs


def test_they_judge_as_it_is_judged_here(judges):
    names = ["out_size", "warmup_02_1", "same_padding"]
    judges.warm({"cells": names, "names": names, "seed": SEED})
    here = [in_words(judge(*question)) for question in QUESTIONS]
    assert [in_words(judges(*question)) for question in QUESTIONS] == here


class Pipe:
    """Stands for the pipe to a process that judges: it gives back what was laid down beforehand, and then is silent."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.send = self.close = lambda *_: None

    def poll(self, seconds):
        return bool(self.replies)

    def recv(self):
        return self.replies.pop(0)


@pytest.mark.parametrize("replies", [[(99, "of another question")], [(-1, "of the question before")], []])
def test_a_judge_that_does_not_answer_what_was_asked_is_not_asked_again(replies):
    with closing(Judges(1)) as judges:
        judges._pipes = [Pipe(*replies)]
        assert in_words(judges("warmup_02_1", RIGHT, SEED)) == in_words(judge("warmup_02_1", RIGHT, SEED))


def test_work_ahead_that_fails_puts_no_verdict_out_of_step(judges):
    for pipe in judges._pipes:
        pipe.send((["no exercise has this name"], SEED))
    right, wrong = RIGHT, RIGHT.replace(b"7", b"3")
    found = [judges("warmup_02_1", data, SEED).outcome for data in (right, wrong, right, wrong)]
    assert found == [CORRECT, NOT_YET, CORRECT, NOT_YET]


def test_a_judge_that_computes_for_too_long_or_takes_too_much_memory_ends():
    limits = "from sepconv.grading.sandbox import restraint; restraint.limit_judge(2**28, 0.5)\n"
    for work, status in (("while True: pass", -signal.SIGPROF), ("b'x' * 2**30", 1)):
        command = [sys.executable, "-c", limits + work]
        assert subprocess.run(command, stderr=subprocess.DEVNULL, cwd=ROOT, timeout=60).returncode == status


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks into /proc")
def test_they_outlive_their_host_and_end_with_the_grader():
    grader = Grader(1, "none")
    judges, [host] = grader.judges, grader.hosts
    for _ in range(3):
        assert judges("out_size", None, SEED).outcome == NOT_YET
        time.sleep(0.6)  # the host looks after its own processes meanwhile
    assert judges._processes == []  # none had to be started in the place of one that has ended
    host.close()
    assert judges("same_padding", None, SEED).outcome == NOT_YET
    assert len(processes_that_mention(str(host.folder))) == 1
    judges.close()
    end = time.monotonic() + 10
    while (left := processes_that_mention(str(host.folder))) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == []
