import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from jupyter_page import open_browser

from sepconv import cli
from sepconv.grading import page, report, run, without_answers
from sepconv.grading.codec import Unfit, decode, encode, read_line
from sepconv.grading.hand_in import Submission
from sepconv.grading.judge import judge
from sepconv.grading.marking_one import mark_submission
from sepconv.grading.servers import ServerGone
from sepconv.marking.plain import Listed, plain, same

ROOT = Path(__file__).parent.parent


def notebook(*cells):
    return json.dumps(
        {"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    )


def test_plain_data_survives_the_way():
    values = [
        1,
        2**70,
        -1.5,
        float("inf"),
        1 + 2j,
        "é",
        None,
        True,
        ...,
        (1, 2),
        Listed([1]),
        {1: "a"},
        frozenset({1}),
        np.eye(2),
    ]
    for value in values:
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
    package = without_answers.write_package(tmp_path)
    source = "".join(path.read_text() for path in (package / "sepconv/exercises").rglob("*.py"))
    assert "Misconception(" not in source
    assert not (package / "sepconv/grading/judge.py").exists()
    assert without_answers.answers_left() == ["fused_separable", "to_separable", "capstone_report"]


def test_a_run_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    marked = []

    def mark(submission, *_):
        marked.append(submission.name)
        if len(marked) == 3:
            raise KeyboardInterrupt
        return {
            "student": submission.student,
            "file": submission.name,
            "problem": "",
            "remarks": [],
            "exercises": [],
        }

    def one_after_the_other(todo, _jobs, _sandbox, kept, _options):
        for i, submission in todo:
            kept.add(i, submission, mark(submission))

    monkeypatch.setattr(run, "_mark_all", one_after_the_other)
    submissions = [Submission("ann", f"{i}.ipynb", lambda i=i: b"%d" % i) for i in range(5)]
    options = run.Options(kept=tmp_path / "marks.unfinished", sandbox="none")
    with pytest.raises(KeyboardInterrupt):
        run.grade(submissions, options)
    with open(options.kept, "a") as file:
        file.write('{"cut o')
    result, kept = run.grade(submissions, options)
    assert marked == ["0.ipynb", "1.ipynb", "2.ipynb", "2.ipynb", "3.ipynb", "4.ipynb"]
    assert [row["file"] for row in result["submissions"]] == [f"{i}.ipynb" for i in range(5)]
    kept.finish()
    assert list(tmp_path.iterdir()) == []


def a_result():
    exercise = {
        "exercise": "out_size", "lesson": 3, "outcome": "not yet", "points": 0, "of": 2,
        "mistake": "M1", "mistake_name": "<b> was bold", "says": "=1+1",
    }  # fmt: skip
    rows = [
        {"student": "=cmd", "file": "a", "problem": "", "remarks": [], "exercises": [exercise]},
        {"student": "bob", "file": "b", "problem": "The file is empty.", "remarks": [], "exercises": []},
    ]
    return {"seed": 1, "sandbox": "none", "submissions": rows}


def test_reports_hold_every_row_and_run_nothing():
    rows = list(csv.DictReader(io.StringIO(report.as_csv(a_result()))))
    assert [row["student"] for row in rows] == ["'=cmd", "bob"]
    assert rows[0]["says"] == "'=1+1"
    assert rows[1]["says"] == "The file is empty."
    html = page.as_page(a_result())
    assert "&lt;b&gt; was bold" in html
    assert "<b>" not in html
    assert json.loads(report.as_json(a_result()))["mistakes"] == [[1, "out_size", "M1", "<b> was bold"]]
    assert json.loads(report.as_gradescope(a_result()))["tests"][0]["max_score"] == 2


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_page(scheme):
    from axe_playwright_python.sync_playwright import Axe

    with open_browser() as browser:
        tab = browser.new_page()
        tab.emulate_media(color_scheme=scheme)
        tab.set_content(page.as_page(a_result()))
        tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        found = Axe().run(tab).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_class_is_marked_with_the_mistakes_named(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.ipynb").write_bytes((ROOT / "solutions/03_shapes.ipynb").read_bytes())
    wrong = "def out_size(size, k, stride=1, padding=0, dilation=1):\n    return (size + padding - dilation * (k - 1) - 1) // stride + 1"
    (tmp_path / "in" / "bob.ipynb").write_text(notebook(wrong))
    target = tmp_path / "marks.json"
    assert (
        cli.main(["grade", str(tmp_path / "in"), "--json", str(target), "--seed", "5", "--sandbox", "none"])
        == 0
    )
    ann, bob = json.loads(target.read_text())["submissions"]
    assert report.points_of([ann]) == (11, 11)
    assert report.points_of([bob]) == (0, 11)
    assert [e["mistake_name"] for e in bob["exercises"] if e["mistake"]] == [
        "the padding was counted on one side"
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "marks.json"]


def test_a_path_that_is_not_there_is_a_sentence(capsys):
    assert cli.main(["grade", "nowhere"]) == 2
    assert "nowhere does not exist" in capsys.readouterr().err


def test_a_judge_reads_any_message_without_an_end():
    for message in (
        {},
        {"state": "run"},
        {"state": "value", "value": ["x"]},
        {"state": "run", "outcomes": 1, "name": 1},
    ):
        assert judge("out_size", message, 1).outcome == "not yet"
    assert judge("warmup_03_1", {"state": "value", "value": encode(plain(...))}, 1).outcome == "not attempted"


def test_a_server_that_died_of_the_submission_before_costs_no_mark():
    class Dies:
        asked = 0

        def ask(self, request):
            self.asked += 1
            if self.asked == 1:
                raise ServerGone
            return b'{"answer": "warmup_03_1", "state": "value", "value": 270}\n{"done": true}\n', "ended"

    submission = Submission("ann", "03.ipynb", lambda: notebook("warmup_03_1 = 270").encode())
    row = mark_submission(submission, Dies(), 1)
    assert {e["exercise"]: e["outcome"] for e in row["exercises"]}["warmup_03_1"] == "correct"


def test_a_cell_that_ends_the_server_before_that_can_say_so_is_left_out_the_next_time():
    asked = []

    class Dies:
        def ask(self, request):
            asked.append(request["skipped"])
            if len(asked) < 4:  # only the third time it is known which cell ran
                raise ServerGone(b'{"cell": 0}\n' if len(asked) == 3 else b"")
            return b'{"answer": "warmup_03_1", "state": "value", "value": 270}\n{"done": true}\n', "ended"

    submission = Submission("ann", "03.ipynb", lambda: notebook("kill()", "warmup_03_1 = 270").encode())
    row = mark_submission(submission, Dies(), 1)
    assert asked == [[], [], [], [0]]
    assert {e["exercise"]: e["outcome"] for e in row["exercises"]}["warmup_03_1"] == "correct"


@pytest.fixture
def own_hooks(monkeypatch):
    """Let what the stand-in of training hooks into torch end with the test."""
    from collections import OrderedDict

    import torch

    from sepconv.grading import stand_ins

    monkeypatch.setattr(torch.nn.modules.module, "_global_forward_hooks", OrderedDict())
    monkeypatch.setattr(stand_ins, "_told_weights", {})


@pytest.mark.usefixtures("own_hooks")
def test_what_a_net_was_told_goes_with_its_weights_and_no_further():
    import copy

    import torch

    from sepconv.data import silhouettes
    from sepconv.grading import stand_ins
    from sepconv.nets import small_standard

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


def test_of_too_much_output_the_cell_that_wrote_it_is_left_out_and_not_the_next():
    asked = []

    class Floods:
        def ask(self, request):
            asked.append(request["skipped"])
            if request["skipped"]:
                return b'{"answer": "warmup_03_1", "state": "value", "value": 270}\n{"done": true}\n', "ended"
            return b'{"cell": 0}\n' + b"x" * 10_000 + b'{"cell": 1}\n{"cell": 1}\n{"cell": 2}\n', "large"

    cells = notebook("flood()", "x = 1", "warmup_03_1 = 270").encode()
    row = mark_submission(Submission("ann", "03.ipynb", lambda: cells), Floods(), 1)
    assert asked == [[], [0]]
    assert {e["exercise"]: e["outcome"] for e in row["exercises"]}["warmup_03_1"] == "correct"


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
