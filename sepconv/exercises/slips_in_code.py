"""Where a slip fits in a program, and what it makes of it there."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from sepconv.exercises.slips_in_sums import (
    PAIRS,
    PRODUCT,
    SUM,
    become,
    copy_of,
    exchange,
    is_number,
    moved,
    of_operation,
    sum_of,
    terms_of,
    with_fields,
)

# What each lesson calls by the same name; a learner knows it, whether or not it stands in the def line.
_KNOWN = {"c_in", "c_out", "C_in", "C_out", "k", "kH", "kW", "h", "w", "H", "W", "rows", "columns", "size"}
_KNOWN |= {"stride", "padding", "dilation", "groups", "weights", "bias", "biases", "norms", "macs"}
_KNOWN |= {"depthwise", "pointwise"}


def changes(tree) -> Iterator[tuple[str, tuple[str, ...], list[tuple[int, Callable]]]]:
    """Yield the slips that fit the parsed source of a function, in one place and in all that are alike.

    Yields
    ------
    str, tuple of str, list of (int, callable)
        The slip; the quantities in it, where a learner knows their names; and for each place the number of a node in the
        order of ``ast.walk``, with what makes the change in that node of another tree.
    """
    known = _KNOWN | {argument.arg for argument in tree.body[0].args.args}
    left_alone = {id(node) for outer in ast.walk(tree) if _is_left_alone(outer) for node in ast.walk(outer)}
    _mark_inner(tree)
    alike = {}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in left_alone:
            continue
        variants = Counter()
        for slip, change, *operands in _changes(node):
            said = _said(operands, known)
            yield slip, said, [(number, change)]
            variants[slip, said] += 1
            alike.setdefault((slip, said, variants[slip, said]), []).append((number, change))
    for (slip, said, _), places in alike.items():
        if len(places) > 1 and slip != "step-left-out":
            yield slip, said, places
    for slip, change, *names in _renamings(tree):
        yield slip, tuple(names) if known.issuperset(names) else (), [(0, change)]
    yield from _too_many(tree, known, left_alone)


def _said(operands, known):
    """The operands as text, where they are made of quantities alone whose names a learner knows."""
    parts = [n for operand in operands for n in ast.walk(operand) if isinstance(n, ast.Name | ast.Subscript)]
    if not parts or any(isinstance(n, ast.Subscript) or n.id not in known for n in parts):
        return ()
    texts = tuple(map(ast.unparse, operands))
    return texts if max(map(len, texts)) < 30 else ()


def _is_left_alone(node):
    """A loop that may not end with a slip in it, quantities that a working takes from its task, and errors."""
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant | ast.Tuple) and _holds_constants_only(node.value)
    return isinstance(node, ast.While | ast.Raise)


def _holds_constants_only(node):
    return isinstance(node, ast.Constant) or all(isinstance(item, ast.Constant) for item in node.elts)


def _mark_inner(tree):
    """Note of each sum or product whether it is the beginning of a longer one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp):
            node.left.is_inner = any({type(node.op), type(node.left.op)} <= kind for kind in (SUM, PRODUCT))


def _changes(node) -> Iterator[tuple]:
    """Yield the slips that fit a node, each with what makes it of the same node of a copy, and the operands it is about."""
    for kind, changes in _OF_KIND.items():
        if isinstance(node, kind):
            yield from changes(node)
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        if isinstance(block, list) and not isinstance(node, ast.Module):
            for i, statement in enumerate(block):
                if not isinstance(statement, ast.Return | ast.Pass | ast.Import | ast.ImportFrom) and not (
                    _is_docstring(statement)
                ):
                    yield "step-left-out", lambda n, f=field, i=i: getattr(n, f).__setitem__(i, ast.Pass())


def _of_addition_in_place(node):
    yield "overwritten", lambda n: become(n, ast.Assign([n.target], n.value, lineno=n.lineno))
    if isinstance(node.op, ast.Add):
        yield "subtracted-for-added", with_fields(op=ast.Sub())
    if isinstance(node.op, ast.Sub):
        yield "added-for-subtracted", with_fields(op=ast.Add())


_BORDERS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_TURNED = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def _of_comparison(node):
    for slip, table in (("border-of-comparison", _BORDERS), ("comparison-turned", _TURNED)):
        if new := table.get(type(node.ops[0])):
            yield slip, lambda n, new=new: n.ops.__setitem__(0, new())


