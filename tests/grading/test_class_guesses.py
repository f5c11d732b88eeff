"""What a class believed: counted from files that anybody may have written, and without anybody's name."""

import json
import zipfile

import pytest
from class_results import exercise, result, row

from sepconv import cli
from sepconv.checking import record
from sepconv.exercises.guesses import find_guess
from sepconv.grading import run
from sepconv.grading.hand_in.find import find_progress, find_submissions
from sepconv.grading.report.guesses import believed
from sepconv.grading.report.page import as_feedback, as_page
from sepconv.grading.report.text import for_instructor


def progress(**guesses):
    made = {name: {"outcome": outcome, "thought": thought} for name, (outcome, thought) in guesses.items()}
    return json.dumps(
        record._empty() | {"guesses": {f"05_{name}": one for name, one in made.items()}}
    ).encode()


FLAT = progress(weights=("other", "M06"), gradient=("near", ""))
RIGHT = progress(weights=("right", ""))


def handed_in(folder, **files):
    for name, content in files.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "progress.json").write_bytes(content)
    return folder


def counted(folder):
    return believed(find_progress([folder]))


def test_guesses_and_thoughts_are_counted_and_the_least_known_comes_first(tmp_path):
    rows, said = counted(handed_in(tmp_path, ann=FLAT, bob=FLAT, eve=RIGHT))
    flat = next(one.name for one in find_guess("05_weights").thoughts if one.id == "M06")
    assert rows == [
        {"guess": "05_gradient", "students": 2, "right": 0, "near": 2, "other": 0, "thoughts": []},
        {"guess": "05_weights", "students": 3, "right": 1, "near": 0, "other": 2, "thoughts": [[2, flat]]},
    ]
    assert said == []


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"9" * 100_000,
        b" " * 30_000_000,
        b'{"version": 2}',
        b'{"version": 1, "guesses": {"05_weights": {}}}',
        b'{"version": true, "guesses": {}, "checks": {}, "again": {}, "asked": []}',
    ],
)
def test_a_file_that_is_no_record_costs_nobody_anything(tmp_path, hostile):
    rows, said = counted(handed_in(tmp_path, ann=FLAT, eve=hostile))
    assert [row["students"] for row in rows] == [1, 1]
    assert said == ["Files of progress that could not be read, or are of a newer version: 1."]


def test_only_names_of_the_course_come_into_a_report(tmp_path):
    made = progress(weights=("<script>", "M06"), gradient=("near", "<b>Ann</b>"), shuffle=("other", "M99"))
    more = json.loads(made) | {"name": "Ann", "checks": {"Ann": {}}}
    more["guesses"] |= {"Ann": {"outcome": "right", "thought": ""}, "05_swap": ["right"], "05_ffn": None}
    assert counted(handed_in(tmp_path, eve=json.dumps(more).encode())) == ([], [])


def test_each_student_counts_once(tmp_path):
    handed_in(tmp_path, ann=FLAT)
    handed_in(tmp_path / "ann", my=FLAT, old=FLAT)
    with zipfile.ZipFile(tmp_path / "eve.zip", "w") as archive:
        for folder in ("my", "exercises", "hw 3"):  # no names
            archive.writestr(f"{folder}/progress.json", RIGHT)
    rows, _ = counted(tmp_path)
    assert {row["guess"]: row["students"] for row in rows} == {"05_gradient": 1, "05_weights": 2}


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "private.json").write_bytes(FLAT)
    (tmp_path / "in" / "eve").mkdir(parents=True)
    (tmp_path / "in" / "eve" / "progress.json").symlink_to(tmp_path / "private.json")
    assert find_progress([tmp_path / "in"]) == []


def test_it_is_no_file_that_should_have_been_a_notebook(tmp_path):
    handed_in(tmp_path, ann=FLAT)
    (tmp_path / "ann" / "progress.json.lock").touch()
    assert find_submissions([tmp_path]) == ([], [])


def test_the_reports_show_it_without_names(tmp_path):
    rows, _ = counted(handed_in(tmp_path, Zoe_Q=FLAT, Bob_Q=FLAT, Eve_Q=RIGHT))
    found = result(row("x", "x/3.ipynb", exercise())) | {"guesses": rows}
    line = "    2 of 3 ×  the filters were taken to be flat (the guess 05_weights)"
    assert line in for_instructor(found).splitlines()
    page = as_page(found)
    assert "What the class believed" in page
    assert "2 × the filters were taken to be flat" in page
    assert "_Q" not in page + for_instructor(found)
    assert "believed" not in as_feedback(found["submissions"])


def test_the_command_reads_them(monkeypatch, capsys, tmp_path):
    found = result(row("ann", "ann/3.ipynb", exercise()))
    monkeypatch.setattr(run, "grade", lambda submissions, options: (found, run.Kept(None, options, "none")))
    folder = handed_in(tmp_path / "in", ann=FLAT, bob=FLAT)
    (folder / "ann" / "3.ipynb").touch()
    assert cli.main(["grade", str(folder), "--json", str(tmp_path / "all.json")]) == 0
    assert "What the class believed:" in capsys.readouterr().out
    assert json.loads((tmp_path / "all.json").read_text())["guesses"][1]["students"] == 2
