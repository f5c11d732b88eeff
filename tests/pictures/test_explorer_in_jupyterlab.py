"""The explorer in a real JupyterLab: the page tells Python, Python tells the page."""

import contextlib

import nbformat
import pytest
from explorer_pages import in_chromium, listen
from jupyter_page import LabServer, open_browser, run_notebook
from nbformat.v4 import new_code_cell, new_notebook
from normalise_notebooks import KERNEL, WIDGET_VIEW
from notebook_files import ROOT
from run_notebooks import execute

pytestmark = in_chromium

SHOW = "from sepconv import explore\nw = explore(in_channels=4, out_channels=4, groups=2, input_size=5)\nw"
SET = (
    "w.change(in_channels=6, out_channels=6, groups=3)\n"
    "w.weights = [[[[1] * 3] * 3] * 2] * 6\n"
    "w.selected = {'map': 'input', 'channel': 5, 'row': 0, 'column': 0}"
)
SCRIPT = (ROOT / "tools" / "jupyter_page.js").read_text(encoding="utf-8")
RUN_CELL = """async index => {
  const { content } = jupyterapp.shell.currentWidget;
  content.activeCellIndex = index;
  content.mode = "command";
  await jupyterapp.commands.execute("notebook:run-cell");
}"""


@pytest.fixture(scope="module")
def lab():
    with LabServer() as server, open_browser() as context:
        yield server, context


def saved(path, *sources):
    cells = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    return path


@contextlib.contextmanager
def opened(lab, path):
    """Open a notebook; yields the page and what goes wrong on it, requests to its own server left out."""
    server, context = lab
    page, problems = context.new_page(), []
    try:
        page.goto(f"{server.url}/doc/tree/{server.add(path)}?reset")
        page.wait_for_function("window.jupyterapp !== undefined", timeout=120_000)
        page.evaluate(SCRIPT)
        page.evaluate("looking.open('JupyterLab Light')")
        listen(page, problems, own=(f"{server.url}/",))
        yield page, problems
    finally:
        page.close()  # a page left open would keep the next one waiting


def printed(page, index):
    page.evaluate(RUN_CELL, index)
    outputs = page.evaluate("index => looking.codeCells()[index].outputs", index)
    assert [output["output_type"] for output in outputs] == ["stream"], outputs
    return eval("".join(outputs[0]["text"]))


def test_python_sees_what_the_page_does_and_the_page_what_python_does(lab, tmp_path):
    path = saved(tmp_path / "explorer.ipynb", SHOW, "answer = w.answer()", SET)
    with opened(lab, path) as (page, problems):
        page.evaluate(RUN_CELL, 0)
        output, status = page.locator("svg[data-map=output]"), page.locator(".sx [role=status]")
        output.wait_for()
        kept = page.locator("figure.sepconv-explorer iframe")
        kept.wait_for(state="attached")
        assert not kept.is_visible()
        assert kept.evaluate("frame => frame.contentDocument.querySelector('.sx')") is None
        output.hover(position={"x": 5, "y": 22})
        page.wait_for_timeout(300)
        assert printed(page, 1)["selected"] == {"map": "output", "channel": 0, "row": 0, "column": 0}
        output.focus()
        for key in ("ArrowRight", "ArrowDown", "PageDown"):
            page.keyboard.press(key)
        assert "output[1, 1, 1]" in status.inner_text()
        # The arrows were the explorer's: the notebook has not moved on to another cell.
        assert page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex") != 2
        page.locator(".sx-groups select").select_option("4")
        page.wait_for_timeout(300)
        answer = printed(page, 1)
        assert answer["groups"] == 4
        assert answer["selected"] == {"map": "output", "channel": 1, "row": 1, "column": 1}
        page.get_by_role("button", name="Puzzle: separable").click()
        page.wait_for_timeout(300)
        assert printed(page, 1)["view"] == "two-stage"
        page.get_by_role("button", name="Puzzle: standard").click()
        page.wait_for_timeout(300)
        page.evaluate(RUN_CELL, 2)
        page.locator(".sx code", has_text="groups=3").wait_for()
        status.filter(
            has_text="input[5, 0, 0] feeds 2 cells: 1 in each of output channels 4 and 5."
        ).wait_for()
        page.get_by_label("numbers in the cells").check()
        assert set(page.locator("svg[data-map=weight] .sx-number").all_text_contents()) == {"1"}
        assert problems == []


