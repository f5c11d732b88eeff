"""What stands around an answer costs it nothing: cells run here as they do in JupyterLab."""

import contextlib
import importlib.util
import io
import json
import os
import select
import signal
import sys
import types

import pytest

from sepconv.grading.sandbox.cells import run_cells
from sepconv.grading.sandbox.stand_ins import NOTHING

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each case runs in a fork of its own")
RIGHT = "def out_size(size, k):\n    return size - k + 1  # is this right?\n"
STUB = "def out_size(size, k):\n    ...  # your answer\n"
CHECK = "from sepconv import check\ncheck('out_size', out_size)\n"
SWALLOWS = "while True:\n    try:\n        while True:\n            pass\n    except:\n        pass\n"


def in_a_fork(act):
    """Return what a function returns in a copy of this process, which may be lost."""
    source, target = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(target, json.dumps(act()).encode())
        finally:
            os._exit(0)
    os.close(target)
    ended = select.select([source], [], [], 20)[0]
    if not ended:
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(source, "rb") as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    assert ended, "it did not end"
    return json.loads(data)


def described(value):
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    return value if isinstance(value, int | str) else type(value).__name__


def named(namespace, *hidden):
    """What is bound, as far as it can be compared."""
    return {
        name: described(value)
        for name, value in namespace.items()
        if not name.startswith("_") and name not in ("get_ipython", "NamespaceMagics", *hidden)
    }


def ran(*cells, seconds=5, skipped=(), begin=lambda number: None, before=lambda: None):
    """Run cells; return what came of them as data, with what out_size(7, 3) is at the end."""

    def act():
        before()
        run = run_cells(cells, {"out_size"}, {*skipped}, begin, seconds)
        answer = run.namespace.get("out_size")
        return {
            "answer": answer(7, 3) if callable(answer) else answer,
            "names": named(run.namespace),
            "given": sorted(run.given),
            "problems": [[number + 1, problem] for number, problem in sorted(run.problems.items())],
            "remarks": run.remarks,
            "ipython": "IPython" in sys.modules,
        }

    return in_a_fork(act)


# What IPython runs, too: the cell of an answer, and what stands in it.
MAGICS = {
    "%%time": ["%%time\nimport math\n" + RIGHT],
    "%%time with a magic in it": ["%%time\n%matplotlib inline\nx = 1\n" + RIGHT],
    "%%capture": ["%%capture\nimport numpy as np\n", "size = np.ones(3).size\n" + RIGHT],
    "%%capture with a name": ["%%capture --no-stderr out\nx = 1\n" + RIGHT],
    "%%prun": ["%%prun -q\nx = 1\n" + RIGHT],
    "%%timeit": ["%%timeit -n1 -r1\ny = 1", RIGHT],
    "%%bash": ["%%bash\ntrue (", "%%html\n<b>", "%%writefile kept.txt\nx = (", RIGHT],
    "!": ["!true\n" + RIGHT + "files = !true\nsame = files\n"],
    "! over two lines": ["!true \\\n   --quiet\nimport numpy as np\n" + RIGHT],
    "%timeit -o": [RIGHT + "t = %timeit -n1 -r1 -o out_size(7, 3)\nx = 1"],
    "?": ["?print\nx = 1\nprint?\n" + RIGHT + "out_size??\ny = 2"],
    "%time": ["%time import numpy as np\nx = %time np.ones(3).size\n%time y = x + 1; z = y\n" + RIGHT],
    "%prun": ["%prun -q -s cumulative x = 1\n" + RIGHT],
    "%cd": ["%cd .\n%pwd\nx = 1\n%load_ext autoreload\n%autoreload 0\n" + RIGHT],
    "prompts": [">>> x = 1\n>>> y = 2\n", "  z = 1\n  if z:\n      z = 2\n", RIGHT],
    "get_ipython()": [
        "ip = get_ipython()\nip.run_line_magic('matplotlib', 'inline')\nip.system('true')\nip = 0\n" + RIGHT,
        "get_ipython().run_cell_magic('time', '', 'x = 1\\n')\nget_ipython().run_line_magic('time', 'y = 2')",
    ],
    "IPython's get_ipython": [
        "from IPython import get_ipython\nget_ipython().run_line_magic('time', 'x = 1')\n" + RIGHT
    ],
    "await": ["import asyncio\nasync def one():\n    await asyncio.sleep(0)\n    return 1\n", "x = await one()\n" + RIGHT],
    "__future__": ["from __future__ import annotations\n", "def f(x: not_there): ...\n" + RIGHT],
}  # fmt: skip


