import csv
import io
import json
import os
import re

import pytest
from class_results import exercise, grade, result, row
from jupyter_page import open_browser

from sepconv.grading.legible import legible
from sepconv.grading.report import tables
from sepconv.grading.report.page import as_feedback, as_page
from sepconv.grading.report.students import mistakes
from sepconv.grading.report.text import for_instructor, for_learner


def test_reports_hold_every_row_and_run_nothing():
    wrong = exercise(mistake="M1", mistake_name="<b> was bold", says="=1+1")
    rows = row("=cmd", "a", wrong), row("bob", "b", problem="The file is empty.")
    found = result(*rows, remarks=["notes.pdf is no notebook."])
    lines = list(csv.DictReader(io.StringIO(tables.as_csv(found))))
    assert [one["student"] for one in lines] == ["'=cmd", "bob", ""]
    assert [one["says"] for one in lines] == ["'=1+1", "The file is empty.", "notes.pdf is no notebook."]
    html = as_page(found)
    assert ("&lt;b&gt; was bold" in html, "<b>" in html) == (True, False)
    assert json.loads(tables.as_json(found))["mistakes"] == [[1, "out_size", "M1", "<b> was bold"]]
    gradescope = json.loads(tables.as_gradescope(found))
    assert gradescope["tests"][0]["max_score"] == 2
    assert "Submissions: 2, not marked: 1. Students: 2." in for_instructor(found)
    for text in (html, gradescope["output"], for_instructor(found), for_learner(found)):
        assert {"notes.pdf", "empty."} <= {*text.replace("<", " ").replace(">", " ").split()}


def test_two_who_are_shown_alike_stay_two():
    found = result(*(row("Ann", "a", exercise(mistake="M1", points=i), who=i) for i in (1, 2)))
    assert re.findall(r"(\d) of 2 points: Ann", as_page(found)) == ["1", "2"]
    assert [list(line) for line in mistakes(found["submissions"])] == [[2, "out_size", "M1", ""]]
    with pytest.raises(ValueError, match="several"):
        tables.as_gradescope(found)


def test_the_learners_table_names_what_is_left_and_the_next_step():
    done, no = {"outcome": "correct", "points": 2}, {"outcome": "not attempted"}
    some = exercise(**done), exercise("b", **no), exercise("c", mistake="M", mistake_name="odd")
    assert for_learner(result(row("", "x", *some, exercise("d", lesson=4, **no)))).splitlines() == [
        "Lesson  3    1 of  3 done    2 of  6 points",
        "    not attempted: b",
        "    not yet: c (odd)",
        "Lesson  4    0 of  1 done    0 of  2 points",
        "    not begun",
        "",
        "2 of 8 points (25 %). Next: c, in lesson 3.",
    ]


@pytest.mark.parametrize("begins", ["", " ", "'", '"', "\u00a0", "\u200b"])
@pytest.mark.parametrize("before", ["", "a;", "a\n", "\n", "\t"])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_cell_is_a_formula(before, begins, sign):
    assert tables.harmless(f"{before}{begins}{sign}a") == f"{before}'{begins}{sign}a"
    assert tables.harmless(f"a {sign} b;\n\nc") == f"a {sign} b;\n\nc"


def test_half_characters_cost_one_cell_and_a_link_to_a_private_file_stays_one(monkeypatch, capsys, tmp_path):
    (tmp_path / "private").touch(mode=0o600)
    (tmp_path / "csv").symlink_to("private")
    broken = row("M\udcfcller", "M\udcfcller/03.ipynb", exercise(says="caf\udce9"), remarks=["\udce9"])
    outputs = [f"--{kind}={kind}" for kind in ("csv", "json", "html", "gradescope", "feedback")]
    assert grade(monkeypatch, tmp_path, result(broken), *outputs) == 0
    assert "M\\udcfcller" in capsys.readouterr().out
    assert (tmp_path / "private").read_text().endswith(",caf\\udce9\n")
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600
    assert "caf\\udce9" in (tmp_path / "html").read_text()
    assert os.listdir("feedback") == ["M_udcfcller.html"]


def test_a_name_forges_no_line_and_no_color_of_the_terminal():
    forged = "ann\nFAKE 11 of 11 points\x1b[31m\u202e\x9b\u2028" + " \u3000\u2800" * 300 + "x" * 999
    found = legible(result(row(forged, forged, problem=forged), remarks=[forged]))
    out = f"{for_instructor(found)}\n{for_learner(found)}"
    assert not set(out) & set("\x1b\u202e\x9b\u2028\u2800")
    assert all(len(line) < 900 and "   " not in line.lstrip() for line in out.splitlines())
    assert legible(found) == found
    begins = [line[:4] for line in out.splitlines()]
    assert begins == ["ann\\", "ann\\", "", "Subm", "Sand", "ann\\", "ann\\", "", "0 of"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--csv /dev/null", "--csv /dev/null is no ordinary file"),
        ("--html nowhere/a", "--html nowhere/a cannot be written: No such file"),
        ("--feedback file", "--feedback file is no folder"),
        ("--csv a --json ./a", "over or into a"),
        ("--csv a --json a.unfinished", "a.unfinished"),
        ("--csv in/ann.ipynb", "over or into in"),
        ("--feedback pages --csv pages/a.csv", "over or into pages"),
        ("--gradebook marks.csv --csv marks.csv", "over or into marks.csv"),
        ("--gradebook file", "neither Moodle's"),
    ],
)
def test_outputs_are_tried_before_anything_is_marked(monkeypatch, capsys, tmp_path, arguments, sentence):
    (tmp_path / "pages").mkdir()
    (tmp_path / "file").write_text("as it was")
    (tmp_path / "marks.csv").write_text("Identifier,Grade\n")
    assert grade(monkeypatch, tmp_path, None, *arguments.split()) == 2
    assert sentence in capsys.readouterr().err
    assert " ".join(sorted(path.name for path in tmp_path.rglob("*"))) == "ann.ipynb file in marks.csv pages"


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
