"""The rooms of the package: what stands where."""

import ast
from collections import Counter
from pathlib import Path

import sepconv

PACKAGE = Path(sepconv.__file__).parent


def test_no_name_stands_for_two_things():
    modules = [*PACKAGE.glob("checking/**/*.py"), *PACKAGE.glob("grading/**/*.py")]
    nodes = [node for path in modules for node in ast.parse(path.read_text(encoding="utf-8")).body]
    named = [node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert not [name for name, times in Counter(named).items() if times > 1 and not name.startswith("_")]
