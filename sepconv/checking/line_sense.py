"""Where an order of lines stops making sense, which can be seen before it is run."""

import ast
import builtins
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_STEP = 4  # spaces of one indentation


@dataclass(frozen=True)
class _Line:
    """A line: how far it is indented, how far the one below it may be, and which names it needs and gives."""

    depth: int
    below: int
    opens: bool
    returns: bool
    needs: frozenset[str]
    gives: frozenset[str]


def no_sense(exercise, letters) -> str:
    """Say at which line an order stops making sense.

    Parameters
    ----------
    exercise : Exercise
    letters : str
        Of lines that there are.

    Returns
    -------
    str
        A sentence, and the line; empty where nothing is to be seen.
    """
    above, named = _read(exercise.opening), "the def line"
    known = {"np", *vars(builtins), *above.gives}
    for letter, line in _lines(exercise, letters):
        if problem := _problem(above, named, line, f"line {letter}", known):
            return f"{_capital(problem)}\n  line {letter}: {exercise.lines[letter].strip()}"
        known |= line.gives
        above, named = line, f"line {letter}"
    if above.opens:
        return f"{_capital(named)} ends with a colon, and nothing stands below it."
    if not any(line.returns for _, line in _lines(exercise, letters)):
        return "None of these lines returns anything."
    return ""


def _problem(above, named, line, name, known):
    if above.returns and line.depth >= above.depth:
        return f"{name} is never reached: {named} above it has returned."
    if above.opens and line.depth < above.below:
        return (
            f"{named} ends with a colon, so what belongs to it stands below it, further to the right. "
            f"{_capital(name)} does not."
        )
    if line.depth > above.below:
        if above.opens:
            return (
                f"{name} stands two steps or more to the right of {named}: "
                "a line that belongs between them is not there."
            )
        return f"{name} is indented further than {named} above it, which does not end with a colon."
    if unknown := sorted(line.needs - known):
        *others, last = unknown
        these, each = (f"{', '.join(others)} and {last}", "any of them") if others else (last, "it")
        return f"{name} needs {these}, and no line above it gives {each} a value."
    return ""


def given_twice(exercise, letters) -> str:
    """Say which line gives a name a value that another line replaces before any has used it.

    Parameters
    ----------
    exercise : Exercise
    letters : str
        Of lines that there are.

    Returns
    -------
    str
        Empty where there is none.
    """
    lines = list(_lines(exercise, letters))
    for i, (first, line) in enumerate(lines):
        for name in sorted(line.gives if not line.opens else ()):
            for second, later in lines[i + 1 :]:
                if later.depth < line.depth or later.returns or name in later.needs:
                    break
                if name in later.gives:
                    return f"Line {second} gives {name} a new value before any line has used the one from line {first}."
    return ""


def reading(text) -> dict:
    """Return what is seen in a line before it is run, as JSON knows it.

    Parameters
    ----------
    text : str
    """
    line = _read(text)
    names = {"needs": sorted(line.needs - {"np", *vars(builtins)}), "gives": sorted(line.gives)}
    return {"depth": line.depth, "below": line.below, "opens": line.opens, "returns": line.returns} | names


def _lines(exercise, letters) -> Iterator[tuple[str, _Line]]:
    return ((letter, _read(exercise.lines[letter])) for letter in letters)


@lru_cache(maxsize=512)
def _read(text) -> _Line:
    code = textwrap.dedent(text)
    opens = code.endswith(":")
    tree = ast.parse(f"{code} pass" if opens else code)
    needs, gives = set(), set()
    for statement in tree.body:
        nodes = list(ast.walk(statement))
        inside = {
            name for node in nodes if isinstance(node, ast.comprehension) for name in _given_in(node.target)
        }
        used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        if isinstance(statement, ast.AugAssign):
            used |= _given_in(statement.target)
        needs |= used - inside - gives
        gives |= _given_in(statement) - inside
    first, last = (len(line) - len(line.lstrip()) for line in (text, text.split("\n")[-1]))
    returns = isinstance(tree.body[-1], ast.Return)
    return _Line(first, last + _STEP * opens, opens, returns, frozenset(needs), frozenset(gives))


def _given_in(node):
    nodes = list(ast.walk(node))
    parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return parameters | {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _capital(text):
    return text[0].upper() + text[1:]