def _of_number(node):
    if type(node.value) in (int, float):
        for step in (1, -1):
            yield "another-number", lambda n, step=step: setattr(n, "value", n.value + step)
    if type(node.value) is bool:
        yield "branches-exchanged", lambda n: setattr(n, "value", not n.value)


def _of_sign(node):
    if isinstance(node.op, ast.USub) and not _is_rounding_up(node):
        yield "sign-lost", lambda n: become(n, n.operand)
    if isinstance(node.op, ast.Not):
        yield "branches-exchanged", lambda n: become(n, n.operand)


def _of_name(node):
    for pair in PAIRS:
        if node.id in pair and isinstance(node.ctx, ast.Load):
            other = ast.Name(pair[1 - pair.index(node.id)], ast.Load())
            yield "one-for-the-other", lambda n, other=other: become(n, other), other, node


_TURNS_AXES = ("transpose", "permute", "swapaxes", "moveaxis")


def _of_call(node):
    for i, keyword in enumerate(node.keywords):
        about = [ast.Name(keyword.arg)] if keyword.arg else []
        yield "argument-left-out", lambda n, i=i: n.keywords.pop(i), *about
    for i in range(len(node.args) - 1):
        yield "exchanged", lambda n, i=i: n.args.__setitem__(slice(i, i + 2), n.args[i : i + 2][::-1])
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called == "reversed":
        yield "wrong-end", lambda n: become(n, n.args[0])
    if called == "range":
        if len(node.args) == 1:
            yield "starts-at-one", lambda n: n.args.insert(0, ast.Constant(1))
        last = min(len(node.args), 2) - 1
        for op in (ast.Add(), ast.Sub()):
            yield "one-round-more", lambda n, op=op: n.args.__setitem__(last, moved(n.args[last], op))
    if not isinstance(node.func, ast.Attribute):
        return
    if called in _TURNS_AXES:
        yield "axes-exchanged", lambda n: become(n, n.func.value)
    if called == "sum":
        yield "mean-for-sum", lambda n: setattr(n.func, "attr", "mean")
    if called == "numel":
        yield (
            "first-axis-only",
            lambda n: become(n, ast.Call(ast.Name("len", ast.Load()), [n.func.value], [])),
        )
    if called == "pad" and len(node.args) == 2:
        for width in ((1, 0), (0, 1)):
            yield "padded-on-one-side", lambda n, width=width: n.args.__setitem__(1, _times(n.args[1], width))
        for rows in ((0, 1), (1, 0)):
            sides = tuple((size, size) for size in rows)
            yield (
                "padded-along-one-axis",
                lambda n, sides=sides: n.args.__setitem__(1, _times(n.args[1], sides)),
            )


def _times(widths, factors):
    """The widths of np.pad, each multiplied by what stands in its place."""
    array = ast.parse(f"np.multiply({ast.unparse(widths)}, {factors}).tolist()", mode="eval")
    return array.body


def _of_attribute(node):
    for pair in PAIRS:
        if node.attr in pair:
            yield "one-for-the-other", with_fields(attr=pair[1 - pair.index(node.attr)])
    if node.attr == "T":
        yield "axes-exchanged", lambda n: become(n, n.value)


def _of_index(node):
    index = node.slice
    if isinstance(node.ctx, ast.Load) and isinstance(index, ast.Tuple):
        for i, item in enumerate(index.elts):
            if not isinstance(item, ast.Slice):
                yield "index-left-out", lambda n, i=i: n.slice.elts.__setitem__(i, ast.Slice())
    if getattr(node.value, "attr", "") == "shape" and isinstance(index, ast.Constant):
        for step in (1, -1):
            yield "axes-exchanged", lambda n, step=step: setattr(n.slice, "value", n.slice.value + step)
    elif isinstance(index, ast.Name | ast.BinOp) and isinstance(node.ctx, ast.Load):
        for op in (ast.Add(), ast.Sub()):
            yield "index-off", lambda n, op=op: setattr(n, "slice", moved(n.slice, op))
    elif isinstance(index, ast.Constant) and type(index.value) is int:
        yield "index-off", lambda n: setattr(n, "slice", moved(n.slice, ast.Add()))


