"""What is said where no mistake was found: what is right, where the first wrong value is, what the wrong ones share."""

import textwrap

import numpy as np
import pytest
from sample_exercises import PAIR

from sepconv import conv2d
from sepconv.checking.diagnosis import mark
from sepconv.checking.difference import difference, difference_of_parts, in_all_cases
from sepconv.checking.patterns import in_common, of_shapes, what_is_right
from sepconv.checking.plain import plain
from sepconv.checking.which_cases import which_cases
from sepconv.exercises import find

MAP = np.arange(24.0).reshape(2, 3, 4) + 1


def said(name, answer):
    verdict, _ = mark(find(name), answer)
    assert verdict.misconception is None
    return "\n".join(verdict.paragraphs)


def changed(where, value=7, array=MAP):
    array = array.copy()
    array[where] = value
    return array


def everywhere(value):
    return what_is_right(MAP, value, 1e-6)


class TestArraysOfTheRightShape:
    @pytest.mark.parametrize(
        ("value", "says"),
        [
            (MAP * 2, "Each wrong value is twice what it should be."),
            (MAP / 2, "Each wrong value is half of what it should be."),
            (MAP / 9, "Each wrong value is 1/9 of what it should be."),
            (MAP * 2.5, "Each wrong value is 2.5 times what it should be."),
            (MAP + 1, "Each wrong value is 1 more than it should be."),
            (MAP - 0.5, "Each wrong value is 0.5 less than it should be."),
            (-MAP, "Each wrong value has the other sign."),
            (MAP * 0, "Each wrong value is 0."),
            (MAP * 0 + 99, "Each wrong value is 99."),
            (MAP * np.nan, "Each wrong value is NaN."),
            (MAP[::-1], "The channels are right, in another order."),
            (MAP.ravel()[::-1].reshape(MAP.shape), "The values are right, in another order."),
            (MAP**2 + 1, ""),
        ],
    )
    def test_what_all_values_share(self, value, says):
        assert everywhere(value) == says

    @pytest.mark.parametrize(
        ("where", "says"),
        [
            (0, "Channel 1 is right, channel 0 is not."),
            (np.s_[:, 1:], "Row 0 is right, rows 1 and 2 are not."),
            (np.s_[..., [0, 3]], "Columns 1 and 2 are right, columns 0 and 3 are not."),
            (np.s_[:, 1:2, 1:3], "Only the border is right."),
        ],
    )
    def test_which_part_is_right(self, where, says):
        assert everywhere(changed(where, 99)).startswith(says)

    def test_the_border(self):
        frame = np.zeros_like(MAP, bool)
        frame[:, [0, 2]] = frame[..., [0, 3]] = True
        assert everywhere(changed(frame, 0)) == "Only the border is wrong. Each wrong value is 0."

    def test_what_the_axes_of_another_array_are_is_not_known(self):
        bank = np.arange(12.0).reshape(2, 3, 1, 2)
        says = what_is_right(bank, changed(np.s_[:, 1], 99, bank), 1e-6)
        assert says.startswith("[:, 0] and [:, 2] are right, [:, 1] is not.")
        assert what_is_right(MAP, changed(0, 99), 1e-6, in_words=False).startswith(
            "[1] is right, [0] is not."
        )
        assert everywhere(-MAP) == what_is_right(MAP, -MAP, 1e-6, in_words=False)

    def test_many_rows_are_counted(self):
        tall = np.arange(27.0).reshape(9, 3)
        assert what_is_right(tall, changed(np.s_[2], -1, tall), 1e-6).startswith("8 of the 9 rows are right.")

    def test_one_number_shows_no_rule(self):
        assert in_common([7, 7], [21, 21], 1e-6) == ""
        assert in_common([5], [10], 1e-6) == ""
        assert in_common([True, False], [False, True], 1e-6) == ""
        assert in_common([3, 0], [6, 1], 1e-6) == ""
        assert in_common([1, -2], [-1, -2.0001], 1e-3) == "But for the sign each wrong value is right."
        assert (
            in_common(np.uint8([1, 3]), np.uint8([0, 2]), 1e-6)
            == "Each wrong value is 1 less than it should be."
        )

    def test_whatever_numbers_there_are(self):
        for odd in (
            MAP + 2j,
            MAP > 3,
            changed((0, 0, 0), np.inf),
            MAP.astype(np.uint8) * 5,
            np.zeros((0, 3)),
        ):
            assert difference(MAP, odd, 1e-6)
            assert difference(np.eye(3) > 0, odd, 1e-6)

    def test_it_stands_between_the_count_and_the_first(self):
        says = difference(MAP, changed(1, 0), 1e-6)
        assert says == (
            "The shape is right; 12 of 24 entries differ. Channel 0 is right, channel 1 is not. "
            "Each wrong value is 0. The first is [1, 0, 0]: 0 should be 13."
        )
        assert "Each" not in difference(MAP, changed((0, 0, 0), 0), 1e-6)


