"""The worked examples of docs/maintaining.md do what the page says."""

import dataclasses
import itertools
import re
import textwrap
from pathlib import Path

import nbformat
import notebook_lint
import pytest
from also_right import RIGHT
from mutants import mutants
from nbclient import NotebookClient
from normalise_notebooks import normalise
from notebook_files import ROOT, dump, parse

from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, NOT_YET
from sepconv.exercises import all_exercises, find
from sepconv.exercises.mistakes import read_table

PAGE = (ROOT / "docs/maintaining.md").read_text(encoding="utf-8")


def example(heading, folder=None):
    """Run the Python blocks of a section, as one module; return its names.

    In a file of ``folder``, where one is given: mutants are made from a function's source.
    """
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r" *```python\n(.*?)\n *```", section, re.DOTALL)
    source = "\n\n\n".join(map(textwrap.dedent, blocks))
    names = {"__name__": "example"}
    path = (folder or Path("nowhere")) / "example.py"
    if folder:
        path.write_text(source, encoding="utf-8")
    exec(compile(source, str(path), "exec"), names)
    return names


def used_ids():
    return {mistake.id for exercise in all_exercises() for mistake in exercise.misconceptions}


def test_the_mistake_is_new_and_then_has_its_name():
    exercise = find("out_size")
    (mistake,) = read_table(example("A mistake that learners make")["MISTAKE"], exercise.answer)
    assert mistake.id not in used_ids()
    verdict, _ = mark(exercise, mistake.wrong)
    assert (verdict.outcome, verdict.misconception.id) == (
        NOT_YET,
        "factor-too-many",
    )  # a slip, by its general name
    extended = dataclasses.replace(exercise, misconceptions=[*exercise.misconceptions, mistake])
    for known in extended.misconceptions:
        assert mark(extended, known.wrong)[0].misconception is known
    for answer in [exercise.answer, *RIGHT[exercise.name]]:
        assert mark(extended, answer)[0].outcome == CORRECT


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    names = example("An exercise", tmp_path_factory.mktemp("example"))
    return dataclasses.replace(names["EXERCISE"], name="reads_of_one_input"), names["RIGHT"]


def test_the_exercise_keeps_the_kill_tables_rules(exercise):
    exercise, right = exercise
    assert exercise.name not in {known.name for known in all_exercises()}
    assert len(right[exercise.name]) >= 2
    assert len(exercise.misconceptions) >= 3
    for answer in [exercise.answer, *right[exercise.name]]:
        assert mark(exercise, answer)[0].outcome == CORRECT
    for mistake in exercise.misconceptions:
        assert mistake.id not in used_ids()
        assert mark(exercise, mistake.wrong)[0].misconception is mistake
    for one, other in itertools.combinations(exercise.misconceptions, 2):
        assert any(one.wrong(*case) != other.wrong(*case) for case in exercise.cases)
    assert mark(exercise, ...)[0].outcome == NOT_ATTEMPTED


def test_no_mutant_of_the_exercises_answer_passes(exercise):
    exercise, _ = exercise
    tried = list(mutants(exercise.answer))
    assert len(tried) >= 2
    assert [name for name, mutant in tried if mark(exercise, mutant)[0].outcome == CORRECT] == []


def test_the_smallest_lesson_runs_and_keeps_the_rules(tmp_path):
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    cells = [make[kind](source, id=cell_id) for kind, cell_id, source in example("A lesson")["CELLS"]]
    cells[5].source = cells[5].source.replace("14_idea", "05_weights")  # a guess that the package knows
    text = dump(nbformat.v4.new_notebook(cells=cells, metadata={}))
    notebook = normalise(parse(text, "14_a_new_lesson.ipynb"), clean=True)
    assert notebook.cells[1].source
    for rule in (
        notebook_lint.opening,
        notebook_lint.code_length,
        notebook_lint.prose_length,
        notebook_lint.ids,
        notebook_lint.forbidden_text,
        notebook_lint.accidental_lists,
    ):
        assert rule(notebook) == []
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert notebook.cells[5].outputs[-1].text.endswith("108\n")


def test_the_page_names_files_that_are_there():
    for name in re.findall(
        r"`((?:sepconv|tools|tests|docs|notebooks|solutions|binder|\.github)/[\w./-]*)`", PAGE
    ):
        assert (ROOT / name).exists() or "NN" in name, name
