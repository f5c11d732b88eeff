"""The explorer as Python sees it: settings, answers, and what it leaves in a notebook."""

import json
import re
import subprocess
import sys
import zlib
from base64 import b64decode
from html import unescape

import pytest
from notebook_files import find_notebooks, read

from sepconv import explore
from sepconv.pictures.explorer import widget
from sepconv.pictures.explorer.page import FOLDER, compact_module, compact_style, packed_source

KEYS = [
    "view", "in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "depth_multiplier",
    "input_size", "selected",
]  # fmt: skip
CELL = {"map": "output", "channel": 1, "row": 0, "column": 2}
WEIGHT = {"map": "weight", "channel": 1, "input": 0, "row": 2, "column": 1}


def test_an_answer_is_a_plain_dict_and_printed(capsys):
    w = explore(in_channels=6, groups=2, out_channels=4, padding=1)
    w.selected = CELL
    answer = w.answer()
    assert list(answer) == KEYS
    assert type(answer) is dict
    assert type(answer["selected"]) is dict
    assert {type(value) for value in answer.values()} == {str, int, dict}
    assert answer | {"selected": None} == {
        "view": "one", "in_channels": 6, "out_channels": 4, "kernel_size": 3, "stride": 1, "padding": 1, "dilation": 1,
        "groups": 2, "depth_multiplier": 1, "input_size": 6, "selected": None,
    }  # fmt: skip
    assert answer["selected"] == CELL
    assert eval(capsys.readouterr().out) == answer
    answer["selected"]["row"] = 5
    assert w.selected == CELL


def test_an_answer_can_be_set_again():
    w = explore(view="two-stage", in_channels=3, depth_multiplier=2, padding=1)
    w.selected = {"map": "weight", "stage": "pointwise", "channel": 3, "input": 5, "row": 0, "column": 0}
    answer = w.answer()
    selected = answer.pop("selected")
    again = explore(**answer)
    again.selected = selected
    assert again.answer() == w.answer()


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (
            {"groups": 3},
            ValueError,
            "groups=3 must divide in_channels=4 and out_channels=4: only 1, 2 and 4 do",
        ),
        ({"in_channels": 0}, ValueError, "in_channels=0 must be at least 1"),
        ({"in_channels": 17}, ValueError, "in_channels=17 must be at most 16"),
        ({"padding": -1}, ValueError, "padding=-1 must be at least 0"),
        ({"stride": "2"}, TypeError, "stride='2' is of type str; it must be an int of at least 1"),
        ({"stride": True}, TypeError, "stride=True is of type bool"),
        ({"kernel_size": (3, 3)}, TypeError, "kernel_size=(3, 3) is of type tuple"),
        ({"kernel_size": 7}, ValueError, "spans 7 pixels; input_size=6 with padding=0 has only 6"),
        ({"view": "both"}, ValueError, "view='both' must be 'one', 'two-stage' or 'transposed'"),
        ({"view": 2}, TypeError, "view=2 is of type int; it must be 'one', 'two-stage' or 'transposed'"),
        ({"view": "two-stage", "groups": 2}, ValueError, "groups=2 must be 1 in view='two-stage'"),
        ({"depth_multiplier": 2}, ValueError, "groups=4, out_channels=8"),
        ({"view": "transposed", "input_size": 9, "stride": 3}, ValueError, "would have 27×27 pixels"),
        (
            {"view": "transposed", "input_size": 2, "padding": 2},
            ValueError,
            "padding=2 cuts off all of the output: it must be at most 1",
        ),
        ({"view": "transposed", "depth_multiplier": 2}, ValueError, "must be 1 in view='transposed'"),
    ],
)
def test_bad_arguments_are_named(wrong, error, says):
    with pytest.raises(error, match=re.escape(says)):
        explore(**wrong)
    name = "groups" if wrong == {"view": "two-stage", "groups": 2} else list(wrong)[-1]
    w = explore()
    if len(wrong) == 1:
        with pytest.raises(error, match=re.escape(says)):
            setattr(w, name, wrong[name])
    with pytest.raises(error, match=re.escape(says)):
        w.change(**wrong)
    assert w.state() == explore().state()


