"""No submission scores above its honest mark, none stops the run, and none leaves a process or a file behind."""

import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from corpus import CASES

from sepconv.grading.marking_one import Limits, mark_submission
from sepconv.grading.report import points_of
from sepconv.grading.servers import Server
from sepconv.grading.submissions import Submission

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
def server(temporary):
    server = Server()
    yield server
    server.close()


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


def test_the_corpus_is_large_enough_and_its_names_differ():
    assert len(CASES) >= 45
    assert len({case.name for case in CASES}) == len(CASES)
