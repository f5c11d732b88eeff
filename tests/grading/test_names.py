"""The grader says of every wrong answer of the course what `check` says: not yet, and the same mistake by its name.

Each wrong answer of the specs is written down as source, handed in, run in a process that knows no answers, and judged.
"""

import itertools

import pytest
from also_right import RIGHT
from answers_as_cells import as_cell
from corpus import notebook
from running import Grader

from sepconv.checking.diagnosis import mark
from sepconv.exercises import all_exercises

EXERCISES = {exercise.name: exercise for exercise in all_exercises()}
LESSONS = sorted({exercise.lesson for exercise in EXERCISES.values()})
SEED = 11
# Which images an untrained net gets right is chance: this one has its name in most runs only, here and in check.
SOMETIMES_NAMED = [("capstone", "S1355")]


@pytest.fixture(scope="module")
def grader():
    grader = Grader(seconds=30, total=300)
    yield grader
    grader.close()


def submissions_of(lesson):
    """Yield ({exercise: answer}, cells): each answer of a lesson is handed in once, one of each exercise at a time."""
    columns = [
        [(exercise.name, answer) for answer in (*RIGHT.get(exercise.name, ()), *exercise.misconceptions)]
        for exercise in EXERCISES.values()
        if exercise.lesson == lesson
    ]
    for row in itertools.zip_longest(*columns):
        given = dict(filter(None, row))
        yield given, [as_cell(name, getattr(answer, "wrong", answer)) for name, answer in given.items()]


def differences(grader, lesson, most=None):
    found = []
    for given, cells in itertools.islice(submissions_of(lesson), most):
        row = grader.mark(notebook(*cells), f"{lesson:02}_x.ipynb", SEED)
        marked = {e["exercise"]: e for e in row["exercises"]}
        for name, answer in given.items():
            verdict, _ = mark(EXERCISES[name], getattr(answer, "wrong", answer), SEED)
            expected = verdict.outcome, verdict.misconception.id if verdict.misconception else ""
            got = marked[name]["outcome"], marked[name]["mistake"]
            id = getattr(answer, "id", "")
            chance = (name, id) in SOMETIMES_NAMED and {got, expected} == {("not yet", ""), ("not yet", id)}
            if got != expected and not chance:
                found.append((name, expected, got, marked[name]["says"][:900], row["remarks"][:2]))
    return found


@pytest.mark.parametrize("lesson", [lesson for lesson in LESSONS if lesson not in (12, 13)])
def test_the_first_answers_of_each_exercise(grader, lesson):
    assert differences(grader, lesson, most=3) == []


@pytest.mark.full
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_answer_of_the_course(grader, lesson):
    assert differences(grader, lesson) == []


def test_every_answer_can_be_handed_in():
    assert sum(len(given) for lesson in LESSONS for given, _ in submissions_of(lesson)) > 1000
