"""Lessons where learners really run them: a folder with a strange name, one that cannot be written to, going back and again,
going on in the middle after a restart.
"""

import builtins
import copy
import dis
import os
import shutil
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from notebook_files import ROOT, display_name, find_notebooks, lesson_number, read

LESSONS = [path for path in find_notebooks(folders=["notebooks"]) if path.name[0].isdigit()]
SETUP = ("bootstrap", "imports")
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=display_name)

# A section runs after a restart, once the setup cells have run. These run after other sections of their lesson only, and
# say so: what the reader has built there shall be used, and not be written twice; or what was measured or trained there is
# too dear to be made again.
_GUESSES = [
    "First guess: the numbers that are learned",
    "Second guess: the work",
    "Third guess: what comes out",
]
_WALK = ["The weights, from the shapes alone", "The work: follow the size"]
GOES_ON = {
    ("00", "The puzzle"): _GUESSES,
    ("01", "The same kernel everywhere"): ["Slide it"],
    ("01", "The border"): ["Slide it"],
    ("01", "Stride"): ["Slide it"],
    ("07", "First repair: a pointwise layer"): ["Does stacking mix the channels?"],
    ("07", "Does one shuffle connect them all?"): [
        "Depthwise or not?",
        "Does stacking mix the channels?",
        "First repair: a pointwise layer",
    ],
    ("10", "The roofline of your machine"): ["Which stage gets least done in a second?", "Numbers that move"],
    ("10b", "How much faster can it be?"): ["On which side are the layers?"],
    ("10b", "Two ways out"): ["On which side are the layers?", "How much faster can it be?"],
    ("10b", "One image"): ["On which side are the layers?", "How much faster can it be?"],
    ("11", "The data becomes a network"): _WALK,
    ("11", "Thin or shallow: Table 5"): _WALK,
    ("12", "The comparison"): ["Four nets"],
    ("12", "Where the effect disappears"): ["Four nets", "The comparison"],
    ("12", "Batch norm and ReLU between the stages"): ["The comparison"],
    ("12", "Eight bits"): ["Folding batch normalization away"],
}


