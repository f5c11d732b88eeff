"""Where a slip fits in a sum or a product, and how a part of a program is put in the place of another."""

import ast

PAIRS = [
    ("h", "w"),
    ("H", "W"),
    ("kH", "kW"),
    ("c_in", "c_out"),
    ("C_in", "C_out"),
    ("in_channels", "out_channels"),
    ("in_features", "out_features"),
    ("rows", "columns"),
    ("height", "width"),
    ("i", "j"),
    ("u", "v"),
]
_OUTPUTS = {"c_out", "C_out", "out_channels"}
_KERNEL = {"k", "kH", "kW"}
_OF_ONE_FILTER = {"c_in", "C_in", "in_channels", "groups"} | _KERNEL  # what its weights are counted with
SUM, PRODUCT, _QUOTIENT = {ast.Add, ast.Sub}, {ast.Mult}, {ast.Div, ast.FloorDiv}


def of_operation(node):
    """Yield the slips that fit an operation on two numbers, as `changes` in slips_in_code.py wants them."""
    left, right, op = node.left, node.right, type(node.op)
    if op in SUM and not getattr(node, "is_inner", False):
        yield from _of_sum(node)
    if op in PRODUCT and not getattr(node, "is_inner", False):
        yield from _of_product(node)
    if op is ast.Add and not is_number(right, 1):
        yield "multiplied-for-added", with_fields(op=ast.Mult()), right
    if op in PRODUCT:
        yield "divided-for-multiplied", with_fields(op=ast.Div()), right
    if op is ast.Pow:
        yield "square-left-out", lambda n: become(n, n.left), left
    if op in _QUOTIENT:
        yield "division-left-out", lambda n: become(n, n.left), right
        yield "multiplied-for-divided", with_fields(op=ast.Mult()), right
        yield "turned-around", exchange("left", "right")
    if op is ast.FloorDiv:
        yield "not-rounded", with_fields(op=ast.Div())
        yield "rounded-up", _round_up
        if is_number(right, 2) and isinstance(left, ast.Name) and left.id.startswith("k"):
            yield "padding-of-three", lambda n: become(n, ast.Constant(1))
    if (
        op is ast.Add
        and is_number(right, 1)
        and isinstance(left, ast.BinOp)
        and isinstance(left.op, ast.FloorDiv)
    ):
        for over in (ast.FloorDiv(), ast.Div()):
            yield "size-over-stride", lambda n, over=over: become(n, _first_over(n.left, over))
        yield "size-over-stride", lambda n: (become(n, _first_over(n.left, ast.FloorDiv())), _round_up(n))
    if op is ast.MatMult:
        yield "exchanged", exchange("left", "right")
    yield from _of_brackets(node)


def _of_sum(node):
    terms = terms_of(node)
    for i, (sign, term) in enumerate(terms):
        slip = "one-left-out" if is_number(term, 1) else "term-left-out"
        if i or terms[1][0] is ast.Add:
            yield (
                slip,
                lambda n, i=i: become(n, sum_of([t for j, t in enumerate(terms_of(n)) if j != i])),
                term,
            )
        if not is_number(term, 1):
            yield "counted-twice", lambda n, i=i: become(n, sum_of([*terms_of(n), terms_of(n)[i]])), term
        if i:
            other = ast.Sub if sign is ast.Add else ast.Add
            slip = "subtracted-for-added" if sign is ast.Add else "added-for-subtracted"
            yield slip, lambda n, i=i, other=other: become(n, sum_of(_turned(terms_of(n), i, other))), term
    if sum(bool(_biases(term)) for _, term in terms) > 1:

        def with_biases(n):
            biases = [_biases(term)[:1] for _, term in terms_of(n)]
            become(n, sum_of([*terms_of(n), *((ast.Add, b) for (b,) in filter(None, biases))]))

        yield "biases-added", with_biases


