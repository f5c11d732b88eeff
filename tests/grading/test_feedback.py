import re
from html import unescape

import pytest
from class_results import exercise, grade, result, row

from sepconv.exercises import find
from sepconv.grading.report.feedback import as_feedback, pages


def words_of(rows):
    return unescape(re.sub("<[^>]*>", "", as_feedback(rows)))


@pytest.mark.parametrize(
    ("student", "file", "page"),
    [
        ("Ann Lee", "Ann Lee/03.ipynb", "Ann Lee.html"),
        # Moodle reads NAME_ID_TYPE_PLUGIN_ (is_valid_filename_for_import), Canvas the first two numbers between
        # underscores (infer_comment_context_from_filename).
        (
            "A B",
            "m.zip/A B_12_assignsubmission_file_/a/3.ipynb",
            "A B_12_assignsubmission_file_feedback.html",
        ),
        ("A B", "A B_12_assignsubmission_file/3.ipynb", "A B_12_assignsubmission_file_feedback.html"),
        ("A (12)", "A_12_assignsubmission_file_x.ipynb", "A_12_assignsubmission_file_feedback.html"),
        ("leeann", "class.zip/leeann_12_345_03_shapes.ipynb", "leeann_12_345_03_shapes.html"),
        ("leeann", "leeann_LATE_12_345_03_shapes.ipynb", "leeann_LATE_12_345_03_shapes.html"),
        ("anon_x5Tgp", "anon_x5Tgp_345_03.ipynb", "anon_x5Tgp_345_03.html"),
        ("eve", "eve/A B_12_assignsubmission_file_/03.ipynb", "eve.html"),
        ("A B", "A B/A B_12_assignsubmission_file_/03.ipynb", "A B.html"),
        ("eve", "leeann_12_345_03_shapes.ipynb", "eve.html"),
        ("../../etc/passwd", "x", "_.._etc_passwd.html"),
        ("..", "x", "student.html"),
        ("a\\b:c*?", "x", "a_b_c__.html"),
        ("CON", "x", "_CON.html"),
        ("lpt1.x", "x", "_lpt1.x.html"),
        ("Zoe\u0308", "x", "Zo\u00eb.html"),
        ("\u00e9" * 240, "x", "\u00e9" * 90 + ".html"),
    ],
)
def test_a_page_is_named_as_the_platform_takes_it_back(student, file, page):
    assert list(pages([row(student, file)])) == [page]


def test_two_students_never_share_a_page():
    rows = [row("Ann", "a"), row("ann", "b"), row("A/n", "c"), row("A:n", "d"), row("ann (2)", "e")]
    rows += [row("Ann", f"Ann_{id}_assignsubmission_file_/3.ipynb") for id in (1, 2)]
    named = pages(rows)
    assert len({name.casefold() for name in named}) == 7
    assert all(len(theirs) == 1 for theirs in named.values())


def test_a_page_holds_one_students_words_a_hint_and_no_solution():
    wrong = exercise(says="  y = 1\n  z", mistake_name="the padding was forgotten")
    right = exercise("warmup_03_1", 1, 1, outcome="correct")
    page = words_of([row("Ann", "3.ipynb", wrong, right, remarks=["A cell was left out."])])
    first, *others = find("out_size").hints
    for words in ("1 of 3 points", "Lesson 3", "Not yet: the padding was forgotten", "  y = 1\n  z", first):
        assert words in page
    assert "A cell was left out." in page
    assert page.count("Hint ") == 1
    assert not any(hint in page for hint in others)


def test_of_an_exercise_that_was_handed_in_twice_the_better_counts_once():
    better = exercise(points=2, outcome="correct")
    page = words_of([row("Ann", "1", exercise()), row("Ann", "2", better), row("Ann", "3", exercise())])
    assert "2 of 2 points" in page
    assert page.count("out_size") == 1


def test_a_student_gets_nobody_elses_data_and_a_second_run_replaces_its_own_pages(monkeypatch, folder):
    found = result(row("Ann", "a", exercise(says="one")), row("Bob", "b", exercise(says="two")))
    for _ in range(2):
        assert grade(monkeypatch, found, "--feedback", "fb") == 0
    assert sorted(path.name for path in (folder / "fb").iterdir()) == ["Ann.html", "Bob.html"]
    words = re.findall(r"\w+", (folder / "fb/Ann.html").read_text())
    assert "one" in words
    assert not {"Bob", "two"} & {*words}
    (folder / "fb/ann.html").symlink_to("Bob.html")
    assert grade(monkeypatch, None, "--feedback", "fb") == 2
