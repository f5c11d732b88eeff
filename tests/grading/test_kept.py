import pytest
from class_results import row

from sepconv.grading import kept, run
from sepconv.grading.hand_in import Submission
from sepconv.grading.kept import Kept
from sepconv.grading.mark import Limits

SUBMISSIONS = [Submission("ann", f"{i}.ipynb", lambda i=i: b"%d" % i) for i in range(5)]


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The file of a run that was stopped at its fourth row; the third has a problem, and the fourth is cut off."""

    def one_after_the_other(todo, _jobs, _sandbox, kept, _options):
        for i, submission in todo:
            if i == 3 and len(todo) == 5:
                raise KeyboardInterrupt
            kept.add(
                i, submission, row("ann", f"marked among {len(todo)}", problem="failed" if i == 2 else "")
            )

    monkeypatch.setattr(run, "_mark_all", one_after_the_other)
    path = tmp_path / "marks.unfinished"
    with pytest.raises(KeyboardInterrupt):
        run.grade(SUBMISSIONS, run.Options(kept=path, sandbox="none"))
    path.write_text(path.read_text() + '{"cut o')
    return path


def test_a_run_goes_on_where_it_was_stopped(path, capsys):
    result, rows = run.grade(SUBMISSIONS, run.Options(kept=path, sandbox="none"))
    assert [one["file"][-1] for one in result["submissions"]] == ["5", "5", "3", "3", "3"]
    rows.finish()
    assert not path.exists()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("what", ["limits", "seed", "sandbox", "package"])
def test_under_other_conditions_a_run_says_so_and_begins_anew(path, capsys, monkeypatch, what):
    limits = Limits(1.0 if what == "limits" else 15.0)
    options = run.Options(limits=limits, seed=5 if what == "seed" else None)
    if what == "package":
        monkeypatch.setattr(kept, "_package", lambda: "another")
    for said in (f"marks.unfinished does not name the same {what}.\n", ""):
        rows = Kept(path, options, "bwrap" if what == "sandbox" else "none")
        rows._file.close()
        assert not any(rows.has(i, submission) for i, submission in enumerate(SUBMISSIONS))
        assert capsys.readouterr().err.endswith(said)


def test_two_runs_never_write_one_file(tmp_path):
    pytest.importorskip("fcntl")
    first = Kept(tmp_path / "a", run.Options(), "none")
    with pytest.raises(ValueError, match="another run writes"):
        Kept(tmp_path / "a", run.Options(), "none")
    first.finish()
    Kept(tmp_path / "a", run.Options(), "none").finish()
