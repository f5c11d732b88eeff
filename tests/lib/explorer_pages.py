"""Opens the explorer's static page in Chromium with the network blocked, and reports what goes wrong there."""

import contextlib
import json
from dataclasses import dataclass, field

import pytest
from jupyter_page import find_browser, open_browser

from sepconv import explore
from sepconv.pictures.explorer.page import FOLDER, static_figure

in_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(
        find_browser() is None, reason="no Chromium: the browser tests are left out; apt-get install chromium"
    ),
]


def state_of(**settings):
    """Return what a page starts with; besides the arguments of `explore`, `numbers`, `predict` and `selected`."""
    later = {name: settings.pop(name) for name in ("numbers", "predict", "selected") if name in settings}
    widget = explore(**settings)
    for name, value in later.items():
        setattr(widget, name, value)
    return widget.state()


@dataclass
class Opened:
    """A page with the explorer in its frame, and the problems so far."""

    page: object
    frame: object
    problems: list = field(default_factory=list)

    def status(self):
        return self.frame.locator("[role=status]").inner_text()

    def map(self, key):
        return self.frame.locator(f"svg[data-map={key}]")

    def field(self, name):
        return self.frame.locator(f".sx-{name} select")

    def choose(self, name, value):
        self.field(name).select_option(value)

    def click(self, name):
        self.frame.get_by_role("button", name=name, exact=True).click()

    def fact(self, name):
        return self.frame.locator(f"dt:text-is('{name}') + dd").inner_text()


def listen(page, problems, own=()):
    """Collect page errors, console errors, and requests that leave the page, but for addresses of its own."""
    page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
    page.on(
        "console", lambda told: problems.append(f"console: {told.text}") if told.type == "error" else None
    )
    own = ("file:", "about:", "blob:", "data:", *own)
    page.on(
        "request",
        lambda request: None if request.url.startswith(own) else problems.append(f"request: {request.url}"),
    )


class Chromium:
    """Opens pages; each test closes its own."""

    def __init__(self, browser, folder):
        self._browser, self._folder = browser, folder
        self._number = 0

    @contextlib.contextmanager
    def open(self, figure=None, waits=True, width=1000, height=1400, **options):
        """Show a figure (or that of `state_of`) on a page of its own; options are those of a browser's context."""
        settings = {n: options.pop(n) for n in list(options) if n not in _CONTEXT_OPTIONS}
        figure = figure or static_figure(state_of(**settings), "a convolution", 700)
        self._number += 1
        path = self._folder / f"page-{self._number}.html"
        text = f"<!doctype html><html lang='en'><meta name='viewport' content='width=device-width'><title>Static</title><body>{figure}</body></html>"
        path.write_text(text, encoding="utf-8")
        context = self._browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        opened = Opened(page, None)
        listen(page, opened.problems)
        page.goto(path.as_uri())
        opened.frame = page.frames[-1]
        if waits:
            opened.frame.wait_for_selector(".sx svg", timeout=10_000)
        try:
            yield opened
        finally:
            context.close()

    @contextlib.contextmanager
    def module(self):
        """Open an empty page and import the module in it as ``m``; yields what calls a function of JavaScript there."""
        context = self._browser.new_context()
        page = context.new_page()
        problems = []
        listen(page, problems)
        page.goto("about:blank")
        source = (FOLDER / "explorer.js").read_text(encoding="utf-8")
        page.evaluate(
            "async text => { const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));"
            " window.m = await import(url); }",
            source,
        )

        def call(function, argument=None):
            # As text: Playwright takes minutes for what holds a million numbers.
            return json.loads(page.evaluate(f"a => JSON.stringify(({function})(a))", argument))

        yield call
        context.close()
        assert problems == []


_CONTEXT_OPTIONS = (
    "color_scheme",
    "has_touch",
    "is_mobile",
    "reduced_motion",
    "java_script_enabled",
    "device_scale_factor",
)


@contextlib.contextmanager
def chromium(folder):
    """Start Chromium, without any other host than this one."""
    with open_browser() as context:
        yield Chromium(context.browser, folder)
