"""Docstrings of public functions name each argument and say what comes back, as CONTRIBUTING promises."""

import ast
import re
from pathlib import Path

import pytest

import sepconv

PACKAGE = Path(sepconv.__file__).parent
# Answers have the task as their docstring; a module with an underscore is private, but for __init__.
LEFT_OUT = re.compile(r"exercises/(lesson_|review/)|(^|/)_(?!_init__)")
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_SAYS_WHAT_COMES_BACK = ("Return", "Yield", "Whether", "Say")


def public_functions(source):
    """Yield each public function and method of a source: its name, its node, and its arguments without self."""
    for node in ast.parse(source).body:
        if isinstance(node, _FUNCTION) and not node.name.startswith("_"):
            yield node.name, node, arguments(node)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, _FUNCTION) and not method.name.startswith("_"):
                    decorators = {ast.unparse(each) for each in method.decorator_list}
                    if not any("property" in each for each in decorators):
                        bound = "staticmethod" not in decorators
                        yield f"{node.name}.{method.name}", method, arguments(method)[bound:]


def arguments(function):
    """Return the names of the arguments, with the stars of *args and **kwargs."""
    given = function.args
    names = [each.arg for each in [*given.posonlyargs, *given.args]]
    names += [f"*{given.vararg.arg}"] if given.vararg else []
    names += [each.arg for each in given.kwonlyargs]
    return names + ([f"**{given.kwarg.arg}"] if given.kwarg else [])


def returns_a_value(function):
    """Say whether a function, and not one inside of it, returns something besides None."""
    left = list(function.body)
    while left:
        node = left.pop()
        if isinstance(node, ast.Return) and node.value and ast.unparse(node.value) != "None":
            return True
        if not isinstance(node, _FUNCTION | ast.Lambda | ast.ClassDef):
            left += ast.iter_child_nodes(node)
    return False


def sections(docstring):
    """Return the text of each section of a NumPy-style docstring, by its title."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}$", docstring, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def lacks(source):
    """Return what the docstrings of a source lack, a line for each function."""
    found = []
    for name, function, takes in public_functions(source):
        if len(takes) < 2:
            continue
        docstring = ast.get_docstring(function) or ""
        told = sections(docstring)
        entries = re.findall(r"^[\w*].*", told.get("Parameters", ""), flags=re.MULTILINE)
        named = {each.strip() for entry in entries for each in entry.split(" :")[0].split(",")}
        missing = [each for each in takes if each not in named]
        if (
            returns_a_value(function)
            and "Returns" not in told
            and not docstring.startswith(_SAYS_WHAT_COMES_BACK)
        ):
            missing.append("Returns")
        if missing:
            found.append(f"{name} (line {function.lineno}): {', '.join(missing)}")
    return found


def test_public_functions_name_their_arguments_and_say_what_comes_back():
    paths = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
    offenders = [
        f"{name}: {lack}"
        for name, path in paths.items()
        if not LEFT_OUT.search(name)
        for lack in lacks(path.read_text(encoding="utf-8"))
    ]
    assert offenders == [], "docstrings lack these:\n" + "\n".join(offenders)


_BOTH = '"""Add.\n\n    Parameters\n    ----------\n    x, y : int\n        Pixels.\n'
_RETURNS = "\n    Returns\n    -------\n    int\n    "


@pytest.mark.parametrize(
    ("source", "lack"),
    [
        (f'def f(x, y):\n    {_BOTH}{_RETURNS}"""\n    return x', []),
        (f'def f(x, y):\n    {_BOTH}    """\n    return x', ["f (line 1): Returns"]),
        (f'def f(x, y):\n    {_BOTH.replace("Add", "Return it")}    """\n    return x', []),
        (f'def f(x, y):\n    {_BOTH}    """\n    def g():\n        return x\n    return None', []),
        (f'def f(x, *y, z):\n    {_BOTH}    """', ["f (line 1): *y, z"]),
        (f'def f(x, **y):\n    {_BOTH.replace("y :", "**y :")}    """', []),
        ('async def f(x, y):\n    """Add x : and y."""', ["f (line 1): x, y"]),
        ("def f(x, y): pass", ["f (line 1): x, y"]),
        ("def f(x): return x", []),
        ("def _f(x, y): return x", []),
        ("class A:\n    def f(self, x, y): pass", ["A.f (line 2): x, y"]),
        ("class A:\n    @staticmethod\n    def f(x, y): pass", ["A.f (line 3): x, y"]),
        ("class A:\n    def f(self, x): return x", []),
        ("class A:\n    def __call__(self, x, y): return x", []),
        ("class _A:\n    def f(self, x, y): pass", []),
    ],
)
def test_what_a_docstring_lacks_is_found(source, lack):
    assert lacks(source) == lack
