"""Every picture: what it says to those who cannot see it, what it hands to the notebook, and what it refuses."""

import base64
import html
import io
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from inspect import isfunction, signature

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from sepconv import data, figures
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import LEAST_POINTS, SERIES, series_of

X = np.array([[1, 2, 0, 3, 1], [0, 1, 4, 2, 0], [2, 0, 1, 0, 3], [1, 3, 2, 1, 0]])
W = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
BLUR, EDGES = np.ones((3, 3)) / 9, np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
LAPLACE = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
TWO_GROUPS = np.kron(np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool))
GRAY = data.photo(gray=True)

# Each picture, with what its alt text must say.
PICTURES = {
    "grids": (
        lambda **kw: figures.grids({"x": X, "w": W, "y": [[-6, -3, 5], [-3, 1, 2]]}, signs=("∗", "="), **kw),
        [
            "3 grids",
            "x, input, 4 × 5: [1, 2, 0, 3, 1], [0, 1, 4, 2, 0]",
            "w, weights",
            "y, output",
            "[−6, −3, 5]",
        ],
    ),
    "grids of channels": (
        lambda **kw: figures.grids(
            {"x": np.arange(8).reshape(2, 2, 2), "w": np.full((3, 2, 1, 1), 1 / 3)}, **kw
        ),
        ["2 grids", "2 × 2 × 2: [0, 1], [2, 3]; [4, 5], [6, 7]", "3 × 2 × 1 × 1: [1/3]; [1/3]"],
    ),
    "window": (
        lambda **kw: figures.window(X, W, at=(1, 2), **kw),
        [
            "y[1, 2] holds [4, 2, 0], [1, 0, 3], [2, 1, 0]",
            "[4, 0, 0], [2, 0, −6], [2, 0, 0]",
            "their sum is 2",
        ],
    ),
    "window, padding and stride": (
        lambda **kw: figures.window(X, W, at=(1, 0), stride=2, padding=1, **kw),
        ["padding 1", "stride is 2", "y[1, 0] holds [0, 0, 1], [0, 2, 0], [0, 1, 3]", "their sum is −4"],
    ),
    "window, 1-D": (
        lambda **kw: figures.window([1, 2, 4, 8], [1, 0, -1], at=1, **kw),
        ["y[1] holds [2, 4, 8]", "[2, 0, −8]", "their sum is −6", "[−3, −6]"],
    ),
    "sliding": (
        lambda **kw: figures.sliding(X, W, stride=2, padding=1, **kw),
        [
            "stride is 2",
            "Step 1 reads [0, 0, 0], [0, 1, 2], [0, 0, 1] and writes y[0, 0] = −5.",
            "y[1, 2] = 3.",
        ],
    ),
    "sliding, too many steps": (
        lambda **kw: figures.sliding(X, [[1, 0], [2, 0]], **kw),
        ["Step 8 reads [2, 0], [0, 3] and writes y[1, 3] = 2. The first 8 of 12 steps."],
    ),
    "photo_and_kernels": (
        lambda **kw: figures.photo_and_kernels(
            GRAY, {"blur": BLUR, "edges": EDGES, "wide": np.ones((7, 7)) / 49}, **kw
        ),
        [
            "blur: [1/9, 1/9, 1/9]",
            "edges: [−1, 0, 1], [−2, 0, 2]",
            "7 × 7, all 1/49",
            "output from −3.64 to 3.57",
        ],
    ),
    "image": (
        lambda **kw: figures.image(data.photo(), title="The photo", **kw),
        ["The photo: a color", "240", "308"],
    ),
    "image, gray": (lambda **kw: figures.image(GRAY[::4, ::4], **kw), ["A gray picture", "60", "77"]),
    "flipped": (
        lambda **kw: figures.flipped(GRAY, EDGES, **kw),
        ["up to 7.29", "[−1, 0, 1]", "[1, 0, −1], [2, 0, −2]"],
    ),
    "flipped, symmetric": (
        lambda **kw: figures.flipped(GRAY, LAPLACE, **kw),
        ["no difference", "[1, −4, 1]"],
    ),
    "filter_box": (
        lambda **kw: figures.filter_box(3, 4, 3, **kw),
        [
            "3 input channels",
            "4 output channels",
            "4 filters is a box of 3 × 3 × 3",
            "4 × (3 × 3 × 3) = 108 weights",
        ],
    ),
    "filter_box, flat": (
        lambda **kw: figures.filter_box(1, 2, 5, **kw),
        ["1 input channel,", "2 × (1 × 5 × 5) = 50"],
    ),
    "channels_read": (
        lambda **kw: figures.channels_read(TWO_GROUPS, **kw),
        ["Output 0 reads inputs 0 and 1. ", "Output 3 reads inputs 2 and 3. ", "8 of 4 × 4 = 16"],
    ),
    "channels_read, none and one": (
        lambda **kw: figures.channels_read([[False, False], [False, True]], **kw),
        ["Output 0 reads no input. Output 1 reads input 1. ", "1 of 2 × 2 = 4"],
    ),
    "shapes": (
        lambda **kw: figures.shapes(8, 3, stride=2, **kw),
        [
            "8 input cells",
            "Output 2 reads cells 4, 5 and 6",
            "Never read: cell 7 (1 input cell",
            "⌊5 / 2⌋ + 1 = 3",
        ],
    ),
    "shapes, without the formula": (
        lambda **kw: figures.shapes(8, 3, stride=2, formula=False, **kw),
        ["Output 2 reads cells 4, 5 and 6", "Never read: cell 7"],
    ),
    "shapes, padding and dilation": (
        lambda **kw: figures.shapes(7, 3, stride=2, padding=1, dilation=2, **kw),
        [
            "Output 0 reads cells 1 and 3 and 1 zero of the padding",
            "cells 0, 2, 4 and 6",
            "(7 + 2·1 − 2·(3 − 1) − 1) / 2",
        ],
    ),
    "shapes, only a zero unread": (
        lambda **kw: figures.shapes(4, 3, stride=2, padding=1, **kw),
        ["Never read: 1 zero of the padding. ", "= ⌊3 / 2⌋ + 1 = 2"],
    ),
    "shapes, all read": (lambda **kw: figures.shapes(3, 3, **kw), ["Every cell is read", "= 1"]),
    "dilation_grid": (
        lambda **kw: figures.dilation_grid(3, (1, 2, 3), **kw),
        ["dilation 2 its 9 weights lie in 5 × 5", "span 2·(3 − 1) + 1 = 5", "span 3·(3 − 1) + 1 = 7"],
    ),
    "dilation_grid, one": (
        lambda **kw: figures.dilation_grid(2, 4, **kw),
        ["4 weights", "span 4·(2 − 1) + 1 = 5"],
    ),
    "same_padding": (
        lambda **kw: figures.same_padding(**kw),
        [
            "PyTorch, padding=1 puts 1 zero before and 1 zero after, and gives [3, 9]",
            "0 zeros before",
            "[6, 7]",
        ],
    ),
    "same_padding, odd size": (
        lambda **kw: figures.same_padding([1, 2, 3, 4, 5], [1, 10, 100], **kw),
        ["PyTorch, padding=1 puts 1 zero before and 1 zero after, and gives [210, 432, 54]", "TensorFlow"],
    ),
    "receptive_field": (
        lambda **kw: figures.receptive_field([(3, 1, 1), (3, 2, 1), (3, 1, 1)], **kw),
        [
            "layer 3: k 3, stride 1, dilation 1, reads 3 cells",
            "layer 2",
            "reads 7 cells",
            "sees 9 input cells.",
        ],
    ),
    "receptive_field, holes": (
        lambda **kw: figures.receptive_field([(3, 1, 2), (1, 1, 1)], **kw),
        ["layer 2: k 1", "reads 1 cell;", "sees 5 input cells. 2 cells inside reached by no path"],
    ),
    "puzzle": (
        lambda **kw: figures.puzzle(**kw),
        ["3 to 4", "stride 2", "3 × 4 × 4", "left open"],
    ),
    "bars": (
        lambda **kw: figures.bars(
            {"weights": {"a": 108, "b": 39}, "time in ms": {"a": 1234, "b": 0.5}}, **kw
        ),
        ["2 panels", "weights: a 108, b 39", "time in ms: a 1,234, b 0.5"],
    ),
    "course_map": (
        lambda **kw: figures.course_map(3, **kw),
        ["14 lessons", "You are in lesson 03, Shapes. Next: 04 Counting.", "taken apart in lessons 05 to 08"],
    ),
    "course_map, the last": (
        lambda **kw: figures.course_map(13, **kw),
        ["You are in lesson 13, Where it lives now. It is the last one."],
    ),
}


