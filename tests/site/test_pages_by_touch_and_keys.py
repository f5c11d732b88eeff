"""The pages' forms as a phone, a keyboard, and a browser with settings of its own show them; no site is built for it."""

import functools
import http.server
import os
import sys
import threading
from contextlib import contextmanager

import pytest
from jupyter_page import find_browser, open_browser
from notebook_files import ROOT

from sepconv.exercises import find

sys.path.insert(0, str(ROOT / "docs/_ext"))
from offline import write_worker
from questions import as_script, guess_data, question

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium; apt-get install chromium"),
]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
HERE = "http://course.test/"
PAGE = """<!doctype html><html lang="en" data-content_root="./"><head><meta name="viewport" content="width=device-width">
<style>:root {{ --pst-color-text-base: #222; --pst-color-text-muted: #555; --pst-color-background: #fff; }}</style>
<link rel="stylesheet" href="course.css"><script src="course.js"></script></head>
<body><article class="bd-article">{}</article></body></html>"""
WARM_UP = """<section><ol><li><p>How many MACs?</p></li><li><p><b>A</b> rows, <b>B</b> columns, <b>C</b> both?</p></li></ol>
<script type="application/json" class="course-question">{}</script></section>"""


@pytest.fixture(scope="module")
def browser():
    with open_browser() as context:
        yield context.browser


@contextmanager
def page_of(browser, inside, device, **settings):
    """A page with the course's own style and script around a piece of HTML."""
    context = browser.new_context(**device, **settings)
    files = {"page": PAGE.format(inside).encode()}
    files |= {name: (ROOT / "docs/_static" / name).read_bytes() for name in ("course.css", "course.js")}
    kinds = {"page": "text/html", "course.css": "text/css", "course.js": "text/javascript"}

    def answer(route):
        name = route.request.url.removeprefix(HERE)
        route.fulfill(body=files[name], content_type=f"{kinds[name]}; charset=utf-8")

    context.route(f"{HERE}*", answer)
    page = context.new_page()
    page.goto(f"{HERE}page")
    yield page
    context.close()


def section(kind, data):
    """A section of a page with one form."""
    return f"<section>{as_script(kind, data)}</section>"


@functools.cache
def asked(name):
    """The section of an exercise; the orders that are accepted are not worked out for it."""
    return section("course-question", question(find(name), orders=lambda _: []))


def guessed(name, came_out, label="a number"):
    """The section of a guess."""
    return section("course-guess", guess_data(name, came_out, label))


def order_of(page):
    """The letters of the lines that are in."""
    return "".join(
        page.locator("ol.lines li").evaluate_all("lines => lines.map(line => line.dataset.letter)")
    )


