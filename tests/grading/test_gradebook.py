"""The exports as the platforms write them: Moodle's gradingtable.php, Canvas' gradebook_exporter.rb."""

import csv
import io

import pytest
from class_results import exercise, grade, result, row

from sepconv.grading.report.tables import fill_gradebook

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


def fill(tmp_path, text, rows, column=None):
    """Fill an export; return its cells that changed, and what was said."""
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode())
    filled, (_, *sentences) = fill_gradebook(path, column, rows)
    assert filled.count(b"\r\n") == text.count("\r\n")
    comma, texts = max(",;\t", key=text.count), (text, filled.decode())
    old, new = [list(csv.reader(io.StringIO(one, newline=""), delimiter=comma)) for one in texts]
    assert [*map(len, old)] == [*map(len, new)]
    return [(i, cell) for i in range(len(new)) for cell, was in zip(new[i], old[i]) if cell != was], sentences


def points(student, file, points, name="a", of=11):
    return row(student, file, exercise(name, points, of))


ANN = points("Ann Lee (7)", "Ann Lee_7_assignsubmission_file_/3.ipynb", 11)


@pytest.mark.parametrize(("comma", "number"), [(",", "100.00"), (";", "100,00"), ("\t", "100.00")])
def test_moodles_worksheet_is_filled_by_participant_and_nothing_else_changes(tmp_path, comma, number):
    rows = [ANN, points("Ann Lee (123)", "Ann Lee_123_assignsubmission_file_x.ipynb", 4)]
    text = MOODLE.replace(",", comma).replace("100.00", number)
    assert fill(tmp_path, text, rows) == ([(1, "36.36"), (2, "100")], [])


@pytest.mark.parametrize("column", ["Shapes", "501", "Shapes (501)"])
def test_canvas_gradebook_is_filled_in_one_column_and_nothing_else_changes(tmp_path, column):
    rows = [points(f"n{id}", f"n{id}_{id}_999_3.ipynb", 11) for id in (12, 13, 15)]
    changed, sentences = fill(tmp_path, CANVAS, rows, column)
    assert changed == [(3, "11")]
    assert [one[:10] for one in sentences] == ["n13 has EX", "n15 is not"]
    with pytest.raises(ValueError, match=r"has the columns Shapes \(501\), Groups \(502\); name one"):
        fill(tmp_path, CANVAS, rows)


def test_a_student_of_a_folder_is_found_by_a_name_and_points_are_of_everything_that_was_marked(tmp_path):
    unread = row("Test Student", "y", problem="empty")
    rows = [points("ann lee", "ann lee/3.ipynb", 11), points("Cy", "x", 0, "b", 9), unread]
    changed, sentences = fill(tmp_path, CANVAS, rows, "Shapes")
    assert changed == [(3, "6.05")]
    assert [one[:21] for one in sentences] == ["Cy is not in the grad", "Test Student handed i"]


def test_one_student_alone_changes_nobody_elses_share(tmp_path):
    copied = row("Eve", "x", exercise("a", 11, 11), exercise("b", 0, 30))
    rows = [ANN, points("Bob Ray", "bob/3.ipynb", 11), copied]
    assert fill(tmp_path, MOODLE, rows)[0] == [(2, "100"), (3, "100")]


@pytest.mark.parametrize("export", [MOODLE, CANVAS])
def test_who_cannot_be_told_apart_gets_no_points(tmp_path, export):
    rows = [points(name, "3.ipynb", 11) for name in ("Ann Lee", "Lee, Ann")]
    alike = [row("Bob Ray", "3.ipynb", exercise(), who=i) for i in (1, 2)]
    changed, sentences = fill(tmp_path, export, rows + alike, "Groups")
    assert (changed, ["told apart" in one for one in sentences]) == ([], [True] * 4)


def test_the_export_itself_stays_and_it_is_said_what_was_done(monkeypatch, capsys, tmp_path):
    (tmp_path / "e.csv").write_bytes(MOODLE.encode())
    assert grade(monkeypatch, tmp_path, result(ANN), "--gradebook", "e.csv") == 0
    assert (tmp_path / "e.csv").read_bytes() == MOODLE.encode() != (tmp_path / "e.filled.csv").read_bytes()
    said = "1 of 1 students got points in the column Grade; people of the export without a notebook: 2."
    assert said in capsys.readouterr().out
