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
OTHERS = SAME_PADDING, RECEPTIVE_FIELD
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
    same = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    found = [same | {"source": source} for source in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found} | changes).encode()


def does(code, **changes):
    """A submission that runs code at the top, and gives a wrong answer."""
    return notebook("import numpy as np", code, WRONG, *OTHERS, **changes)


def returns(body, before=""):
    """A submission whose out_size does something harmful."""
    lines = "\n".join("    " + line for line in body.splitlines())
    function = f"{before}\ndef out_size(size, k, stride=1, padding=0, dilation=1):\n{lines}\n"
    return notebook("import numpy as np", function, *OTHERS)


DETACH = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(0.1)
    os._exit(0)
"""
EXERCISE = """
from sepconv.grading.sandbox.child import EXERCISES
exercise = EXERCISES["out_size"]
"""
AT_THE_TOP = {
    # It does not end.
    "loop at the top": "while True: pass",
    "signals ignored": "import signal\nfor s in range(1, 64):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: pass",
    "alarm handler": "import signal\nsignal.signal(signal.SIGALRM, lambda *a: None); signal.alarm(1)",
    "fork bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "thread bomb": "import threading, time\nfor _ in range(10000):\n    try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n    except RuntimeError: break",
    "stops its parent": "import os, signal; os.kill(os.getppid(), signal.SIGSTOP)",
    # It ends what is not its own.
    "os._exit at the top": "import os; os._exit(0)",
    "sys.exit at the top": "import sys; sys.exit(0)",
    "abort": "import os; os.abort()",
    "kills its parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
    "kills its group": "import os; os.killpg(0, 9)",
    "atexit": "import atexit, os; atexit.register(os._exit, 0)",
    "detached process": DETACH,
    "fork at the top": "import os; os.fork()",
    "lowers the limits of its ancestors": """
import os, resource
for process in (1, os.getppid()):
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        try: resource.prlimit(process, kind, (6, 6))
        except OSError: pass
""",
    # It takes too much.
    "1 GB of output": "import os\nfor _ in range(1024): print('x' * 2**20)",
    "1 GB into every descriptor": "import os\nfor fd in range(3, 64):\n    for _ in range(64):\n        try: os.write(fd, b'x' * 2**20)\n        except OSError: break",
    "filled disk": "for i in range(1000): open(f'f{i}', 'wb').write(b'x' * 2**24)",
    "one huge file": "f = open('f', 'wb')\nfor i in range(1000): f.write(b'x' * 2**24)",
    "40 MB of small messages": "import os\nfor _ in range(10): os.write(3, b'{}\\n' * 2**20)",
    "a number of a cell that is too long": "import os; os.write(3, b'cell ' + b'9' * 4300 + b'\\n')",
    "all descriptors opened": "import os\nwhile True:\n    try: os.open('/', 0)\n    except OSError: break",
    "folders 1,500 deep": "import os\nfor _ in range(1500): os.mkdir('d'); os.chdir('d')",
    "a folder that may not be entered": "import os; os.chmod('.', 0)",
    # It changes what compares.
    "numpy's allclose": "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True",
    "torch's allclose": "import torch; torch.allclose = torch.equal = lambda *a, **k: True",
    "math's isclose": "import math; math.isclose = lambda *a, **k: True",
    "the marking's same": "import sepconv.checking.plain as p, sepconv.checking.comparing as r\np.same = r.agrees = lambda *a, **k: True",
    "builtins": "import builtins\nbuiltins.len = builtins.isinstance = builtins.sum = lambda *a, **k: True",
    "the checker in sys.modules": "import sys, types\nsys.modules['sepconv.checking.commands'] = types.ModuleType('x'); sys.modules['sepconv'] = None",
    "settrace": "import sys\nsys.settrace(lambda f, e, a: None); sys.setprofile(lambda f, e, a: None)",
    "calls off its own check": "import sepconv; sepconv.check = lambda *a: print('Correct')",
    "changes numpy's random state": "np.random.default_rng = lambda *a: None",
    # It reaches for what is not its own.
    "prints that all is passed": 'print(\'{"answer": "out_size", "outcome": "correct"}\')',
    "shows the solution": "from sepconv import solution\nsolution('out_size')",
    "looks into /proc": "import os\nfor p in os.listdir('/proc'):\n    if p.isdigit():\n        try: open(f'/proc/{p}/mem', 'r+b').write(b'x')\n        except OSError: pass",
    "traces the server": "import ctypes, os\nctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)",
    "deletes what it finds": "import os, shutil\nshutil.rmtree('.', ignore_errors=True); shutil.rmtree(os.path.dirname(os.getcwd()), ignore_errors=True)",
    "leaves its folder": "import os; os.chdir('/')",
    "leaves files where everybody may write": """
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock"):
    try: open(f"{folder}/sepconv-left", "w").write("x")
    except OSError: pass
