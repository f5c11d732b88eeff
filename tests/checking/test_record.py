"""The record of progress: nothing is lost, nothing stops a check, and no file but the one that is meant is written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from sepconv import NotYet, check, hint, progress, reveal, solution
from sepconv.checking import record
from sepconv.exercises import find

WRONG = find("out_size").misconceptions[0]


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path):
    """The file, of a record that begins anew."""
    path = tmp_path / "progress.json"
    monkeypatch.setenv("SEPCONV_PROGRESS", str(path))
    monkeypatch.setattr(record, "_waiting", [])
    monkeypatch.setattr(record, "_said", set())
    monkeypatch.setattr(record, "_chosen", [])
    return path


def refused(name="out_size", answer=WRONG.wrong):
    with pytest.raises(NotYet):
        check(name, answer)


def in_file(path):
    return json.loads(path.read_text("utf-8"))


def test_guesses_checks_hints_and_solutions_are_kept(kept):
    reveal("05_weights", "?", 12)
    reveal("05_weights", 4, 12)
    reveal("05_weights", 12, 12)
    reveal("05_gradient", 29, 30)
    refused()
    refused()
    check("out_size", find("out_size").answer)
    hint("conv2d_multi", 2)
    solution("conv2d_multi")
    found = in_file(kept)
    assert found["guesses"] == {
        "05_weights": {"outcome": "other", "thought": "M06"},
        "05_gradient": {"outcome": "near", "thought": ""},
    }
    nothing = {"attempts": 0, "hints": 0, "mistakes": {}, "solution": False, "solved": False}
    assert found["checks"] == {
        "out_size": nothing | {"attempts": 3, "mistakes": {WRONG.id: 2}, "solved": True},
        "conv2d_multi": nothing | {"hints": 2, "solution": True},
    }
    assert found["again"][WRONG.id] == {"due": find("out_size").lesson + 1, "times": 0}
    assert found["version"] == 1
    assert kept.stat().st_size < 1000


def test_a_stub_and_an_unclear_guess_are_no_attempt(kept):
    with pytest.raises(AssertionError, match="Not attempted"):
        check("out_size", ...)
    reveal("05_weights", "many", 12)
    assert not kept.exists()


WRITER = """
from sepconv.checking import record
from sepconv.exercises import find
from sepconv.checking.verdict import not_yet
for _ in range(200):
    record.checked(find({name!r}), not_yet("no"))
    record.checked(find("out_size"), not_yet("no"))
