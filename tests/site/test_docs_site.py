"""The web edition, built and looked at: it can be read by everybody, in the dark, on a telephone, on paper, offline."""

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from jupyter_page import find_browser, open_browser
from notebook_files import ROOT, find_notebooks, read
from set_repository import set_repository, text_files

BUDGET_SECONDS, TOLERATED = 60, 4  # a busy machine is not a slow build
BUDGET_BYTES = 1_500_000
SLUG = "ada/conv"

# --- the site, built once

BUILD = {}


class Page(HTMLParser):
    """What the checks need of one page: links, names that links may mean, pictures, and the text outside of code."""

    def __init__(self, path):
        super().__init__()
        self.path, self.links, self.names, self.pictures, self.words, self._code = path, [], set(), [], [], 0
        self.says = {}
        self.feed(path.read_text(encoding="utf-8"))
        self.text = "".join(self.words)

    def handle_starttag(self, tag, attributes):
        """Note what a tag links to, is named, or shows."""
        attributes = dict(attributes)
        self.names |= {attributes.get("id"), attributes.get("name")} - {None}
        self.links += [attributes[key] for key in ("href", "src") if attributes.get(key)]
        self._code += tag in ("pre", "code", "script", "style")
        if tag == "img":
            self.pictures.append(attributes)
        if tag == "meta":
            self.says[attributes.get("name") or attributes.get("property")] = attributes.get("content")

    def handle_endtag(self, tag):
        """Leave a piece of code."""
        self._code -= tag in ("pre", "code", "script", "style")

    def handle_data(self, data):
        """Keep prose."""
        if not self._code:
            self.words.append(data)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course that has an address, as it is when the site goes online."""
    folder = tmp_path_factory.mktemp("course")
    for path in text_files():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    set_repository(SLUG, folder)
    return folder


@pytest.fixture(scope="module")
def site(course, tmp_path_factory):
    """The folder of the built site; the seconds that it took are in `BUILD`."""
    folder = tmp_path_factory.mktemp("web") / "site"
    began = time.monotonic()
    command = [sys.executable, course / "docs/build.py", "--output", folder]
    here = {**os.environ, "PYTHONPATH": str(course)}
    built = subprocess.run(command, capture_output=True, text=True, cwd="/", env=here)
    BUILD["seconds"] = time.monotonic() - began
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """{path in the site: Page} of all pages that hold something of ours."""
    paths = sorted(site.rglob("*.html"))
    return {path.relative_to(site).as_posix(): Page(path) for path in paths if "_static" not in path.parts}


@pytest.mark.full
def test_it_builds_without_a_warning_within_the_budget(site, capsys):
    with capsys.disabled():
        print(f"\nweb edition: {BUILD['seconds']:.1f} s of {BUDGET_SECONDS}")
    assert BUILD["seconds"] <= TOLERATED * BUDGET_SECONDS


@pytest.mark.full
def test_no_page_is_heavy(site, pages):
    # A page and the pictures of its own; style sheets and scripts are the theme's and loaded once for all pages.
    for name, page in pages.items():
        pictures = [
            site.joinpath(name).parent / unquote(picture["src"])
            for picture in page.pictures
            if not picture["src"].startswith(("data:", "http"))
        ]
        assert page.path.stat().st_size + sum(path.stat().st_size for path in pictures) <= BUDGET_BYTES, name


@pytest.mark.full
def test_no_internal_link_is_dead(pages, site):
    dead = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(urljoin(f"site:/{name}", link) if link.startswith("#") else link)
            if parts.scheme in ("http", "https", "mailto", "data", "javascript"):
                continue
            target = name if link.startswith("#") else _inside(name, unquote(parts.path))
            if not (site / target).is_file():
                dead.append(f"{name}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].names:
                dead.append(f"{name}: {link} (no such anchor)")
    assert dead == []


def _inside(page, target):
    return urlsplit(urljoin(f"http://site/{page}", target)).path.lstrip("/")


@pytest.mark.full
def test_every_picture_has_an_alt_text_that_says_something(pages):
    for name, page in pages.items():
        for picture in page.pictures:
            alt = picture.get("alt") or ""
            logo = picture["src"].endswith((".svg", "logo_colab.png"))  # of the launch buttons
            assert len(alt) >= (5 if logo else 20), (name, picture["src"][:60])
            assert not re.fullmatch(r"\S+\.\w{3,4}", alt), (name, alt)
            assert "No description" not in alt


@pytest.mark.full
def test_lessons_have_all_their_pictures(pages):
    for path in find_notebooks(folders=["notebooks"]):
        stored = sum(
            "image/png" in output.get("data", {})
            for cell in read(path).cells
            for output in cell.get("outputs", [])
        )
        shown = [p for p in pages[f"notebooks/{path.stem}.html"].pictures if p["src"].startswith("data:")]
        assert len(shown) == stored


@pytest.mark.full
def test_no_formula_is_left_as_latex_and_the_bootstrap_is_hidden(pages):
    formulas = 0
    for name, page in pages.items():
        html = page.path.read_text(encoding="utf-8")
        assert not re.search(r"\$\$|\\(?:frac|text|cdot|left)\b", page.text), name
        assert "SEPCONV_SOURCE" not in html or name.startswith("docs/"), name
        formulas += html.count("<math")
    assert formulas >= 8


@pytest.mark.full
def test_launch_buttons_point_at_files_that_exist(pages):
    launched = defaultdict(set)
    for name, page in pages.items():
        for link in page.links:
            match = re.match(
                r"https://colab\.research\.google\.com/github/([^/]+/[^/]+)/blob/main/(.+)"
                r"|https://mybinder\.org/v2/gh/([^/]+/[^/]+)/main\?urlpath=lab/tree/(.+)",
                link,
            )
            if match:
                slug, path = [group for group in match.groups() if group]
                assert slug == SLUG
                assert (ROOT / path.removeprefix("my/")).is_file(), (name, link)  # Binder makes my/
                launched[name].add(path)
    for path in find_notebooks(folders=["notebooks", "exercises"]):
        name = f"{path.parent.name}/{path.stem}.html"
        assert launched[name] == {f"{path.parent.name}/{path.name}"}


@pytest.mark.full
def test_each_page_says_what_it_is_and_what_it_looks_like(pages, site):
    for name, page in pages.items():
        if name in ("search.html", "genindex.html", "py-modindex.html"):
            continue
        said, shown = page.says.get("description", ""), page.says
        assert 30 <= len(said) <= 300, name
        assert shown["og:description"] == said
        assert shown["og:title"]
        assert shown["og:url"] == f"https://ada.github.io/conv/{name}"
        picture = shown.get("og:image")
        assert not picture or (site / picture.removeprefix("https://ada.github.io/conv/")).is_file(), name
    lesson = pages["notebooks/06_groups.html"].says
    assert lesson["description"].startswith("You will cut a layer into groups")
    assert lesson["og:title"] == "06 · Groups"
    stored = next(
        p["src"] for p in pages["notebooks/06_groups.html"].pictures if p["src"].startswith("data:")
    )
    written = (site / lesson["og:image"].removeprefix("https://ada.github.io/conv/")).read_bytes()
    assert stored == f"data:image/png;base64,{b64encode(written).decode()}"


@pytest.mark.full
def test_the_sitemap_names_every_page(pages, site):
    listed = re.findall("<loc>https://ada.github.io/conv/(.*?)</loc>", (site / "sitemap.xml").read_text())
    assert len(set(listed)) == len(listed)
    assert {name for name, page in pages.items() if "description" in page.says} == set(listed)


@pytest.mark.full
def test_notebooks_for_download_are_the_course_s_own(course, site):
    for path in find_notebooks(folders=["notebooks", "exercises"], root=course):
        assert (site / "_sources" / path.parent.name / path.name).read_bytes() == path.read_bytes()


@pytest.mark.full
def test_a_folder_with_something_else_in_it_is_not_emptied(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    command = [sys.executable, ROOT / "docs/build.py", "--output", tmp_path]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "give another folder" in refused.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"


# --- the site in a browser

in_browser = [
    pytest.mark.full,
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium; apt-get install chromium"),
]
# One of each kind.
KINDS = (
    "index.html",
    "docs/ways_in.html",
    "docs/instructors.html",
    "docs/jupyterhub.html",
    "docs/mistakes.html",
    "docs/progress.html",
    "docs/api.html",
    "sepconv/grading/README.html",
    "CONTRIBUTING.html",
    "notebooks/04_counting.html",  # formulas, a call-out, a table
    "notebooks/06_groups.html",
    "notebooks/10_real_cost.html",  # tables of times
    "exercises/06_groups.html",
    "exercises/05_pointwise.html",  # lines to be put in order
    "notebooks/glossary.html",
    "search.html?q=depthwise",
)
# Findings of axe in what the theme writes: (rule, the part of the page, and why it is left).
KNOWN = {
    ("region", "sidebar-primary-item"): "the theme's sidebar is no landmark; the contents within it are",
}
# What has the focus, and whether that is to be seen. What unfolds a part of the contents has no height; its arrow does.
FOCUS = """() => {
  const part = document.activeElement;
  const drawn = getComputedStyle(part.matches("summary") && part.querySelector(".toctree-toggle") || part);
  const ring = drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) > 0 || drawn.boxShadow !== "none";
  return part === document.body ? null : { text: part.textContent.trim(), ring };
}"""


@pytest.fixture(scope="module")
def browser(site):
    """A function that opens a page of the site; what was asked of other hosts, and page errors, are `browser.noted`."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, open_browser() as context:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/"
        page, noted = context.new_page(), []
        page.on(
            "request",
            lambda request: _is_outside(request.url, base) and noted.append(f"asked for {request.url}"),
        )
        page.on("pageerror", lambda error: noted.append(f"page error: {error}"))

        def open_page(name, theme="light", width=1280):
            page.emulate_media(color_scheme=theme, media="screen")
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(base + name if ":" not in name else name, wait_until="load")
            # A color that is still fading in is no color to judge.
            page.wait_for_function(
                "document.documentElement.dataset.theme && !document.getAnimations().length"
            )
            return page

        open_page.noted, open_page.context = noted, context
        yield open_page
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def _is_outside(url, base):
    return not url.startswith((base, "data:", "file:", "blob:", "about:"))


