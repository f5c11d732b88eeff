"""Calling a learner's code so that nothing it does reaches beyond the call.

This protects a learner from an accident in the same kernel; it is no sandbox against malice.
"""

import builtins
import copy
import inspect
import linecache
import random
import sys
import warnings
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field

import numpy as np

from sepconv.marking.plain import plain, same

_EXTRA_MEMORY = 8 * 2**30  # bytes that one check may ask for beyond what the kernel holds already
_KEPT_PRINTS = 400  # characters


@dataclass(frozen=True)
class Raised:
    """An exception of the learner's code, as plain data."""

    type_name: str
    message: str
    line: str = ""
    line_number: int | None = None
    filename: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a plain value or an exception, and what it did on the side."""

    value: object = None
    raised: Raised | None = None
    changed_inputs: tuple[str, ...] = ()


@dataclass
class Prints:
    """Swallows what the learner's code prints, and keeps the beginning."""

    beginning: str = ""
    characters: int = 0
    encoding: str = field(default="utf-8", repr=False)

    def write(self, text):
        """Count the text; keep it while it is short."""
        room = _KEPT_PRINTS - len(self.beginning)
        self.beginning += text[: max(room, 0)]
        self.characters += len(text)
        return len(text)

    def flush(self):
        """Do nothing: there is no buffer."""

    def isatty(self):
        """Return False: nobody types here."""
        return False


@contextmanager
def guarded():
    """Keep prints, warnings, random state, standard input and memory as they were; yields the `Prints`."""
    prints = Prints()
    with ExitStack() as stack:
        stack.enter_context(_random_state_kept())
        stack.enter_context(_no_standard_input())
        stack.enter_context(_memory_limited())
        stack.enter_context(redirect_stdout(prints))
        stack.enter_context(redirect_stderr(prints))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(np.errstate(all="ignore"))
        yield prints


def call(function, arguments, observe=None) -> Outcome:
    """Call a function on copies of the arguments; KeyboardInterrupt alone is let through.

    Parameters
    ----------
    function : callable
    arguments : tuple
    observe : callable, optional
        Applied to the result and the arguments: what is compared of a module.
    """
    given = copy.deepcopy(arguments)
    try:
        value = function(*given)
        if observe is not None:
            value = observe(value, *copy.deepcopy(arguments))
        value = plain(value)  # a copy, so that later calls cannot change it
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit and the like must not end the kernel
        return Outcome(raised=_as_data(error, function))
    return Outcome(value=value, changed_inputs=_changed(function, arguments, given))


def argument_names(function, arguments) -> list[str]:
    """Return the parameter names that positional arguments go to, as far as they can be told."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"argument {i + 1}" for i in range(len(arguments))]


def _changed(function, before, after):
    names = argument_names(function, before)
    return tuple(
        name
        for name, old, new in zip(names, before, after, strict=True)
        if isinstance(old, np.ndarray | list | dict | set) and not same(plain(old), plain(new), 0)
    )


def _as_data(error, function):
    try:
        message = str(error)
    except Exception:
        message = ""
    home = inspect.unwrap(function)
    home = getattr(home, "forward", getattr(home, "__init__", home)) if isinstance(home, type) else home
    filename = getattr(getattr(home, "__code__", None), "co_filename", None)
    traceback, line_number = error.__traceback__, None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            line_number = traceback.tb_lineno
        traceback = traceback.tb_next
    line = linecache.getline(filename, line_number).strip() if line_number else ""
    return Raised(type(error).__name__, message, line, line_number, filename or "")


@contextmanager
def _random_state_kept():
    torch = sys.modules.get("torch")
    states = random.getstate(), np.random.get_state(), torch.get_rng_state() if torch else None
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        if torch is not None:
            torch.set_rng_state(states[2])


class _NoStandardInput:
    def _refuse(self, *_args, **_kwargs):
        raise RuntimeError("input() cannot be used in an answer: take what you need from the arguments")

    read = readline = readlines = __iter__ = __next__ = _refuse

    def fileno(self):
        raise OSError("standard input is closed while an answer is checked")


@contextmanager
def _no_standard_input():
    closed = _NoStandardInput()
    kept = sys.stdin, builtins.input
    sys.stdin, builtins.input = closed, closed._refuse
    try:
        yield
    finally:
        sys.stdin, builtins.input = kept


@contextmanager
def _memory_limited():
    """On Linux, let a request for 100 GB raise MemoryError instead of ending the kernel."""
    torch = sys.modules.get("torch")
    if sys.platform != "linux" or (torch is not None and torch.cuda.is_initialized()):
        yield  # a GPU maps far more address space than it uses
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as statm:
        limit = int(statm.read().split()[0]) * resource.getpagesize() + _EXTRA_MEMORY
    known = [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([limit, *known]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