def drawn(draw):
    """Return the one output that a notebook cell with this call would have."""
    InteractiveShell.instance()
    with capture_output() as captured:
        result = draw()
    assert result is None
    assert captured.stdout == ""
    assert captured.stderr == ""
    assert len(captured.outputs) == 1
    return captured.outputs[0]


def pixels_of(output):
    return Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))


def new_figure():
    from matplotlib.figure import Figure

    return Figure(figsize=(2, 1))


@pytest.fixture(scope="module", params=PICTURES)
def picture(request):
    draw, told = PICTURES[request.param]
    return drawn(lambda: draw(caption="if a < b & c")), told


def test_picture_is_a_figure_with_alt_and_caption(picture):
    output, _ = picture
    assert set(output.data) == {"text/html", "image/png", "text/plain"}
    page = output.data["text/html"]
    found = re.fullmatch(
        r'<figure style="margin:0.5em 0;overflow-x:auto"><img alt="([^"<>]+)" width="\d+" '
        r'style="max-width:100%;min-width:\d+px;height:auto;[^"]*" '
        r'src="data:image/png;base64,([A-Za-z0-9+/=]+)"><figcaption>([^<>]*)</figcaption></figure>',
        page,
    )
    assert found, page[:400]
    alt, encoded, caption = found.groups()
    assert html.unescape(alt) == output.data["text/plain"]
    assert encoded == output.data["image/png"]
    assert caption == "if a &lt; b &amp; c"


