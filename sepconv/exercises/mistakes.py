"""Mistakes: a wrong answer with a name, most often an edit of the right program, read from a table.

A table has a block for each mistake, and an empty line between two::

    S216 the group was found by dividing by the number of groups
    // outputs_each => // groups
    With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?

First the id and the name; then edits, ``old => new``, or the wrong answer itself, ``= expression``, which may use what the
module of the exercise holds, and the model answer as ``right``; then the advice.
"""

import inspect
import linecache
import re
import textwrap
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType
from typing import Any

_HEAD = re.compile(r"([A-Z]\d+) (\S.*)")


@dataclass(frozen=True, eq=False)
class Misconception:
    """A wrong answer with a name.

    The same object serves twice: an answer that behaves like ``wrong`` is told the name and the advice, and
    the tests prove with ``wrong`` that the check can fail.

    Parameters
    ----------
    id : str
        ``"M…"`` for the catalogue of published misconceptions, ``"S…"`` for a slip of the pen.
    name : str
        What went wrong, as a clause in the past tense: ``"the bias was divided by groups"``.
    given : object
        The wrong answer, of the kind that the exercise asks for, or the `Change` that makes it of the right one.
    advice : str
        One or two sentences that send the learner to the right thought without giving the answer.
    """

    id: str
    name: str
    given: Any
    advice: str

    @cached_property
    def wrong(self):
        """The wrong answer."""
        if not isinstance(self.given, Change):
            return self.given
        try:
            return self.given.make()
        except Exception as error:
            raise ValueError(f"{self.id}, {self.name}: {type(error).__name__}: {error}") from error


@dataclass(frozen=True, eq=False)
class Change:
    """How a wrong answer comes from the right one.

    Parameters
    ----------
    right : object
        The model answer.
    edits : tuple of (str, str)
        Pairs of what stands in its source, or else in that of a function that it calls, and what stands there instead.
    expression : str
        Or what the wrong answer is, where it is no edit.
    is_working : bool
        Whether the program is the working of a number, and the wrong answer what the changed program comes to.
    """

    right: Any
    edits: tuple[tuple[str, str], ...] = ()
    expression: str = ""
    is_working: bool = False

    def make(self):
        """Return the wrong answer.

        Raises
        ------
        ValueError
            If an edit fits nowhere.
        """
        if self.expression:
            around = self.right.__globals__ if isinstance(self.right, FunctionType) else {}
            right = self.right() if self.is_working else self.right
            code = compile(self.expression, _shown("expression", self.expression), "eval")
            return eval(code, {**around, "right": right})
        changed = self.program()
        return changed() if self.is_working else changed

    def program(self):
        """Return the right program with the edits made."""
        if isinstance(self.right, str):  # an order of lines
            return edited(self.right, self.edits)
        sources = {program: after for program, (_, after) in self.sources().items()}
        own, *called = sources.items()
        return compiled(*own, {program.__name__: compiled(program, source) for program, source in called})

    def sources(self) -> dict[FunctionType, tuple[str, str]]:
        """Return the source of the right program, and of those that it calls, before and after the edits."""
        programs = [self.right, *called_by(self.right)]
        before = {program: source_of(program) for program in programs}
        after = dict(before)
        for old, new in self.edits:
            place = next((program for program, source in after.items() if old in source), self.right)
            after[place] = edited(after[place], [(old, new)])
        return {program: (before[program], after[program]) for program in programs}


def read_table(table, right, is_working=False) -> tuple[Misconception, ...]:
    """Return the misconceptions of a table.

    Parameters
    ----------
    table : str
        As the module's first lines say.
    right : object
        The model answer.
    is_working : bool
        Whether that is the program that computes a number.

    Raises
    ------
    ValueError
        If a block has no id and name, or neither an edit nor an expression.
    """
    found = []
    for block in re.split(r"\n\s*\n", table.strip()):
        head, *lines = map(str.strip, block.splitlines())
        about = _HEAD.fullmatch(head)
        edits = tuple(tuple(line.split(" => ", 1)) for line in lines if " => " in line)
        others = [line for line in lines if " => " not in line]
        expressions = [line[2:] for line in others if line.startswith("= ")]
        advice = " ".join(line for line in others if not line.startswith("= "))
        if not about or len(expressions) + bool(edits) != 1:
            raise ValueError(f"a mistake is an id, a name, edits or an expression, and advice, not:\n{block}")
        change = Change(right, edits, "".join(expressions), is_working)
        found.append(Misconception(about[1], about[2], change, advice))
    return tuple(found)


def source_of(function) -> str:
    """Return the source of a function of the package, without indentation and decorators of its own."""
    return textwrap.dedent(inspect.getsource(function))


def called_by(function) -> list[FunctionType]:
    """Return the functions of the course's exercises that a function of theirs calls, which learners write, too."""
    called = (function.__globals__.get(name) for name in function.__code__.co_names)
    return [f for f in called if isinstance(f, FunctionType) and f.__module__.startswith("sepconv.exercises")]


def edited(source, edits) -> str:
    """Return a source with edits made, each wherever it fits.

    Parameters
    ----------
    source : str
    edits : sequence of (str, str)
        What stands in it, and what in its place.

    Raises
    ------
    ValueError
        If one fits nowhere.
    """
    for old, new in edits:
        if old not in source:
            raise ValueError(f"there is no {old!r} to replace")
        source = source.replace(old, new)
    return source


def compiled(function, source, others=None):
    """Return what a changed function defines.

    Parameters
    ----------
    function : function
        The one that was changed.
    source : str
        Its changed source, which tracebacks show.
    others : dict, optional
        More names, of changed functions that it calls.
    """
    code = compile(source, _shown(function.__name__, source), "exec")
    return defined_by(function, code, others or {})


def defined_by(function, code, others=()):
    """Return the function that compiled code defines, among the names of another's module.

    Parameters
    ----------
    function : function
        The other; the new one has its name.
    code : code object
    others : mapping or pairs, optional
        More names.
    """
    names = {**function.__globals__, **dict(others)}
    exec(code, names)
    return names[function.__name__]


def _shown(name, source):
    """Return a file's name under which tracebacks find a source."""
    filename = f"<{name}, changed {hash(source) & 0xFFFFFFFF:08x}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return filename
