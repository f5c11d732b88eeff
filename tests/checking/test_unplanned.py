"""Answers that were really typed (unplanned/README.md): `check` and the grader come to the same verdict on each."""

import json
from pathlib import Path

import pytest
import try_answers
from notebook_files import find_notebooks
from running import marks, open_folder
from try_answers import answer_in, in_a_word

from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import find
from sepconv.grading.judging.judge import judge  # and what is made of it elsewhere
from sepconv.grading.sandbox.child import _answer_of  # what a submission's process sends

SEED = 0  # check's own
FILE = Path(__file__).parent / "unplanned" / "answers.jsonl"
ROWS = list(map(json.loads, FILE.read_text(encoding="utf-8").splitlines()))
MUST = dict(line.split(" ", 1) for line in FILE.with_suffix(".must").read_text(encoding="utf-8").splitlines())
SLOW = {"to_separable", "capstone_report", "capstone"}  # they train nets, or try out dozens of conversions

# Rows on which the two differ, or that leave no answer behind: then `check` meets a NameError, and the grader nothing.
EXCEPTIONS = {
    "3ef1b0ac6c": "the letter stands without quotes, and the cell stops with a NameError",
    "9c5297bec6": "it imports scipy, which the course does not install",
}
# The explorer is a picture, and a submission draws none: the grader asks for the dict that was printed.
NOT_IN_A_CLASS = {
    "47f3106142": "explore(...).answer()",
    "f31fc17d07": "explore(...), something selected by code, .answer()",
}


NAMES = sorted({row["exercise"] for row in ROWS})


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.full] * (n in SLOW)) for n in NAMES])
def test_check_says_what_it_must_and_the_grader_agrees(name, monkeypatch):
    monkeypatch.setenv("SEPCONV_QUICK", "1")
    exercise, differing, said = find(name), {}, {}
    rows = [row for row in ROWS if row["exercise"] == name]
    for row in rows:
        checked, graded = (answer_in(row) for _ in range(2))  # two: an answer may remember its calls
        if checked is None:
            differing[row["id"]] = said[row["id"]] = "no answer"
            continue
        message = json.dumps(_answer_of(exercise, graded, SEED)).encode()
        verdicts = mark(exercise, checked, SEED)[0], judge(name, message, SEED)
        here, there = ((verdict.outcome, verdict.misconception) for verdict in verdicts)
        if here != there:
            differing[row["id"]] = [verdict.paragraphs for verdict in verdicts]
        said[row["id"]] = in_a_word(exercise, verdicts[0])
    assert differing.keys() == EXCEPTIONS.keys() & {row["id"] for row in rows}, differing
    changed = {id: (MUST.get(id), word) for id, word in said.items() if MUST.get(id) != word}
    assert changed == {}, (
        "if this is better: tools/try_answers.py tests/checking/unplanned/answers.jsonl --write"
    )


def test_no_row_is_lost():
    assert len({row["id"] for row in ROWS}) == len(ROWS) == 709
    assert MUST.keys() == {row["id"] for row in ROWS}
    assert len(EXCEPTIONS | NOT_IN_A_CLASS) <= 5


def test_a_file_of_answers_is_tried_and_counted(tmp_path, capsys):
    rows = [
        {
            "exercise": "out_size",
            "kind": kind,
            "mistake": "",
            "source": f"def out_size(size, k, stride=1, padding=0, dilation=1):\n    return {answer}",
        }
        for kind, answer in [
            ("right", "(size + 2 * padding - dilation * (k - 1) - 1) // stride + 1"),
            ("wrong", "(size + 2 * padding - dilation * k) // stride + 1"),
            ("wrong", "size"),
        ]
    ]
    file = tmp_path / "typed.jsonl"
    file.write_text(
        "\n".join(map(json.dumps, [*rows, rows[0] | {"kind": "wrong", "id": "x"}])), encoding="utf-8"
    )
    try_answers.main([str(file), "--write"])
    said = capsys.readouterr().out
    assert "right, accepted: 1\nwrong, accepted: 1\nwrong, named: 1\nwrong, told: 1\ntime: median" in said
    assert "! x out_size, wrong (): accepted" in said
    assert file.with_suffix(".must").read_text().splitlines() == [
        "1 accepted",
        "2 named M42",
        "3 told",
        "x accepted",
    ]


@pytest.mark.parametrize("row", [pytest.param(r, id=r["id"]) for r in ROWS if r["verdict"] in (1, 2)])
def test_a_wrong_answer_is_refused_or_remarked_on_and_a_right_one_is_accepted_in_any_form(row):
    verdict = mark(find(row["exercise"]), answer_in(row), SEED)[0]
    if row["kind"] == "right":
        assert verdict.outcome == CORRECT
    else:
        assert verdict.outcome == NOT_YET or verdict.paragraphs


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
    assert differing.keys() == NOT_IN_A_CLASS.keys(), differing


def row_as_checked(row):
    """Return the outcome and the mistake that `check` names, or None where the cell leaves no answer behind."""
    if (answer := answer_in(row)) is None:
        return None
    verdict = mark(find(row["exercise"]), answer, SEED)[0]
    return verdict.outcome, verdict.misconception.id if verdict.misconception else ""
