"""Answers that do not end: ``check`` stops them, says where they were, and leaves nothing of it behind."""

import linecache
import signal
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from sepconv import NotYet, check
from sepconv.checking import commands
from sepconv.checking.alarm import TooLong, call_within
from sepconv.checking.comparing import run
from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED
from sepconv.exercises import all_exercises, find

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no such signal")
SECONDS = 0.3


def answer_of(body, name="out_size", parameters="size, k, stride=1, padding=0, dilation=1"):
    """A function of a cell, with its source."""
    source = f"def {name}({parameters}):\n{body}\n"
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    names = {"np": np, "torch": torch}
    exec(compile(source, "<cell>", "exec"), names)
    return names[name]


def said(body):
    verdict, _ = mark(find("out_size"), answer_of(body), seconds=SECONDS)
    return verdict.outcome, "\n".join(verdict.paragraphs)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    while size >= k:\n        size + 1", "line 2: while size >= k:"),
        ("    while size:\n        for i in range(3):\n            k += 1", "line 2: while size:"),
        ("    for i in range(9):\n        while size:\n            k += 1", "line 3: while size:"),
        ("    while size:\n        try:\n            str(1)\n        except: pass", "line 2: while size:"),
        ("    for i in range(10**15):\n        size += 1", "line 2: for i in range(10**15):"),
        ("    import time\n    return time.sleep(99)", "line 3: return time.sleep(99)"),
        ("    while dilation > 1:\n        pass\n    return (size + 2 * padding - k) // stride + 1", "line 2: while dilation"),
    ],
)  # fmt: skip
def test_it_is_stopped_and_the_loop_is_shown(body, line):
    outcome, text = said(body)
    assert outcome == "not yet"
    assert text.startswith(f"It was stopped after {SECONDS} seconds, in\n  {line}")
    assert ("for this loop to end" in text) == (": while" in line)
    assert "It was called as\n  out_size(size=" in text


def test_where_the_line_is_not_known_the_time_is_said():
    answer = eval("lambda *sizes: [0 for _ in iter(int, 1)]")
    text = "\n".join(mark(find("out_size"), answer, seconds=SECONDS)[0].paragraphs)
    assert text.startswith(f"It was stopped after {SECONDS} seconds.\nIt was called as")


def test_a_blank_in_it_is_said_first():
    assert said("    while size:\n        ...")[0] == NOT_ATTEMPTED


def test_the_cases_share_the_seconds():
    start = time.process_time()
    said("    while size: pass")
    assert time.process_time() - start < 5 * SECONDS
    outcomes, _ = run(find("out_size"), answer_of("    return size"), seconds=99)
    assert not any(outcome.is_stopped for outcome in outcomes)


def test_nothing_of_it_stays(monkeypatch):
    def handler(*_): ...

    before = signal.signal(signal.SIGALRM, handler), signal.setitimer(signal.ITIMER_REAL, 500)
    try:
        states = torch.get_rng_state().tolist(), np.random.get_state()[1].tolist()
        said(
            "    torch.manual_seed(1), np.random.seed(1), torch.set_grad_enabled(False)\n    while size: pass"
        )
        assert torch.is_grad_enabled()
        assert (torch.get_rng_state().tolist(), np.random.get_state()[1].tolist()) == states
        assert signal.getsignal(signal.SIGALRM) is handler
        assert 400 < signal.getitimer(signal.ITIMER_REAL)[0] < 500
    finally:
        signal.signal(signal.SIGALRM, before[0])
        signal.setitimer(signal.ITIMER_REAL, *before[1])


def test_an_alarm_that_is_overdue_rings_afterwards():
    rang = []
    before = (
        signal.signal(signal.SIGALRM, lambda *_: rang.append(1)),
        signal.setitimer(signal.ITIMER_REAL, 0.1),
    )
    try:
        call_within(99, lambda: time.sleep(0.2))
        time.sleep(0.1)
        assert rang == [1]
        with pytest.raises(TooLong):
            call_within(0.05, lambda: time.sleep(9))
    finally:
        signal.signal(signal.SIGALRM, before[0])
        signal.setitimer(signal.ITIMER_REAL, *before[1])


def test_in_another_thread_it_is_called_and_not_stopped():
    verdicts = []
    right = find("out_size").answer
    thread = threading.Thread(target=lambda: verdicts.append(mark(find("out_size"), right, seconds=1e-9)[0]))
    thread.start()
    thread.join()
    assert verdicts[0].outcome == CORRECT


def test_check_knows_the_limit_of_the_exercise(monkeypatch):
    short = replace(find("out_size"), seconds=SECONDS)
    monkeypatch.setattr(commands, "find", lambda name: short)
    with pytest.raises(NotYet, match=r"It was stopped after 0\.3 seconds"):
        check("out_size", answer_of("    while size: pass"))
    patient = {exercise.name for exercise in all_exercises() if exercise.seconds > 30}
    assert patient == {"capstone", "capstone_report", "to_separable"}