class TestArraysOfAnotherShape:
    @pytest.mark.parametrize(
        ("value", "says"),
        [
            (MAP.transpose(1, 0, 2), "The values are right, and the axes stand in another order."),
            (MAP.ravel(), "The values are right, and stand in another shape."),
            (MAP[None], "The values are right, and stand in another shape."),
            (MAP[0], "It has 3 axes, and this has 2."),
            (MAP[:, :2], "Axis 1 is too short. Laid over each other at the first entry, the two arrays agree."),
            (MAP[:, 1:, 1:], "Axis 1 is too short. Axis 2 is too short. Laid over each other at the last entry, the two arrays agree."),
            (np.pad(MAP, 1), "Axis 0 is too long. Axis 1 is too long. Axis 2 is too long. Laid over each other in the middle, the two arrays agree."),
            (MAP[:, :2] + 5, "Axis 1 is too short."),
            (MAP[:, :0], "Axis 1 is too short."),
            (MAP > 3, ""),
        ],
    )  # fmt: skip
    def test_what_is_right_in_it(self, value, says):
        assert of_shapes(MAP, value, 1e-6) == says


class TestNumbers:
    @pytest.mark.parametrize(
        ("right", "value", "says"),
        [
            (9, 7, "larger."),
            (1800, 1900, "a little smaller, by less than a tenth."),
            (2700, 120, "much larger, more than ten times."),
            (1800, 1417.5, "a whole number, and larger."),
            (-19, 4, "negative."),
            (7, -4.0, "positive."),
            (7, 0, "larger."),
            (6, 10**400, "smaller."),
            (6.5, -(10**400), "larger."),
            (6.5, float("-inf"), "larger."),
        ],
    )
    def test_what_it_is_like(self, right, value, says):
        assert difference(right, value, 1e-6) == f"The right answer is {says}"

    def test_a_share_and_a_rounded_one(self):
        assert difference(13 / 36, 2.5, 1e-6) == "The right answer lies between 0 and 1."
        assert (
            difference(13 / 36, 0.36, 1e-6)
            == "This is the right answer rounded to 2 digits: do not round it."
        )
        assert difference(0.25, 0.3, 1e-6) == "The right answer is smaller."

    def test_what_is_counted(self):
        assert "A number of weights is asked for. The right answer is" in said(
            "filter_bank_size", lambda *a: 1
        )
        assert "A number of MACs is asked for." in said("warmup_07_2", 1901)
        assert "asked for" not in said("arithmetic_intensity", lambda *a, groups=1: 9.25)

    def test_what_the_cases_share(self):
        assert in_all_cases([2, 3], [3, 4], 1e-6) == "Each wrong value is 1 more than it should be."
        assert in_all_cases([2, 3, 9], [3, 5, 10], 1e-6) == "Every wrong value is too large."
        assert in_all_cases([2, 3, 9], [1, 1, 8], 1e-6) == "Every wrong value is too small."
        mixed = "Of the wrong values some are too small, others too large."
        assert in_all_cases([2, 3], [1, 5], 1e-6) == mixed
        assert in_all_cases([2, 3], [1, "5"], 1e-6) == in_all_cases([2], [1], 1e-6) == ""


def test_numbers_at_the_wrong_keys():
    right = {"corner": 17, "edge": 23, "inside": 29}
    assert difference(right, right | {"corner": 23, "edge": 17}, 1e-6) == (
        "The numbers of 'corner' and 'edge' are right, and stand at other keys than their own. 'inside': right."
    )


