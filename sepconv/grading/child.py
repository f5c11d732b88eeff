"""What happens in the process of one submission: its cells run, and its answers are asked for and sent as plain data.

The submission's code runs in this process and may do to it what it likes. All that it can bring about is other data in
the pipe, and data is judged elsewhere.
"""

import ast
import builtins
import contextlib
import functools
import inspect
import json
import linecache
import os
import re
import select
import signal
import sys
import time
import types

import numpy as np

from sepconv.exercises import all_exercises
from sepconv.grading.codec import encode
from sepconv.grading.tapes import recorded
from sepconv.marking.attempt import has_blank, is_untouched, source_of
from sepconv.marking.guard import call, guarded
from sepconv.marking.plain import plain

_MOST_ANSWER = 16 * 2**20  # bytes
_SOON = 1.0  # second: what took longer is not called once more to see whether it gives the same
_MAGIC = re.compile(r"^(\s*)([%!].*|.*\w\?{1,2}\s*)$")
EXERCISES = {}


def load_exercises():
    """Import every exercise, with the source that is shown in messages, before the files are taken away."""
    EXERCISES.update({exercise.name: exercise for exercise in all_exercises()})
    for name, module in list(sys.modules.items()):
        if name.startswith("sepconv.exercises"):
            linecache.getlines(module.__file__)


def prepare_within(name, seed):
    """Return a case that is to be computed with little memory, before the memory is limited."""
    np.ones((300, 300)) @ np.ones((300, 300))  # the library behind takes its own 32 MB once for all
    return EXERCISES[name].within(seed)


def mark_submission(cells, names, seed, seconds, skipped, send, within=None):
    """Run the cells of a submission and send its answers.

    Parameters
    ----------
    cells : list of str
        Source of its code cells.
    names : list of str
        The exercises that are asked for.
    seed : int
    seconds : float
        What one exercise may take.
    skipped : list of int
        Cells that are left out, since they did not end the last time.
    send : callable
        Called with each message, a dict.
    within : Within, optional
        The case that one answer is asked for in the place of all others.
    """
    asked = [EXERCISES[name] for name in names if name in EXERCISES]
    for module in [module for module in sys.modules if module.startswith("sepconv.exercises")]:
        del sys.modules[module]  # nobody's business but ours
    seed_everything(seed)
    namespace, problems = run_cells(cells, set(names), skipped, send)
    try:
        os.getcwd()
    except OSError:  # it was deleted; much of Python stops without one
        os.chdir("/")
    for number, problem in problems.items():
        send({"problem": problem, "in": number})
    code = []
    for exercise in asked:
        if exercise.name not in namespace:
            send({"answer": exercise.name, "state": "missing"})
        elif _is_simple(namespace[exercise.name]):
            send(answer_of(exercise, namespace[exercise.name], seed))
        else:
            code.append((exercise, namespace[exercise.name]))
    while code:
        code = code[_apart(code, seed, seconds, send, within) :]
    send({"done": True})


def seed_everything(seed):
    """Let what is random be the same in each run of one seed, so that marks are."""
    for module, seeding in (("random", "seed"), ("numpy.random", "seed"), ("torch", "manual_seed")):
        if module in sys.modules:
            with contextlib.suppress(Exception):  # the submission may have replaced it
                getattr(sys.modules[module], seeding)(seed)


def _is_simple(value, depth=3):
    """Whether a value is of Python's own types through and through: reading it runs nobody's code."""
    kind = type(value)
    if kind in (list, tuple, set, dict) and depth and len(value) < 1000:
        items = [*value, *(value.values() if kind is dict else ())]
        return all(_is_simple(item, depth - 1) for item in items)
    return value is None or value is Ellipsis or kind in (bool, int, float, str)


def run_cells(cells, names, skipped, send):
    """Run cells in order, those that failed once more at the end; return the namespace and what went wrong."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = vars(module)
    namespace.update(__builtins__=builtins, get_ipython=lambda: None, display=lambda *args, **kwargs: None)
    numbers = [number for number in range(len(cells)) if number not in skipped]
    problems = dict.fromkeys(skipped, "it did not end, and was left out")
    failed = [
        number for number in numbers if not _run_cell(cells[number], number, namespace, names, problems, send)
    ]
    for number in failed if len(failed) < len(numbers) else []:  # it may have come before what it needs
        if not problems[number].startswith("SyntaxError"):
            _run_cell(cells[number], number, namespace, names, problems, send)
    return namespace, problems


def _run_cell(source, number, namespace, names, problems, send):
    send({"cell": number})
    before = {name: namespace.get(name) for name in names if name in namespace}
    filename = f"<cell {number + 1}>"
    try:
        source = without_magics(source)
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        exec(compile(source, filename, "exec"), namespace)
    except BaseException as error:
        problems[number] = _in_a_line(error)
        return False
    finally:
        for name, old in before.items():  # a copy of the stub further down takes nothing back
            if _is_stub(namespace.get(name)) and not _is_stub(old):
                namespace[name] = old
    problems.pop(number, None)
    return True


def _in_a_line(error):
    try:
        return f"{type(error).__name__}: {error}"[:300]
    except BaseException:
        return type(error).__name__


def _is_stub(value):
    try:
        return value is None or value is Ellipsis or (callable(value) and is_untouched(value))
    except Exception:
        return False


def without_magics(source):
    """Return a cell without IPython's magics and shell lines; a cell that belongs to a magic is empty."""
    if source.lstrip().startswith("%%"):
        return ""
    try:
        ast.parse(source)
        return source
    except SyntaxError:
        lines = [_MAGIC.sub(r"\1pass", line) for line in source.splitlines()]
        return "\n".join(lines) + "\n"


