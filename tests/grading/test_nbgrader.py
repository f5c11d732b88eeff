"""nbgrader takes the course's files as they are: it cuts the solutions, grades submissions, and exports the marks.

The exercises of `solutions/` go through `generate_assignment`. Handed in are a right and a wrong notebook in nbgrader's cut,
an untouched one, and a right one that was written in the course's own `exercises/`.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sepconv import cli
from sepconv.exercises import all_exercises
from sepconv.grading.report.students import points_of

pytest.importorskip("nbgrader", reason="nbgrader is not installed: its round trip was left out")
pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = ("03_shapes", "06_groups", "13_where_it_lives_now")
PADDING_ON_ONE_SIDE = """\
def out_size(size, k, stride=1, padding=0, dilation=1):
    return (size + padding - dilation * (k - 1) - 1) // stride + 1"""


def nbgrader(course, *arguments):
    """Run nbgrader in a course's folder; it calls other programs of its environment by their names."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {"PATH": path, "SEPCONV_QUICK": "1"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def answers_put_in(blank, solved):
    """Return a blank notebook with the answers of a solved one, as a student's editor would save it."""
    answers = {cell["id"]: cell["source"] for cell in solved["cells"] if cell["id"].endswith("-answer")}
    cells = [cell | {"source": answers.get(cell["id"], cell["source"])} for cell in blank["cells"]]
    return blank | {"cells": cells}


def hand_in(course, student, assignment, notebook):
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    (folder / f"{assignment}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of nbgrader's in which everything has been handed in and graded."""
    course = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "tools/nbgrader_config.py", course)
    for assignment in ASSIGNMENTS:
        (course / "source" / assignment).mkdir(parents=True)
        shutil.copy(ROOT / f"solutions/{assignment}.ipynb", course / "source" / assignment)
        nbgrader(course, "generate_assignment", assignment, "--create")
        solved = load(ROOT / f"solutions/{assignment}.ipynb")
        released = load(course / "release" / assignment / f"{assignment}.ipynb")
        own = load(ROOT / f"exercises/{assignment}.ipynb")
        hand_in(course, "right", assignment, answers_put_in(released, solved))
        hand_in(course, "untouched", assignment, released)
        hand_in(course, "in_exercises", assignment, answers_put_in(own, solved))
    shapes = load(course / "submitted/right/03_shapes/03_shapes.ipynb")
    wrong = {"cells": [{"id": "ex-out-size-answer", "source": PADDING_ON_ONE_SIDE}]}
    hand_in(course, "wrong", "03_shapes", answers_put_in(shapes, wrong))
    for assignment in ASSIGNMENTS:
        nbgrader(course, "autograde", assignment)
    nbgrader(course, "export")
    return course


def marks(course):
    with open(course / "grades.csv", newline="", encoding="utf-8") as file:
        return {
            (row["student_id"], row["assignment"]): (float(row["raw_score"]), float(row["max_score"]))
            for row in csv.DictReader(file)
            if row["raw_score"]
        }


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_exported_marks_are_those_of_the_answers(course, assignment):
    of = sum(exercise.points for exercise in all_exercises() if exercise.lesson == int(assignment[:2]))
    found = {who: mark for (who, about), mark in marks(course).items() if about == assignment}
    wrong = of - 2 if assignment == "03_shapes" else 0  # of the others nothing was handed in
    assert found == {"right": (of, of), "in_exercises": (of, of), "untouched": (0, of), "wrong": (wrong, of)}


def test_the_cut_is_that_of_exercises(course):
    for assignment in ASSIGNMENTS:
        released = load(course / "release" / assignment / f"{assignment}.ipynb")
        sources = {cell["id"]: cell["source"] for cell in released["cells"]}
        own = {cell["id"]: cell["source"] for cell in load(ROOT / f"exercises/{assignment}.ipynb")["cells"]}
        assert [*sources] == [*own]
        assert all(sources[id] == own[id] for id in own if id.endswith(("-answer", "-check")))


def test_the_grader_gives_the_same_marks_to_the_same_files(course):
    target = course / "marks.json"
    assert cli.main(["grade", str(course / "submitted"), "--json", str(target)]) == 0
    found = marks(course)
    rows = load(target)["submissions"]
    assert len(rows) == 3 * len(ASSIGNMENTS) + 1
    for row in rows:
        assert points_of([row]) == found[row["student"], Path(row["file"]).stem], row["file"]
