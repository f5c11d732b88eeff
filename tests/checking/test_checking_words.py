"""What ``check`` says of answers that come near, in another form or in pieces: every word of it must be true."""

import linecache

import numpy as np
import pytest
from sample_exercises import (
    ARGUMENTS,
    BANKS,
    CHOICES,
    COUNTS,
    DICT,
    MODULE,
    PAIR,
    SPLIT,
    TRUTH,
    TWO_LINES,
)

from sepconv import conv2d
from sepconv.checking.diagnosis import mark
from sepconv.checking.difference import difference
from sepconv.checking.error_meanings import meaning, uses_caret
from sepconv.checking.plain import plain, same
from sepconv.checking.verdict import CORRECT
from sepconv.checking.wording import describe, describe_argument
from sepconv.exercises import find


def said(exercise, answer):
    exercise = find(exercise) if isinstance(exercise, str) else exercise
    verdict, _ = mark(exercise, answer)
    return verdict.outcome, "\n".join(verdict.paragraphs)


class TestSingleEntriesOfADict:
    def test_a_mistake_is_named_only_if_all_entries_are_its_own(self):
        assert said(COUNTS, {"weights": 8, "biases": 4, "macs": 8})[1].startswith(
            "That is what one gets when the image"
        )
        text = said(COUNTS, {"weights": 8, "biases": 2, "macs": 8})[1]
        assert "is what one gets when" not in text
        assert "'weights': The right answer is smaller. 'biases', 'macs': right." in text
        assert "'weights': what one gets there when the image was taken to matter." in text

    def test_a_number_that_two_mistakes_give_is_told_of_none(self):
        text = said(COUNTS, {"weights": 4, "biases": 4, "macs": 8})[1]
        assert "'biases': The right answer is smaller." in text
        assert "what one gets" not in text

    def test_one_wrong_choice_is_explained_and_not_called_a_whole_mistake(self):
        text = said(CHOICES, {1: "B", 2: "B"})[1]
        assert text == "2: This one has another cause."

    def test_many_numbers_that_err_the_same_way_are_told_in_one_sentence(self):
        right = {k: float(k) for k in (3, 5, 7, 9)}
        assert difference(right, {k: 2 * v for k, v in right.items()}, 1e-6) == "All 4 should be smaller."
        some = right | {3: 1.0, 5: 2.0, 7: 8.0}
        assert difference(right, some, 1e-6) == "3, 5 should be larger. 7 should be smaller. 9: right."

    def test_numbers_as_text(self):
        text = said(COUNTS, {"weights": "four", "biases": 2, "macs": 8})[1]
        assert "'weights': The right answer is one number, not text." in text
        text = said(COUNTS, {"weights": 4, "biases": None, "macs": 8})[1]
        assert "'biases': This is None." in text
        assert "return" not in text


class TestOptions:
    @pytest.mark.parametrize("choice", ["G", "weights", ["F"], 1, "A, B", np.array([1, 2])])
    def test_an_unknown_option_in_a_dict_is_named_with_its_key(self, choice):
        text = said(CHOICES, {1: "B", 2: choice})[1]
        assert text.startswith("2: ")
        assert text.endswith("is none of the options. Write one of A, B in quotes.")

    def test_every_unknown_option_is_named(self):
        assert said(CHOICES, {1: "weights", 2: "C"})[1].count("Write one of A, B in quotes.") == 2

    def test_a_set_of_letters_wants_quotes(self):
        assert "Choose from A, B, C, D, E, F, G, in quotes." in said("which_are_depthwise", {1, 2})[1]

    def test_big_keys_are_printed_with_commas(self):
        wrong = dict.fromkeys(find("which_convention").answer, "Z")
        assert "3,469,760: 'Z' is none of the options." in said("which_convention", wrong)[1]
        two = {3469760: "A", 3504872: "B"}
        assert "lacks 3,538,984; 300,774,272; 601,548,544." in said("which_convention", two)[1]
        del wrong[3469760]
        assert "Still blank: 3,469,760." in said("which_convention", {3469760: ..., **wrong})[1]


