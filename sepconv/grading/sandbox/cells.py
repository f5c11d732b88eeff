"""The cells of a submission, run so that what is right in JupyterLab is right here, and what fails costs as little as it can."""

import ast
import asyncio
import builtins
import codeop
import contextlib
import copy
import functools
import getpass
import importlib
import importlib.util
import inspect
import linecache
import re
import shlex
import sys
import types

import numpy as np

from sepconv.checking.alarm import TooLong, call_within
from sepconv.checking.given_answer import is_untouched
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.stand_ins import NOTHING, NotRunHere

_IMPORTS = ast.Import | ast.ImportFrom
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_CAPTURED = re.compile(r"^%%capture(?:[ \t]+-\S+)*[ \t]+(\w+)[ \t]*$", re.MULTILINE)
_AROUND_PYTHON = re.compile(r"^%%(?:time|prun|capture)\b", re.MULTILINE)
_BEFORE_A_STATEMENT = re.compile(r"^([ \t]*(?:[\w, ]+=[ \t]*)?)%time[ \t]+", re.MULTILINE)
# What IPython itself puts before something else than Python, or before Python that does not bind names of the notebook.
_OTHER = "bash|cmd|file|html|javascript|js|latex|markdown|perl|pypy|python|ruby|script|sh|svg|sx|system"
_OF_A_PACKAGE = re.compile(rf"\A(\s*)%%(?!(?i:{_OTHER}|timeit|writefile)\d?\b)\w+")


def run_cells(request, begin):
    """Return a kernel that has run cells in order, and those that failed once more at the end.

    Parameters
    ----------
    request : dict
        Its ``cells``, ``names``, ``skipped`` and ``seconds``, as for `run_submission`.
    begin : callable
        Is told the number of a cell before it runs, or runs on, and says whether there is time for it.
    """
    cells, skipped = request["cells"], request["skipped"]
    kernel = _Kernel(request["names"], begin, request["seconds"])
    kernel.problems |= dict.fromkeys(skipped, "It did not end, and was left out.")
    kernel.namespace |= {"In": ["", *cells], "Out": {}}
    failed = [at for at, cell in enumerate(cells) if at not in skipped and kernel.fails(at, cell)]
    with kernel.only_adding():
        for at in failed:  # it may have come before what it needs
            kernel.fails(at, cells[at])
    kernel.namespace |= kernel.answers | kernel.given
    return kernel


class _Kernel:
    """Runs cells one after the other; ``__main__``, some builtins, ``sepconv.check`` and SIGALRM are taken for it.

    The `namespace` holds what cells have bound; `answers` what was last bound to the name of each exercise, `given` what
    ``check`` was last given, stubs excepted, and `states` all names as they were then. `problems` says by the number of a
    cell why it did not run to its end; `remarks` say what was left out without a cell being lost.
    """

    def __init__(self, names, begin, seconds):
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        self.namespace, self.answers, self.given, self.states = vars(module), {}, {}, {}
        self.problems, self.remarks = {}, []
        self._names, self._begin, self._number = names, begin, 0
        self._seconds = self._spared = seconds
        _SHELL.user_ns = self.namespace
        self._loop = asyncio.new_event_loop()  # one for all cells
        self._compile = codeop.Compile()  # remembers what was imported from __future__
        self._compile.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        sys.path.insert(0, "")  # what a cell wrote can be imported
        sys.displayhook, getpass.getpass = self._show, self._input
        vars(builtins).update(input=self._input, display=NOTHING)
        never = type("NeverRaisedHere", (AssertionError,), {})
        for name in ("sepconv", "sepconv.checking.commands"):
            module = importlib.import_module(name)
            vars(module).update(check=self._check, NotYet=never, NotAttempted=never)

    def fails(self, number, source):
        """Run a cell; return whether it failed and may do better when it runs once more."""
        self._number = number
        if self._begin(number) is False:
            self.problems.setdefault(number, "No time was left for it.")
            return False
        self.problems.pop(number, None)
        with contextlib.ExitStack() as rest:
            try:
                call_within(self._seconds, lambda: self._run(source, rest), self._spare)
                has_failed = number in self.problems
            except TooLong:
                self.problems[number] = f"It took longer than {self._seconds:g} s and was stopped."
                has_failed = False
            bound = {name: self.namespace.get(name) for name in self._names}
            self.answers |= {name: value for name, value in bound.items() if not _is_stub(value)}
        return has_failed

    def _spare(self, waited):
        """Say how much longer a cell may take, since others had the processor: all cells as long as one otherwise."""
        more = 0 if restraint.children() else min(waited, self._spared)  # it may wait for what it has started
        self._spared -= more
        if more:
            self._begin(self._number)  # the grader hears that it goes on
        return more

    @contextlib.contextmanager
    def only_adding(self):
        """Let what is done within add names and answers, and take none back."""
        kept = self.namespace, self.answers, self.given, self.states
        before = [dict(one) for one in kept]
        yield
        for now, old in zip(kept, before, strict=True):
            now |= old

    def _run(self, source, rest):
        """Run a cell statement by statement; the rest behind one that fails as far as it only binds names."""
        filename = f"<cell {self._number + 1}>"
        try:
            statements = _statements(source, filename)
        except Exception as error:
            self.problems[self._number] = _in_words(error)
            return
        for node in statements:
            if self._number in self.problems and not _only_binds(node):
                continue
            try:
                self._execute(node, filename)
            except TooLong:
                raise
            except SystemExit:
                self._remark("exit() ended it; the cells behind it were run.")
                return
            except BaseException as error:
                if isinstance(error, ModuleNotFoundError) and isinstance(node, _IMPORTS):
                    self._remark(f"{error.name} is not here; what it was imported for was left out.")
                    bound = node.names[0].asname or node.names[0].name.split(".")[0]
                    self.namespace.setdefault(bound, NOTHING)
                elif self._number not in self.problems:
                    self.problems[self._number] = f"line {node.lineno}: {_in_words(error)}"
                    rest.enter_context(self.only_adding())

    def _execute(self, node, filename):
        self.namespace["get_ipython"] = lambda: _SHELL  # IPython's own, once imported, gives None
        code = self._compile(ast.Interactive([node]), filename, "single")
        asyncio._set_running_loop(self._loop)  # as in a kernel, where tasks can be made
        try:
            value = eval(code, self.namespace)
        finally:
            asyncio._set_running_loop(None)
        is_awaited = code.co_flags & inspect.CO_COROUTINE
        self._loop.run_until_complete(value if is_awaited else asyncio.sleep(0))

    def _check(self, name, answer):
        """Stand in for ``sepconv.check``; behind a failure, only where there is no answer yet."""
        is_late = self._number in self.problems and name in self.answers | self.given
        if name not in self._names or is_late or _is_stub(answer):
            return
        if type(answer) in (list, dict, set, np.ndarray):
            with contextlib.suppress(Exception):
                answer = copy.deepcopy(answer)  # it may be changed later
        self.given[name], self.states[name] = answer, dict(self.namespace)

    def _input(self, *_args, **_options):
        self._remark("input() was given an empty line.")
        return ""

    def _show(self, value):
        if value is not None:
            self.namespace["_"] = self.namespace["Out"][self._number + 1] = value

    def _remark(self, text):
        if not any(remark.endswith(f": {text}") for remark in self.remarks):
            self.remarks.append(f"Code cell {self._number + 1}: {text}")


