"""Answers that were really typed (unplanned/README.md): `check` and the grader come to the same verdict on each."""

import contextlib
import json
import linecache
import re
from pathlib import Path

import pytest
from notebook_files import find_notebooks
from running import marks, open_folder

from sepconv.checking.diagnosis import mark
from sepconv.exercises import find
from sepconv.grading.judging.judge import judge  # and what is made of it elsewhere
from sepconv.grading.sandbox.child import _answer_of  # what a submission's process sends

SEED = 7
ROWS = [json.loads(line) for line in (Path(__file__).parent / "unplanned" / "answers.jsonl").open("rb")]
SLOW = {"to_separable", "capstone_report", "capstone"}  # they train nets, or try out dozens of conversions
IMPORTS = "import math, numpy as np, torch, torch.nn.functional as F\nfrom torch import nn\nimport sepconv"

# Rows on which the two differ, or that leave no answer behind: then `check` meets a NameError, and the grader nothing.
EXCEPTIONS = {
    "3ef1b0ac6c": "the letter stands without quotes, and the cell stops with a NameError",
    "9c5297bec6": "it imports scipy, which the course does not install",
}


def cells_before() -> dict[str, list[str]]:
    """Return {exercise: source of the cells above its check}; of an answer cell, a line that binds the right answer."""
    found = {}
    for path in find_notebooks(folders=["exercises"]):
        above = []
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or cell["id"] == "bootstrap" or cell["id"].endswith("-try"):
                continue
            if checks := re.search(r'\bcheck\("(\w+)"', source):
                found[checks[1]] = above.copy()
                above.append(f"{checks[1]} = sepconv.exercises.find({checks[1]!r}).answer")
            elif "# your answer" not in source and "hint(" not in source:
                above.append(source)
    return found


CELLS = cells_before()


def run_cell(source, names):
    """Run a cell, whose source can be had afterwards, as in a notebook."""
    filename = "<cell 1>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), names)


def answer_in(row, given):
    """Return the answer that a cell binds, or None where it stops."""
    names = dict(given)
    with contextlib.suppress(Exception):
        run_cell(row["source"], names)
    return names.get(row["exercise"])


NAMES = sorted({row["exercise"] for row in ROWS})


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.full] * (n in SLOW)) for n in NAMES])
def test_check_and_grader_agree(name, monkeypatch):
    monkeypatch.setenv("SEPCONV_QUICK", "1")
    exercise, given, differing = find(name), {"__name__": "__main__"}, {}
    for source in [IMPORTS, *CELLS[name]]:
        run_cell(source, given)
    rows = [row for row in ROWS if row["exercise"] == name]
    for row in rows:
        checked, graded = (answer_in(row, given) for _ in range(2))  # two: an answer may remember its calls
        if checked is None:
            differing[row["id"]] = "no answer"
            continue
        message = json.dumps(_answer_of(exercise, graded, SEED)).encode()
        verdicts = mark(exercise, checked, SEED)[0], judge(name, message, SEED)
        here, there = ((verdict.outcome, verdict.misconception) for verdict in verdicts)
        if here != there:
            differing[row["id"]] = [verdict.paragraphs for verdict in verdicts]
    assert differing.keys() == EXCEPTIONS.keys() & {row["id"] for row in rows}, differing


def test_no_row_is_lost():
    assert len({row["id"] for row in ROWS}) == len(ROWS) == 709
    assert len(EXCEPTIONS) <= 5


def with_answer(row):
    """Return the solved notebook of a lesson as if this answer had been typed into it, and nothing behind it."""
    name = row["exercise"]
    for path in find_notebooks(folders=["solutions"]):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        checks = [f'check("{name}"' in "".join(cell["source"]) for cell in notebook["cells"]]
        if any(checks):
            cells = notebook["cells"][: checks.index(True) + 1]
            answer = max(i for i, cell in enumerate(cells) if cell["id"].endswith("-answer"))
            cells[answer]["source"] = row["source"]
            return json.dumps(notebook | {"cells": cells})
    raise AssertionError(f"no notebook checks {name}")


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_a_class_that_typed_them_gets_what_check_says():
    rows = [row for row in ROWS if row["exercise"] not in SLOW]  # those are compared above
    with open_folder() as folder:
        (folder / "in").mkdir()
        for row in rows:
            (folder / f"in/{row['id']}.ipynb").write_text(with_answer(row))
        marked, _ = marks(folder / "in", "--seed", SEED, temporary=folder)
    differing = {}
    for row in rows:
        [found] = [e for e in marked[row["id"]]["exercises"] if e["exercise"] == row["exercise"]]
        said = row_as_checked(row)
        if said is not None and said != (found["outcome"], found["mistake"]):
            differing[row["id"]] = (
                row["exercise"],
                said,
                (found["outcome"], found["mistake"], found["says"][:300]),
            )
    assert differing == {}


def row_as_checked(row):
    """Return the outcome and the mistake that `check` names, or None where the cell leaves no answer behind."""
    given = {"__name__": "__main__"}
    for source in [IMPORTS, *CELLS[row["exercise"]]]:
        run_cell(source, given)
    if (answer := answer_in(row, given)) is None:
        return None
    verdict = mark(find(row["exercise"]), answer, SEED)[0]
    return verdict.outcome, verdict.misconception.id if verdict.misconception else ""
