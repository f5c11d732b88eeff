"""What the learner's own source shows, where no mistake is named: one sentence that is true of whoever wrote it.

Each rule reads a parsed definition and yields sentences; what the first rule that sees something says first is said.
"""

import ast
import builtins
import dis
from itertools import product
from types import CodeType, FunctionType

import numpy as np

from sepconv.checking.comparing import Attempt
from sepconv.checking.given_answer import source_of
from sepconv.checking.modules import other_kinds
from sepconv.checking.plain import same
from sepconv.checking.source_rules import RULES, called, code, layers_left_aside, names, of_kind
from sepconv.exercises import right_answers

_LIBRARIES = {"np", "numpy", "torch", "nn", "F", "math", "sepconv", "itertools", "functools", "copy"}
# What is done to a result out of habit.
_BESIDES = """
    round abs relu gelu sigmoid softmax clip flip flipud fliplr rot90 permutation shuffle rand randn randint
    random sort sorted unique dropout normalize mean average median
"""
_CUTS = {"detach", "data", "item", "numpy", "no_grad", "inference_mode"}


def sentence_on(attempt: Attempt) -> str:
    """Return one sentence on what the source of a wrong answer shows, or none.

    Parameters
    ----------
    attempt : Attempt
    """
    tree = _parsed(source_of(attempt.answer, in_place=True))
    if names(tree) & {"locals", "eval", "exec", "vars"}:
        return ""
    return next(_sentences(attempt, tree), "")


def _needed(exercise):
    """What every right answer reads, and what any of them reads: names, and numbers.

    What one of them can do without says nothing about a wrong answer.
    """
    right = [exercise.answer, *right_answers().get(exercise.name, ())]
    read = [_read_by(one.__code__) for one in right if isinstance(one, FunctionType)] or [set()]
    return set.intersection(*read), set.union(*read)


def _read_by(compiled):
    steps = [step.argval for step in dis.get_instructions(compiled) if step.opname.startswith("LOAD")]
    inside = [one for one in compiled.co_consts if isinstance(one, CodeType)]
    return _each(tuple(steps)).union(*map(_read_by, inside))


def _each(value):
    """What stands in a tuple, however deep: of a constant, or of two names that are loaded in one step."""
    return set().union(*map(_each, value)) if isinstance(value, tuple | frozenset) else {value}


