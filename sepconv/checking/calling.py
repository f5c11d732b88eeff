"""Calling a learner's code so that nothing it does reaches beyond the call.

This protects a learner from an accident in the same kernel; it is no sandbox against malice.
"""

import ast
import builtins
import copy
import inspect
import io
import linecache
import os
import random
import sys
import warnings
from contextlib import ExitStack, contextmanager, nullcontext, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb

import numpy as np

from sepconv.checking.alarm import TooLong, call_within
from sepconv.checking.modules import CannotTryOut, Made, look_at, refuse_none
from sepconv.checking.plain import plain, same
from sepconv.exercises.cases import without_draw

_EXTRA_MEMORY = 8 * 2**30  # bytes that one check may ask for beyond what the kernel holds already
_KEPT_PRINTS = 400  # characters


@dataclass(frozen=True)
class Raised:
    """An exception of the learner's code, as plain data.

    ``found_by`` says who met it: the learner's own "code"; what "observed" the result, by a sentence of its own;
    or a "trial" of the result, in somebody else's code.
    """

    type_name: str
    message: str
    line: str = ""
    line_number: int | None = None
    is_stub: bool = False
    found_by: str = "code"


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a plain value or an exception, and what it did on the side."""

    value: object = None
    raised: Raised | None = None
    changed_inputs: tuple[str, ...] = ()
    made: Made | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether it took too long."""
        return self.raised is not None and self.raised.type_name == TooLong.__name__


class _Prints(io.TextIOBase):
    """Swallows what the learner's code prints, and keeps the beginning."""

    beginning = ""

    def write(self, text):
        self.beginning += text[: _KEPT_PRINTS - len(self.beginning)]
        return len(text)

    def close(self):
        """Stay open: the next print comes from somebody else."""


@contextmanager
def guarded():
    """Keep prints, warnings, random state, settings, standard input and memory as they were.

    Yields
    ------
    io.TextIOBase
        Its ``beginning`` is the beginning of what was printed.
    """
    prints = _Prints()
    with ExitStack() as stack:
        _keep_state(stack)
        _close_standard_input(stack)
        _limit_memory(stack)
        stack.enter_context(redirect_stdout(prints))
        stack.enter_context(redirect_stderr(prints))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(np.errstate(all="ignore"))
        stack.enter_context(np.printoptions())
        yield prints


def call(function, arguments, observe=None) -> Outcome:
    """Call a function on copies of the arguments; KeyboardInterrupt alone is let through.

    Parameters
    ----------
    function : callable
    arguments : tuple
    observe : callable, optional
        Applied to the result and the arguments: what is compared of a module.

    Returns
    -------
    Outcome
    """
    asked = without_draw(arguments)
    given = copy.deepcopy(asked)
    made = None
    try:
        value = function(*given)
        if observe is not None and value is not None:
            made = look_at(value)
            with value.register_forward_hook(refuse_none) if made.is_module else nullcontext():
                value = observe(value, *copy.deepcopy(arguments))
        value = plain(value)  # a copy, so that later calls cannot change it
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit and the like must not end the kernel
        return Outcome(raised=_as_data(error, function, observe if made else None), made=made)
    return Outcome(value=value, changed_inputs=_changed(function, asked, given), made=made)


def call_with_each(function, cases, observe=None, seconds=None) -> list[Outcome]:
    """Call a function with each case; what takes longer than some seconds in all is stopped, as far as it can be.

    Parameters
    ----------
    function : callable
    cases : list of tuple
    observe : callable, optional
        As for `call`.
    seconds : float, optional

    Returns
    -------
    list of Outcome
        One per case; from the one that was stopped on, each has raised `TooLong`.
    """
    outcomes, stopped = [], None

    def call_until_stopped():
        for case in cases:
            outcomes.append(call(function, case, observe))
            if outcomes[-1].is_stopped:
                return

    try:
        call_within(seconds, call_until_stopped)
    except TooLong as error:
        while isinstance(error.__context__, TooLong):  # it rang again while the first was dealt with
            error = error.__context__
        stopped = Outcome(raised=_as_data(error, function))
    if outcomes and outcomes[-1].is_stopped:
        stopped = outcomes[-1]
    return outcomes + [stopped] * (len(cases) - len(outcomes))


