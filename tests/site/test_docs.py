"""What the pages of the web edition are made of; test_docs_site.py builds them and looks at them."""

import json
import re
import runpy
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, urlsplit

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_files import ROOT, find_notebooks, is_answer, is_check, read
from set_repository import PLACEHOLDER

import sepconv
from sepconv.exercises import all_exercises, find

sys.path.insert(0, str(ROOT / "docs/_ext"))
import exercise_pages
import staging
from api_page import api_page
from exercise_pages import STUB, exercise_page, folded, stub, ways_to_open
from mistakes import as_diff, mistakes_page, what_is_said
from offline import leave_out, write_worker
from staging import lesson_page, point_links, stage

GITHUB = "https://github.com/ada/conv"


def no_orders(exercise):
    """Stands for the table of all orders, since running them takes a minute."""
    return []


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """Sources of the whole site: (folder, paths of the pages)."""
    folder = tmp_path_factory.mktemp("staged")
    return folder, stage(folder, orders=no_orders)


def solutions():
    return find_notebooks(folders=["solutions"])


def test_every_notebook_is_a_page_and_every_page_is_in_the_table_of_contents(staged):
    folder, pages = staged
    lessons = {f"notebooks/{path.name}" for path in find_notebooks(folders=["notebooks"])}
    exercises = {f"exercises/{path.name}" for path in solutions()}
    assert lessons | exercises <= set(pages)
    index = (folder / "index.md").read_text(encoding="utf-8")
    listed = set(
        re.findall(r"^(?:.*<)?((?:notebooks|docs|sepconv)/[\w/]+|CONTRIBUTING)>?$", index, re.MULTILINE)
    )
    assert listed == {page.rsplit(".", 1)[0] for page in set(pages) - exercises} - {"index"}
    for path in solutions():
        lesson = read(folder / "notebooks" / path.name)
        assert f"Exercises <../exercises/{path.stem}>" in lesson.cells[-1].source


def test_staged_links_lead_to_pages_or_to_the_repository(staged):
    folder, pages = staged
    for page in pages:
        for target in re.findall(r"\]\(([^)\s]+)\)", _prose(folder / page)):
            if not urlsplit(target).scheme and not target.startswith("#"):
                assert (folder / page).parent.joinpath(target.split("#")[0]).exists(), f"{page}: {target}"


@pytest.mark.parametrize("path", solutions(), ids=lambda path: path.stem)
def test_stubs_are_those_of_the_exercise_notebook(path):
    from cut_exercises import cut

    cells = {cell.id: cell for cell in cut(read(path), path.name).cells}
    answers = [cell for cell in read(path).cells if is_answer(cell) and cell.id in cells]
    assert answers
    for cell in answers:
        assert stub(cell.source) == cells[cell.id].source
    page = exercise_page(read(path), path.name, no_orders)
    shown = [cell.id for cell in page.cells if not cell.id.endswith(("-folded", "-form", "-open"))]
    assert shown == list(cells)


@pytest.mark.parametrize("path", solutions(), ids=lambda path: path.stem)
def test_answers_and_hints_are_folded_and_nothing_else_gives_them_away(path):
    page, model = exercise_page(read(path), path.name, no_orders), read(path)
    folded = {
        cell.id.removesuffix("-folded"): cell.source for cell in page.cells if cell.id.endswith("-folded")
    }
    assert set(folded) == {
        cell.id
        for cell in model.cells
        if is_check(cell) and "solution-only" not in cell.metadata.get("tags", [])
    }
    for check, text in folded.items():
        for opening in re.split(r"<details class=\"(?:hint|answer)\"><summary>[^<]+</summary>", text)[1:]:
            assert "</details>" in opening
        assert text.startswith("<details")
        assert "SOLUTION" not in text, check
        assert "\x1b" not in text
    for cell in page.cells:
        if is_answer(cell) or is_check(cell):
            assert not cell.outputs
        assert "SOLUTION" not in cell.source


def test_the_folded_part_holds_every_hint_the_answer_and_what_check_says():
    page = exercise_page(read(ROOT / "solutions/06_groups.ipynb"), "exercises/06_groups.ipynb", no_orders)
    text = next(cell.source for cell in page.cells if cell.id == "ex-grouped-params-check-folded")
    assert "look for the argument <code>groups</code> alone" in folded("which_are_depthwise", "", "")
    assert text.count('class="hint"') == len(find("grouped_params").hints)
    assert "    return weights + biases\n```" in text
    assert "Correct: grouped_params (2 points)" in text
    answer = next(cell.source for cell in page.cells if cell.id == "ex-grouped-params-answer")
    assert STUB in answer
    assert "weights" not in answer.split('"""')[2]


