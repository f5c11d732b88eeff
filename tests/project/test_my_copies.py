"""The learner's own copies in my/: what they hold, what a first start takes over, what an update brings, and what goes wrong."""

import errno
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import my_copies
import pytest
from committed_files import committed
from cut_exercises import cut
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from normalise_notebooks import normalise
from notebook_files import HIDE_RESULTS, ROOT, dump
from run_notebooks import execute
from sample_notebooks import ANSWER, STUB, by_id, solution

from sepconv import cli

sys.path.insert(0, str(ROOT))
import course as course_command
from course import environment

LESSON, EXERCISE = "notebooks/01_sample.ipynb", "exercises/01_sample.ipynb"


def lesson():
    """Return a lesson with stored results, in its normal form."""
    result = new_output("stream", name="stdout", text="3\n")
    cells = [
        new_markdown_cell(f"# 01 · Sample\n\n{HIDE_RESULTS}", id="title"),
        new_code_cell("", id="bootstrap", execution_count=1),
        new_code_cell('my_guess = "?"', id="guess", execution_count=2),
        new_code_cell("print(1 + 2)", id="sum", execution_count=3, outputs=[result]),
        new_markdown_cell(
            "Go on with [the exercises](../exercises/01_sample.ipynb), [speed](../docs/x.md).", id="end"
        ),
    ]
    return normalise(new_notebook(cells=cells), clean=False)


class Course:
    """A course's folder, and the hands of those who change it."""

    def __init__(self, root):
        self.root = root

    def put(self, name, notebook):
        """Write a notebook as the course's authors do."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(
            dump(normalise(notebook, "exercises" in name)), encoding="utf-8", newline="\n"
        )

    def commit(self):
        git(self.root, "add", ".")
        git(self.root, "commit", "-qm", "More")

    def write(self, name, cell_id, source, outputs=None):
        """Write into a cell and save, as JupyterLab does it."""
        path = self.root / name
        notebook = json.loads(path.read_text(encoding="utf-8"))
        (cell,) = [cell for cell in notebook["cells"] if cell["id"] == cell_id]
        cell["source"] = source.splitlines(keepends=True)
        if outputs:
            cell["outputs"], cell["execution_count"] = outputs, 9
        notebook["metadata"]["language_info"]["version"] = "3.12.1"
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def cells(self, name):
        return by_id(my_copies.read(self.root / name))

    def source(self, name, cell_id):
        return self.cells(name)[cell_id].source

    def files(self):
        """Return {path: (content, time of its last change)} of all that lies in my/."""
        return {
            p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (self.root / "my").rglob("*") if p.is_file()
        }


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def unpacked(tmp_path, monkeypatch):
    """A course that was unpacked from a zip: no git knows it."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    made = Course(tmp_path / "course")
    made.put(LESSON, lesson())
    made.put(EXERCISE, cut(solution(), "01_sample.ipynb"))
    monkeypatch.setattr(environment, "ROOT", made.root)
    monkeypatch.setattr(my_copies, "server_runs_here", lambda: False)
    return made


@pytest.fixture
def cloned(unpacked):
    """The same course, cloned by git."""
    git(unpacked.root, "init", "-q")
    unpacked.commit()
    return unpacked


@pytest.fixture(params=["cloned", "unpacked"])
def course(request):
    return request.getfixturevalue(request.param)


def update(capsys=None):
    """Run the tool and return what it says."""
    assert my_copies.main() == 0
    return capsys.readouterr().out.splitlines() if capsys else None


# --- what the copies hold


def test_the_copies_differ_from_the_courses_in_results_one_sentence_and_links_that_lead_out():
    for name, text in committed("notebooks", "exercises").items():
        theirs = my_copies.parse(text)
        copy = my_copies.as_copy(theirs, theirs)
        assert [cell.id for cell in copy.cells] == [cell.id for cell in theirs.cells]
        for mine, cell in zip(copy.cells, theirs.cells):
            assert not mine.get("outputs")
            assert mine.get("execution_count") is None
            expected = re.sub(rf"\n\n{re.escape(HIDE_RESULTS)}$|{re.escape(HIDE_RESULTS)} ", "", cell.source)
            expected = (
                expected.replace("](../docs/", "](../../docs/") if cell.cell_type == "markdown" else expected
            )
            assert mine.source == expected, f"{name}, {cell.id}"
        is_lesson = name.startswith("notebooks/") and "glossary" not in name
        assert any(HIDE_RESULTS in cell.source for cell in theirs.cells) is is_lesson
        assert not [cell for cell in copy.cells if "Clear Outputs" in cell.source]