def test_several_settings_change_at_once():
    w = explore()
    with pytest.raises(ValueError, match="groups=3 must divide") as caught:
        w.groups = 3
    assert "w.change(groups=" in str(caught.value)
    w.change(in_channels=6, out_channels=9, groups=3)
    assert (w.in_channels, w.out_channels, w.groups) == (6, 9, 3)
    with pytest.raises(TypeError, match="color is no setting"):
        w.change(color=1)


@pytest.mark.parametrize(
    ("selected", "error", "says"),
    [
        ("output", TypeError, "must be None or a dict"),
        ({"map": "middle", "channel": 0, "row": 0, "column": 0}, ValueError, "must name a map"),
        ({"map": "output", "channel": 0}, ValueError, "must have the keys map, channel, row, column"),
        (CELL | {"row": 4}, ValueError, "selected['row']=4 must be at most 3"),
        (CELL | {"row": 0.0}, TypeError, "selected['row']=0.0 is of type float"),
        (CELL | {"map": "input", "row": -1}, ValueError, "selected['row']=-1 must be at least 0"),
        (WEIGHT | {"input": 3}, ValueError, "no weight from input channel 3 to output channel 1"),
    ],
)
def test_a_cell_that_is_not_there_cannot_be_selected(selected, error, says):
    w = explore(groups=2)
    w.selected = WEIGHT
    with pytest.raises(error, match=re.escape(says)):
        w.selected = selected
    assert w.selected == WEIGHT


def test_a_transposed_convolution_has_its_own_sizes_and_places():
    w = explore(2, 6, groups=2, stride=2, padding=1, input_size=4, view="transposed")
    assert (len(w.weights), len(w.weights[0])) == (2, 3)
    w.selected = {"map": "weight", "channel": 5, "input": 1, "row": 2, "column": 0}
    with pytest.raises(ValueError, match="no weight from input channel 1 to output channel 2"):
        w.selected = w.selected | {"channel": 2}
    w.selected = {"map": "output", "channel": 5, "row": 7, "column": -1}  # cut off
    with pytest.raises(ValueError, match=re.escape("selected['row']=8 must be at most 7")):
        w.selected = w.selected | {"row": 8}
    with pytest.raises(ValueError, match=re.escape("selected['row']=-1 must be at least 0")):
        w.selected = {"map": "input", "channel": 0, "row": -1, "column": 0}
    assert repr(w) == (
        "Explorer: a convolution of 2 to 6 channels, from 4×4 to 7×7 pixels: a 3×3 transposed convolution, stride 2, "
        "padding 1, groups 2: each input channel feeds 3 of 6 output channels; 54 weights and 864 MACs"
    )
    assert (
        explore(**{k: v for k, v in w.answer().items() if k != "selected"}).answer()["view"] == "transposed"
    )


def test_zeros_of_the_padding_can_be_selected():
    w = explore(padding=1)
    w.selected = {"map": "input", "channel": 0, "row": -1, "column": 6}
    w.padding = 0
    assert w.selected is None


def test_weights_have_the_shape_of_pytorch_and_can_be_set():
    w = explore(4, 6, groups=2, kernel_size=2)
    shape = [len(w.weights), len(w.weights[0]), len(w.weights[0][0]), len(w.weights[0][0][0])]
    assert shape == [6, 2, 2, 2]
    w.weights = [[[[1, 2], [3, -9]]] * 2] * 6
    assert w.weights[5][1] == [[1, 2], [3, -9]]
    for wrong, error in (
        ([1], ValueError),
        ([[[[1, 2], [3, 10]]] * 2] * 6, ValueError),
        ([[[[1, 2], [3, 0.5]]] * 2] * 6, TypeError),
    ):
        with pytest.raises(error, match="weights"):
            w.weights = wrong
    w.kernel_size = 1
    assert w.weights == explore(4, 6, groups=2, kernel_size=1).weights
    two = explore(3, 4, view="two-stage")
    two.weights = {"depthwise": [[[[1] * 3] * 3]] * 3, "pointwise": [[[[2]]] * 3] * 4}
    assert two.weights["pointwise"] == [[[[2]]] * 3] * 4
    with pytest.raises(TypeError, match="keys 'depthwise' and 'pointwise'"):
        two.weights = [1]


