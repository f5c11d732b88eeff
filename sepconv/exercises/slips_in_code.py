"""Where a slip fits in a program, and what it makes of it there."""

import ast
from collections.abc import Callable, Iterator

_PAIRS = [
    ("h", "w"),
    ("H", "W"),
    ("kH", "kW"),
    ("c_in", "c_out"),
    ("C_in", "C_out"),
    ("rows", "columns"),
    ("height", "width"),
    ("i", "j"),
    ("u", "v"),
]
_ADDED = {"biases-added": ("c_out", "C_out", "out_channels")}  # what a program knows and may count besides


def changes(tree) -> Iterator[tuple[int, str, Callable]]:
    """Yield the slips that fit the parsed source of a function.

    Yields
    ------
    int, str, callable
        The number of a node in the order of ``ast.walk``, the slip, and what makes the change in that node of another tree.
    """
    left_alone = {id(node) for outer in ast.walk(tree) if _is_left_alone(outer) for node in ast.walk(outer)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in left_alone:
            yield from ((number, slip, change) for slip, change in _changes(node))
    yield from ((0, slip, change) for slip, change in [*_additions(tree), *_renamings(tree)])


def _is_left_alone(node):
    """A loop that may not end with a slip in it, and quantities that a working takes from its task."""
    given = isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple)
    return isinstance(node, ast.While) or (given and _holds_constants_only(node.value))


def _holds_constants_only(node):
    return isinstance(node, ast.Constant) or all(isinstance(item, ast.Constant) for item in node.elts)


def _changes(node) -> Iterator[tuple[str, Callable]]:
    """Yield the slips that fit a node, each with what makes it of the same node of a copy."""
    for kind, changes in _OF_KIND.items():
        if isinstance(node, kind):
            yield from changes(node)
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        if isinstance(block, list) and not isinstance(node, ast.Module):
            for i, statement in enumerate(block):
                if not isinstance(statement, ast.Return | ast.Pass) and not _is_docstring(statement):
                    yield "step-left-out", lambda n, f=field, i=i: getattr(n, f).__setitem__(i, ast.Pass())


def _of_operation(node):
    left, right, op = node.left, node.right, type(node.op)
    if op in (ast.Add, ast.Sub):
        for operand in ("left", "right")[: 2 if op is ast.Add else 1]:
            other = right if operand == "left" else left
            slip = "one-off" if _is_one(other) else "term-left-out"
            yield slip, lambda n, operand=operand: _become(n, getattr(n, operand))
        yield "sign-exchanged", _with(op=ast.Sub() if op is ast.Add else ast.Add())
    if op is ast.Add:
        yield "multiplied-for-added", _with(op=ast.Mult())
    if op is ast.Mult:
        twice = ast.unparse(left) == ast.unparse(right)
        for operand in ("left", "right")[: 1 if twice else 2]:
            slip = "square-left-out" if twice else "factor-left-out"
            yield slip, lambda n, operand=operand: _become(n, getattr(n, operand))
        yield "added-for-multiplied", _with(op=ast.Add())
        yield "divided-for-multiplied", _with(op=ast.Div())
    if op is ast.Pow:
        yield "square-left-out", lambda n: _become(n, n.left)
    if op in (ast.Div, ast.FloorDiv):
        yield "division-left-out", lambda n: _become(n, n.left)
        yield "multiplied-for-divided", _with(op=ast.Mult())
        yield "turned-around", _exchange("left", "right")
    if op is ast.FloorDiv:
        yield "not-rounded", _with(op=ast.Div())
        yield "rounded-up", _round_up
    if op is ast.MatMult:
        yield "exchanged", _exchange("left", "right")


def _of_addition_in_place(node):
    yield "overwritten", lambda n: _become(n, ast.Assign([n.target], n.value, lineno=n.lineno))
    if isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield "sign-exchanged", _with(op=other)


_BORDERS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_TURNED = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def _of_comparison(node):
    for slip, table in (("border-of-comparison", _BORDERS), ("comparison-turned", _TURNED)):
        if new := table.get(type(node.ops[0])):
            yield slip, lambda n, new=new: n.ops.__setitem__(0, new())


def _of_number(node):
    if type(node.value) is int:
        for step in (1, -1):
            yield "one-off", lambda n, step=step: setattr(n, "value", n.value + step)
    if type(node.value) is bool:
        yield "branches-exchanged", lambda n: setattr(n, "value", not n.value)


def _of_sign(node):
    if isinstance(node.op, ast.USub) and not _is_rounding_up(node):
        yield "sign-exchanged", lambda n: _become(n, n.operand)
    if isinstance(node.op, ast.Not):
        yield "branches-exchanged", lambda n: _become(n, n.operand)


def _of_call(node):
    for i in range(len(node.keywords)):
        yield "argument-left-out", lambda n, i=i: n.keywords.pop(i)
    for i in range(len(node.args) - 1):
        yield "exchanged", lambda n, i=i: n.args.__setitem__(slice(i, i + 2), n.args[i : i + 2][::-1])
    if getattr(node.func, "id", "") == "range":
        if len(node.args) == 1:
            yield "starts-at-one", lambda n: n.args.insert(0, ast.Constant(1))
        last = min(len(node.args), 2) - 1
        for op in (ast.Add(), ast.Sub()):
            yield (
                "one-off",
                lambda n, op=op: n.args.__setitem__(last, ast.BinOp(n.args[last], op, ast.Constant(1))),
            )
    if isinstance(node.func, ast.Attribute) and node.func.attr in (
        "transpose",
        "permute",
        "swapaxes",
        "moveaxis",
    ):
        yield "axes-exchanged", lambda n: _become(n, n.func.value)


