"""The explorer as a learner meets it, on a static page in Chromium without a network."""

import re

import numpy as np
import pytest
from explorer_pages import chromium, in_chromium, state_of
from PIL import Image

from sepconv.data import photo
from sepconv.pictures.explorer import page as pages
from sepconv.pictures.explorer.page import static_figure

pytestmark = in_chromium

SELECTED = {"map": "output", "channel": 1, "row": 0, "column": 2}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("pages")) as browser:
        yield browser


def centers(opened, key, level):
    """Return the places on the page of the lit cells of a map."""
    return opened.frame.evaluate(
        """([key, level]) => { const svg = document.querySelector(`svg[data-map=${key}]`), box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll(`.sx-lit.sx-${level}`)].flatMap(path =>
          [...(path.getAttribute("d") ?? "").matchAll(/M([\\d.]+) ([\\d.]+)h([\\d.]+)/g)].map(([, x, y, w]) =>
            [box.left + Number(x) + w / 2, box.top + Number(y) + w / 2])); }""",
        [key, level],
    )


def hover(opened, place):
    box = opened.page.locator("iframe").bounding_box()
    opened.page.mouse.move(box["x"] + place[0], box["y"] + place[1])


def cell_at(opened, key, place):
    """Return the cell that the explorer names when the pointer is at a place."""
    hover(opened, place)
    return tuple(map(int, re.match(rf"{key}\[([-\d, ]+)\]", opened.status()).group(1).split(", ")))


def test_a_static_page_works_without_a_network(browser):
    with browser.open(groups=2, padding=1, selected=SELECTED) as opened:
        assert "reads 18 numbers of input channels 0 and 1 (6 are zeros of the padding)." in opened.status()
        assert opened.fact("PyTorch") == "nn.Conv2d(4, 4, 3, padding=1, groups=2, bias=False)"
        assert opened.fact("weights (no biases)") == "3·3·4·4 / 2 = 72"
        assert opened.fact("MACs") == "72·6·6 = 2,592"
        assert (
            opened.fact("compared with groups = 1") == "144 weights, 5,184 MACs: this layer has 1/2 of both"
        )
        assert opened.fact("compared with separable").endswith("this layer has 1.38 times as many of both")
        assert opened.problems == []
        # The frame is as high as what is in it.
        assert opened.frame.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 0


@pytest.mark.parametrize(
    "broken",
    [
        "export const = 1;",
        "export default 1; throw new Error('lost');",
        "",
        "const host = () => { missing(); };",
    ],
)
def test_a_broken_module_is_caught(browser, monkeypatch, broken):
    monkeypatch.setattr(pages, "read", lambda name: broken if name.endswith(".js") else "")
    pages.packed_source.cache_clear()
    try:
        figure = static_figure(state_of(), "a convolution", 500)
    finally:
        pages.packed_source.cache_clear()
    with browser.open(figure, waits=False) as opened:
        opened.page.wait_for_timeout(500)
        assert any("page error" in problem for problem in opened.problems)


def test_without_scripts_the_caption_says_what_it_is(browser):
    with browser.open(groups=2, waits=False, java_script_enabled=False) as opened:
        assert "Run this cell to explore" in opened.page.locator("figcaption").inner_text()


def test_an_output_lights_just_what_it_reads_under_the_pointer(browser):
    with browser.open(
        in_channels=4, out_channels=4, groups=2, stride=2, dilation=2, kernel_size=2, input_size=7
    ) as opened:
        opened.map("output").hover(position={"x": 5, "y": 22})
        assert opened.status().startswith("output[0, 0, 0] reads 8 numbers of input channels 0 and 1.")
        lit = centers(opened, "input", "near")
        assert len(centers(opened, "weight", "near")) == 8
        opened.page.keyboard.press("Escape")
        found = {cell_at(opened, "input", place) for place in lit}
        assert found == {(i, row, column) for i in (0, 1) for row in (0, 2) for column in (0, 2)}


