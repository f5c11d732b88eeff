"""``check`` in a real kernel: what the cell's outputs hold, for a learner and for tools that read them."""

import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = {
    "import": "from sepconv import check, hint",
    "broken": "def out_size(size, k:\n    return 1",
    "missing": 'check("out_size", out_size)',
    "of-the-course": "progress()",
    "stub": 'def out_size(size, k, stride=1, padding=0, dilation=1):\n    """Count."""\n    ...  # your answer',
    "untouched": 'check("out_size", out_size)',
    "wrong": "def out_size(size, k, stride=1, padding=0, dilation=1):\n"
    "    return (size + 2 * padding - k * dilation) // stride + 1",
    "named": 'check("out_size", out_size)',
    "broken-again": "def out_size(size, k:\n    return 1",
    "stale": 'check("out_size", out_size)',
    "unquoted": "out_size = ECKFAJDH",
    "stale-too": 'check("out_size", out_size)',
    "scratch": "1 / 0",
    "not-stale": 'check("out_size", out_size)',
    "again": 'check("out_size", out_size)',
    "strange": "raise NameError('oops')",
    "raises": "def out_size(*sizes):\n    sizes = list(sizes)\n    return sizes[10]",
    "raised": 'check("out_size", out_size)',
    "asks": "def out_size(*sizes):\n    return int(input('size? '))",
    "asked": 'check("out_size", out_size)',
    "together": 'def out_size(*sizes):\n    return 0\ncheck("out_size", out_size)',
    "together-again": 'def out_size(*sizes):\n    return 1\ncheck("out_size", out_size)',
    "endless": "from sepconv.exercises import find\nobject.__setattr__(find('out_size'), 'seconds', 1)\n"
    "def out_size(*sizes):\n    while sizes: pass",
    "stopped": 'check("out_size", out_size)',
    "right": "def out_size(size, k, stride=1, padding=0, dilation=1):\n"
    "    return (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1",
    "correct": 'check("out_size", out_size)',
    "misspelled": 'check("outsize", out_size)',
    "hint": 'hint("out_size")',
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    folder = str(tmp_path_factory.mktemp("kernel"))
    NotebookClient(
        notebook, allow_errors=True, timeout=60, resources={"metadata": {"path": folder}}
    ).execute()
    return {cell.id: cell.outputs for cell in cells}


def error(outputs):
    (found,) = [output for output in outputs if output.output_type == "error"]
    return found.ename, re.sub(r"\x1b\[[\d;]*m", "", "\n".join(found.traceback))


def stdout(outputs):
    return "".join(output.text for output in outputs if output.get("name") == "stdout")


@pytest.mark.parametrize(
    ("cell", "ename", "says"),
    [
        ("untouched", "NotAttempted", "Replace the ... in the cell above"),
        ("named", "NotYet", "a dilated kernel was taken to span k·dilation pixels"),
        ("stale", "NotYet", "this is about an older answer. SyntaxError in its line 1"),
        ("stale-too", "NotYet", "this is about an older answer. NameError: name 'ECKFAJDH' is not defined"),
        ("raised", "NotYet", "line 3: return sizes[10]"),
        ("asked", "NotYet", "input() cannot be used in an answer"),
        ("stopped", "NotYet", "It was stopped after 1 second, in   line 4: while sizes: pass"),
        ("misspelled", "UnknownExercise", "did you mean 'out_size'"),
    ],
)
def test_a_failed_check_is_an_error_output_without_a_traceback(outputs, cell, ename, says):
    name, text = error(outputs[cell])
    assert name == ename
    assert says in text.replace("\n", " ")
    assert "Traceback" not in text
    assert "sepconv" not in text


@pytest.mark.parametrize("cell", ["not-stale", "again", "together-again"])
def test_an_answer_is_called_old_only_after_the_cell_that_was_to_define_it_failed(outputs, cell):
    assert "older answer" not in error(outputs[cell])[1]


def test_an_answer_that_does_not_exist_yet_is_explained(outputs):
    assert error(outputs["broken"])[0] == "SyntaxError"
    assert error(outputs["missing"])[0] == "NameError"
    assert "out_size does not exist yet: run the cell with your answer first." in stdout(outputs["missing"])
    assert (
        stdout(outputs["of-the-course"]) == "progress is part of the course: from sepconv import progress\n"
    )
    assert stdout(outputs["unquoted"]) == 'Letters go in quotes: "ECKFAJDH".\n'


def test_a_name_that_a_lesson_has_not_imported_is_explained():
    lesson = "from sepconv import reveal\nprogress()"
    shell = subprocess.run([sys.executable, "-m", "IPython", "-c", lesson], capture_output=True, text=True)
    assert "progress is part of the course: from sepconv import progress\n" in shell.stdout


def test_a_right_answer_prints_its_points_and_returns_nothing(outputs):
    assert [output.output_type for output in outputs["correct"]] == ["stream"]
    assert "Correct: out_size (2 points)" in stdout(outputs["correct"])
    assert "Hint 1 of 3" in stdout(outputs["hint"])


def test_nothing_is_written_to_stderr(outputs):
    assert not [o for cell in outputs.values() for o in cell if o.get("name") == "stderr"]
