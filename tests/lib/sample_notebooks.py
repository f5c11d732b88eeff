"""Small notebooks on which the rules of the tools are proven."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from normalise_notebooks import normalise
from notebook_files import dump


def grading(grade_id, **values):
    """Return nbgrader's metadata of an answer cell, or with ``grade=True`` of a check cell."""
    check = values.get("grade", False)
    metadata = {"grade": False, "locked": check, "schema_version": 3, "solution": not check, "task": False}
    return {"nbgrader": {**metadata, "grade_id": grade_id, **values}}


ANSWER = '''\
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION'''

STUB = '''\
def double(x):
    """Return twice x."""
    ...  # your answer'''


def solution(answer=ANSWER):
    """Return a solution notebook with one exercise, in its normal form and not executed."""
    cells = [
        new_markdown_cell("# 01 · Sample: solutions\n\nSome solutions stay.", id="title"),
        new_code_cell("", id="bootstrap"),
        new_code_cell("import math", id="imports"),
        new_markdown_cell("Only here.", id="about-solutions", metadata={"tags": ["solution-only"]}),
        new_markdown_cell("Write `double`.", id="ex-double-task"),
        new_code_cell(answer, id="ex-double-answer", metadata=grading("ex-double-answer")),
        new_code_cell(
            "assert double(2) == 4",
            id="ex-double-check",
            metadata=grading("ex-double-check", grade=True, points=1),
        ),
    ]
    return normalise(new_notebook(cells=cells), clean=True)


def solution_text():
    """Return the text of `solution`."""
    return dump(solution())


def by_id(notebook):
    """Return {id: cell}."""
    return {cell.id: cell for cell in notebook.cells}