def test_a_notebook_is_saved_from_inside_of_the_explorer(lab, tmp_path):
    with opened(lab, saved(tmp_path / "saved.ipynb", SHOW)) as (page, problems):
        page.evaluate(RUN_CELL, 0)
        step = page.get_by_role("button", name="Step forward")
        step.click()
        is_saved = "() => !jupyterapp.shell.currentWidget.context.model.dirty"
        assert not page.evaluate(is_saved)
        page.keyboard.press("Control+s")
        page.wait_for_function(is_saved, timeout=20_000)
        # Without Ctrl a key is the explorer's: "a" would put a cell above.
        page.keyboard.press("a")
        assert page.evaluate("looking.codeCells().length") == 1
        assert problems == []


@pytest.mark.parametrize(
    "broken", ["export const = 1", "export default { render() { throw new Error('lost') } }"]
)
def test_a_broken_explorer_is_reported_where_notebooks_are_run(lab, tmp_path, broken):
    server, context = lab
    code = f"from sepconv.pictures.explorer.widget import Explorer\nclass Broken(Explorer):\n    _esm = {broken!r}\nBroken()"
    report = run_notebook(context, server, server.add(saved(tmp_path / "broken.ipynb", code)))
    assert report.errors == []
    assert any("error" in problem for problem in report.problems), report.problems


def test_the_words_stay_in_a_notebook_that_nobody_trusts(lab, tmp_path):
    notebook = nbformat.read(saved(tmp_path / "stored.ipynb", SHOW), as_version=4)
    execute(notebook, tmp_path)
    assert "widgets" not in notebook.metadata
    live, kept = notebook.cells[0].outputs
    assert list(live.data) == [WIDGET_VIEW]
    notebook.cells[0].outputs = [kept]
    nbformat.write(notebook, tmp_path / "stored.ipynb")
    with opened(lab, tmp_path / "stored.ipynb") as (page, _):
        # JupyterLab does not trust a notebook that comes from elsewhere: the frame goes, the words remain.
        caption = page.locator("figure.sepconv-explorer figcaption")
        caption.wait_for()
        assert "Run this cell to explore a convolution of 4 to 4 channels" in caption.inner_text()
        # The style goes, too, and leaves no words.
        assert page.locator("figure.sepconv-explorer").inner_text().strip() == caption.inner_text()


def test_a_restarted_kernel_is_noticed_and_the_cell_run_again_connects(lab, tmp_path):
    with opened(lab, saved(tmp_path / "restarted.ipynb", SHOW, "answer = w.answer()")) as (page, problems):
        page.evaluate(RUN_CELL, 0)
        lost, output = page.locator(".sx-lost"), page.locator("svg[data-map=output]")
        output.wait_for()
        assert not lost.is_visible()
        page.evaluate("jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()")
        lost.wait_for()
        assert lost.inner_text().startswith("The kernel was restarted")
        page.get_by_role("button", name="Step forward").click()
        assert page.locator(".sx [role=status]").inner_text().startswith("output[0, 0, 0] reads 18")
        page.evaluate(RUN_CELL, 0)
        lost.wait_for(state="hidden")
        output.wait_for()
        page.locator(".sx-groups select").select_option("4")
        page.wait_for_timeout(300)
        assert printed(page, 1)["groups"] == 4
        assert problems == []


def test_a_reopened_notebook_shows_an_explorer_that_needs_no_kernel(lab, tmp_path):
    server, _ = lab
    path = saved(tmp_path / "reopened.ipynb", SHOW)
    live, kept = ".sx svg[data-map=output]", "figure.sepconv-explorer iframe"
    with opened(lab, path) as (page, problems):
        page.evaluate(RUN_CELL, 0)
        page.locator(live).wait_for()
        page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        assert problems == []
    server.stop_kernels()
    with opened(lab, server.folder / path.parent.name / path.name) as (page, _):
        frame = page.frame_locator(kept)
        frame.get_by_role("button", name="Step forward").click()
        assert frame.locator("[role=status]").inner_text().startswith("output[0, 0, 0] reads 18")
        assert not page.get_by_text("model not found").is_visible()
        page.evaluate(RUN_CELL, 0)
        page.locator(live).wait_for()
        page.locator(kept).wait_for(state="attached")
        assert not page.locator(kept).is_visible()
