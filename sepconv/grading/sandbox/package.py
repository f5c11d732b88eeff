"""A copy of the package for the process that runs submissions: everything that is needed there, and no answers.

Of the exercises only what asks stays: cases, what observes a result, the lines of an order. Answers, mistakes and
hints are taken out of the source, and so is every function that is then reached from nowhere. Where an observer itself
calls a model answer, that answer has to stay; `answers_left` names those.
"""

import ast
import compileall
import shutil
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from py_compile import PycInvalidationMode

PACKAGE = Path(__file__).resolve().parents[2]
_KEPT = {
    "name",
    "lesson",
    "points",
    "kind",
    "cases",
    "fresh",
    "observe",
    "observer_draws",
    "watch",
    "opening",
    "lines",
    "tolerance",
    "starts_at",
}
_LEFT_OUT = ("grading", "explorer", "figures", "checking.py", "cli.py", "exercises", "__pycache__")
_OUTSIDE = (
    "host.py",
    "package.py",
    "__pycache__",
)  # of the sandbox: what the grader does, and no submission needs
_STAND_INS = ("checking", "figures", "explorer")


def write_package(folder) -> Path:
    """Write the package without its answers below a folder, and return the folder to put on the path."""
    target = Path(folder) / "sepconv"
    shutil.copytree(PACKAGE, target, ignore=lambda at, names: _ignored(at, names))
    for name, source in _stripped().items():
        path = target / "exercises" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    shutil.copytree(
        PACKAGE / "grading/sandbox", target / "grading/sandbox", ignore=shutil.ignore_patterns(*_OUTSIDE)
    )
    shutil.copy(PACKAGE / "grading/__init__.py", target / "grading")
    for name in _STAND_INS:
        (target / f"{name}.py").write_text(
            f'"""Stands in for {name} where submissions run."""\n\n'
            f"from sepconv.grading.sandbox.stand_ins import nothing_of\n\n__getattr__ = nothing_of({name!r})\n"
        )
    with open(target / "training.py", "a", encoding="utf-8") as training:
        training.write("\n\nfrom sepconv.grading.sandbox.stand_ins import train, train_all\n")
    with open(target / "timing.py", "a", encoding="utf-8") as timing:
        timing.write(
            "\n\nfrom sepconv.grading.sandbox.stand_ins import NOTHING\n\ncompare = roofline = NOTHING\n"
        )
    # Meanwhile the process that will import it is busy with torch: it shall find it compiled.
    compileall.compile_dir(target, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return Path(folder)


def _ignored(folder, names):
    if Path(folder) == PACKAGE:
        return [name for name in names if name in _LEFT_OUT]
    return [name for name in names if name == "__pycache__"]


def answers_left() -> list[str]:
    """Return the names of the model answers that the copy still holds, since an observer calls them."""
    from sepconv.exercises import all_exercises

    trees = {name: ast.parse(source) for name, source in _stripped().items()}
    defined = {
        (_module_of(name), node.name)
        for name, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    return [
        exercise.name
        for exercise in all_exercises()
        if callable(exercise.answer) and (exercise.answer.__module__, exercise.answer.__name__) in defined
    ]


@lru_cache(maxsize=1)
def _stripped() -> dict[str, str]:
    """Return {path below exercises/: source without answers}."""
    root = PACKAGE / "exercises"
    paths = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.py"))}
    trees = {
        name: _Asking().visit(ast.parse(path.read_text(encoding="utf-8"))) for name, path in paths.items()
    }
    wanted = _wanted({_module_of(name): tree for name, tree in trees.items() if _is_lesson(name)})
    for name, tree in trees.items():
        if _is_lesson(name):
            tree.body = [node for node in tree.body if _is_wanted(node, wanted[_module_of(name)])]
    return {name: ast.unparse(ast.fix_missing_locations(tree)) + "\n" for name, tree in trees.items()}


def _is_lesson(name):
    return name.startswith("lesson_")


def _module_of(name):
    return "sepconv.exercises." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class _Asking(ast.NodeTransformer):
    """Leaves of each Exercise(…) only what asks."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "Exercise":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg in _KEPT]
            for name, value in (("prompt", ""), ("answer", None), ("explanations", {0: 0})):
                node.keywords.append(ast.keyword(name, ast.parse(repr(value), mode="eval").body))
        return node


def _wanted(trees) -> dict[str, set[str]]:
    """Return, for each module, the top-level names that are reached from the lists of exercises."""
    wanted = defaultdict(set, {module: {"EXERCISES"} for module in trees})
    size = -1
    while size != sum(map(len, wanted.values())):
        size = sum(map(len, wanted.values()))
        for module, tree in trees.items():
            for node in tree.body:
                if _is_wanted(node, wanted[module]):
                    _follow(module, node, wanted, trees)
    return wanted


def _follow(module, node, wanted, trees):
    """Add what one statement of a module uses: names of its own module, and of its siblings."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            wanted[module].add(part.id)
        elif isinstance(part, ast.ImportFrom) and part.module in trees:
            wanted[part.module] |= {alias.name for alias in part.names}
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            for sibling in trees:
                if sibling.endswith(f".{part.value.id}"):
                    wanted[sibling].add(part.attr)


def _is_wanted(node, names):
    """Whether a top-level statement stays: it binds something that is wanted, or it binds nothing."""
    bound = _bound_by(node)
    return not bound or not bound.isdisjoint(names)


def _bound_by(node):
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return set()
