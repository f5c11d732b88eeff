"""Broken and hostile submissions, each with the mark that it must get.

All are about lesson 3: `same_padding` (1 point) and `receptive_field` (2 points) are right unless a case says otherwise,
and `out_size` (2 points) is wrong, or does harm.
"""

import json
from dataclasses import dataclass

SAME_PADDING = """
def same_padding(k, dilation=1):
    total = dilation * (k - 1)
    return total // 2, total - total // 2
"""
RECEPTIVE_FIELD = """
def receptive_field(layers):
    field = jump = 1
    for k, stride, dilation in layers:
        field += dilation * (k - 1) * jump
        jump *= stride
    return field
"""
OUT_SIZE = """
def out_size(size, k, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1
"""
WRONG = """
def out_size(size, k, stride=1, padding=0, dilation=1):
    return size
"""
HONEST = 3  # points without out_size


@dataclass(frozen=True)
class Case:
    """A submission, the points that it must get, and a word of the sentence that says what is wrong with the file."""

    name: str
    data: bytes
    points: int = HONEST
    problem: str = ""


def notebook(*cells, **changes) -> bytes:
    """Return a notebook of code cells."""
    found = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for source in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found} | changes).encode()


def does(code, **changes):
    """A submission that runs code at the top, and gives a wrong answer."""
    return notebook("import numpy as np", code, WRONG, SAME_PADDING, RECEPTIVE_FIELD, **changes)


def returns(body, before=""):
    """A submission whose out_size does something harmful."""
    lines = "\n".join("    " + line for line in body.splitlines())
    function = f"{before}\ndef out_size(size, k, stride=1, padding=0, dilation=1):\n{lines}\n"
    return notebook("import numpy as np", function, SAME_PADDING, RECEPTIVE_FIELD)


LOWERS = """
import os, resource
for process in (1, os.getppid()):
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        try: resource.prlimit(process, kind, (6, 6))
        except OSError: pass
"""
EQUAL = """
class Equal(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 1
"""
TENSOR = """
import torch
class Tricky(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True
"""
SEARCH = """
import gc
from sepconv.grading.sandbox.child import EXERCISES
found = [EXERCISES["out_size"], *(o for o in gc.get_objects() if getattr(o, "name", "") == "out_size")]
"""
FORGE = """
import json, os
message = {"answer": "out_size", "state": "value", "value": 1, "outcome": "correct", "points": 2}
line = f"answer out_size {json.dumps(message)}\\n".encode()
for fd in range(3, 64):
    try: os.write(fd, line)
    except OSError: pass
"""
FORGE_FOR_OTHERS = """
import glob, os
for path in glob.glob("/proc/[0-9]*/fd/*"):
    try:
        if path.split("/")[2] == str(os.getpid()) or not os.readlink(path).startswith(("pipe", "socket")): continue
        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.write(fd, b'+{"done": true}\\nanswer same_padding {}\\ndone\\n')
        os.read(os.open(path, os.O_RDONLY | os.O_NONBLOCK), 1 << 20)
    except OSError: pass
"""
DETACH = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(0.1)
    os._exit(0)
"""
LEAVES = """
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock"):
    try: open(f"{folder}/sepconv-left", "w").write("x")
    except OSError: pass
