"""The explorer by keyboard, by touch, and for those who do not see it, on a static page in Chromium."""

import re
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from explorer_pages import chromium, in_chromium, state_of
from PIL import Image

from sepconv.pictures.explorer.page import static_figure

pytestmark = in_chromium


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("pages")) as browser:
        yield browser


CONTROLS = "button:enabled, select, input, svg[data-map]"


def test_the_keyboard_reaches_everything(browser):
    with browser.open(
        numbers=True,
        predict=True,
        selected={"map": "weight", "channel": 0, "input": 0, "row": 0, "column": 0},
    ) as opened:
        wanted = opened.frame.locator(CONTROLS).evaluate_all(
            "all => all.filter(one => one.checkVisibility()).length"
        )
        seen = "window.seen ??= new Set(); window.seen.add(document.activeElement); window.seen.size"
        for _ in range(wanted):
            opened.page.keyboard.press("Tab")
            opened.frame.evaluate(seen)
        reached = opened.frame.evaluate(
            "controls => [...document.querySelectorAll(controls)].filter(one => one.checkVisibility() && !window.seen.has(one)).map(one => one.outerHTML)",
            CONTROLS,
        )
        assert wanted >= 28
        assert reached == []


def test_arrows_pages_enter_and_escape_in_a_map(browser):
    with browser.open(groups=2) as opened:
        opened.map("output").focus()
        said = []
        for key in (
            "ArrowRight",
            "ArrowRight",
            "ArrowDown",
            "PageDown",
            "ArrowLeft",
            "ArrowUp",
            "PageUp",
            "PageUp",
        ):
            opened.page.keyboard.press(key)
            said.append(opened.status().split(" reads")[0])
        assert said == [f"output[{place}]" for place in (
            "0, 0, 0", "0, 0, 1", "0, 1, 1", "1, 1, 1", "1, 1, 0", "1, 0, 0", "0, 0, 0", "3, 0, 0")]  # fmt: skip
        opened.page.keyboard.press("Enter")
        assert opened.frame.locator(".sx-here.sx-held").count() == 3
        opened.map("input").hover(position={"x": 5, "y": 22})
        assert opened.status().startswith("output[3, 0, 0]")
        opened.page.keyboard.press("Escape")
        assert opened.status().startswith("Point at a cell")
        opened.map("weight").focus()
        said = []
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "PageDown", "PageDown"):
            opened.page.keyboard.press(key)
            said.append(opened.status().split(",  is")[0].split(", is")[0])
        assert said[3] == "weight[0, 1, 0, 0], from input channel 1 to output channel 0"
        assert said[-1] == "weight[2, 1, 0, 0], from input channel 3 to output channel 2"


def test_arrows_step_over_gaps(browser):
    with browser.open(
        groups=4, kernel_size=1, selected={"map": "weight", "channel": 1, "input": 1, "row": 0, "column": 0}
    ) as opened:
        opened.map("weight").focus()
        opened.page.keyboard.press("ArrowRight")
        assert "from input channel 1 to output channel 1" in opened.status()
        opened.page.keyboard.press("PageDown")
        assert "from input channel 2 to output channel 2" in opened.status()


