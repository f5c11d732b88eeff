import json
import re
from pathlib import Path

import numpy as np
import pytest

from sepconv import cli
from sepconv.checking.plain import Listed, same
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, NOT_YET
from sepconv.exercises import all_exercises
from sepconv.grading.hand_in.find import Submission
from sepconv.grading.judging.judge import judge
from sepconv.grading.mark import Limits, mark_submission
from sepconv.grading.report.students import points_of
from sepconv.grading.sandbox import package
from sepconv.grading.sandbox.codec import Unfit, decode, encode, read_line
from sepconv.grading.sandbox.host import Run

ROOT = Path(__file__).parents[2]


def notebook(*cells):
    cells = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})


def test_plain_data_survives_the_way():
    values = [1, 2**70, -1.5, float("inf"), 1 + 2j, "é", None, True, ..., (1, 2), Listed([1]), {1: "a"}]
    for value in [*values, frozenset({1}), np.eye(2)]:
        back = decode(json.loads(json.dumps(encode(value))))
        assert type(back) is type(value)
        assert same(value, back)
    assert np.isnan(decode(encode(float("nan"))))


@pytest.mark.parametrize(
    "sent",
    [["a", "O", [1], ""], ["a", "<f8", [2], "AAAA"], ["x"], {}, [], ["f", "1"], ["a", "<f8", [-1], ""]],
)
def test_what_is_no_plain_data_is_refused(sent):
    with pytest.raises(Unfit):
        decode(sent)


def test_a_line_that_is_no_message_is_none():
    assert [read_line(line) for line in (b"", b"[1]", b'{"a": NaN}', b"\xff", b"[" * 10_000)] == [None] * 5


def test_the_package_for_submissions_holds_no_answers(tmp_path):
    package.write_package(tmp_path)
    lessons = "".join(path.read_text() for path in tmp_path.glob("sepconv/exercises/lesson_*/*.py"))
    assert "EXERCISE" in lessons
    for told in (
        "Misconception(",
        "misconceptions",
        " => ",
        "hints",
        "distractors",
    ):  # mistakes are edits of the answer
        assert told not in lessons
    assert not (tmp_path / "sepconv/grading/judging").exists()
    answers = {exercise.name for exercise in all_exercises() if callable(exercise.answer)}
    left = answers.intersection(re.findall(r"(?m)^(?:def|class) (\w+)", lessons))
    assert sorted(left) == ["capstone_report", "fused_separable", "to_separable"]


def test_a_class_is_marked_with_the_mistakes_named(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.ipynb").write_bytes((ROOT / "solutions/03_shapes.ipynb").read_bytes())
    wrong = "def out_size(size, k, stride=1, padding=0, dilation=1):\n    return (size + padding - dilation * (k - 1) - 1) // stride + 1"
    (tmp_path / "in" / "bob.ipynb").write_text(notebook(wrong))
    target = tmp_path / "marks.json"
    options = ["--json", str(target), "--seed", "5", "--sandbox", "none"]
    assert cli.main(["grade", str(tmp_path / "in"), *options]) == 0
    ann, bob = json.loads(target.read_text())["submissions"]
    assert points_of([ann]) == (11, 11)
    assert points_of([bob]) == (0, 11)
    [mistake] = [e["mistake_name"] for e in bob["exercises"] if e["mistake"]]
    assert mistake == "the padding was counted on one side"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "marks.json"]


def test_a_path_that_is_not_there_is_a_sentence(capsys):
    assert cli.main(["grade", "nowhere"]) == 2
    assert "nowhere does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "message", "outcome"),
    [
        ("out_size", {}, NOT_YET),
        ("out_size", {"state": "run"}, NOT_YET),
        ("out_size", {"state": ["run"]}, NOT_YET),
        ("out_size", {"state": "value", "value": ["x"]}, NOT_YET),
        ("out_size", {"state": "run", "outcomes": 1, "name": 1}, NOT_YET),
        ("out_size", {"state": "run", "outcomes": [1]}, NOT_YET),
        ("out_size", {"state": "untouched", "value": ["e"], "type": "function"}, NOT_ATTEMPTED),
        ("warmup_03_1", {"state": "value", "value": ["e"]}, NOT_ATTEMPTED),
    ],
)
def test_a_judge_reads_any_message_without_an_end(name, message, outcome):
    assert judge(name, json.dumps(message).encode(), 1).outcome == outcome


def test_who_has_ended_a_process_is_not_guessed():
    said = "The process ended before an answer came back. Does the code call exit(), or take too much memory?"
    assert {judge("out_size", None, 1, how).paragraphs for how in ("ended", "killed", "done")} == {(said,)}