"""
PRECISE = notebook(WRONG, SAME_PADDING, RECEPTIVE_FIELD)

LOOPS = [
    Case("loop at the top", does("while True: pass")),
    Case("loop in the function", returns("while True: pass")),
    Case(
        "loop that swallows everything",
        returns("while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
    ),
    Case("sleep", returns("import time; time.sleep(1000)")),
    Case("regular expression that never ends", returns("import re; re.match('(a+)+$', 'a' * 60 + 'b')")),
    Case("number that never ends", returns("return 9 ** 9 ** 9")),
    Case(
        "signals ignored",
        does(
            "import signal\nfor s in range(1, 64):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: pass"
        ),
    ),
    Case(
        "alarm handler",
        does("import signal\nsignal.signal(signal.SIGALRM, lambda *a: None); signal.alarm(1)"),
    ),
    Case("fork bomb", does("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")),
    Case(
        "thread bomb",
        does(
            "import threading, time\nfor _ in range(10000):\n    try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n    except RuntimeError: break"
        ),
    ),
    Case(
        "five cells that do not end",
        notebook(*["while True: pass"] * 5, WRONG, SAME_PADDING, RECEPTIVE_FIELD),
    ),
    Case(
        "a cell that cannot be interrupted, between answers",
        notebook(SAME_PADDING, WRONG, "import itertools\nsum(itertools.count())", RECEPTIVE_FIELD),
    ),
    Case(
        "many cells that cannot be interrupted, behind the answers",
        notebook(SAME_PADDING, WRONG, RECEPTIVE_FIELD, *["import itertools\nsum(itertools.count())"] * 20),
    ),
    Case("stops its parent", does("import os, signal; os.kill(os.getppid(), signal.SIGSTOP)")),
    Case("deadlock", returns("import threading\nlock = threading.Lock(); lock.acquire(); lock.acquire()")),
]
ENDS = [
    Case("os._exit at the top", does("import os; os._exit(0)")),
    Case("os._exit in the function", returns("import os; os._exit(0)")),
    Case("sys.exit at the top", does("import sys; sys.exit(0)")),
    Case("sys.exit in the function", returns("import sys; sys.exit(0)")),
    Case("BaseException in the function", returns("raise BaseException('no')")),
    Case("KeyboardInterrupt in the function", returns("raise KeyboardInterrupt")),
    Case("segfault", returns("import ctypes; ctypes.string_at(0)")),
    Case("abort", does("import os; os.abort()")),
    Case("recursion", returns("return out_size(size, k)")),
    Case("kills its parent", does("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")),
    Case("lowers the limits of its ancestors", does(LOWERS)),
    Case("kills its group", does("import os; os.killpg(0, 9)")),
    Case("atexit", does("import atexit, os; atexit.register(os._exit, 0)")),
    Case("detached process", does(DETACH)),
    Case("fork at the top", does("import os; os.fork()")),
    Case("fork in the function", returns("import os; os.fork(); return 1")),
]
TOO_MUCH = [
    Case("3 GB of memory", returns("return len(b'x' * (3 * 2**30))")),
    Case("50 GB of memory", returns("import numpy\nreturn numpy.ones(50 * 2**27).sum()")),
    Case("1 GB of output", does("import os\nfor _ in range(1024): print('x' * 2**20)")),
    Case(
        "1 GB into every descriptor",
        does(
            "import os\nfor fd in range(3, 64):\n    for _ in range(64):\n        try: os.write(fd, b'x' * 2**20)\n        except OSError: break"
        ),
    ),
    Case("filled disk", does("for i in range(1000): open(f'f{i}', 'wb').write(b'x' * 2**24)")),
    Case("one huge file", does("f = open('f', 'wb')\nfor i in range(1000): f.write(b'x' * 2**24)")),
    Case("40 MB of small messages", does("import os\nfor _ in range(10): os.write(3, b'{}\\n' * 2**20)")),
    Case(
        "a number of a cell that is too long", does("import os; os.write(3, b'cell ' + b'9' * 4300 + b'\\n')")
    ),
    Case(
        "all descriptors opened",
        does("import os\nwhile True:\n    try: os.open('/', 0)\n    except OSError: break"),
    ),
    Case("folders 1,500 deep", does("import os\nfor _ in range(1500): os.mkdir('d'); os.chdir('d')")),
    Case("a folder that may not be entered", does("import os; os.chmod('.', 0)")),
    Case("60,000 keys with one hash", returns("return {k * (2**61 - 1): 0 for k in range(60_000)}")),
    Case("answer of 100 MB", returns("import numpy\nreturn numpy.zeros(100 * 2**17)")),
    Case("huge int", returns("return 1 << 10**8")),
    Case("int of 5000 digits", returns("return 10 ** 5000")),
    Case("nan", returns("return float('nan')")),
    Case("infinity", returns("return float('inf')")),
    Case("list that holds itself", returns("a = []; a.append(a); return a")),
    Case("exception with a huge message", returns("raise ValueError('x' * 10**8)")),
]
TRICKS = [
    Case("object equal to everything", returns("return Equal(1)", EQUAL)),
    Case(
        "array that lies",
        returns(
            "return A()",
            "class A:\n    def __array__(self, *a, **k): return np.array(True)\n    def __float__(self): return 1.0",
        ),
    ),
    Case("tensor that lies", returns("return torch.zeros(1).as_subclass(Tricky)", TENSOR)),
    Case("numpy's allclose", does("np.allclose = np.array_equal = np.isclose = lambda *a, **k: True")),
    Case("torch's allclose", does("import torch; torch.allclose = torch.equal = lambda *a, **k: True")),
    Case("math's isclose", does("import math; math.isclose = lambda *a, **k: True")),
    Case(
        "the marking's same",
        does(
            "import sepconv.checking.plain as p, sepconv.checking.runs as r\np.same = r.agrees = lambda *a, **k: True"
        ),
    ),
    Case(
        "the marking's call",
        does(
            "import sepconv.checking.guard as g, sepconv.grading.sandbox.child as c\ng.call = c.call = lambda *a, **k: None"
        ),
        points=0,
    ),
    Case(
        "builtins",
        does("import builtins\nbuiltins.len = builtins.isinstance = builtins.sum = lambda *a, **k: True"),
    ),
    Case(
        "the checker in sys.modules",
        does(
            "import sys, types\nsys.modules['sepconv.checking.commands'] = types.ModuleType('x'); sys.modules['sepconv'] = None"
        ),
    ),
    Case(
        "settrace",
        does("import sys\nsys.settrace(lambda f, e, a: None); sys.setprofile(lambda f, e, a: None)"),
    ),
    Case(
        "pickled payload",
        returns(
            "return P()",
            "class P:\n    def __reduce__(self): import os; return os.system, ('kill -9 $PPID',)",
        ),
    ),
    Case("writes a mark into the pipe", does(FORGE)),
    Case("prints that all is passed", does('print(\'{"answer": "out_size", "outcome": "correct"}\')')),
    Case(
        "imports the answer",
        returns(
            "from sepconv.exercises import find\nreturn find('out_size').answer(size, k, stride, padding, dilation)"
        ),
    ),
    Case(
        "imports the lesson's answer",
        returns(
            "from sepconv.exercises.lesson_03.out_size import out_size as right\nreturn right(size, k, stride, padding, dilation)"
        ),
    ),
    Case("shows the solution", does("from sepconv import solution\nsolution('out_size')")),
    Case(
        "searches the memory for the answer",
        returns("return found[0].answer(size, k, stride, padding, dilation)", SEARCH),
    ),
    Case("calls off its own check", does("import sepconv; sepconv.check = lambda *a: print('Correct')")),
    Case("writes into and reads from the pipes of others", does(FORGE_FOR_OTHERS)),
    Case(
        "looks into /proc",
        does(
            "import os\nfor p in os.listdir('/proc'):\n    if p.isdigit():\n        try: open(f'/proc/{p}/mem', 'r+b').write(b'x')\n        except OSError: pass"
        ),
    ),
    Case("traces the server", does("import ctypes, os\nctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)")),
    Case(
        "deletes what it finds",
        does(
            "import os, shutil\nshutil.rmtree('.', ignore_errors=True); shutil.rmtree(os.path.dirname(os.getcwd()), ignore_errors=True)"
        ),
    ),
    Case("leaves its folder", does("import os; os.chdir('/')")),
    Case("leaves files where everybody may write", does(LEAVES)),
    Case("changes numpy's random state", does("np.random.default_rng = lambda *a: None")),
    Case("input", returns("return int(input())")),
]
EXERCISE = """
from sepconv.grading.sandbox.child import EXERCISES
exercise = EXERCISES["out_size"]
"""
RENAMES = """
import sepconv.grading.sandbox.child as child
message = child._message
child._message = lambda answer: message(answer).replace("answer same_padding", "answer out_size")
"""
ADDS = """
import json
dumps = json.dumps
json.dumps = lambda message, *a, **k: dumps(message | {"outcome": "correct", "points": 2, "of": 2}, *a, **k)
"""
CLAIMS = """
import sepconv.grading.sandbox.child as child
answer_of = child.answer_of
def claiming(exercise, value, seed):
    if exercise.name != "out_size":
        return answer_of(exercise, value, seed)
    return {"answer": "out_size", "state": "correct", "outcome": "correct", "points": 2}
