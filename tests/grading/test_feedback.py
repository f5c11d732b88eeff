import re
from html import unescape

import pytest
from class_results import exercise, grade, result, row

from sepconv.exercises import find
from sepconv.grading.report.outputs import pages
from sepconv.grading.report.page import as_feedback


@pytest.mark.parametrize(
    ("student", "file", "page"),
    [
        ("Ann Lee", "Ann Lee/03.ipynb", "Ann Lee"),
        # Moodle reads NAME_ID_TYPE_PLUGIN_ (is_valid_filename_for_import), Canvas the first two numbers between
        # underscores (infer_comment_context_from_filename).
        ("A. B", "A. B_12_assignsubmission_file_/a/3.ipynb", "A. B_12_assignsubmission_file_feedback"),
        ("leeann", "leeann_LATE_12_345_03_shapes.ipynb", "leeann_LATE_12_345_03_shapes"),
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


def test_two_students_never_share_a_page():
    rows = [row("Ann", f"Ann_{id}_assignsubmission_file_x.ipynb", who=id) for id in (1, 2)]
    named = pages(rows + [row(name, "x") for name in ("Ann", "ann", "A/n", "A:n", "ann_")])
    assert list(named)[:2] == [f"Ann_{id}_assignsubmission_file_x_feedback.html" for id in (1, 2)]
    assert len({name.casefold() for name in named}) == 7


def test_a_page_holds_one_students_words_a_hint_and_no_solution():
    some = exercise("warmup_03_1", 0, 0), exercise(says="  y = 1\n  z"), exercise("same_padding", 0, 1)
    rows = [row("Ann", "3.ipynb", *some, remarks=["A cell was left out."])]
    better = exercise("same_padding", 1, 1, outcome="correct")  # handed in twice, it counts once
    page = unescape(re.sub("<[^>]*>", "", as_feedback([*rows, row("Ann", "5.ipynb", better)])))
    first, *others = find("out_size").hints
    words = ("1 of 3 points: Ann", "0 of 2 points: not yet  y = 1\n  z", first)
    last = ("same_padding", "1 of 1 points: correct", "warmup_03_1, lesson 3not yet", "A cell was left out.")
    assert [page.count(one) for one in (*words, *last)] == [2, 1, 1, 1, 1, 1, 1]
    assert [*words, *last] == sorted([*words, *last], key=page.find)
    assert not any(hint in page for hint in others)


def test_a_student_gets_nobody_elses_data_and_a_second_run_replaces_the_pages(monkeypatch, tmp_path):
    found = result(row("Ann", "a", exercise(says="one")), row("Bob", "b", exercise(says="two")))
    for _ in range(2):
        assert grade(monkeypatch, tmp_path, found, "--feedback", "fb") == 0
    assert sorted(path.name for path in (tmp_path / "fb").iterdir()) == ["Ann.html", "Bob.html"]
    words = re.findall(r"\w+", (tmp_path / "fb/Ann.html").read_text())
    assert {"one", "Bob", "two"} & {*words} == {"one"}