def _of_slice(node):
    for bound in ("lower", "upper", "step"):
        if getattr(node, bound) is not None:
            slip = "slice-step" if bound == "step" else "slice-end"
            yield slip, with_fields(**{bound: None})
    if node.upper is not None:
        if node.lower is not None and isinstance(node.upper, ast.BinOp):
            for operand in ("left", "right"):
                yield (
                    "end-not-moved",
                    lambda n, operand=operand: setattr(n, "upper", getattr(n.upper, operand)),
                )
        for op in (ast.Add(), ast.Sub()):
            yield "slice-end", lambda n, op=op: setattr(n, "upper", moved(n.upper, op))


def _of_sequence(node):
    if isinstance(node.ctx, ast.Load):
        for i in range(len(node.elts) - 1):
            yield "exchanged", lambda n, i=i: n.elts.__setitem__(slice(i, i + 2), n.elts[i : i + 2][::-1])


def _of_choice(node):
    yield "branches-exchanged", exchange("body", "orelse")
    yield "case-left-out", lambda n: become(n, n.body)
    yield "case-left-out", lambda n: become(n, n.orelse)


def _of_condition(node):
    yield "branches-exchanged", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    for value in (True, False):
        yield "case-left-out", with_fields(test=ast.Constant(value))


def _of_connective(node):
    yield "and-or-exchanged", with_fields(op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for i in range(len(node.values)):
        yield "condition-left-out", lambda n, i=i: n.values.pop(i)


_OF_KIND = {
    ast.BinOp: of_operation,
    ast.AugAssign: _of_addition_in_place,
    ast.Compare: _of_comparison,
    ast.Constant: _of_number,
    ast.UnaryOp: _of_sign,
    ast.Name: _of_name,
    ast.Call: _of_call,
    ast.Attribute: _of_attribute,
    ast.Subscript: _of_index,
    ast.Slice: _of_slice,
    ast.Tuple | ast.List: _of_sequence,
    ast.IfExp: _of_choice,
    ast.If: _of_condition,
    ast.BoolOp: _of_connective,
}


def _too_many(tree, known, left_alone):
    """Yield a quantity as one more factor of each term, and a 1 that is added to a value or taken off."""
    operands = [f for n in ast.walk(tree) if isinstance(n, ast.BinOp) for f in (n.left, n.right)]
    names = {f.id for f in operands if isinstance(f, ast.Name)} & known
    in_index = {id(n) for o in ast.walk(tree) if isinstance(o, ast.Subscript) for n in ast.walk(o.slice)}
    given = [n for n in ast.walk(tree) if isinstance(n, ast.Return | ast.Assign | ast.Dict)]
    values = {id(v) for n in given for v in getattr(n, "values", [getattr(n, "value", None)])}
    grows = {
        id(n): _set_in(loop) for loop in ast.walk(tree) if isinstance(loop, ast.For) for n in ast.walk(loop)
    }
    for number, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.BinOp | ast.Name | ast.IfExp) or id(node) in left_alone | in_index:
            continue
        is_value, terms = id(node) in values, terms_of(node)
        if is_value or (len(terms) > 1 and not getattr(node, "is_inner", False)):
            for i, name in product(range(len(terms)), sorted(names - grows.get(id(node), set()))):
                if is_number(terms[i][1], 1):  # in algebra that can be another mistake
                    continue
                change = partial(_multiply_term, i=i, name=name)
                yield "factor-too-many", (name,), [(number, change)]
        for op in (ast.Add(), ast.Sub()) if is_value else ():
            yield "one-too-many", (), [(number, lambda n, op=op: become(n, moved(copy_of(n), op)))]


def _set_in(loop):
    """The names that a loop's body sets anew: multiplied by each other, they would grow beyond the memory."""
    inside = [n for statement in loop.body for n in ast.walk(statement)]
    return {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _multiply_term(node, i, name):
    terms = terms_of(copy_of(node))
    sign, term = terms[i]
    terms[i] = (sign, ast.BinOp(term, ast.Mult(), ast.Name(name, ast.Load())))
    become(node, sum_of(terms))


def _renamings(tree):
    """Yield pairs of quantities that can be taken for each other: exchanged, and one in the place of the other."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {
        n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)
    }
    attributes = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    for one, other in PAIRS:
        if {one, other} <= names or {one, other} <= attributes:
            yield "exchanged", _Renamed({one: other, other: one}).visit, one, other
            yield "one-for-the-other", _Renamed({one: other}).visit, other, one
            yield "one-for-the-other", _Renamed({other: one}).visit, one, other


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


def _is_rounding_up(node):
    return isinstance(node.operand, ast.BinOp) and isinstance(node.operand.op, ast.FloorDiv)


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
