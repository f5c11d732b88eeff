"""Slips: mistakes that can happen in any program, each an operator on a program, or on what it returns.

The same programs serve twice: whoever gives an answer that behaves like one of them is told the slip's name, and the tests
give each of them to its check and want it refused.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice
from types import FunctionType

import numpy as np

from sepconv.exercises.mistakes import Misconception, compiled, source_of


@dataclass(frozen=True, eq=False)
class Program:
    """A right program with one slip in it."""

    slip: str
    line: int
    tree: ast.Module
    right: FunctionType

    @cached_property
    def make(self):
        """The function that the changed source defines, or None where that is no program."""
        try:
            return compiled(self.right, "", tree=self.tree)
        except (SyntaxError, ValueError, TypeError):
            return None


# What is said must be true of everybody who made it, in any exercise, and must not give the answer.
_WORDS = {
    "term-left-out": (
        "a part of a sum was left out",
        "Write down everything that is added up. Which part is missing in yours?",
    ),
    "factor-left-out": (
        "a factor was left out",
        "Ask of each quantity in turn: when it doubles, what does the result do?",
    ),
    "division-left-out": ("a division was left out", "Which of the quantities is shared out among several?"),
    "added-for-multiplied": (
        "two numbers were added that have to be multiplied",
        "So many, and each of them so often: is that a sum or a product?",
    ),
    "multiplied-for-added": (
        "two numbers were multiplied that have to be added",
        "One thing and then another: is that a sum or a product?",
    ),
    "multiplied-for-divided": (
        "a number was multiplied where it has to be divided",
        "When this number grows, should the result grow or shrink?",
    ),
    "divided-for-multiplied": (
        "a number was divided where it has to be multiplied",
        "When this number grows, should the result grow or shrink?",
    ),
    "sign-exchanged": (
        "a plus and a minus were exchanged",
        "Does this part make the result larger or smaller?",
    ),
    "one-off": ("a number is one too large or one too small", "Try the smallest case by hand, and count."),
    "not-rounded": ("a division was not rounded down", "Can there be a fraction of what is counted?"),
    "rounded-up": ("a division was rounded up", "What becomes of the part that does not fill a whole one?"),
    "square-left-out": (
        "a number was taken once that counts twice",
        "A kernel, an image, a step on it: each has two directions.",
    ),
    "border-of-comparison": (
        "a comparison falls on the wrong side when both are equal",
        "Put in two equal numbers. What should happen then?",
    ),
    "comparison-turned": (
        "a comparison was turned around",
        "Put in two numbers, and say the sentence aloud.",
    ),
    "overwritten": (
        "each step overwrites what the one before has added",
        "After the loop, what is left of the first step? = sets, += adds.",
    ),
    "step-left-out": ("a step was left out", "Say what each line is for. What does nobody do in yours?"),
    "argument-left-out": (
        "an argument was not handed on",
        "Look at each call: does everything that was given in the def line get to where it is needed?",
    ),
    "exchanged": ("two quantities were exchanged", "Read each name aloud with what it stands for."),
    "one-for-the-other": (
        "one quantity was used in the place of another",
        "Try a case in which rows and columns, or inputs and outputs, differ.",
    ),
    "axes-exchanged": ("two axes were exchanged", "Write the shape beside each array. Which axis is which?"),
    "index-off": (
        "an index points one place too far or not far enough",
        "Write down the indices for the first window.",
    ),
    "slice-end": (
        "a slice begins or ends in the wrong place",
        "Write down the first and the last index that it takes.",
    ),
    "starts-at-one": ("counting began at 1 where it has to begin at 0", "What does range begin with?"),
    "branches-exchanged": (
        "the two cases of a condition were exchanged",
        "Say aloud when which of the two holds.",
    ),
    "turned-around": ("a division was turned upside down", "What is divided by what?"),
    "case-left-out": ("one of two cases was left out", "For which inputs does the other case hold?"),
    "and-or-exchanged": ("and and or were exchanged", "Must both conditions hold, or is one enough?"),
    "end-not-moved": (
        "the end of a slice did not move along with its beginning",
        "Write down the first and the last index for the second window.",
    ),
}
_ADDED = {
    "biases-added": (
        "the biases were counted as well",
        "Are the weights asked for, or everything that the layer learns?",
        ("c_out", "C_out", "out_channels"),
    ),
}
_RESULT_WORDS = {
    "result-transposed": ("the result is transposed", "Which axis comes first?"),
    "result-flipped": ("the result is turned around along an axis", "With which end does it begin?"),
    "result-negative": ("the sign of the result is turned around", "What was subtracted from what?"),
    "result-rounded": (
        "the result was cut to whole numbers",
        "Is there an int, or an array of ints, on the way?",
    ),
    "result-positive": ("negative numbers became zero", "Is there a ReLU that nobody asked for?"),
    "result-absolute": ("negative numbers lost their sign", "May the result be negative?"),
    "result-doubled": (
        "the result is twice what it should be",
        "A multiply-accumulate is one MAC and two FLOPs: which are asked for?",
    ),
    "result-halved": (
        "the result is half of what it should be",
        "Was something counted once that comes twice?",
    ),
    "result-bytes": ("bytes were counted, and not numbers", "A float32 has 4 bytes. What is asked for?"),
    "result-one-more": ("the result is one too large", "Try the smallest case by hand, and count."),
    "result-one-less": ("the result is one too small", "Try the smallest case by hand, and count."),
    "result-inverse": ("the result is turned upside down", "What is divided by what?"),
    "result-complement": (
        "the rest was given, and not the part",
        "Is the share asked for that stays, or the one that goes?",
    ),
    "result-percent": (
        "percent were given, and not a share",
        "Between which two numbers does the answer lie?",
    ),
}

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


@cache
def misconception_of(slip) -> Misconception:
    """Return the name and the advice of a slip."""
    name, advice, *_ = (_WORDS | _ADDED | _RESULT_WORDS)[slip]
    return Misconception(slip, name, None, advice)


@lru_cache(maxsize=256)
def programs(function) -> tuple[Program, ...]:
    """Return a function of the package with each slip that fits it, one at a time."""
    source = source_of(function) if isinstance(function, FunctionType) else ""
    if not source.startswith("def "):  # a lambda, a class
        return ()

    def changed(slip, number, change):
        tree = ast.parse(source)  # ten times faster than a copy of the tree
        node = next(islice(ast.walk(tree), number, None))
        line = getattr(node, "lineno", 0)
        change(node)
        return Program(slip, line, ast.fix_missing_locations(tree), function)

    tree, found = ast.parse(source), []
    left_alone = {id(node) for outer in ast.walk(tree) if _is_left_alone(outer) for node in ast.walk(outer)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in left_alone:
            found += [changed(slip, number, change) for slip, change in _changes(node)]
    found += [changed(slip, 0, change) for slip, change in [*_additions(tree), *_renamings(tree)]]
    return tuple(found)


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
        for slip, (*_, names) in _ADDED.items():
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


def results(value) -> Iterator[tuple[str, object]]:
    """Yield what becomes of a right result, as plain data, by each slip that can happen to it."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield from _of_array(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _of_scalar(value)


def _of_array(value):
    for one in range(value.ndim):
        yield "result-flipped", np.flip(value, one)
        for other in range(one + 1, value.ndim):
            yield "result-transposed", np.swapaxes(value, one, other)
    yield "result-negative", -value
    yield "result-rounded", np.trunc(value)
    yield "result-positive", np.maximum(value, 0)
    yield "result-absolute", np.abs(value)


def _of_scalar(value):
    yield "result-negative", -value
    yield "result-doubled", 2 * value
    yield "result-halved", value / 2
    yield "result-bytes", 4 * value
    if isinstance(value, int):
        yield "result-one-more", value + 1
        yield "result-one-less", value - 1
    else:
        yield "result-rounded", int(value) if abs(value) < 2**53 else value
        yield "result-inverse", 1 / value if value else value
        yield "result-complement", 1 - value
        yield "result-percent", 100 * value