def test_alt_text_says_the_numbers(picture):
    output, told = picture
    alt = output.data["text/plain"]
    for words in told:
        assert words in alt
    assert alt.endswith(".")
    assert "  " not in alt
    assert "nan" not in alt
    assert not re.search(r"-\d", alt), "a minus sign is −, which screen readers speak"
    assert 20 <= len(alt) <= 1000


def test_picture_fits_a_notebook(picture):
    output, _ = picture
    assert len(output.data["text/html"]) <= 80_000
    image = pixels_of(output)
    shown = output.metadata["image/png"]
    assert shown["width"] <= 820
    assert shown["height"] <= 800
    assert shown["width"] <= image.width <= 1.6 * shown["width"]
    assert image.width / image.height == pytest.approx(shown["width"] / shown["height"], rel=0.03)


def test_picture_shows_something_on_white(picture):
    output, _ = picture
    colors = np.asarray(pixels_of(output).convert("RGB")).reshape(-1, 3)
    assert len(np.unique(colors, axis=0)) > 8
    has_white = (colors == 255).all(axis=1).any()
    assert has_white or "A gray picture" in output.data["text/plain"]


@pytest.mark.parametrize("lesson", range(14))
def test_course_map_is_small_and_marks_the_lesson(lesson):
    output = drawn(lambda: figures.course_map(lesson))
    assert len(output.data["text/html"]) <= 25_000
    assert f"You are in lesson {lesson:02}, " in output.data["text/plain"]
    assert "figcaption" not in output.data["text/html"]
    colors = np.asarray(pixels_of(output).convert("RGB")).astype(int)
    rows, columns = np.nonzero(np.abs(colors - (213, 94, 0)).sum(axis=2) < 12)  # vermillion
    height, width = colors.shape[:2]
    assert int(columns.mean() / width * 7) == lesson % 7
    assert int(rows.mean() / height * 2) == lesson // 7


