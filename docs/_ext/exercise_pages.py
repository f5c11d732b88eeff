"""The page of a lesson's exercises, made from its solution notebook: task, stub, and, folded, hints and an answer."""

import html
import re

from bootstrap import CELL_ID, launch_links
from mistakes import with_code
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from notebook_files import is_answer, is_check, tags
from order_table import order_table
from questions import as_script, question
from set_repository import public_address

from sepconv.exercises import find

STUB = "...  # your answer"
_ROCKET = "with the rocket above, or " if public_address() else ""
_HOW_TO_READ = f"""

What is a choice, a number or an order of lines can be answered here. To write functions and have them checked, open this notebook:
{_ROCKET}[on your own machine](../docs/ways_in.md). Hints and a model answer are folded under each check.

<p class="for-print" hidden><button type="button">Print as a worksheet</button>, without hints and answers</p>"""
_REGION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION$", re.MULTILINE | re.DOTALL)
# How to answer in a notebook; a page says it of its forms.
_ONLY_IN_CELLS = re.compile(
    r" Fill in the `\.\.\.`, run the cell, then run the check below it\."
    r"| (Write|Answer with) the letters of the others in order(, as a string such as `?\"CAB\"`?)?\."
)
_COLORS = re.compile(r"\x1b\[[0-9;]*m")


def exercise_page(solution: NotebookNode, path: str, orders=order_table) -> NotebookNode:
    """Return the page as a notebook; the first argument is changed.

    Parameters
    ----------
    solution : NotebookNode
    path : str
        That of the exercises, such as "exercises/06_groups.ipynb".
    orders : callable
        What makes the table of the orders of an exercise.
    """
    cells, answer, answer_cell = [], None, None
    for cell in solution.cells:
        if "solution-only" in tags(cell):
            continue
        if cell.id == CELL_ID:
            cell.metadata["tags"] = [*tags(cell), "remove-cell"]
        elif is_answer(cell):
            answer, answer_cell = without_markers(cell.source), cell
            cell.source, cell.outputs = stub(cell.source), []
        elif is_check(cell):
            said, cell.outputs = _text(cell.outputs), []
            name = _checked_name(cell)
            if data := question(find(name), orders):
                for in_form in (answer_cell, cell):
                    in_form.metadata["tags"] = [*tags(in_form), "in-form"]
                cells += [cell, new_markdown_cell(as_script("course-question", data), id=f"{cell.id}-form")]
            else:
                cells += [cell, new_markdown_cell(ways_to_open(path), id=f"{cell.id}-open")]
            cells.append(new_markdown_cell(folded(name, answer, said), id=f"{cell.id}-folded"))
            continue
        elif cell.source.startswith("review("):  # it asks about a learner's own record
            cell.metadata["tags"] = [*tags(cell), "remove-cell"]
        elif "where_to_start(" in cell.source:
            cell.outputs = []  # what it says of six right answers is no advice to a reader
        elif cell.cell_type == "markdown":
            cell.source = _labeled(cell)
        cells.append(cell)
    solution.cells = cells
    title = solution.cells[0]
    title.source = title.source.replace(": solutions\n", ": exercises\n", 1) + _HOW_TO_READ
    return solution


def ways_to_open(path: str) -> str:
    """Return a paragraph of HTML: where an exercise that needs Python can be worked on.

    Parameters
    ----------
    path : str
        That of the exercises; without an address of the repository nothing on the web opens it.
    """
    links = launch_links(path) if public_address() else {}
    ways = [f'<a href="{html.escape(address)}">{name}</a>' for name, address in links.items()]
    own = f"your JupyterLab: run <code>python3 course.py lab</code> in the course's folder, then open <code>my/{path}</code>"
    return f'<p class="open-in">This needs Python. Open it in {" or ".join([", ".join(ways), own] if ways else [own])}.</p>'


def stub(source: str) -> str:
    """Return an answer cell as the exercise notebook has it."""
    return _REGION.sub(rf"\1{STUB}", source)


def without_markers(source: str) -> str:
    """Return an answer cell without the lines that the cutter reads."""
    return re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", source, flags=re.MULTILINE).rstrip()


def folded(name: str, answer: str, said: str) -> str:
    """Return the hints and the model answer of an exercise, each behind a summary, as Markdown."""
    parts = [
        f'<details class="hint" data-exercise="{name}"><summary>Hint {number}</summary>\n\n<p>{with_code(hint)}</p>\n\n</details>'
        for number, hint in enumerate(find(name).hints, start=1)
    ]
    said = f'\n\n<p class="said">check says:</p>\n\n```text\n{said}\n```' if said else ""
    parts.append(
        f'<details class="answer" data-exercise="{name}"><summary>A model answer</summary>\n\n'
        f"```python\n{answer}\n```{said}\n\n</details>"
    )
    return "\n\n".join(parts)


def _checked_name(cell):
    return re.search(r"""check\(\s*["'](\w+)["']""", cell.source)[1]


def _text(outputs):
    return _COLORS.sub("", "".join(output.get("text", "") for output in outputs)).strip()


def _labeled(cell):
    """Give a task a name that other pages can link to: the id of its cell."""
    text = _ONLY_IN_CELLS.sub(r'<span class="in-form">\g<0></span>', cell.source)
    return f"({cell.id})=\n{text}" if cell.id.endswith("-task") and text.startswith("#") else text