def test_every_link_of_a_copy_leads_to_a_copy_or_to_the_courses_files():
    for name, text in committed("notebooks", "exercises").items():
        theirs = my_copies.parse(text)
        for cell in my_copies.as_copy(theirs, theirs).cells:
            if cell.cell_type == "markdown":
                links = re.findall(r"""\]\(([^)\s#]+)|(?:src|href)=["']([^"'#]+)""", cell.source)
                for target in filter(lambda link: not re.match(r"\w+:", link), map("".join, links)):
                    path = Path(os.path.normpath(f"my/{name}/../{target}"))
                    assert (
                        ROOT / path.relative_to("my") if path.parts[0] == "my" else ROOT / path
                    ).exists(), target


def test_a_lesson_that_is_run_in_my_gives_the_stored_results(tmp_path):
    versions = {name: importlib.metadata.version(name) for name in course_command.SHAPES_OUTPUT}
    if course_command.comparison_of_outputs(versions) != "--nbval":
        pytest.skip("results are compared on the tested versions only")
    stored = my_copies.parse(
        committed("notebooks/06b_error_clinic.ipynb")["notebooks/06b_error_clinic.ipynb"]
    )
    run = my_copies.as_copy(stored, stored)
    execute(run, tmp_path)
    assert any(cell.outputs for cell in run.cells if cell.cell_type == "code")
    assert [(c.id, c.get("outputs")) for c in normalise(run, clean=False).cells] == [
        (c.id, c.get("outputs")) for c in stored.cells
    ]


# --- the first start


def test_the_first_start_makes_clean_copies_and_leaves_the_courses_files_alone(course, capsys):
    before = {path: path.read_bytes() for path in course.root.glob("[en]*/*")}
    assert update(capsys) == [my_copies.SENTENCES["made"]]
    assert course.source("my/" + LESSON, "title") == "# 01 · Sample"
    assert course.source("my/" + LESSON, "end").endswith(
        "(../exercises/01_sample.ipynb), [speed](../../docs/x.md)."
    )
    assert not course.cells("my/" + LESSON)["sum"].outputs
    assert course.source("my/" + EXERCISE, "ex-double-answer") == STUB
    assert {path: path.read_bytes() for path in course.root.glob("[en]*/*")} == before


def test_the_second_start_writes_no_byte_and_says_nothing(course, capsys):
    update(capsys)
    before = course.files()
    assert update(capsys) == []
    assert course.files() == before


def test_what_was_written_before_is_taken_over(course, capsys):
    correct = [{"output_type": "stream", "name": "stdout", "text": ["Correct\n"]}]
    course.write(EXERCISE, "ex-double-answer", ANSWER)
    course.write(EXERCISE, "ex-double-check", "assert double(2) == 4", correct)
    course.write(LESSON, "guess", "my_guess = 5")
    before = {path: path.read_bytes() for path in course.root.glob("[en]*/*")}
    assert update(capsys)[1:] == [my_copies.SENTENCES["taken"].format(f"{EXERCISE}, {LESSON}")]
    assert course.source("my/" + EXERCISE, "ex-double-answer") == ANSWER
    assert course.cells("my/" + EXERCISE)["ex-double-check"].outputs
    assert course.source("my/" + LESSON, "guess") == "my_guess = 5"
    assert course.source("my/" + LESSON, "title") == "# 01 · Sample"
    assert {path: path.read_bytes() for path in course.root.glob("[en]*/*")} == before
    assert update(capsys) == []


def test_results_that_the_course_came_with_are_not_taken_over(cloned):
    cloned.write(LESSON, "guess", "my_guess = 5")
    update()
    assert not cloned.cells("my/" + LESSON)["sum"].outputs