def figure_of(monkeypatch, draw):
    figs = []
    monkeypatch.setattr("sepconv.pictures.figures.board.show", lambda fig, **_: figs.append(fig))
    draw()
    (fig,) = figs
    return fig


def words_too_small(monkeypatch, draw):
    """The words of a picture that cannot be read at 100 % zoom."""
    texts = [text for ax in figure_of(monkeypatch, draw).axes for text in ax.texts]
    return [text.get_text() for text in texts if text.get_text() and text.get_fontsize() < LEAST_POINTS - 0.1]


def words_outside(monkeypatch, draw):
    """The words of a picture that do not lie wholly on it."""
    fig = figure_of(monkeypatch, draw)
    renderer, (width, height) = fig.canvas.get_renderer(), fig.bbox.size
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for ax in fig.axes for text in ax.texts]
    return [
        words
        for words, box in boxes
        if words and not (min(box.x0, box.y0) > -1 and box.x1 < width + 1 and box.y1 < height + 1)
    ]


@pytest.mark.parametrize("name", PICTURES)
def test_no_words_are_cut_off_or_too_small(name, monkeypatch):
    assert words_outside(monkeypatch, PICTURES[name][0]) == []
    assert words_too_small(monkeypatch, PICTURES[name][0]) == []


def test_a_long_title_gets_another_line(monkeypatch):
    title = "an edge filter that was given to each of the three channels on its own"
    assert words_outside(monkeypatch, lambda: figures.image(GRAY, title=title)) == []
    assert words_outside(monkeypatch, lambda: figures.image(np.zeros((40, 20)), title=title)) == []


def test_a_title_above_a_color_photo_is_not_tinted():
    blue = data.photo()[[2, 1, 0]]
    title = np.asarray(pixels_of(drawn(lambda: figures.image(blue, title="mixed by w"))).convert("RGB"))[:30]
    assert np.ptp(title.astype(int), axis=2).max() == 0
    assert title.min() == 26


def test_words_that_are_cut_off_are_seen(monkeypatch):
    def draw():
        board = Board(5, 3)
        board.text(1, 1, "far too long for this", bold=True)
        board.show("nothing")

    assert words_outside(monkeypatch, draw) == ["far too long for this"]


def test_a_kind_of_layer_looks_the_same_in_every_picture():
    two = series_of(["standard", "separable"])
    three = series_of(["other", "standard", "pointwise", "depthwise"])
    assert two["standard"] == three["standard"] == SERIES[0]
    assert two["separable"] == three["depthwise"] == SERIES[1]
    assert three["pointwise"] == series_of(["Conv 1×1"])["Conv 1×1"] == SERIES[2]
    assert series_of(["narrow", "standard"])["narrow"] == SERIES[3]  # and not the place of pointwise
    assert series_of(["separable", "depthwise", "standard"])["depthwise"] == SERIES[2]
    assert len(set(three.values())) == 4
    assert list(series_of("abcdef").values()) == list(SERIES)


def test_figures_exports_every_picture_and_no_module_bears_the_name_of_one():
    modules = [name for _, name, _ in pkgutil.iter_modules(figures.__path__)]
    drawn_by = {
        name
        for module in modules
        for name, value in vars(import_module(f"{figures.__name__}.{module}")).items()
        if isfunction(value) and value.__module__.endswith(f".{module}") and not name.startswith("_")
        if "caption" in signature(value).parameters and name != "draw_banks"
    }
    assert len(drawn_by) == 34
    assert [name for name in drawn_by if not isfunction(getattr(figures, name, None))] == []
    assert drawn_by.isdisjoint(modules)


def test_course_map_has_the_titles_of_the_syllabus():
    from sepconv.pictures.figures.course_maps import LESSONS, STAGES

    assert len(LESSONS) == 14
    covered = [lesson for _, first, last in STAGES for lesson in range(first, last + 1)]
    assert covered == list(range(14))


def cells_of_color(output, rgb, tolerance=6):
    """Return how much of the picture has a color."""
    colors = np.asarray(pixels_of(output).convert("RGB")).astype(int)
    return (np.abs(colors - rgb).sum(axis=2) <= tolerance).mean()


