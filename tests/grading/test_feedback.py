import re
from html import unescape

import pytest
from class_results import exercise, grade, result, row

from sepconv.exercises import find
from sepconv.grading.hand_in import find_submissions
from sepconv.grading.report.outputs import pages
from sepconv.grading.report.page import as_feedback


@pytest.mark.parametrize(
    ("student", "file", "page"),
    [
        ("Ann Lee", "Ann Lee/03.ipynb", "Ann Lee"),
        # Moodle reads NAME_ID_TYPE_PLUGIN_ (is_valid_filename_for_import), Canvas the first two numbers between
        # underscores (infer_comment_context_from_filename).
        ("A. B", "m.zip/A. B_12_assignsubmission_file_/a/3.ipynb", "A. B_12_assignsubmission_file_feedback"),
        ("leeann", "class.zip/leeann_LATE_12_345_03_shapes.ipynb", "leeann_LATE_12_345_03_shapes"),
        ("anon", "anon_x5Tgp_345_03.ipynb", "anon_x5Tgp_345_03"),
        ("eve", "eve/A B_12_assignsubmission_file_/03.ipynb", "eve"),
        ("../../etc/passwd", "x", "etc_passwd"),
        ("..", "x", "student"),
        ("a\\b:c*?d", "x", "a_b_c__d"),
        ("Zoe\u0308", "x", "Zo\u00eb"),
        ("\u00e9" * 240, "x", "\u00e9" * 100),
    ],
)
def test_a_page_is_named_as_the_platform_takes_it_back(student, file, page):
    assert list(pages([row(student, file)])) == [f"{page}.html"]


def test_two_students_never_share_a_page(tmp_path):
    for id in (1, 2):  # two people of one name are two students already where they are found
        (tmp_path / f"Ann_{id}_assignsubmission_file_x.ipynb").touch()
    rows = [row(one.student, one.name) for one in find_submissions([tmp_path])[0]]
    named = pages(rows + [row(name, "x") for name in ("Ann", "ann", "A/n", "A:n", "ann_")])
    assert list(named)[:2] == [f"Ann_{id}_assignsubmission_file_x_feedback.html" for id in (1, 2)]
    assert len({name.casefold() for name in named}) == 7


def test_a_page_holds_one_students_words_a_hint_and_no_solution():
    rows = [row("Ann", "3.ipynb", exercise(says="  y = 1\n  z"), remarks=["A cell was left out."])]
    better = exercise("warmup_03_1", 1, 1, outcome="correct")  # handed in twice, it counts once
    rows += [row("Ann", "4.ipynb", exercise("warmup_03_1", 0, 1)), row("Ann", "5.ipynb", better)]
    page = unescape(re.sub("<[^>]*>", "", as_feedback(rows)))
    first, *others = find("out_size").hints
    words = ("1 of 3 points: Ann", "0 of 2 points: not yet  y = 1\n  z", first, "A cell was left out.")
    assert [page.count(one) for one in (*words, "Hint ", "warmup_03_1")] == [2, 1, 1, 1, 1, 1]
    assert not any(hint in page for hint in others)


def test_a_student_gets_nobody_elses_data_and_a_second_run_replaces_the_pages(monkeypatch, tmp_path):
    found = result(row("Ann", "a", exercise(says="one")), row("Bob", "b", exercise(says="two")))
    for _ in range(2):
        assert grade(monkeypatch, tmp_path, found, "--feedback", "fb") == 0
    assert sorted(path.name for path in (tmp_path / "fb").iterdir()) == ["Ann.html", "Bob.html"]
    words = re.findall(r"\w+", (tmp_path / "fb/Ann.html").read_text())
    assert {"one", "Bob", "two"} & {*words} == {"one"}