def test_what_needs_python_says_where_to_open_it_and_links_only_to_an_address(monkeypatch):
    path = "exercises/06_groups.ipynb"
    page = exercise_page(read(ROOT / "solutions/06_groups.ipynb"), path, no_orders)
    opened = {cell.id for cell in page.cells if cell.id.endswith("-open")}
    assert "ex-grouped-params-check-open" in opened
    monkeypatch.setattr(exercise_pages, "public_address", lambda: None)
    own = (
        "your JupyterLab: run <code>python3 course.py lab</code> in the course's folder, then open <code>my/"
    )
    assert ways_to_open(path) == f'<p class="open-in">This needs Python. Open it in {own}{path}</code>.</p>'
    monkeypatch.setattr(exercise_pages, "public_address", lambda: GITHUB)
    said = ways_to_open(path)
    assert re.findall(r">(\w+)</a>", said) == ["Colab", "Binder"]
    assert said.count(quote(path, safe="/")) >= 2
    assert own in said


def test_a_guess_gets_a_field_and_the_cell_that_reveals_it_is_known():
    shown = nbformat.v4.new_output(
        "display_data",
        {"text/plain": "Your guess: none yet."},
        metadata={"guess": "05_weights", "came_out": 12},
    )
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell("import x", id="bootstrap"),
        new_code_cell('my_guess = "?"  # a number', id="guess"),
        new_markdown_cell("How to see it.", id="between"),
        new_code_cell("reveal()", id="run", outputs=[shown]),
        new_code_cell("2", id="more"),
    ]
    page = lesson_page(new_notebook(cells=cells))
    assert [cell.id for cell in page.cells][2:5] == ["guess", "guess-field", "between"]
    data = json.loads(re.search(r">(.*)</script>", page.cells[3].source)[1])
    assert (data["name"], data["label"], data["right"]) == ("05_weights", "a number", [12])
    assert {cell.id: cell.metadata.get("tags", []) for cell in page.cells if cell.cell_type == "code"} == {
        "bootstrap": ["remove-cell"],
        "guess": ["in-form"],
        "run": ["reveals"],
        "more": [],
    }
    assert page.cells[5].outputs == []