def test_an_input_lights_just_whom_it_feeds_under_the_pointer(browser):
    with browser.open(
        in_channels=2,
        out_channels=4,
        groups=2,
        input_size=5,
        selected={"map": "input", "channel": 1, "row": 0, "column": 1},
    ) as opened:
        assert opened.status() == "input[1, 0, 1] feeds 4 cells: 2 in each of output channels 2 and 3."
        found = {cell_at(opened, "output", place) for place in centers(opened, "output", "near")}
        assert found == {(o, 0, column) for o in (2, 3) for column in (0, 1)}


def test_a_weight_lights_its_products_and_a_gap_says_why_it_is_none(browser):
    with browser.open(groups=2, padding=1, input_size=4) as opened:
        box = opened.map("weight").bounding_box()
        width = box["width"] - 52
        opened.map("weight").hover(position={"x": 52 + width * 0.05, "y": 22})
        assert (
            opened.status()
            == "weight[0, 0, 0, 0], from input channel 0 to output channel 0, is multiplied 16 times, once for each cell of that channel."
        )
        assert len(centers(opened, "input", "near")) == 9
        assert len(centers(opened, "input", "zero")) == 7
        assert len(centers(opened, "output", "near")) == 16
        opened.map("weight").hover(position={"x": 52 + width * 0.9, "y": 22})
        assert (
            opened.status() == "No weight here: output channel 0 is in group 0, input channel 3 in group 1."
        )
        assert centers(opened, "output", "near") == []


def test_a_click_holds_a_cell_until_it_is_clicked_again(browser):
    with browser.open() as opened:
        opened.map("output").click(position={"x": 5, "y": 22})
        opened.map("input").hover(position={"x": 5, "y": 22})
        assert opened.status().startswith("output[0, 0, 0]")
        assert opened.status().endswith("Held: click again or press Escape to let go.")
        opened.map("output").click(position={"x": 5, "y": 22})
        assert "Held" not in opened.status()
        opened.map("input").hover(position={"x": 5, "y": 22})
        assert opened.status().startswith("input[0, 0, 0]")


def test_escape_lets_go_wherever_the_focus_is(browser):
    with browser.open() as opened:
        opened.map("output").click(position={"x": 5, "y": 22})
        opened.frame.get_by_role("button", name="Pointwise").focus()
        opened.page.keyboard.press("Escape")
        opened.map("input").hover(position={"x": 5, "y": 22})
        assert opened.status().startswith("input[0, 0, 0]")


def test_a_held_cell_that_a_setting_takes_away_is_held_no_longer(browser):
    selected = {"map": "output", "channel": 5, "row": 0, "column": 0}
    with browser.open(in_channels=4, out_channels=8, selected=selected) as opened:
        opened.map("output").focus()
        opened.page.keyboard.press("Enter")
        assert "Held" in opened.status()
        opened.click("Depthwise")
        opened.map("input").hover(position={"x": 5, "y": 22})
        assert opened.status().startswith("input[0, 0, 0]")
        assert len(centers(opened, "output", "near")) == 1


def test_a_changed_setting_says_what_it_means_for_the_cell_that_stays_lit(browser):
    with browser.open(in_channels=4, out_channels=8, selected=SELECTED) as opened:
        opened.choose("groups", "2")
        assert "output size: 4; one output reads: 18" in opened.status()
        assert "output[1, 0, 2] reads 18 numbers of input channels 0 and 1." in opened.status()


def test_where_there_is_one_input_channel_standard_and_depthwise_are_the_same(browser):
    with browser.open(in_channels=1, out_channels=1) as opened:
        opened.click("Depthwise")
        assert opened.fact("kind") == "standard and depthwise at once: there is one input"


def test_two_explorers_on_a_page_share_no_id(browser):
    ids = set()
    for _ in range(2):
        with browser.open() as opened:
            found = opened.frame.evaluate("[...document.querySelectorAll('.sx [id]')].map(node => node.id)")
            assert len(found) == 2
            ids |= set(found)
    assert len(ids) == 4