class TestListsStayLists:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ([2], "[2]"),
            ((2,), "(2,)"),
            ([[1, 2], [3, 4]], "[[1, 2], [3, 4]]"),
            (([1], 2), "([1], 2)"),
            ({"a": [1, (2, 3)]}, "{'a': [1, (2, 3)]}"),
            ([], "[]"),
            ((), "()"),
            ([[]], "[[]]"),
            ({10, 9, 2}, "{2, 9, 10}"),
        ],
    )
    def test_a_value_is_shown_as_it_was_written(self, value, shown):
        assert describe(plain(value)) == shown
        assert describe(plain(plain(value))) == shown

    def test_a_list_is_as_good_as_a_tuple(self):
        assert same(plain((1, (2, 3))), plain([1, [2, 3]]))
        assert plain([1, 2]) == (1, 2)

    def test_what_was_returned_and_what_was_given(self):
        text = said(ARGUMENTS, lambda layers: [[1, 2], [3, 4]])[1]
        assert "layers = [{'k': 1}, {'k': 2}, [3, 4]]" in text
        assert "returned [[1, 2], [3, 4]]" in text

    def test_a_long_list_is_cut_between_two_items(self):
        layers = [{"in_channels": i, "out_channels": 2 * i, "kernel_size": 3} for i in range(9)]
        assert describe_argument(layers).replace("\n        ", " ") == repr(layers)
        text = describe_argument(layers * 5)
        assert text.endswith("}, …]  (45 items)")
        assert len(text) < 800
        assert describe(plain(layers * 5)) == text

    def test_layers_in_a_list_are_shown_by_their_own_names(self):
        from torch import nn

        assert describe_argument([nn.ReLU(), (1, 2)]) == "[ReLU(), (1, 2)]"


class TestNumbersInARow:
    def test_a_pair_has_a_first_and_a_second(self):
        assert "returned (9, 8)\nThe second: 8 should be larger." in said(PAIR, lambda n: (n * n, 8))[1]
        assert "Both differ. The first: 1 should be larger." in said(PAIR, lambda n: [1, 2])[1]
        assert "Both differ. The first: 3 should be larger." in said(PAIR, lambda n: np.array([n, n]))[1]

    def test_more_of_them_are_counted_from_0(self):
        text = said("weight_shape", lambda c_in, c_out, k: (c_out, c_in, k, k + 1))[1]
        assert "Entry 3 (counting from 0): 6 should be smaller." in text
        assert "shape is" not in text
        text = said("weight_shape", lambda c_in, c_out, k: (c_out, c_in, 1, 1))[1]
        assert "2 of 4 entries differ. Entry 2 (counting from 0): 1 should be larger." in text

    def test_a_list_shows_the_entry_that_differs(self):
        assert (
            difference(plain([1, 2, 4]), plain([1, 3, 4]), 1e-6)
            == "Entry 1 (counting from 0): 3 should be 2. Right: entries 0 and 2."
        )

    def test_of_the_wrong_length_or_form(self):
        assert "The right answer is 2 numbers: a tuple or a list." in said(PAIR, lambda n: np.ones((2, 2)))[1]
        assert "The right answer has 2 numbers." in said(PAIR, lambda n: np.ones(3))[1]

    def test_two_arrays_are_compared_one_by_one(self):
        assert (
            "The second: The right answer has shape (2, 3)."
            in said(BANKS, lambda n: (np.ones(n), np.ones(n)))[1]
        )
        text = said(BANKS, lambda n: (np.zeros(n), np.ones((2, n))))[1]
        assert (
            "The first: The shape is right; 3 of 3 entries differ. The first is [0]: 0 should be 1." in text
        )

    def test_a_list_of_other_things_is_not_called_numbers(self):
        right = plain([{"k": 1}, {"k": 2}])
        assert difference(right, 3, 1e-6) == "The right answer is 2 items: a list."
        assert (
            difference(right, plain([{"k": 1}]), 1e-6) == "The right answer has 2 items. The first is right."
        )
        says = difference(right, plain([{"k": 1}, {"k": 3}]), 1e-6)
        assert says == "The second: 'k': The right answer is smaller."

    def test_large_numbers_are_written_out(self):
        assert difference((3469760, 1), (3469761, 1), 1e-6) == "The first: 3469761 should be smaller."

    def test_a_set_says_how_much_of_it_is_wrong(self):
        says = difference(frozenset({(1, 2), (3, 4)}), frozenset({(1, 2), (5, 6), (7, 8)}), 1e-6)
        assert "1 of the right items is missing, and 2 of these do not belong to it." in says


class TestTrueAndFalse:
    @pytest.mark.parametrize("value", [0, 1, 1.0, np.ones((2, 1), bool), "True"])
    def test_a_number_is_no_truth(self, value):
        assert "Return True or False." in said(TRUTH, lambda n: value)[1]
        assert "Return True or False." in said("is_separable", lambda w: value)[1]

    @pytest.mark.parametrize("convert", [bool, np.bool_, np.array])
    def test_numpys_truth_is_as_good(self, convert):
        assert said(TRUTH, lambda n: convert(n > 3))[0] == CORRECT

    def test_arrays_of_truths(self):
        right, wrong = np.array([True, False]), np.array([True, True])
        assert "The first is [1]: True should be False." in difference(right, wrong, 1e-6)