@pytest.mark.parametrize("cells", MAGICS.values(), ids=MAGICS)
def test_an_answer_beside_a_magic_counts(cells):
    run = ran(*cells, CHECK)
    assert (run["answer"], run["problems"], run["given"]) == (5, [], ["out_size"])
    assert not run["ipython"] or "IPython" in cells[0]  # of IPython, its transformer alone is imported


def test_magics_bind_what_they_bind_in_ipython(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))

    def bound_by_ipython():
        from IPython.core.interactiveshell import InteractiveShell

        InteractiveShell.enable_gui = lambda *_: None  # that of a kernel, which has no windows either
        bound = []
        for cells in MAGICS.values():
            shell = InteractiveShell.instance()
            shell.reset()
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                for cell in cells:
                    shell.run_cell(cell)
            bound.append(named(shell.user_ns, "In", "Out", "exit", "quit", "open"))
        return bound

    lost = {"CapturedIO", "SList", "TimeitResult", type(NOTHING).__name__}  # what is left out here
    for cells, names in zip(MAGICS.values(), in_a_fork(bound_by_ipython), strict=True):
        ours = ran(*cells)["names"]
        assert {k: v for k, v in ours.items() if v not in lost} == {
            k: v for k, v in names.items() if v not in lost
        }
        assert ours.keys() == names.keys()


NOT_HERE = "from not_here.colab import drive\nimport not_here.sea as sns, not_here, json\n"
USED = "import not_here as nh\n@nh.fast\ndef f(): return 1\nwith nh.a(1): x = f'{nh.b + len(nh.c):.2f}'\nx = f()\n"
REMARKS = {  # cells, the words of the remarks, what is bound besides
    "a module that is not here": ([NOT_HERE + RIGHT, NOT_HERE], ["not_here.colab", "not_here.sea", "not_here"], {"json": "module json"}),
    "what is used of it": ([USED + RIGHT], ["not_here"], {"x": 1}),
    "an import that is tried": (["try:\n    import not_here\nexcept ImportError:\n    x = 2\n" + RIGHT], [], {"x": 2}),
    "input()": (["x = input('k?')\nx = input()\n" + RIGHT], ["input()"], {"x": ""}),
    "exit()": ([RIGHT + "exit()\nx = 1", "y = 2"], ["exit()"], {"y": 2}),
    "sys.exit()": ([RIGHT + "import sys\nsys.exit('done')\nx = 1", "quit()"], ["exit()"], {}),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "words", "bound"), REMARKS.values(), ids=REMARKS)
def test_what_is_left_out_is_said_once(cells, words, bound):
    run = ran(*cells, CHECK)
    assert (run["answer"], run["problems"]) == (5, [])
    assert len(run["remarks"]) == len(words)
    assert all(remark.startswith(f"Code cell 1: {word} ") for remark, word in zip(run["remarks"], words))
    assert bound.items() <= run["names"].items()
    assert ("x" in run["names"]) == ("x" in bound)


def test_a_name_that_a_module_does_not_have_is_an_error():
    run = ran("from json import not_here\nx = 1", RIGHT)
    assert (run["answer"], len(run["problems"]), run["remarks"]) == (5, 1, [])


REBOUND = "out_size = out_size(7, 3)\n"
WRONG = "def out_size(size, k):\n    return size\n"
CHECKED = {  # cells and what out_size(7, 3) is
    "bound anew": ([RIGHT, CHECK, REBOUND], 5),
    "bound anew in the cell of the check": ([RIGHT + CHECK + REBOUND], 5),
    "a loop variable": ([RIGHT + CHECK, "for out_size in range(3): pass"], 5),
    "a scratch copy": ([RIGHT, CHECK, WRONG], 5),
    "corrected and checked again": ([WRONG, CHECK, RIGHT, CHECK, WRONG], 5),
    "checked under another name": (["def mine(size, k): return size - k + 1", "import sepconv\nsepconv.check('out_size', mine)"], 5),
    "never checked": ([WRONG, RIGHT], 5),
    "a stub below": ([RIGHT, STUB], 5),
    "a stub below, checked": ([RIGHT + CHECK, REBOUND, STUB, CHECK + STUB + CHECK], 5),
    "a check that fails once and runs again": ([RIGHT + CHECK + "late", WRONG + "late = 1"], 5),
    "changed afterwards": (["from sepconv.checking import check\nout_size = [5]\ncheck('out_size', out_size)\nout_size += [6]"], [5]),
    "only a stub": ([STUB + CHECK], None),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "answer"), CHECKED.values(), ids=CHECKED)