STATES = {
    "one": {
        "groups": 2,
        "padding": 1,
        "stride": 2,
        "selected": {"map": "output", "channel": 1, "row": 0, "column": 2},
    },
    "two": {
        "view": "two-stage",
        "in_channels": 3,
        "selected": {"map": "middle", "channel": 1, "row": 0, "column": 0},
    },
    "numbers": {
        "numbers": True,
        "predict": True,
        "selected": {"map": "weight", "channel": 0, "input": 1, "row": 0, "column": 0},
    },
    "many": {"in_channels": 16, "out_channels": 16, "groups": 16},
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(browser, scheme, state):
    with browser.open(**STATES[state], color_scheme=scheme) as opened:
        results = Axe().run(opened.frame)
        assert results.response["violations"] == [], results.generate_report()
        assert len(opened.frame.evaluate("axe.getRules()")) > 50
        assert opened.frame.locator("[role=status], [aria-live]").count() == 1


def test_axe_would_find_something(browser):
    with browser.open() as opened:
        opened.frame.evaluate("document.querySelector('.sx button').textContent = ''")
        found = Axe().run(opened.frame).response["violations"]
        assert "button-name" in [violation["id"] for violation in found]


@pytest.mark.parametrize("name", ["--jp-layout-color0", "--pst-color-background"])
def test_a_page_takes_the_colors_around_it(browser, name):
    figure = static_figure(state_of(), "a convolution", 700)
    dark = f"<style>body {{ {name}: #123; }} .light {{ {name}: #eff; }}</style>"
    with browser.open(dark + figure, color_scheme="light") as opened:
        ground = "getComputedStyle(document.querySelector('.sx')).backgroundColor"
        assert opened.frame.evaluate(ground) == "rgb(17, 34, 51)"
        opened.page.evaluate("document.body.className = 'light'")
        opened.page.wait_for_timeout(100)
        assert opened.frame.evaluate(ground) == "rgb(238, 255, 255)"
        assert opened.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_ground(browser, scheme):
    with browser.open(color_scheme=scheme) as opened:
        ink, ground = opened.frame.evaluate(
            "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.querySelector('.sx')))"
        )
        assert (brightness(ink) < brightness(ground)) == (scheme == "light")
        assert abs(brightness(ink) - brightness(ground)) > 180


def brightness(color):
    return sum(map(int, re.findall(r"\d+", color)[:3])) / 3


@pytest.mark.parametrize(
    "settings",
    [{"padding": 1, "groups": 2}, {"view": "two-stage", "in_channels": 3}, STATES["many"], {"numbers": True}],
)
def test_a_finger_on_a_narrow_screen(browser, settings):
    phone = {"width": 360, "height": 800, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
    with browser.open(**settings, **phone) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert opened.frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        small = opened.frame.locator("button, select").evaluate_all(
            "all => all.filter(one => one.checkVisibility()).filter(one => one.getBoundingClientRect().height < 40).length"
        )
        assert small == 0
        assert opened.map("output").locator("xpath=..").bounding_box()["width"] <= 360
        opened.map("output").tap(position={"x": 5, "y": 22})
        assert opened.status().startswith("output[0, 0, 0] reads")
        opened.frame.get_by_role("button", name="Step forward").tap()
        assert opened.status().startswith("output[0, 0, 1] reads")
        opened.frame.get_by_role("button", name="Depthwise", exact=True).tap()
        assert "groups=" in opened.fact("PyTorch")
        assert opened.problems == []


PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
IN_SIGHT = """([selector, start, part]) => [...document.querySelectorAll(selector)].some(one => {
  const frame = window.frameElement.getBoundingClientRect(), box = one.getBoundingClientRect();
  return one.checkVisibility() && one.textContent.startsWith(start) && one.textContent.includes(part)
    && frame.top + box.top >= 0 && frame.top + box.bottom <= window.parent.innerHeight;
})"""


def is_in_sight(opened, selector, start="", part=""):
    """Wait until one of these elements lies within the screen, whole, with these words; else fail."""
    opened.frame.wait_for_function(IN_SIGHT, arg=[selector, start, part], timeout=5_000)


def middle_of_screen(opened, key):
    """Scroll the page until a map stands in the middle of the screen."""
    opened.map(key).evaluate("svg => svg.parentNode.scrollIntoView({ block: 'center' })")


@pytest.mark.parametrize("settings", [STATES["one"], STATES["two"], STATES["many"], {"view": "transposed"}])
def test_on_a_phone_the_sentence_stands_where_the_finger_is(browser, settings):
    with browser.open(**settings, **PHONE) as opened:
        for key in ("output", "input"):
            middle_of_screen(opened, key)
            opened.map(key).tap(position={"x": 15, "y": 30})
            is_in_sight(opened, ".sx-status, .sx-bubble", start=f"{key}[0, ")
            assert opened.frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        opened.frame.locator(".sx-status").evaluate("head => head.scrollIntoView({ block: 'center' })")
        opened.frame.locator(".sx-bubble").wait_for(state="hidden")


@pytest.mark.parametrize("settings", [STATES["one"], STATES["two"], STATES["many"]])
def test_on_a_phone_cells_are_as_large_as_a_fingertip_needs_and_maps_stay_within_the_screen(
    browser, settings
):
    with browser.open(**settings, **PHONE) as opened:
        sizes = opened.frame.evaluate(
            "[...document.querySelectorAll('.sx-cells')].map(path => Number(path.getAttribute('d').match(/h([\\d.]+)/)[1]) + 1)"
        )
        assert min(sizes) >= 24
        edges = opened.frame.locator(".sx-scroll").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().right)"
        )
        assert max(edges) <= 360
        opened.frame.get_by_label("large cells").uncheck()
        assert opened.map("output").bounding_box()["width"] <= 360


