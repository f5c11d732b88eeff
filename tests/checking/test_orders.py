"""What is said of a wrong order of lines, before any numbers."""

import pytest
from also_right import RIGHT
from sample_exercises import TWO_LINES

from sepconv.checking.diagnosis import mark
from sepconv.checking.line_sense import given_twice, no_sense
from sepconv.checking.near_orders import neighbors
from sepconv.checking.verdict import CORRECT
from sepconv.exercises import all_exercises, find

ORDERS = [exercise for exercise in all_exercises() if exercise.kind == "order"]


def said(name, order):
    return "\n".join(mark(find(name), order)[0].paragraphs)


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (
            "ECKFHAJD",
            "Line F ends with a colon, so what belongs to it stands below it, further to the right. Line H",
        ),
        ("EKF", "Line F ends with a colon, and nothing stands below it."),
        ("EFAJDH", "Line F is indented further than line E above it, which does not end with a colon."),
        ("ECKFJADH", "Line J stands two steps or more to the right of line F"),
        ("CEKFAJDH", "Line C needs H_out and W_out, and no line above it gives any of them a value."),
        ("ECHKFAJD", "Line K is never reached: line H above it has returned."),
    ],
)
def test_the_first_line_that_makes_no_sense_is_all_that_is_said(order, says):
    text = said("parsons_loops", order)
    assert text.startswith(says)
    assert "convolve(x, w" not in text


def test_the_line_itself_is_shown():
    assert "\n  line C: y = np.zeros((H_out, W_out))" in said("parsons_loops", "CEKFAJDH")


def test_a_name_that_also_fits_is_kept():
    text = said("parsons_pointwise", "CEHGADFB")
    assert text.startswith("Line B is never reached: line F above it has returned.")
    assert "The mistake: input and output channels were exchanged." in text


@pytest.mark.parametrize("exercise", ORDERS, ids=[exercise.name for exercise in ORDERS])
def test_all_that_computes_makes_sense(exercise):
    """What Python would run to the right end is never called senseless, nor is a mistake that has a name."""
    for order in [exercise.answer, *RIGHT.get(exercise.name, ())]:
        assert no_sense(exercise, order) == given_twice(exercise, order) == ""
    for mistake in exercise.misconceptions:
        assert no_sense(exercise, mistake.wrong) == ""


def test_a_letter_may_be_two_lines():
    assert no_sense(TWO_LINES, "AB") == given_twice(TWO_LINES, "AB") == ""


class TestAValueThatIsLost:
    def test_is_said_before_what_comes_of_it(self):
        text = said("parsons_channels", "EHCGDA")
        assert text.startswith(
            "Line H gives total a new value before any line has used the one from line E.\nThe mistake"
        )

    def test_is_said_of_a_spare_line(self):
        text = said("parsons_timer", "FKJBELHAID")
        assert "Line E gives start a new value before any line has used the one from line J." in text
        assert "it does not need line J" in text

    def test_is_none_where_a_line_between_uses_it(self):
        assert given_twice(find("parsons_block"), "FBEHAC") == ""  # y, four times
        assert given_twice(find("parsons_shapes"), "BGCIAED") == ""  # size, of which A makes the next

    def test_is_none_where_it_may_be_used_in_the_next_round(self):
        assert given_twice(find("parsons_timer"), "FKBELHAIJD") == ""


class TestDistractors:
    def test_two_that_have_names_are_named_both(self):
        text = said("parsons_separable", "DHAFEB")
        assert text.startswith("Two mistakes at once: each channel met the kernels of all the channels.")
        assert "the stride was put on both convolutions" in text

    def test_two_that_belong_together_have_one_name(self):
        assert said("parsons_pointwise", "CEGDB").startswith("The mistake: no axis was moved, neither before")

    def test_say_what_they_do(self):
        assert said("parsons_counting", "IFJBDGEC").startswith(
            "Line D counts each parameter h·w times. Without line D this order would compute the right thing."
        )
        assert said("parsons_block", "FEIABC").startswith(
            "Line I puts a ReLU6 behind the projection.\nYour code stops"
        )


@pytest.mark.parametrize(
    ("name", "order", "says"),
    [
        ("parsons_training", "HECGABJ", "One line is missing: with it"),
        ("parsons_block", "FAEHBC", "If two of these lines changed places"),
        ("parsons_shapes", "BGCEID", "If one of these lines stood in another place"),
        ("parsons_shapes", "BGCIAD", "Line A rounds up. With another line in the place of line A"),
    ],
)
def test_one_change_is_told_and_not_which(name, order, says):
    assert said(name, order).startswith(says)


def test_what_is_told_of_one_change_is_so():
    exercise = find("parsons_shapes")
    for _, _, order in list(neighbors(exercise, exercise.answer))[::15]:
        [first, *_] = mark(exercise, order)[0].paragraphs or [""]
        is_near = any(mark(exercise, near)[0].outcome == CORRECT for _, _, near in neighbors(exercise, order))
        assert is_near or "this order would" not in first
