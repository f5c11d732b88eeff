"""A copy of the package for the process that runs submissions: everything that is needed there, and no answers.

Of the exercises only what asks stays: cases, what observes a result, the lines of an order. Answers, mistakes and
hints are taken out of the source, and so is every function that is then reached from nowhere. Where an observer itself
calls a model answer, that answer has to stay.
"""

import ast
import compileall
import shutil
from collections import defaultdict
from functools import cache
from itertools import chain
from pathlib import Path
from py_compile import PycInvalidationMode

PACKAGE = Path(__file__).resolve().parents[2]
_TOLD = {"prompt", "answer", "explanations", "misconceptions", "distractors", "facts", "hints", "known"}
_NOTHING_TOLD = ast.parse("Exercise(prompt='', answer=None, explanations={0: 0})", mode="eval").body.keywords
_ROOMS_LEFT_OUT = ("hand_in", "judging", "report", "figures")
_REPLACED = ("pictures/explorer/widget", "pictures/figures")
_REPLACED += ("checking/commands", "checking/guessing", "checking/progress_table")
_LEFT_OUT = (*_ROOMS_LEFT_OUT, *(f"{Path(name).name}.py" for name in _REPLACED))
_LEFT_OUT += ("cli.py", "right.py", "explorer.*", "__pycache__")
_STAND_INS = {  # what stands behind the source of a module, or in its place
    **dict.fromkeys(_REPLACED, "NOTHING\n__getattr__ = NOTHING.__getattr__"),
    "measuring/timing": "NOTHING\ncompare = roofline = NOTHING",
    "measuring/training": "train, train_all",
}


def write_package(folder):
    """Write the package without its answers below a folder, which is the one to put on the path."""
    target = folder / "sepconv"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    for path, tree in _stripped().items():
        (target / path).write_text(ast.unparse(tree) + "\n", encoding="utf-8")
    for name, what in _STAND_INS.items():
        with open(target / f"{name}.py", "a", encoding="utf-8") as module:
            module.write(f"\n\nfrom sepconv.grading.sandbox.stand_ins import {what}\n")
    # Meanwhile the process that will import it is busy with torch: it shall find it compiled.
    compileall.compile_dir(target, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


@cache
def _stripped() -> dict[Path, ast.Module]:
    """Return the lessons without their answers, by their paths in the package."""
    paths = [path for path in PACKAGE.glob("exercises/lesson_*/*.py") if path.name not in _LEFT_OUT]
    trees = {path.relative_to(PACKAGE): ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    for node in chain.from_iterable(map(ast.walk, trees.values())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Exercise":
            told = {word.arg: word.value for word in node.keywords}
            node.keywords = [word for word in node.keywords if word.arg not in _TOLD] + _NOTHING_TOLD
            program = getattr(told["answer"], "id", "_")
            if "name" not in told and not program.startswith("_"):  # a working gives its exercise the name
                node.keywords.append(ast.keyword("name", ast.Constant(program)))
    names = [".".join(("sepconv", *path.with_suffix("").parts)).removesuffix(".__init__") for path in trees]
    reached = _reached(dict(zip(names, trees.values())))
    for tree in trees.values():
        tree.body = [node for node in tree.body if node in reached]
    return trees


def _reached(trees) -> set[ast.stmt]:
    """Return the top-level statements that are reached from the lists of exercises, or that bind nothing."""
    binding = defaultdict(list)
    for module, tree in trees.items():
        for node in tree.body:
            for name in _bound_by(node) or ["EXERCISE"]:
                binding[module, name].append(node)
    reached, ahead = set(), [(module, name) for module in trees for name in ("EXERCISE", "EXERCISES")]
    while ahead:
        module, name = ahead.pop()
        for node in binding.pop((module, name), []):
            reached.add(node)
            ahead += _used_by(node, module, trees)
    return reached


def _used_by(node, module, trees):
    """Yield what a statement of a module uses: names of its own module, and of its siblings."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield module, part.id
        elif isinstance(part, ast.ImportFrom):
            yield from ((part.module, alias.name) for alias in part.names)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            yield from ((sibling, part.attr) for sibling in trees if sibling.endswith(f".{part.value.id}"))


def _bound_by(node):
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