def test_a_picture_stands_in_every_channel():
    w = explore(2, 2, input_size=12)
    w.picture = "".join(str((row // 2 + column // 2) % 10) for row in range(24) for column in range(24))
    assert w.inputs[0] == w.inputs[1] == [[(r + q) % 10 for q in range(12)] for r in range(12)]
    assert w.state()["picture"] == w.picture
    w.input_size = 5
    assert {len(row) for row in w.inputs[0]} == {5}
    for wrong, error in (("12", ValueError), ("x" * 576, ValueError), (12, TypeError)):
        with pytest.raises(error, match="picture="):
            w.picture = wrong
    w.picture = ""
    assert w.inputs == explore(2, 2, input_size=5).inputs


def test_it_says_in_words_what_it_shows():
    assert repr(explore(groups=2)) == (
        "Explorer: a convolution of 4 to 4 channels, from 6×6 to 4×4 pixels: a 3×3 convolution, groups 2: each output "
        "channel reads 2 of 4 input channels; 72 weights and 1,152 MACs"
    )


def figure(w):
    return w._kept()["text/html"]


def test_a_notebook_keeps_a_figure_that_needs_nothing_else(monkeypatch):
    shown = []
    monkeypatch.setattr(widget, "display", lambda data, **options: shown.append(data))
    explore(groups=2)._ipython_display_()
    live, data = shown
    # In one output, a view without its model would stand before the figure.
    assert list(live) == ["application/vnd.jupyter.widget-view+json"]
    assert list(data) == ["text/html", "text/plain"]
    assert data["text/plain"].startswith("Explorer: a convolution of 4 to 4 channels")
    html = data["text/html"]
    assert re.search(r"<figcaption>[^<]*Run this cell to explore a convolution of 4 to 4 channels", html)
    page = unescape(re.search(r'srcdoc="([^"]*)"', html).group(1))
    assert "<html lang='en'>" in page
    assert "<title>Convolution explorer</title>" in page
    assert "http" not in page.replace(packed_source(), "")
    assert 'title="Convolution explorer"' in html


def test_stored_output_is_the_same_at_every_run():
    code = "from sepconv import explore; w = explore(groups=2); print(w._kept()['text/html'])"
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert runs == {figure(explore(groups=2)) + "\n"}


def test_budgets():
    files = sum((FOLDER / name).stat().st_size for name in ("explorer.js", "explorer.css"))
    assert files <= 60_000
    largest = explore(16, 16, kernel_size=3, padding=1, input_size=9)
    largest.selected = CELL
    assert len(figure(largest).encode()) <= 30_000


def test_the_module_has_neither_imports_nor_addresses():
    text = (FOLDER / "explorer.js").read_text(encoding="utf-8")
    addresses = set(
        re.findall(r"https?://[^\"' ]+", text + (FOLDER / "explorer.css").read_text(encoding="utf-8"))
    )
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"^\s*import\b|import\(", text, re.MULTILINE)
    assert "document." not in text.replace("ownerDocument.", "")


def test_only_comments_and_indentation_are_left_out():
    packed = json.loads(zlib.decompress(b64decode(packed_source())))
    assert packed == [compact_style(source("explorer.css")), compact_module(source("explorer.js"))]
    text = "// one\nconst a = `x // y`;\n\n  // two\n    return a; // three\n"
    assert compact_module(text) == "const a = `x // y`;\nreturn a; // three\n"
    lines = [line.strip() for line in source("explorer.js").splitlines()]
    assert compact_module(source("explorer.js")).splitlines() == [
        line for line in lines if line and not line.startswith("//")
    ]


def source(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def packed_in(html):
    """Return what an output packs, or None if it is no explorer."""
    if 'class="sepconv-explorer"' not in html:
        return None
    found = re.search(r"packed = '([A-Za-z0-9+/=]+)'", html)
    return json.loads(zlib.decompress(b64decode(found.group(1)))) if found else "of an older form"


def test_notebooks_hold_the_explorer_of_today():
    now = packed_in(figure(explore()))
    assert len(now) == 2
    old = {
        f"{path.parent.name}/{path.name}"
        for path in find_notebooks(folders=["notebooks", "solutions"])
        for cell in read(path).cells
        for output in cell.get("outputs", [])
        if packed_in(output.get("data", {}).get("text/html", "")) not in (None, now)
    }
    assert not old, f"run: python tools/run_notebooks.py {' '.join(sorted(old))}"


def test_importing_it_does_not_load_torch():
    code = "import sys, sepconv; print('anywidget' in sys.modules); from sepconv import explore; print('torch' in sys.modules, 'anywidget' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False", "True"]
