"""How long a reader waits for a page of the web edition, on a phone and at a desk, in Chromium slowed down four times.

    python3 course.py docs
    python tests/benchmarks/pages.py

A page is interactive when its scripts have set it up and its last task of more than 50 ms is over. Other programs on the
machine make that later, so the least of several visits is shown. The second table changes less with them: the processor
time of the page's main thread, times four, and what takes it.
"""

import argparse
import gzip
import json
import re
import sys
import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from jupyter_page import open_browser

ROOT = Path(__file__).parents[2]
PAGES = (
    "notebooks/02_channels.html",
    "notebooks/06_groups.html",
    "notebooks/07_depthwise.html",
    "exercises/08_separable.html",
    "exercises/11_mobilenet_audit.html",
    "docs/mistakes.html",
)
SCREENS = {"phone": (390, 844), "desk": (1280, 900)}
SLOWER = 4
BUDGET_MS, BUDGET_BYTES = 2000, 400_000
# First paint, DOMContentLoaded, load, interactive: milliseconds since the visit began.
WAITED = """() => new Promise(done => {
  const ends = [];
  const note = list => ends.push(...list.getEntries().map(task => task.startTime + task.duration));
  new PerformanceObserver(note).observe({ type: "longtask", buffered: true });
  setTimeout(() => {
    const { domContentLoadedEventEnd, loadEventEnd } = performance.getEntriesByType("navigation")[0];
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN;
    done([paint, domContentLoadedEventEnd, loadEventEnd, Math.max(domContentLoadedEventEnd, ...ends)]);
  }, 1500);
})"""
# What the events of a trace are about; the script of an event stands in its data.
KINDS = {
    "ParseHTML": "HTML", "ParseAuthorStyleSheet": "style", "UpdateLayoutTree": "style", "Layout": "layout",
    "PrePaint": "paint", "Paint": "paint", "Layerize": "paint", "Commit": "paint",
    "V8.GC_MC_BACKGROUND": "garbage", "MinorGC": "garbage", "MajorGC": "garbage",
}  # fmt: skip
_PICTURE = re.compile(rb"data:image/[^\"')]*")


class Quiet(SimpleHTTPRequestHandler):
    """A server that keeps no log."""

    def log_message(self, *arguments):
        """Say nothing."""


def compressed(site, name):
    """Return the bytes of a page as a server sends it, without pictures, and those of our script and style."""
    page = gzip.compress(_PICTURE.sub(b"", (site / name).read_bytes()))
    own = [gzip.compress((site / "_static" / file).read_bytes()) for file in ("course.js", "course.css")]
    return len(page) + sum(map(len, own))


def visit(browser, address, size, slower):
    """Open a page as at a first visit; return the times, and the trace's events."""
    context = browser.new_context(
        viewport=dict(zip(("width", "height"), size)), service_workers="block", is_mobile=size[0] < 500
    )
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    if slower == 1:
        browser.start_tracing(page=page, categories=["devtools.timeline", "v8", "toplevel"])
    page.goto(address, wait_until="load")
    waited = page.evaluate(WAITED)
    events = json.loads(browser.stop_tracing())["traceEvents"] if slower == 1 else []
    context.close()
    return waited, events


def spent(events):
    """Return {kind: milliseconds of processor time} of the main thread, each event without those inside of it."""
    threads = {(e["pid"], e["tid"]) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    by_thread = {thread: [] for thread in threads}
    for event in events:
        if event["ph"] == "X" and event.get("tdur") and (event["pid"], event["tid"]) in threads:
            by_thread[event["pid"], event["tid"]].append(event)
    busiest = max(by_thread.values(), key=lambda some: sum(e["tdur"] for e in some))
    times, open_ones = Counter(), []  # of the open ones: when it ends, and its kind
    for event in sorted(busiest, key=lambda e: (e["tts"], -e["tdur"])):
        while open_ones and open_ones[-1][0] <= event["tts"]:
            open_ones.pop()
        around = open_ones[-1][1] if open_ones else "other"
        kind = kind_of(event, around)
        times[kind] += event["tdur"] / 1000
        if open_ones:
            times[around] -= event["tdur"] / 1000
        open_ones.append((event["tts"] + event["tdur"], kind))
    return times


def kind_of(event, around):
    """Return what an event is about: a kind, the file of a script, or what the event around it is about."""
    data = event.get("args", {}).get("data") or {}
    url = data.get("url") or data.get("fileName") or ""
    if event["name"] in ("EvaluateScript", "FunctionCall", "v8.compile", "v8.produceCache"):
        name = url.split("?")[0].rsplit("/", 1)[-1]
        return name if name.endswith(".js") else "scripts in the page"
    return KINDS.get(event["name"], around)


def table(title, head, rows):
    """Print a table as Markdown."""
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print("|", " | ".join(f"{cell:,.0f}" if isinstance(cell, float | int) else cell for cell in row), "|")


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "build/site", help="a built site")
    parser.add_argument("--rounds", type=int, default=5, help="visits to each page")
    options = parser.parse_args()
    if not (options.site / "_static/course.js").exists():
        parser.error(f"{options.site} holds no site: build one with python3 course.py docs")
    waited, takes = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=options.site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with open_browser() as context:
            for name in PAGES:
                address = f"http://127.0.0.1:{server.server_port}/{name}"
                for screen, size in SCREENS.items():
                    times = [visit(context.browser, address, size, SLOWER)[0] for _ in range(options.rounds)]
                    waited.append([name, screen, compressed(options.site, name), *map(min, zip(*times))])
                    traces = [
                        spent(visit(context.browser, address, size, 1)[1]) for _ in range(options.rounds)
                    ]
                    least = min(traces, key=lambda times: sum(times.values()))
                    kinds = [f"{kind} {SLOWER * time:.0f}" for kind, time in least.most_common(9)]
                    takes.append([name, screen, SLOWER * sum(least.values()), ", ".join(kinds)])
        server.shutdown()
    table(
        f"The least of {options.rounds} visits, ms, {SLOWER} times slower (interactive: budget {BUDGET_MS:,}; "
        f"bytes, compressed, without pictures and the theme's files: {BUDGET_BYTES:,})",
        ["page", "screen", "bytes", "first paint", "DOM ready", "load", "interactive"],
        waited,
    )
    table("Processor time of the main thread, ms times four", ["page", "screen", "all", "of it"], takes)


if __name__ == "__main__":
    main()