def test_padding_and_cells_that_no_window_reads_are_marked(browser):
    with browser.open(
        stride=2, input_size=6, selected={"map": "input", "channel": 0, "row": 5, "column": 0}
    ) as opened:
        assert opened.status() == "input[0, 5, 0] feeds nothing: no window lies on it."
        assert opened.frame.locator(".sx-cross").first.get_attribute("d").count("m0") == 4 * 11
        assert "never read" in opened.frame.locator(".sx-of-input small").inner_text()
    with browser.open(padding=1, selected={"map": "input", "channel": 0, "row": -1, "column": 0}) as opened:
        assert opened.status().startswith("input[0, -1, 0], a zero of the padding, feeds 8 cells")


def test_illegal_groups_cannot_be_chosen_and_the_reason_is_said(browser):
    with browser.open(in_channels=4, out_channels=6) as opened:
        options = opened.field("groups").locator("option")
        told = {option.get_attribute("value"): option for option in options.all()}
        assert [value for value, option in told.items() if option.is_enabled()] == ["1", "2"]
        assert told["3"].inner_text() == "3: does not divide both 4 and 6"
        assert (
            "groups must divide 4 input and 6 output channels: 1, 2; not 3, 4, 5, 6."
            in opened.frame.locator("section").inner_text()
        )
        opened.choose("groups", "2")
        opened.choose("out_channels", "5")
        assert "groups = 2 does not divide both numbers of channels: now 1." in opened.status()
        assert opened.fact("weights (no biases)") == "3·3·4·5 = 180"


PRESETS = {
    "Standard": "nn.Conv2d(4, 4, 3, bias=False)",
    "Grouped": "nn.Conv2d(4, 4, 3, groups=2, bias=False)",
    "Depthwise": "nn.Conv2d(4, 4, 3, groups=4, bias=False)",
    "Pointwise": "nn.Conv2d(4, 4, 1, bias=False)",
    "Separable": "nn.Sequential(nn.Conv2d(4, 4, 3, groups=4, bias=False), nn.Conv2d(4, 4, 1, bias=False))",
    "Puzzle: standard": "nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False)",
    "Puzzle: separable": "nn.Sequential(nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False), nn.Conv2d(3, 4, 1, bias=False))",
}


def test_presets(browser):
    with browser.open() as opened:
        for name, code in PRESETS.items():
            opened.click(name)
            assert opened.fact("PyTorch") == code
        assert opened.fact("weights (no biases)") == "3·3·3 + 3·4 = 27 + 12 = 39"
        assert opened.fact("MACs") == "27·4·4 + 12·4·4 = 432 + 192 = 624"
        assert (
            opened.fact("compared with standard")
            == "108 weights, 1,728 MACs: this pair has 0.361 times as many of both"
        )
        opened.click("Puzzle: standard")
        assert opened.fact("weights (no biases)") == "3·3·3·4 = 108"
        assert opened.fact("MACs") == "108·2·2 = 432"
        opened.click("Pointwise")
        opened.click("Depthwise")
        assert "groups=3" in opened.fact("PyTorch")
        assert opened.problems == []


def test_the_middle_map_stands_between_two_stages(browser):
    with browser.open(
        view="two-stage", in_channels=3, padding=1, input_size=4, selected=SELECTED | {"row": 1}
    ) as opened:
        assert (
            opened.status()
            == "output[1, 1, 2] reads 3 numbers of the middle map, one of each channel, and through them 27 of the input."
        )
        assert len(centers(opened, "middle", "near")) == 3
        assert len(centers(opened, "input", "far")) == 27
        assert len(centers(opened, "depthwise", "far")) == 27
        assert len(centers(opened, "pointwise", "near")) == 3
        hover(opened, centers(opened, "middle", "near")[1])
        assert (
            opened.status()
            == "middle[1, 1, 2] reads 9 numbers of input channel 1 and feeds 4 cells: 1 in each of output channels 0 to 3."
        )


