"""What happens in the process of one submission: its cells run, and its answers are asked for and sent as plain data.

The submission's code runs in this process and may do to it what it likes. All that it can bring about is other data in
its own channel, and data is judged elsewhere.
"""

import inspect
import json
import linecache
import os
import select
import signal
import sys
import time

from sepconv.checking.attempt import CODE, has_blank, kind_of_answer, source_of
from sepconv.checking.guard import call, guarded
from sepconv.checking.plain import plain
from sepconv.exercises import all_exercises
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.cells import run_cells
from sepconv.grading.sandbox.codec import encode

_MOST_ANSWER = 16 * 2**20  # bytes
_SOON = 1.0  # second: what took longer is not called once more to see whether it gives the same
_PROBE = {
    "": [0]
}  # what a cell has replaced may be needed here; then this process ends before the next cell is named
EXERCISES = {}


def load_exercises():
    """Import every exercise, with the source that is shown in messages."""
    EXERCISES.update({exercise.name: exercise for exercise in all_exercises()})
    for name, module in list(sys.modules.items()):
        if name.startswith("sepconv.exercises"):
            linecache.getlines(module.__file__)


def run_submission(request, target):
    """Run the cells of a submission and send its answers.

    Parameters
    ----------
    request : dict
        ``cells``, the source of its code cells; ``names``, the exercises that are asked for; ``skipped``, the numbers of
        cells to leave out; ``seed``; ``seconds`` that a cell or an answer may take; ``total`` seconds for everything; ``pause``
        seconds in front of each cell.
    target : int
        The descriptor that messages are written to, each one a line.
    """
    send = _sending_to(target)
    asked = [EXERCISES[name] for name in request["names"] if name in EXERCISES]
    for module in [module for module in sys.modules if module.startswith("sepconv.exercises")]:
        del sys.modules[module]  # an answer that imports its own model answer finds nothing
    seed_everything(request["seed"])
    late = time.monotonic() + request["total"] / 2  # the other half is for the answers

    def begin(number):
        json.dumps(_PROBE)
        time.sleep(request["pause"])
        send(f"cell {number}")
        return time.monotonic() < late

    ran = run_cells(
        request["cells"], set(request["names"]), set(request["skipped"]), begin, request["seconds"]
    )
    json.dumps(_PROBE)
    time.sleep(request["pause"])
    send("asking")
    remarks = [f"Code cell {number + 1}: {problem}" for number, problem in sorted(ran.problems.items())]
    for remark in [*ran.remarks, *remarks][:10]:
        send(f"remark {json.dumps(remark)}")
    restraint.allow_more()
    _leave_a_lost_folder()
    simple, code = _sorted_by_kind(asked, ran.namespace, send)
    for exercise, value in simple:
        send(_message(answer_of(exercise, value, request["seed"])))
    while code:
        code = code[_apart(code, ran, request, target, send) :]
    send("done")


def _sending_to(target):
    """Return a function that writes a line, and ends any copy of this process in which it is called."""
    this = os.getpid()

    def send(line):
        if os.getpid() != this:
            os._exit(0)
        data = line.encode("utf-8", "replace") + b"\n"
        while data:
            data = data[os.write(target, data) :]

    return send


def _message(answer):
    data = json.dumps(answer)
    if len(data) > _MOST_ANSWER:
        data = json.dumps({"state": "large"})
    return f"answer {answer['answer']} {data}"


def _leave_a_lost_folder():
    try:
        os.chdir(os.getcwd())
    except OSError:  # it was deleted, or may not be entered; much of Python stops without one
        os.chdir("/")


def _sorted_by_kind(asked, namespace, send):
    """Return the answers that are values, and those that are code, each with its exercise; say what is missing."""
    simple, code = [], []
    for exercise in asked:
        if exercise.name not in namespace:
            send(_message({"answer": exercise.name, "state": "missing"}))
        else:
            value = namespace[exercise.name]
            (simple if _is_simple(value) else code).append((exercise, value))
    return simple, code


