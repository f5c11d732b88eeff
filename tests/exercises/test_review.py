"""Going over mistakes again: what is asked, when it comes again, and that nothing of it counts."""

import inspect
import json
from pathlib import Path

import pytest

from sepconv import NotAttempted, NotYet, check, hint, review, solution
from sepconv.checking import record
from sepconv.checking.reviewing import question
from sepconv.exercises import all_exercises, find
from sepconv.exercises.review import Family, families
from sepconv.grading.hand_in.read import read_notebook

NOTHING = "There is nothing to go over again"


@pytest.fixture(autouse=True)
def in_memory(monkeypatch):
    """A record of its own, in memory."""
    monkeypatch.setattr(record, "_waiting", [])


def make(name, mistake):
    """Make a mistake of an exercise."""
    wrong = next(m.wrong for m in find(name).misconceptions if m.id == mistake)
    with pytest.raises(NotYet):
        check(name, wrong)


def asked():
    return record.so_far()["asked"]


def answer_all():
    for number in range(1, len(asked()) + 1):
        check(f"review_{number}", question(f"review_{number}").answer)


def test_without_a_mistake_there_is_nothing_to_ask(capsys):
    review(5)
    review()
    assert capsys.readouterr().out.splitlines() == [
        f"{NOTHING}: take the three questions above.",
        f"{NOTHING}.",
    ]
    assert asked() == []


def test_a_mistake_comes_in_the_next_lesson_and_three_later(capsys):
    make("weight_shape", "M05")  # lesson 2
    review(2)
    assert NOTHING in capsys.readouterr().out
    review(3)
    shown = capsys.readouterr().out
    assert "in place of the first question above" in shown
    assert "review_1. Lesson 2: what is the shape of nn.Conv2d(" in shown
    answer_all()
    for lesson in (3, 4, 5):
        review(lesson)
    assert NOTHING in capsys.readouterr().out.splitlines()[-1]
    review(6)
    assert "review_1. Lesson 2" in capsys.readouterr().out
    answer_all()
    review(13)
    assert NOTHING in capsys.readouterr().out.splitlines()[-1]
    assert record.so_far()["again"] == {}


def test_a_mistake_that_is_made_again_begins_anew():
    make("weight_shape", "M05")
    review(3)
    answer_all()
    review(6)
    wrong = next(m.wrong for m in question("review_1").misconceptions if m.id == "M05")
    with pytest.raises(NotYet, match="input and output channels were exchanged"):
        check("review_1", wrong)
    assert record.so_far()["again"]["M05"] == {"due": 7, "times": 0}
    answer_all()
    assert record.so_far()["again"]["M05"]["due"] == 7
    review(7)
    answer_all()
    assert record.so_far()["again"]["M05"] == {"due": 10, "times": 1}


def test_questions_stay_until_they_are_answered_and_then_have_fresh_numbers(capsys):
    make("weight_shape", "M05")
    review(3)
    first = question("review_1")
    review(3)
    review()
    assert question("review_1") is first
    with pytest.raises(NotAttempted):
        check("review_1", ...)
    answer_all()
    review()
    assert question("review_1").prompt != first.prompt
    assert "(done)" not in capsys.readouterr().out


def test_at_most_three_and_none_that_is_not_taught_yet(capsys):
    for mistake in ("M05", "M06", "S28"):
        make("weight_shape", mistake)
    for mistake in ("M06", "S25", "S26", "S27", "M01"):
        make("filter_bank_size", mistake)
    make("separable_ratio", "M15")  # lesson 8: whoever looks ahead
    review(3)
    assert "in place of the first two questions above" in capsys.readouterr().out
    review(9)
    assert "in place of the three questions above" in capsys.readouterr().out
    assert len(asked()) == 3
    assert len({entry["family"] for entry in asked()}) == 3
    for lesson in range(2, 14):
        record.asked([])
        review(lesson)
        assert all(families()[entry["family"]].lesson < lesson for entry in asked())


def test_hints_and_the_working_can_be_shown(capsys):
    make("weight_shape", "M05")
    review()
    hint("review_1")
    solution("review_1")
    shown = capsys.readouterr().out
    assert "Hint 1 of 1: review_1" in shown
    assert "def shape_of_a_weight():\n    c_in, c_out, k = " in shown
    assert shown.endswith(f"{question('review_1').answer}\n")


def test_what_was_not_asked_cannot_be_checked():
    with pytest.raises(KeyError, match="review"):
        check("review_1", 3)
    with pytest.raises(TypeError, match="takes the name of the exercise"):
        check("review_1")
    record.asked([{"family": "gone", "seed": 0, "lesson": 3, "mistake": "M05", "done": False}])
    with pytest.raises(KeyError, match="review"):
        check("review_1", 3)
    make("weight_shape", "M05")
    review(3)
    assert asked()[0]["family"] in families()


@pytest.mark.parametrize("family", families().values(), ids=families())
def test_numbers_are_fresh_and_stand_in_the_question(family):
    questions = [family.question(seed) for seed in range(12)]
    assert len({one.prompt for one in questions}) >= 6
    assert family.question(3).prompt == questions[3].prompt
    for one in questions:
        assert one.prompt.endswith((".", "?"))
        assert "{" not in one.prompt
        assert str(one.answer) not in one.hints[0]
        assert inspect.getsource(one.working).startswith(f"def {family.name}():")
        assert not one.points


def test_numbers_with_which_two_mistakes_agree_are_not_taken():
    def same(a):
        return a + 1

    table = "M01 one\na + 1 => a + 2\nWhy?\n\nM02 two\na + 1 => 2 + a\nWhy?"
    with pytest.raises(ValueError, match="two answers are the same"):
        Family(same, 1, "what is {a} + 1?", table, "Count.", {"a": range(9)}).question(0)


def test_most_mistakes_of_counting_lessons_have_questions():
    about = set().union(*(family.about for family in families().values()))
    ids = {m.id for one in all_exercises() if one.is_warmup for m in one.misconceptions}
    assert len(ids & about) >= 0.75 * len(ids), sorted(ids - about)


def test_the_grader_passes_over_them():
    source = 'review(5)\ncheck("review_1", 12)\nreview_1 = 4\nout_size = 3\ncheck("out_size", out_size)'
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    names = [one.name for one in read_notebook(json.dumps(notebook).encode(), "03_shapes.ipynb").exercises]
    assert "out_size" in names
    assert not [name for name in names if name.startswith("review")]


@pytest.mark.parametrize("number", range(2, 14))
def test_each_notebook_with_warm_ups_asks_them(number):
    [path] = (Path(__file__).parents[2] / "exercises").glob(f"{number:02}_*.ipynb")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    ids = [cell["id"] for cell in cells]
    at = ids.index(f"warmup-{number:02}-review")
    assert ids[at - 1] == f"warmup-{number:02}-task"
    assert "".join(cells[at]["source"]).startswith(f"review({number})")