def sections(notebook):
    """Return the code cells under each heading, without the setup cells."""
    heading, found = "", {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            heading = cell.source.partition("\n")[0].removeprefix("## ")
            assert heading not in found, f"two sections are called {heading!r}"
        elif cell.cell_type == "code" and cell.id not in SETUP:
            found.setdefault(heading, []).append(cell)
    return found


def setup_cells(notebook):
    return [cell for cell in notebook.cells if cell.id in SETUP]


def made_and_needed(cells):
    """Return the names that code cells make, and those that they use without having made them.

    They are read off the compiled code, where Python has settled what is local and what comes first. A function may use
    what its cell makes after it.
    """
    made, needed = set(), set()
    for cell in cells:
        inner = [compile(cell.source, cell.id, "exec")]
        for step in dis.get_instructions(inner[0]):
            if step.opname == "STORE_NAME":
                made.add(step.argval)
            elif step.opname == "LOAD_NAME":
                needed |= {step.argval} - made
        for code in inner:  # grows: functions in functions
            inner += [constant for constant in code.co_consts if hasattr(constant, "co_code")]
            needed |= {s.argval for s in dis.get_instructions(code) if s.opname == "LOAD_GLOBAL"} - made
    return made, needed - set(dir(builtins))


def missing_names(number, notebook):
    """Return a complaint for each section that needs another one and does not say so, or says so in vain."""
    found, (from_setup, _) = sections(notebook), made_and_needed(setup_cells(notebook))
    complaints = []
    for heading, cells in found.items():
        needed = made_and_needed(cells)[1] - from_setup
        before = GOES_ON.get((number, heading), [])
        made = [made_and_needed(found[earlier])[0] - {"my_guess"} for earlier in before]
        missing = needed.difference(*made)
        if missing:
            complaints.append(f"'{heading}' neither makes nor imports {', '.join(sorted(missing))}")
        complaints += [
            f"'{heading}' does not need '{earlier}'; GOES_ON says so"
            for earlier, names in zip(before, made)
            if not needed & names
        ]
    return complaints


def and_back(notebook):
    """Return the notebook's code, and after it every section once more, the last one first."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    again = [copy.deepcopy(cell) for cells in reversed(sections(notebook).values()) for cell in cells]
    for cell in again:
        cell.id += "-again"
    return nbformat.v4.new_notebook(cells=code + again, metadata=notebook.metadata)


KEEP = "kept_names, left_by = dict(globals()), {}"
CLEAR = """
for name in [name for name in globals() if name not in kept_names and name[0] != "_"]:
    if name not in ("kept_names", "left_by"):
        del globals()[name]
globals().update({name: value for name, value in kept_names.items() if name[0] != "_"})
"""


def each_after_a_restart(notebook, number):
    """Return a notebook that runs each section with the names of the setup cells alone, and of those that it goes on from."""

    def code(source, cell_id):
        return nbformat.v4.new_code_cell(source, id=cell_id)

    cells = [*setup_cells(notebook), code(KEEP, "keep")]
    for place, (heading, own) in enumerate(sections(notebook).items()):
        before = GOES_ON.get((number, heading), [])
        fetch = "".join(f"globals().update(left_by[{earlier!r}])\n" for earlier in before)
        leave = f"left_by[{heading!r}] = {{n: v for n, v in globals().items() if n not in kept_names and n[0] != '_'}}"
        cells += [code(CLEAR + fetch, f"clear-{place}"), *own, code(leave, f"leave-{place}")]
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


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


@pytest.mark.parametrize(
    ("sources", "needed"),
    [
        (["a = 1", "print(a)"], set()),
        (["print(a)", "a = 1"], {"a"}),
        (["a = a + 1"], {"a"}),
        (["def f(n):\n    return f(n - a)\n\n\na = 1"], set()),
        (["def f(b):\n    return lambda c: b + c + a"], {"a"}),
        (["from math import pi as a\nb = [a * c for c in range(3)]"], set()),
        (["b = [a * c for c in range(3)]"], {"a"}),
        (["class A:\n    b = 1\n\n    def c(self):\n        return a"], {"a"}),
        (
            ["for a in range(3):\n    a += 1\nwith open('f') as b:\n    a, (c, *d) = b", "print(a, b, c, d)"],
            set(),
        ),
    ],
)
def test_names_that_are_used_before_they_are_made_are_found(sources, needed):
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    assert made_and_needed(cells)[1] == needed


@pytest.mark.parametrize("number", ["99", "98"])
def test_a_section_says_what_it_goes_on_from_and_not_in_vain(number, monkeypatch):
    make, say = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [make("", id="imports"), say("## One\n", id="one"), make("my_guess, a = 1, 2", id="a")]
    cells += [say("## Two\n\nText", id="two"), make("print(my_guess, a)", id="b")]
    cells += [say("## Three", id="three"), make("print(1)", id="c")]
    monkeypatch.setitem(GOES_ON, ("98", "Two"), ["One"])
    monkeypatch.setitem(GOES_ON, ("98", "Three"), ["One"])
    expected = {
        "99": ["'Two' neither makes nor imports a, my_guess"],
        "98": ["'Two' neither makes nor imports my_guess", "'Three' does not need 'One'; GOES_ON says so"],
    }
    assert missing_names(number, nbformat.v4.new_notebook(cells=cells)) == expected[number]


@each_lesson
def test_a_section_makes_what_it_uses(path):
    assert missing_names(lesson_number(path), read(path)) == []


def test_the_sections_that_go_on_from_others_are_there():
    found = {lesson_number(path): list(sections(read(path))) for path in LESSONS}
    for (number, heading), before in GOES_ON.items():
        assert heading in found[number]
        assert set(before) <= set(found[number][: found[number].index(heading)])


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


@pytest.mark.full
@each_lesson
def test_each_section_runs_after_a_restart(path, tmp_path):
    run(each_after_a_restart(read(path), lesson_number(path)), tmp_path)


def test_a_section_that_needs_another_one_stops(tmp_path):
    make, say = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [make("a = 1", id="imports"), say("## One", id="one"), make("a, b = 2, 3", id="b")]
    cells += [say("## Two", id="two"), make("assert a == 1\nprint(b)", id="c")]
    with pytest.raises(pytest.fail.Exception, match="cell 'c': NameError: name 'b' is not defined"):
        run(each_after_a_restart(nbformat.v4.new_notebook(cells=cells), "99"), tmp_path)


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