def _apart(code, seed, seconds, send, within) -> int:
    """Ask for answers in another process, one after the other until one of them does not come; return how many are done.

    An end or an endless loop there costs that answer only: the next process goes on behind it.
    """
    if not hasattr(os, "fork"):
        for exercise, value in code:
            send(_asked(exercise, value, seed, within))
        return len(code)
    source, target = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(source)
            with os.fdopen(target, "wb") as pipe:
                for exercise, value in code:
                    pipe.write(json.dumps(_asked(exercise, value, seed, within)).encode() + b"\n")
                    pipe.flush()
        finally:
            os._exit(0)
    os.close(target)
    data = b""
    try:
        for number, (exercise, _) in enumerate(code, 1):
            line, data, how = _next_line(source, data, time.monotonic() + seconds)
            message = _read_answer(line, exercise.name)
            send(message or {"answer": exercise.name, "state": how or "ended"})
            if not message:
                return number
        return len(code)
    finally:
        os.close(source)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _read_answer(line, name):
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and message.get("answer") == name else None


def _next_line(source, data, deadline):
    """Read a line of a pipe; return it, what came behind it, and "slow" or "large" where there was no end of it."""
    chunks, size = [data], len(data)
    while b"\n" not in chunks[-1]:
        if not select.select([source], [], [], max(0, deadline - time.monotonic()))[0]:
            return b"", b"", "slow"
        chunk = os.read(source, 1 << 16)
        if not chunk:
            return b"", b"", ""
        chunks.append(chunk)
        size += len(chunk)
        if size > _MOST_ANSWER:
            return b"", b"", "large"
    line, _, rest = b"".join(chunks).partition(b"\n")
    return line, rest, ""


def answer_of(exercise, value, seed):
    """Return what there is to say of an answer, as plain data that JSON can hold."""
    seed_everything(seed)
    message = {"answer": exercise.name}
    if exercise.kind not in ("function", "module"):
        return message | {"state": "value", "value": encode(plain(value))}
    if value is Ellipsis or value is None or (callable(value) and is_untouched(value)):
        return message | {"state": "untouched"}
    is_code = isinstance(value, type | types.FunctionType)
    if not callable(value) or (exercise.kind == "module" and not is_code):
        kind = "object" if callable(value) else "value"
        return message | {
            "state": f"no function: {kind}",
            "value": encode(plain(value)),
            "type": type(value).__name__,
        }
    message |= {
        "state": "run",
        "name": str(getattr(value, "__name__", exercise.name)),
        "is_type": isinstance(value, type),
        "parameters": _parameters(value),
        "source": source_of(value)[:20_000],
        "blank": has_blank(value),
    }
    watched = exercise.watch(value) if exercise.watch else value
    with guarded() as prints:
        start = time.monotonic()
        message["outcomes"] = [_outcome(exercise, watched, case) for case in exercise.draw_cases(seed)]
        if exercise.kind == "function" and time.monotonic() - start < _SOON:
            message["again"] = _outcome(exercise, watched, exercise.draw_cases(seed)[0])
    return message | {"printed": prints.beginning}


def _asked(exercise, value, seed, within):
    return answer_of(exercise, value, seed) if within is None else answer_within(exercise, value, within)


def answer_within(exercise, value, within):
    """Return what an answer gives for the one case, or how it ended."""
    message = {"answer": exercise.name}
    try:
        with guarded():
            return message | {"value": encode(plain(value(*within.arguments)))}
    except BaseException as error:
        return message | {"raised": type(error).__name__}


def _parameters(function):
    try:
        parameters = inspect.signature(function).parameters.values()
        return [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
    except Exception:
        return None


def _outcome(exercise, function, case):
    raw, observe = {}, exercise.observe
    if observe is not None:

        @functools.wraps(observe)
        def observe(value, *arguments):
            raw["raw"] = encode(plain(value))
            with recorded(value) as raw["module"]:
                return exercise.observe(value, *arguments)

    outcome = call(function, case, observe)
    message = {"value": encode(outcome.value), "changed": list(outcome.changed_inputs), **raw}
    if outcome.raised:
        message["raised"] = vars(outcome.raised) | {"message": outcome.raised.message[:2000]}
    if outcome.made:
        made = outcome.made
        message["made"] = [made.type_name, made.is_module, dict(made.parts), _shapes(made.parameters)]
    return message


def _shapes(parameters):
    return {name: list(shape) for name, shape in parameters.items()}
