"""Where the course's notebooks are, and how one is read, checked and written."""

import json
import re
from collections import Counter
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("notebooks", "exercises", "solutions")
EXECUTED_FOLDERS = ("notebooks", "solutions")
# What a lesson's first cell says of its results. The copies in my/ leave it out; the web edition has a button.
HIDE_RESULTS = (
    "To guess honestly, hide the stored results first: menu *Edit*, *Clear Outputs of All Cells* "
    "(Colab: *Clear all outputs*)."
)


class NotebookError(ValueError):
    """A notebook breaks a rule; the message names the file, the cell, and what would be right."""


def find_notebooks(paths=(), folders=FOLDERS, root=ROOT) -> list[Path]:
    """Return the notebooks to work on.

    Parameters
    ----------
    paths : iterable of str or Path
        Notebooks, or folders of notebooks. Empty: all notebooks of ``folders`` under ``root``.
    folders : iterable of str
        Folders of the course.

    Raises
    ------
    FileNotFoundError
        If a path is neither a notebook nor a folder.
    """
    found = []
    for path in map(Path, paths or (root / folder for folder in folders)):
        if path.is_dir():
            found += sorted(path.glob("*.ipynb"))
        elif path.suffix == ".ipynb" and path.is_file():
            found.append(path)
        elif paths:
            raise FileNotFoundError(f"{path} must be a notebook (.ipynb) or a folder that exists")
    return found


def display_name(path) -> str:
    """Return the path as a reader of a message would type it: relative to the current folder if it can be."""
    path = Path(path).resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def is_exercise(path) -> bool:
    """Whether a notebook is committed clean: it lies in a folder named ``exercises``."""
    return Path(path).parent.name == "exercises"


def lesson_number(path) -> str:
    """Return what a lesson's name begins with: ``06``, or ``06b`` for a part of lesson 6."""
    return Path(path).name.partition("_")[0]


def is_part(path) -> bool:
    """Whether a notebook is a part of a lesson, such as ``06b_error_clinic``: it has no exercises of its own."""
    return re.fullmatch(r"\d\d[a-z]", lesson_number(path)) is not None


def parse(text: str, name: str) -> NotebookNode:
    """Read a notebook from its text and refuse what no tool should repair by guessing.

    Parameters
    ----------
    text : str
        The file's content.
    name : str
        The file's name, for messages.

    Raises
    ------
    NotebookError
        If it is no notebook in format 4.5, or its cell ids are missing, repeated, or not words.
    """
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookError(f"{name} is not a notebook: {error}") from None
    version = (raw.get("nbformat"), raw.get("nbformat_minor"))
    if version != (4, 5):
        raise NotebookError(f"{name} has notebook format {version[0]}.{version[1]}; it must be 4.5")
    _refuse_bad_ids(raw.get("cells", []), name)
    notebook = nbformat.reads(text, as_version=4)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise NotebookError(f"{name} is not a valid notebook: {error.message}") from None
    return notebook


def dump(notebook: NotebookNode) -> str:
    """Return the one text of a notebook: sorted keys, one space of indentation, a newline at the end."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def read(path) -> NotebookNode:
    """Read and check the notebook at ``path``; see `parse`."""
    return parse(Path(path).read_text(encoding="utf-8"), display_name(path))


def write(path, text: str) -> None:
    """Write a notebook's text with the same line ends on every system."""
    Path(path).write_text(text, encoding="utf-8", newline="\n")


def is_wordy(cell_id: str) -> bool:
    """Whether a cell id is made of words: ``ex-out-size-check``, not ``3f2a9b1c``."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell_id):
        return False
    letters = cell_id.replace("-", "")
    looks_random = len(letters) >= 8 and re.fullmatch(r"[0-9a-f]*[0-9][0-9a-f]*", letters)
    return not looks_random


def grading_metadata(cell) -> dict:
    """Return what nbgrader knows about a cell; empty for an ordinary cell."""
    return cell.metadata.get("nbgrader", {})


def is_check(cell) -> bool:
    """Whether a cell marks an answer."""
    metadata = grading_metadata(cell)
    return cell.cell_type == "code" and bool(metadata.get("grade")) and not metadata.get("solution")


def is_answer(cell) -> bool:
    """Whether a cell is where the learner's code goes."""
    return cell.cell_type == "code" and bool(grading_metadata(cell).get("solution"))


def tags(cell) -> list[str]:
    """Return a cell's tags."""
    return cell.metadata.get("tags", [])


def _refuse_bad_ids(cells, name):
    ids = [cell.get("id") for cell in cells]
    for position, cell_id in enumerate(ids, start=1):
        if not cell_id:
            raise NotebookError(
                f"{name}, cell {position} has no id; give it one made of words, like intro-map"
            )
        if not is_wordy(cell_id):
            raise NotebookError(
                f"{name}, cell {position}: id {cell_id!r} must be lower-case words joined by '-', like intro-map"
            )
    for cell_id, times in Counter(ids).items():
        if times > 1:
            raise NotebookError(f"{name}: {times} cells have the id {cell_id!r}; each id must be used once")