def test_a_lesson_that_was_only_run_is_copied_clean(cloned, capsys):
    result = [{"output_type": "stream", "name": "stdout", "text": ["another time\n"]}]
    cloned.write(LESSON, "sum", "print(1 + 2)", result)
    assert update(capsys) == [my_copies.SENTENCES["made"]]
    assert not cloned.cells("my/" + LESSON)["sum"].outputs


def test_answers_that_were_taken_over_outlive_an_update(course, capsys):
    course.write(EXERCISE, "ex-double-answer", ANSWER)
    update(capsys)
    changed = cut(solution(), "01_sample.ipynb")
    by_id(changed)["ex-double-answer"].source = STUB + "  # two lines"
    by_id(changed)["ex-double-task"].source = "Write `double`, please."
    course.put(EXERCISE, changed)
    if (course.root / ".git").exists():
        course.commit()
    said = update(capsys)
    assert course.source("my/" + EXERCISE, "ex-double-answer") == ANSWER
    assert "two lines" in course.source("my/" + EXERCISE, "ex-double-answer-in-the-course")
    shown = "ex-double-task" if (course.root / ".git").exists() else "ex-double-task-in-the-course"
    assert course.source("my/" + EXERCISE, shown).endswith("please.")
    assert any("ex-double-answer" in line for line in said)


def test_answers_that_were_committed_are_the_learners(cloned, capsys):
    cloned.write(EXERCISE, "ex-double-answer", ANSWER)
    cloned.commit()
    assert my_copies.SENTENCES["taken"].format(EXERCISE) in update(capsys)
    cloned.put(EXERCISE, cut(solution(), "01_sample.ipynb"))
    cloned.commit()
    update()
    assert cloned.source("my/" + EXERCISE, "ex-double-answer") == ANSWER


def test_an_own_notebook_is_taken_over_once_and_never_touched(cloned, capsys):
    (cloned.root / "exercises/scratch.ipynb").write_text(
        dump(new_notebook(cells=[new_code_cell("mine", id="a")]))
    )
    update(capsys)
    path = cloned.root / "my/exercises/scratch.ipynb"
    assert "mine" in path.read_text()
    path.write_text(path.read_text().replace("mine", "more"))
    assert update(capsys) == []
    assert "more" in path.read_text()
    (cloned.root / "exercises/scratch.ipynb").unlink()
    assert update(capsys) == []
    assert "more" in path.read_text()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"cells": [], "nbformat": 3, "nbformat_minor": 0, "metadata": {}}']
)
def test_a_file_of_the_courses_that_somebody_broke_gets_a_clean_copy(cloned, capsys, content):
    (cloned.root / EXERCISE).write_bytes(content)
    assert my_copies.SENTENCES["not taken"].format(EXERCISE) in update(capsys)
    assert cloned.source("my/" + EXERCISE, "ex-double-answer") == STUB
    assert (cloned.root / EXERCISE).read_bytes() == content


def test_a_file_that_somebody_broke_or_deleted_and_no_git_knows_is_passed_over(unpacked, capsys):
    (unpacked.root / EXERCISE).write_text("{")
    (unpacked.root / LESSON).unlink()
    assert my_copies.SENTENCES["not taken"].format(EXERCISE) in update(capsys)
    assert not (unpacked.root / "my" / EXERCISE).exists()


def test_a_notebook_that_was_deleted_from_the_courses_folder_comes_from_git(cloned):
    (cloned.root / EXERCISE).unlink()
    update()
    assert cloned.source("my/" + EXERCISE, "ex-double-answer") == STUB


def test_a_notebook_of_the_courses_without_ids_is_passed_over(cloned, capsys):
    update(capsys)
    before = cloned.files()
    strange = json.loads((cloned.root / LESSON).read_text(encoding="utf-8"))
    strange["cells"][1]["id"] = strange["cells"][2]["id"]
    (cloned.root / LESSON).write_text(json.dumps(strange), encoding="utf-8")
    cloned.commit()
    assert update(capsys) == []
    assert cloned.files() == before


# --- an update


def new_version(course, **sources):
    """Let the course change cells of its lesson."""
    changed = lesson()
    for cell_id, source in sources.items():
        by_id(changed)[cell_id].source = source
    course.put(LESSON, changed)
    if (course.root / ".git").exists():
        git(course.root, "add", LESSON)
        git(course.root, "commit", "-qm", "Better")


