"""What was given as an answer? An untouched stub is neither right nor wrong."""

import ast
import dis
import inspect
import linecache
import textwrap
from types import FunctionType

CODE, UNTOUCHED, VALUE, OBJECT = "code", "untouched", "value", "object"


def kind_of_answer(exercise, answer) -> str:
    """Say what was given where code is asked for.

    Parameters
    ----------
    exercise : Exercise
    answer : object

    Returns
    -------
    str
        CODE, the UNTOUCHED stub, a VALUE, or the OBJECT of a class.
    """
    if answer is Ellipsis or answer is None or is_untouched(answer):
        return UNTOUCHED
    if exercise.kind == "order" or not callable(answer):
        return VALUE
    is_object = exercise.kind == "module" and not isinstance(answer, type | FunctionType)
    return OBJECT if is_object else CODE


def is_untouched(answer) -> bool:
    """Return whether an answer is nothing but a docstring, ``...`` or ``pass``.

    Parameters
    ----------
    answer : object
        A function, or a class that has an untouched ``__init__`` or ``forward``.

    Returns
    -------
    bool
    """
    return any(
        _does_nothing(function)
        if (definition := _definition(function)) is None
        else all(_is_empty(statement) for statement in _body(definition))
        for function in _functions(answer)
    )


def has_blank(answer) -> bool:
    """Return whether a ``...`` of the stub is still there; that of an index (``x[..., 0]``) or of a list is none.

    Parameters
    ----------
    answer : object
        A function or a class.

    Returns
    -------
    bool
    """
    definitions = map(_definition, _functions(answer))
    return any(
        _blanks(statement) for definition in definitions if definition for statement in _body(definition)
    )


def source_of(answer, in_place=False) -> str:
    """Return the code of a function or a class.

    Parameters
    ----------
    answer : callable
    in_place : bool
        Whether empty lines come first, so that each line has the number that it has in its cell.

    Returns
    -------
    str
        Empty where it cannot be had.
    """
    try:
        lines, first = _lines_of_class(answer) if isinstance(answer, type) else inspect.getsourcelines(answer)
    except (OSError, TypeError, ValueError, SyntaxError):
        return ""
    return "\n" * (first - 1 if in_place else 0) + textwrap.dedent("".join(lines))


def _lines_of_class(answer):
    """Return the lines of a class, and the number of the first: by one of its methods, as a cell is no module."""
    functions = [value for value in vars(answer).values() if isinstance(value, FunctionType)]
    code = functions[0].__code__ if functions else compile("", "", "exec")
    lines = linecache.getlines(code.co_filename)
    for node in ast.walk(ast.parse("".join(lines))):
        is_named_so = isinstance(node, ast.ClassDef) and node.name == answer.__name__
        if is_named_so and node.lineno <= code.co_firstlineno <= node.end_lineno:
            return lines[node.lineno - 1 : node.end_lineno], node.lineno
    raise OSError("it cannot be found")


def _functions(answer):
    """What a learner filled in: the function itself, or the two methods that a module needs."""
    candidates = [answer]
    if isinstance(answer, type):
        candidates = [vars(answer).get(name) for name in ("__init__", "forward")]
    return [candidate for candidate in candidates if isinstance(candidate, FunctionType)]


def _definition(function):
    """The parsed ``def`` of a function, or None where its source cannot be had (a lambda, typed-in code)."""
    try:
        tree = ast.parse(source_of(function))
    except (ValueError, SyntaxError):
        return None
    found = tree.body[0] if len(tree.body) == 1 else None
    return found if isinstance(found, ast.FunctionDef) else None


def _body(definition):
    return definition.body[1:] if ast.get_docstring(definition) is not None else definition.body


def _is_empty(statement):
    return isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and _is_dots(statement.value))


def _blanks(node):
    """Whether a ``...`` stands below a node where code should be: not in an index or as an item of a list."""
    if _is_dots(node):
        return True
    if isinstance(node, ast.Subscript):
        return _blanks(node.value)
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        children = (child for child in children if not _is_dots(child))
    return any(map(_blanks, children))


def _is_dots(node):
    return isinstance(node, ast.Constant) and node.value is Ellipsis


def _does_nothing(function):
    """Whether the bytecode only returns None, for a function whose source is not to be had."""
    return all(
        step.opname in ("RESUME", "NOP", "RETURN_VALUE")
        or (step.opname in ("LOAD_CONST", "RETURN_CONST") and step.argval is None)
        for step in dis.get_instructions(function)
    )
