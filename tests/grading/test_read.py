"""From bytes to code cells: right, in time, and with a sentence where there are none."""

import ast
import gc
import json
import threading
import time
from pathlib import Path

import pytest

from sepconv.exercises import all_exercises
from sepconv.grading.hand_in import Unreadable, exercises_in, read_notebook

ROOT = Path(__file__).parents[2]
MB = 2**20
CHECK = 'check("out_size", out_size)'


def notebook(*cells, **changes):
    found = [{"cell_type": kind, "source": source} for kind, source in cells]
    return json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": CHECK}, *found]} | changes
    ).encode()


def test_a_notebook_is_about_its_lesson():
    found = read_notebook(notebook(), "x.ipynb")
    assert found.exercises == [exercise for exercise in all_exercises() if exercise.lesson == 3]


@pytest.mark.parametrize(
    "name", ["Ann Lee_12_assignsubmission_file/03_shapes.ipynb", "leeann_07_assign_345_03_shapes.ipynb"]
)
def test_a_platforms_number_is_no_lesson(name):
    assert {exercise.lesson for exercise in exercises_in([], name)} == {3}


@pytest.mark.parametrize(
    "source",
    [
        "def out_size(size):\n    return", "if True:\n  async  def out_size(): pass", "class out_size: pass",
        "x , out_size = 1, 2", "out_size: int = 3", "%%time\nout_size = 3", "x = (\r\n1)\r\nout_size=3", "x=\rout_size =\r3",
        "def broken(:\nout_size = 3",
    ],
)  # fmt: skip
def test_a_cell_that_binds_the_name_answers(source):
    assert any(exercise.name == "out_size" for exercise in exercises_in([source]))


@pytest.mark.parametrize(
    "source", ["out_size == 3", "f(\n  out_size=3)", "out_sizes = 3", "# out_size = 3", "undef out_size"]
)
def test_a_cell_that_does_not_bind_the_name_does_not_answer(source):
    assert exercises_in([source]) == []


def test_the_courses_own_notebooks_bind_what_python_says_that_they_bind():
    known = {exercise.name for exercise in all_exercises()}
    for path in sorted(ROOT.glob("solutions/*.ipynb")):
        found = read_notebook(path.read_bytes(), "")
        trees = [ast.walk(ast.parse(source)) for source in found.cells if "%" not in source]
        nodes = [node for tree in trees for node in tree]
        bound = {getattr(node, "name", None) for node in nodes} | {
            node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        assert known & bound <= {exercise.name for exercise in found.exercises}
        assert len({exercise.lesson for exercise in found.exercises}) == 1
        assert found.elsewhere == {}


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([("markdown", "def out_size(size):\n    return 1")], "a Markdown cell (cell 2): change that cell's type to Code."),
        ([("code", "x = 1"), ("raw", "out_size = 3")], "a raw cell (cell 3)"),
        ([("markdown", ["class ", "out_size:\n"])], "a Markdown cell (cell 2)"),
        ([("markdown", "def out_size(): ..."), ("code", "def out_size(): ...")], None),
        ([("markdown", "Write `out_size`. out_size == 3"), ("heading", "out_size = 3")], None),
    ],
)  # fmt: skip
def test_an_answer_in_a_cell_that_is_not_run_is_pointed_out(cells, says):
    found = read_notebook(notebook(*cells), "x.ipynb").elsewhere
    assert list(found) == (["out_size"] if says else [])
    assert (says or "") in found.get("out_size", "")


def test_half_a_character_costs_itself_only():
    assert read_notebook(notebook(("code", "x = '\udce9'")), "").cells == [CHECK, "x = '?'"]


HEAD = b'{"nbformat": 4, "metadata": '


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[" * 20 * MB, "nested deeper"),
        (HEAD + b'{"a":' * 4_000_000, "nested deeper"),
        (HEAD + b"[" + b"[]," * (6 * MB) + b"[]]}", "no cells"),
        (b'{"nbformat": 4, "cells": [' + b"{}," * (6 * MB) + b"{}]}", "cells; up to 2,000"),
        (HEAD + b"[" + (b"[" * 900 + b"]" * 900 + b",") * 11_000 + b"1]}", "no cells"),
        (HEAD + b"1" * 19 * MB, "part of one"),
        (HEAD + b'"' + b'\\"' * (9 * MB), "part of one"),
        (HEAD + b'"' + b'\\"' * (9 * MB) + b'"}', "no cells"),
        (notebook(("code", "x = 1"))[:-30] + b'\\"' * 148_000, "part of one"),
        (notebook(*[("code", "def out_size():\n" + "-" * 980)] * 1_999), ""),
        (notebook(("code", "-" * 1_900_000)), ""),
        (notebook(("code", "x = 1\n" * 330_000)), ""),
        (notebook(("code", "a , " * 400_000), ("markdown", "a\n" * 5_000_000)), ""),
        (notebook(("code", "x" * 2_000_001)), "2,000,000 characters of code"),
        (notebook(("code", "x")) + b" " * 20 * MB, "20 MB"),
        (b'{"nbformat": ' + b"[" * 900 + b"]" * 900 + b"}", "format unknown"),
        (b'{"nbformat": 3, "worksheets": [{"cells": 5}]}', "no cells"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else f"{len(value)} bytes",
)  # fmt: skip
def test_whatever_it_holds_is_read_in_two_seconds(data, says):
    """In a thread, as the grader reads; the clock is the thread's own, since other processes take time, too."""
    said, seconds = [], []

    def read():
        start = time.thread_time()
        try:
            read_notebook(data, "x.ipynb")
        except Unreadable as problem:
            said.append(str(problem))
        seconds.append(time.thread_time() - start)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(said) == bool(says)
    assert all(says in sentence and len(sentence) <= 300 for sentence in said)
    assert seconds[0] < 2
    assert gc.isenabled()