def test_an_update_brings_what_is_new_and_keeps_what_the_learner_wrote_and_ran(course, capsys):
    update(capsys)
    result = [{"output_type": "stream", "name": "stdout", "text": ["3\n"]}]
    course.write("my/" + LESSON, "guess", "my_guess = 5")
    course.write("my/" + LESSON, "sum", "print(1 + 2)", result)
    new_version(course, title=f"# 01 · A better sample\n\n{HIDE_RESULTS}")
    assert update(capsys) == [my_copies.SENTENCES["updated"].format("my/" + LESSON)]
    cells = course.cells("my/" + LESSON)
    assert (cells["title"].source, cells["guess"].source) == ("# 01 · A better sample", "my_guess = 5")
    assert cells["sum"].outputs[0].text == "3\n"
    before = course.files()
    assert update(capsys) == []
    assert course.files() == before


def test_what_both_changed_and_what_the_learner_deleted_is_told(course, capsys):
    update(capsys)
    course.write("my/" + LESSON, "sum", "print(1 + 2 + 3)")
    path = course.root / "my" / LESSON
    mine = json.loads(path.read_text(encoding="utf-8"))
    mine["cells"] = [cell for cell in mine["cells"] if cell["id"] != "guess"]
    path.write_text(json.dumps(mine), encoding="utf-8")
    new_version(course, sum="print(2 + 1)", guess='my_guess = "How much?"')
    said = update(capsys)
    assert said[1:] == [
        "You and the course both changed my/notebooks/01_sample.ipynb (sum). Yours stays, and the course's is shown below it.",
        "The course changed what you had deleted: my/notebooks/01_sample.ipynb (guess). It stays deleted.",
    ]
    assert course.source("my/" + LESSON, "sum") == "print(1 + 2 + 3)"
    assert "print(2 + 1)" in course.source("my/" + LESSON, "sum-in-the-course")


def test_an_update_comes_in_however_its_file_is_laid_out(course, capsys):
    update(capsys)
    new_version(course, sum="print(2 + 1)")
    text = (course.root / LESSON).read_text(encoding="utf-8")
    (course.root / LESSON).write_text(json.dumps(json.loads(text), indent=4), encoding="utf-8")
    if (course.root / ".git").exists():
        course.commit()
    update(capsys)
    assert course.source("my/" + LESSON, "sum") == "print(2 + 1)"


def test_new_results_of_the_course_are_no_news(course, capsys):
    update(capsys)
    before = course.files()
    changed = lesson()
    by_id(changed)["sum"].outputs[0].text = "three\n"
    course.put(LESSON, changed)
    if (course.root / ".git").exists():
        course.commit()
    assert update(capsys) == []
    assert course.files() == before


def test_a_new_notebook_comes_in(course, capsys):
    update(capsys)
    course.put("notebooks/02_more.ipynb", lesson())
    if (course.root / ".git").exists():
        git(course.root, "add", "notebooks")
        git(course.root, "commit", "-qm", "More")
    update(capsys)
    assert not course.cells("my/notebooks/02_more.ipynb")["sum"].outputs


def renamed_by_the_course(course, name):
    if (course.root / ".git").exists():
        git(course.root, "mv", EXERCISE, name)
        git(course.root, "commit", "-qm", "Named anew")
    else:
        (course.root / EXERCISE).rename(course.root / name)


def test_a_renamed_notebook_goes_on_under_its_new_name(course, capsys):
    update(capsys)
    course.write("my/" + EXERCISE, "ex-double-answer", ANSWER)
    renamed_by_the_course(course, "exercises/01_example.ipynb")
    assert update(capsys) == [my_copies.SENTENCES["renamed"].format("my/exercises/01_example.ipynb")]
    assert course.source("my/exercises/01_example.ipynb", "ex-double-answer") == ANSWER
    assert not (course.root / "my" / EXERCISE).exists()
    assert update(capsys) == []


