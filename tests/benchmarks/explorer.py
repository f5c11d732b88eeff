"""How long a learner waits for the explorer: the first picture, and the answer to a moved pointer.

    python tests/benchmarks/explorer.py

Prints two tables and the sizes; each beside its budget.
"""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests/lib"))  # as pytest does
sys.path.insert(0, str(Path(__file__).parents[2] / "tests/pictures"))
sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from explorer_pages import chromium, state_of
from jupyter_page import LabServer, open_browser
from test_explorer_in_jupyterlab import opened, saved

from sepconv.pictures.explorer.page import FOLDER, static_figure

ROUNDS = 5
LAYERS = {
    "4 → 4 channels, 6×6": {"groups": 2},
    "two stages, 3 → 4 channels, 4×4": {"view": "two-stage", "in_channels": 3, "padding": 1, "input_size": 4},
    "16 → 16 channels, 9×9, groups 16": {
        "in_channels": 16, "out_channels": 16, "groups": 16, "padding": 1, "input_size": 9,
    },
    "16 → 16 channels, 9×9, groups 1": {"in_channels": 16, "out_channels": 16, "padding": 1, "input_size": 9},
    "two stages, 16 → 16 channels, 9×9": {
        "view": "two-stage", "in_channels": 16, "out_channels": 16, "padding": 1, "input_size": 9,
    },
}  # fmt: skip
# Milliseconds from the end of the cell's run until the frame with the maps has been painted.
PAINT = """async () => {
  const { content } = jupyterapp.shell.currentWidget, cell = content.widgets[0];
  content.activeCellIndex = 0;
  await jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
  const painted = () => new Promise(done => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  const shown = new Promise(done => {
    const look = () => (cell.node.querySelector("svg[data-map=output]") ? painted().then(() => done(performance.now())) : setTimeout(look, 1));
    look();
  });
  let ran = 0;
  const run = jupyterapp.commands.execute("notebook:run-cell").then(() => { ran = performance.now(); });
  await run;
  return Math.max(0, await shown - ran);
}"""
# For cells all over a map: milliseconds of the handler, and until the frame has been painted.
HOVER = """async key => {
  const svg = document.querySelector(`svg[data-map=${key}]`), box = svg.getBoundingClientRect(), times = [], told = new Set();
  const cells = [...svg.querySelectorAll(".sx-cells:not(.sx-zero)")].flatMap(path => [...path.getAttribute("d").matchAll(/M([\\d.]+) ([\\d.]+)/g)]);
  for (const [, x, y] of cells.filter((_, n) => n % Math.ceil(cells.length / 100) === 0)) {
    const place = { clientX: box.left + Number(x) + 3, clientY: box.top + Number(y) + 3, pointerType: "mouse", bubbles: true };
    times.push(await new Promise(done => requestAnimationFrame(() => {
      const start = performance.now();
      svg.dispatchEvent(new PointerEvent("pointermove", place));
      const handled = performance.now() - start, { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done([handled, performance.now() - start]);
      port2.postMessage(0);
    })));
    told.add(document.querySelector("[role=status]").textContent);
  }
  if (told.size < times.length) throw new Error(`${told.size} cells were met, not ${times.length}`);
  return times.slice(1);
}"""


def first_paints(folder):
    """Return rows of (layer, the notebook's first explorer, the median of later ones), in ms."""
    rows = []
    with LabServer() as server, open_browser() as context:
        for n, (name, settings) in enumerate(LAYERS.items()):
            code = f"from sepconv import explore\nexplore(**{settings!r})"
            with opened((server, context), saved(folder / f"paint-{n}.ipynb", code)) as (page, _):
                times = [page.evaluate(PAINT) for _ in range(ROUNDS)]
            rows.append((name, times[0], statistics.median(times[1:])))
    return rows


def hovers(folder):
    """Return rows of (layer, map, the handler's median, the painted frame's median and slowest), in ms."""
    rows = []
    with chromium(folder) as browser:
        for name, settings in LAYERS.items():
            with browser.open(**settings) as shown:
                for key in ("output", "input"):
                    handled, painted = zip(*shown.frame.evaluate(HOVER, key))
                    rows.append(
                        (name, key, statistics.median(handled), statistics.median(painted), max(painted))
                    )
    return rows


def table(title, head, rows):
    """Print a table as Markdown."""
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print("|", " | ".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row), "|")


def main():
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        table(
            "First paint after the cell has run, in JupyterLab (budget 200 ms)",
            ["layer", "first of a notebook, ms", "later ones, median, ms"],
            first_paints(folder),
        )
        table(
            "A moved pointer (budget 16 ms)",
            ["layer", "map", "handler, median, ms", "painted, median, ms", "painted, slowest, ms"],
            hovers(folder),
        )
    sizes = [(name, (FOLDER / name).stat().st_size) for name in ("explorer.js", "explorer.css")]
    stored = len(
        static_figure(state_of(**LAYERS["16 → 16 channels, 9×9, groups 1"]), "a convolution", 700).encode()
    )
    rows = [
        *sizes,
        ("both (budget 60,000)", sum(size for _, size in sizes)),
        ("stored in a notebook (budget 30,000)", stored),
    ]
    table("Sizes", ["", "bytes"], rows)


if __name__ == "__main__":
    main()
