"""``check``, ``hint`` and ``solution``: marks one answer in a notebook and says which mistake it is.

A failed check raises, so that the cell counts as failed for every tool that looks at notebooks; the exception
shows as one short text without a traceback.
"""

import ast
import inspect
import pprint
import sys
import textwrap

from sepconv.checking import notebook, record
from sepconv.checking.diagnosis import mark
from sepconv.checking.orders import program
from sepconv.checking.reviewing import question
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED, ROUTED
from sepconv.checking.wording import describe, listed
from sepconv.exercises import all_exercises, find
from sepconv.exercises.mistakes import called_by

__all__ = ["NotAttempted", "NotYet", "check", "hint", "solution", "where_to_start"]

_WIDTH = 88
_MOST = 1500  # characters of one paragraph
# White on these is legible in light and dark notebooks alike; the words carry the meaning without any color.
_SHADES = {"Not yet": "164;38;44", "Correct": "0;105;75"}
_BLUE = "0;85;139"  # of all else

_MISSING = inspect.Parameter.empty  # so help() shows an answer that is not optional
_hints_given: dict[str, int] = {}
_known: set[str] = set()  # placement questions that were answered rightly


class _Shown(AssertionError):
    """An AssertionError that notebooks show as a text of its own instead of a traceback."""

    headline = ""

    def __init__(self, name, paragraphs=()):
        self.name = name
        self.paragraphs = tuple(paragraphs)
        super().__init__(_text(f"{self.headline}: {name}", self.paragraphs))

    def _render_traceback_(self):
        return _text(f"{self.headline}: {self.name}", self.paragraphs, color=True).split("\n")

    def __reduce__(self):
        return type(self), (self.name, self.paragraphs)


class NotYet(_Shown):
    """The answer is not right yet; the text says which mistake it is, or the smallest case that differs."""

    headline = "Not yet"


class NotAttempted(_Shown):
    """The stub has not been filled in."""

    headline = "Not attempted"


class WronglyCalled(TypeError):
    """``check`` was called without an answer, or with its arguments exchanged."""

    def _render_traceback_(self):  # asked for by IPython: one line says it all
        return [str(self)]


def check(name, answer=_MISSING):
    """Check an answer.

    Parameters
    ----------
    name : str
        The exercise's name.
    answer : object
        What the exercise asks for: a function, a class, a number, letters, an array.

    Raises
    ------
    NotYet
        If the answer is wrong.
    NotAttempted
        If it is still the stub.
    KeyError
        If no exercise has that name; the message suggests the nearest.
    TypeError
        If the answer is missing or the name is no string; the message says how ``check`` is called.
    """
    _refuse_a_wrong_call(name, answer)
    exercise = question(name) or find(name)
    verdict, printed = mark(exercise, answer, seconds=exercise.seconds)
    paragraphs = [*_about_cell_before(name), *verdict.paragraphs, *_about_prints(printed)]
    if exercise.starts_at is not None:
        (_known.add if verdict.outcome == CORRECT else _known.discard)(name)
    if verdict.outcome == NOT_ATTEMPTED:
        is_choice = exercise.kind == "choice"
        blank = "Put your choice in place of the ..." if is_choice else "Replace the ... in the cell above"
        raise NotAttempted(name, paragraphs or [f"{blank}, run that cell, then this one."]) from None
    record.checked(exercise, verdict)
    if verdict.outcome == CORRECT:
        points = f" ({exercise.points} point{'s' if exercise.points > 1 else ''})" if exercise.points else ""
        _say(f"Correct: {name}{points}", paragraphs)
    elif verdict.outcome == ROUTED:
        _say(f"Noted: {name}", [*paragraphs, f"Lesson {exercise.starts_at} is about this."])
    else:
        if exercise.hints[:1] and f"A hint: {exercise.hints[0]}" in paragraphs:
            _hints_given.setdefault(name, 1)
            record.helped(exercise, hints=1)
            paragraphs += [f'Another hint: hint("{name}").'] if exercise.hints[1:] else []
        elif exercise.hints:
            paragraphs.append(f'A hint: hint("{name}").')
        raise NotYet(name, paragraphs) from None


def _refuse_a_wrong_call(name, answer):
    """Say how ``check`` is called where the answer is missing, or stands where the name should be."""
    names = {exercise.name for exercise in all_exercises()}
    words = [word for word in (name, answer, getattr(name, "__name__", "")) if isinstance(word, str)]
    meant = next((word for word in words if word in names or word.startswith("review_")), "")
    if meant and (meant != name or answer is _MISSING):
        raise WronglyCalled(
            f'check takes the name of the exercise, in quotes, and then the answer: check("{meant}", {meant})'
        )