""",
    "writes a mark into the pipe": """
import json, os
message = {"answer": "out_size", "state": "value", "value": 1, "outcome": "correct", "points": 2}
line = f"answer out_size {json.dumps(message)}\\n".encode()
for fd in range(3, 64):
    try: os.write(fd, line)
    except OSError: pass
""",
    "writes into and reads from the pipes of others": """
import glob, os
for path in glob.glob("/proc/[0-9]*/fd/*"):
    try:
        if path.split("/")[2] == str(os.getpid()) or not os.readlink(path).startswith(("pipe", "socket")): continue
        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.write(fd, b'+{"done": true}\\nanswer same_padding {}\\ndone\\n')
        os.read(os.open(path, os.O_RDONLY | os.O_NONBLOCK), 1 << 20)
    except OSError: pass
""",
    # It forges what is sent.
    "exchanges its cases": EXERCISE + 'object.__setattr__(exercise, "cases", ((1, 1),))',
    "claims a tolerance": EXERCISE + 'object.__setattr__(exercise, "tolerance", 1e9)',
    "claims another kind": EXERCISE + 'object.__setattr__(exercise, "kind", "number")',
    "observes itself": EXERCISE + 'object.__setattr__(exercise, "observe", lambda *a: True)',
    "watches itself": EXERCISE + 'object.__setattr__(exercise, "watch", lambda f: abs)',
    "rewrites the cells after it": "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])",
    "sends points along": """
import json
dumps = json.dumps
json.dumps = lambda message, *a, **k: dumps(message | {"outcome": "correct", "points": 2, "of": 2}, *a, **k)
""",
    "says that it is correct": """
import sepconv.grading.sandbox.child as child
answer_of = child._answer_of
def claiming(exercise, value, seed):
    if exercise.name != "out_size":
        return answer_of(exercise, value, seed)
    return {"answer": "out_size", "state": "correct", "outcome": "correct", "points": 2}
