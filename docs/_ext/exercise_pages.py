"""The page of a lesson's exercises, made from its solution notebook: task, stub, and, folded, hints and an answer."""

import html
import re

from bootstrap import CELL_ID
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from notebook_files import is_answer, is_check, tags
from set_repository import public_address

from sepconv.exercises import find

STUB = "...  # your answer"
_ROCKET = "with the rocket above, or " if public_address() else ""
_HOW_TO_READ = f"""

To write and check answers, open this notebook: {_ROCKET}[on your own machine](../docs/ways_in.md). Here, hints and
a model answer are folded under each check.

<p class="for-print" hidden><button type="button">Print as a worksheet</button>, without hints and answers</p>"""
_REGION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION$", re.MULTILINE | re.DOTALL)
_COLORS = re.compile(r"\x1b\[[0-9;]*m")


def exercise_page(solution: NotebookNode) -> NotebookNode:
    """Return the page as a notebook; the argument is changed."""
    cells, answer = [], None
    for cell in solution.cells:
        if "solution-only" in tags(cell):
            continue
        if cell.id == CELL_ID:
            cell.metadata["tags"] = [*tags(cell), "remove-cell"]
        elif is_answer(cell):
            answer = without_markers(cell.source)
            cell.source, cell.outputs = stub(cell.source), []
        elif is_check(cell):
            said, cell.outputs = _text(cell.outputs), []
            cells += [
                cell,
                new_markdown_cell(folded(_checked_name(cell), answer, said), id=f"{cell.id}-folded"),
            ]
            continue
        elif "where_to_start(" in cell.source:
            cell.outputs = []  # what it says of six right answers is no advice to a reader
        elif cell.cell_type == "markdown":
            cell.source = _labeled(cell)
        cells.append(cell)
    solution.cells = cells
    title = solution.cells[0]
    title.source = title.source.replace(": solutions\n", ": exercises\n", 1) + _HOW_TO_READ
    return solution


def stub(source: str) -> str:
    """Return an answer cell as the exercise notebook has it."""
    return _REGION.sub(rf"\1{STUB}", source)


def without_markers(source: str) -> str:
    """Return an answer cell without the lines that the cutter reads."""
    return re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", source, flags=re.MULTILINE).rstrip()


def folded(name: str, answer: str, said: str) -> str:
    """Return the hints and the model answer of an exercise, each behind a summary, as Markdown."""
    parts = [
        f'<details class="hint"><summary>Hint {number}</summary>\n\n<p>{html.escape(hint)}</p>\n\n</details>'
        for number, hint in enumerate(find(name).hints, start=1)
    ]
    said = f'\n\n<p class="said">check says:</p>\n\n```text\n{said}\n```' if said else ""
    parts.append(
        '<details class="answer"><summary>A model answer</summary>\n\n'
        f"```python\n{answer}\n```{said}\n\n</details>"
    )
    return "\n\n".join(parts)


def _checked_name(cell):
    return re.search(r"""check\(\s*["'](\w+)["']""", cell.source)[1]


def _text(outputs):
    return _COLORS.sub("", "".join(output.get("text", "") for output in outputs)).strip()


def _labeled(cell):
    """Give a task a name that other pages can link to: the id of its cell."""
    return (
        f"({cell.id})=\n{cell.source}"
        if cell.id.endswith("-task") and cell.source.startswith("#")
        else cell.source
    )