class TestWhichCasesAreRight:
    @staticmethod
    def asked(a, b=None, stride=1): ...

    @pytest.mark.parametrize(
        ("failing", "says"),
        [
            ([0, 1, 2, 3, 4, 5, 6], ""),
            ([3, 4], "5 of 7 cases are right: those with stride=1."),
            ([3, 4, 2], "4 of 7 cases are right."),
            ([0, 1, 2, 5, 6], "2 of 7 cases are right: all but those with stride=1."),
            ([0, 1, 3, 4], "3 of 7 cases are right: all but those with b=None."),
            ([0, 1, 2, 3, 4, 5], "1 of 7 cases is right."),
        ],
    )
    def test_one_argument_tells(self, failing, says):
        cases = [(1,), (2,), (3, 5), (4, None, 2), (5, None, 2), (6, np.ones(2)), (7, "x")]
        assert which_cases(self.asked, cases, failing) == says

    def test_two_cases_are_enough_for_a_default_only(self):
        cases = [(1, None, 3), (2, None, 3), (3, None, 1), (4, None, 1), (5, None, 2)]
        assert which_cases(self.asked, cases, [2, 3, 4]) == "2 of 5 cases are right."
        assert which_cases(self.asked, cases, [0, 1, 4]) == "2 of 5 cases are right: those with stride=1."

    def test_a_function_of_c_has_no_names(self):
        assert which_cases(np.sqrt, [(1,), (2,)], [1]) == "1 of 2 cases is right."

    def test_it_is_said_of_numbers_and_of_code_that_stops(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            if stride > 1:
                return [0][size]
            return size - dilation * (k - 1) + 2 * padding

        assert "cases are right: those with stride=1.\nIt was called as" in said("out_size", out_size)
        halved = lambda size, k, stride=1, padding=0, dilation=1: size if padding == 0 else 0  # noqa: E731
        assert "cases are right" not in said("out_size", halved)


def lines(text):
    return sum(len(textwrap.wrap(line, 88)) if line[:2] != "  " else 1 for line in text.splitlines())


class TestEightLines:
    @pytest.mark.parametrize(
        ("name", "answer"),
        [
            ("conv2d_multi", lambda x, w, b=None: conv2d(x, w, b) * (1 + np.arange(len(w)))[:, None, None]),
            ("conv2d_single", lambda x, w, stride=1, padding=0: np.ones((7, 7))),
            ("grouped_as_dense", lambda w, groups: np.zeros((len(w), w.shape[1] * groups, *w.shape[2:])) + 5),
            ("merge_separable", lambda depthwise, pointwise: depthwise),
            ("fix_the_counter", lambda model, x: 3),
        ],
    )
    def test_the_case_takes_at_most_eight(self, name, answer):
        text = said(name, answer)
        heading, case = text.split("\n", 1)
        assert heading == "The smallest case that differs:"
        assert lines(case.partition("\nA hint: ")[0]) <= 8
        assert max(map(len, text.splitlines())) < 250

    def test_five_arguments_take_a_line_each(self):
        assert lines(said("parsons_training", "BHECGKAJ").split("\n", 1)[1]) == 9

    def test_what_fits_is_shown_in_rows(self):
        text = said("conv2d_single", lambda x, w, stride=1, padding=0: [[1, 2], [3, 4]])
        assert "  returned [[1, 2], [3, 4]]" in text
        text = said("merge_separable", lambda depthwise, pointwise: np.ones(3))
        assert "    depthwise = [[[[ 1,  2]]],\n         [[[ 4, 16]]]]  (shape (2, 1, 1, 2), float64)" in text


def test_parts_of_which_the_same_is_said_stand_on_one_line():
    right, says = dict.fromkeys("abcde", 1), dict.fromkeys("abcde", "listed more than once")
    assert difference_of_parts(right, says, 1e-6) == "a, b and 3 more: listed more than once."
    assert difference_of_parts(right, right | {"b": 2, "d": 3}, 1e-6) == (
        "b: The right answer is smaller.\nd: The right answer is smaller.\nRight: a, c, e."
    )
    text = said("weight_decay_groups", lambda model, decay: [{"params": list(model.parameters())[:1] * 3}])
    assert "What it returned comes to" not in text
    assert lines(text) < 9


def test_sets_say_what_is_right():
    says = difference(frozenset({1, 2, 3}), frozenset({2, 3, 9}), 1e-6)
    assert says == (
        "The right answer is another set: 2 of these are right, and 1 of the right items is missing, "
        "and 1 of these does not belong to it."
    )
    assert "2 of these are right." in said("inputs_seen", {0, 1, 2})


def test_the_entries_of_a_pair_or_a_list_that_are_right():
    assert "The second: 8 should be larger." in said_of(PAIR, lambda n: (n * n, 8))
    assert difference(plain((1, 2, 3, 4)), plain((1, 2, 9, 9)), 1e-6).endswith("Right: entries 0 and 1.")
    assert (
        difference(plain([1, 2, 4]), plain([1, 2]), 1e-6)
        == "The right answer has 3 numbers. The first 2 are right."
    )
    assert (
        difference(plain([1, 2]), plain([1, 2, 4]), 1e-6)
        == "The right answer has 2 numbers. The first 2 are right."
    )
    assert difference(plain([1, 2]), plain([3]), 1e-6) == "The right answer has 2 numbers."
    assert difference(plain([1, 2, 4]), plain([4, 2, 1]), 1e-6) == "The values are right, in another order."


def said_of(exercise, answer):
    return "\n".join(mark(exercise, answer)[0].paragraphs)
