"""Answers of the exercises as the source of a cell: what a student would have written who gives that answer.

A function of the specs uses what its module imports and defines; all that it reaches comes along, so that the cell stands alone.
"""

import ast
import copy
import functools
import importlib
import inspect
import linecache
import textwrap
import types

_SPECS = "sepconv.exercises", "also_right"


class NoSource(Exception):
    """The answer was made in a way that cannot be written down again."""


def as_cell(name, answer) -> str:
    """Return a cell that binds a name to an answer.

    Raises
    ------
    NoSource
        If an answer, or something that it reaches, has no source.
    """
    if not callable(answer):
        return f"{name} = {_literal(answer)}\n"
    parts = {}
    last = _written(answer, parts)
    body = "\n".join([*parts.values(), f"return {last}"])
    # In a function of its own, so that equal names of two answers do not meet.
    return f"def _answer_of_{name}():\n{textwrap.indent(body, '    ')}\n\n{name} = _answer_of_{name}()\n"


def _written(value, parts):
    """Return the expression for a value; functions in it are written down first."""
    if isinstance(value, functools.partial):
        given = [_written(item, parts) for item in (value.func, *value.args)]
        given += [f"{key}={_written(item, parts)}" for key, item in value.keywords.items()]
        return f"__import__('functools').partial({', '.join(given)})"
    if callable(value) and not hasattr(value, "__name__"):
        raise NoSource(f"{value!r} was made while the course runs")
    if callable(value):
        return _reach(inspect.unwrap(value), parts)
    if type(value) is dict:
        return "{" + ", ".join(f"{key!r}: {_written(item, parts)}" for key, item in value.items()) + "}"
    return _literal(value)


def _literal(value):
    if value is Ellipsis:
        return "..."
    if isinstance(value, set | frozenset):
        return f"set({sorted(value)!r})"
    try:
        if not isinstance(value, range):
            ast.literal_eval(repr(value))
    except (ValueError, SyntaxError):
        raise NoSource(f"{value!r:.80} is no literal") from None
    return repr(value)


def _reach(value, parts):
    """Write down a function or class and all that it uses; return the expression that names it."""
    if not value.__module__.startswith(_SPECS):
        name = value.__name__
        parts.setdefault(id(value), f"from {value.__module__} import {name}")
        return name
    tree, name = _tree_of(value)
    if id(value) in parts:
        return name
    parts[id(value)] = ""  # it may call itself
    space, used = _uses(value, tree)
    alone = _Alone(space)
    tree = alone.visit(copy.deepcopy(tree))
    for key, found in (used | alone.found).items():
        if found is not value and not _is_of_the_specs(found):
            _bind(key, found, parts)
    del parts[id(value)]
    written = ast.unparse(ast.fix_missing_locations(tree))
    parts[id(value)] = f"{name} = {written}" if isinstance(tree, ast.Lambda) else written
    return name


def _is_of_the_specs(value):
    return isinstance(value, types.ModuleType) and value.__name__.startswith(_SPECS)


class _Alone(ast.NodeTransformer):
    """Takes out what is imported from the specs, which a submission does not see, and remembers it."""

    def __init__(self, space):
        self.space, self.found = space, {}

    def visit_ImportFrom(self, node):
        if not (node.module or "").startswith(_SPECS):
            return node
        module = importlib.import_module(node.module)
        self.found |= {alias.name: getattr(module, alias.name) for alias in node.names}
        return ast.Pass()

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and _is_of_the_specs(self.space.get(node.value.id)):
            name = f"{node.value.id}_{node.attr}"
            self.found[name] = getattr(self.space[node.value.id], node.attr)
            return ast.Name(name, node.ctx)
        return node


def _bind(name, value, parts):
    if type(value).__name__ == "_WithoutWaiting":  # the capstone's answer sees the package through it
        value = importlib.import_module("sepconv")
    if isinstance(value, types.ModuleType):
        parts[name] = (
            f"import {value.__name__} as {name}"  # the key of a line is what it binds, or whose it is
        )
        return
    written = _written(value, parts)
    if written != name:
        line = f"{name} = {written}"
        parts[line] = line


def _uses(value, tree):
    """Return the names that a function or class sees, and those that it uses, with their values."""
    functions = [value] if inspect.isfunction(value) else []
    if isinstance(value, type):
        functions = [inspect.unwrap(item) for item in vars(value).values() if inspect.isfunction(item)]
        space = dict(vars(inspect.getmodule(value)))
    else:
        space = dict(value.__globals__)
    for function in functions:
        closed = inspect.getclosurevars(function).nonlocals
        space |= {key: item for key, item in closed.items() if key != "__class__"}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    if inspect.isfunction(value) and value.__defaults__:
        for node, default in zip(tree.args.defaults, value.__defaults__, strict=True):
            if isinstance(node, ast.Name):
                bound.discard(node.id)
                space[node.id] = default
    bound |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return space, {node.id: space[node.id] for node in names if node.id in space.keys() - bound}


def _tree_of(value):
    """Return tree and name of a function, class or lambda."""
    try:
        tree = _parsed(inspect.getsourcefile(value))
        first = inspect.getsourcelines(value)[1]
    except (TypeError, OSError, AttributeError):
        raise NoSource(f"{value!r} has no source") from None
    if value.__name__ == "<lambda>":
        found = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda) and _same_code(n, value.__code__)]
    else:
        kinds = ast.FunctionDef | ast.ClassDef
        found = [n for n in ast.walk(tree) if isinstance(n, kinds) and first in _lines_of_its_beginning(n)]
    if not found:
        raise NoSource(f"{value!r} in line {first} is not found")
    return found[0], getattr(found[0], "name", f"line_{first}_{found[0].col_offset}")


def _lines_of_its_beginning(node):
    return [node.lineno, *(decorator.lineno for decorator in node.decorator_list)]


def _same_code(node, code):
    """Whether a lambda's code came from here: every instruction that has a place of its own lies within the body."""
    body = node.body
    places = [place for place in code.co_positions() if None not in place and place[3]]
    begin, end = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
    return bool(places) and all(begin <= (p[0], p[2]) and (p[1], p[3]) <= end for p in places)


@functools.lru_cache(maxsize=64)
def _parsed(path):
    return ast.parse("".join(linecache.getlines(path)))  # of a file, or of an edited answer
