"""Has this answer been attempted? An untouched stub is neither right nor wrong."""

import ast
import dis
import inspect
import textwrap
from types import FunctionType


def is_untouched(answer) -> bool:
    """Whether a function, or a class's ``__init__`` or ``forward``, is nothing but a docstring, ``...`` or ``pass``."""
    return any(
        _does_nothing(function)
        if (definition := _definition(function)) is None
        else all(_is_empty(statement) for statement in _body(definition))
        for function in _functions(answer)
    )


def has_blank(answer) -> bool:
    """Whether a ``...`` of the stub is still there; the ``...`` of an index (``x[..., 0]``) is none."""
    definitions = map(_definition, _functions(answer))
    return any(
        _blanks(statement) for definition in definitions if definition for statement in _body(definition)
    )


def _functions(answer):
    """What a learner filled in: the function itself, or the two methods that a module needs."""
    candidates = [answer]
    if isinstance(answer, type):
        candidates = [vars(answer).get(name) for name in ("__init__", "forward")]
    return [candidate for candidate in candidates if isinstance(candidate, FunctionType)]


def _definition(function):
    """The parsed ``def`` of a function, or None where its source cannot be had (a lambda, typed-in code)."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None
    found = tree.body[0] if len(tree.body) == 1 else None
    return found if isinstance(found, ast.FunctionDef) else None


def _body(definition):
    return definition.body[1:] if ast.get_docstring(definition) is not None else definition.body


def _is_empty(statement):
    blank = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass) or (blank and statement.value.value is Ellipsis)


def _blanks(node):
    """Whether a ``...`` that is not part of an index stands below a node."""
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return True
    if isinstance(node, ast.Subscript):
        return _blanks(node.value)
    return any(_blanks(child) for child in ast.iter_child_nodes(node))


def _does_nothing(function):
    """Whether the bytecode only returns None, for a function whose source is not to be had."""
    return all(
        step.opname in ("RESUME", "NOP", "RETURN_VALUE")
        or (step.opname in ("LOAD_CONST", "RETURN_CONST") and step.argval is None)
        for step in dis.get_instructions(function)
    )