def argument_names(function, arguments) -> list[str]:
    """Return the parameter names that positional arguments go to.

    Parameters
    ----------
    function : callable
    arguments : tuple

    Returns
    -------
    list of str
        One per argument; "argument 2" where its name cannot be told.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except Exception:
        parameters = ()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [names[i] if i < len(names) else f"argument {i + 1}" for i in range(len(arguments))]


def _changed(function, before, after):
    names = argument_names(function, before)
    return tuple(
        name
        for name, old, new in zip(names, before, after, strict=True)
        if isinstance(old, np.ndarray | list | dict | set) or hasattr(old, "detach")
        if not same(plain(old), plain(new), 0)
    )


def _as_data(error, function, observe=None):
    try:
        message = str(error)
    except Exception:
        message = ""
    if isinstance(error, CannotTryOut):
        return Raised("", message, found_by="observed")
    filename = _file_of(function)
    steps = [(frame.f_code.co_filename, number) for frame, number in walk_tb(error.__traceback__)]
    line_number = next((number for file, number in reversed(steps) if file == filename), None)
    if isinstance(error, TooLong):
        message = f"{error.args[0]:g}"
        line_number = line_number and _loop_around(filename, line_number)
    line = linecache.getline(filename, line_number).strip() if line_number else ""
    is_stub = (
        isinstance(error, NotImplementedError)
        and steps[-1][0] == filename
        and (line or "raise").startswith("raise")
    )
    found_by = "code"
    if observe is not None and not line_number:
        said = linecache.getline(*steps[-1]).strip().startswith("raise")
        found_by = "observed" if said and steps[-1][0] == _file_of(observe) else "trial"
    return Raised(type(error).__name__, message, line, line_number, is_stub, found_by)


def _loop_around(filename, line_number):
    """The line in which the loop around a line begins: the innermost ``while``, else the outermost ``for``."""
    try:
        nodes = list(ast.walk(ast.parse("".join(linecache.getlines(filename)))))
    except (SyntaxError, ValueError):  # a cell with a magic in it
        return line_number
    loops = [
        n for n in nodes if isinstance(n, ast.For | ast.While) and n.lineno <= line_number <= n.end_lineno
    ]
    likely = [n for n in loops if isinstance(n, ast.While)][-1:] or loops[:1]
    return likely[0].lineno if likely else line_number


def _file_of(function):
    """The file, or the notebook's cell, that the learner's code stands in."""
    try:
        home = inspect.unwrap(function)
        if isinstance(home, type):
            methods = [vars(home).get(name) for name in ("forward", "__init__")]
            home = next((method for method in methods if method is not None), home.__init__)
        return home.__code__.co_filename
    except Exception:
        return None


def _keep_state(stack):
    """Leave with a stack what puts random state and settings back."""
    generator = np.random.get_bit_generator()
    stack.callback(setattr, generator, "state", generator.state)
    stack.callback(np.random.set_bit_generator, generator)
    stack.callback(random.setstate, random.getstate())
    stack.callback(sys.setrecursionlimit, sys.getrecursionlimit())
    with suppress(OSError):  # somebody has deleted the folder
        stack.callback(_go_back, os.getcwd())
    if (torch := sys.modules.get("torch")) is None:
        return
    stack.callback(torch.set_rng_state, torch.get_rng_state())
    stack.callback(torch.set_default_dtype, torch.get_default_dtype())
    stack.callback(torch.set_grad_enabled, torch.is_grad_enabled())
    stack.callback(torch.set_num_threads, torch.get_num_threads())
    torch.set_num_threads(1)  # the inputs are small, and a second thread on a busy machine makes a check wait
    hooks = torch.nn.modules.module._global_forward_hooks
    stack.callback(_remove_all_but, hooks, set(hooks))


def _go_back(folder):
    with suppress(OSError):
        os.chdir(folder)


def _remove_all_but(hooks, before):
    for handle in hooks.keys() - before:
        del hooks[handle]  # left behind, it would run in every module of the kernel


class _NoStandardInput:
    def _refuse(self, *_args, **_kwargs):
        raise RuntimeError("input() cannot be used in an answer: take what you need from the arguments")

    read = readline = readlines = __iter__ = __next__ = _refuse

    def fileno(self):
        raise OSError("standard input is closed while an answer is checked")


def _close_standard_input(stack):
    closed = _NoStandardInput()
    stack.callback(setattr, sys, "stdin", sys.stdin)
    stack.callback(setattr, builtins, "input", builtins.input)
    sys.stdin, builtins.input = closed, closed._refuse


def _limit_memory(stack):
    """On Linux, let a request for 100 GB raise MemoryError instead of ending the kernel."""
    torch = sys.modules.get("torch")
    if sys.platform != "linux" or (torch is not None and torch.cuda.is_initialized()):
        return  # a GPU maps far more address space than it uses
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = in_use + min(_EXTRA_MEMORY, _memory_left())
    known = [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([limit, *known]), hard))
    stack.callback(resource.setrlimit, resource.RLIMIT_AS, (soft, hard))


def _memory_left():
    """Bytes that this machine, or the container that the kernel runs in, can still give."""
    meminfo = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    left = int(meminfo["MemAvailable"].split()[0]) * 1024
    group = Path("/sys/fs/cgroup")
    try:
        most, used = (int((group / name).read_text()) for name in ("memory.max", "memory.current"))
        left = min(left, most - used)
    except (OSError, ValueError):  # no such group, or it says "max"
        pass
    return max(left, 2**28)