def test_a_transposed_convolution_is_turned_around(browser):
    with browser.open(view="transposed", groups=2, stride=2, padding=1, input_size=3) as opened:
        output, source = opened.map("output"), opened.map("input")
        source.focus()
        opened.page.keyboard.press("ArrowRight")
        assert opened.status() == (
            "input[0, 0, 0] feeds 8 cells: 4 in each of output channels 0 and 1; 10 more would lie where the padding cuts."
        )
        assert len(centers(opened, "output", "near")) == 8
        assert len(centers(opened, "output", "zero")) == 10
        assert len(centers(opened, "weight", "near")) == 18
        output.focus()
        for key in ("ArrowRight", "ArrowRight"):
            opened.page.keyboard.press(key)
        assert opened.status() == "output[0, 0, 1] reads 4 numbers of input channels 0 and 1."
        opened.page.keyboard.press("ArrowLeft")
        opened.page.keyboard.press("ArrowLeft")
        assert opened.status().startswith("output[0, 0, -1], cut off by the padding, would read")
        assert (
            opened.fact("PyTorch") == "nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, groups=2, bias=False)"
        )
        assert opened.fact("output size") == "(3 − 1)·2 − 2·1 + 1·(3 − 1) + 1 = 5"
        assert opened.fact("MACs") == "72·3·3 = 648"
        opened.choose("stride", "4")
        opened.choose("kernel_size", "2")
        output.focus()
        for key in ("Home", "ArrowRight", "ArrowDown", "ArrowDown"):
            opened.page.keyboard.press(key)
        assert "reads nothing: it stays empty" in opened.status()
        assert "×: never written" in opened.frame.locator(".sx-of-output").inner_text()
        opened.choose("view", "one")
        assert opened.fact("PyTorch").startswith("nn.Conv2d(4, 4, 2, stride=4")
        opened.click("Transposed")
        assert opened.fact("PyTorch").startswith("nn.ConvTranspose2d(4, 4, 2, stride=4")
        assert opened.problems == []


def test_a_guess_comes_before_the_count(browser):
    with browser.open(groups=2, selected=SELECTED) as opened:
        opened.frame.get_by_label("let me guess the counts first").check()
        for number in ("72", "1,152", "18"):
            assert number not in opened.frame.locator("dl").inner_text()
            assert number not in opened.status()
        opened.map("output").click(position={"x": 5, "y": 22})
        assert "reads the lit numbers" in opened.status()
        opened.click("Reveal weights (no biases)")
        assert opened.status() == "Type a number first."
        opened.frame.get_by_label("your guess, weights (no biases)").fill("144")
        opened.click("Reveal weights (no biases)")
        assert opened.status() == "weights (no biases): 3·3·4·4 / 2 = 72. You guessed 144: not yet."
        assert opened.fact("compared with groups = 1") == "(after your guesses)"
        opened.frame.get_by_label("your guess, MACs").fill("1152")
        opened.page.keyboard.press("Enter")
        assert opened.fact("MACs") == "72·4·4 = 1,152. You guessed 1,152: right."
        assert "1/2 of both" in opened.fact("compared with groups = 1")


def test_numbers_and_a_weight_that_is_changed(browser):
    with browser.open(in_channels=1, out_channels=1, kernel_size=2, input_size=3) as opened:
        opened.frame.get_by_label("numbers in the cells").check()
        assert opened.frame.locator(".sx-number").count() == 9 + 4 + 4
        before = opened.map("output").locator(".sx-number").all_text_contents()
        opened.map("weight").click(position={"x": 25, "y": 25})
        assert opened.frame.locator(".sx-written").inner_text().count("output[") == 4
        opened.frame.get_by_label("this weight").fill("7")
        opened.page.keyboard.press("Enter")
        assert opened.map("weight").locator(".sx-number").first.text_content() == "7"
        after = opened.map("output").locator(".sx-number").all_text_contents()
        # The weight was −2: every output has grown by 9 times its input.
        inputs = opened.map("input").locator(".sx-number").all_text_contents()
        grown = [number(new) - number(old) for new, old in zip(after, before)]
        assert grown == [9 * number(inputs[place]) for place in (0, 1, 3, 4)]
        opened.choose("in_channels", "16")
        opened.choose("out_channels", "16")
        opened.choose("input_size", "12")
        assert "Numbers fit into at most 1,500 cells" in opened.frame.locator("section").inner_text()
        assert opened.problems == []