def hint(name, n=None):
    """Show the next hint of an exercise, or hint number ``n``.

    Parameters
    ----------
    name : str
        The exercise's name.
    n : int, optional
        From 1 on.

    Raises
    ------
    ValueError
        If there is no hint number ``n``.
    """
    exercise = question(name) or find(name)
    count = len(exercise.hints)
    if count == 0:
        _say(f"Hint: {name}", ["There is no hint for this one. If you do not know, leave it out."])
        return
    if n is None:
        n = min(_hints_given.get(name, 0) + 1, count)
    elif not isinstance(n, int) or not 1 <= n <= count:
        raise ValueError(f"n={n!r}: {name} has {count} hints, numbered from 1")
    _hints_given[name] = max(n, _hints_given.get(name, 0))
    record.helped(exercise, hints=n)
    last = [f'That is the last hint; solution("{name}") shows a model answer.'] if n == count else []
    _say(f"Hint {n} of {count}: {name}", [exercise.hints[n - 1], *last])


def solution(name):
    """Show a model answer.

    Parameters
    ----------
    name : str
        The exercise's name.
    """
    exercise = question(name) or find(name)
    if exercise.kind in ("function", "module"):
        answer = "\n\n\n".join(map(_source, _parts(exercise.answer)))
    elif exercise.kind == "order":
        answer = f"{exercise.answer}\n\n{program(exercise, exercise.answer).rstrip()}"
    else:
        working = f"{_source(exercise.working)}\n\n" if exercise.working else ""
        answer = working + _value(exercise.answer)
    record.helped(exercise, solution=True)
    _say(f"Solution: {name}", [])
    print(answer)


def _value(answer):
    """A model answer that is data, as Python writes it; a set in order, so that it looks the same each time."""
    if isinstance(answer, set):
        return describe(frozenset(answer))
    return pprint.pformat(answer, width=_WIDTH, sort_dicts=False)


def _source(function):
    """The source of a model answer; of a function that makes a module, the class of the same name in it."""
    source = inspect.getsource(function)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == function.__name__:
            return textwrap.dedent(ast.get_source_segment(source, node, padded=True))
    return source.rstrip()


def _parts(function):
    """A model answer, below the functions of the course's exercises that it calls."""
    return [*(part for helper in called_by(function) for part in _parts(helper)), function]


def where_to_start():
    """Say which lesson to begin with, from the answers to the placement questions of lesson 0.

    A question that was left out counts as not known.
    """
    questions = [exercise for exercise in all_exercises() if exercise.starts_at is not None]
    gaps = sorted({q.starts_at for q in questions if q.name not in _known})
    if len(gaps) > len(questions) // 2:
        start, why = 1, "Much of this is new to you; begin at the beginning."
    elif gaps:
        start, plural = gaps[0], "s" if len(gaps) > 1 else ""
        why = f"What you were not sure of is in lesson{plural} {listed(gaps)}."
    else:
        start = max(q.starts_at for q in questions) + 1
        why = "All six are right. Go back where something is new."
    _say("Where to start", [f"Start with lesson {start}. {why}"])


def _about_cell_before(name):
    older = "The cell before this one did not run to its end, so this is about an older answer."
    problem = notebook.problem_before(name)
    return [f"{older} {problem}"] if problem else []


def _about_prints(printed):
    lines = printed.encode("utf-8", "replace").decode().strip().splitlines()
    if not lines:
        return []
    return ["Your code printed (the beginning):", textwrap.indent("\n".join(lines[:4]), "  ")]


def _say(headline, paragraphs):
    print(_text(headline, paragraphs, color=_is_colored()))


def _is_colored():
    ipython = sys.modules.get("IPython")
    return bool(ipython and ipython.get_ipython() is not None) or bool(sys.stdout and sys.stdout.isatty())


def _text(headline, paragraphs, color=False):
    """Lay out a headline and paragraphs; a paragraph, or a line of it, that starts with two spaces is code."""
    if color:
        shade = next((shade for start, shade in _SHADES.items() if headline.startswith(start)), _BLUE)
        headline = f"\x1b[1;38;2;255;255;255;48;2;{shade}m {headline} \x1b[0m"
    lines = [headline]
    for paragraph in paragraphs:
        paragraph = paragraph if len(paragraph) <= _MOST else paragraph[:_MOST] + " …"
        for line in paragraph.split("\n"):
            lines += [line] if line.startswith("  ") else textwrap.wrap(line, _WIDTH, break_long_words=False)
    return "\n".join(lines)
