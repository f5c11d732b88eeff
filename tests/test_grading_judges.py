"""The processes that judge: forked beside those that run submissions, or started where nothing can be forked."""

import os
import time
from pathlib import Path

import pytest

from sepconv.grading.hosts import Host
from sepconv.grading.judge import judge
from sepconv.grading.judges import Judges
from sepconv.marking.verdict import NOT_ATTEMPTED, NOT_YET

SEED = 7
WARMUP = {"answer": "warmup_02_1", "state": "value", "value": 1}
UNREADABLE = {"answer": "out_size", "state": "run"}
in_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks into /proc")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="for systems that fork")


class EndsItsReader:
    """Ends the process that receives it, as a submission's answer might that breaks the judge."""

    def __reduce__(self):
        return os._exit, (1,)


class TooDeep:
    """Ends as lists in lists do that JSON still reads and that are too deep to be passed on."""

    def __reduce__(self):
        raise RecursionError


@pytest.fixture(params=[pytest.param("forked", marks=forks), "started"])
def judges(request):
    host = Host("none", lanes=1, judges=2) if request.param == "forked" else None
    found = Judges(2, host.judges if host else ())
    yield found
    found.close()
    if host:
        host.users = 1
        host.leave()


def test_they_judge_as_it_is_judged_here(judges):
    names = ["out_size", "warmup_02_1", "same_padding"]
    judges.warm(names, SEED)
    for name in names:
        for message in (WARMUP, UNREADABLE, None):
            here, there = judge(name, message, SEED), judges(name, message, SEED)
            assert (here.outcome, here.paragraphs) == (there.outcome, there.paragraphs)


def test_one_that_ends_over_an_answer_costs_that_answer_only(judges):
    broken = judges("out_size", EndsItsReader(), SEED)
    assert broken.outcome == NOT_YET
    assert "cannot be judged" in broken.paragraphs[0]
    missing = {"answer": "out_size", "state": "missing"}
    assert [judges(name, missing, SEED).outcome for name in ("out_size", "same_padding")] == [
        NOT_ATTEMPTED,
        NOT_ATTEMPTED,
    ]


def test_an_answer_that_is_nested_too_deeply_costs_that_answer_only(judges):
    said = judges("out_size", TooDeep(), SEED)
    assert said.outcome == NOT_YET
    assert "cannot be judged" in said.paragraphs[0]
    assert judges("out_size", {"state": "missing"}, SEED).outcome == NOT_ATTEMPTED


def processes_with(folder):
    """The processes whose command line names a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and str(folder).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@forks
@in_proc
def test_forks_outlive_their_host_and_end_with_the_grader():
    host = Host("none", lanes=1, judges=1)
    judges = Judges(1, host.judges)
    assert judges("out_size", None, SEED).outcome == NOT_YET
    host.users = 1
    host.leave()
    assert judges("same_padding", None, SEED).outcome == NOT_YET
    assert len(processes_with(host.folder)) == 1
    judges.close()
    end = time.monotonic() + 10
    while processes_with(host.folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert processes_with(host.folder) == []


@forks
@in_proc
def test_what_runs_submissions_does_not_hold_the_pipes_of_what_judges():
    host = Host("none", lanes=2, judges=1)
    judges = Judges(1, host.judges)
    try:
        judges("out_size", None, SEED)
        held = {
            os.readlink(link)
            for link in Path(f"/proc/{host.process.pid}/fd").iterdir()
            if os.readlink(link).startswith("socket")
        }
        assert held == set()
    finally:
        judges.close()
        host.users = 1
        host.leave()
