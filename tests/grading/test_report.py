import csv
import io
import json
import os

import pytest
from class_results import exercise, grade, result, row
from jupyter_page import open_browser

from sepconv.grading.legible import legible
from sepconv.grading.report import tables
from sepconv.grading.report.feedback import as_feedback
from sepconv.grading.report.page import as_page
from sepconv.grading.report.text import for_instructor


def a_class():
    wrong = exercise(mistake="M1", mistake_name="<b> was bold", says="=1+1")
    unread = row("bob", "b", problem="The file is empty.")
    return result(row("=cmd", "a", wrong), unread, remarks=["notes.pdf is no notebook."])


def test_reports_hold_every_row_and_run_nothing():
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(a_class()))))
    assert [one["student"] for one in rows] == ["'=cmd", "bob", ""]
    assert [one["says"] for one in rows] == ["'=1+1", "The file is empty.", "notes.pdf is no notebook."]
    html = as_page(a_class())
    assert "&lt;b&gt; was bold" in html
    assert "<b>" not in html
    assert json.loads(tables.as_json(a_class()))["mistakes"] == [[1, "out_size", "M1", "<b> was bold"]]
    gradescope = json.loads(tables.as_gradescope(a_class()))
    assert gradescope["tests"][0]["max_score"] == 2
    assert all("notes.pdf" in text for text in (html, for_instructor(a_class()), gradescope["output"]))


@pytest.mark.parametrize("begins", ["", " ", "'", '"', "\u00a0", "\u200b"])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠\t\r\n")
def test_no_cell_is_a_formula(begins, sign):
    assert tables.harmless(f"{begins}{sign}a") == f"'{begins}{sign}a"
    if not sign.isspace():  # elsewhere than in front these begin a cell for a spreadsheet, but no formula
        assert tables.harmless(f"a;{begins}{sign}a") == f"a;'{begins}{sign}a"
        assert tables.harmless(f"a\n{begins}{sign}a") == f"a\n'{begins}{sign}a"


def test_numbers_and_differences_stay():
    for harmless in (-1, "-1", "+2.5", "a - b", "x;\n\ny"):
        assert tables.harmless(harmless) == harmless


def test_half_characters_cost_one_cell(monkeypatch, capsys, folder):
    broken = row("M\udcfcller", "M\udcfcller/03.ipynb", exercise(says="caf\udce9"), remarks=["\udce9"])
    outputs = [f"--{kind}={kind}" for kind in ("csv", "json", "html", "gradescope", "feedback")]
    assert grade(monkeypatch, result(broken), *outputs) == 0
    assert "M\\udcfcller" in capsys.readouterr().out
    assert (folder / "csv").read_text().endswith(",caf\\udce9\n")
    assert "caf\\udce9" in (folder / "html").read_text()
    assert os.listdir("feedback") == ["M_udcfcller.html"]


@pytest.mark.usefixtures("folder")
def test_a_name_forges_no_line_and_no_color_of_the_terminal(monkeypatch, capsys):
    forged = "ann\nFAKE 11 of 11 points\x1b[31m\u202e\x9b\u2028"
    assert grade(monkeypatch, result(row(forged, forged, problem=forged), remarks=[forged])) == 0
    out = capsys.readouterr().out
    assert not set(out) & set("\x1b\u202e\x9b\u2028")
    assert [line[:4] for line in out.splitlines()] == ["ann\\", "ann\\", "", "Subm", "Sand"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--csv /dev/null", "--csv /dev/null is no ordinary file"),
        ("--csv fifo", "--csv fifo is no ordinary file"),
        ("--json pages", "--json pages is a folder"),
        ("--html nowhere/a", "there is no folder"),
        ("--html /proc/a", "--html /proc/a cannot be written"),
        ("--feedback file", "--feedback file is a file"),
        ("--csv a --json ./a", "are one file"),
        ("--csv file --json link", "are one file"),
        ("--csv a --json a.unfinished", "are one file"),
        ("--csv in/ann.ipynb", "over or into in"),
        ("--feedback in/feedback", "over or into in"),
        ("--feedback pages --csv pages/a.csv", "over or into pages"),
        ("--gradebook marks.csv --csv marks.csv", "over or into marks.csv"),
        ("--gradebook file", "neither Moodle's"),
        ("--feedback pages", "pages/ann.html is there"),
    ],
)
def test_outputs_are_tried_before_anything_is_marked(monkeypatch, capsys, folder, arguments, sentence):
    os.mkfifo("fifo")
    (folder / "pages").mkdir()
    (folder / "pages/ann.html").write_text("of somebody else")
    (folder / "file").write_text("as it was")
    (folder / "marks.csv").write_text("Identifier,Grade\n")
    (folder / "link").symlink_to("file")
    before = sorted(folder.rglob("*"))
    assert grade(monkeypatch, None, *arguments.split()) == 2
    assert sentence in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_a_link_is_followed_and_a_private_file_stays_private(monkeypatch, folder):
    (folder / "file").touch(mode=0o600)
    (folder / "link").symlink_to("file")
    assert grade(monkeypatch, a_class(), "--csv", "link") == 0
    assert (folder / "link").is_symlink()
    assert (folder / "file").read_text().startswith("student,")
    assert (folder / "file").stat().st_mode & 0o777 == 0o600


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("write", [as_page, lambda found: as_feedback(found["submissions"][:1])])
def test_pages_are_accessible_and_nothing_leaves_the_window(scheme, write):
    from axe_playwright_python.sync_playwright import Axe

    long = "\u202e" + "w" * 240
    wrong = exercise(mistake="M1", mistake_name=long, says=long)
    found = legible(result(row(long, long, wrong, remarks=[long]), row("bob", "b", problem=long)))
    with open_browser() as browser:
        tab = browser.new_page()
        tab.emulate_media(color_scheme=scheme)
        tab.set_content(write(found))
        tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        violations = Axe().run(tab).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        for width in (360, 1280):
            tab.set_viewport_size({"width": width, "height": 800})
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
