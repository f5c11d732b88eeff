"""Lessons where learners really run them: a folder with a strange name, one that cannot be written to, going back and again."""

import copy
import os
import shutil
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from notebook_files import ROOT, display_name, find_notebooks, read

LESSONS = [path for path in find_notebooks(folders=["notebooks"]) if path.name[0].isdigit()]
SETUP = ("bootstrap", "imports")
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=display_name)


def sections(notebook):
    """Return the lists of code cells between two headings, without the setup cells."""
    found = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            found.append([])
        elif cell.cell_type == "code" and cell.id not in SETUP:
            found[-1].append(cell)
    return [cells for cells in found if cells]


def and_back(notebook):
    """Return the notebook's code, and after it every section once more, the last one first."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    again = [copy.deepcopy(cell) for cells in reversed(sections(notebook)) for cell in cells]
    for cell in again:
        cell.id += "-again"
    return nbformat.v4.new_notebook(cells=code + again, metadata=notebook.metadata)


def run(notebook, folder, **environment):
    """Run all cells of a notebook; fail with the cell that raised."""
    client = nbclient.NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    current = []
    client.on_cell_start = lambda cell, cell_index: current.append(cell.id)
    settings = {"SEPCONV_QUICK": "1", "OMP_WAIT_POLICY": "PASSIVE", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        client.execute(env=os.environ | settings | environment)
    except CellExecutionError as error:
        pytest.fail(f"cell {current[-1]!r}: {error.ename}: {error.evalue}")


def test_sections_are_found_and_come_back_in_the_other_order():
    make, say = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [make("", id="imports"), make("a = 1", id="top"), say("## One", id="one")]
    cells += [make("b = 2", id="b"), make("c = 3", id="c"), say("## Two", id="two"), make("d = 4", id="d")]
    order = [cell.id for cell in and_back(nbformat.v4.new_notebook(cells=cells)).cells]
    assert order == ["imports", "top", "b", "c", "d", "d-again", "b-again", "c-again", "top-again"]


@pytest.fixture(scope="module")
def strange_place(tmp_path_factory):
    """A copy of the course in a folder whose name has spaces, brackets and Chinese characters."""
    place = tmp_path_factory.mktemp("a") / "我的 课程 (1)"
    for folder in ("sepconv", "notebooks"):
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return place


@pytest.mark.full
@each_lesson
def test_a_lesson_runs_in_a_folder_with_a_strange_name_and_then_backwards(path, strange_place):
    notebook = and_back(read(path))
    notebook.cells[0].source += "\nimport sepconv\nassert '我的' in sepconv.__file__"
    run(notebook, strange_place / "notebooks", PYTHONPATH=str(strange_place))


@pytest.fixture
def read_only_folder(tmp_path):
    """A folder that nobody can write to: on Linux /proc, since root may write into every other."""
    if sys.platform == "linux":
        yield Path("/proc")
    else:
        tmp_path.chmod(0o500)
        yield tmp_path
        tmp_path.chmod(0o700)


@pytest.mark.full
@each_lesson
def test_a_lesson_runs_where_it_cannot_write(path, read_only_folder):
    notebook = read(path)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if os.name != "nt":
        probe = "try:\n    open('probe', 'w')\nexcept OSError:\n    pass\nelse:\n    raise AssertionError('written')"
        notebook.cells.insert(0, nbformat.v4.new_code_cell(probe, id="probe"))
    run(notebook, read_only_folder)