def test_the_last_check_counts(cells, answer):
    assert ran(*cells)["answer"] == answer


LATE = "It took longer than 0.2 s and was stopped."
ENDLESS = {
    "loop": "while True: pass",
    "loop that catches everything": SWALLOWS,
    "and prints": SWALLOWS.replace("pass\n    except:\n        pass", "pass\n    except:\n        str(1)"),
    "sleep": "import time\ntime.sleep(100)",
    "await": "import asyncio\nawait asyncio.sleep(100)",
    "caught once": "try:\n    while True: pass\nexcept BaseException: x = 1",
    "a name that never ends": "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
}


@pytest.mark.parametrize("cell", ENDLESS.values(), ids=ENDLESS)
def test_a_cell_that_does_not_end_is_stopped_and_the_others_run(cell):
    run = ran(RIGHT, "y = 1\n" + cell, "%time " + "z = y", CHECK, seconds=0.2)
    assert (run["answer"], run["names"]["z"], run["problems"]) == (5, 1, [[2, LATE]])


def test_four_endless_cells_cost_no_answer():
    cells = [f"x{n} = 1\nwhile True: pass\n" for n in range(4)]
    run = ran(
        RIGHT, *cells, CHECK, "import time\ntime.sleep(0.3)", seconds=0.4
    )  # the alarm is off in between
    assert (run["answer"], len(run["problems"])) == (5, 4)


SENTENCES = {
    "x = (": "SyntaxError in line 1: '(' was never closed",
    "\n\n%matplotlib inline\nx = 1\n y = 2": "IndentationError in line 5: unexpected indent",
    "%%time\nx = 1\nreturn": "SyntaxError in line 3: 'return' outside function",
    "eval('1 +')": "SyntaxError: invalid syntax (<string>, line 1)",
    "raise ValueError('caf\\udce9\\n\\x1b[1mx')": "ValueError: caf [1mx",
    "raise ValueError('ä' * 1000)": "ValueError: " + "ä" * 288,
    "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E": "E",
}


@pytest.mark.parametrize(("cell", "sentence"), SENTENCES.items())
def test_what_went_wrong_is_said_in_a_line(cell, sentence):
    assert ran(cell, "x = 1")["problems"] == [[1, sentence]]


def test_a_cell_that_failed_runs_once_more_at_the_end():
    begun = "begun = [0]\n"
    run = ran(
        begun, "late\nn = begun.append(1)", "x = (", "late = 1", "begun.append(2); never", "b = len(begun)"
    )
    assert [number for number, _ in run["problems"]] == [3, 5]
    assert run["names"]["b"] == 2


def test_cells_that_are_skipped_or_without_time_are_left_out():
    run = ran(RIGHT, "x = 1", "y = 1", skipped=[1], begin=lambda number: number < 2)
    assert (run["answer"], "x" in run["names"], "y" in run["names"], len(run["problems"])) == (
        5,
        False,
        False,
        2,
    )


def test_a_copy_of_the_process_ends_with_its_cell(tmp_path):
    log = tmp_path / "begun"
    ran(
        "import os\nif os.fork() == 0: 1 / 0\nos.wait()",
        "x = 1",
        begin=lambda n: log.open("a").write(f"{n} "),
    )
    assert log.read_text() == "0 1 "


def test_without_ipython_magics_are_left_out_and_it_is_said():
    def hide():
        importlib.util.find_spec = lambda name: None

    run = ran(
        "%%time\nx = %timeit -o f()\n!pip install \nprint?\n" + RIGHT, "%time y = 1", CHECK, before=hide
    )
    assert (run["answer"], run["problems"], len(run["remarks"])) == (5, [], 1)