class TestNoise:
    def test_what_rounding_left_is_shown_as_0(self):
        assert describe(np.array([1.8e-14, 2.5, -1e-17])).startswith("[0. , 2.5, 0. ]")
        assert describe(np.array([1.8e-14, 2 + 1e-14, -3.0])).startswith("[ 0,  2, -3]")
        assert "1.e-12" in describe(np.array([1e-12, 2e-12]))
        assert "The first is [1]: 0 should be 5." in difference(np.array([0, 5]), np.array([0, 1e-14]), 1e-6)

    def test_a_part_that_was_observed(self):
        text = said(SPLIT, lambda n: (n, n + 1e-13))[1]
        assert "differs by: 0" in text
        assert "e-1" not in text


class TestObserved:
    def test_of_a_function_it_says_what_its_result_comes_to(self):
        text = said(SPLIT, lambda n: (n, n + 1))[1]
        assert "  What it returned comes to:\n    sum: 7\n    shape: (3, 4)\n    differs by: 1" in text
        assert "sum: The right answer is smaller." in text
        assert "shape: (3, 4) should be (3, 3)." in text
        assert "returned {" not in text
        assert "  returned 3" in said(SPLIT, lambda n: n)[1]
        assert "another kind" in said(SPLIT, lambda n: n)[1]

    def test_of_a_module_it_says_what_the_module_gives(self):
        text = said(MODULE, module(padding=0))[1]
        assert "  The module gives:\n    output: " in text
        assert "middle: (1, 2, 2, 3) should be (1, 2, 3, 4)." in text
        assert "Right: parameters." in text
        assert "returned" not in text
        assert "dict" not in text

    def test_a_result_that_cannot_be_tried_out(self):
        text = said(SPLIT, lambda n: ("a", n))[1]
        assert "What it returned was tried out, and that stops with TypeError" in text
        assert "Your code" not in text

    def test_a_sentence_of_the_observer_stands_alone(self):
        assert said(SPLIT, lambda n: (0, n))[1].startswith("The first must not be 0.")


