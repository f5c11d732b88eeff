"""Each rule of notebook_lint and number_rule can fail."""

import notebook_lint
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from number_rule import unsupported_numbers
from sample_notebooks import by_id, grading, solution

IMAGE = '<figure><img alt="{}" src="data:image/png;base64,AAAA"></figure>'


def notebook_of(*cells):
    return new_notebook(cells=list(cells))


def code(source="1", cell_id="some-code", **values):
    return new_code_cell(source, id=cell_id, **values)


def text(source, cell_id="some-text", **values):
    return new_markdown_cell(source, id=cell_id, **values)


def shown(**data):
    types = {kind.replace("_", "/").replace("svg/xml", "svg+xml"): value for kind, value in data.items()}
    return notebook_of(code(execution_count=1, outputs=[new_output("display_data", types)]))


def test_a_sound_notebook_has_no_complaints():
    notebook = solution()
    assert notebook_lint.opening(notebook) == []
    assert notebook_lint.code_length(notebook) == []
    assert notebook_lint.prose_length(notebook) == []
    assert notebook_lint.ids(notebook) == []
    assert notebook_lint.forbidden_text(notebook) == []
    assert notebook_lint.known_tags(notebook, is_exercise=False) == []
    assert notebook_lint.clean(notebook) == []


def test_opening():
    assert notebook_lint.opening(notebook_of(code(cell_id="imports"), code(cell_id="bootstrap")))


@pytest.mark.parametrize(
    ("source", "complaints"),
    [
        ("24. A group of channels", 1),
        ("First a line.\n\n6) Then this", 1),
        ("1. one\n2. two\n\n3. three", 0),
        ("It is\n24. Not a paragraph", 0),
        ("24 of 36. A group", 0),
    ],
)
def test_accidental_lists(source, complaints):
    assert len(notebook_lint.accidental_lists(notebook_of(text(source)))) == complaints


@pytest.mark.parametrize(
    ("lengths", "complaint"),
    [
        ([26, *[1] * 10], "has 26 lines"),
        ([7, 7, 1], "median"),
        ([*[1] * 8, 16, 16], "90th percentile"),
        ([*[6] * 9, 25], None),
        ([6, 6, 20, *[1] * 7], None),
    ],
)
def test_code_length(lengths, complaint):
    cells = [code("x = 1\n\n" * n, cell_id=f"code-{i}") for i, n in enumerate(lengths)]
    complaints = notebook_lint.code_length(
        notebook_of(code("\n".join("x" * 40), cell_id="bootstrap"), *cells)
    )
    assert [complaint in found for found in complaints] == ([True] if complaint else [])


@pytest.mark.parametrize(
    ("prose", "allowed"),
    [
        ("word " * 150, True),
        ("word " * 151, False),
        ("word " * 150 + "<details><summary>Hint</summary>\n\nmore words\n\n</details>", True),
        ("word " * 149 + "[link](with-words-in-its-address.html)", True),
        ("word " * 150 + "\n\n```text\na b c\n```", True),
    ],
)
def test_prose_between_two_code_cells(prose, allowed):
    half = len(prose) // 10 * 5
    cells = [text(prose[:half], "one"), text(prose[half:], "two")]
    long_opening, long_end = text("word " * 500, "start"), text("word " * 500, "end")
    notebook = notebook_of(long_opening, code(), *cells, code(cell_id="more-code"), long_end)
    assert (notebook_lint.prose_length(notebook) == []) == allowed


def test_ids():
    notebook = notebook_of(code(cell_id="a1b2c3d4"), code(), code(cell_id="other"))
    notebook.cells[2].id = "some-code"
    assert notebook_lint.ids(notebook) == [
        "cell id 'a1b2c3d4' is not made of words",
        "cell id 'some-code' is used twice",
    ]


@pytest.mark.parametrize(
    "cell",
    [
        code("ax.plot(x);"),
        code("plt.show()"),
        code("display(fig)"),
        text('<div class="alert alert-warning">'),
        text('<div class="admonition tip alert alert-info">'),
        text("::: note"),
        text("> [!NOTE]"),
    ],
)
def test_forbidden_text(cell):
    assert len(notebook_lint.forbidden_text(notebook_of(cell))) == 1


@pytest.mark.parametrize(
    ("metadata", "is_exercise", "complaint"),
    [
        ({"tags": ["nbval-ignore-outputs"]}, False, "unknown tag"),
        ({"tags": ["nbval-skip"]}, False, "unknown tag"),
        ({"tags": ["numbers-quoted"]}, False, "needs its reason"),
        ({"tags": ["numbers-quoted"], "numbers_quoted_because": "quoted from the paper"}, False, None),
        ({"tags": ["raises-exception"]}, True, "raises-exception"),
        ({"tags": ["raises-exception"], **grading("a-check", grade=True)}, True, None),
        ({"tags": ["raises-exception"], **grading("a-check", grade=True)}, False, "raises-exception"),
        (grading("a-check", grade=True), True, "raises-exception"),
    ],
)
def test_tags(metadata, is_exercise, complaint):
    complaints = notebook_lint.known_tags(notebook_of(code(metadata=metadata)), is_exercise)
    assert [complaint in found for found in complaints] == ([True] if complaint else [])


