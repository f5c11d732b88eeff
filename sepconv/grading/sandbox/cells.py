"""The cells of a submission, run so that what is right in JupyterLab is right here.

A magic, a shell line or a module that is not here costs what it would have given, and nothing around it.
"""

import ast
import asyncio
import builtins
import codeop
import contextlib
import copy
import importlib
import inspect
import linecache
import sys
import types

import numpy as np

from sepconv.checking.attempt import is_untouched
from sepconv.grading.sandbox.alarm import TooLong, call_within
from sepconv.grading.sandbox.magics import as_python
from sepconv.grading.sandbox.stand_ins import NOTHING


def run_cells(cells, names, skipped, begin, seconds):
    """Run cells in order, and those that failed once more at the end; return the `Kernel` that holds what came of them.

    ``__main__``, some builtins, ``sepconv.check`` and SIGALRM of this process are taken for it.

    Parameters
    ----------
    cells : list of str
        Source of the code cells.
    names : set of str
        The exercises that are asked for.
    skipped : collection of int
        Cells that are left out.
    begin : callable
        Called with the number of a cell right before it runs; the cell is left out if that gives False.
    seconds : float
        What one cell may take.
    """
    kernel = Kernel(names, seconds)
    kernel.problems |= dict.fromkeys(skipped, "It did not end, and was left out.")
    numbers = [number for number in range(len(cells)) if number not in skipped]
    failed = [number for number in numbers if kernel.fails(number, cells[number], begin)]
    before = [dict(kept) for kept in (kernel.namespace, kernel.answers, kernel.given, kernel.states)]
    for number in failed:  # it may have come before what it needs
        kernel.fails(number, cells[number], begin)
    now = kernel.namespace, kernel.answers, kernel.given, kernel.states
    for kept, old in zip(now, before, strict=True):
        kept |= old  # what ran the second time adds names, and takes none back
    kernel.namespace |= kernel.answers | kernel.given
    return kernel


class Kernel:
    """Runs cells one after the other, and holds what came of them.

    Attributes
    ----------
    namespace : dict
        What the cells have bound.
    answers, given : dict
        For each exercise what was last bound to its name, and what ``check`` was last given, stubs excepted.
    states : dict
        For each exercise that was checked, all names as they were then.
    problems : dict
        For each cell that did not run to its end, by its number, a sentence that says why.
    remarks : list of str
        What was left out without a cell being lost.
    """

    def __init__(self, names, seconds):
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        self.namespace, self.answers, self.given, self.problems, self.remarks = vars(module), {}, {}, {}, []
        self.states = {}
        self._names, self._seconds, self._number = names, seconds, 0
        self._loop = asyncio.Runner()  # one for all cells
        self._compile = codeop.Compile()  # remembers what was imported from __future__
        self._compile.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        vars(builtins).update(input=self._input, display=NOTHING)
        for name in ("sepconv", "sepconv.checking.commands"):
            importlib.import_module(name).check = self._check

    def fails(self, number, source, begin):
        """Run a cell; return whether it failed and may do better when it runs once more."""
        self._number = number
        if begin(number) is False:
            self.problems.setdefault(number, "No time was left for it.")
            return False
        self.problems.pop(number, None)
        try:
            call_within(self._seconds, lambda: self._attempt(source))
            has_failed = number in self.problems
        except TooLong:
            self.problems[number] = f"It took longer than {self._seconds:g} s and was stopped."
            has_failed = False
        bound = {name: self.namespace.get(name) for name in self._names}
        self.answers |= {name: value for name, value in bound.items() if not _is_stub(value)}
        return has_failed

    def _attempt(self, source):
        try:
            self._run(source, f"<cell {self._number + 1}>")
        except TooLong:
            raise
        except SystemExit:
            self._remark("exit() ended it; the cells behind it were run.")
        except BaseException as error:
            self.problems[self._number] = _in_a_line(error)

    def _run(self, source, filename):
        """Run the source of a cell statement by statement."""
        try:
            tree = ast.parse(source, filename)
        except SyntaxError:
            source = as_python(source)
            tree = ast.parse(source, filename)
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        for node in tree.body:
            self.namespace["get_ipython"] = lambda: NOTHING  # IPython's own, once imported, gives None
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node, filename)
            else:
                self._execute(node, filename)

    def _import(self, node, filename):
        """Import one name after the other; a module that is not here costs its own name only."""
        for alias in node.names:
            one = copy.copy(node)
            one.names = [alias]
            try:
                self._execute(one, filename)
            except ModuleNotFoundError as error:
                self._remark(f"{error.name} is not here; what it was imported for was left out.")
                self.namespace.setdefault((alias.asname or alias.name).split(".")[0], NOTHING)

    def _execute(self, node, filename):
        code = self._compile(ast.Module([node], []), filename, "exec")
        value = eval(code, self.namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            self._loop.run(value)

    def _check(self, name, answer):
        """Stand in for ``sepconv.check``."""
        if name not in self._names or _is_stub(answer):
            return
        if type(answer) in (list, dict, set, np.ndarray):
            with contextlib.suppress(Exception):
                answer = copy.deepcopy(answer)  # it may be changed later
        self.given[name], self.states[name] = answer, dict(self.namespace)

    def _input(self, *_):
        self._remark("input() was given an empty line.")
        return ""

    def _remark(self, text):
        if not any(remark.endswith(f": {text}") for remark in self.remarks):
            self.remarks.append(f"Code cell {self._number + 1}: {text}")


def _is_stub(value):
    try:
        return value is None or value is Ellipsis or (callable(value) and is_untouched(value))
    except Exception:
        return False


def _in_a_line(error):
    """Return what went wrong in a line for the report: at most 300 characters, each of which can be written."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:
        text = type(error).__name__
    text = "".join(letter if letter.isprintable() else " " for letter in text[:1000])
    return " ".join(text.split())[:300]