def test_a_notebook_that_the_course_has_no_more_stays_and_is_told_once(course, capsys):
    update(capsys)
    renamed_by_the_course(course, "09_elsewhere.ipynb")
    assert update(capsys) == [my_copies.SENTENCES["removed"].format(EXERCISE)]
    assert course.source("my/" + EXERCISE, "ex-double-answer") == STUB
    assert update(capsys) == []


def test_a_copy_that_was_deleted_and_that_the_course_has_no_more_is_not_told(course, capsys):
    update(capsys)
    (course.root / "my" / EXERCISE).unlink()
    renamed_by_the_course(course, "09_elsewhere.ipynb")
    assert update(capsys) == []
    assert not (course.root / "my" / EXERCISE).exists()


def test_a_copy_that_was_deleted_comes_again_clean_and_a_renamed_one_is_the_learners(course, capsys):
    update(capsys)
    course.write("my/" + EXERCISE, "ex-double-answer", ANSWER)
    (course.root / "my" / EXERCISE).rename(course.root / "my/exercises/mine.ipynb")
    assert update(capsys) == []
    assert course.source("my/" + EXERCISE, "ex-double-answer") == STUB
    assert course.source("my/exercises/mine.ipynb", "ex-double-answer") == ANSWER


@pytest.mark.parametrize("lost", [".course", f".course/{LESSON}"])
def test_where_the_memory_is_lost_or_damaged_nothing_of_the_learners_is(course, capsys, lost):
    update(capsys)
    course.write("my/" + LESSON, "guess", "my_guess = 5")
    if lost == ".course":
        shutil.rmtree(course.root / "my/.course")
    else:
        (course.root / "my" / lost).write_text("{")
    update(capsys)
    assert course.source("my/" + LESSON, "guess") == "my_guess = 5"
    new_version(course, sum="print(2 + 1)")
    update(capsys)
    assert course.source("my/" + LESSON, "guess") == "my_guess = 5"
    assert course.source("my/" + LESSON, "sum") == "print(2 + 1)"


