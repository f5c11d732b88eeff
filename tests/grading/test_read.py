"""From bytes to code cells: right, in time, and with a sentence where there are none."""

import gc
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from symtable import symtable

import pytest

from sepconv.exercises import all_exercises
from sepconv.grading.hand_in.read import Unreadable, _exercises_in, read_notebook

ROOT = Path(__file__).parents[2]
MB = 2**20
CHECK = 'check("out_size", out_size)'
HEAD = b'{"nbformat": 4, "metadata": '


def notebook(*cells, **changes):
    found = [{"cell_type": kind, "source": source} for kind, source in [("code", CHECK), *cells]]
    return json.dumps({"nbformat": 4, "cells": found} | changes).encode()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", "Ann Lee_12_assignsubmission_file/03_shapes.ipynb"),
        ("", "ann_07_345_03_shapes.ipynb"),
        (CHECK, "x.ipynb"),
        (
            'answers = {"out_size": f}\nfor name, answer in answers.items():\n    check(name, answer)',
            "x.ipynb",
        ),
        ("check('out_size', 3)\nplot(label='grouped_conv', title=\"grouped_params\")", "06_groups.ipynb"),
    ],
)
def test_a_notebook_is_about_its_lesson_and_a_platforms_number_is_none(code, name):
    assert set(_exercises_in([code], name)) == {one for one in all_exercises() if one.lesson == 3}


def test_exercises_come_in_the_order_of_the_notebook():
    found = _exercises_in(["def receptive_field(layers): ...", "out_size = 3", "check('same_padding', 3)"])
    assert [one.name for one in found[:3]] == ["receptive_field", "out_size", "same_padding"]
    assert len(found) == sum(one.lesson == 3 for one in all_exercises())


ANSWERS = (
    "def out_size(size):\n    return", "if True:\n  async  def out_size(): pass", "class out_size: pass", "out_size: int = 3",
    "x , out_size = 1, 2", "%%time\nout_size = 3", "x = (\r\n1)\r\nout_size=3", "x=\rout_size =\r3", "def broken(:\nout_size = 3",
)  # fmt: skip
OTHERS = ("out_size == 3", "f(\n  out_size=3)", "out_sizes = 3", "# out_size = 3", "undef out_size")


@pytest.mark.parametrize("source", ANSWERS + OTHERS)
def test_a_cell_answers_if_it_binds_the_name(source):
    assert any(one.name == "out_size" for one in _exercises_in([source])) == (source in ANSWERS)


@pytest.mark.parametrize("path", sorted(ROOT.glob("solutions/*.ipynb")), ids=lambda path: path.stem)
def test_the_courses_own_notebooks_bind_what_python_says_that_they_bind(path):
    found = read_notebook(path.read_bytes(), "")
    tables = [symtable(source, "", "exec") for source in found.cells if "%" not in source]
    bound = {one.get_name() for table in tables for one in table.get_symbols() if one.is_assigned()}
    expected = bound & {exercise.name for exercise in all_exercises()}
    assert expected <= {exercise.name for exercise in found.exercises}
    assert len({exercise.lesson for exercise in found.exercises}) == 1
    assert found.elsewhere == {}


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([("markdown", "def out_size(size):\n    return 1")], "a Markdown cell (cell 2): change that cell's type to Code."),
        ([("code", "x = 1"), ("raw", "out_size = 3")], "a Raw cell (cell 3)"),
        ([("markdown", ["class ", "out_size:\n"])], "a Markdown cell (cell 2)"),
        ([("markdown", "def out_size(): ..."), ("code", "def out_size(): ...")], None),
        ([("markdown", "Write `out_size`. out_size == 3"), ("heading", "out_size = 3")], None),
    ],
)  # fmt: skip
def test_an_answer_in_a_cell_that_is_not_run_is_pointed_out(cells, says):
    found = read_notebook(notebook(*cells), "x.ipynb").elsewhere
    assert list(found) == (["out_size"] if says else [])
    assert (says or "") in found.get("out_size", "")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[" * 20 * MB, "500,000 brackets"),
        (b"[" * 499_999, "nested deeper"),
        (HEAD + b"[" + b"[]," * 499_990 + b"[]]}", "no cells"),
        (b'{"nbformat": 4, "cells": [' + b"{}," * 499_990 + b"{}]}", "no cells in it, or over 2,000"),
        (HEAD + b"[" + (b"[" * 900 + b"]" * 900 + b",") * 555 + b'"' + b'\\"' * (9 * MB) + b'"]}', "no cells"),
        (HEAD + b"1" * 19 * MB, "part of one"),
        (HEAD + b"[" + b"1," * (9 * MB) + b"1]}", "no cells"),
        (notebook(("code", "x = 1"))[:-30] + b'\\"' * 148_000, "part of one"),
        (notebook(*[("code", "def out_size():\n" + "-" * 980)] * 1_999), ""),
        (notebook(("code", "a , " * 400_000), ("markdown", "a\n" * 5_000_000)), ""),
        (notebook(("code", "'\"a" * 600_000)), ""),
        (notebook(("code", "x" * 2_000_001)), "2,000,000 characters of code"),
        (notebook(("code", "x")) + b" " * 20 * MB, "20 MB"),
        (notebook(nbformat=[[4]]), "format 0"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else f"{len(value)} bytes",
)  # fmt: skip
def test_whatever_it_holds_is_read_in_two_seconds(data, says):
    with ThreadPoolExecutor() as threads:  # as the grader reads
        said, seconds = threads.submit(read, data).result()
    assert (says in said) if says else not said
    assert len(said) <= 300
    assert seconds < 2


def read(data):
    """Return what is said, and the seconds of this thread: other processes take time, too, and so do other tests' objects."""
    gc.freeze()
    start, said = time.thread_time(), ""
    try:
        read_notebook(data, "x.ipynb")
    except Unreadable as problem:
        said = str(problem)
    finally:
        gc.unfreeze()
    return said, time.thread_time() - start
