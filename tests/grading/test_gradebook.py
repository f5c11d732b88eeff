"""The exports as the platforms write them: Moodle's gradingtable.php, Canvas' gradebook_exporter.rb."""

import csv

import pytest
from class_results import exercise, grade, result, row

from sepconv.grading.report.gradebook import fill_gradebook

MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 123","Ann Lee",ann@example.org,"Submitted for grading",,100.00,Yes,"Monday, 30 November",-,\n'
    '"Participant 7","Ann Lee",lee@example.org,"Submitted for grading",50.00,100.00,Yes,-,-,"a ""word"",\r\nand more"\n'
    '"Participant 9","Bob Ray",bob@example.org,"No submission",,100.00,Yes,-,-,\n'
)
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Shapes (501),Groups (502),Current Score,Final Score\r\n"
    ",,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,11.00,20.00,(read only),(read only)\r\n"
    '"Lee, Ann",12,S1,annl,"Part A, and B",,3.00,10.0,10.0\r\n'
    '"Ray, Bob",13,S2,bobr,A,EX,,,\r\n'
    '"Student, Test",14,,test,A,,,,\r\n'
)


def cells(text):
    return list(csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=text.count)))


def fill(tmp_path, text, rows, column=None):
    """Fill an export; return its cells that changed, and what was said."""
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode())
    filled, (_, *sentences) = fill_gradebook(path, column, rows)
    assert filled.decode().count("\r\n") == text.count("\r\n")
    pairs = [zip(old, new, strict=True) for old, new in zip(cells(text), cells(filled.decode()), strict=True)]
    return [(i, new) for i, pair in enumerate(pairs) for old, new in pair if old != new], sentences


def moodle(shown, id, points):
    return row(
        shown, f"m.zip/{shown[:7]}_{id}_assignsubmission_file_/3.ipynb", exercise(points=points, of=11)
    )


def canvas(name, id, points):
    return row(name, f"{name}_{id}_99_3.ipynb", exercise(points=points, of=11))


@pytest.mark.parametrize(("comma", "number"), [(",", "100.00"), (";", "100,00"), ("\t", "100.00")])
def test_moodles_worksheet_is_filled_by_participant_and_nothing_else_changes(tmp_path, comma, number):
    rows = [moodle("Ann Lee (7)", 7, 11), moodle("Ann Lee (123)", 123, 4)]
    text = MOODLE.replace(",", comma).replace("100.00", number)
    assert fill(tmp_path, text, rows) == ([(1, "36.36"), (2, "100")], [])


@pytest.mark.parametrize("column", ["Shapes", "501", "Shapes (501)"])
def test_canvas_gradebook_is_filled_in_one_column_and_nothing_else_changes(tmp_path, column):
    rows = [canvas("leeann", 12, 11), canvas("raybob", 13, 2), canvas("new", 15, 1)]
    changed, sentences = fill(tmp_path, CANVAS, rows, column)
    assert changed == [(3, "11")]
    assert [one[:13] for one in sentences] == ["raybob has EX", "new is not in"]


def test_a_student_of_a_folder_is_found_by_a_name_that_only_one_has(tmp_path):
    rows = [row(name, f"{name}/3.ipynb", exercise(points=1)) for name in ("bob ray", "Ann Lee")]
    changed, (sentence,) = fill(tmp_path, MOODLE, rows)
    assert changed == [(3, "50")]
    assert sentence.startswith("Ann Lee cannot be told apart")
    rows = [row(name, "3.ipynb", exercise(points=1)) for name in ("Ann Lee", "Lee, Ann")]
    changed, sentences = fill(tmp_path, CANVAS, rows, "Groups")
    assert (changed, len(sentences)) == ([], 2)


def test_points_are_of_everything_that_was_marked_and_what_was_not_read_gets_none(tmp_path):
    rows = [
        moodle("Ann Lee", 123, 11),
        row("Cy", "x", exercise("b", of=9)),
        row("Bob Ray", "y", problem="empty"),
    ]
    changed, sentences = fill(tmp_path, MOODLE, rows)
    assert changed == [(1, "55")]
    assert [one[:12] for one in sentences] == ["Cy is not in", "Bob Ray hand"]


def test_it_is_refused_if_it_is_open_what_to_fill(tmp_path):
    with pytest.raises(ValueError, match=r"has the columns Shapes \(501\), Groups \(502\); name one"):
        fill(tmp_path, CANVAS, [])
    with pytest.raises(ValueError, match="neither"):
        fill(tmp_path, "a,b\n", [])


def test_the_export_itself_stays_and_it_is_said_what_was_done(monkeypatch, capsys, folder):
    (folder / "e.csv").write_bytes(MOODLE.encode())
    assert grade(monkeypatch, result(moodle("Ann Lee", 7, 11)), "--gradebook", "e.csv") == 0
    assert (folder / "e.csv").read_bytes() == MOODLE.encode()
    assert "1 of 1 students got points in the column Grade" in capsys.readouterr().out
    assert (folder / "e.filled.csv").exists()
