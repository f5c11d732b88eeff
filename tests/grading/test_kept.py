import json

import pytest
from class_results import row

from sepconv.grading import kept, run
from sepconv.grading.hand_in import Submission
from sepconv.grading.kept import Kept
from sepconv.grading.mark import Limits

SUBMISSIONS = [Submission("ann", f"{i}.ipynb", lambda i=i: b"%d" % i) for i in range(5)]


def row_of(submission, problem=""):
    return row(submission.student, submission.name, problem=problem)


def test_a_run_goes_on_where_it_was_stopped(tmp_path, monkeypatch, capsys):
    marked = []

    def one_after_the_other(todo, _jobs, _sandbox, kept, _options):
        for i, submission in todo:
            marked.append(i)
            if len(marked) == 3:
                raise KeyboardInterrupt
            kept.add(i, submission, row_of(submission))

    monkeypatch.setattr(run, "_mark_all", one_after_the_other)
    options = run.Options(kept=tmp_path / "marks.unfinished", sandbox="none")
    with pytest.raises(KeyboardInterrupt):
        run.grade(SUBMISSIONS, options)
    with open(options.kept, "a") as file:
        file.write('{"cut o')
    result, rows = run.grade(SUBMISSIONS, options)
    assert marked == [0, 1, 2, 2, 3, 4]
    assert [one["file"] for one in result["submissions"]] == [f"{i}.ipynb" for i in range(5)]
    rows.finish()
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == ""


@pytest.fixture
def path(tmp_path):
    """The file of a run that was stopped after three rows; the second is damaged, and the third has a problem."""
    path = tmp_path / "marks.unfinished"
    rows = Kept(path, run.Options(), "none")
    for submission, problem in zip(SUBMISSIONS, ("", "", "The grader itself failed on it.")):
        rows.add(0, submission, row_of(submission, problem))
    rows._file.close()
    path.write_text(path.read_text().replace('"1.ipynb"', '"1.ipy'))
    return path


def found(path, options, sandbox="none"):
    rows = Kept(path, options, sandbox)
    rows._file.close()
    return [i for i, submission in enumerate(SUBMISSIONS) if rows.has(i, submission)]


def test_rows_that_are_damaged_or_have_a_problem_are_marked_again(path, capsys):
    assert found(path, run.Options()) == found(path, run.Options()) == [0]  # going on has kept what was there
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("what", ["limits", "seed", "sandbox", "package"])
def test_under_other_conditions_a_run_says_so_and_begins_anew(path, capsys, monkeypatch, what):
    limits = Limits(1.0 if what == "limits" else 15.0)
    options = run.Options(limits=limits, seed=5 if what == "seed" else None)
    if what == "package":
        monkeypatch.setattr(kept, "_package", lambda: "another")
    for said in (f"marks.unfinished does not name the same {what}.\n", ""):
        assert found(path, options, "bwrap" if what == "sandbox" else "none") == []
        assert capsys.readouterr().err.endswith(said)


def test_a_file_whose_beginning_is_lost_is_begun_anew(path, capsys):
    path.write_text("\n".join(path.read_text().splitlines()[2:]))
    assert found(path, run.Options()) == []
    assert json.loads(path.read_text().split("\n")[1])["sandbox"] == "none"
    assert "begins anew" in capsys.readouterr().err


def test_two_runs_never_write_one_file(tmp_path):
    pytest.importorskip("fcntl")
    first = Kept(tmp_path / "a", run.Options(), "none")
    with pytest.raises(ValueError, match="another run writes"):
        Kept(tmp_path / "a", run.Options(), "none")
    first.finish()
    Kept(tmp_path / "a", run.Options(), "none").finish()
