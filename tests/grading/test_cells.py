"""What stands around an answer costs it nothing: cells run here as they do in JupyterLab."""

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time

import pytest

from sepconv.checking import alarm
from sepconv.grading.sandbox import child
from sepconv.grading.sandbox.cells import run_cells
from sepconv.grading.sandbox.stand_ins import NOTHING

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each case runs in a fork of its own")
RIGHT = "def out_size(size, k): return size - k + 1\n"
WRONG = "def out_size(size, k): return size\n"
STUB = "def out_size(size, k):\n    ...  # your answer\n"
CHECK = "from sepconv import check\ncheck('out_size', out_size)\n"
REBOUND = "out_size = out_size(9, 3)\n"


def in_a_fork(act, *arguments):
    """Return what a function returns in a copy of this process, which may be lost."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply_async(act, arguments).get(timeout=60)


def ran(*cells, seconds=15, skipped=(), late=99):
    """Run cells; return what came of them as data, with what out_size(7, 3) is at the end."""
    return in_a_fork(ran_here, cells, seconds, skipped, late)


def ran_here(cells, seconds, skipped, late):
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        request = {"cells": cells, "names": ["out_size"], "skipped": skipped, "seconds": seconds}
        run = run_cells(request, lambda number: number < late)
    answer = run.namespace.get("out_size")
    return {
        "answer": answer(7, 3) if callable(answer) else answer,
        "names": named(run.namespace),
        "problems": [f"{number + 1}: {problem}" for number, problem in sorted(run.problems.items())],
        "remarks": run.remarks,
        "ipython": "IPython" in sys.modules,
        "alarm": signal.getitimer(signal.ITIMER_REAL)[0],
    }


def named(namespace):
    """What is bound, as far as it can be compared."""
    hidden = {"get_ipython", "NamespaceMagics", "In", "Out", "exit", "quit", "open"}
    described = {name: v if isinstance(v, int | str) else type(v).__name__ for name, v in namespace.items()}
    return {name: said for name, said in described.items() if name[0] != "_" and name not in hidden}


# What IPython runs, too: the cell of an answer, and what stands in it.
MAGICS = {
    "%%time": ["%%time\nimport math\n", "%%prun -q\nx = 1\n", "%%time\n%matplotlib inline\ny = 1\n" + RIGHT],
    "%%capture": ["%%capture\nimport numpy as np\n", "size = np.ones(3).size\n" + RIGHT],
    "%%capture with a name": ["%%capture --no-stderr out\nx = 1\n" + RIGHT],
    "%%bash": ["%%timeit -n1 -r1\ny = 1", "%%bash\ntrue (", "%%html\n<b>", "%%writefile kept.txt\nx = (", RIGHT],
    "!": ["!true \\\n   --quiet\nimport numpy as np\n", "!true\n" + RIGHT + "files = !true\nsame = files\n"],
    "%timeit -o": [RIGHT + "t = %timeit -n1 -r1 -o out_size(7, 3)\nx = 1"],
    "?": ["?print\nx = 1\nprint?\n" + RIGHT + "out_size??\ny = 2"],
    "%time": ["%time import numpy as np\nx = %time np.ones(3).size\n%time y = x + 1; z = y\n" + RIGHT],
    "%cd": ["%cd .\n%pwd\nx = 1\n%load_ext autoreload\n%autoreload 0\n" + RIGHT],
    "a comment that asks": ["%precision 3\n" + RIGHT.replace("\n", "  # is it?\n") + "x = 1"],
    "prompts": [">>> x = 1\n>>> y = 2\n", "  z = 1\n  if z:\n      z = 2\n", RIGHT],
    "get_ipython()": ["from IPython import get_ipython\nget_ipython().run_line_magic('pwd', '')\n", "ip = get_ipython()\nip.run_line_magic('matplotlib', 'inline')\nip.system('true')\nip = 0\n" + RIGHT],
    "await": ["import asyncio\nasync def one():\n    await asyncio.sleep(0)\n    return 1\n", "x = await one()\n" + RIGHT],
    "__future__": ["from __future__ import annotations\n", "def f(x: not_there): ...\n" + RIGHT],
}  # fmt: skip


@pytest.mark.parametrize("cells", MAGICS.values(), ids=MAGICS)
def test_an_answer_beside_a_magic_counts(cells):
    run = ran(*cells, CHECK)
    assert (run["answer"], run["problems"]) == (5, [])
    assert (
        not run["ipython"] or "IPython" in cells[0] or "IPython" in sys.modules
    )  # of IPython, its transformer alone is imported


def bound_by_ipython():
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.enable_gui = lambda *_: None  # as in a kernel, which has no windows either
    shell, bound = InteractiveShell.instance(), []
    for cells in MAGICS.values():
        shell.reset()
        list(map(shell.run_cell, cells))
        bound.append(named(shell.user_ns))
    return bound


def test_magics_bind_what_they_bind_in_ipython(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    for cells, names in zip(MAGICS.values(), in_a_fork(bound_by_ipython), strict=True):
        left_out = {"CapturedIO", "SList", "TimeitResult"}
        names = {name: type(NOTHING).__name__ if said in left_out else said for name, said in names.items()}
        assert ran(*cells)["names"] == names


def gone(*names):
    return [f"Code cell 1: {name} is not here; what it was imported for was left out." for name in names]


NOT_HERE = "from not_here.lab import drive\nimport nor_here.sea as sns, not_here, json\n"
USED = "import not_here as nh\n@nh.fast\ndef f(): return 1\nwith nh.a(1): f'{1 / -nh.b[0] + len(nh.c):.2f}'\nassert f() == 1 < nh.d"
USED += "\nclass A(nh.B): pass\nfor y in nh.e: nh.f['y'] = y\nnh.g['y'] = 1\n"
INPUT = ["Code cell 1: input() was given an empty line."]
STOPPED = {"problems": ["2: line 1: ZeroDivisionError: division by zero"]}
EXIT = {"remarks": ["Code cell 1: exit() ended it; the cells behind it were run."]}
CASES = {
    "a module that is not here": ([NOT_HERE + RIGHT, NOT_HERE + "json.dumps"], {"remarks": gone("not_here", "nor_here")}),
    "what is used of it": ([USED + RIGHT], {"remarks": gone("not_here")}),
    "a module that itself misses one": (["import multiprocessing.popen_spawn_win32 as w\n" + RIGHT], {"remarks": gone("msvcrt")}),
    "an import that is tried": (["try: import not_here\nexcept ImportError: x = 2\n" + RIGHT, "assert x == 2"], {}),
    "a name that is not there": (["from json import no\n", RIGHT], {"problems": [f"1: line 1: ImportError: cannot import name 'no' from 'json' ({json.__file__})"]}),
    "input()": (["assert input('k?') == input() == ''\n" + RIGHT], {"remarks": INPUT}),
    "exit()": (["x = 1\nexit()\nx = 2", "import sys\nsys.exit('done')\nx = 3", RIGHT + "assert x == 1\nquit()"], EXIT),
    "run once more": (["b = []", "late\nb += [1]", "late = 1", "b += [5]; never", RIGHT, "assert b == [5, 1, 5]"], {"problems": ["4: line 1: NameError: name 'never' is not defined"]}),
    "a line that is wrong": (["%matplotlib inline\nx = 1\n y = 2", RIGHT], {"problems": ["1: IndentationError: unexpected indent (<cell 1>, line 3)"]}),
    "a line that is wrong below %%time": (["%%time\n%pwd\nreturn", RIGHT], {"problems": ["1: line 3: SyntaxError: 'return' outside function (<cell 1>, line 3)"]}),
    "an error that cannot be written": (["raise ValueError('caf\\udce9\\n\\x1b[1mx')", RIGHT], {"problems": ["1: line 1: ValueError: caf\udce9\n\x1b[1mx"]}),
    "an error that is long": (["raise ValueError('ä' * 1000)", RIGHT], {"problems": ["1: line 1: ValueError: " + "ä" * 288]}),
    "an error that raises another": (["class E(Exception):\n    def __str__(self): return 1 / 0\nraise E", RIGHT], {"problems": ["1: line 3: E"]}),
    "bound anew": ([RIGHT, CHECK, REBOUND], {}),
    "bound anew in the cell of the check": ([RIGHT + CHECK + REBOUND], {}),
    "a loop variable": ([RIGHT + CHECK, "for out_size in range(3): pass"], {}),
    "a scratch copy": ([RIGHT, CHECK, WRONG], {}),
    "called by another answer": ([RIGHT, CHECK, "def twice(): return 2 * out_size(7, 3)", REBOUND], {}),
    "corrected and checked again": ([WRONG, CHECK, RIGHT, CHECK, WRONG], {}),
    "checked under another name": ([RIGHT.replace("out_size", "mine"), "import sepconv\nsepconv.check('out_size', mine)"], {}),
    "a folder that is not here": (["import os\nos.chdir('/drive')\nos.x = 1\nimport json as j\nK = 1\ndef one(): return K", "def out_size(size, k): return size - k + one()\nj\n" + CHECK], {"problems": ["1: line 2: FileNotFoundError: [Errno 2] No such file or directory: '/drive'"]}),
    "what a shell said": (["here = %pwd\nn = !echo 3\nimport getpass, os\nn = int(n[0])\nos.path.join(here, 'x', getpass.getpass())\n" + RIGHT], {"remarks": INPUT}),
    "tasks": (["import asyncio\nasync def one(): return 1\nt = asyncio.create_task(one())\n" + RIGHT, "assert t.result() == await t == 1"], {}),
    "a file that is written": (["%%writefile ours.py\n" + RIGHT, "%%file -a ours.py\nx = 3", "from ours import *\n" + CHECK + "assert x == 3"], {}),
    "what was shown": (["3 + 4", "_ + 1\nOut[1] + 2", "assert _ == 9 and In[1] == '3 + 4'\nget_ipython().user_ns['z'] = 3\n" + RIGHT, "assert z == 3"], {}),
    "the magic of a package": (["\n%%memit -r 1\n" + RIGHT, "%%R\nx <- c(2)\ny = )", "%%script false\nout_size = 1", "1 / 0"], {"problems": ["4: line 1: ZeroDivisionError: division by zero"]}),
    "only in a dict": (["from sepconv import check, NotYet\nall = {'out_size': lambda size, k: size - k + 1}\nfor n in ['no', *all]:\n    try: check(n, all[n])\n    except NotYet: pass\n    except KeyError: pass"], {}),
    "wrong behind a failure": ([RIGHT, "1 / 0\n" + WRONG + CHECK], STOPPED),
    "corrected behind a failure": ([WRONG, "1 / 0\n" + RIGHT + CHECK], STOPPED | {"answer": 7}),
    "changed behind a failure": (["out_size = [1]", "1 / 0\nout_size.append(2)\nout_size = [out_size]"], STOPPED | {"answer": [1]}),
    "new behind a failure": ([STUB, "1 / 0\n" + RIGHT, CHECK], STOPPED),
    "never checked": ([WRONG, RIGHT], {}),
    "a stub below": ([RIGHT, STUB], {}),
    "a stub below, checked": ([RIGHT + CHECK, REBOUND, STUB, CHECK + STUB + CHECK], {}),
    "checked again as its cell runs once more": ([RIGHT, CHECK + "late", WRONG + "late = 1"], {}),
    "changed after its check": (["from sepconv.checking.commands import check\nout_size = [5]\ncheck('out_size', out_size)\nout_size += [6]"], {"answer": [5]}),
    "only a stub": ([STUB + CHECK], {"answer": None}),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "unusual"), CASES.values(), ids=CASES)
def test_an_answer_counts_whatever_stands_around_it(cells, unusual):
    expected = {"answer": 5, "problems": [], "remarks": []} | unusual
    found = ran(*cells)
    assert {what: found[what] for what in expected} == expected


CATCHES = "while True:\n    try:\n        while True: str(1)\n    except: "
ENDLESS = {
    "loop": "while True: pass",
    "loop that catches everything": CATCHES + "pass",
    "loop that catches everything and does something": CATCHES + "str(1)",
    "sleep": "import time\ntime.sleep(100)",
    "await": "import asyncio\nawait asyncio.sleep(100)",
    "caught once": "try:\n    while True: str(1)\nexcept BaseException: x = 1",
    "a name that never ends": "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
}


@pytest.mark.parametrize("cell", ENDLESS.values(), ids=ENDLESS)
def test_cells_that_do_not_end_cost_nothing_else(cell):
    run = ran(RIGHT + "y = 0", *["y += 1\n" + cell] * 4, CHECK, "import time\ntime.sleep(0.3)", seconds=0.2)
    assert (run["answer"], run["names"]["y"], run["alarm"]) == (5, 4, 0)
    assert run["problems"] == [f"{n}: It took longer than 0.2 s and was stopped." for n in (2, 3, 4, 5, 7)]


def test_seconds_in_which_others_had_the_processor_are_added_once(monkeypatch):
    monkeypatch.setattr(alarm, "waited", lambda process="self": time.monotonic())
    slow = "import time\ntime.sleep(0.3)"
    assert ran(slow, slow, seconds=0.2)["problems"] == ["2: It took longer than 0.2 s and was stopped."]
    monkeypatch.setattr(child, "waited", alarm.waited)
    (signs, sign), heard = os.pipe(), []
    threading.Timer(0.3, os.close, [sign]).start()
    assert child._comes(signs, os.getpid(), 0.2, heard.append)
    assert heard == ["asking"]
    os.close(signs)


def test_cells_that_are_skipped_or_without_time_are_left_out():
    run = ran(RIGHT, "x = 1", "y = 1", skipped=[1], late=2)
    assert (run["names"], len(run["problems"])) == ({"out_size": "function"}, 2)