child.answer_of = claiming
"""
FRAMES = """
import sys
frame, seen = sys._getframe(), []
while frame:
    seen += [v for k, v in frame.f_locals.items() if k in ("right", "expected", "answer", "outcome")]
    frame = frame.f_back
return seen[0] if seen else 0
"""
FORGERIES = [
    Case("exchanges its cases", does(EXERCISE + 'object.__setattr__(exercise, "cases", ((1, 1),))')),
    Case("claims a tolerance", does(EXERCISE + 'object.__setattr__(exercise, "tolerance", 1e9)')),
    Case("claims another kind", does(EXERCISE + 'object.__setattr__(exercise, "kind", "number")')),
    Case("observes itself", does(EXERCISE + 'object.__setattr__(exercise, "observe", lambda *a: True)')),
    Case("watches itself", does(EXERCISE + 'object.__setattr__(exercise, "watch", lambda f: abs)')),
    Case("sends one answer as another", does(RENAMES), points=2),
    Case("sends points along", does(ADDS)),
    Case("says that it is correct", does(CLAIMS)),
    Case("looks into its callers", returns(FRAMES)),
    Case(
        "replaces the draw of cases",
        does(EXERCISE + "type(exercise).draw_cases = lambda self, seed: []"),
        points=0,
    ),
    Case(
        "rewrites the cells after it",
        does("get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])"),
    ),
    Case(
        "a dict that grows when it is read",
        returns("return D(a=1)", "class D(dict):\n    def items(self):\n        while True: yield 1, 1"),
    ),
    Case(
        "a class that is no function",
        notebook("class out_size:\n    def __new__(cls, *a, **k): return 1", SAME_PADDING, RECEPTIVE_FIELD),
    ),
]
GOOD_OR_BROKEN = [
    Case(
        "a scratch copy with the same metadata",
        notebook(OUT_SIZE, "# try it\n" + OUT_SIZE + "print(out_size(5, 3))", SAME_PADDING, RECEPTIVE_FIELD),
        points=5,
    ),
    Case("right", notebook(OUT_SIZE, SAME_PADDING, RECEPTIVE_FIELD), points=5),
    Case(
        "names that are bound anew behind their check",
        notebook(
            "from sepconv import check",
            "def total(k, d): return d * (k - 1)",
            "def same_padding(k, dilation=1): return total(k, dilation) // 2, -(-total(k, dilation) // 2)",
            'check("same_padding", same_padding)',
            "def total(layers): return len(layers)",
            OUT_SIZE + 'check("out_size", out_size)',
            RECEPTIVE_FIELD + 'check("receptive_field", receptive_field)',
            "del same_padding\nmax = out_size = 3",
        ),
        points=5,
    ),
    Case(
        "a cell that stops, in front of the right answer",
        notebook(WRONG + "assert out_size(7, 3, 2) == 3", OUT_SIZE, SAME_PADDING, RECEPTIVE_FIELD),
        points=5,
    ),
    Case("wrong", PRECISE),
    Case("in another order", notebook(RECEPTIVE_FIELD, SAME_PADDING, OUT_SIZE), points=5),
    Case(
        "imports at the end",
        notebook("y = np.zeros(3)", OUT_SIZE, SAME_PADDING, RECEPTIVE_FIELD, "import numpy as np"),
        points=5,
    ),
    Case(
        "a copy of the stub at the end",
        notebook(OUT_SIZE, SAME_PADDING, RECEPTIVE_FIELD, "def out_size(size, k):\n    ...  # your answer"),
        points=5,
    ),
    Case(
        "magics and shell lines",
        notebook(
            "%matplotlib inline\n!rm -rf /tmp/nothing-there\nx = 1\nx?" + OUT_SIZE,
            "%%bash\nexit 1",
            SAME_PADDING,
            RECEPTIVE_FIELD,
        ),
        points=5,
    ),
    Case(
        "prints to stderr",
        notebook(
            "import sys, warnings\nwarnings.warn('x'); print('x', file=sys.stderr)",
            OUT_SIZE,
            SAME_PADDING,
            RECEPTIVE_FIELD,
        ),
        points=5,
    ),
    Case(
        "syntax error in a cell", notebook("def out_size(size, k:\n  return", SAME_PADDING, RECEPTIVE_FIELD)
    ),
    Case("null bytes in a cell", notebook("x = 1\x00", SAME_PADDING, RECEPTIVE_FIELD)),
    Case("half a character in what is raised", does("raise ValueError('caf\\udce9')")),
    Case("half a character in an answer", returns("return 'caf\\udce9'")),
    Case(
        "half a character in a name",
        notebook(WRONG, "out_size.__name__ = 'caf\\udce9'", SAME_PADDING, RECEPTIVE_FIELD),
    ),
    Case("half a character in a cell", does("x = '\ud800'")),
    Case("byte order mark", b"\xef\xbb\xbf" + PRECISE),
    Case(
        "format 3",
        json.dumps(
            {
                "nbformat": 3,
                "metadata": {},
                "worksheets": [
                    {"cells": [{"cell_type": "code", "input": source} for source in (OUT_SIZE, SAME_PADDING)]}
                ],
            }
        ).encode(),
        points=3,
    ),
    Case("format 9", notebook(OUT_SIZE, nbformat=9), points=0, problem="format 9"),
    Case("empty file", b"", points=0, problem="empty"),
    Case("half a file", PRECISE[:200], points=0, problem="part of one"),
    Case("latin-1", "é".encode("latin-1"), points=0, problem="UTF-8"),
    Case("no notebook", b"[1, 2]", points=0, problem="no cells"),
    Case("cells that are none", notebook(cells=[1, None]), points=0, problem="no cells"),
    Case("cells that are a dict", notebook(cells={}), points=0, problem="no cells"),
    Case("deeply nested", b'{"cells":' + b"[" * 100_000 + b"]" * 100_000 + b"}", points=0, problem="nested"),
    Case("100,000 cells", notebook(*["x = 1"] * 100_000), points=0, problem="cells"),
    Case("30 MB of output", b" " * (30 * 2**20), points=0, problem="20 MB"),
    Case(
        "another language",
        notebook(OUT_SIZE, metadata={"kernelspec": {"language": "julia"}}),
        points=0,
        problem="julia",
    ),
    Case("metadata that is none", notebook(OUT_SIZE, SAME_PADDING, RECEPTIVE_FIELD, metadata=[1]), points=5),
    Case(
        "a number too long for JSON",
        notebook(OUT_SIZE).replace(b'"nbformat": 4', b'"nbformat": ' + b"4" * 10_000),
        points=0,
        problem="no notebook",
    ),
    Case("about something else", notebook("x = 1"), points=0, problem="no exercise"),
]
CASES = [*LOOPS, *ENDS, *TOO_MUCH, *TRICKS, *FORGERIES, *GOOD_OR_BROKEN]
