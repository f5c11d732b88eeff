"""The processes that judge: each reply belongs to its question, and one that failed is not asked again."""

import json
import os
import signal
import subprocess
import time
from multiprocessing import Pipe
from pathlib import Path

import pytest
from running import processes_that_mention

from sepconv.grading.judging import pool
from sepconv.grading.judging.judge import judge_line
from sepconv.grading.judging.pool import Judges
from sepconv.grading.run import Hosts
from sepconv.marking.verdict import CORRECT, NOT_YET

SEED = 7
RIGHT = json.dumps({"answer": "warmup_02_1", "state": "value", "value": 270}).encode()
QUESTIONS = [
    (name, data, SEED, "ended")
    for name in ("out_size", "warmup_02_1", "same_padding")
    for data in (RIGHT, b'{"state": "run"}', b'{"state": "missing"}', b"no JSON", b"[" * 100_000, None)
]


@pytest.fixture(params=["started alone", "forked by a host"])
def judges(request):
    judges = Judges(2)
    hosts = Hosts(1, "none", judges) if request.param == "forked by a host" else judges.start()
    yield judges
    judges.close()
    if hosts:
        hosts.close()


def in_words(verdict):
    return verdict.outcome, verdict.paragraphs


def test_they_judge_as_it_is_judged_here(judges):
    judges.warm(["out_size", "warmup_02_1", "same_padding"], SEED)
    assert [in_words(judges(*question)) for question in QUESTIONS] == [
        in_words(judge_line(*question)) for question in QUESTIONS
    ]


class Answers:
    """Stands for a process that judges, with replies that are laid down beforehand; asked for more, it is silent."""

    def __init__(self, *replies):
        self.ours, self._theirs = Pipe()
        for reply in replies:
            self._theirs.send(reply)


@pytest.mark.parametrize(
    "replies",
    [
        [(99, judge_line("warmup_02_1", None, SEED))],  # of another question
        [(0, None), (1, judge_line("warmup_02_1", None, SEED))],  # one that was still in the pipe
        [],  # of a process that hangs
    ],
    ids=["another number", "one late", "silent"],
)
def test_a_judge_that_does_not_answer_what_was_asked_is_replaced(replies, judges, monkeypatch):
    monkeypatch.setattr(pool, "_SECONDS", 0.25)
    broken = Answers(*replies)
    judges._pipes = [broken.ours, broken.ours]
    monkeypatch.setattr(judges, "_asked", 0)
    expected = in_words(judge_line("warmup_02_1", RIGHT, SEED))
    monkeypatch.setattr(pool.Judges, "_patience", 30)
    assert in_words(judges("warmup_02_1", RIGHT, SEED)) == expected


def test_work_ahead_that_fails_puts_no_verdict_out_of_step(judges):
    judges.warm(["no exercise has this name"], SEED)
    for which in range(2):  # a message that prepare cannot read
        judges._pipes[which].send((["no exercise has this name"], SEED))
    right, wrong = RIGHT, RIGHT.replace(b"270", b"3")
    found = [judges("warmup_02_1", data, SEED).outcome for data in (right, wrong, right, wrong)]
    assert found == [CORRECT, NOT_YET, CORRECT, NOT_YET]


def test_a_judge_that_computes_for_too_long_or_takes_too_much_memory_ends():
    judges = Judges(1)
    code = (
        "import sys; sys.path[:0] = [%r]; from sepconv.grading.sandbox import restraint; restraint.limit_judge(2**28, 0.5)\n"
        % str(Path(pool.PACKAGE).parent)
    )
    judges.close()
    for work, status in (("while True: pass", -signal.SIGPROF), ("b'x' * 2**30", 1)):
        import sys

        done = subprocess.run([sys.executable, "-c", code + work], capture_output=True, timeout=60)
        assert done.returncode == status, done.stderr


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks into /proc")
def test_they_outlive_their_host_and_end_with_the_grader():
    judges = Judges(1)
    hosts = Hosts(1, "none", judges)
    folder = str(hosts._hosts[0].folder)
    assert judges("out_size", None, SEED).outcome == NOT_YET
    hosts.close()
    assert judges("same_padding", None, SEED).outcome == NOT_YET
    assert len(processes_that_mention(folder)) == 1
    judges.close()
    end = time.monotonic() + 10
    while processes_that_mention(folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert processes_that_mention(folder) == []
    assert os.getpid()
