"""Where a lesson opens the explorer: after a guess, with something to try, and with what a viewer without it can read."""

import re
import zlib
from base64 import b64decode

import pytest
from notebook_files import find_notebooks, read

from sepconv.pictures.explorer.page import packed_source

USES = [
    (path, place)
    for path in find_notebooks(folders=["notebooks"])
    for place, cell in enumerate(read(path).cells)
    if cell.cell_type == "code" and "explore(" in cell.source
]
each_use = pytest.mark.parametrize(
    ("path", "place"), USES, ids=[f"{path.stem}-{place}" for path, place in USES]
)


def test_the_lessons_on_channels_and_shapes_use_it():
    assert {path.name[:2] for path, _ in USES} >= {"01", "03", "04", "06", "07", "08"}


@each_use
def test_a_guess_comes_first(path, place):
    *_, before = (cell for cell in read(path).cells[:place] if cell.cell_type == "code")
    assert before.source.startswith('my_guess = "?"')


@each_use
def test_there_is_something_to_try_and_what_is_seen_is_read_aloud(path, place):
    cells = read(path).cells
    around = "\n".join(cell.source for cell in cells[place - 2 : place + 2] if cell.cell_type == "markdown")
    assert re.search(r"\b(point at|choose|crossed out)\b", around, re.IGNORECASE)
    printed = next(n for n in range(place + 1, len(cells)) if "print(" in cells[n].source)
    assert printed <= place + 3
    assert cells[printed + 1].cell_type == "markdown"


@each_use
def test_a_viewer_without_frames_reads_what_is_shown(path, place):
    (output,) = read(path).cells[place].outputs
    caption = re.search(r"<figcaption>(.+?)</figcaption>", output.data["text/html"]).group(1)
    assert "Run this cell to explore a convolution of" in caption
    assert list(output.data) == ["text/html", "text/plain"]
    assert len(output.data["text/html"]) < 45_000


def unpacked(text):
    """The style and the module that are packed into a page; the packing itself may differ between versions of zlib."""
    return zlib.decompress(b64decode(re.search(r"[A-Za-z0-9+/]{2000,}=*", text).group()))


@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_what_is_stored_is_the_explorer_of_this_package(folder):
    stored = {
        path.name: unpacked(output.data["text/html"])
        for path in find_notebooks(folders=[folder])
        for cell in read(path).cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "sepconv-explorer" in output.get("data", {}).get("text/html", "")
    }
    now = unpacked(packed_source())
    assert len(stored) >= 3
    assert [name for name, page in stored.items() if page != now] == [], (
        "repair: python tools/run_notebooks.py"
    )
