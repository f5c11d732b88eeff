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
import os
import sys
import types
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sepconv.grading.sandbox.alarm import TooLong, ends_within
from sepconv.grading.sandbox.magics import Shell, as_python, transformer
from sepconv.grading.sandbox.stand_ins import NOTHING
from sepconv.marking.attempt import is_untouched


@dataclass
class Ran:
    """What came of the cells.

    Attributes
    ----------
    namespace : dict
        The names at the end; those that were checked are what ``check`` was given.
    given : dict
        For each exercise, what ``check`` was last given, stubs excepted.
    problems : dict
        For each cell that did not run to its end, by its number, a sentence that says why.
    remarks : list of str
        What was left out without a cell being lost.
    """

    namespace: dict
    given: dict = field(default_factory=dict)
    problems: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)


def run_cells(cells, names, skipped, begin, seconds) -> Ran:
    """Run cells in order, those that failed once more at the end.

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
    kernel = _Kernel(names, seconds)
    kernel.ran.problems |= dict.fromkeys(skipped, "It did not end, and was left out.")
    numbers = [number for number in range(len(cells)) if number not in skipped]
    failed = [number for number in numbers if kernel.fails(number, cells[number], begin)]
    kernel.is_second_run = True
    for number in failed if len(failed) < len(numbers) else []:  # it may have come before what it needs
        kernel.fails(number, cells[number], begin)
    kernel.ran.namespace.update(kernel.ran.given)
    return kernel.ran


class _Kernel:
    """What a kernel holds from cell to cell."""

    def __init__(self, names, seconds):
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        self.ran, self.names, self.seconds, self.process = Ran(vars(module)), names, seconds, os.getpid()
        self.number, self.parts, self.is_second_run = 0, 0, False
        self.compile = codeop.Compile()  # remembers what was imported from __future__
        self.compile.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        shell = Shell(self.run, self.ran.namespace)
        self.get_ipython = lambda: shell
        # Python's own exit() closes the standard input.
        vars(builtins).update(input=self._input, exit=sys.exit, quit=sys.exit, display=NOTHING)
        for name in ("sepconv", "sepconv.checking"):
            importlib.import_module(name).check = self._check

    def fails(self, number, source, begin):
        """Run a cell; return whether it failed and may do better when it runs once more."""
        namespace, problems, self.number, self.parts = self.ran.namespace, self.ran.problems, number, 0
        if begin(number) is False:
            problems.setdefault(number, "No time was left for it.")
            return False
        namespace["get_ipython"] = self.get_ipython
        before = {name: namespace[name] for name in self.names if name in namespace}
        problems.pop(number, None)
        errors = []
        if not ends_within(self.seconds, lambda: self._attempt(source, errors)):
            problems[number] = f"It took longer than {self.seconds:g} s and was stopped."
            errors.clear()
        if os.getpid() != self.process:
            os._exit(0)  # a copy that the cell made of this process goes no further
        for name, old in (before | self.ran.given).items():  # a stub further down takes nothing back
            if _is_stub(namespace.get(name)) and not _is_stub(old):
                namespace[name] = old
        return any(not isinstance(error, SyntaxError) for error in errors)

    def _attempt(self, source, errors):
        try:
            self.run(source, self.ran.namespace)
        except TooLong:
            raise
        except SystemExit:
            self._remark("exit() ended it; the cells behind it were run.")
        except BaseException as error:
            self.ran.problems[self.number] = _in_a_line(error)
            errors.append(error)

    def run(self, source, space):
        """Run the source of a cell, or of a magic in it, statement by statement; return the last one's value."""
        filename = f"<cell {self.number + 1}{f', {self.parts}' if self.parts else ''}>"
        self.parts += 1
        try:
            tree = ast.parse(source, filename)
        except (SyntaxError, ValueError):
            if transformer() is None:
                self._remark("IPython is not here; magics and shell lines were left out.")
            source = as_python(source)
            tree = ast.parse(source, filename)
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        value = None
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                value = self._import(node, filename, space)
            elif isinstance(node, ast.Expr):
                value = self._execute(ast.Expression(node.value), filename, "eval", space)
            else:
                value = self._execute(ast.Module([node], []), filename, "exec", space)
        return value

    def _execute(self, tree, filename, mode, space):
        code = self.compile(tree, filename, mode)
        value = eval(code, self.ran.namespace, space)
        return self._loop.run_until_complete(value) if code.co_flags & inspect.CO_COROUTINE else value

    _loop = cached_property(lambda self: asyncio.new_event_loop())  # one for all cells, as in a kernel

    def _import(self, node, filename, space):
        """Import one name after the other; a module that is not here costs its own name only."""
        for alias in node.names:
            wanted = alias.name if isinstance(node, ast.Import) else node.module
            if wanted and wanted.split(".")[0] == "IPython":
                with contextlib.suppress(ImportError):
                    importlib.import_module("IPython").get_ipython = self.get_ipython
            one = copy.copy(node)
            one.names = [alias]
            try:
                self._execute(ast.Module([one], []), filename, "exec", space)
            except ModuleNotFoundError as error:
                missing = wanted if f"{wanted}.".startswith(f"{error.name}.") else error.name or wanted
                self._remark(f"{missing} is not here; what it was imported for was left out.")
                if isinstance(node, ast.ImportFrom) or alias.asname:
                    space[alias.asname or alias.name] = NOTHING
                else:
                    top = alias.name.split(".")[0]
                    space.setdefault(top, sys.modules.get(top, NOTHING))

    def _check(self, name, answer):
        """Stand in for ``sepconv.check``."""
        if name not in self.names or _is_stub(answer) or (self.is_second_run and name in self.ran.given):
            return
        if type(answer) in (list, dict, set, np.ndarray):
            with contextlib.suppress(Exception):
                answer = copy.deepcopy(answer)  # it may be changed later
        self.ran.given[name] = answer

    def _input(self, *_):
        self._remark("input() was given an empty line.")
        return ""

    def _remark(self, text):
        if not any(remark.endswith(f": {text}") for remark in self.ran.remarks):
            self.ran.remarks.append(f"Code cell {self.number + 1}: {text}")


def _is_stub(value):
    try:
        return value is None or value is Ellipsis or (callable(value) and is_untouched(value))
    except Exception:
        return False


def _in_a_line(error):
    """Return what went wrong in a line for the report: at most 300 characters, each of which can be written."""
    try:
        text = f"{type(error).__name__}: {error}"
        if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
            text = f"{type(error).__name__} in line {error.lineno}: {error.msg}"
    except Exception:
        text = type(error).__name__
    text = "".join(letter if letter.isprintable() else " " for letter in text[:1000])
    return " ".join(text.split())[:300]
