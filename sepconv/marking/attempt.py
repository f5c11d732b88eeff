"""Has this answer been attempted? An untouched stub is neither right nor wrong."""

import ast
import dis
import inspect
import textwrap
from types import FunctionType


def is_blank(answer) -> bool:
    """Whether a function or a class still holds a blank of the stub.

    A blank is a ``...`` that stands for code, or a body of nothing but a docstring, ``...`` or ``pass``. The
    ``...`` of an index (``x[..., 0]``) is no blank.

    Parameters
    ----------
    answer : function or class
        For a class, ``__init__`` and ``forward`` are looked at.
    """
    if isinstance(answer, type):
        methods = (vars(answer).get(name) for name in ("__init__", "forward"))
        return any(is_blank(method) for method in methods if isinstance(method, FunctionType))
    if not isinstance(answer, FunctionType):
        return False
    tree = _definition(answer)
    return _does_nothing(answer) if tree is None else _has_blank(tree)


def _definition(function):
    """The parsed ``def`` of a function, or None where its source cannot be had (a lambda, typed-in code)."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None
    found = tree.body[0] if len(tree.body) == 1 else None
    return found if isinstance(found, ast.FunctionDef) else None


def _has_blank(definition):
    body = definition.body
    if ast.get_docstring(definition) is not None:
        body = body[1:]
    if all(isinstance(statement, ast.Pass) for statement in body):
        return True
    return any(_blanks(statement) for statement in body)


def _blanks(node):
    """Every ``...`` below a node that is not part of an index."""
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