def test_what_is_lit_comes_into_view_in_a_map_that_scrolls(browser):
    with browser.open(in_channels=8, out_channels=8, groups=8, **PHONE) as opened:
        opened.map("output").focus()
        for key in ("ArrowRight", "PageUp"):
            opened.page.keyboard.press(key)
        assert opened.status().startswith("output[7, 0, 0] reads 9 numbers of input channel 7")
        for key in ("input", "weight", "output"):
            assert opened.map(key).evaluate(
                """svg => { const box = svg.parentNode.getBoundingClientRect(), lit = [...svg.querySelectorAll(".sx-near")].find(path => path.getAttribute("d")).getBoundingClientRect();
                return lit.left >= box.left && lit.top >= box.top && lit.left + 20 <= box.right && lit.top + 20 <= box.bottom; }"""
            ), key


LARGEST = {"view": "two-stage", "in_channels": 16, "out_channels": 16, "padding": 1, "input_size": 9}


@pytest.mark.parametrize("settings", [STATES["one"], STATES["many"] | {"input_size": 9}, LARGEST])
def test_the_counts_are_in_sight_while_one_points(browser, settings):
    with browser.open(**settings, width=1280, height=900) as opened:
        maps = opened.frame.locator("svg[data-map]").evaluate_all("all => all.map(svg => svg.dataset.map)")
        for key in maps:
            middle_of_screen(opened, key)
            opened.map(key).hover(position={"x": 60, "y": 25})
            is_in_sight(opened, ".sx-counts, .sx-bubble", part=" · MACs: ")


def test_counts_that_are_guessed_are_nowhere_to_be_read(browser):
    with browser.open(**STATES["one"] | {"predict": True}) as opened:
        assert opened.frame.locator(".sx-counts").inner_text().count("?") == 3
        opened.frame.get_by_label("your guess, weights (no biases)").fill("72")
        opened.page.keyboard.press("Enter")
        assert "weights (no biases): 72 · MACs: ?" in opened.frame.locator(".sx-counts").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["one", "two", "many"])
def test_outlines_of_unlit_cells_stand_out_from_the_page(browser, scheme, state):
    settings = {name: value for name, value in STATES[state].items() if name != "selected"}
    with browser.open(**settings, color_scheme=scheme) as opened:
        looks = opened.frame.locator(".sx-cells").evaluate_all(
            """paths => paths.map(path => { const box = path.ownerSVGElement.getBoundingClientRect(), h = path.getAttribute("d");
            const [, x, y, w] = h.match(/M([\\d.]+) ([\\d.]+)h([\\d.]+)/).map(Number);
            return [path.getAttribute("class"), box.left + x, box.top + y + w / 2]; })"""
        )
        frame = opened.page.locator("iframe").bounding_box()
        picture = Image.open(BytesIO(opened.page.screenshot(full_page=True))).convert("RGB")
        paper = luminance(picture.getpixel((int(frame["x"]) + 4, int(frame["y"]) + 60)))
        assert len(looks) >= 3
        for look, x, y in looks:
            if "zero" in look:
                continue  # dashed: a pixel of it may be a gap
            line = [
                luminance(picture.getpixel((int(frame["x"] + x) + dx, int(frame["y"] + y))))
                for dx in (-1, 0, 1)
            ]
            best = max((max(one, paper) + 0.05) / (min(one, paper) + 0.05) for one in line)
            assert best >= 3, (look, best)


def luminance(color):
    """Return the relative luminance of a color, as WCAG defines it."""
    parts = [v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
