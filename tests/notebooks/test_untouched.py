"""On an untouched exercise notebook every check says "not attempted", and nothing else raises."""

import pytest
from cut_exercises import cut
from notebook_files import find_notebooks, is_check, read
from run_notebooks import execute
from sample_notebooks import by_id, solution


def outcomes(notebook, folder):
    """Execute a notebook and return {cell id: exception name} of the cells that raised."""
    execute(notebook, folder, allow_errors=True)
    return {
        cell.id: output.ename
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    }


@pytest.mark.parametrize("path", find_notebooks(folders=["solutions"]), ids=lambda path: path.stem)
def test_every_check_waits_and_nothing_else_raises(path, tmp_path):
    notebook = cut(read(path), path.name)
    checks = [cell.id for cell in notebook.cells if is_check(cell)]
    assert checks
    assert outcomes(notebook, tmp_path) == dict.fromkeys(checks, "NotAttempted")


def test_a_check_that_passes_and_a_cell_that_raises_are_seen(tmp_path):
    notebook = cut(solution(), "01_sample.ipynb")
    cells = by_id(notebook)
    cells["ex-double-check"].source = "double(2)"
    cells["imports"].source = "1 / 0"
    assert outcomes(notebook, tmp_path) == {"imports": "ZeroDivisionError"}