class _Shell(NotRunHere):
    """Stands for IPython: it writes files, and everything else gives nothing and costs nothing."""

    def run_cell_magic(self, name, line, cell):
        """Write the cell to a file, if that is what it is for."""
        if name in ("writefile", "file"):
            *options, path = shlex.split(line)
            with open(path, "a" if options else "w") as file:
                file.write(cell)
            importlib.invalidate_caches()  # it may be imported next
        return NOTHING


_SHELL = _Shell()


def _statements(source, filename):
    """Return the statements of a cell; an import of several names as several, so that each costs itself only."""
    try:
        tree = ast.parse(source, filename)
    except SyntaxError:
        source = _as_python(source)
        tree = ast.parse(source, filename)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return [
        type(node)(**vars(node) | {"names": [alias]}) if alias else node
        for node in tree.body
        for alias in (node.names if isinstance(node, _IMPORTS) else [None])
    ]


def _as_python(source):
    """Return the source of a cell with its magics as calls of ``get_ipython()``, or as the Python that they run."""
    source = _CAPTURED.sub(r"\1 = get_ipython().capture()", source)
    source = _AROUND_PYTHON.sub("#", source)
    source = _BEFORE_A_STATEMENT.sub(r"\1", source)
    transform = _transformer().transform_cell
    with contextlib.suppress(SyntaxError):  # below the magic of a package may stand anything
        python = transform(_OF_A_PACKAGE.sub(r"\1#", source))
        ast.parse(python)
        return python
    return transform(source)


@functools.cache
def _transformer():
    """Return IPython's own transformer, without the rest of IPython, which would take 180 ms instead of 5."""
    is_new = "IPython" not in sys.modules
    if is_new:
        sys.modules["IPython"] = importlib.util.module_from_spec(importlib.util.find_spec("IPython"))
    try:
        return importlib.import_module("IPython.core.inputtransformer2").TransformerManager()
    finally:
        for name in [name for name in sys.modules if is_new and name.split(".")[0] == "IPython"]:
            del sys.modules[name]


def _only_binds(node):
    """Whether a statement does nothing else than binding names, without reading what may be old; or checks an answer."""
    if isinstance(node, ast.Assign):
        return all(isinstance(part.ctx, ast.Store) for part in ast.walk(node) if isinstance(part, ast.Name))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        return getattr(called, "id", getattr(called, "attr", "")) == "check"
    return isinstance(node, _IMPORTS | _DEFINITIONS)


def _is_stub(value):
    with contextlib.suppress(Exception):
        return value is None or value is Ellipsis or (callable(value) and is_untouched(value))
    return False


def _in_words(error):
    with contextlib.suppress(Exception):
        return f"{type(error).__name__}: {error}"[:300]
    return type(error).__name__
