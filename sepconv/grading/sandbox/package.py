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
_LEFT_OUT = ("widget.py", "explorer.*", "figures", "commands.py", "cli.py", "grading", "right.py")
# What the grader does in sandbox/, and no submission needs.
_OUTSIDE = ("channel.py", "host.py", "package.py", "start.py")
_STAND_INS = {  # what stands behind the source of a module, or in its place
    "pictures/explorer/widget": "NOTHING\n__getattr__ = NOTHING.__getattr__",
    "pictures/figures": "NOTHING\n__getattr__ = NOTHING.__getattr__",
    "checking/commands": "NOTHING\n__getattr__ = NOTHING.__getattr__",
    "measuring/timing": "NOTHING\ncompare = roofline = NOTHING",
    "measuring/training": "train, train_all",
}


def write_package(folder) -> Path:
    """Write the package without its answers below a folder, and return the folder to put on the path."""
    target = Path(folder) / "sepconv"
    _copy(PACKAGE, target, *_LEFT_OUT)
    _copy(PACKAGE / "grading/sandbox", target / "grading/sandbox", *_OUTSIDE)
    shutil.copy(PACKAGE / "grading/__init__.py", target / "grading")
    for path, tree in _stripped().items():
        (target / path).write_text(ast.unparse(tree) + "\n", encoding="utf-8")
    for name, what in _STAND_INS.items():
        with open(target / f"{name}.py", "a", encoding="utf-8") as module:
            module.write(f"\n\nfrom sepconv.grading.sandbox.stand_ins import {what}\n")
    # Meanwhile the process that will import it is busy with torch: it shall find it compiled.
    compileall.compile_dir(target, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return Path(folder)


def _copy(source, target, *left_out):
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", *left_out))


def answers_left() -> list[str]:
    """Return the names of the model answers that the copy still holds, since an observer calls them."""
    from sepconv.exercises import all_exercises

    defined = {
        (_module_of(path), node.name)
        for path, tree in _stripped().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    return [
        exercise.name
        for exercise in all_exercises()
        if callable(exercise.answer) and (exercise.answer.__module__, exercise.answer.__name__) in defined
    ]


@cache
def _stripped() -> dict[Path, ast.Module]:
    """Return the lessons without their answers, by their paths in the package."""
    paths = sorted(set(PACKAGE.glob("exercises/lesson_*/*.py")) - set(PACKAGE.glob("exercises/*/right.py")))
    trees = {
        path.relative_to(PACKAGE): _Asking().visit(ast.parse(path.read_text(encoding="utf-8")))
        for path in paths
    }
    reached = _reached({_module_of(path): tree for path, tree in trees.items()})
    for tree in trees.values():
        tree.body = [node for node in tree.body if node in reached]
    return trees


def _module_of(path):
    return ".".join(("sepconv", *path.with_suffix("").parts)).removesuffix(".__init__")


class _Asking(ast.NodeTransformer):
    """Leaves of each Exercise(…) only what asks."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "Exercise":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg not in _TOLD] + _NOTHING_TOLD
        return node


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
