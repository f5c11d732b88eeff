"""From what a submission's process sent to a verdict; no code of the submission is run here."""

import inspect
import itertools
import linecache
from contextlib import suppress

from sepconv.checking.alarm import TooLong, call_within
from sepconv.checking.calling import Outcome, Raised
from sepconv.checking.diagnosis import mark, verdict_on, verdict_without_code
from sepconv.checking.given_answer import OBJECT, UNTOUCHED, VALUE
from sepconv.checking.modules import Made
from sepconv.checking.values import diagnose_value
from sepconv.checking.verdict import NOT_ATTEMPTED, Verdict, not_yet
from sepconv.exercises import find
from sepconv.grading.sandbox.codec import Unfit, decode, read_line

_LONGEST_ORDER = 10  # seconds that the lines of a puzzle may run, in whatever order
_numbers = itertools.count()
_HOW_IT_ENDED = {
    "slow": "It took too long, and was stopped. Is there a loop that does not end?",
    "large": "It gave back more data than an answer can have.",
    "disk": "It wrote too much to the disk, and was stopped.",
    "ended": "The process ended before an answer came back. Does the code call exit(), or take too much memory?",
}


def judge(name: str, line: bytes | None, seed: int, ended: str = "ended") -> Verdict:
    """Return the verdict on the exercise of a name.

    Parameters
    ----------
    name : str
    line : bytes or None
        What the submission's process sent about it: a line of JSON, or anything else.
    seed : int
        What the cases were drawn with.
    ended : str
        How the process ended, where nothing came.
    """
    exercise = find(name)
    try:
        message = (line and read_line(line)) or {"state": ended}
        if (state := message.get("state")) == "missing":
            return Verdict(NOT_ATTEMPTED, (f"Nothing in the notebook is named {exercise.name}.",))
        if state in (UNTOUCHED, VALUE, OBJECT):
            return _judge_value(exercise, state, message, seed)
        if state == "run":
            return _judge_run(exercise, message, seed)
        return not_yet(_HOW_IT_ENDED.get(state, _HOW_IT_ENDED["ended"]))
    except (ValueError, TypeError, LookupError, AttributeError, MemoryError, RecursionError) as error:
        return not_yet(f"What came back cannot be read as an answer ({type(error).__name__}).")


def _judge_value(exercise, state, message, seed):
    value = decode(message["value"])
    if exercise.kind in ("number", "choice"):
        return diagnose_value(exercise, value)
    if exercise.kind != "order":
        return verdict_without_code(exercise, state, _short(message["type"]), value)
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

    def once(key):
        return lambda: message.get(key) and _outcome(message[key])

    answer, is_blank = _stand_in(message), message["blank"] is True
    return verdict_on(exercise, answer, outcomes, once("again"), once("ints"), is_blank, seed)


def _outcome(sent):
    """What came back from one call."""
    raised, made = sent.get("raised"), sent.get("made")
    return Outcome(
        value=decode(sent["value"]),
        raised=Raised(**{field: _short(value) for field, value in raised.items()}) if raised else None,
        changed_inputs=tuple(map(_short, sent["changed"])),
        made=_made(*made) if made else None,
    )


def _made(type_name, is_module, parts, shapes, kinds):
    parts = {_short(name): _short(kind) for name, kind in itertools.islice(parts.items(), 100)}
    some = itertools.islice(shapes.items(), 1000)
    shapes = {_short(name): tuple(map(int, shape)) for name, shape in some}
    kinds = tuple(map(_short, itertools.islice(kinds, 100)))
    return Made(_short(type_name), is_module is True, parts, shapes, kinds)


def _short(value):
    """Return a number, a truth or None as it is, and anything else as a text that fits into a report."""
    return value if value is None or isinstance(value, int) else str(value)[:2000]


def _stand_in(message):
    """Return a function, or a class, with the name, parameters and source of an answer, and nothing of its code."""
    name, parameters, own = str(message["name"])[:80], message["parameters"], {}
    if parameters is not None:
        own["__signature__"] = inspect.Signature([_parameter(*one) for one in parameters])

    def answer(*arguments):
        return arguments

    filename, source = f"<submission {next(_numbers) % 1000}>", str(message["source"])
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    first = len(source) - len(source.lstrip("\n")) + 1
    answer.__code__ = answer.__code__.replace(co_filename=filename, co_firstlineno=first)
    if message["is_type"] is True:
        return type(name, (), own | {"forward": answer})
    answer.__name__ = name
    vars(answer).update(own)
    return answer


def _parameter(name, kind, has_default):
    default = None if has_default else inspect.Parameter.empty
    return inspect.Parameter(str(name), inspect._ParameterKind(kind), default=default)