def _in_browser(function):
    for mark in in_browser:
        function = mark(function)
    return function


@_in_browser
def test_no_page_asks_another_host_for_anything(browser, pages):
    for name in pages:
        browser(name)
    assert browser.noted == []


@_in_browser
def test_pages_read_from_the_disk_without_a_server(browser, site):
    page = browser((site / "notebooks/06_groups.html").as_uri())
    assert page.locator("h1:visible").inner_text().startswith("06 · Groups")
    page.locator(".bd-sidebar-primary a", has_text="07 · Depthwise").click()
    page.wait_for_url("**/07_depthwise.html")
    assert browser.noted == []


@_in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing_of_ours(browser, name, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = browser(name, theme)
    if name.startswith("search"):
        page.wait_for_selector("#search-results li")
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    found = [
        (violation["id"], node["html"][:150])
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
        if not any(violation["id"] == rule and part in node["html"] for rule, part in KNOWN)
    ]
    assert found == []


@_in_browser
@pytest.mark.parametrize("name", KINDS)
def test_a_narrow_page_does_not_scroll_sideways(browser, name):
    page = browser(name, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@_in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_dark_on_white_in_both_themes(browser, theme):
    page = browser("notebooks/06_groups.html", theme)
    style = page.locator(".cell_output figure img").first.evaluate(
        "img => { const s = getComputedStyle(img); return [s.backgroundColor, s.filter] }"
    )
    assert style == ["rgb(255, 255, 255)", "none"]


@_in_browser
def test_the_explorer_lives_in_the_page_and_has_its_colors(browser):
    page = browser("exercises/06_groups.html")
    explorer = page.frame_locator(".sepconv-explorer iframe").first
    groups = explorer.locator("label", has_text="groups").locator("select")
    assert groups.input_value() == "1"
    explorer.get_by_role("button", name="Depthwise", exact=True).click()
    assert int(groups.input_value()) > 1
    for theme in ("dark", "light"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        ours = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.wait_for_function(
            """ours => [...document.querySelector('.sepconv-explorer iframe').contentDocument.querySelectorAll('.sx, .sx-page')]
            .every(part => getComputedStyle(part).backgroundColor === ours)""",
            arg=ours,
        )
    assert browser.noted == []


@_in_browser
def test_the_search_finds_depthwise(browser):
    page = browser("search.html?q=depthwise")
    page.wait_for_selector("#search-results li")
    found = page.locator("#search-results li a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert any("notebooks/07_depthwise.html" in link for link in found)
    page.wait_for_selector("#search-results .context")
    quoted = " ".join(page.locator("#search-results .context").all_inner_texts())
    assert "depthwise" in quoted
    assert "System Settings" not in quoted  # the theme's menu


@_in_browser
@pytest.mark.parametrize("width", [400, 1280])
def test_there_is_one_way_to_search_and_one_to_change_the_colors(browser, width):
    page = browser("notebooks/06_groups.html", width=width)
    assert page.locator(".search-button-field:visible, .search-button:visible").count() == 1
    (toggle,) = page.locator(".theme-switch-button:visible").all()
    before = page.evaluate("document.documentElement.dataset.mode")
    toggle.click()
    if page.locator(
        "[data-mode=dark]:visible"
    ).count():  # the theme of today shows a menu, older ones take turns
        page.locator("button[data-mode=dark]:visible").click()
    assert page.evaluate("document.documentElement.dataset.mode") != before
    page.evaluate("localStorage.clear()")


@_in_browser
def test_what_came_out_waits_for_a_guess(browser):
    page = browser("notebooks/04_counting.html")
    page.evaluate("localStorage.clear()")
    page.reload()
    section = page.locator("section#what-a-layer-learns")
    output, text = section.locator(".cell_output").first, section.get_by_text("360 weights and 8 biases")
    assert not output.is_visible()
    assert not text.is_visible()
    assert section.get_by_text("How many parameters?").is_visible()
    section.get_by_role("button", name="Guess").click()
    assert not output.is_visible()
    section.locator("input").fill("360")
    section.locator("input").press("Enter")
    assert "Near: it came out as 368." in section.locator(".reply").inner_text()
    assert "the biases were left out" in section.locator(".reply").inner_text()
    assert output.is_visible()
    assert text.is_visible()
    assert not page.locator("section#what-a-layer-does .cell_output").last.is_visible()
    page.reload()
    assert output.is_visible()  # it was guessed: the record of this browser knows it
    page.get_by_role("button", name="Show all results").click()
    assert page.locator("[hidden=until-found]").count() == 0
    page.evaluate("localStorage.clear()")


@_in_browser
def test_an_exercise_is_answered_in_the_page_by_keyboard_and_by_touch(browser):
    page = browser("exercises/05_pointwise.html", width=360)
    page.evaluate("localStorage.clear()")
    form = page.locator("form.question", has_text="parsons_pointwise")
    for letter in "CHGDF":
        form.locator(f"li[data-letter={letter}] .line").click()
    form.get_by_role("button", name="Check").click()
    assert form.locator(".headline").inner_text() == "Correct: parsons_pointwise (2 points)"
    form.get_by_role("button", name="Line F up", exact=True).focus()
    page.keyboard.press("ArrowUp")
    form.get_by_role("button", name="Check").press("Enter")
    assert "is never reached" in form.locator(".reply").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    small = page.locator("form.question :is(button, input, select)").evaluate_all(
        "parts => parts.filter(p => p.offsetParent && p.getBoundingClientRect().height < 17).length"
    )
    assert small == 0
    record = page.evaluate("record()")
    assert record["checks"]["parsons_pointwise"]["attempts"] == 2
    assert record["checks"]["parsons_pointwise"]["solved"]
    page.goto(page.url.replace("exercises/05_pointwise", "docs/progress"))
    assert page.get_by_role("link", name="1 of 5 solved").is_visible()
    page.get_by_role("button", name="Forget everything").click()
    assert page.evaluate("record().checks") == {}


@_in_browser
def test_the_tab_key_reaches_everything_and_shows_where_it_is(browser):
    page = browser("exercises/05_pointwise.html")
    reached, without_ring = [], []
    while (at := page.keyboard.press("Tab") or page.evaluate(FOCUS)) is not None:
        reached.append(at["text"])
        without_ring += [] if at["ring"] else [at["text"]]
        assert len(reached) < 300
    assert without_ring == []
    assert reached[0] == "Skip to main content"
    assert [text for text in reached if text in ("Check", "Print as a worksheet")][1:] == ["Check"] * 5


@_in_browser
def test_hints_come_one_at_a_time(browser):
    page = browser("exercises/05_pointwise.html")
    hints = page.locator("details.hint[data-exercise=pointwise_matmul]")
    assert [hint.is_visible() for hint in hints.all()][:2] == [True, False]
    hints.first.locator("summary").click()
    hints.nth(1).wait_for(state="visible")
    assert page.evaluate("record().checks.pointwise_matmul.hints") == 1
    page.evaluate("localStorage.clear()")


@_in_browser
def test_a_mistake_is_found_by_what_somebody_wrote(browser):
    page = browser("docs/mistakes.html")
    page.get_by_label("Find a mistake").fill("groups divided")
    shown = page.locator("ul.mistakes > li:visible")
    assert 1 <= shown.count() < page.locator("ul.mistakes > li").count() / 4
    page.get_by_label("Find a mistake").fill("")
    assert shown.count() == page.locator("ul.mistakes > li").count()


@_in_browser
def test_the_site_is_there_without_a_network(browser):
    page = browser("index.html")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.context.set_offline(True)
    try:
        for name in ("notebooks/07_depthwise.html", "exercises/02_channels.html", "docs/mistakes.html"):
            browser(name)
            assert page.locator("h1:visible").count() == 1
    finally:
        page.context.set_offline(False)


@_in_browser
def test_without_scripts_everything_is_to_be_seen(browser, site):
    context = browser.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "notebooks/04_counting.html").as_uri())
    assert page.get_by_text("360 weights and 8 biases").is_visible()
    page.goto((site / "exercises/05_pointwise.html").as_uri())
    assert page.get_by_text("parsons_pointwise = (").first.is_visible()
    context.close()


@_in_browser
def test_print_opens_what_is_folded_and_leaves_the_navigation_out(browser):
    page = browser("exercises/06_groups.html", theme="dark")
    answer = page.locator("details.answer pre").first
    assert not answer.is_visible()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert answer.is_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    for part in (
        ".bd-sidebar-primary",
        ".bd-sidebar-secondary",
        ".bd-header-article",
        ".prev-next-footer",
        ".for-print",
    ):
        assert page.locator(f"{part}:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open].answer").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@_in_browser
@pytest.mark.parametrize(
    "name", ["notebooks/04_counting.html", "exercises/06_groups.html", "docs/instructors.html"]
)
def test_nothing_is_cut_off_on_paper(browser, name):
    page = browser(name, width=718)  # A4, less the browser's margins
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    ends = page.locator(".bd-article :is(pre, table, img, p)").evaluate_all(
        "parts => parts.map(part => part.getBoundingClientRect().right)"
    )
    assert max(ends) <= 718
    page.evaluate("dispatchEvent(new Event('afterprint'))")


@_in_browser
def test_a_worksheet_is_printed_without_hints_and_answers(browser):
    page = browser("exercises/06_groups.html")
    page.evaluate("window.print = () => { dispatchEvent(new Event('beforeprint')) }")
    page.get_by_role("button", name="Print as a worksheet").click()
    page.emulate_media(media="print")
    assert page.locator("details:visible").count() == 0
    assert page.locator("h2:visible").count() >= 9
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("details.answer:visible").count() >= 9