def _of_product(node):
    factors = _factors(node)
    texts = list(map(ast.unparse, factors))
    for i, factor in enumerate(factors):
        slip = "square-left-out" if texts.count(texts[i]) > 1 else "factor-left-out"
        about = factor
        if is_number(factor, 2):
            slip, about = "once-for-twice", _product(factors[:i] + factors[i + 1 :])
        yield slip, lambda n, i=i: become(n, _product(_without(_factors(n), i, i + 1))), about
        if i and len(factors) > 2 and (texts[i - 1] == texts[i] or (texts[i - 1], texts[i]) in PAIRS):
            both = _product(factors[i - 1 : i + 1])
            yield (
                "factor-left-out",
                lambda n, i=i: become(n, _product(_without(_factors(n), i - 1, i + 1))),
                both,
            )
        if i:
            yield "added-for-multiplied", lambda n, i=i: become(n, _split(_factors(n), i)), node
            if len(factors) > 2:
                yield "added-for-multiplied", lambda n, i=i: become(n, _two_added(_factors(n), i)), node
    for i in range(len(_biases(node))):
        yield "biases-added", lambda n, i=i: become(n, ast.BinOp(copy_of(n), ast.Add(), _biases(n)[i]))


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
    higher = PRODUCT | _QUOTIENT
    inner = type(node.left.op) if isinstance(node.left, ast.BinOp) else None
    if (op in higher and inner in SUM) or (op in SUM and inner in higher):

        def to_the_right(n):
            left = n.left
            become(n, ast.BinOp(left.left, left.op, ast.BinOp(left.right, n.op, n.right)))

        yield "brackets", to_the_right
    if op in SUM and inner in _QUOTIENT:

        def before(n):
            left = n.left
            become(n, ast.BinOp(ast.BinOp(left.left, n.op, n.right), left.op, left.right))

        yield "before-dividing", before, node.right
    inner = type(node.right.op) if isinstance(node.right, ast.BinOp) else None
    if (op in higher and inner in SUM) or (op in SUM and inner in higher):

        def to_the_left(n):
            right = n.right
            become(n, ast.BinOp(ast.BinOp(n.left, n.op, right.left), right.op, right.right))

        yield "brackets", to_the_left


def terms_of(node):
    """Return the terms of a sum, each with its sign."""
    if isinstance(node, ast.BinOp) and type(node.op) in SUM:
        return [*terms_of(node.left), (type(node.op), node.right)]
    return [(ast.Add, node)]


def sum_of(terms):
    """Return the sum of terms that each have a sign."""
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


def _two_added(factors, i):
    both = ast.BinOp(factors[i - 1], ast.Add(), factors[i])
    return _product([*factors[: i - 1], both, *factors[i + 1 :]])


def _split(factors, i):
    return ast.BinOp(_product(factors[:i]), ast.Add(), _product(factors[i:]))


def moved(node, op):
    """Return a node with 1 added to it, or taken off.

    Parameters
    ----------
    node : ast.expr
    op : ast.operator
        ``ast.Add()`` or ``ast.Sub()``.

    Returns
    -------
    ast.BinOp
    """
    return ast.BinOp(node, op, ast.Constant(1))


def copy_of(node):
    """Return a node of its own with the same children."""
    return type(node)(**vars(node))


def _first_over(quotient, op):
    """The first term of what is divided, divided alone."""
    return ast.BinOp(terms_of(quotient.left)[0][1], op, quotient.right)


def with_fields(**fields):
    """Return what sets fields of a node."""

    def change(node):
        for field, value in fields.items():
            setattr(node, field, value)

    return change


def exchange(one, other):
    """Return what exchanges two fields of a node.

    Parameters
    ----------
    one, other : str

    Returns
    -------
    callable
        Of the node.
    """

    def change(node):
        first, second = getattr(node, one), getattr(node, other)
        setattr(node, one, second)
        setattr(node, other, first)

    return change


def become(node, other):
    """Put another node into a node's place.

    Parameters
    ----------
    node, other : ast.AST
    """
    node.__class__, node.__dict__ = other.__class__, dict(other.__dict__)


def _round_up(node):
    """A // b becomes -(-a // b)."""
    inner = ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.FloorDiv(), node.right)
    become(node, ast.UnaryOp(ast.USub(), inner))


def is_number(node, value):
    """Return whether a node is that number.

    Parameters
    ----------
    node : ast.AST
    value : int

    Returns
    -------
    bool
    """
    return isinstance(node, ast.Constant) and node.value == value and type(node.value) is not bool
