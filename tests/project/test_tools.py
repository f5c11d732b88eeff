"""The tools of tools/: each rule on a small notebook, and that each check can fail."""

import json
import os
import re
import sys
from pathlib import Path

import bootstrap
import cut_exercises
import nbformat
import normalise_notebooks
import notebook_files
import pytest
import run_notebooks
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval.plugin import get_sanitize_patterns
from notebook_files import NotebookError, dump, parse
from sample_notebooks import ANSWER, STUB, by_id, grading, solution, solution_text

# In pieces, as below: this file is itself searched for addresses of other repositories.
ELSEWHERE = "https://github.com/" + "ada/course"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return a course's folder with one solution notebook, as the current folder."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "01_sample.ipynb").write_text(solution_text(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- the normal form


def test_editors_traces_go_and_the_authors_metadata_stays():
    notebook = new_notebook(
        metadata={
            "kernelspec": {"name": "my-env", "display_name": "mine"},
            "language_info": {"name": "python", "version": "3.99"},
            "widgets": {"application/vnd.jupyter.widget-state+json": {}},
            "colab": {"provenance": []},
        },
        cells=[
            new_code_cell(
                "1",
                id="one",
                metadata={
                    "collapsed": True,
                    "scrolled": True,
                    "execution": {"iopub.execute_input": "2026-01-01"},
                    "vscode": {"languageId": "python"},
                    "jupyter": {"source_hidden": True, "outputs_hidden": False},
                    "tags": ["b", "a"],
                    "nbgrader": {"grade_id": "one"},
                },
            ),
            new_markdown_cell("two", id="two", metadata={"tags": [], "editable": False}),
        ],
    )
    normalised = normalise_notebooks.normalise(notebook, clean=False)
    assert normalised.metadata == {
        "kernelspec": normalise_notebooks.KERNEL,
        "language_info": {"name": "python"},
    }
    assert normalised.cells[0].metadata == {
        "jupyter": {"source_hidden": True},
        "nbgrader": {"grade_id": "one"},
        "tags": ["a", "b"],
    }
    assert normalised.cells[1].metadata == {"editable": False}


def executed_cells():
    result = new_output(
        "execute_result", {"text/plain": "1", normalise_notebooks.WIDGET_VIEW: {}}, execution_count=9
    )
    view = new_output("display_data", {normalise_notebooks.WIDGET_VIEW: {}})
    return [
        new_code_cell("1", id="one", execution_count=9, outputs=[view, result]),
        new_code_cell("2", id="not-run"),
        new_code_cell("3", id="three", execution_count=4),
    ]


def test_counts_start_at_one_and_a_cell_that_did_not_run_gets_none():
    cells = normalise_notebooks.normalise(new_notebook(cells=executed_cells()), clean=False).cells
    assert [cell.execution_count for cell in cells] == [1, None, 2]
    (output,) = cells[0].outputs
    assert output.execution_count == 1
    assert output.data == {"text/plain": "1"}


def test_exercises_are_cleared():
    cells = normalise_notebooks.normalise(new_notebook(cells=executed_cells()), clean=True).cells
    assert [(cell.execution_count, cell.outputs) for cell in cells] == [(None, [])] * 3


def test_the_text_has_sorted_keys_one_space_and_a_newline():
    text = solution_text()
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert dump(parse(text, "sample")) == text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw["cells"][0].pop("id"), "cell 1 has no id"),
        (lambda raw: raw["cells"][0].update(id="3f2a9b1c"), "cell 1: id '3f2a9b1c' must be lower-case words"),
        (lambda raw: raw["cells"][0].update(id="Title"), "cell 1: id 'Title' must be lower-case words"),
        (lambda raw: raw["cells"][0].update(id="imports"), "2 cells have the id 'imports'"),
        (lambda raw: raw.update(nbformat_minor=4), "notebook format 4.4; it must be 4.5"),
        (lambda raw: raw["cells"][0].update(cell_type="text"), "not a valid notebook"),
    ],
)
def test_what_no_tool_repairs_by_guessing_is_refused(change, message):
    raw = json.loads(solution_text())
    change(raw)
    with pytest.raises(NotebookError, match=re.escape(message)) as caught:
        parse(json.dumps(raw), "here.ipynb")
    assert str(caught.value).startswith("here.ipynb")


@pytest.mark.parametrize(
    "cell_id", ["intro", "ex-conv2d-single-task", "warmup-02-1-check", "added", "decade"]
)
def test_wordy_ids(cell_id):
    assert notebook_files.is_wordy(cell_id)