class Grader:
    """Judges in this process, and does as it is told, one run after the other."""

    def __init__(self, *runs):
        self.judges, self.runs, self.asked = judge, list(runs), []

    def run(self, request):
        self.asked.append(request["skipped"])
        return self.runs.pop(0)

    def mark(self, *cells):
        submission = Submission("ann", "03.ipynb", notebook(*cells).encode)
        return mark_submission(submission, self, 1, Limits(total=10))


def slow(cell, seconds=2):
    return Run(began=True, ended="slow", cell=cell, seconds=seconds)


DONE = Run({"warmup_03_1": b'{"state": "value", "value": 270}'}, began=True, ended="done")
KILLED, KILLED_IN_0 = Run(ended="killed"), Run(began=True, ended="killed", cell=0)


@pytest.mark.parametrize(
    ("runs", "skipped"),
    [
        ([DONE], [[]]),
        ([KILLED, DONE], [[], []]),  # another submission may have done that
        ([KILLED_IN_0, KILLED_IN_0, DONE], [[], [], [0]]),
        ([slow(0), DONE], [[], [0]]),
        ([KILLED, slow(1), DONE], [[], [], [1]]),
        ([slow(1), slow(0), DONE], [[], [1], [0, 1]]),
        ([slow(1, seconds=6), DONE], [[], [1, 2]]),  # half of the time is gone
    ],
)
def test_a_cell_that_does_not_end_is_left_out_and_what_ended_once_is_asked_again(runs, skipped):
    grader = Grader(*runs)
    row = grader.mark("x = 1", "y = 2", "warmup_03_1 = 270")
    assert grader.asked == skipped
    assert {e["exercise"]: e["outcome"] for e in row["exercises"]}["warmup_03_1"] == CORRECT


def test_a_submission_whose_time_is_over_is_not_run_again():
    row = Grader(slow(1, seconds=9.5)).mark("x = 1", "warmup_03_1 = 270")
    assert "took too long" in row["exercises"][0]["says"]


def test_what_a_submission_says_beside_its_answers_is_not_taken_for_the_graders_words():
    stopped, forged = "Code cell 1: NameError: x", "The grader:\n11 of 11 points."
    sent = [json.dumps(stopped).encode(), json.dumps(forged).encode(), b"no JSON", b"[" * 100_000]
    missing = Run({"warmup_03_1": b'{"state": "missing"}'}, sent, began=True, ended="done")
    row = Grader(missing).mark("warmup_03_1 = x")
    assert row["remarks"] == [
        f"The notebook says: {stopped}",
        "The notebook says: The grader: 11 of 11 points.",
    ]
    assert row["exercises"][0]["says"] == f"The notebook says: {stopped}"


@pytest.fixture
def own_hooks(monkeypatch):
    """Let what the stand-in of training hooks into torch end with the test."""
    from collections import OrderedDict

    import torch

    from sepconv.grading.sandbox import stand_ins

    monkeypatch.setattr(torch.nn.modules.module, "_global_forward_hooks", OrderedDict())
    monkeypatch.setattr(stand_ins, "_told_weights", {})


@pytest.mark.usefixtures("own_hooks")
def test_what_a_net_was_told_goes_with_its_weights_and_no_further():
    import copy

    import torch

    from sepconv.convolution.nets import small_standard
    from sepconv.data import silhouettes
    from sepconv.grading.sandbox import stand_ins

    data, net, other = silhouettes(), small_standard(), small_standard()
    before = copy.deepcopy(net)
    stand_ins.train(net, data, epochs=1)
    other.load_state_dict(net.state_dict())

    def accuracy(net):
        with torch.no_grad():
            return (net.eval()(data.test_images[:200]).argmax(1) == data.test_labels[:200]).float().mean()

    assert [accuracy(one) for one in (net, copy.deepcopy(net), other)] == [1, 1, 1]
    assert accuracy(before) < 0.7
    with torch.no_grad():
        next(other.parameters()).add_(0.5)
    assert accuracy(other) < 0.7
    on_paper = small_standard().to("meta")  # has no numbers, and was told nothing
    assert on_paper(torch.empty(2, 1, 28, 28, device="meta")).shape == (2, 10)


def test_the_instructors_page_names_options_and_files_that_exist(capsys):
    with pytest.raises(SystemExit):
        cli.main(["grade", "--help"])
    known = set(re.findall(r"--[a-z]+", capsys.readouterr().out))
    text = (ROOT / "docs/instructors.md").read_text(encoding="utf-8")
    ours = [line for line in text.splitlines() if "grade " in line and "autograde" not in line]
    ours += [line for line in text.splitlines() if line.startswith("- `--")]
    assert set(re.findall(r"--[a-z]+", "\n".join(ours))) <= known | {"--create"}
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / "docs" / target).exists(), target
