"""No submission scores above its honest mark, none stops the run, and none leaves a process or a file behind."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from corpus import CASES, notebook

from sepconv.exercises import all_exercises
from sepconv.grading.codec import encode
from sepconv.grading.hand_in import Submission
from sepconv.grading.marking_one import Limits, mark_submission
from sepconv.grading.report import points_of
from sepconv.grading.servers import servers_of_one_host
from sepconv.marking.runs import outcomes_of_spec

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the corpus is for systems that fork")
LIMITS = Limits(seconds=2, total=30, memory=2**30)


@pytest.fixture(scope="module")
def temporary(tmp_path_factory):
    """A folder for temporary files of our own: other tests grade at the same time."""
    folder = tmp_path_factory.mktemp("temporary")
    folder.parent.chmod(0o711)  # a submission may run as another user
    folder.parent.parent.chmod(0o711)
    folder.chmod(0o711)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    yield folder
    tempfile.tempdir = before


@pytest.fixture(scope="module")
def two_servers(temporary):
    servers = servers_of_one_host(2, "none")
    servers[0].provide()
    yield servers
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def server(two_servers):
    return two_servers[0]


def processes_of_submissions(temporary):
    """Processes that work in a folder of the grader, without the servers themselves."""
    found = []
    for entry in Path("/proc").iterdir() if Path("/proc").is_dir() else []:
        try:
            folder = os.readlink(entry / "cwd")
        except OSError:
            continue
        if folder.startswith(str(temporary)) and not folder.endswith("/work"):
            found.append(entry.name)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_gets_its_honest_mark_and_leaves_nothing_behind(case, server, temporary):
    before = {path for path in Path(tempfile.gettempdir()).iterdir() if path.name.startswith("sepconv")}
    start = time.monotonic()
    row = mark_submission(Submission("someone", f"{case.name}.ipynb", lambda: case.data), server, 7, LIMITS)
    assert points_of([row])[0] == case.points, [e["says"] for e in row["exercises"][3:8]]
    assert case.problem in row["problem"]
    assert bool(row["problem"]) == bool(case.problem)
    assert time.monotonic() - start < 60
    assert processes_of_submissions(temporary) == []
    after = {path for path in Path(tempfile.gettempdir()).iterdir() if path.name.startswith("sepconv")}
    assert len(after - before) <= 1  # the folder of a server that had to be started anew


def test_servers_of_one_host_end_one_without_the_other_and_leave_nothing(temporary):
    first, second = servers_of_one_host(2, "none")
    first.provide()
    [right] = [case for case in CASES if case.name == "right"]
    submission = Submission("someone", "right.ipynb", lambda: right.data)
    rows = [mark_submission(submission, server, 7, LIMITS) for server in (first, second)]
    folder = first._host.folder
    assert not (folder / "package/sepconv/exercises").exists()
    first.close()
    assert mark_submission(submission, second, 7, LIMITS) == rows[0] == rows[1]
    second.close()
    assert not folder.exists()
    # The first begins anew, with a process of its own, as after one that has died.
    assert mark_submission(submission, first, 7, LIMITS) == rows[0]
    first.close()


# What knows the right observation of this very seed, and sends it in the place of its own, scores nowhere: the observer looks
# once more, at data or at a module that is rebuilt from data, where no submission runs; and what is said of memory is tried.
# The watch of fair_timer only names one mistake. What it returns, the medians for a drawn clock, is itself the answer.
ANSWERS = {"fair_timer"}
OBSERVED = [exercise for exercise in all_exercises() if exercise.observe or exercise.watch]
FORGES = """
import json, sepconv.grading.child as child
def forged(exercise, value, seed):
    return {{"answer": "{name}", "state": "run", "name": "{name}", "is_type": False, "parameters": None, "source": "",
             "blank": False, "outcomes": json.loads({outcomes!r}), "printed": ""}}
child.answer_of = forged
def {name}(*arguments): return 0
"""


def points_for_outcomes_of(seed, exercise, server):
    """Forge the messages of a submission with the right outcomes of a seed; it is marked with the seed 7."""
    right = outcomes_of_spec(exercise, -1, seed)
    outcomes = [{"value": encode(outcome.value), "changed": [], "raw": 0} for outcome in right]
    code = FORGES.format(name=exercise.name, outcomes=json.dumps(outcomes))
    row = mark_submission(Submission("someone", "x.ipynb", lambda: notebook(code)), server, 7, LIMITS)
    return {e["exercise"]: e["points"] for e in row["exercises"]}[exercise.name]


@pytest.mark.parametrize("exercise", OBSERVED, ids=lambda exercise: exercise.name)
def test_who_sends_a_right_observation_scores_only_where_it_is_the_answer(exercise, server):
    points = points_for_outcomes_of(7, exercise, server)
    assert points == (exercise.points if exercise.name in ANSWERS else 0)


# Of those without an observer a few will do here: tests/test_fresh_cases.py compares the outcomes of all of them.
FEW = [
    exercise for exercise in all_exercises() if exercise.name in ("conv_params", "is_separable", "count_conv")
]


@pytest.mark.parametrize("exercise", [*OBSERVED, *FEW], ids=lambda exercise: exercise.name)
def test_who_sends_the_right_outcomes_of_another_seed_scores_nowhere(exercise, server):
    assert points_for_outcomes_of(8, exercise, server) == 0
    if exercise in FEW:
        assert points_for_outcomes_of(7, exercise, server) == exercise.points


def test_the_corpus_is_large_enough_and_its_names_differ():
    assert len(CASES) >= 45
    assert len({case.name for case in CASES}) == len(CASES)
