import pytest
from class_results import row

from sepconv.grading import kept, run
from sepconv.grading.hand_in.find import Submission
from sepconv.grading.kept import Kept
from sepconv.grading.mark import Limits

SUBMISSIONS = [Submission("ann", f"{i}.ipynb", lambda i=i: b"%d" % i) for i in range(5)]


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The file of a run that was stopped at its fourth row; over the third the grader failed, and the fourth is cut off."""

    def one_after_the_other(todo, *_):
        for i, submission in todo:
            if i == 3 and len(todo) == 5:
                raise KeyboardInterrupt
            yield i, submission, KeyError("x") if i == 2 else row("ann", f"marked among {len(todo)}")

    monkeypatch.setattr(run, "_mark_here", one_after_the_other)
    path = tmp_path / "marks.unfinished"
    with pytest.raises(KeyboardInterrupt):
        run.grade(SUBMISSIONS, run.Options(kept=path, sandbox="none"))
    path.write_bytes(b"\xff{\n7\n[[], 1]\n" + path.read_bytes() + b'["cut o')
    return path


def test_a_run_goes_on_where_it_was_stopped(path, capsys):
    result, rows = run.grade(SUBMISSIONS, run.Options(kept=path, sandbox="none"))
    assert [one["file"][-1] for one in result["submissions"]] == ["5", "5", "b", "3", "3"]
    failed = "The grader itself failed on it (KeyError('x')). Please report that."
    assert [one["problem"] for one in result["submissions"]] == ["", "", failed, "", ""]
    rows.finish()
    assert not path.exists()
    assert capsys.readouterr().err == ""


def test_a_notebook_that_does_not_count_is_not_marked():
    older = SUBMISSIONS[0]
    older = Submission(older.student, older.name, older.read, problem="It does not count.")
    result, _ = run.grade([older], run.Options(sandbox="none"))
    said = {"problem": "It does not count.", "remarks": [], "exercises": []}
    assert result["submissions"] == [{"student": "ann", "file": "0.ipynb", "who": 0, "account": ""} | said]


@pytest.mark.parametrize("what", ["limits", "seed", "sandbox", "package"])
def test_under_other_conditions_a_run_says_so_and_begins_anew(path, capsys, monkeypatch, what):
    limits = Limits(1.0 if what == "limits" else 15.0)
    options = run.Options(limits=limits, seed=5 if what == "seed" else None)
    if what == "package":
        monkeypatch.setattr(kept, "_package", lambda: "another")
    for said in (f"marks.unfinished does not name the same {what}.\n", ""):
        rows = Kept(path, options, "bwrap" if what == "sandbox" else "none")
        rows._file.close()
        assert not any(map(rows.row_of, SUBMISSIONS))
        assert capsys.readouterr().err.endswith(said)


def test_a_row_under_no_conditions_does_not_count(tmp_path, capsys):
    path = tmp_path / "marks.unfinished"
    path.write_text('{"package": "as it was written before"}\n{"key": "ann", "row": {}}\n')
    Kept(path, run.Options(), "none").finish()
    assert "does not name the same package" in capsys.readouterr().err


def test_two_runs_never_write_one_file(tmp_path):
    pytest.importorskip("fcntl")
    first = Kept(tmp_path / "a", run.Options(), "none")
    with pytest.raises(ValueError, match="another run writes"):
        Kept(tmp_path / "a", run.Options(), "none")
    first.finish()
    Kept(tmp_path / "a", run.Options(), "none").finish()