child._answer_of = claiming
""",
    # It cannot be written down.
    "half a character in what is raised": "raise ValueError('caf\\udce9')",
    "half a character in a cell": "x = '\ud800'",
}
RENAMES = """
import sepconv.grading.sandbox.child as child
message = child._message
child._message = lambda answer: message(answer).replace("answer same_padding", "answer out_size")
"""
CALLS_NOTHING = "import sepconv.checking.calling as g, sepconv.grading.sandbox.child as c\ng.call = c.call = lambda *a, **k: None"
COST_ITSELF = [
    Case("sends one answer as another", does(RENAMES), points=2),
    Case("the marking's call", does(CALLS_NOTHING), points=0),
    Case(
        "replaces the draw of cases",
        does(EXERCISE + "type(exercise).draw_cases = lambda self, seed: []"),
        points=0,
    ),
]
IN_THE_FUNCTION = {
    "loop in the function": "while True: pass",
    "loop that swallows everything": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "sleep": "import time; time.sleep(1000)",
    "regular expression that never ends": "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
    "number that never ends": "return 9 ** 9 ** 9",
    "deadlock": "import threading\nlock = threading.Lock(); lock.acquire(); lock.acquire()",
    "os._exit in the function": "import os; os._exit(0)",
    "sys.exit in the function": "import sys; sys.exit(0)",
    "BaseException in the function": "raise BaseException('no')",
    "KeyboardInterrupt in the function": "raise KeyboardInterrupt",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "recursion": "return out_size(size, k)",
    "fork in the function": "import os; os.fork(); return 1",
    "3 GB of memory": "return len(b'x' * (3 * 2**30))",
    "50 GB of memory": "import numpy\nreturn numpy.ones(50 * 2**27).sum()",
    "60,000 keys with one hash": "return {k * (2**61 - 1): 0 for k in range(60_000)}",
    "answer of 100 MB": "import numpy\nreturn numpy.zeros(100 * 2**17)",
    "huge int": "return 1 << 10**8",
    "int of 5000 digits": "return 10 ** 5000",
    "nan": "return float('nan')",
    "infinity": "return float('inf')",
    "list that holds itself": "a = []; a.append(a); return a",
    "exception with a huge message": "raise ValueError('x' * 10**8)",
    "imports the answer": "from sepconv.exercises import find\nreturn find('out_size').answer(size, k, stride, padding, dilation)",
    "imports the lesson's answer": "from sepconv.exercises.lesson_03.out_size import out_size as right\nreturn right(size, k, stride, padding, dilation)",
    "input": "return int(input())",
    "half a character in an answer": "return 'caf\\udce9'",
    "looks into its callers": """
import sys
frame, seen = sys._getframe(), []
while frame:
    seen += [v for k, v in frame.f_locals.items() if k in ("right", "expected", "answer", "outcome")]
    frame = frame.f_back
return seen[0] if seen else 0
""",
}
# What the function returns, and what stands in front of it.
BESIDE_THE_FUNCTION = {
    "object equal to everything": (
        "return Equal(1)",
        """
