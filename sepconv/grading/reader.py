"""From the bytes of a file to the code cells of a notebook, or a sentence on why there are none."""

import ast
import json
import re
from collections import Counter
from dataclasses import dataclass, field

from sepconv.exercises import all_exercises

MOST_BYTES = 20 * 2**20
MOST_CELLS = 2_000
MOST_CODE = 2 * 2**20  # characters
_DEEPEST = 100


class Unreadable(ValueError):
    """There is no notebook in these bytes; the message is a sentence for the report."""


@dataclass
class Notebook:
    """The code cells of a notebook, and which exercises it is about."""

    cells: list[str]
    exercises: list = field(default_factory=list)
    elsewhere: dict = field(default_factory=dict)


def read_notebook(data: bytes, name: str) -> Notebook:
    """Return the code cells of a notebook and the exercises of the lesson that it is about.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name: the last resort for telling which lesson it is.

    Raises
    ------
    Unreadable
        If there is nothing to mark.
    """
    cells = code_cells(_parse(data))
    exercises = exercises_in(cells, name)
    if not exercises:
        raise Unreadable("It answers no exercise of the course: no check(…) and no known name is in it.")
    return Notebook(cells, exercises)


def _parse(data):
    if len(data) > MOST_BYTES:
        raise Unreadable(
            f"The file has {len(data) / 2**20:.0f} MB; up to {MOST_BYTES // 2**20} MB are read. "
            "Clear the outputs and save it again."
        )
    if not data.strip():
        raise Unreadable("The file is empty.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is no UTF-8 text, as notebooks are.") from None
    if _depth(text) > _DEEPEST:
        raise Unreadable("The file is nested deeper than any notebook is.")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The file is no notebook, or only a part of one: {error}"[:300]) from None
    if not isinstance(notebook, dict):
        raise Unreadable("The file is no notebook: there are no cells in it.")
    return notebook


def _depth(text):
    """How deep the brackets outside of strings go; the parser's own limit is too near to a crash."""
    depth = deepest = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        if mark[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in "]}":
            depth -= 1
    return deepest


def code_cells(notebook: dict) -> list[str]:
    """Return the source of each code cell of a notebook in format 3 or 4.

    Raises
    ------
    Unreadable
        If it is no such notebook, is for another language, or is too large.
    """
    version = notebook.get("nbformat")
    if version not in (3, 4):
        raise Unreadable(
            f"The file has notebook format {version!r}; 3 and 4 are known. Open it and save it again."
        )
    _refuse_other_languages(notebook.get("metadata"))
    found = notebook.get("cells")
    if version == 3:
        sheets = notebook.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        found = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells", [])]
    if not isinstance(found, list) or not all(isinstance(cell, dict) for cell in found):
        raise Unreadable("The file is no notebook: there are no cells in it.")
    if len(found) > MOST_CELLS:
        raise Unreadable(f"The notebook has {len(found):,} cells; up to {MOST_CELLS:,} are read.")
    key = "input" if version == 3 else "source"
    cells = [_text(cell.get(key, "")) for cell in found if cell.get("cell_type") == "code"]
    if sum(map(len, cells)) > MOST_CODE:
        raise Unreadable("The notebook has more than two million characters of code.")
    return cells


def _refuse_other_languages(metadata):
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, part in (("kernelspec", "language"), ("language_info", "name")):
        about = metadata.get(key)
        language = about.get(part) if isinstance(about, dict) else None
        if isinstance(language, str) and not language.lower().startswith(("python", "ipython")):
            raise Unreadable(f"The notebook is for another language: {language[:40]}.")


def _text(source):
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return ""
    return source.encode("utf-8", "replace").decode()  # half a character of its own cannot be compiled


def exercises_in(cells, name="") -> list:
    """Return the exercises that a notebook is about: all of the lessons that it checks or answers."""
    by_name = {exercise.name: exercise for exercise in all_exercises()}
    asked, answered = set(), set()
    for source in cells:
        asked |= set(re.findall(r"""\bcheck\(\s*["'](\w+)["']""", source))
        answered |= _bound(source)
    lessons = Counter(by_name[word].lesson for word in asked | answered if word in by_name)
    most = max(lessons.values(), default=0)
    # A name that two lessons have in common, or one stray answer, makes no lesson: half as many as the most do.
    about = {lesson for lesson, count in lessons.items() if 2 * count > most}
    if not about and (number := re.search(r"(?<!\d)(\d\d)_[a-z]", name)):
        about = {int(number[1])}
    return [
        exercise for exercise in by_name.values() if exercise.lesson in about or exercise.name in answered
    ]


def _bound(source):
    """The names that a cell gives to something, read without running it."""
    words = set(re.findall(r"^(?:def|class)\s+(\w+)|^(\w+)\s*=", source, re.MULTILINE))
    found = {word for pair in words for word in pair if word}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found