@pytest.mark.parametrize(
    "cell_id", ["a1b2c3d4", "b3f9c1d2-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "ex_task", "1-intro", "ex--task"]
)
def test_ids_that_are_not_words(cell_id):
    assert not notebook_files.is_wordy(cell_id)


def test_normalise_check_fails_names_the_repair_and_the_repair_works(course, capsys):
    path = course / "solutions" / "01_sample.ipynb"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    before = path.read_bytes()
    assert normalise_notebooks.main(["--check", "solutions"]) == 1
    assert path.read_bytes() == before
    repair = "python tools/normalise_notebooks.py solutions/01_sample.ipynb".replace(
        "solutions/", str(Path("solutions/x"))[:-1]
    )
    assert repair in capsys.readouterr().out
    assert normalise_notebooks.main(["solutions"]) == 0
    assert normalise_notebooks.main(["--check", "solutions"]) == 0
    assert path.read_bytes() == solution_text().encode()


def test_a_path_that_is_no_notebook_is_named():
    with pytest.raises(FileNotFoundError, match=r"nowhere\.ipynb must be a notebook"):
        notebook_files.find_notebooks(["nowhere.ipynb"])


# --- the bootstrap cell


def test_the_normaliser_writes_the_bootstrap_cell():
    source = by_id(solution())["bootstrap"].source
    assert source == bootstrap.bootstrap_source()
    assert len(source.split("\n")) <= 10
    assert f"git+{bootstrap.repository_url()}" in source


def run_bootstrap(monkeypatch, *, installed, colab):
    """Run the cell's code and return the commands that it started."""
    commands = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if installed else None)
    monkeypatch.setattr("subprocess.run", lambda command, check: commands.append((command, check)))
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", object())
    exec(bootstrap.bootstrap_source(ELSEWHERE), {})
    return commands


@pytest.mark.parametrize("colab", [False, True])
def test_bootstrap_does_nothing_where_the_package_is(monkeypatch, colab):
    assert run_bootstrap(monkeypatch, installed=True, colab=colab) == []


@pytest.mark.parametrize("source", [None, "sepconv-0.1.0-py3-none-any.whl"])
def test_bootstrap_installs_on_colab(monkeypatch, source):
    monkeypatch.delenv("SEPCONV_SOURCE", raising=False)
    if source:
        monkeypatch.setenv("SEPCONV_SOURCE", source)
    wanted = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        source or f"git+{ELSEWHERE}@{bootstrap.launch_ref()}",
    ]
    assert run_bootstrap(monkeypatch, installed=False, colab=True) == [(wanted, True)]


def test_bootstrap_says_what_to_do_elsewhere(monkeypatch):
    with pytest.raises(ImportError, match=r"run `python course\.py lab` in the course's folder"):
        run_bootstrap(monkeypatch, installed=False, colab=False)


# --- running


def test_run_stores_outputs_and_the_normal_form(course, monkeypatch):
    monkeypatch.setenv("SEPCONV_PROGRESS", "an author's.json")
    assert run_notebooks.main(["solutions"]) == 0
    assert os.environ["SEPCONV_PROGRESS"] == "off"
    notebook = notebook_files.read("solutions/01_sample.ipynb")
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2, 3, 4]
    assert normalise_notebooks.main(["--check", "solutions"]) == 0


def test_a_failing_cell_is_named_and_leaves_the_file_as_it_was(course, capsys):
    path = course / "solutions" / "01_sample.ipynb"
    path.write_text(dump(solution(ANSWER.replace("2 * x", "3 * x"))), encoding="utf-8")
    before = path.read_bytes()
    assert run_notebooks.main(["solutions"]) == 1
    assert path.read_bytes() == before
    assert "left as it was: cell 'ex-double-check' raised AssertionError" in capsys.readouterr().out


def test_exercises_are_not_run(course, capsys):
    cut_exercises.main(["solutions"])
    assert run_notebooks.main(["exercises"]) == 1
    assert "exercises are committed clean" in capsys.readouterr().out


# --- cutting


def test_the_cut_notebook():
    whole = solution()
    before = dump(whole)
    cells = by_id(cut_exercises.cut(whole, "sample"))
    assert dump(whole) == before
    assert cells["title"].source == "# 01 · Sample: exercises\n\nSome solutions stay."
    assert "about-solutions" not in cells
    assert cells["ex-double-answer"].source == STUB
    assert cells["ex-double-answer"].metadata.get("tags", []) == []
    assert cells["ex-double-check"].metadata.tags == ["raises-exception"]
    assert cells["ex-double-check"].metadata.editable is False
    assert cells["ex-double-check"].metadata.nbgrader.points == 1
    assert "checksum" in cells["ex-double-check"].metadata.nbgrader


def test_the_cut_is_what_nbgrader_makes_apart_from_our_three_rules():
    """The cells that nbgrader matches by grade_id have the same source, metadata and checksum."""
    from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells
    from traitlets.config import Config

    ours = by_id(cut_exercises.cut(solution(), "sample"))
    theirs, resources = solution(), {}
    config = Config(ClearSolutions={"code_stub": {"python": "...  # your answer"}})
    for step in (LockCells, ClearSolutions, ComputeChecksums):
        theirs, resources = step(config=config).preprocess(theirs, resources)
    for cell_id in ("ex-double-answer", "ex-double-check"):
        assert ours[cell_id].source == by_id(theirs)[cell_id].source
        assert ours[cell_id].metadata.nbgrader == by_id(theirs)[cell_id].metadata.nbgrader


