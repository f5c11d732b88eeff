"""Small wrong changes of a right answer: what a check must refuse even if nobody thought of it."""

import ast
import copy
import inspect
import textwrap

_SWAPS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.FloorDiv],
    ast.FloorDiv: [ast.Mult],
    ast.Div: [ast.Mult],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Lt: [ast.LtE],
    ast.LtE: [ast.Lt],
    ast.Gt: [ast.GtE],
    ast.GtE: [ast.Gt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}


def mutants(function):
    """Yield (description, function) for every mutant of a function: one change each.

    Operators are swapped, constants moved by one, arguments of a call exchanged, keywords, slices' bounds and
    statements dropped, branches and a conditional expression's two sides exchanged.
    """
    source = textwrap.dedent(inspect.getsource(function))
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for label, change in _changes(node):
            mutant = copy.deepcopy(tree)
            change(next(n for i, n in enumerate(ast.walk(mutant)) if i == number))
            ast.fix_missing_locations(mutant)
            names = dict(function.__globals__)
            try:
                exec(compile(mutant, f"<mutant of {function.__name__}>", "exec"), names)
            except SyntaxError:
                continue
            yield f"line {getattr(node, 'lineno', '?')}: {label}", names[function.__name__]


def _changes(node):
    """The changes that fit a node, as (label, function that applies it to the same node of a copy)."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for new in _SWAPS.get(type(node.op), []):
            yield f"{type(node.op).__name__} -> {new.__name__}", lambda n, new=new: setattr(n, "op", new())
    if isinstance(node, ast.Compare):
        for new in _SWAPS.get(type(node.ops[0]), []):
            yield (
                f"{type(node.ops[0]).__name__} -> {new.__name__}",
                lambda n, new=new: n.ops.__setitem__(0, new()),
            )
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for step in (1, -1):
            yield (
                f"{node.value} -> {node.value + step}",
                lambda n, step=step: setattr(n, "value", n.value + step),
            )
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield f"not {node.value}", lambda n: setattr(n, "value", not n.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "minus dropped", lambda n: setattr(n, "op", ast.UAdd())
    if isinstance(node, ast.Call):
        if len(node.args) > 1:
            yield "arguments exchanged", lambda n: n.args.reverse()
        for i in range(len(node.keywords)):
            yield f"keyword {node.keywords[i].arg} dropped", lambda n, i=i: n.keywords.pop(i)
    if isinstance(node, ast.Tuple) and len(node.elts) > 1:
        yield "tuple reversed", lambda n: n.elts.reverse()
    if isinstance(node, ast.Slice):
        for part in ("lower", "upper", "step"):
            if getattr(node, part) is not None:
                yield f"slice's {part} dropped", lambda n, part=part: setattr(n, part, None)
    if isinstance(node, ast.IfExp):
        yield "branches exchanged", _exchange_branches
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        if isinstance(block, list) and not isinstance(node, ast.Module):
            for i, statement in enumerate(block):
                if not _is_docstring(statement):
                    yield (
                        f"statement {i} dropped",
                        lambda n, f=field, i=i: getattr(n, f).__setitem__(i, ast.Pass()),
                    )


def _exchange_branches(node):
    node.body, node.orelse = node.orelse, node.body


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