def test_colors_follow_the_role():
    blue, orange, green = (207, 229, 242), (251, 230, 188), (196, 232, 220)
    by_name = drawn(lambda: figures.grids({"x": X}))
    assert cells_of_color(by_name, blue) > 0.3
    assert cells_of_color(by_name, orange) == 0
    assert cells_of_color(drawn(lambda: figures.grids({"weights_2": X})), orange) > 0.3
    assert cells_of_color(drawn(lambda: figures.grids({"y": X})), green) > 0.3
    given = drawn(lambda: figures.grids({"x": X}, roles={"x": "output"}))
    assert cells_of_color(given, green) > 0.3
    assert cells_of_color(given, blue) == 0


def test_pictures_of_different_numbers_differ():
    first = drawn(lambda: figures.grids({"x": [1, 2]})).data["image/png"]
    assert first == drawn(lambda: figures.grids({"x": [1, 2]})).data["image/png"]
    assert first != drawn(lambda: figures.grids({"x": [1, 3]})).data["image/png"]


def test_window_marks_the_pixel():
    corner = drawn(lambda: figures.window(X, W, at=(0, 0))).data["image/png"]
    other = drawn(lambda: figures.window(X, W, at=(1, 2))).data["image/png"]
    assert corner != other


def test_numbers_agree_with_the_reference():
    from sepconv.convolution.reference import conv2d

    rng = np.random.default_rng(0)
    x, w = rng.integers(-4, 5, (5, 6)), rng.integers(-3, 4, (3, 2))
    y = conv2d(x[None].astype(float), w[None, None].astype(float), stride=2, padding=1)[0]
    for i, j in np.ndindex(y.shape):
        alt = drawn(lambda i=i, j=j: figures.window(x, w, at=(i, j), stride=2, padding=1)).data["text/plain"]
        assert f"their sum is {y[i, j]:.0f}.".replace("-", "−") in alt


def test_arrays_of_the_caller_are_unchanged():
    x, w, photo = X.copy(), W.copy(), GRAY.copy()
    drawn(lambda: figures.window(x, w, at=(0, 0), padding=1))
    drawn(lambda: figures.flipped(photo, w))
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(w, W)
    np.testing.assert_array_equal(photo, GRAY)


def test_tensors_are_accepted():
    import torch

    tensor = drawn(lambda: figures.grids({"x": torch.arange(3.0)})).data["text/plain"]
    assert "x, input, 3: [0, 1, 2]" in tensor


# show()


def test_show_closes_a_pyplot_figure():
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(figsize=(2, 1))
    axes.plot([1, 2])
    drawn(lambda: figures.show(fig, alt="A line that rises from 1 to 2."))
    assert not plt.fignum_exists(fig.number)


def test_show_escapes_alt():
    alt = 'A picture of "a < b" & nothing else <script>.'
    page = drawn(lambda: figures.show(new_figure(), alt=alt)).data["text/html"]
    assert "<script>" not in page
    found = re.search('alt="([^"]*)"', page).group(1)
    assert html.unescape(found) == alt


def test_show_uses_the_size_of_the_figure():
    from matplotlib.figure import Figure

    output = drawn(
        lambda: figures.show(Figure(figsize=(2, 1), dpi=200), alt="An empty picture, two by one inches.")
    )
    assert output.metadata["image/png"] == {"width": 192, "height": 96}
    assert pixels_of(output).size == (400, 200)
    assert 'width="192"' in output.data["text/html"]


def test_line_colors_are_exact():
    from matplotlib.figure import Figure

    fig = Figure(figsize=(2, 1))
    fig.add_axes((0, 0, 0.5, 1)).set_facecolor("#D55E00")
    image = pixels_of(drawn(lambda: figures.show(fig, alt="The left half is vermillion.")))
    assert image.convert("RGB").getpixel((20, 50)) == (0xD5, 0x5E, 0x00)
    assert image.convert("RGB").getpixel((180, 50)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("alt", "error", "words"),
    [
        ("", ValueError, "20 characters"),
        ("Too short.", ValueError, "20 characters"),
        ("averyveryverylongword", ValueError, "20 characters"),
        ("   a    b    c          ", ValueError, "20 characters"),
        ("my figures/the first picture.png", ValueError, "is a file name"),
        ("No description has been provided for this image", ValueError, "placeholder"),
    ],
)
def test_show_refuses_a_poor_alt(alt, error, words):
    InteractiveShell.instance()
    with capture_output() as captured, pytest.raises(error, match=words):
        figures.show(new_figure(), alt=alt)
    assert captured.outputs == []