def test_values_and_classes_are_cut_inside_their_names():
    value = "size = (\n    ### BEGIN SOLUTION\n    3\n    ### END SOLUTION\n)"
    cells = by_id(cut_exercises.cut(solution(value), "sample"))
    assert cells["ex-double-answer"].source == "size = (\n    ...  # your answer\n)"
    two = (
        "class Net:\n    def __init__(self):\n        ### BEGIN SOLUTION\n        self.a = 1\n        ### END SOLUTION\n"
        "    def forward(self):\n        ### BEGIN SOLUTION\n        def inner(): ...\n        ### END SOLUTION"
    )
    cells = by_id(cut_exercises.cut(solution(two), "sample"))
    assert cells["ex-double-answer"].source.count("...  # your answer") == 2


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ANSWER.replace("### END", "# end of"), "each '### BEGIN SOLUTION' must be followed by its"),
        (ANSWER.replace("### BEGIN SOLUTION", "### END SOLUTION"), "must be followed by its"),
        (ANSWER.replace("### BEGIN SOLUTION", "# BEGIN SOLUTION"), "must be exactly '### BEGIN SOLUTION'"),
        ("def double(x):\n    return 2 * x", "has no '### BEGIN SOLUTION': all of it would be cut"),
        ("### BEGIN SOLUTION\ndef double(x):\n    return x\n### END SOLUTION", "'double' is defined inside"),
        ("### BEGIN SOLUTION\nsize = 3\n### END SOLUTION", "'size' is defined inside"),
        ("### BEGIN SOLUTION\na, b = 1, 2\n### END SOLUTION", "'a' is defined inside"),
        (
            "class Net:\n    ### BEGIN SOLUTION\n    def forward(self): ...\n    ### END SOLUTION",
            "'Net.forward' is defined inside",
        ),
        ("size = [\n    ### BEGIN SOLUTION\n    3]\n    ### END SOLUTION", "no longer Python after the cut"),
    ],
)
def test_a_wrong_solution_region_is_named(answer, message):
    with pytest.raises(NotebookError, match=re.escape(message)) as caught:
        cut_exercises.cut(solution(answer), "solutions/01_sample.ipynb")
    assert str(caught.value).startswith("solutions/01_sample.ipynb, cell 'ex-double-answer'")


@pytest.mark.parametrize(
    ("cell_id", "change", "message"),
    [
        (
            "title",
            lambda cell: cell.update(source="# 01 · Sample"),
            "it must be like '# 02 · Channels: solutions'",
        ),
        ("imports", lambda cell: cell.update(source=ANSWER), "holds a solution but is no answer cell"),
        (
            "ex-double-check",
            lambda cell: cell.metadata.nbgrader.pop("points"),
            "points=None must be a number",
        ),
        (
            "ex-double-check",
            lambda cell: cell.metadata.update(grading("ex-double-answer", grade=True, points=1)),
            "2 cells have the grade_id 'ex-double-answer'",
        ),
        ("ex-double-check", lambda cell: cell.metadata.nbgrader.pop("grade_id"), "has no grade_id"),
        (
            "ex-double-check",
            lambda cell: cell.metadata.nbgrader.pop("locked"),
            "nbgrader's CheckCellMetadata refused",
        ),
    ],
)
def test_a_wrong_notebook_is_named(cell_id, change, message):
    notebook = solution()
    change(by_id(notebook)[cell_id])
    with pytest.raises(NotebookError, match=re.escape(message)):
        cut_exercises.cut(notebook, "sample")


def test_cut_check_fails_names_the_repair_and_the_repair_works(course, capsys):
    assert cut_exercises.main(["--check", "solutions"]) == 1
    assert "repair: python tools/cut_exercises.py solutions" in capsys.readouterr().out
    assert not (course / "exercises").exists()
    assert cut_exercises.main(["solutions"]) == 0
    assert cut_exercises.main(["--check", "solutions"]) == 0
    exercise = course / "exercises" / "01_sample.ipynb"
    exercise.write_bytes(exercise.read_bytes().replace(b"your answer", b"my answer"))
    assert cut_exercises.main(["--check", "solutions"]) == 1


# --- what nbval does not compare


def sanitize(text):
    file = Path(__file__).parents[1] / "nbval_sanitize.cfg"
    for pattern, replacement in get_sanitize_patterns(file.read_text(encoding="ascii")):
        text = re.sub(pattern, replacement, text)
    return text


@pytest.mark.parametrize(
    ("text", "sanitized"),
    [
        (
            '<img alt="a line" src="data:image/png;base64,iVBORw0KGgo/A+b==">',
            '<img alt="a line" src="PICTURE">',
        ),
        ("<function f at 0x7f37e1f63ae0>", "<function f at ADDRESS>"),
        ("File '/tmp/lab-x1/course/a.py', line 3", "File 'TEMPORARY', line 3"),
        ("108 weights, 0x1F, and tmp/notes", "108 weights, 0x1F, and tmp/notes"),
    ],
)
def test_sanitize_file(text, sanitized):
    assert sanitize(text) == sanitized


def test_notebooks_written_by_the_tools_are_valid():
    nbformat.validate(cut_exercises.cut(solution(), "sample"))