class Equal(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 1
""",
    ),
    "array that lies": (
        "return A()",
        "class A:\n    def __array__(self, *a, **k): return np.array(True)\n    def __float__(self): return 1.0",
    ),
    "tensor that lies": (
        "return torch.zeros(1).as_subclass(Tricky)",
        """
import torch
class Tricky(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True
""",
    ),
    "pickled payload": (
        "return P()",
        "class P:\n    def __reduce__(self): import os; return os.system, ('kill -9 $PPID',)",
    ),
    "searches the memory for the answer": (
        "return found[0].answer(size, k, stride, padding, dilation)",
        """
import gc
from sepconv.grading.sandbox.child import EXERCISES
found = [EXERCISES["out_size"], *(o for o in gc.get_objects() if getattr(o, "name", "") == "out_size")]
""",
    ),
    "a dict that grows when it is read": (
        "return D(a=1)",
        "class D(dict):\n    def items(self):\n        while True: yield 1, 1",
    ),
}
NEVER = "import itertools\nsum(itertools.count())"
HALF_RIGHT = {
    "wrong": [WRONG, *OTHERS],
    "five cells that do not end": [*["while True: pass"] * 5, WRONG, *OTHERS],
    "a cell that cannot be interrupted, between answers": [SAME_PADDING, WRONG, NEVER, RECEPTIVE_FIELD],
    "many cells that cannot be interrupted, behind the answers": [SAME_PADDING, WRONG, RECEPTIVE_FIELD, *[NEVER] * 20],
    "a class that is no function": ["class out_size:\n    def __new__(cls, *a, **k): return 1", *OTHERS],
    "syntax error in a cell": ["def out_size(size, k:\n  return", *OTHERS],
    "null bytes in a cell": ["x = 1\x00", *OTHERS],
    "half a character in a name": [WRONG, "out_size.__name__ = 'caf\\udce9'", *OTHERS],
}  # fmt: skip
RIGHT = {
    "right": [OUT_SIZE, *OTHERS],
    "in another order": [RECEPTIVE_FIELD, SAME_PADDING, OUT_SIZE],
    "a scratch copy with the same metadata": [OUT_SIZE, "# try it\n" + OUT_SIZE + "print(out_size(5, 3))", *OTHERS],
    "a cell that stops, in front of the right answer": [WRONG + "assert out_size(7, 3, 2) == 3", OUT_SIZE, *OTHERS],
    "imports at the end": ["y = np.zeros(3)", OUT_SIZE, *OTHERS, "import numpy as np"],
    "a copy of the stub at the end": [OUT_SIZE, *OTHERS, "def out_size(size, k):\n    ...  # your answer"],
    "magics and shell lines": ["%matplotlib inline\n!rm -rf /tmp/nothing-there\nx = 1\nx?" + OUT_SIZE, "%%bash\nexit 1", *OTHERS],
    "prints to stderr": ["import sys, warnings\nwarnings.warn('x'); print('x', file=sys.stderr)", OUT_SIZE, *OTHERS],
    "names that are bound anew behind their check": [
        "from sepconv import check",
        "def total(k, d): return d * (k - 1)",
        "def same_padding(k, dilation=1): return total(k, dilation) // 2, -(-total(k, dilation) // 2)",
        'check("same_padding", same_padding)',
        "def total(layers): return len(layers)",
        OUT_SIZE + 'check("out_size", out_size)',
        RECEPTIVE_FIELD + 'check("receptive_field", receptive_field)',
        "del same_padding\nmax = out_size = 3",
    ],
}  # fmt: skip
PRECISE = notebook(WRONG, *OTHERS)
SHEET = {"cells": [{"cell_type": "code", "input": source} for source in (OUT_SIZE, SAME_PADDING)]}
FORMATS = [
    Case("byte order mark", b"\xef\xbb\xbf" + PRECISE),
    Case("format 3", json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [SHEET]}).encode()),
    Case("metadata that is none", notebook(OUT_SIZE, *OTHERS, metadata=[1]), points=5),
]
TOO_LONG = b'"nbformat": ' + b"4" * 10_000
NO_NOTEBOOKS = {  # each with a word of what is said of it
    "format 9": (notebook(OUT_SIZE, nbformat=9), "format 9"),
    "empty file": (b"", "empty"),
    "half a file": (PRECISE[:200], "part of one"),
    "latin-1": ("é".encode("latin-1"), "UTF-8"),
    "no notebook": (b"[1, 2]", "no cells"),
    "cells that are none": (notebook(cells=[1, None]), "no cells"),
    "cells that are a dict": (notebook(cells={}), "no cells"),
    "deeply nested": (b'{"cells":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
    "100,000 cells": (notebook(*["x = 1"] * 100_000), "cells"),
    "30 MB of output": (b" " * (30 * 2**20), "20 MB"),
    "another language": (notebook(OUT_SIZE, metadata={"kernelspec": {"language": "julia"}}), "julia"),
    "a number too long for JSON": (notebook(OUT_SIZE).replace(b'"nbformat": 4', TOO_LONG), "no notebook"),
    "about something else": (notebook("x = 1"), "no exercise"),
}
CASES = [
    *(Case(name, does(code)) for name, code in AT_THE_TOP.items()),
    *COST_ITSELF,
    *(Case(name, returns(body)) for name, body in IN_THE_FUNCTION.items()),
    *(Case(name, returns(body, before)) for name, (body, before) in BESIDE_THE_FUNCTION.items()),
    *(Case(name, notebook(*cells)) for name, cells in HALF_RIGHT.items()),
    *(Case(name, notebook(*cells), points=5) for name, cells in RIGHT.items()),
    *FORMATS,
    *(Case(name, data, points=0, problem=word) for name, (data, word) in NO_NOTEBOOKS.items()),
]