def _of_attribute(node):
    if node.attr == "T":
        yield "axes-exchanged", lambda n: _become(n, n.value)


def _of_index(node):
    index = node.slice
    if (
        isinstance(node.value, ast.Attribute)
        and node.value.attr == "shape"
        and isinstance(index, ast.Constant)
    ):
        for step in (1, -1):
            yield "axes-exchanged", lambda n, step=step: setattr(n.slice, "value", n.slice.value + step)
    elif isinstance(index, ast.Name | ast.BinOp) and isinstance(node.ctx, ast.Load):
        for op in (ast.Add(), ast.Sub()):
            yield "index-off", lambda n, op=op: setattr(n, "slice", ast.BinOp(n.slice, op, ast.Constant(1)))


def _of_slice(node):
    for bound in ("lower", "upper", "step"):
        if getattr(node, bound) is not None:
            yield "slice-end", _with(**{bound: None})
    if node.upper is not None:
        if node.lower is not None and isinstance(node.upper, ast.BinOp):
            for operand in ("left", "right"):
                yield (
                    "end-not-moved",
                    lambda n, operand=operand: setattr(n, "upper", getattr(n.upper, operand)),
                )
        for op in (ast.Add(), ast.Sub()):
            yield "slice-end", lambda n, op=op: setattr(n, "upper", ast.BinOp(n.upper, op, ast.Constant(1)))


def _of_sequence(node):
    if isinstance(node.ctx, ast.Load):
        for i in range(len(node.elts) - 1):
            yield "exchanged", lambda n, i=i: n.elts.__setitem__(slice(i, i + 2), n.elts[i : i + 2][::-1])


def _of_choice(node):
    yield "branches-exchanged", _exchange("body", "orelse")
    yield "case-left-out", lambda n: _become(n, n.body)
    yield "case-left-out", lambda n: _become(n, n.orelse)


def _of_condition(node):
    yield "branches-exchanged", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    for value in (True, False):
        yield "case-left-out", _with(test=ast.Constant(value))


def _of_connective(node):
    yield "and-or-exchanged", _with(op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for i in range(len(node.values)):
        yield "case-left-out", lambda n, i=i: _become(n, n.values[i])


_OF_KIND = {
    ast.BinOp: _of_operation,
    ast.AugAssign: _of_addition_in_place,
    ast.Compare: _of_comparison,
    ast.Constant: _of_number,
    ast.UnaryOp: _of_sign,
    ast.Call: _of_call,
    ast.Attribute: _of_attribute,
    ast.Subscript: _of_index,
    ast.Slice: _of_slice,
    ast.Tuple | ast.List: _of_sequence,
    ast.IfExp: _of_choice,
    ast.If: _of_condition,
    ast.BoolOp: _of_connective,
}


def _additions(tree):
    """Yield what may be counted besides: a quantity that the program knows, added to what it returns."""
    last = tree.body[0].body[-1]
    known = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        a.arg for a in tree.body[0].args.args
    }
    if isinstance(last, ast.Return) and isinstance(last.value, ast.BinOp | ast.Name | ast.Call):
        for slip, names in _ADDED.items():
            for name in known.intersection(names):

                def change(tree, name=name):
                    last = tree.body[0].body[-1]
                    last.value = ast.BinOp(last.value, ast.Add(), ast.Name(name, ast.Load()))

                yield slip, change


def _renamings(tree):
    """Yield pairs of quantities that can be taken for each other: exchanged, and one in the place of the other."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {
        n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)
    }
    attributes = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    for one, other in _PAIRS:
        if {one, other} <= names or {one, other} <= attributes:
            yield "exchanged", _Renamed({one: other, other: one}).visit
            yield "one-for-the-other", _Renamed({one: other}).visit
            yield "one-for-the-other", _Renamed({other: one}).visit


class _Renamed(ast.NodeTransformer):
    """Reads one name in the place of another; where a name is bound it stays."""

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            node.id = self.names.get(node.id, node.id)
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        node.attr = self.names.get(node.attr, node.attr)
        return node


def _with(**fields):
    def change(node):
        for field, value in fields.items():
            setattr(node, field, value)

    return change


def _exchange(one, other):
    def change(node):
        first, second = getattr(node, one), getattr(node, other)
        setattr(node, one, second)
        setattr(node, other, first)

    return change


def _become(node, other):
    """Put another node into a node's place."""
    node.__class__, node.__dict__ = other.__class__, other.__dict__


def _round_up(node):
    """A // b becomes -(-a // b)."""
    inner = ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.FloorDiv(), node.right)
    _become(node, ast.UnaryOp(ast.USub(), inner))


def _is_rounding_up(node):
    return isinstance(node.operand, ast.BinOp) and isinstance(node.operand.op, ast.FloorDiv)


def _is_one(node):
    return isinstance(node, ast.Constant) and node.value == 1


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