@pytest.mark.parametrize(
    ("notebook", "complaint"),
    [
        (notebook_of(code()), "not executed"),
        (notebook_of(code("")), None),
        (
            notebook_of(code(execution_count=1, outputs=[new_output("stream", name="stderr", text="!")])),
            "stderr",
        ),
        (
            notebook_of(
                code(execution_count=1, outputs=[new_output("error", ename="E", evalue="", traceback=[])])
            ),
            "error",
        ),
        (shown(image_svg_xml="<svg/>"), "SVG"),
        (shown(image_png="AAAA"), "figures.show"),
        (shown(image_png="AAAA", text_html="<b>a picture</b>"), "figures.show"),
        (shown(image_png="AAAA", text_html=IMAGE.format("short")), "shorter than 20"),
        (shown(text_html="<img src='data:image/png;base64,AAAA'>"), "shorter than 20"),
        (shown(image_png="AAAA", text_html=IMAGE.format("a line that rises from one to two")), None),
    ],
)
def test_stored_outputs(notebook, complaint):
    complaints = notebook_lint.stored_outputs(notebook)
    assert [complaint in found for found in complaints] == ([True] if complaint else [])


def test_clean():
    assert notebook_lint.clean(notebook_of(code(execution_count=1)))
    assert notebook_lint.clean(notebook_of(code(outputs=[new_output("stream", text="1")])))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('check("double", double)', None),
        ("double(2)", "has 0 calls of check"),
        ('check("double", 1)\ncheck("double", 2)', "has 2 calls of check"),
        ('check("doubel", double)', "doubel"),
        ('check("triple", triple)', "gives 1 points, the exercise 3"),
    ],
)
def test_check_cells(source, complaint):
    notebook = solution()
    by_id(notebook)["ex-double-check"].source = source
    complaints = notebook_lint.check_cells(notebook, {"double": 1, "triple": 3}.__getitem__)
    assert [complaint in found for found in complaints] == ([True] if complaint else [])


PRINTS_108 = code("print(4 * 27)", outputs=[new_output("stream", text="108\n")])
OPENING = text("# 02 · Channels\n\nHow 108 comes about.", "title")


@pytest.mark.parametrize(
    "prose",
    [
        "It has 108 weights, 27 for each of 4 filters.",
        "See lesson 12 or lessons 10 to 13, [here](p13.html), arXiv:1704.04861, and a paper of 2017.",
        "**Time:** 45 minutes; the exercises 55 more.",
        '<img src="a77.png">',
        "`conv2d` and M22 are names",
    ],
)
def test_numbers_that_are_supported(prose):
    notebook = notebook_of(OPENING, text("## One"), text(prose, "claim"), PRINTS_108)
    assert unsupported_numbers(notebook) == []


@pytest.mark.parametrize(
    ("prose", "number"),
    [
        ("It has 109 weights.", "109"),
        ("It takes 1.5 times as long.", "1.5"),
        ("All 4,231,976 of them.", "4,231,976"),
        ("A `stride=16`.", "16"),
        ("In 2048 channels.", "2048"),
    ],
)
def test_numbers_that_are_not_supported(prose, number):
    notebook = notebook_of(OPENING, text("## One"), text(prose, "claim"), PRINTS_108)
    assert unsupported_numbers(notebook) == [
        f"cell 'claim': no code cell of its section holds or prints {number}"
    ]


def test_a_number_of_another_section_counts_only_where_there_is_no_code():
    summary, other = text("## Summary\n\n108", "summary"), text("## Other\n\n108", "other")
    assert unsupported_numbers(notebook_of(OPENING, PRINTS_108, summary)) == []
    assert len(unsupported_numbers(notebook_of(OPENING, PRINTS_108, other, code(cell_id="more")))) == 1


def test_numbers_in_alt_text_tables_and_separators_count_and_picture_bytes_do_not():
    html = '<img alt="a bar of 432" src="data:image/png;base64,/77/"><td>1,204</td>'
    cell = code("(64,128)\n4_231_976", outputs=[new_output("display_data", {"text/html": html})])
    prose = text("432, 1204, 64, 128, 4,231,976", "claim")
    assert unsupported_numbers(notebook_of(text("# T"), prose, cell)) == []
    assert len(unsupported_numbers(notebook_of(text("# T"), text("77", "claim"), cell))) == 1


def test_a_quoted_number_is_left_out():
    quoted = text("28.1 %", "claim", metadata={"tags": ["numbers-quoted"]})
    assert unsupported_numbers(notebook_of(text("# T"), quoted, code())) == []