def test_show_closes_the_figure_even_if_alt_is_poor():
    import matplotlib.pyplot as plt

    fig = plt.figure()
    with pytest.raises(ValueError, match="20 characters"):
        figures.show(fig, alt="poor")
    assert not plt.fignum_exists(fig.number)


def test_without_ipython_the_alt_text_is_printed_and_nothing_heavy_is_loaded():
    script = (
        "import sys; from sepconv import figures; figures.filter_box(3, 4, 3); "
        "figures.window([1, 2, 4, 8], [1, 0, -1], at=0); "
        "print([m for m in ('torch', 'matplotlib.pyplot') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    first, second, loaded = done.stdout.splitlines()
    assert first.startswith("A convolution with 3 input channels")
    assert first.endswith("= 108 weights.")
    assert "their sum is −3" in second
    assert loaded == "[]"
    assert done.stderr == ""


# Bad input

WRONG = {
    "large": (lambda: figures.grids({"x": np.ones((3, 60))}), ValueError, "cells wide and at most 42"),
    "role's name": (lambda: figures.grids({"x": [1]}, roles={"z": "input"}), ValueError, "roles names 'z'"),
    "signs": (lambda: figures.grids({"x": [1]}, signs=("=",)), ValueError, "argument 2 is longer"),
    "stride": (lambda: figures.sliding(X, W, stride=0), ValueError, "stride=0 must be at least 1"),
    "stride's type": (lambda: figures.sliding(X, W, stride="2"), TypeError, "stride='2'"),
    "picture's shape": (
        lambda: figures.image(np.zeros((4, 5, 3))),
        ValueError,
        r"\(4, 5, 3\); color needs \(3, H, W\)",
    ),
    "picture's holes": (lambda: figures.image(GRAY * np.nan), ValueError, "picture has values from .* to"),
    "picture's range": (
        lambda: figures.image(GRAY * 255),
        ValueError,
        "picture has values from .* between 0 and 1",
    ),
    "c_in": (lambda: figures.filter_box(0, 4, 3), ValueError, "c_in=0 must be at least 1"),
    "k's type": (lambda: figures.filter_box(3, 4, 3.0), TypeError, "k=3.0"),
    "no output": (
        lambda: figures.shapes(8, 3, dilation=4),
        ValueError,
        "spans 9×9 pixels, more than the padded input's 8×8",
    ),
    "dilation": (lambda: figures.dilation_grid(3, (1, 0)), ValueError, "dilation=0 must be at least 1"),
    "even kernel": (
        lambda: figures.same_padding(w=[1, 1]),
        ValueError,
        "w has 2 numbers and must have an odd number of them",
    ),
    "layer": (
        lambda: figures.receptive_field([(3, 1, 1), (3, 0, 1)]),
        ValueError,
        r"\(3, 0, 1\)\]: k, stride and dilation must each be at least 1",
    ),
    "many bars": (
        lambda: figures.bars({"a": dict.fromkeys("abcdefg", 1)}),
        ValueError,
        "7 are to be told apart, and at most 6 can be",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_named(case):
    draw, error, words = WRONG[case]
    with pytest.raises(error, match=words):
        draw()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3, "3"),
        (-3.0, "−3"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (1 / 9, "1/9"),
        (-1 / 16, "−1/16"),
        (0.1234567, "0.12"),
        (1e-17, "0"),
        (2.5e-5, "2.5e−5"),
        (1234567, "1234567"),
    ],
)
def test_numbers_are_short(value, words):
    from sepconv.pictures.figures.wording import number

    assert number(value) == words
