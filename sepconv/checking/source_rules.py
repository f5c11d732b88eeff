"""Rules that read a source alone: each takes a parsed definition and yields sentences that are true of whoever wrote it."""

import ast
from itertools import pairwise

# What gives back something new and leaves what it was given as it is.
_GIVES_NEW = """
    reshape transpose permute view flatten ravel squeeze unsqueeze copy clone astype sum mean dot matmul einsum pad flip
    roll swapaxes moveaxis concatenate stack cat expand_dims relu maximum minimum abs round sqrt float double contiguous
    detach conv1d conv2d clip repeat tile broadcast_to expand deepcopy sorted len int max min
"""
_LOOPS = (ast.For, ast.While)


def code(node):
    """What stands in the source, if need be shortened."""
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def names(node, context=ast.Load):
    """Return the names that are read below a node, or that are given a value.

    Parameters
    ----------
    node : ast.AST
    context : type
        ``ast.Load`` or ``ast.Store``.

    Returns
    -------
    set of str
    """
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}


def of_kind(tree, kind):
    """Return the nodes of a kind below a node.

    Parameters
    ----------
    tree : ast.AST
    kind : type, or union of types

    Returns
    -------
    iterator of ast.AST
    """
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def called(call):
    """The last name of what is called: relu of F.relu(x)."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _dropped(function):
    for statement in of_kind(function, ast.Expr):
        line, value = f"Line {statement.lineno}", statement.value
        if isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.Eq):
            yield f"{line}, {code(value)}, compares and changes nothing. A single = gives a name its value."
        elif isinstance(value, ast.BinOp | ast.Compare | ast.Subscript | ast.Name | ast.Attribute):
            yield f"{line} computes {code(value)}, and nothing is done with the result."
        elif isinstance(value, ast.Call) and _gives_new(value, function):
            yield f"{line} calls {code(value)} and drops what comes back. The call changes none of its arguments."


def _gives_new(call, function):
    if any(keyword.arg in ("out", "inplace") for keyword in call.keywords):
        return False
    of_self = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "self"
    return called(call) in _GIVES_NEW.split() or (of_self and function.name == "forward" and bool(call.args))


def _returned_too_early(function):
    for loop in of_kind(function, _LOOPS):
        end = _certain_return(loop.body)
        if end and not any(of_kind(loop, ast.Continue)):
            yield (
                f"Line {end.lineno} returns inside the loop of line {loop.lineno}, which ends in its first round. "
                "Is the line indented too far?"
            )


def _certain_return(block):
    """The return that a block comes to in any case, or None."""
    last = block[-1] if block else None
    if isinstance(last, ast.If):
        return _certain_return(last.body) and _certain_return(last.orelse)
    return last if isinstance(last, ast.Return) else None


def _never_reached(function):
    for node in ast.walk(function):
        for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
            for last, behind in pairwise(block if isinstance(block, list) else []):
                if isinstance(last, ast.Return | ast.Continue | ast.Break | ast.Raise):
                    what = type(last).__name__.lower()
                    yield f"Line {behind.lineno} is never reached: it stands behind the {what} of line {last.lineno}."


def _comma(function):
    for node in of_kind(function, ast.Assign | ast.Return):
        if isinstance(node.value, ast.Tuple) and len(node.value.elts) == 1:
            yield f"Line {node.lineno} makes a tuple of one thing: a comma stands behind {code(node.value.elts[0])}."


def _always_true(function):
    for node in of_kind(function, ast.BoolOp):
        for value in node.values[1:]:
            alone = isinstance(value, ast.Constant) and not isinstance(value.value, bool)
            if alone and isinstance(node.values[0], ast.Compare):
                yield (
                    f"In line {node.lineno}, {code(node)}, nothing is compared with {code(value)}: "
                    "what stands beside and, or is a condition of its own."
                )


def _same_row(function):
    for node in of_kind(function, ast.BinOp):
        if isinstance(node.op, ast.Mult):
            for side in (node.left, node.right):
                if isinstance(side, ast.List) and any(of_kind(ast.Tuple(side.elts), ast.List | ast.ListComp)):
                    yield (
                        f"Line {node.lineno}, {code(node)}, repeats one and the same list: "
                        "what is written into one of the rows stands in all of them."
                    )


def _overwritten(function):
    for loop in of_kind(function, ast.For):
        changing = names(loop, ast.Store)
        for statement in loop.body:
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                continue
            target = statement.targets[0]
            name = target.value if isinstance(target, ast.Subscript) else target
            if not isinstance(name, ast.Name) or not names(statement.value) & changing:
                continue
            if names(target) & changing or (name is target and not _begins_at_0(function, loop, name)):
                continue
            if not any(n.id == name.id and n is not name for n in of_kind(loop, ast.Name)):
                yield (
                    f"Line {statement.lineno} sets {code(target)} anew in each round of the loop of line {loop.lineno}: "
                    "only the last value is left. = sets, += adds."
                )


def _begins_at_0(function, loop, name):
    return any(
        node.lineno < loop.lineno and ast.unparse(node) in (f"{name.id} = 0", f"{name.id} = 0.0")
        for node in of_kind(function, ast.Assign)
    )


def _added_too_often(function):
    for loop in of_kind(function, ast.For):
        changing = names(loop, ast.Store)
        inside = [n for n in loop.body if isinstance(n, ast.If) and not names(n.test) & changing]
        for statement in [*loop.body, *(n for branch in inside for n in branch.body)]:
            if not isinstance(statement, ast.AugAssign) or not names(statement.value):
                continue
            own = statement.target.id if isinstance(statement.target, ast.Name) else None
            if not (names(statement.value) | names(statement.target)) & (changing - {own}):
                yield (
                    f"Line {statement.lineno}, {code(statement)}, stands in the loop of line {loop.lineno}, and does the same "
                    "in each of its rounds. How often should it be done?"
                )


def _name_of_its_own(function):
    for inner in of_kind(ast.Module(function.body, []), ast.FunctionDef):
        theirs = {n for node in of_kind(inner, ast.Nonlocal | ast.Global) for n in node.names}
        theirs |= {argument.arg for argument in of_kind(inner, ast.arg)}
        theirs |= {name for node in of_kind(inner, ast.Assign) for name in names(node, ast.Store)}
        for node in of_kind(inner, ast.AugAssign):
            name = getattr(node.target, "id", None)
            if name in names(function, ast.Store) - theirs:
                yield (
                    f"Line {node.lineno} changes {name} inside {inner.name}, where it is a name of its own: "
                    f"nonlocal {name} in the line below def {inner.name} makes it the one outside."
                )


def _never_read(function):
    read = names(function) | {n for node in of_kind(function, ast.Global | ast.Nonlocal) for n in node.names}
    for node in of_kind(function, ast.Assign | ast.AugAssign):
        for target in getattr(node, "targets", None) or [node.target]:
            if isinstance(target, ast.Name) and target.id not in read and not target.id.startswith("_"):
                yield f"Line {node.lineno} gives {target.id} a value, and nothing reads it."


def layers_left_aside(tree):
    """Yield a sentence on each attribute of a module that no method of it uses."""
    attributes = [n for n in of_kind(tree, ast.Attribute) if ast.unparse(n.value) == "self"]
    read = {n.attr for n in attributes if isinstance(n.ctx, ast.Load)}
    as_a_whole = sum(n.id == "self" for n in of_kind(tree, ast.Name)) > len(attributes)
    if as_a_whole or read & {"children", "named_children", "modules", "parameters", "_modules"}:
        return
    for node in attributes:
        if node.attr not in read and any(f.name == "forward" for f in of_kind(tree, ast.FunctionDef)):
            yield f"Line {node.lineno} makes self.{node.attr}, and nothing uses it."


RULES = (
    _dropped,
    _returned_too_early,
    _never_reached,
    _comma,
    _always_true,
    _same_row,
    _overwritten,
    _added_too_often,
    _name_of_its_own,
    _never_read,
)