def test_every_guess_and_question_of_the_course_has_its_data(staged):
    folder, _ = staged
    guesses = stored = questions = 0
    for path in [*(folder / "notebooks").glob("*.ipynb"), *(folder / "exercises").glob("*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        guesses += text.count("course-guess")
        questions += text.count("course-question")
        assert "Your guess: none yet." not in text
    for path in find_notebooks(folders=["notebooks"]):
        text = path.read_text(encoding="utf-8")
        stored += text.count('"guess": "') - text.count(
            '"came_out": null'
        )  # no graphics card: nothing to compare
    assert guesses == stored > 100
    assert questions == sum(
        exercise.kind in ("number", "choice", "order") and not exercise.facts for exercise in all_exercises()
    )


def test_the_service_worker_keeps_all_but_sources_and_is_another_after_a_change(tmp_path):
    for name in ("index.html", "a/b.html", "_sources/a/b.ipynb", "_static/scripts/fontawesome.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(
            '<p>x</p>\n  <script defer src="../_static/scripts/fontawesome.js?digest=1"></script>'
        )
    leave_out(tmp_path)
    write_worker(tmp_path)
    first = (tmp_path / "sw.js").read_text()
    assert json.loads(re.search(r"FILES = (\[.*?\]);", first, re.DOTALL)[1]) == ["a/b.html", "index.html"]
    assert (tmp_path / "index.html").read_text() == "<p>x</p>"
    write_worker(tmp_path)
    assert (tmp_path / "sw.js").read_text() == first
    (tmp_path / "index.html").write_text("<p>y</p>")
    write_worker(tmp_path)
    assert (tmp_path / "sw.js").read_text() != first


def test_only_the_page_of_the_search_loads_the_index_and_no_style_names_icons_that_are_gone(tmp_path):
    scripts = "".join(
        f'\n<script src="_static/{name}.js"></script>' for name in ("searchtools", "language_data")
    )
    scripts += '\n<script src="../searchindex.js?v=1"></script>'
    for name in ("index.html", "search.html"):
        (tmp_path / name).write_text(f'<script src="_static/course.js"></script>{scripts}')
    (tmp_path / "theme.css").write_text('.fa-a,.fa-b{--fa:"\\30 "}.fa-lg{font-size:1.25em}')
    leave_out(tmp_path)
    assert (tmp_path / "index.html").read_text() == '<script src="_static/course.js"></script>'
    assert scripts in (tmp_path / "search.html").read_text()
    assert (tmp_path / "theme.css").read_text() == ".fa-lg{font-size:1.25em}"


def test_script_and_style_are_small():
    assert (ROOT / "docs/_static/course.js").stat().st_size <= 60_000


@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_no_stored_table_has_a_heading_without_a_word(folder):
    for path in find_notebooks(folders=[folder]):
        assert not re.search(r"<th[^>]*></th>", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](02_channels.ipynb#x)", "[a](02_channels.ipynb#x)"),
        (
            "[a](../sepconv/convolution/layers.py#L3)",
            f"[a]({GITHUB}/blob/main/sepconv/convolution/layers.py#L3)",
        ),
        ("[a](../tests)", f"[a]({GITHUB}/tree/main/tests)"),
        ("[a](../../elsewhere.md)", "[a](../../elsewhere.md)"),
        ("[a](missing.md)", "[a](missing.md)"),
        ("[a](https://example.org/b)", "[a](https://example.org/b)"),
    ],
)
def test_links_to_what_is_no_page_lead_to_the_repository(link, expected, monkeypatch):
    monkeypatch.setattr(staging, "public_address", lambda root: GITHUB)
    assert point_links(link, "notebooks/01_one_pixel.ipynb", ["notebooks/02_channels.ipynb"]) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](02_channels.ipynb#x)", "[a](02_channels.ipynb#x)"),
        ("[LICENSE](../LICENSE)", "`LICENSE`"),
        ("[`layers.py`](../sepconv/convolution/layers.py#L3)", "`sepconv/convolution/layers.py`"),
        ("see [the `x[0]` of it](../tests) here", "see the `x[0]` of it (`tests`) here"),
        ("[a](missing.md)", "[a](missing.md)"),
    ],
)
def test_without_an_address_such_a_link_names_the_file(link, expected, monkeypatch):
    monkeypatch.setattr(staging, "public_address", lambda root: None)
    assert point_links(link, "notebooks/01_one_pixel.ipynb", ["notebooks/02_channels.ipynb"]) == expected


def test_without_an_address_no_page_links_to_a_repository(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "public_address", lambda root: None)
    for page in stage(tmp_path, orders=no_orders):
        assert PLACEHOLDER not in _prose(tmp_path / page), page
    assert "`LICENSE`" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_buttons_lead_to_the_repository_only_if_it_has_an_address():
    conf = runpy.run_path(str(ROOT / "docs/conf.py"))
    options = conf["theme_options"](GITHUB)
    assert options["repository_url"] == GITHUB
    assert set(options["launch_buttons"]) == {"colab_url", "binderhub_url", "notebook_interface"}
    buttons = {
        "repository_url",
        "repository_branch",
        "path_to_docs",
        "use_repository_button",
        "use_issues_button",
        "launch_buttons",
    }
    assert set(options) - set(conf["theme_options"](None)) == buttons
    assert conf["site_address"](GITHUB) == "https://ada.github.io/conv/"
    assert conf["site_address"]("https://github.com/Ada/ada.github.io") == "https://ada.github.io/"
    assert conf["site_address"](None) == ""


