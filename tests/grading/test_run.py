"""A whole run: paused at random, stopped, killed, unable to start; what it leaves behind, and what it says."""

import json
import os
import random
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from corpus import OUT_SIZE, RECEPTIVE_FIELD, SAME_PADDING, does, notebook
from running import IS_ROOT, NOBODY, SANDBOXES, command, marks, open_folder, processes_that_mention

from sepconv import cli
from sepconv.grading import run
from sepconv.grading.report.students import points_of

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.timeout(600),
]
AS_ROOT = pytest.mark.skipif(not IS_ROOT, reason="is not root")
RIGHT = notebook(OUT_SIZE, SAME_PADDING, RECEPTIVE_FIELD)
LOOP = does("while True: pass")


@pytest.fixture
def folder():
    with open_folder() as folder:
        (folder / "in").mkdir()
        yield folder


def hand_in(folder, data, count):
    for number in range(count):
        (folder / f"in/student_{number:03}.ipynb").write_bytes(data)


def pause_at_random(folder, is_over):
    """Stop one of the run's processes after the other, for 60 ms each, whoever it is."""
    choose = random.Random(0)
    while not is_over.wait(choose.uniform(0.01, 0.1)):
        for pid in processes_that_mention(str(folder))[: choose.randint(1, 9)][-1:]:
            try:
                os.kill(pid, signal.SIGSTOP)
                time.sleep(0.06)
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue


@pytest.mark.parametrize("sandbox", SANDBOXES)
@pytest.mark.parametrize("count", [20, pytest.param(300, marks=pytest.mark.full)])
def test_right_notebooks_are_right_however_long_the_grader_waits(count, sandbox, folder):
    hand_in(folder, RIGHT, count)
    is_over = threading.Event()
    pausing = threading.Thread(target=pause_at_random, args=(folder, is_over))
    pausing.start()
    try:
        rows, _ = marks(folder / "in", "--sandbox", sandbox, temporary=folder)
    finally:
        is_over.set()
        pausing.join()
    assert {points_of([row])[0] for row in rows.values()} == {5}
    assert len(rows) == count


@pytest.mark.parametrize("user", [None, pytest.param(NOBODY, marks=[pytest.mark.full, AS_ROOT])])
@pytest.mark.parametrize("sandbox", SANDBOXES)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_run_that_is_ended_leaves_no_process_and_no_folder_for_long(how, sandbox, user, folder):
    hand_in(folder, LOOP, 2)
    process = command(folder / "in", "--sandbox", sandbox, as_user=user, temporary=folder)
    end = time.monotonic() + 60
    while not has_a_worker(process) and time.monotonic() < end:
        time.sleep(0.1)
    process.send_signal(how)
    assert process.wait(timeout=20) == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[how]
    while processes_that_mention(str(folder)) and time.monotonic() < end:
        time.sleep(0.1)
    assert processes_that_mention(str(folder)) == []
    if how == signal.SIGKILL:  # the next run does what this one could not
        hand_in(folder, RIGHT, 1)
        (folder / "in/student_001.ipynb").unlink()
        marks(folder / "in", "--sandbox", sandbox, as_user=user, temporary=folder)
    assert not list(folder.glob("*sepconv-*"))


def has_a_worker(process):
    """Whether a process runs below one of the hosts, which the grader starts itself or through bubblewrap."""
    with suppress(psutil.NoSuchProcess):
        started = psutil.Process(process.pid).children(recursive=True)
        return any(process.pid in [parent.pid for parent in one.parents()[2:]] for one in started)


def test_where_nothing_forks_a_right_notebook_is_right_and_a_loop_ends(folder, monkeypatch):
    hand_in(folder, RIGHT, 1)
    (folder / "in/loop.ipynb").write_bytes(LOOP)
    monkeypatch.setattr(run, "start_grader", run.GraderWithoutForks)
    target, limits = folder / "marks.json", ["--seconds", "2", "--sandbox", "none"]
    assert cli.main(["grade", str(folder / "in"), "--json", str(target), *limits]) == 0
    rows = json.loads(target.read_text())["submissions"]
    assert {Path(row["file"]).stem: points_of([row])[0] for row in rows} == {"student_000": 5, "loop": 3}


def test_what_cannot_be_started_stops_the_run_and_says_why(folder):
    hand_in(folder, RIGHT, 2)
    broken = folder / "modules"
    broken.mkdir()
    (broken / "threadpoolctl.py").write_text("raise ImportError('it is not as it should be')")
    variables = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), str(broken)])}
    process = command(folder / "in", "--sandbox", "none", temporary=folder, env=variables)
    words = "".join(process.communicate(timeout=120))
    assert process.returncode == 2, words
    assert "it is not as it should be" in words
    assert "points" not in words