"""


def test_two_kernels_that_write_at_once_lose_nothing(kept):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER.format(name=name)])
        for name in ("conv2d_multi", "conv2d_single")
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    attempts = {name: one["attempts"] for name, one in in_file(kept)["checks"].items()}
    assert attempts == {"conv2d_multi": 200, "conv2d_single": 200, "out_size": 400}


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version":1}',
        b"[" * 10_000,
        b"9" * 5000,
        b" " * 2_000_000,
        b'{"version":1,"guesses":[],"checks":{},"again":{},"asked":[]}',
    ],
)
def test_a_damaged_file_is_put_aside_and_said_once(kept, capsys, damaged):
    kept.write_bytes(damaged)
    refused()
    refused()
    assert in_file(kept)["checks"]["out_size"]["attempts"] == 2
    assert kept.with_name("progress.damaged.json").read_bytes() == damaged
    assert capsys.readouterr().out.count("damaged") == 2  # in one sentence: what it was, and where it is
    kept.write_bytes(damaged)
    refused()
    assert kept.with_name("progress.damaged1.json").read_bytes() == damaged


def test_what_can_be_read_of_a_damaged_file_goes_on(kept):
    refused()
    found = in_file(kept)
    found["guesses"]["05_weights"] = {"outcome": 3, "thought": ""}
    found["checks"]["conv2d_multi"] = {"attempts": -1}
    kept.write_text(json.dumps(found))
    assert record.so_far()["checks"].keys() == {"out_size"}
    assert in_file(kept)["checks"].keys() == {"out_size"}
    assert in_file(kept)["guesses"] == {}
    assert kept.with_name("progress.damaged.json").exists()


def test_a_file_of_a_newer_version_stays_as_it_is(kept, capsys):
    kept.write_text('{"version": 2, "more": []}')
    refused()
    refused()
    assert kept.read_text() == '{"version": 2, "more": []}'
    assert capsys.readouterr().out.count("newer version") == 1
    assert record.so_far()["checks"]["out_size"]["attempts"] == 2


def test_a_folder_in_its_place_stops_no_check(kept, capsys):
    kept.mkdir()
    refused()
    refused()
    assert capsys.readouterr().out.count("Is a directory") == 1
    assert record.so_far()["checks"]["out_size"]["attempts"] == 2


def test_a_folder_that_is_not_to_be_written_stops_no_check(kept, capsys, monkeypatch):
    refused()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)  # whoever runs the tests may be root, who may do everything
    refused()
    refused()
    assert capsys.readouterr().out.count("Permission denied") == 1
    assert record.so_far()["checks"]["out_size"]["attempts"] == 3
    monkeypatch.undo()


def test_a_locked_file_is_tried_again_with_the_next_event(kept, capsys, monkeypatch):
    monkeypatch.setattr(record, "_PATIENCE", 0.01)
    with FileLock(f"{kept}.lock"):
        refused()
        refused()
        assert not kept.exists()
        assert record.so_far()["checks"]["out_size"]["attempts"] == 2
    refused()
    assert in_file(kept)["checks"]["out_size"]["attempts"] == 3
    assert capsys.readouterr().out == ""


def test_whatever_goes_wrong_stops_no_check(kept, monkeypatch, capsys):
    monkeypatch.setattr(record, "_write", lambda path: 1 / 0)
    refused()
    assert "division by zero" in capsys.readouterr().out


def test_one_call_forgets_everything(kept, capsys):
    kept.write_bytes(b"{")
    refused()
    kept.write_bytes(b"{")
    refused()
    progress(forget=True)
    assert {path.name for path in kept.parent.iterdir()} <= {"progress.json.lock"}
    assert record.so_far() == record._empty()
    assert "forgotten" in capsys.readouterr().out


def test_what_was_in_memory_goes_along_into_a_file(kept, monkeypatch, capsys):
    monkeypatch.setenv("SEPCONV_PROGRESS", "off")
    refused()
    assert not kept.exists()
    progress(kept)
    assert in_file(kept)["checks"]["out_size"]["attempts"] == 1
    assert str(kept) in capsys.readouterr().out


def place_from(folder, **environment):
    code = "import sys; from sepconv.checking.record import place; print(place())"
    here = {key: value for key, value in os.environ.items() if key != "SEPCONV_PROGRESS"}
    environment = here | {"PYTHONPATH": str(Path(record.__file__).parents[2])} | environment
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True)
    return done.stdout.decode().strip()


def test_it_lies_in_the_folder_my_of_the_checkout_around_the_notebook(tmp_path):
    course = tmp_path / "course"
    notebooks = course / "my" / "exercises"
    notebooks.mkdir(parents=True)
    assert place_from(notebooks) == "None"
    (course / "course.py").touch()
    assert place_from(notebooks) == str(course / "my" / "progress.json")
    assert place_from(course) == str(course / "my" / "progress.json")
    for off in ("", "off"):
        assert place_from(notebooks, SEPCONV_PROGRESS=off) == "None"


def test_no_number_in_a_file_is_too_large_and_no_word_too_long():
    whole = record._empty() | {"asked": [{"family": "x" * 201}], "again": {"M06": {"due": 10**9, "times": 0}}}
    whole["checks"] = {"y" * 201: {}, "out_size": {"attempts": True}}
    assert record.read_record(json.dumps(whole).encode()) == record._empty()
