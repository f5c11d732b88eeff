"""The committed exercises are, byte for byte, what the cutter makes of the committed solutions."""

import shutil
import subprocess

import pytest
from committed_files import committed
from cut_exercises import cut_text
from sample_notebooks import solution_text


def drift(files) -> list[str]:
    """Return the exercises among ``files`` {path: text} that are not the cut of their solution."""
    solutions = {name.split("/")[-1]: text for name, text in files.items() if name.startswith("solutions/")}
    exercises = {name.split("/")[-1]: text for name, text in files.items() if name.startswith("exercises/")}
    return [
        f"exercises/{name}"
        for name in sorted(solutions | exercises)
        if name not in solutions or exercises.get(name) != cut_text(solutions[name], f"solutions/{name}")
    ]


def test_committed_exercises_are_the_cut_of_the_committed_solutions():
    assert drift(committed("solutions", "exercises")) == [], (
        "repair and commit: python tools/cut_exercises.py"
    )


def test_drift_is_seen():
    text = solution_text()
    exercise = cut_text(text, "solutions/01_sample.ipynb")
    solutions = {"solutions/01_sample.ipynb": text}
    assert drift({**solutions, "exercises/01_sample.ipynb": exercise}) == []
    assert drift({**solutions, "exercises/01_sample.ipynb": exercise + "\n"}) == ["exercises/01_sample.ipynb"]
    assert drift(solutions) == ["exercises/01_sample.ipynb"]
    assert drift({"exercises/02_orphan.ipynb": exercise}) == ["exercises/02_orphan.ipynb"]


@pytest.mark.skipif(shutil.which("git") is None, reason="no git: the tests on committed files were left out")
def test_a_learners_edit_is_no_drift(tmp_path):
    def git(*arguments):
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null"]
        subprocess.run(["git", "-C", tmp_path, *identity, *arguments], check=True, capture_output=True)

    for folder, text in {
        "solutions": solution_text(),
        "exercises": cut_text(solution_text(), "01_sample.ipynb"),
    }.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "01_sample.ipynb").write_text(text, encoding="utf-8", newline="\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "both")
    (tmp_path / "exercises" / "01_sample.ipynb").write_text("my answers", encoding="utf-8")
    assert drift(committed("solutions", "exercises", root=tmp_path)) == []
    git("add", ".")
    assert drift(committed("solutions", "exercises", root=tmp_path)) == []
    git("commit", "-q", "-m", "an author's mistake")
    assert drift(committed("solutions", "exercises", root=tmp_path)) == ["exercises/01_sample.ipynb"]


def test_without_git_it_says_that_it_was_not_checked(tmp_path):
    with pytest.raises(pytest.skip.Exception, match="were not checked"):
        committed("solutions", root=tmp_path)
