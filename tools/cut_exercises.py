"""Cut the exercises out of the solutions.

    python tools/cut_exercises.py [--check] [PATHS]

Without paths: every notebook of solutions/. NN_name.ipynb in solutions/ becomes NN_name.ipynb in the folder exercises/
beside it. With ``--check`` nothing is written; each exercise notebook that differs from its cut is named, with the
command that repairs it, and the exit status is 1.

What an author writes in solutions/:

- A solution lies between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` in an answer cell (nbgrader metadata
  ``solution: true``); the stub ``...  # your answer`` takes its place. ``def`` lines and ``name =`` stand
  outside, so that an untouched notebook runs.
- A check cell has the nbgrader metadata ``grade: true, solution: false`` and ``points``. In the exercises it also
  gets the tag ``raises-exception``, so that Run All goes on past what is not answered yet.
- The first heading ends in ": solutions"; in the exercises it ends in ": exercises".
- A cell with the tag ``solution-only`` is left out of the exercises. All other text stands in both.

Cutting is nbgrader's own code with the settings of tools/nbgrader_config.py; nbgrader therefore takes the same files.
"""

import argparse
import ast
import copy
import logging
import sys
from collections import Counter
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.nbgraderformat import ValidationError
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from normalise_notebooks import normalise
from notebook_files import (
    NotebookError,
    display_name,
    dump,
    find_notebooks,
    grading_metadata,
    is_answer,
    is_check,
    parse,
    tags,
    write,
)
from traitlets.config import PyFileConfigLoader

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SOLUTION_ONLY = "solution-only"
# The order of `nbgrader generate_assignment`, without the steps that need its database.
STEPS = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)


def cut(solution: NotebookNode, name: str) -> NotebookNode:
    """Return the exercise notebook of a solution notebook; the argument is not changed.

    Parameters
    ----------
    solution : NotebookNode
        As `notebook_files.parse` returns it.
    name : str
        The file's name, for messages.

    Raises
    ------
    NotebookError
        If markers, grading metadata or the title are wrong, or if a region holds a line that must stay.
    """
    notebook = normalise(copy.deepcopy(solution), clean=True)
    notebook.cells = [cell for cell in notebook.cells if SOLUTION_ONLY not in tags(cell)]
    _retitle(notebook, name)
    _refuse_bad_grading(notebook, name)
    for cell in notebook.cells:
        _refuse_bad_markers(cell, name)
    before = {cell.id: cell.source for cell in notebook.cells}
    notebook = _run_nbgrader(notebook, name)
    for cell in notebook.cells:
        if is_answer(cell):
            _refuse_lost_names(before[cell.id], cell, name)
        if is_check(cell):
            cell.metadata["tags"] = [*tags(cell), "raises-exception"]
    return normalise(notebook, clean=True)


def cut_text(text: str, name: str) -> str:
    """Return the text of the exercise notebook that belongs to a solution notebook's text."""
    return dump(cut(parse(text, name), name))


def _retitle(notebook, name):
    title = next((cell for cell in notebook.cells if cell.cell_type == "markdown"), None)
    heading, newline, rest = title.source.partition("\n") if title else ("", "", "")
    if not (heading.startswith("# ") and heading.endswith(": solutions")):
        raise NotebookError(
            f"{name}: the first Markdown cell starts with {heading!r}; it must be like '# 02 · Channels: solutions'"
        )
    title.source = heading.removesuffix("solutions") + "exercises" + newline + rest


def _refuse_bad_grading(notebook, name):
    grade_ids = Counter()
    for cell in notebook.cells:
        metadata = grading_metadata(cell)
        if not metadata:
            continue
        if not metadata.get("grade_id"):
            raise NotebookError(f"{name}, cell {cell.id!r} has no grade_id; write its own id there")
        grade_ids[metadata["grade_id"]] += 1
        points = metadata.get("points")
        if metadata.get("grade") and not (isinstance(points, int | float) and points >= 0):
            raise NotebookError(
                f"{name}, cell {cell.id!r}: points={points!r} must be a number, 0 for a warm-up"
            )
    for grade_id, times in grade_ids.items():
        if times > 1:
            raise NotebookError(
                f"{name}: {times} cells have the grade_id {grade_id!r}; each must be used once"
            )


def _refuse_bad_markers(cell, name):
    where = f"{name}, cell {cell.id!r}"
    # nbgrader looks for the words alone; a marker that is written otherwise would be cut without its hashes.
    markers = [
        line.strip() for line in cell.source.split("\n") if "BEGIN SOLUTION" in line or "END SOLUTION" in line
    ]
    for marker in markers:
        if marker not in (BEGIN, END):
            raise NotebookError(f"{where}: the line {marker!r} must be exactly {BEGIN!r} or {END!r}")
    if markers != [BEGIN, END] * (len(markers) // 2):
        raise NotebookError(f"{where}: each {BEGIN!r} must be followed by its {END!r}, found {markers}")
    if markers and not is_answer(cell):
        raise NotebookError(
            f"{where} holds a solution but is no answer cell: nbgrader metadata solution must be true"
        )
    if is_answer(cell) and not markers:
        raise NotebookError(f"{where} is an answer cell and has no {BEGIN!r}: all of it would be cut")


def _run_nbgrader(notebook, name):
    folder = Path(__file__).resolve().parent
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    resources = {}
    for step in STEPS:
        try:
            notebook, resources = step(config=config, log=_SILENT).preprocess(notebook, resources)
        except (RuntimeError, ValidationError) as error:
            raise NotebookError(f"{name}: nbgrader's {step.__name__} refused it: {error}") from None
    return notebook


def _refuse_lost_names(source, cell, name):
    where = f"{name}, cell {cell.id!r}"
    try:
        expected, kept = _names_that_stay(source), _names_that_stay(cell.source)
    except SyntaxError as error:
        raise NotebookError(
            f"{where} is no longer Python after the cut (line {error.lineno}: {error.msg})"
        ) from None
    for lost in sorted(expected - kept):
        raise NotebookError(f"{where}: {lost!r} is defined inside the solution; its line must stand outside")


def _names_that_stay(source):
    """Names that a cell defines at its top level, and the methods of its classes."""
    names = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{item.name}" for item in node.body if isinstance(item, ast.FunctionDef)}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and _is_stored(part)}
    return names


def _is_stored(name):
    return isinstance(name.ctx, ast.Store)


_SILENT = logging.getLogger("cut_exercises.nbgrader")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False  # its errors come back as exceptions, which name the file


def main(arguments=None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("paths", nargs="*", help="solution notebooks or their folder; default: solutions/")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    options = parser.parse_args(arguments)
    failed = False
    for path in find_notebooks(options.paths, ["solutions"]):
        name = display_name(path)
        exercise = path.resolve().parent.parent / "exercises" / path.name
        try:
            wanted = cut_text(path.read_text(encoding="utf-8"), name)
        except NotebookError as error:
            print(error)
            failed = True
            continue
        if exercise.is_file() and exercise.read_bytes() == wanted.encode():
            continue
        if options.check:
            print(
                f"{display_name(exercise)} is not the cut of {name}; repair: python tools/cut_exercises.py {name}"
            )
            failed = True
        else:
            exercise.parent.mkdir(exist_ok=True)
            write(exercise, wanted)
            print(f"{display_name(exercise)}: cut from {name}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