def number(text):
    return int(text.replace("−", "-"))


def test_steps_and_play(browser):
    with browser.open() as opened:
        opened.click("Step forward")
        assert opened.status().startswith("output[0, 0, 0]")
        opened.click("Step back")
        assert opened.status().startswith("output[3, 3, 3]")
        opened.click("Play")
        assert opened.status().startswith("output[0, 0, 0]")
        opened.page.wait_for_timeout(1300)
        assert opened.status().startswith("output[0, 0, 1]")
        opened.click("Stop")
        opened.page.wait_for_timeout(1200)
        assert opened.status().startswith("output[0, 0, 1]")


def test_nothing_moves_by_itself_where_less_motion_is_wished(browser):
    with browser.open(reduced_motion="reduce") as opened:
        assert opened.frame.get_by_role("button", name="Play").is_disabled()
        opened.click("Step forward")
        assert opened.status().startswith("output[0, 0, 0]")


def test_start_again_brings_everything_back(browser):
    with browser.open(groups=2, selected=SELECTED) as opened:
        facts = opened.frame.locator("dl").inner_text()
        opened.click("Puzzle: separable")
        opened.frame.get_by_label("numbers in the cells").check()
        opened.map("depthwise").click(position={"x": 60, "y": 25})
        opened.frame.get_by_label("this weight").fill("7")
        opened.page.keyboard.press("Enter")
        opened.click("Start again")
        assert opened.frame.locator("dl").inner_text() == facts
        assert opened.frame.locator(".sx-number").count() == 0
        assert opened.status().startswith("Point at a cell")
        opened.frame.get_by_label("numbers in the cells").check()
        assert "7" not in opened.map("weight").locator(".sx-number").all_text_contents()
        assert opened.problems == []


def test_the_photo_is_the_input(browser):
    with browser.open(in_channels=4, out_channels=2, groups=2, kernel_size=1) as opened:
        assert not opened.frame.get_by_role("button", name="The photo").is_visible()
        opened.frame.get_by_label("numbers in the cells").check()
        opened.click("The photo")
        assert "nn.Conv2d(1, 2, 1, bias=False)" in opened.fact("PyTorch")
        gray = photo(gray=True)[:, 34:274].reshape(12, 20, 12, 20).mean((1, 3)) * 9
        shown = [int(text) for text in opened.map("input").locator(".sx-number").all_text_contents()]
        assert np.abs(np.reshape(shown, (12, 12)) - gray).max() <= 1
        assert opened.map("input").locator("path[fill^=rgb]").count() == 10
        weights = [number(text) for text in opened.map("weight").locator(".sx-number").all_text_contents()]
        outputs = [number(text) for text in opened.map("output").locator(".sx-number").all_text_contents()]
        assert outputs == [weight * value for weight in weights for value in shown]
        opened.click("Small numbers")
        assert opened.map("input").locator("path[fill^=rgb]").count() == 0
        assert opened.problems == []


def test_a_picture_of_one_s_own_is_read_in_the_page(browser, tmp_path):
    picture = Image.new("RGB", (300, 200), "black")
    picture.paste("white", (150, 0, 300, 200))
    picture.save(tmp_path / "half.png")
    (tmp_path / "notes.png").write_text("no picture")
    with browser.open(numbers=True) as opened:
        field = opened.frame.get_by_label("a picture of yours")
        field.set_input_files(tmp_path / "half.png")
        opened.frame.locator("path[fill^=rgb]").first.wait_for(state="attached")
        shown = opened.map("input").locator(".sx-number").all_text_contents()
        rows = np.reshape(shown, (12, 12))
        # The middle square, black and white; between them the browser may smooth.
        assert set(rows[:, :5].ravel()) == {"0"}, rows
        assert set(rows[:, 7:].ravel()) == {"9"}, rows
        field.set_input_files(tmp_path / "notes.png")
        opened.frame.get_by_text("notes.png is no picture that this browser can read").first.wait_for()
        assert opened.map("input").locator(".sx-number").all_text_contents() == shown
        assert opened.problems == []
