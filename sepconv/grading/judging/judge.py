"""From what a submission's process sent to a verdict; no code of the submission is run here."""

import inspect
import itertools
import linecache
from contextlib import suppress

from sepconv.checking.attempt import OBJECT, VALUE
from sepconv.checking.diagnosis import mark, verdict_on, verdict_without_code
from sepconv.checking.guard import Outcome, Raised
from sepconv.checking.modules import Made
from sepconv.checking.runs import outcomes_of_spec
from sepconv.checking.values import diagnose_value
from sepconv.checking.verdict import NOT_ATTEMPTED, Verdict, not_yet
from sepconv.exercises import find
from sepconv.grading.sandbox.alarm import TooLong, call_within
from sepconv.grading.sandbox.codec import Unfit, decode, read_line

_LONGEST_ORDER = 10  # seconds that the lines of a puzzle may run, in whatever order
_numbers = itertools.count()
_HOW_IT_ENDED = {
    "slow": "It took too long, and was stopped. Is there a loop that does not end?",
    "large": "It gave back more data than an answer can have.",
    "disk": "It wrote too much to the disk, and was stopped.",
    "ended": "It ended the whole process instead of giving an answer back.",
}


def judge_line(name: str, line: bytes | None, seed: int, ended: str = "ended") -> Verdict:
    """Do as `judge`, with a message as it came from the submission's process: as a line of JSON, or as anything else."""
    try:
        return judge(name, read_line(line) if line is not None else None, seed, ended)
    except (MemoryError, RecursionError) as error:
        return not_yet(f"What came back cannot be judged ({type(error).__name__}).")


def judge(name: str, message: dict | None, seed: int, ended: str = "ended") -> Verdict:
    """Return the verdict on one exercise.

    Parameters
    ----------
    name : str
        The exercise.
    message : dict or None
        What the submission's process sent about it.
    seed : int
        What the cases were drawn with.
    ended : str
        How the process ended, where nothing came.
    """
    exercise = find(name)
    try:
        return _judge(exercise, message or {"state": ended}, seed)
    except (Unfit, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        if message is None:
            raise
        return not_yet(f"What came back cannot be read as an answer ({type(error).__name__}).")


def _judge(exercise, message, seed):
    state = message.get("state")
    if state == "untouched":
        return Verdict(NOT_ATTEMPTED)
    if state == "missing":
        return Verdict(NOT_ATTEMPTED, (f"Nothing in the notebook is named {exercise.name}.",))
    if state in (VALUE, OBJECT):
        return _judge_value(exercise, state, message, seed)
    if state == "run":
        return _judge_run(exercise, message, seed)
    return not_yet(_HOW_IT_ENDED.get(state, _HOW_IT_ENDED["ended"]))


def _judge_value(exercise, state, message, seed):
    value = decode(message["value"])
    if exercise.kind in ("number", "choice"):
        return diagnose_value(exercise, value)
    if exercise.kind != "order":
        return verdict_without_code(exercise, state, str(message["type"])[:80], value)
    verdicts = [not_yet("The lines did not come to an end.")]
    with suppress(TooLong):  # the lines are the course's own: they may run here
        call_within(_LONGEST_ORDER, lambda: verdicts.append(mark(exercise, value, seed)[0]))
    return verdicts[-1]


def _judge_run(exercise, message, seed):
    if exercise.kind not in ("function", "module"):
        raise Unfit("a function where a value was asked for")
    outcomes = list(map(_outcome, message["outcomes"]))
    if len(outcomes) != len(exercise.draw_cases(seed)):
        raise Unfit("not one outcome for each case")

    def again():
        return _outcome(message["again"]) if "again" in message else None

    return verdict_on(exercise, stand_in(message), outcomes, again, message["blank"] is True, seed)


def prepare(names, seed):
    """Work out the right answers of exercises ahead of time."""
    for name in names:
        exercise = find(name)
        if exercise.kind in ("function", "module", "order"):
            outcomes_of_spec(exercise, -1, seed)


def _outcome(sent):
    """What came back from one call."""
    raised, made = sent.get("raised"), sent.get("made")
    return Outcome(
        value=decode(sent["value"]),
        raised=_raised(raised) if raised else None,
        changed_inputs=tuple(str(name)[:80] for name in sent["changed"]),
        made=Made(str(made[0]), made[1] is True, _words(made[2]), _shapes(made[3])) if made else None,
    )


def _raised(sent):
    number = sent["line_number"]
    return Raised(
        type_name=str(sent["type_name"])[:80],
        message=str(sent["message"])[:2000],
        line=str(sent["line"])[:300],
        line_number=number if type(number) is int else None,
        is_stub=sent["is_stub"] is True,
        found_by=sent["found_by"] if sent["found_by"] in ("code", "observed", "trial") else "code",
    )


def _words(found):
    return {str(name)[:80]: str(kind)[:300] for name, kind in itertools.islice(found.items(), 100)}


def _shapes(found):
    return {str(name)[:80]: tuple(map(int, shape)) for name, shape in itertools.islice(found.items(), 1000)}


def stand_in(message):
    """Return a function, or a class, with the name, parameters and source of an answer, and nothing of its code."""
    name = str(message["name"])[:80]
    signature = _signature(message["parameters"])
    if message["is_type"] is True:
        return type(name, (), {"__signature__": signature} if signature else {})
    filename = f"<submission {next(_numbers) % 1000}>"
    source = str(message["source"])
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    space = {}
    exec(compile("def answer(*arguments):\n    return arguments", filename, "exec"), space)
    answer = space["answer"]
    answer.__name__ = name
    if signature:
        answer.__signature__ = signature
    return answer


def _signature(parameters):
    if parameters is None:
        return None
    return inspect.Signature(
        [
            inspect.Parameter(
                str(name), inspect._ParameterKind(kind), default=None if default else inspect.Parameter.empty
            )
            for name, kind, default in parameters
        ]
    )