def test_the_page_of_mistakes_has_them_all_and_no_answer():
    page = mistakes_page()
    exercises = [exercise for exercise in all_exercises() if exercise.misconceptions]
    assert page.count('class="mistake-id"') == sum(len(exercise.misconceptions) for exercise in exercises)
    assert re.findall(r"^### (\w+)$", page, re.MULTILINE)
    assert set(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == {exercise.name for exercise in exercises}
    assert (
        f"These are the {sum(len(exercise.misconceptions) for exercise in exercises)} that have a name"
        in page
    )
    visible = re.sub(r"</summary>.*?</details>", "", page, flags=re.DOTALL)
    said = [_as_html(what_is_said(exercise, m)) for exercise in exercises for m in exercise.misconceptions]
    assert len(list(filter(None, said))) > 0.9 * len(said)
    for text in filter(None, said):
        assert f"<p>{text}</p><" in page
        assert text not in visible
    assert '<code class="edit">' in page
    assert not re.search(r"<del>|<ins>", visible)


def mistake(exercise, id):
    return exercise, next(m for m in exercise.misconceptions if m.id == id)


def test_an_edit_is_shown_as_the_lines_that_differ_and_those_beside_them():
    assert as_diff(*mistake(find("out_size"), "M42")) == [
        '  """Count the output pixels along one axis."""',
        "− span = dilation * (k - 1) + 1",
        "+ span = dilation * k",
        "  return (size + 2 * padding - span) // stride + 1",
    ]
    in_an_order = as_diff(*mistake(find("parsons_loops"), "S15"))
    assert in_an_order[1].startswith("−                 y[i, j] += x[")
    assert in_an_order[2].startswith("+                 y[i, j] = x[")
    of_a_number = as_diff(*mistake(find("pixel_by_hand"), "M43"))
    assert "+ return int((window * w[::-1, ::-1]).sum())" in of_a_number


def test_a_program_of_its_own_and_a_value_are_shown_against_the_right_one():
    of_its_own = as_diff(*mistake(find("receptive_field"), "S39"))
    assert "+ seen = {0}" in [line.replace("+     ", "+ ") for line in of_its_own]
    assert not any("_without_gaps" in line for line in of_its_own)  # it bears the name of the exercise
    assert any(line.startswith("−") for line in of_its_own)
    a_lambda = as_diff(*mistake(find("fit_the_budget"), "M71"))
    assert a_lambda[-1].strip("+ ") == "return (32, 64, 128)"
    assert as_diff(*mistake(find("layer_of_36_weights"), "S205")) == [
        "  'dilation': 1", "− 'groups': 4", "+ 'groups': 2", "  'depth_multiplier': 1",
    ]  # fmt: skip


def test_every_mistake_but_a_letter_is_shown_in_a_few_lines_without_an_empty_one():
    for exercise in all_exercises():
        for m in exercise.misconceptions:
            lines = as_diff(exercise, m)
            assert bool(lines) == (exercise.kind == "order" or not isinstance(m.wrong, str))
            assert len(lines) <= (16 if m.given.edits else 40), (exercise.name, m.id, len(lines))
            assert all(line[0] in "−+ …" and line.strip() for line in lines)
            assert not lines or any(line[0] in "−+" for line in lines)


def test_the_reference_has_every_public_name():
    assert (
        sorted(re.findall(r"^\.\. auto(?:class|function):: (\w+)$", api_page(), re.MULTILINE))
        == sepconv.__all__
    )


def test_formulas_become_mathml_and_nothing_is_left_of_their_latex():
    from docutils.utils.math.latex2mathml import tex2mathml

    for path in [*find_notebooks(folders=["notebooks"]), *solutions()]:
        for cell in read(path).cells:
            text = (
                re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
                if cell.cell_type == "markdown"
                else ""
            )
            for formula in re.findall(r"\$\$?([^$]+)\$\$?", text):
                drawn = tex2mathml(formula, as_block=True)
                assert drawn.startswith("<math"), path
                assert not re.search(r"\\[a-z]", re.sub(r"<[^>]+>", "", drawn).replace("\\_", "")), (
                    path,
                    formula,
                )


def _prose(path):
    """Return the text of a page's source outside of code."""
    if path.suffix == ".ipynb":
        text = "\n\n".join(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _as_html(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


# --- links to other people's pages


class Pages(BaseHTTPRequestHandler):
    """Answers with the status that the path asks for."""

    def do_HEAD(self):
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.mark.parametrize("states", [(200, 401), (200, 404)])
def test_a_page_that_is_gone_is_named(states):
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        page = "# Links\n\n" + " ".join(f"[{state}]({address}/{state}#part)" for state in states)
        code = (
            "import sys; sys.path[:0] = ['docs', 'docs/_ext', 'tools']; import build\n"
            f"build.stage = lambda folder, orders: (folder / 'index.md').write_text({page!r})\nsys.exit(build.check_links())"
        )
        run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
        server.shutdown()
    assert run.returncode == (404 in states), run.stderr
    assert (f"{address}/404" in run.stdout + run.stderr) == (404 in states)
    assert f"{address}/200" not in run.stdout + run.stderr
