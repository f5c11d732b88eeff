"""Every notebook in a real JupyterLab in Chromium."""

import base64
from pathlib import Path

import nbformat
import pytest
from cut_exercises import cut_text
from jupyter_page import LabServer, find_browser, open_browser, run_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from normalise_notebooks import KERNEL
from notebook_files import find_notebooks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        find_browser() is None, reason="no Chromium: the browser tests are left out; apt-get install chromium"
    ),
]

BUDGET_SECONDS, BUDGET_MEGABYTES = 15, 600
# Seconds of two notebooks whose trainings are shortened here, and which still train several nets.
TRAININGS = {"12_train_the_twins": 30, "13_where_it_lives_now": 30}
TOLERATED = 4  # times the budget: a busy machine is not a slow lesson


def title(path):
    return path.stem


@pytest.fixture(scope="module")  # not the session: Playwright's event loop would stay in other tests' way
def lab():
    with LabServer() as server, open_browser() as browser:

        def run(path, text=None, **options):
            return run_notebook(browser, server, server.add(path, text), **options)

        yield run


@pytest.fixture
def run_cells(lab, tmp_path):
    """Run a notebook made of the given cells."""

    def run(*cells):
        return lab(_saved(tmp_path / "sample.ipynb", cells))

    return run


def announce(capsys, path, report):
    with capsys.disabled():
        print(
            f"\n{path.parent.name}/{path.name}: Run All {report.seconds:.1f} s, {report.kernel_megabytes:.0f} MB"
        )


def assert_within_budget(report, path):
    assert report.seconds <= TOLERATED * TRAININGS.get(path.stem, BUDGET_SECONDS)
    assert 0 < report.kernel_megabytes <= TOLERATED * BUDGET_MEGABYTES


@pytest.mark.parametrize(
    "path", [path for path in find_notebooks(folders=["notebooks"]) if path.stem != "glossary"], ids=title
)
def test_lesson_runs_in_jupyterlab(lab, capsys, path):
    report = lab(path)
    assert report.problems == []
    assert report.errors == []
    announce(capsys, path, report)
    assert_within_budget(report, path)


@pytest.mark.full
@pytest.mark.parametrize("path", find_notebooks(folders=["solutions"]), ids=title)
def test_solution_runs_in_jupyterlab(lab, capsys, path):
    report = lab(path)
    assert report.problems == []
    assert report.errors == []
    announce(capsys, path, report)
    assert_within_budget(report, path)


@pytest.mark.full
@pytest.mark.parametrize("path", find_notebooks(folders=["solutions"]), ids=title)
def test_untouched_exercises_wait_in_jupyterlab(lab, capsys, path):
    # The cut, not the file in exercises/: a learner may have answered there.
    exercise = path.parent.parent / "exercises" / path.name
    report = lab(exercise, cut_text(path.read_text(encoding="utf-8"), path.name))
    assert report.problems == []
    announce(capsys, exercise, report)
    checks = [cell["id"] for cell in report.cells if "raises-exception" in cell["tags"]]
    assert checks
    assert [(cell_id, name) for cell_id, name, _ in report.errors] == [(c, "NotAttempted") for c in checks]
    assert_within_budget(report, path)


def test_a_sound_notebook_is_reported_sound(run_cells):
    pixel = base64.b64encode(_png()).decode()
    report = run_cells(
        new_markdown_cell("# Title", id="title"),
        new_code_cell("size = 3\nsize", id="size"),
        new_code_cell(
            _display(f"<img alt='one gray pixel' src='data:image/png;base64,{pixel}'>"), id="picture"
        ),
    )
    assert (report.errors, report.problems) == ([], [])
    assert [cell["count"] for cell in report.cells] == [1, 2]
    assert report.seconds > 0
    assert report.kernel_megabytes > 10


def test_a_raising_cell_is_reported_and_so_is_what_did_not_run(run_cells):
    report = run_cells(new_code_cell("1 / 0", id="divide"), new_code_cell("1", execution_count=7, id="after"))
    assert report.errors == [("divide", "ZeroDivisionError", "division by zero")]
    assert report.problems == ["cell 'after' did not run"]


def test_stderr_is_reported(run_cells):
    report = run_cells(new_code_cell("import warnings\nwarnings.warn('mind the gap')", id="warn"))
    assert len(report.problems) == 1
    assert "cell 'warn' wrote to stderr" in report.problems[0]
    assert "mind the gap" in report.problems[0]


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<img alt='a picture that is broken' src='data:image/png;base64,AAAA'>", "without pixels"),
        ("<img src='data:image/png;base64,PIXEL'>", "without an alt text"),
    ],
)
def test_a_bad_picture_is_reported(run_cells, html, complaint):
    html = html.replace("PIXEL", base64.b64encode(_png()).decode())
    # Far below the first screenful: JupyterLab has it in the page only once it is scrolled to.
    filler = [new_markdown_cell("word " * 400, id=f"text-{letter}") for letter in "abcdefgh"]
    report = run_cells(new_code_cell("1", id="first"), *filler, new_code_cell(_display(html), id="picture"))
    assert any(complaint in problem and "'picture'" in problem for problem in report.problems), (
        report.problems
    )


@pytest.mark.parametrize(
    "code",
    [
        "setTimeout(() => { throw new Error('lost in the page') })",
        "Promise.reject(new Error('lost in the page'))",
    ],
)
def test_a_page_error_is_reported(run_cells, code):
    report = run_cells(new_code_cell(_display(f"<script>{code}</script>"), id="script"))
    assert any("page error" in problem and "lost in the page" in problem for problem in report.problems)


def test_a_request_to_another_host_is_reported_and_refused(run_cells):
    report = run_cells(
        new_code_cell(_display("<img alt='from afar' src='https://example.org/a.png'>"), id="afar")
    )
    assert "outside request: https://example.org/a.png" in report.problems
    assert any("without pixels" in problem for problem in report.problems)


def test_a_picture_of_every_screenful_is_saved(lab, tmp_path):
    cells = [new_markdown_cell("word " * 2000, id="long"), new_code_cell("1", id="last")]
    path = _saved(tmp_path / "long.ipynb", cells)
    report = lab(path, run=False, theme="dark", pictures=tmp_path / "looked" / "dark")
    pictures = sorted(path.name for path in Path(tmp_path / "looked").iterdir())
    assert len(pictures) >= 2
    assert pictures[0] == "dark-01.png"
    assert report.seconds is None
    assert report.cells[0]["count"] is None


def _saved(path, cells):
    nbformat.write(new_notebook(cells=list(cells), metadata={"kernelspec": KERNEL}), path)
    return path


def _display(html):
    return f"from IPython.display import HTML, display\ndisplay(HTML({html!r}))"


def _png():
    return base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
    )