def _parsed(source):
    """The tree of a source; an empty one where it is no definition, as of a lambda."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ast.Module([], [])
    return (
        tree if tree.body and isinstance(tree.body[0], ast.FunctionDef | ast.ClassDef) else ast.Module([], [])
    )


def _sentences(attempt, tree):
    needed, known = _needed(attempt.exercise)
    if attempt.exercise.kind == "module":
        yield from _observed(tree, attempt)
    for rule, function in product(RULES, [*of_kind(tree, ast.FunctionDef)]):
        yield from rule(function)
    yield from _axes_exchanged(tree, attempt.exercise)
    yield from _printed(tree, attempt.outcomes)
    yield from _whole_numbers(tree, attempt)
    yield from _arguments(tree, needed)
    yield from layers_left_aside(tree)
    yield from _from_outside(tree, needed)
    is_of_another_kind = any(isinstance(outcome.value, str) for outcome in attempt.outcomes)
    if _is_written_in_few_ways(attempt.exercise) and not is_of_another_kind:
        yield from _done_besides(tree, known)
        yield from _numbers_written_in(tree, known)


def _is_written_in_few_ways(exercise):
    """Whether the right answers that are known show what others can do without: not so where libraries do most of it."""
    imports = "import " in source_of(exercise.answer) and exercise.kind != "module"
    return exercise.is_searched and not imports


def _observed(tree, attempt):
    """What was found out when a module was tried out, and what in its code makes it so."""
    for i in attempt.failing:
        outcome, wanted = attempt.outcomes[i], attempt.right[i]
        if not isinstance(outcome.value, dict):
            continue
        says = [
            f"{part.capitalize()}: {said}.{_cut(tree, said)}"
            for part, said in outcome.value.items()
            if isinstance(said, str) and not same(wanted.value.get(part), said)
        ]
        if outcome.made and wanted.made:
            says.append(other_kinds(outcome.made, wanted.made))
        if any(says):
            yield " ".join(filter(None, says))


def _cut(tree, said):
    """Where gradients are cut off in a forward, if it is said that none come back."""
    forward = (f for f in of_kind(tree, ast.FunctionDef) if f.name == "forward")
    cuts = [n for f in forward for n in of_kind(f, ast.Attribute) if n.attr in _CUTS]
    is_cut = said.startswith("none for ") and "requires_grad" not in said and cuts
    return f" Line {cuts[0].lineno} has .{cuts[0].attr}." if is_cut else ""


def _axes_exchanged(tree, exercise):
    """Axes that are named in another order than in every right answer."""
    right = [exercise.answer, *right_answers().get(exercise.name, ())]
    orders = [order for one in right for order in _axes_in(_parsed(source_of(one)))]
    for line, shape, axes in _axes_in(tree):
        known = [other for _, other_shape, other in orders if other_shape == shape]
        if axes not in known and sorted(axes) in map(sorted, known):
            yield f"Line {line} takes {shape} for {', '.join(axes)}. Is that its order?"


def _axes_in(tree):
    """Where a shape is taken apart: the line, the shape, and the names that its numbers get."""
    for node in of_kind(tree, ast.Assign):
        target, shape = node.targets[0], ast.unparse(node.value)
        if isinstance(target, ast.Tuple) and shape.endswith(".shape"):
            yield node.lineno, shape, [ast.unparse(name) for name in target.elts]


def _printed(tree, outcomes):
    if all(outcome.value is None and not outcome.raised for outcome in outcomes):
        for call in of_kind(tree, ast.Call):
            if called(call) == "print":
                yield f"Line {call.lineno} shows something with print, and no line returns anything: the result is None."


def _whole_numbers(tree, attempt):
    """Where fractions may have got lost, if there are none in the results, and should be."""
    wanted = [r.value for r in attempt.right if isinstance(r.value, np.ndarray)]
    if all(map(_is_whole, wanted)) or not all(_is_whole(outcome.value) for outcome in attempt.outcomes):
        return
    for call in of_kind(tree, ast.Call):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        kinds = {ast.unparse(one).split(".")[-1].strip("'") for one in given}
        numbers = [n.value for one in given for n in of_kind(one, ast.Constant)]
        of_ints = called(call) in ("array", "full", "tensor") and numbers and set(map(type, numbers)) == {int}
        if kinds & {"int", "int32", "int64", "long"} or (of_ints and not any(map(names, given))):
            yield f"Line {call.lineno}, {code(call)}, makes whole numbers: fractions are cut off there."


def _is_whole(value):
    is_array = isinstance(value, np.ndarray) and value.dtype.kind in "iuf"
    return is_array and bool((value == np.trunc(value)).all())


def _arguments(tree, needed):
    read = names(tree)
    for function in of_kind(tree, ast.FunctionDef):
        a = function.args
        parameters = [p.arg for p in [*a.posonlyargs, *a.args, *a.kwonlyargs]]
        if unused := [p for p in parameters if p not in read and p in needed]:
            yield f"The code never uses the argument{'s' * (len(unused) > 1)} {' and '.join(unused)}."
        yield from _replaced(function, set(parameters))


def _replaced(function, fresh):
    """Arguments that are given another value before they are read."""
    for statement in function.body:
        if isinstance(statement, ast.Assign | ast.For):
            is_loop = isinstance(statement, ast.For)
            fresh = fresh - names(statement.iter if is_loop else statement.value)
            targets = [statement.target] if is_loop else statement.targets
            for name in sorted(fresh & {n for target in targets for n in names(target, ast.Store)}):
                yield f"Line {statement.lineno} gives {name} another value before the argument was read."
        fresh = fresh - names(statement) - names(statement, ast.Store)


def _from_outside(tree, needed):
    made = names(tree, ast.Store) | {a.arg for a in of_kind(tree, ast.arg)} | needed | _LIBRARIES
    made |= {n.name for n in of_kind(tree, ast.FunctionDef | ast.ClassDef)} | set(dir(builtins))
    made |= {
        (a.asname or a.name).split(".")[0]
        for n in of_kind(tree, ast.Import | ast.ImportFrom)
        for a in n.names
    }
    for node in ast.walk(tree):
        for used in _as_data(node):
            if isinstance(used, ast.Name) and used.id not in made:
                yield (
                    f"Line {used.lineno} reads {used.id}, which is no argument, and no line here makes it: "
                    "it comes from elsewhere in the notebook, and is the same at every call."
                )


def _as_data(node):
    """What is certainly data below a node, and no function or module."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Subscript):
        return [node.value, node.slice]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Attribute) and node.attr in ("shape", "ndim", "size", "T"):
        return [node.value]
    return node.args if isinstance(node, ast.Call) and called(node) in ("range", "len") else []


def _done_besides(tree, known):
    layers = {name.lower() for name in known if isinstance(name, str)}  # nn.ReLU is relu, too
    for call in of_kind(tree, ast.Call):
        if (name := called(call)) in _BESIDES.split() and name not in known and name not in layers:
            yield f"Line {call.lineno} calls {code(call)}: a right answer can do without {name}."


def _numbers_written_in(tree, known):
    for function in of_kind(tree, ast.FunctionDef):
        bounds = [call for call in of_kind(function, ast.Call) if called(call) == "range"]
        indices = [index.slice for index in of_kind(function, ast.Subscript)]
        places = {id(n) for place in [*bounds, *indices] for n in ast.walk(place)}
        for node in (n for statement in function.body for n in of_kind(statement, ast.Constant)):
            is_number = type(node.value) in (int, float) and id(node) not in places
            if is_number and node.value > 2 and node.value not in known:
                yield (
                    f"Line {node.lineno} works with the number {node.value}: is it the same in every case, "
                    "or does it belong to one example?"
                )
