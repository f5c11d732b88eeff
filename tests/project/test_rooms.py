"""The rooms of the package: who may import whom, and how many lines each may have."""

import ast
import io
import re
import subprocess
import tokenize
from collections import Counter
from inspect import isfunction
from pathlib import Path

import pytest

import sepconv
from sepconv import figures

PACKAGE = Path(sepconv.__file__).parent
HOMES = {**sepconv._HOME, **sepconv._MODULES}
# Each room, and the rooms below it that it may import; CONTRIBUTING prints the same table.
ALLOWED = {
    "cli": {"grading"},
    "grading": {"checking", "exercises", "measuring", "_progress"},
    "checking": {"exercises"},
    "exercises": {"pictures", "measuring", "convolution", "data"},
    "pictures": {"convolution", "_arguments"},
    "measuring": {"convolution", "_arguments", "_progress"},
    "convolution": {"_arguments"},
    "data": {"_arguments"},
    "_progress": {"_arguments"},
    "_arguments": set(),
}
# Lines of Python that hold code, and lines of other text, that a room may have. Who needs more raises the number, and says why.
MOST_LINES = {
    "cli": (132, 0),
    "grading": (2052, 125),
    "checking": (3104, 0),
    "exercises": (10972, 0),
    "pictures": (2476, 742),
    "measuring": (957, 0),
    "convolution": (1147, 379),
    "data": (159, 196),
    "_progress": (30, 0),
    "_arguments": (73, 0),
    "__init__": (65, 0),
}
_NO_CODE = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
)


def modules():
    """Yield each module of the package: its file, and its name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(source, module, is_package=False):
    """Return the modules of the package that a source imports, wherever it does, relative names resolved."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            around = (
                module.split(".")[: len(module.split(".")) - node.level + is_package] if node.level else []
            )
            base = ".".join([*around, *filter(None, [node.module])])
            if base == "sepconv":  # from sepconv import conv2d: where that really is
                found |= {f"sepconv.{HOMES.get(alias.name, alias.name)}" for alias in node.names}
            else:
                found.add(base)
    return {name for name in found if name.startswith("sepconv.")}


def room_of(module):
    return module.split(".")[1] if "." in module else ""


def upward(source, module, is_package=False):
    """Return the imports of a source that the table does not allow."""
    room = room_of(module)
    rooms = {room_of(name) for name in imported_by(source, module, is_package)}
    return sorted(rooms - ALLOWED.get(room, set()) - {room})


def test_imports_point_one_way():
    wrong = {
        module: rooms
        for path, module in modules()
        if (rooms := upward(path.read_text(encoding="utf-8"), module, path.name == "__init__.py"))
    }
    assert wrong == {}


def test_every_arrow_of_the_table_is_there():
    arrows = {room: set() for room in ALLOWED}
    for path, module in modules():
        if room_of(module):
            names = imported_by(path.read_text(encoding="utf-8"), module, path.name == "__init__.py")
            arrows[room_of(module)] |= {room_of(name) for name in names}
    assert {room: rooms - {room} for room, rooms in arrows.items()} == ALLOWED


def test_the_table_has_no_circle():
    left = {room: set(below) for room, below in ALLOWED.items()}
    while left:
        ground = {room for room, below in left.items() if not below}
        assert ground, f"a circle among {', '.join(left)}"
        left = {room: below - ground for room, below in left.items() if room not in ground}


def test_an_answer_goes_one_way():
    """It is called, made plain at the door, compared, searched for, and then something is said of it."""
    way = [f"sepconv.checking.{name}" for name in ("plain", "calling", "comparing", "search", "saying")]
    sources = {module: path.read_text(encoding="utf-8") for path, module in modules()}
    for i, module in enumerate(way):
        assert not imported_by(sources[module], module) & set(way[i + 1 :]), module
    asks = {module for module, source in sources.items() if re.search(r"import .*\bplain\b", source)}
    doors = {"calling", "comparing", "diagnosis", "guessing"} | {
        "shown_case",
        "wording",
    }  # these show the arguments of a case
    assert asks == {f"sepconv.checking.{name}" for name in doors} | {"sepconv.grading.sandbox.child"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("sepconv.pictures.figures.grids", "from ...grading import run"),
        ("sepconv.data.images", "from ..exercises import find"),
        ("sepconv.exercises.cases", "from sepconv.checking.commands import check"),
        ("sepconv._arguments", "from sepconv.convolution.nets import mobilenet_v1"),
        ("sepconv.measuring.timing", "def f():\n    from sepconv import check"),
        ("sepconv.convolution.layers", "import sepconv.pictures.figures"),
    ],
)
def test_an_import_that_points_up_is_found(module, source):
    assert upward(source, module)


def lines_of_code(source):
    """Count the lines of a source that hold code: no docstring, comment or blank line."""
    told = set()
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            told.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    held = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            held.update(range(token.start[0], token.end[0] + 1))
    lines = source.splitlines()
    return sum(
        bool(lines[number - 1].strip()) for number in held - told
    )  # a table in a string has empty ones


def test_lines_of_code_are_counted():
    assert (
        lines_of_code(
            '"""Say."""\n\n# why\nx = """a\nb"""  # and\n\n\ndef f(\n    a,\n):\n    """Do."""\n    return a\n'
        )
        == 6
    )


def test_no_room_grows_unnoticed():
    lines = {room: [0, 0] for room in MOST_LINES}
    for name in subprocess.run(
        ["git", "ls-files", "."], cwd=PACKAGE, capture_output=True, text=True, check=True
    ).stdout.split():
        room, path = name.split("/")[0].removesuffix(".py"), PACKAGE / name
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture, an archive
            continue
        if path.suffix == ".py":
            lines[room][0] += lines_of_code(text)
        else:
            lines[room][1] += sum(map(bool, map(str.strip, text.splitlines())))
    assert {
        room: found
        for room, found in lines.items()
        if any(n > most for n, most in zip(found, MOST_LINES[room]))
    } == {}


def test_no_module_is_long():
    assert [
        str(path) for path, _ in modules() if len(path.read_text(encoding="utf-8").splitlines()) > 400
    ] == []


def test_the_package_is_seen_at_a_glance():
    inside = [path for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    assert sum(path.is_dir() for path in inside) <= 8
    assert sum(path.is_file() for path in inside) <= 4


def test_no_module_bears_the_name_of_a_public_function():
    pictures = {name for name, value in vars(figures).items() if isfunction(value)}
    taken = {"sepconv": set(sepconv.__all__), "sepconv.pictures.figures": pictures}
    wrong = [
        module
        for _, module in modules()
        if module.rpartition(".")[2] in taken.get(module.rpartition(".")[0], ())
    ]
    assert wrong == []
    assert callable(sepconv.check)
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        _ = sepconv.chek


def test_contributing_prints_the_table():
    rows = [
        f"| `{room}` | {', '.join(f'`{name}`' for name in sorted(below)) or 'nothing'} |"
        for room, below in ALLOWED.items()
    ]
    assert "\n".join(rows) in (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_no_name_stands_for_two_things():
    paths = [*PACKAGE.glob("checking/**/*.py"), *PACKAGE.glob("grading/**/*.py")]
    nodes = [node for path in paths for node in ast.parse(path.read_text(encoding="utf-8")).body]
    named = [node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert [name for name, times in Counter(named).items() if times > 1 and not name.startswith("_")] == []
