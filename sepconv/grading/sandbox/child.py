"""What happens in the process of one submission: its cells run, and its answers are sent as plain data, to be judged elsewhere."""

import inspect
import json
import os
import select
import signal
import sys
import time
from contextlib import suppress

from sepconv.checking.alarm import waited
from sepconv.checking.calling import call, guarded
from sepconv.checking.given_answer import CODE, has_blank, kind_of_answer, source_of
from sepconv.checking.plain import plain
from sepconv.grading.sandbox import restraint
from sepconv.grading.sandbox.cells import run_cells
from sepconv.grading.sandbox.codec import encode

_MOST_ANSWER = 16 * 2**20  # bytes
_SOON = 1.0  # second: what took longer is not called once more to see whether it gives the same
EXERCISES = {}  # by their names, once they are imported


def seed_everything(seed):
    """Let what is random be the same in each run of one seed, so that marks are."""
    for module, seeding in (("random", "seed"), ("numpy.random", "seed"), ("torch", "manual_seed")):
        with suppress(Exception):  # not imported yet, or replaced by the submission
            getattr(sys.modules[module], seeding)(seed)


def run_submission(request, target):
    """Run the cells of a submission, and write what comes of them.

    Parameters
    ----------
    request : dict
        The ``cells`` as source, the ``names`` of the exercises that are asked for, the numbers of cells that are
        ``skipped``, a ``seed``, the ``seconds`` that a cell or an answer may take and those for the ``total``, and a
        ``pause`` in front of each cell.
    target : int
        The descriptor that gets a line for each message.
    """
    send = _sending_to(target)
    for module in [module for module in sys.modules if module.startswith("sepconv.exercises")]:
        del sys.modules[module]  # an answer that imports its own model answer finds nothing
    seed_everything(request["seed"])
    late = time.monotonic() + request["total"] / 2  # the other half is for the answers

    def begin(what):
        json.dumps({"": [0]})  # if a cell has broken it, this ends here, and names no other cell
        time.sleep(request["pause"])
        send(what)
        return time.monotonic() < late

    ran = run_cells(request, lambda number: begin(f"cell {number}"))
    begin("asking")
    problems = [f"Code cell {number + 1}: {problem}" for number, problem in sorted(ran.problems.items())]
    for remark in [*ran.remarks, *problems][:10]:
        send(f"remark {json.dumps(remark)}")
    try:
        os.chdir(os.getcwd())
    except OSError:  # it was deleted, or may not be entered; much of Python stops without one
        os.chdir("/")
    asked = [EXERCISES[name] for name in request["names"] if name in EXERCISES]
    asked.sort(key=lambda exercise: exercise.kind in ("function", "module"))  # what may take time comes last
    while asked:
        asked = asked[_ask(asked, ran, request, target, send) :]
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


def _ask(asked, ran, request, target, send) -> int:
    """Have answers sent in a fork, one after the other until one of them does not come; return how many are done.

    An end or an endless loop there costs that answer only: the next fork goes on behind it.
    """
    seconds, done = request["seconds"], 0
    if not hasattr(os, "fork"):
        return sum(1 for message in _messages(asked, ran, request["seed"]) if send(message) is None)
    restraint.allow_more()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)  # what cells have left running takes the processor from answers
    signs, sign = os.pipe()  # a byte for each answer that is sent

    def answer():
        os.close(signs)
        tell = _sending_to(target)
        for message in _messages(asked, ran, request["seed"]):
            tell(message)
            os.write(sign, b"!")

    pid = _fork(answer, seconds)
    os.close(sign)
    while (is_there := _comes(signs, pid, seconds, send)) and os.read(signs, 1):
        done += 1
    os.close(signs)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    if done < len(asked):  # a line may have been cut off
        send("\n" + _message({"answer": asked[done].name, "state": "ended" if is_there else "slow"}))
    return done + 1


def _comes(signs, pid, seconds, send):
    """Whether a sign comes, or the end, within some seconds, and twice as many if others had the processor."""
    start = waited(pid)
    if select.select([signs], [], [], seconds)[0]:
        return True
    send("asking")  # the grader hears that it goes on
    return bool(select.select([signs], [], [], waited(pid) - start)[0])


def _fork(act, seconds):
    """Be patient: where users are not told apart, another submission may hold all processes for a moment."""
    for _ in range(int(10 * seconds)):
        with suppress(BlockingIOError):
            return restraint.in_fork(act)
        time.sleep(0.1)
    return restraint.in_fork(act)


def _messages(asked, ran, seed):
    """Yield a line about each answer; names that were bound anew since it was checked are as they were then."""
    at_the_end = dict(ran.namespace)
    for exercise in asked:
        ran.namespace.update(at_the_end | ran.states.get(exercise.name, {}))
        if exercise.name in at_the_end:
            yield _message(_answer_of(exercise, at_the_end[exercise.name], seed))
        else:
            yield _message({"answer": exercise.name, "state": "missing"})


def _message(answer):
    data = json.dumps(answer)
    if len(data) > _MOST_ANSWER:
        data = json.dumps({"state": "large"})
    return f"answer {answer['answer']} {data}"


def _answer_of(exercise, value, seed):
    """Return what there is to say of an answer, as plain data that JSON can hold."""
    seed_everything(seed)
    message = {"answer": exercise.name}
    if exercise.kind not in ("function", "module"):
        return message | {"state": "value", "value": encode(plain(value))}
    if (kind := kind_of_answer(exercise, value)) != CODE:
        return message | {"state": kind, "value": encode(plain(value)), "type": type(value).__name__}
    message |= {"state": "run", "name": str(getattr(value, "__name__", exercise.name))}
    message |= {"is_type": isinstance(value, type), "parameters": _parameters(value)}
    message |= {"source": source_of(value, in_place=True)[:20_000], "blank": has_blank(value)}
    watched = exercise.watch(value) if exercise.watch else value
    with guarded():
        start = time.monotonic()
        message["outcomes"] = [_outcome(exercise, watched, case) for case in exercise.draw_cases(seed)]
        if exercise.kind == "function" and time.monotonic() - start < _SOON:
            message["again"] = _outcome(exercise, watched, exercise.draw_cases(seed)[0])
            if (case := exercise.draw_ints(seed)) is not None:
                message["ints"] = _outcome(exercise, value, case)
    return message


def _parameters(function):
    with suppress(Exception):
        parameters = inspect.signature(function).parameters.values()
        return [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
    return None


def _outcome(exercise, function, case):
    this = os.getpid()
    outcome = call(function, case, exercise.observe)
    if os.getpid() != this:
        os._exit(0)  # the answer has forked: one of the two goes on
    message = {"value": encode(outcome.value), "changed": list(outcome.changed_inputs)}
    if outcome.raised:
        message["raised"] = vars(outcome.raised) | {"message": outcome.raised.message[:2000]}
    if made := outcome.made:
        shapes = {name: list(shape) for name, shape in made.parameters.items()}
        message["made"] = [made.type_name, made.is_module, dict(made.parts), shapes, list(made.kinds)]
    return message