def test_line_ends_of_windows_are_no_change(course, capsys):
    update(capsys)
    for path in course.root.rglob("*.ipynb"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = course.files()
    assert update(capsys) == []
    assert course.files() == before


# --- what goes wrong

BROKEN = {
    "empty": b"",
    "half of it": b'{"cells": [{"cell_ty',
    "not in UTF-8": b'{"cells": [], "metadata": {"\xe9": 1}, "nbformat": 4, "nbformat_minor": 5}',
    "another thing": b"[1, 2]",
    "format 3": b'{"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": []}',
    "no cells": b'{"metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "a cell without a source": b'{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "git's marks": b'<<<<<<< HEAD\n{"cells": []\n=======\n>>>>>>> new\n',
    "nested deeply": b"[" * 100_000,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_copy_that_cannot_be_read_is_left_alone_and_told_until_it_is_gone(cloned, capsys, kind):
    update(capsys)
    path = cloned.root / "my" / LESSON
    path.write_bytes(BROKEN[kind])
    new_version(cloned, sum="print(2 + 1)")
    for _ in range(2):
        assert update(capsys) == [my_copies.SENTENCES["unreadable"].format("my/" + LESSON)]
        assert path.read_bytes() == BROKEN[kind]
    path.rename(path.with_name("broken.ipynb"))
    assert update(capsys) == []
    assert cloned.source("my/" + LESSON, "sum") == "print(2 + 1)"


def test_one_broken_copy_stops_no_other(cloned, capsys):
    update(capsys)
    (cloned.root / "my" / EXERCISE).write_text("{")
    changed = cut(solution(), "01_sample.ipynb")
    by_id(changed)["ex-double-task"].source = "Please."
    cloned.put(EXERCISE, changed)
    new_version(cloned, sum="print(2 + 1)")
    cloned.commit()
    update(capsys)
    assert cloned.source("my/" + LESSON, "sum") == "print(2 + 1)"


def test_a_copy_of_an_older_format_is_merged(cloned, capsys):
    update(capsys)
    path = cloned.root / "my" / LESSON
    old = json.loads(path.read_text(encoding="utf-8"))
    for cell in old["cells"]:
        del cell["id"]
    old["nbformat_minor"] = 4
    old["cells"][2]["source"] = ["my_guess = 5"]
    path.write_text(json.dumps(old), encoding="utf-8")
    new_version(cloned, sum="print(2 + 1)")
    update(capsys)
    assert cloned.source("my/" + LESSON, "guess") == "my_guess = 5"
    assert cloned.source("my/" + LESSON, "sum") == "print(2 + 1)"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_is_one_sentence_and_nothing_is_lost(cloned, monkeypatch, capsys, code):
    update(capsys)
    cloned.write("my/" + LESSON, "guess", "my_guess = 5")
    new_version(cloned, sum="print(2 + 1)")
    before = cloned.files()

    def refuse(source, target):
        raise OSError(code, os.strerror(code), target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        assert my_copies.main() == 1
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1
    assert os.strerror(code) in said[0]
    assert cloned.files() == before
    update(capsys)
    assert cloned.source("my/" + LESSON, "sum") == "print(2 + 1)"


def test_a_file_in_the_place_of_the_folder_is_one_sentence(cloned, capsys):
    (cloned.root / "my").write_text("mine")
    assert my_copies.main() == 1
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith("my/ is not up to date, since the system refused (")
    assert (cloned.root / "my").read_text() == "mine"


def test_a_start_that_was_cut_short_goes_on(cloned, monkeypatch, capsys):
    cloned.write(EXERCISE, "ex-double-answer", ANSWER)
    cloned.write(LESSON, "guess", "my_guess = 5")
    write, written = my_copies.write, []

    def once(path, notebook):
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "full", str(path))
        written.append(path)
        write(path, notebook)

    with monkeypatch.context() as patched:
        patched.setattr(my_copies, "write", once)
        assert my_copies.main() == 1
    update(capsys)
    assert cloned.source("my/" + EXERCISE, "ex-double-answer") == ANSWER
    assert cloned.source("my/" + LESSON, "guess") == "my_guess = 5"


# --- a JupyterLab that runs


def test_nothing_is_merged_or_renamed_below_a_running_jupyterlab(cloned, monkeypatch, capsys):
    monkeypatch.setattr(my_copies, "server_runs_here", lambda: True)
    assert update(capsys) == [my_copies.SENTENCES["made"]]
    new_version(cloned, sum="print(2 + 1)")
    renamed_by_the_course(cloned, "exercises/01_example.ipynb")
    before = cloned.files()
    waiting = my_copies.SENTENCES["waiting"].format(f"my/{EXERCISE}, my/{LESSON}")
    assert [update(capsys), update(capsys)] == [[waiting], [waiting]]
    assert cloned.files() == before
    monkeypatch.setattr(my_copies, "server_runs_here", lambda: False)
    update(capsys)
    assert cloned.source("my/" + LESSON, "sum") == "print(2 + 1)"
    assert cloned.source("my/exercises/01_example.ipynb", "ex-double-answer") == STUB


@pytest.mark.parametrize(
    ("root", "answering", "runs"),
    [
        ("", True, True),
        ("..", True, True),
        ("my/notebooks", True, True),
        ("docs", True, False),
        ("", False, False),
    ],
)
def test_only_a_server_that_shows_the_copies_and_answers_counts(tmp_path, monkeypatch, root, answering, runs):
    monkeypatch.setattr(environment, "ROOT", tmp_path / "course")
    monkeypatch.setattr(my_copies, "answers", lambda url: answering)
    servers = [{"root_dir": os.path.normpath(tmp_path / "course" / root), "url": "http://localhost:1/"}]
    monkeypatch.setattr("jupyter_server.serverapp.list_running_servers", lambda: servers)
    assert my_copies.server_runs_here.__wrapped__() is runs


def test_a_port_where_nobody_listens_does_not_answer():
    assert not my_copies.answers("http://127.0.0.1:9/")


@pytest.mark.parametrize(
    ("folders", "marked"),
    [
        (["my/exercises", "exercises"], "my/exercises"),
        (["exercises"], "exercises"),
        (["my/notebooks", "exercises"], "exercises"),
    ],
)
def test_grade_marks_the_copies_where_there_are_some(tmp_path, monkeypatch, folders, marked):
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "03_shapes.ipynb").touch()
    monkeypatch.chdir(tmp_path)
    assert cli._own_exercises() == Path(marked)
