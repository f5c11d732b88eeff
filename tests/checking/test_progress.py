"""What ``progress`` shows: one screen, in words, as a table that can be read aloud."""

import os
import re

import pytest

import sepconv
from sepconv.checking import progress_table, record
from sepconv.exercises import all_exercises
from sepconv.grading.report.text import own_progress
from sepconv.grading.sandbox import start

CHECK = {"attempts": 1, "solved": False, "mistakes": {}, "hints": 0, "solution": False}


@pytest.fixture
def found(monkeypatch):
    """A record with some of everything."""
    monkeypatch.setattr(record, "_waiting", [])
    record.asked([])  # the record lies in memory: the tests keep none
    return record.so_far() | {
        "guesses": {
            "05_weights": {"outcome": "other", "thought": "M06"},
            "05_gradient": {"outcome": "near", "thought": ""},
            "05_swap": {"outcome": "right", "thought": ""},
            "99_gone": {"outcome": "right", "thought": "X1"},
        },
        "checks": {
            "pointwise_matmul": CHECK | {"solved": True},
            "rgb_to_gray": CHECK | {"mistakes": {"axes-exchanged": 2, "index-off": 1, "X1": 5}},
            "warmup_05_2": CHECK | {"mistakes": {"M06": 2}},
            "gone": CHECK | {"mistakes": {"X1": 5}},
        },
    }


def test_a_row_for_each_lesson_and_what_is_next(found):
    text = progress_table.as_text(found)
    lines = [re.sub(r" {2,}", " | ", line) for line in text.splitlines()]
    guesses = sum(guess.lesson == 5 for guess in progress_table.all_guesses())
    assert f"5 | 3 of {guesses} made: 1 right, 1 near | 1 of 5 solved" in lines
    assert "Next: rgb_to_gray, an exercise of lesson 5." in lines
    rows = [line for line in lines if re.match(r"\d+ \| ", line)]
    lessons = {exercise.lesson for exercise in all_exercises() if exercise.points}
    assert len(rows) == len(lessons | {guess.lesson for guess in progress_table.all_guesses()})
    assert len(lines) <= 24


def test_thoughts_that_came_back_have_the_names_of_the_exercises(found):
    text = progress_table.as_text(found)
    assert "the filters were taken to be flat: 3 times, in the guess 05_weights and warmup_05_2" in text
    assert "two axes were exchanged: 2 times, in rgb_to_gray" in text
    assert "X1" not in text
    assert "index" not in text  # it was met once


def test_what_follows_on_the_last_lesson_is_next(found):
    found["checks"] = {}
    assert "Next: the exercises of lesson 5." in progress_table.as_text(found).splitlines()
    solved = {exercise.name: CHECK | {"solved": True} for exercise in all_exercises() if exercise.lesson == 5}
    assert "Next: lesson 6." in progress_table.as_text(found | {"checks": solved}).splitlines()
    found["guesses"] = {}
    assert "Next: lesson 1." in progress_table.as_text(found).splitlines()
    everything = {exercise.name: CHECK | {"solved": True} for exercise in all_exercises()}
    assert "Every exercise is solved." in progress_table.as_text(found | {"checks": everything})


def test_the_table_can_be_read_aloud(found):
    html = progress_table._as_html(found, "It is kept in <my>.")
    assert html.count('<th scope="col">') == 3
    assert html.count('<th scope="row">') == html.count("<tr>") - 1
    assert "<caption>Your progress</caption>" in html
    assert "&lt;my&gt;" in html
    assert "style" not in html  # no color says anything
    for line in progress_table.as_text(found).splitlines()[2:]:
        for cell in re.split(r" {2,}", line.strip()):
            assert cell in html.replace("&#x27;", "'")


def test_the_terminal_shows_it_where_there_is_some(monkeypatch, found):
    assert own_progress() == ""
    monkeypatch.setattr(record, "so_far", lambda: found)
    shown = progress_table.as_text(found).splitlines()
    # What is next is said below the marks, once.
    assert own_progress().splitlines() == [line for line in shown if not line.startswith("Next:")]


def test_without_a_notebook_it_is_printed(capsys, found):
    sepconv.progress()
    assert "lasts until the kernel ends" in capsys.readouterr().out


def test_what_the_tests_answer_is_nobodys_progress():
    assert os.environ["SEPCONV_PROGRESS"] == "off"
    assert record.place() is None
    assert start._ENVIRONMENT["SEPCONV_PROGRESS"] == "off"  # nor what a submission does while it is marked