def swipe(page, start, end, steps=8):
    """Draw a finger from one point to another."""
    touch = page.context.new_cdp_session(page)

    def send(kind, points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", [{"x": start[0], "y": start[1]}])
    for i in range(1, steps + 1):
        x, y = (a + (b - a) * i / steps for a, b in zip(start, end))
        send("touchMove", [{"x": x, "y": y}])
        page.wait_for_timeout(20)
    send("touchEnd", [])
    page.wait_for_timeout(50)


def middle(place):
    """The point in the middle of an element."""
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# --- lines that are put in order


def test_a_finger_drags_a_line_at_its_grip_and_scrolls_the_page_elsewhere(browser):
    with page_of(browser, asked("parsons_pointwise") + '<p style="height: 1000px">below</p>', PHONE) as page:
        for letter in "CHG":
            page.locator(f"li[data-letter={letter}] .line").tap()
        assert order_of(page) == "CHG"
        start, first = middle(page.locator("li[data-letter=G] .grip")), page.locator("li[data-letter=C]")
        swipe(page, start, (start[0], first.bounding_box()["y"] + 2))
        assert order_of(page) == "GCH"
        assert page.locator(".told").inner_text() == "Line G is number 1 of 3."
        assert page.evaluate("scrollY") == 0
        swipe(
            page, middle(page.locator("li[data-letter=C] .grip")), middle(page.locator("li[data-letter=F]"))
        )
        assert order_of(page) == "GH"
        start = middle(page.locator("li[data-letter=A] code"))
        swipe(page, start, (start[0], start[1] - 200))
        assert order_of(page) == "GH"
        assert page.evaluate("scrollY") > 100


def test_a_line_that_a_mouse_has_dragged_is_not_clicked(browser):
    with page_of(browser, asked("parsons_pointwise"), DESK) as page:
        line = {letter: page.locator(f"li[data-letter={letter}] code") for letter in "CGH"}
        for letter in "CHG":
            line[letter].click()
        line["G"].drag_to(line["C"], target_position={"x": 5, "y": 1})
        assert order_of(page) == "GCH"
        line["G"].click()
        assert order_of(page) == "CH"


def test_lines_are_put_in_order_by_keys_alone_and_it_is_said_how(browser):
    with page_of(browser, asked("parsons_pointwise"), DESK) as page:
        assert "arrow keys" in page.locator("form.question").inner_text()
        page.locator("li[data-letter=C] .line").focus()
        page.keyboard.press("Enter")
        page.locator("li[data-letter=H] .line").focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowUp")
        assert order_of(page) == "HC"
        assert page.locator("[role=status].told").inner_text() == "Line H is number 1 of 2."
        assert page.evaluate("document.activeElement.closest('li').dataset.letter") == "H"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # ↓
        assert order_of(page) == "CH"


# --- fields on a phone


@pytest.mark.parametrize(
    ("inside", "keys"),
    [
        (guessed("05_weights", 12), "decimal"),
        (guessed("01_flip", [-3.0, -6.0], "two numbers"), "text"),  # such keys have no sign
        (guessed("05_bottleneck", 0.118, "a number, such as 2 or 1/2"), "text"),
        (asked("warmup_05_1"), "decimal"),
        (asked("warmup_03_3"), "text"),
    ],
)
def test_a_phone_shows_keys_with_which_the_answer_can_be_typed(browser, inside, keys):
    with page_of(browser, inside, PHONE) as page:
        assert page.locator("form input").first.get_attribute("inputmode") == keys


def test_a_comma_is_a_point_where_it_can_be_no_other(browser):
    with page_of(browser, "", PHONE) as page:
        said = page.evaluate(
            "['0,5', '0,125', ' 45,5 % ', '-1,25', '2,304', '1,000,000', '5', 'a, b'].map(withPoint)"
        )
    assert said == ["0.5", "0.125", " 45.5 % ", "-1.25", "2,304", "1,000,000", "5", "a, b"]


def test_parts_of_a_guess_have_the_names_that_its_label_lists(browser):
    labels = {
        "two numbers: connections, weights": ["connections", "weights"],
        'bank a, bank b: twice "yes" or "no"': ["bank a", "bank b"],
        "two sets of channels: for groups=2, for groups=1": ["groups=2", "groups=1"],
        '"same" or "different", twice': None,
        "how long: two factors, in the block and alone": None,
        "(rows, columns) of y": None,
    }
    with page_of(browser, "", PHONE) as page:
        call = "labels => labels.map(label => namesOfParts({ kinds: ['number', 'number'], label }) ?? null)"
        assert page.evaluate(call, list(labels)) == list(labels.values())


def test_a_short_question_stands_in_its_form(browser):
    data = as_script("course-question", question(find("warmup_05_2"))).partition(">")[2]
    with page_of(browser, WARM_UP.format(data.removesuffix("</script>")), PHONE) as page:
        assert page.locator("form .task").inner_text() == "A rows, B columns, C both?"
        assert [item.is_visible() for item in page.locator("ol > li").all()] == [True, False]


def test_what_is_tapped_is_large_enough_and_the_reply_comes_into_sight(browser):
    inside = (
        asked("warmup_05_2") + asked("parsons_grouped") + asked("name_that_layer") + guessed("05_weights", 12)
    )
    with page_of(browser, inside, PHONE) as page:
        page.locator("li[data-letter=A] .line").tap()
        sizes = page.locator("form :is(button, select, input)").evaluate_all(
            "parts => parts.filter(part => part.checkVisibility()).map(part => part.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
        )
        assert len(sizes) > 20
        assert min(sizes) >= 24
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        form = page.locator("form", has_text="warmup_05_2")
        form.get_by_label("A", exact=True).tap()
        form.get_by_role("button").evaluate(
            "button => scrollTo(0, button.getBoundingClientRect().bottom - innerHeight)"
        )
        form.get_by_role("button").tap()
        page.wait_for_function(
            "document.querySelector('.reply').getBoundingClientRect().bottom <= innerHeight"
        )


# --- settings of a browser


def test_forced_colors_show_what_is_chosen_where_the_focus_is_and_what_is_said(browser):
    with page_of(browser, asked("warmup_05_2"), DESK, forced_colors="active") as page:
        chosen, other = page.get_by_label("A", exact=True), page.get_by_label("C", exact=True)
        chosen.focus()
        for key in ("Space", "Tab", "Enter"):
            page.keyboard.press(key)
        assert chosen.screenshot() != other.screenshot()
        assert page.locator(".headline").inner_text().startswith("Not yet")
        looks = "part => { const style = getComputedStyle(part); return [style.outlineStyle, style.borderLeftStyle] }"
        assert page.get_by_role("button", name="Check").evaluate(looks)[0] == "solid"
        assert page.locator(".reply").evaluate(looks)[1] == "solid"


def test_nothing_moves_where_less_motion_is_asked_for(browser):
    moving = '<p style="transition: opacity 1s; animation: x 2s infinite">theme</p>'
    looks = "part => { const style = getComputedStyle(part); return [style.transitionDuration, style.animationName] }"
    with page_of(browser, moving, DESK) as page:
        assert page.locator("p").evaluate(looks) == ["1s", "x"]
    with page_of(browser, moving, DESK, reduced_motion="reduce") as page:
        assert page.locator("p").evaluate(looks) == ["0s", "none"]


# --- what is kept


def test_progress_that_was_forgotten_is_taken_back(browser):
    outline = as_script("course-outline", {"lessons": [], "names": {}})
    with page_of(browser, f'{outline}<div class="course-progress"></div>', PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.evaluate("change(now => { now.guesses.some = { outcome: 'right', thought: '' } })")
        page.get_by_role("button", name="Forget everything").tap()
        assert page.evaluate("record().guesses") == {}
        page.get_by_role("button", name="Take it back").tap()
        assert list(page.evaluate("record().guesses")) == ["some"]
        assert page.locator("[role=status]").inner_text() == "Your progress is as it was."


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_an_update_is_taken_at_the_next_start(browser, tmp_path):
    (tmp_path / "course.js").write_bytes((ROOT / "docs/_static/course.js").read_bytes())
    context = browser.new_context()

    def publish(text, time):
        (tmp_path / "index.html").write_text(
            f'<!doctype html><html data-content_root="./"><script src="course.js"></script>{text}</html>'
        )
        os.utime(tmp_path / "index.html", (time, time))
        write_worker(tmp_path)
        os.utime(tmp_path / "sw.js", (time, time))

    def visit(until):
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        page.evaluate(f"navigator.serviceWorker.ready.then(async found => {{ {until} }})")
        text = page.locator("body").inner_text()
        page.close()
        return text

    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        publish("the first version", 1_000_000_000)
        assert visit("") == "the first version"
        publish("the second version", 1_000_000_100)
        waits = "for (let i = 0; i < 200 && !found.waiting; i += 1) { await new Promise(done => setTimeout(done, 50)) }"
        assert visit(waits) == "the first version"
        context.new_page().wait_for_timeout(300)  # the old worker notices that none of its pages is left
        assert visit("") == "the second version"
        context.set_offline(True)
        assert visit("") == "the second version"
        server.shutdown()
    context.close()
