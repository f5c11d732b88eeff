"""No notebook changes the mark of another, each gets its own honest one, and none leaves a process or a file behind."""

import os
import time
from pathlib import Path

import pytest
from corpus import CASES, OTHERS, OUT_SIZE, WRONG, notebook
from running import IS_ROOT, NOBODY, marks, open_folder, processes_that_mention

from sepconv.grading.report.students import points_of

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the corpus is for systems that fork"),
    pytest.mark.timeout(1800),
]
RIGHT = notebook(OUT_SIZE, *OTHERS)
OTHERS_WRONG = "def same_padding(k, dilation=1): return k\ndef receptive_field(layers): return 1"
ALL_WRONG = notebook(WRONG, OTHERS_WRONG)
SLOWEST = 40.0  # seconds: --total 30, 5 more, and those of a busy machine
# Whose processes, the sandbox, and how many classmates stand beside each notebook.
MODES = [(None, "none", 2)]
MODES += [
    pytest.param((user, sandbox, 6), marks=pytest.mark.full)
    for user in (None, NOBODY)
    for sandbox in ("none", "bwrap")
]


def named(mode):
    return f"{mode[0] or 'own user'}, {mode[1]}, {mode[2]}"


@pytest.fixture(scope="module", params=MODES, ids=named)
def graded(request):
    """Classmates beside each notebook of the corpus, right and wrong ones in turn, all marked in one run."""
    user, sandbox, mates = request.param
    if user and not IS_ROOT:
        pytest.skip("only root can be another user")
    with open_folder() as folder:
        (folder / "in").mkdir()
        for number, case in enumerate(CASES):
            (folder / f"in/{number:03}_.ipynb").write_bytes(case.data)
            for mate in range(mates):
                (folder / f"in/{number:03}_{mate}.ipynb").write_bytes(ALL_WRONG if mate % 2 else RIGHT)
        options = ("--sandbox", sandbox, "--seed", 7, "--seconds", 2, "--total", 30, "--memory", 1)
        rows, _ = marks(folder / "in", *options, temporary=folder, as_user=user)
        yield rows, folder, request.param


def left_where_everybody_may_write():
    """Remove what a submission has left there, and return it."""
    places = [Path(folder, "sepconv-left") for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")]
    left = [path for path in places if path.exists()]
    for path in left:
        path.unlink()
    return left


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number].name)
def test_each_notebook_gets_its_honest_mark_and_so_do_those_beside_it(number, graded):
    (rows, _, (_, _, count)), case = graded, CASES[number]
    row = rows[f"{number:03}_"]
    mates = [points_of([rows[f"{number:03}_{mate}"]])[0] for mate in range(count)]
    assert mates == [5, 0] * (count // 2)
    assert points_of([row])[0] == case.points, [*row["remarks"], *(e["says"] for e in row["exercises"][3:8])]
    assert case.problem in row["problem"]
    assert bool(row["problem"]) == bool(case.problem)


def test_nothing_stays_behind(graded):
    _, folder, (user, sandbox, _) = graded
    assert sorted(path.name for path in folder.iterdir()) == ["in", "marks.json"]
    left, may_leave = left_where_everybody_may_write(), sandbox == "none" and (user or not IS_ROOT)
    assert bool(left) == bool(may_leave)  # the README says so
    end = time.monotonic() + 10
    while processes_that_mention(str(folder)) and time.monotonic() < end:
        time.sleep(0.1)
    assert processes_that_mention(str(folder)) == []


def test_the_corpus_is_large_enough_and_its_names_differ():
    assert len(CASES) >= 110
    assert len({case.name for case in CASES}) == len(CASES)
