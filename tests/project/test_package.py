"""What ``import sepconv`` offers, and what it leaves alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sepconv

PACKAGE = Path(sepconv.__file__).parent


def modules_after(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_package_loads_neither_torch_nor_numpy():
    loaded = modules_after("import sepconv")
    assert "sepconv" in loaded
    assert not {"torch", "numpy", "matplotlib", "IPython"} & loaded


def test_checking_a_formula_does_not_load_torch():
    loaded = modules_after("from sepconv import check; check('placement_1', 'C')")
    assert "numpy" in loaded
    assert not {"torch", "matplotlib"} & loaded


@pytest.mark.parametrize("name", sepconv.__all__)
def test_every_public_name_is_there(name):
    assert getattr(sepconv, name).__doc__
    assert name in dir(sepconv)


def test_no_module_bears_the_name_of_a_public_function():
    assert callable(sepconv.check)
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        _ = sepconv.chek


LAYERS = [("cli",), ("grading",), ("checking", "marking"), ("exercises",)]  # all else lies below


def layer_of(module):
    """Return how far up a module of the package stands."""
    name = module.split(".")[1] if "." in module else ""
    return next((len(LAYERS) - i for i, names in enumerate(LAYERS) if name in names), 0)


def test_imports_point_one_way():
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(["sepconv", *path.relative_to(PACKAGE).with_suffix("").parts])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            else:
                continue
            wrong += [
                f"{module} imports {name}"
                for name in imported
                if name.startswith("sepconv.") and layer_of(name) > layer_of(module)
            ]
    assert not wrong