def seed_everything(seed):
    """Let what is random be the same in each run of one seed, so that marks are."""
    for module, seeding in (("random", "seed"), ("numpy.random", "seed"), ("torch", "manual_seed")):
        try:
            getattr(sys.modules[module], seeding)(seed)
        except Exception:  # not imported yet, or replaced by the submission
            continue


def _is_simple(value, depth=3):
    """Whether a value is of Python's own types through and through: reading it runs no code of the submission."""
    kind = type(value)
    if kind in (list, tuple, set, dict) and depth and len(value) < 1000:
        items = [*value, *(value.values() if kind is dict else ())]
        return all(_is_simple(item, depth - 1) for item in items)
    return value is None or value is Ellipsis or kind in (bool, int, float, str)


def _apart(code, ran, request, target, send) -> int:
    """Ask for answers in another process, one after the other until one of them does not come; return how many are done.

    An end or an endless loop there costs that answer only: the next process goes on behind it.
    """
    seed, seconds, done = request["seed"], request["seconds"], 0
    if not hasattr(os, "fork"):
        for exercise, value in code:
            send(_message(answer_of(exercise, value, seed)))
        return len(code)
    signs, sign = os.pipe()  # a byte for each answer that is sent
    pid = _fork(seconds)
    if pid == 0:
        try:
            os.close(signs)
            tell, at_the_end = _sending_to(target), dict(ran.namespace)
            for exercise, value in code:
                ran.namespace.clear()  # an answer may use names that were bound anew since it was checked
                ran.namespace.update(ran.states.get(exercise.name, at_the_end))
                tell(_message(answer_of(exercise, value, seed)))
                os.write(sign, b"!")
        finally:
            os._exit(0)
    os.close(sign)
    while is_there := select.select([signs], [], [], seconds)[0]:
        if not os.read(signs, 1):
            break
        done += 1
    os.close(signs)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    if done < len(code):
        state = "ended" if is_there else "slow"
        send(
            "\n" + _message({"answer": code[done][0].name, "state": state})
        )  # it may have been cut off in a line
    return done + 1


def _fork(seconds):
    """Fork, and be patient: where users are not told apart, another submission may hold all processes for a moment."""
    end = time.monotonic() + seconds
    while True:
        try:
            return os.fork()
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def answer_of(exercise, value, seed):
    """Return what there is to say of an answer, as plain data that JSON can hold."""
    seed_everything(seed)
    message = {"answer": exercise.name}
    if exercise.kind not in ("function", "module"):
        return message | {"state": "value", "value": encode(plain(value))}
    if (kind := kind_of_answer(exercise, value)) != CODE:
        return message | {"state": kind, "value": encode(plain(value)), "type": type(value).__name__}
    message |= {
        "state": "run",
        "name": str(getattr(value, "__name__", exercise.name)),
        "is_type": isinstance(value, type),
        "parameters": _parameters(value),
        "source": source_of(value)[:20_000],
        "blank": has_blank(value),
    }
    watched = exercise.watch(value) if exercise.watch else value
    with guarded():
        start = time.monotonic()
        message["outcomes"] = [_outcome(exercise, watched, case) for case in exercise.draw_cases(seed)]
        if exercise.kind == "function" and time.monotonic() - start < _SOON:
            message["again"] = _outcome(exercise, watched, exercise.draw_cases(seed)[0])
    return message


def _parameters(function):
    try:
        parameters = inspect.signature(function).parameters.values()
        return [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
    except Exception:
        return None


def _outcome(exercise, function, case):
    this = os.getpid()
    outcome = call(function, case, exercise.observe)
    if os.getpid() != this:
        os._exit(0)  # the answer has forked: one of the two goes on
    message = {"value": encode(outcome.value), "changed": list(outcome.changed_inputs)}
    if outcome.raised:
        message["raised"] = vars(outcome.raised) | {"message": outcome.raised.message[:2000]}
    if outcome.made:
        made = outcome.made
        message["made"] = [made.type_name, made.is_module, dict(made.parts), _shapes(made.parameters)]
    return message


def _shapes(parameters):
    return {name: list(shape) for name, shape in parameters.items()}
