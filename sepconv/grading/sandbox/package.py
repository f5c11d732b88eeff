"""A copy of the package for the process that runs submissions: everything that is needed there, and no answers.

Of the exercises only what asks stays: cases, what observes a result, the lines of an order. Answers, mistakes and
hints are taken out of the source, and so is every function that is then reached from nowhere. Where an observer itself
calls a model answer, that answer has to stay; `answers_left` names those.
"""

import ast
import compileall
import shutil
from collections import defaultdict
from functools import cache
from pathlib import Path
from py_compile import PycInvalidationMode

PACKAGE = Path(__file__).resolve().parents[2]
_TOLD = {"prompt", "answer", "explanations", "misconceptions", "facts", "hints", "known"}
_NOTHING_TOLD = ast.parse("Exercise(prompt='', answer=None, explanations={0: 0})", mode="eval").body.keywords
_LEFT_OUT = (
    "__pycache__",
    "widget.py",
    "explorer.*",
    "figures",
    "commands.py",
    "cli.py",
    "right.py",
    "hand_in",
    "judging",
    "report",
)
_NOTHING = "NOTHING\n__getattr__ = NOTHING.__getattr__"
_STAND_INS = {  # what stands behind the source of a module, or in its place
    "pictures/explorer/widget": _NOTHING,
    "pictures/figures": _NOTHING,
    "checking/commands": _NOTHING,
    "measuring/timing": "NOTHING\ncompare = roofline = NOTHING",
    "measuring/training": "train, train_all",
}


def write_package(folder):
    """Write the package without its answers below a folder, which is the one to put on the path."""
    target = Path(folder) / "sepconv"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    for path, tree in _stripped().items():
        (target / path).write_text(ast.unparse(tree) + "\n", encoding="utf-8")
    for name, what in _STAND_INS.items():
        with open(target / f"{name}.py", "a", encoding="utf-8") as module:
            module.write(f"\n\nfrom sepconv.grading.sandbox.stand_ins import {what}\n")
    # Meanwhile the process that will import it is busy with torch: it shall find it compiled.
    compileall.compile_dir(target, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return Path(folder)


def answers_left() -> list[str]:
    """Return the names of the model answers that the copy still holds, since an observer calls them."""
    from sepconv.exercises import all_exercises

    bodies = [(_module_of(path), tree.body) for path, tree in _stripped().items()]
    left = {(module, getattr(node, "name", "")) for module, body in bodies for node in body}
    answers = {exercise.name: exercise.answer for exercise in all_exercises() if callable(exercise.answer)}
    return [name for name, answer in answers.items() if (answer.__module__, answer.__name__) in left]


@cache
def _stripped() -> dict[Path, ast.Module]:
    """Return the lessons without their answers, by their paths in the package."""
    trees = {}
    for path in sorted(PACKAGE.glob("exercises/lesson_*/*.py")):
        if path.name in _LEFT_OUT:
            continue
        tree = trees[path.relative_to(PACKAGE)] = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Exercise":
                node.keywords = [word for word in node.keywords if word.arg not in _TOLD] + _NOTHING_TOLD
    reached = _reached({_module_of(path): tree for path, tree in trees.items()})
    for tree in trees.values():
        tree.body = [node for node in tree.body if node in reached]
    return trees


def _module_of(path):
    return ".".join(("sepconv", *path.with_suffix("").parts)).removesuffix(".__init__")


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