def module(padding=1, names=("depthwise", "pointwise"), returns=True, spare=False, base="nn", lists=False):
    import torch
    from torch import nn

    class Separable(nn.Module if base == "nn" else object):
        def __init__(self, c_in, c_out, k):
            super().__init__()
            convs = (
                nn.Conv2d(c_in, c_in, k, 2, padding=padding * (k // 2), groups=c_in),
                nn.Conv2d(c_in, c_out, 1),
            )
            for name, conv in zip(names, convs, strict=True):
                setattr(self, name, conv)
            if lists:
                self.layers = [nn.ReLU()]
            if spare:
                self.scale = nn.Parameter(torch.ones(c_out))

        def forward(self, x):
            first, second = (getattr(self, name) for name in names)
            result = second(first(x))
            return result if returns else None

    return Separable


class TestWhatIsSaidOfAModule:
    def test_it_may_be_right(self):
        assert said(MODULE, module())[0] == CORRECT

    def test_forward_without_a_return(self):
        assert said(MODULE, module(returns=False))[1].startswith(
            "forward returned None: is a return missing?"
        )

    def test_parts_with_other_names(self):
        text = said(MODULE, module(names=("conv1", "conv2"), lists=True))[1]
        assert "The module holds: conv1 (Conv2d), conv2 (Conv2d), layers (a list, which hides" in text
        assert "Asked for, and not there: .depthwise." in text
        assert "Your code stops" not in text

    def test_more_parameters_than_asked_for(self):
        text = said(MODULE, module(spare=True))[1]
        assert "The module also holds parameters that nobody asked for: scale (4,)." in text

    def test_the_class_instead_of_a_module(self):
        text = said(MODULE, lambda *sizes: module())[1]
        assert text.startswith("It returned the class Separable itself.")
        assert "  sample_module(c_in=2, c_out=4, k=3)" in text

    def test_no_module_at_all(self):
        assert "Separable is no nn.Module" in said(MODULE, module(base="object"))[1]
        assert "it made a tuple" in said(MODULE, lambda c_in, c_out, k: (c_in, c_out))[1]

    def test_a_function_that_returns_nothing(self):
        def build(c_in, c_out, k):
            module()(c_in, c_out, k)

        assert "returned None: is a return missing?" in said(MODULE, build)[1]

    def test_a_class_without_forward_was_attempted(self):
        from torch import nn

        class Layer(nn.Module):
            def __init__(self, c_in, c_out, k):
                super().__init__()
                self.depthwise = nn.Conv2d(c_in, c_in, k)

        text = said(MODULE, Layer)[1]
        assert "The module stops with NotImplementedError" in text
        assert "has no method with the name forward" in text

    def test_a_forgotten_super(self):
        from torch import nn

        class Layer(nn.Module):
            def __init__(self, c_in, c_out, k):
                self.depthwise = nn.Conv2d(c_in, c_in, k)

        assert "must be super().__init__()" in said(MODULE, Layer)[1]


class TestOrdersOfLines:
    @pytest.mark.parametrize("order", [["E", "C", "K", "F", "A", "J", "D", "H"], ("EC", "KFAJDH")])
    def test_a_list_of_letters(self, order):
        assert said("parsons_loops", order)[0] == CORRECT
        assert said("parsons_loops", order[:1])[0] == "not yet"
        assert "letters in order" in said("parsons_loops", [*order, 3])[1]

    def test_an_exception_is_in_the_line_of_a_letter(self):
        text = said("parsons_loops", "EKFAJDH")[1]
        assert "  line D: y[i, j] += " in text
        assert "line 6" not in text

    def test_a_letter_may_be_two_lines(self):
        assert said(TWO_LINES, "AB")[0] == CORRECT
        assert "  line B: return total[n]" in said(TWO_LINES, "AXB")[1]


def call_with_caret(body):
    """A function with source, as a notebook has it."""
    source = f"def answer(n, *more):\n    {body}\n"
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    names = {"np": np}
    exec(compile(source, "<cell>", "exec"), names)
    return names["answer"]


class TestCaret:
    @pytest.mark.parametrize("body", ["return 1 / (n ^ n)", "return 2.0 ^ n", "return 1 + n ^ 2"])
    def test_a_caret_is_no_power(self, body):
        text = said("filter_bank_size", call_with_caret(body))[1]
        assert "In Python a power is written **." in text
        assert "does a range begin at 0" not in text

    def test_a_caret_in_a_comment_or_a_text_is_none(self):
        text = said("filter_bank_size", call_with_caret("return n  # n^2"))[1]
        assert "power" not in text
        assert not uses_caret("x = '^'")
        assert uses_caret("x = f(2,\n  k ^")


def test_a_call_inside_an_answer_is_not_blamed_on_the_def_line():
    def out_size(size, k, *more):
        return np.ones(3).transpose(0, 1, out=2)

    def calls(size, k, *more):
        return interior(size, k)

    def interior(size):
        return size

    assert "with more or fewer things than it takes" in said("out_size", calls)[1]
    assert "def line" not in said("out_size", calls)[1]
    assert "def line must keep" in said("out_size", lambda size: size)[1]
    assert "def line must keep" in said("out_size", lambda *, size: size)[1]
    assert "def line must keep" in said(DICT, lambda n, k: n)[1]


def test_pages_of_a_message_are_left_out():
    import torch

    def out_size(*sizes):
        return torch.nn.functional.conv2d(np.ones((1, 1, 3, 3)), torch.ones(1, 1, 1, 1))

    text = said("out_size", out_size)[1]
    assert "expected one of" not in text
    assert "torch.tensor(x) makes one" in text


def test_a_gradient_that_is_none_is_explained_by_its_line():
    says = "is requires_grad set before the forward, and backward called?"
    assert says in meaning("'NoneType' object has no attribute 'abs'", "return x.grad.abs()")
    assert says in meaning("'bool' object has no attribute 'sum'", "return (x.grad != 0).sum()")
    assert says not in meaning("'NoneType' object has no attribute 'abs'", "return bias.abs()")
    assert "one rank for each" in meaning(
        "The truth value of an array with more than one element is ambiguous.",
        "if np.linalg.matrix_rank(w) < 2:",
    )


def test_an_answer_that_takes_anything_is_shown_with_the_exercises_names():
    text = said("separable_share", lambda *sizes: 2)[1]
    assert "  separable_share(c_in=2, c_out=5, k=3)" in text


def test_what_stays_from_call_to_call_is_found():
    seen = []

    def out_size(size, k, stride=1, padding=0, dilation=1):
        seen.append(size)
        return 1000 + len(seen)

    assert "it gave 1001 and then 10" in said("out_size", out_size)[1]
    assert "Does something stay from the call before" not in said("out_size", lambda *sizes: 1000)[1]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return conv2d(x[1:1], w[:1])", "does a slice end where it begins?"),
        ("return conv2d(x[0], w[:1])", "lost its channel axis"),
        (
            "return conv2d(x[:1], w[:1])",
            "Each filter reads 2 channels, and the image that conv2d is given has 1.",
        ),
        ("return x[np.zeros(3)]", "/ gives a float, // does not"),
        ("return np.convolve(x[0], x[0])", "arrays with one axis"),
        ("return x + np.zeros((5, 1, 1, 7, 9))", "their shapes do not fit"),
    ],
)
def test_what_the_learners_of_grouped_conv_meet(body, says):
    names = {"np": np, "conv2d": conv2d}
    source = f"def grouped_conv(x, w, groups):\n    {body}\n"
    exec(compile(source, "<cell>", "exec"), names)
    text = said("grouped_conv", names["grouped_conv"])[1]
    assert says in text
    assert text.count("return ") <= 1  # the learner's own line is shown once and is no part of a meaning
