"""The exports as the platforms write them: Moodle's gradingtable.php, Canvas' gradebook_exporter.rb."""

import re

import pytest
from class_results import exercise, grade, result, row

from sepconv.grading.report.gradebook import Gradebook

MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 123","Ann Lee",ann@example.org,"Submitted for grading",,100.00,Yes,"Monday, 30 November",-,\n'
    '"Participant 7","Ann Lee",lee@example.org,"Submitted for grading",50.00,100.00,Yes,-,-,"a ""word"",\nand more"\n'
    '"Participant 9","Bob Ray",bob@example.org,"No submission",,100.00,Yes,-,-,\n'
)
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Shapes (501),Groups (502),Current Score,Final Score\r\n"
    ",,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,11.00,20.00,(read only),(read only)\r\n"
    '"Lee, Ann",12,S1,annl,"Part A, and B",,3.00,10.0,10.0\r\n'
    '"Ray, Bob",13,S2,bobr,A,EX,,,\r\n'
    '"Student, Test",14,,test,A,,,,'
)


def fill(tmp_path, text, rows, column=None):
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode())
    filled, (_, *sentences) = Gradebook(path, column).fill(rows)
    return filled.decode(), sentences


def moodle(name, id, points):
    return row(name, f"m.zip/{name}_{id}_assignsubmission_file_/3.ipynb", exercise(points=points, of=11))


def canvas(name, id, points):
    return row(name, f"{name}_{id}_999_3.ipynb", exercise(points=points, of=11))


def test_moodles_worksheet_is_filled_by_participant_and_nothing_else_changes(tmp_path):
    filled, sentences = fill(tmp_path, MOODLE, [moodle("Ann Lee", 7, 11), moodle("Ann Lee", 123, 4)])
    assert filled == MOODLE.replace('grading",,', 'grading",36.36,').replace(",50.00,", ",100,")
    assert sentences == []


@pytest.mark.parametrize("column", ["Shapes", "501", "Shapes (501)"])
def test_canvas_gradebook_is_filled_in_one_column_and_nothing_else_changes(tmp_path, column):
    rows = [canvas("leeann", 12, 11), canvas("raybob", 13, 2), canvas("new", 15, 1)]
    filled, sentences = fill(tmp_path, CANVAS, rows, column)
    assert filled == CANVAS.replace('B",,3', 'B",11,3')
    assert [re.sub(r" \(.*\)| in .*", "", one) for one in sentences] == ["raybob has EX", "new is not"]


def test_semicolons_and_decimal_commas_stay_what_they_are(tmp_path):
    text = "\ufeff" + MOODLE.replace(",", ";").replace("100.00", "100,00")
    assert (
        '"Bob Ray";bob@example.org;"No submission";36,36;100,00;'
        in fill(tmp_path, text, [moodle("Bob Ray", 9, 4)])[0]
    )
    text = MOODLE.replace("100.00", '"100,00"')
    assert 'submission","36,36","100,00"' in fill(tmp_path, text, [moodle("Bob Ray", 9, 4)])[0]


def test_a_student_of_a_folder_is_found_by_a_name_that_only_one_has(tmp_path):
    rows = [
        row("bob ray", "bob ray/3.ipynb", exercise(points=1)),
        row("Ann Lee", "Ann Lee/3.ipynb", exercise()),
    ]
    filled, sentences = fill(tmp_path, MOODLE, rows)
    assert '"No submission",50,100.00' in filled
    assert len(sentences) == 1
    assert "Ann Lee (Ann Lee/3.ipynb) cannot be told apart" in sentences[0]
    rows = [row(name, "3.ipynb", exercise(points=1)) for name in ("Ann Lee", "Lee, Ann")]
    filled, sentences = fill(tmp_path, CANVAS, rows, "Groups")
    assert filled == CANVAS
    assert len(sentences) == 2


def test_points_are_of_everything_that_was_marked_and_what_was_not_read_gets_none(tmp_path):
    two = exercise("other", of=9)
    rows = [moodle("Ann Lee", 123, 11), row("Bob Ray", "x", two), row("Eve", "y", problem="empty")]
    filled, sentences = fill(tmp_path, MOODLE.replace("Bob Ray", "Eve"), rows)
    assert 'grading",55,100.00' in filled
    assert [one[:15] for one in sentences] == ["Bob Ray (x) is ", "Eve (y) handed "]


def test_it_is_refused_if_it_is_open_what_to_fill(tmp_path):
    with pytest.raises(ValueError, match=r"has the columns Shapes \(501\), Groups \(502\); name one"):
        fill(tmp_path, CANVAS, [])
    with pytest.raises(ValueError, match="neither"):
        fill(tmp_path, "a,b\n", [])


def test_the_export_itself_stays_and_it_is_said_what_was_done(monkeypatch, capsys, folder):
    (folder / "e.csv").write_text(MOODLE)
    assert grade(monkeypatch, result(moodle("Ann Lee", 7, 11)), "--gradebook", "e.csv") == 0
    assert (folder / "e.csv").read_text() == MOODLE
    assert "1 of 3 lines got points, in e.filled.csv, column Grade" in capsys.readouterr().out
