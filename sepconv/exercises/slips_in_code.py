"""Where a slip fits in a program, and what it makes of it there."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

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
# What each lesson calls by the same name; a learner knows it, whether or not it stands in the def line.
_KNOWN = {"c_in", "c_out", "C_in", "C_out", "k", "kH", "kW", "H", "W", "rows", "columns", "stride", "padding"}
_KNOWN |= {
    "h",
    "w",
    "size",
    "dilation",
    "groups",
    "weights",
    "bias",
    "biases",
    "norms",
    "depthwise",
    "pointwise",
    "macs",
}
_OUTPUTS = {"c_out", "C_out", "out_channels"}
_KERNEL = {"k", "kH", "kW"}
_OF_ONE_FILTER = {"c_in", "C_in", "in_channels", "groups"} | _KERNEL  # what its weights are counted with


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
    for slip, change, *names in [*_renamings(tree), *_of_whole(tree.body[0])]:
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
            node.left.is_inner = any({type(node.op), type(node.left.op)} <= kind for kind in (_SUM, _PRODUCT))


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


_SUM, _PRODUCT, _QUOTIENT = {ast.Add, ast.Sub}, {ast.Mult}, {ast.Div, ast.FloorDiv}


def _of_operation(node):
    left, right, op = node.left, node.right, type(node.op)
    if op in _SUM and not getattr(node, "is_inner", False):
        yield from _of_sum(node)
    if op in _PRODUCT and not getattr(node, "is_inner", False):
        yield from _of_product(node)
    if op is ast.Add and not _is_number(right, 1):
        yield "multiplied-for-added", _with(op=ast.Mult()), right
    if op in _PRODUCT:
        yield "divided-for-multiplied", _with(op=ast.Div()), right
    if op is ast.Pow:
        yield "square-left-out", lambda n: _become(n, n.left), left
    if op in _QUOTIENT:
        yield "division-left-out", lambda n: _become(n, n.left), right
        yield "multiplied-for-divided", _with(op=ast.Mult()), right
        yield "turned-around", _exchange("left", "right")
    if op is ast.FloorDiv:
        yield "not-rounded", _with(op=ast.Div())
        yield "rounded-up", _round_up
        if _is_number(right, 2) and isinstance(left, ast.Name) and left.id.startswith("k"):
            yield "padding-of-three", lambda n: _become(n, ast.Constant(1))
    if (
        op is ast.Add
        and _is_number(right, 1)
        and isinstance(left, ast.BinOp)
        and isinstance(left.op, ast.FloorDiv)
    ):
        for over in (ast.FloorDiv(), ast.Div()):
            yield "size-over-stride", lambda n, over=over: _become(n, _first_over(n.left, over))
        yield "size-over-stride", lambda n: (_become(n, _first_over(n.left, ast.FloorDiv())), _round_up(n))
    if op is ast.MatMult:
        yield "exchanged", _exchange("left", "right")
    yield from _of_brackets(node)


def _of_sum(node):
    terms = _terms(node)
    for i, (sign, term) in enumerate(terms):
        slip = "one-left-out" if _is_number(term, 1) else "term-left-out"
        if i or terms[1][0] is ast.Add:
            yield slip, lambda n, i=i: _become(n, _sum([t for j, t in enumerate(_terms(n)) if j != i])), term
        if not _is_number(term, 1):
            yield "counted-twice", lambda n, i=i: _become(n, _sum([*_terms(n), _terms(n)[i]])), term
        if i:
            other = ast.Sub if sign is ast.Add else ast.Add
            slip = "subtracted-for-added" if sign is ast.Add else "added-for-subtracted"
            yield slip, lambda n, i=i, other=other: _become(n, _sum(_turned(_terms(n), i, other))), term
    if sum(bool(_biases(term)) for _, term in terms) > 1:

        def with_biases(n):
            biases = [_biases(term)[:1] for _, term in _terms(n)]
            _become(n, _sum([*_terms(n), *((ast.Add, b) for (b,) in filter(None, biases))]))

        yield "biases-added", with_biases


def _of_product(node):
    factors = _factors(node)
    texts = list(map(ast.unparse, factors))
    for i, factor in enumerate(factors):
        slip = "square-left-out" if texts.count(texts[i]) > 1 else "factor-left-out"
        about = factor
        if _is_number(factor, 2):
            slip, about = "once-for-twice", _product(factors[:i] + factors[i + 1 :])
        yield slip, lambda n, i=i: _become(n, _product(_without(_factors(n), i, i + 1))), about
        if i and len(factors) > 2 and (texts[i - 1] == texts[i] or (texts[i - 1], texts[i]) in _PAIRS):
            both = _product(factors[i - 1 : i + 1])
            yield (
                "factor-left-out",
                lambda n, i=i: _become(n, _product(_without(_factors(n), i - 1, i + 1))),
                both,
            )
        if i:
            yield "added-for-multiplied", lambda n, i=i: _become(n, _split(_factors(n), i)), node
    for i in range(len(_biases(node))):
        yield "biases-added", lambda n, i=i: _become(n, ast.BinOp(_copy(n), ast.Add(), _biases(n)[i]))


def _biases(node) -> list:
    """What may be taken for the number of biases where a product counts weights or their work: [] where it does neither."""
    if not isinstance(node, ast.BinOp):
        return []
    names = [{n.id for n in ast.walk(f) if isinstance(n, ast.Name)} for f in _factors(node)]
    has_outputs = bool(set().union(*names) & _OUTPUTS)
    if not any(found & (_OF_ONE_FILTER if has_outputs else _KERNEL) for found in names):
        return []
    beside = [
        [f for f, found in zip(_factors(node), names, strict=True) if not found or found - inside]
        for inside in ([_OF_ONE_FILTER, _KERNEL] if has_outputs else [_KERNEL])
    ]
    return [_product(factors) for factors in beside if 0 < len(factors) < len(names)]


def _of_brackets(node):
    """Yield what becomes of a op (b op c) and of (a op b) op c when the brackets stand elsewhere or are forgotten."""
    op = type(node.op)
    higher = _PRODUCT | _QUOTIENT
    inner = type(node.left.op) if isinstance(node.left, ast.BinOp) else None
    if (op in higher and inner in _SUM) or (op in _SUM and inner in higher):

        def to_the_right(n):
            left = n.left
            _become(n, ast.BinOp(left.left, left.op, ast.BinOp(left.right, n.op, n.right)))

        yield "brackets", to_the_right
    if op in _SUM and inner in _QUOTIENT:

        def before(n):
            left = n.left
            _become(n, ast.BinOp(ast.BinOp(left.left, n.op, n.right), left.op, left.right))

        yield "before-dividing", before, node.right
    inner = type(node.right.op) if isinstance(node.right, ast.BinOp) else None
    if (op in higher and inner in _SUM) or (op in _SUM and inner in higher):

        def to_the_left(n):
            right = n.right
            _become(n, ast.BinOp(ast.BinOp(n.left, n.op, right.left), right.op, right.right))

        yield "brackets", to_the_left


def _of_addition_in_place(node):
    yield "overwritten", lambda n: _become(n, ast.Assign([n.target], n.value, lineno=n.lineno))
    if isinstance(node.op, ast.Add):
        yield "subtracted-for-added", _with(op=ast.Sub())
    if isinstance(node.op, ast.Sub):
        yield "added-for-subtracted", _with(op=ast.Add())


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
        yield "sign-lost", lambda n: _become(n, n.operand)
    if isinstance(node.op, ast.Not):
        yield "branches-exchanged", lambda n: _become(n, n.operand)


def _of_name(node):
    for pair in _PAIRS:
        if node.id in pair and isinstance(node.ctx, ast.Load):
            other = ast.Name(pair[1 - pair.index(node.id)], ast.Load())
            yield "one-for-the-other", lambda n, other=other: _become(n, other), other, node


_TURNS_AXES = ("transpose", "permute", "swapaxes", "moveaxis")


def _of_call(node):
    for i, keyword in enumerate(node.keywords):
        about = [ast.Name(keyword.arg)] if keyword.arg else []
        yield "argument-left-out", lambda n, i=i: n.keywords.pop(i), *about
    for i in range(len(node.args) - 1):
        yield "exchanged", lambda n, i=i: n.args.__setitem__(slice(i, i + 2), n.args[i : i + 2][::-1])
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called == "range":
        if len(node.args) == 1:
            yield "starts-at-one", lambda n: n.args.insert(0, ast.Constant(1))
        last = min(len(node.args), 2) - 1
        for op in (ast.Add(), ast.Sub()):
            yield "one-round-more", lambda n, op=op: n.args.__setitem__(last, _moved(n.args[last], op))
    if not isinstance(node.func, ast.Attribute):
        return
    if called in _TURNS_AXES:
        yield "axes-exchanged", lambda n: _become(n, n.func.value)
    if called == "sum":
        yield "mean-for-sum", lambda n: setattr(n.func, "attr", "mean")
    if called == "numel":
        yield (
            "first-axis-only",
            lambda n: _become(n, ast.Call(ast.Name("len", ast.Load()), [n.func.value], [])),
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
    if node.attr == "T":
        yield "axes-exchanged", lambda n: _become(n, n.value)


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
            yield "index-off", lambda n, op=op: setattr(n, "slice", _moved(n.slice, op))
    elif isinstance(index, ast.Constant) and type(index.value) is int:
        yield "index-off", lambda n: setattr(n, "slice", _moved(n.slice, ast.Add()))


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
            yield "slice-end", lambda n, op=op: setattr(n, "upper", _moved(n.upper, op))


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
        yield "condition-left-out", lambda n, i=i: n.values.pop(i)


_OF_KIND = {
    ast.BinOp: _of_operation,
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


def _of_whole(function):
    """Yield the slips of a function as a whole."""
    before, last = function.body[-2:] if len(function.body) > 1 else (None, None)
    if isinstance(before, ast.For) and isinstance(last, ast.Return):
        yield "returned-in-loop", lambda tree: tree.body[0].body[-2].body.append(tree.body[0].body[-1])


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
        is_value, terms = id(node) in values, _terms(node)
        if is_value or (len(terms) > 1 and not getattr(node, "is_inner", False)):
            for i, name in product(range(len(terms)), sorted(names - grows.get(id(node), set()))):
                change = partial(_multiply_term, i=i, name=name)
                yield "factor-too-many", (name,), [(number, change)]
        for op in (ast.Add(), ast.Sub()) if is_value else ():
            yield "one-too-many", (), [(number, lambda n, op=op: _become(n, _moved(_copy(n), op)))]


def _set_in(loop):
    """The names that a loop's body sets anew: multiplied by each other, they would grow beyond the memory."""
    inside = [n for statement in loop.body for n in ast.walk(statement)]
    return {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _multiply_term(node, i, name):
    terms = _terms(_copy(node))
    sign, term = terms[i]
    terms[i] = (sign, ast.BinOp(term, ast.Mult(), ast.Name(name, ast.Load())))
    _become(node, _sum(terms))


def _renamings(tree):
    """Yield pairs of quantities that can be taken for each other: exchanged, and one in the place of the other."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {
        n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)
    }
    attributes = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    for one, other in _PAIRS:
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


def _terms(node):
    """The terms of a sum, each with its sign."""
    if isinstance(node, ast.BinOp) and type(node.op) in _SUM:
        return [*_terms(node.left), (type(node.op), node.right)]
    return [(ast.Add, node)]


def _sum(terms):
    (_, result), *others = terms
    for sign, term in others:
        result = ast.BinOp(result, sign(), term)
    return result


def _turned(terms, i, sign):
    return [(sign, term) if j == i else (own, term) for j, (own, term) in enumerate(terms)]


def _factors(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), node.right]
    return [node]


def _product(factors):
    result, *others = factors
    for factor in others:
        result = ast.BinOp(result, ast.Mult(), factor)
    return result


def _without(items, start, stop):
    return items[:start] + items[stop:]


def _split(factors, i):
    return ast.BinOp(_product(factors[:i]), ast.Add(), _product(factors[i:]))


def _moved(node, op):
    return ast.BinOp(node, op, ast.Constant(1))


def _copy(node):
    """A node of its own with the same children."""
    return type(node)(**vars(node))


def _first_over(quotient, op):
    """The first term of what is divided, divided alone."""
    return ast.BinOp(_terms(quotient.left)[0][1], op, quotient.right)


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
    node.__class__, node.__dict__ = other.__class__, dict(other.__dict__)


def _round_up(node):
    """A // b becomes -(-a // b)."""
    inner = ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.FloorDiv(), node.right)
    _become(node, ast.UnaryOp(ast.USub(), inner))


def _is_rounding_up(node):
    return isinstance(node.operand, ast.BinOp) and isinstance(node.operand.op, ast.FloorDiv)


def _is_number(node, value):
    return isinstance(node, ast.Constant) and node.value == value and type(node.value) is not bool


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
