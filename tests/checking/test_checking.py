"""What ``check`` says, and what it survives."""

import ast
import builtins
import inspect
import os
import pickle
import random
import re
import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest
from notebook_files import ROOT, find_notebooks, read
from sample_exercises import ARRAY, CHOICES, DICT, LOOSE, MODULE, NAN, TENSOR, WRITES

import sepconv
from sepconv import NotAttempted, NotYet, check, hint, solution, where_to_start
from sepconv.checking import commands as checking_module
from sepconv.checking import comparing
from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_ATTEMPTED

SOLUTIONS = ROOT / "solutions"


@pytest.fixture(autouse=True)
def plain_text(monkeypatch):
    """Another test may have left an IPython shell in this process, and then check prints in color."""
    monkeypatch.setattr(checking_module, "_is_colored", lambda: False)


def refused(name, answer, how=NotYet):
    with pytest.raises(how) as caught:
        check(name, answer)
    return str(caught.value)


def said(exercise, answer):
    verdict, _ = mark(exercise, answer)
    return verdict.outcome, "\n".join(verdict.paragraphs)


def right_conv(x, w, stride=1, padding=0):
    x = np.pad(x, padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return (windows * w).sum(axis=(2, 3))


class TestOutcomes:
    def test_correct_says_so_with_the_points(self, capsys):
        assert check("out_size", lambda n, k, s=1, p=0, d=1: (n + 2 * p - d * (k - 1) - 1) // s + 1) is None
        out, err = capsys.readouterr()
        assert out.strip() == "Correct: out_size (2 points)"
        assert err == ""

    def test_a_named_mistake(self):
        text = refused(
            "conv2d_single", lambda x, w, stride=1, padding=0: right_conv(x, w[::-1, ::-1], stride, padding)
        )
        assert text.startswith("Not yet: conv2d_single\n")
        assert "the kernel was flipped" in text
        assert text.endswith('\nA hint: hint("conv2d_single").')

    def test_a_mistake_without_a_name_shows_the_smallest_case(self):
        def one_more_or_two(x, w, stride=1, padding=0):
            y = right_conv(x, w, stride, padding)
            return y + 1 + (y > 0)

        text = refused("conv2d_single", one_more_or_two)
        assert "x = [[1, 2, 4, 8]]  (shape (1, 4), float64)" in text
        assert "returned [[-2, -5]]" in text
        assert "The first is [0, 0]: -2 should be -3." in text

    def test_two_mistakes_at_once_name_the_one_that_shows(self):
        def two_slips(x, w, stride=1, padding=0):
            return right_conv(x, w[::-1, ::-1], stride, padding if stride == 1 else 0)

        text = " ".join(refused("conv2d_single", two_slips).split())
        assert (
            "In 7 of the 9 wrong cases, this one too, the answer is what one gets when the kernel was flipped."
            in text
        )

    def test_one_case_that_agrees_by_chance_is_not_named(self):
        text = refused("conv2d_single", lambda x, w, stride=1, padding=0: [np.convolve(x[0], w[0], "valid")])
        assert "The smallest case that differs" in text
        assert "flipped" not in text
        text = refused("out_size", lambda n, k, s=1, p=0, d=1: (n + 2 * p - (d * (k - 1) - 1)) // s + 1)
        assert "rounded" not in text

    def test_an_exception_shows_its_line_and_meaning(self):
        def out_of_bounds(x, w, stride=1, padding=0):
            return x[0, x.shape[1]]

        text = refused("conv2d_single", out_of_bounds)
        assert "IndexError: index 4 is out of bounds" in text
        assert "return x[0, x.shape[1]]" in text
        assert "index 4 does not exist" in text

    def test_neither_outcome_is_the_other_and_both_are_assertion_errors(self):
        assert issubclass(NotYet, AssertionError)
        assert issubclass(NotAttempted, AssertionError)
        assert not issubclass(NotYet, NotAttempted)
        assert not issubclass(NotAttempted, NotYet)

    def test_the_exceptions_can_be_pickled(self):
        error = NotYet("out_size", ["Because."])
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("provoke", "says"),
    [
        (lambda torch, np: np.ones((2, 3)) @ np.ones((2, 3)), "the columns of the left (3) to equal the rows of the right (2)"),
        (lambda torch, np: torch.ones(2, 3) @ torch.ones(2, 3), "the columns of the left (3) to equal the rows of the right (2)"),
        (lambda torch, np: torch.nn.Linear(2, 2).weight.add_(1), "only inside: with torch.no_grad()"),
        (lambda torch, np: torch.nn.Conv2d(3, 4, 3, groups=2), "it must divide in_channels"),
        (lambda torch, np: torch.nn.Conv2d(4, 3, 3, groups=2), "it must divide out_channels"),
        (lambda torch, np: torch.nn.Conv2d(4, 4, 3, groups=2)(torch.ones(1, 2, 5, 5)), "it fits an input of 4 channels"),
        (lambda torch, np: torch.nn.Conv2d(4, 4, 3, stride=2, padding="same"), "padding='same' for stride 1 only"),
        (lambda torch, np: torch.nn.Conv2d(1, 1, 5)(torch.ones(1, 1, 3, 3)), "there is no place to put it"),
        (lambda torch, np: torch.nn.Conv2d(4, 4, 3, groups=0), "1 or more"),
        (lambda torch, np: torch.nn.Conv2d(4, 4, 3)(torch.ones(5, 5)), "is the channel axis or the batch axis missing?"),
        (lambda torch, np: torch.nn.functional.conv2d(torch.ones(1, 4, 5, 5), torch.ones(3, 2, 3, 3), groups=2), "not divisible by 2"),
        (lambda torch, np: torch.nn.functional.conv2d(torch.ones(1, 4, 5, 5), torch.ones(3, 4, 3, 3), torch.ones(4)), "each of the 3 output channels"),
        (lambda torch, np: np.zeros((2, 3)).__setitem__(0, np.ones(2)), "of shape (2,) is put where one of shape (3,) belongs"),
        (lambda torch, np: 3 % 0, "does a range begin at 0?"),
        (lambda torch, np: torch.ones(2) + torch.ones(3), "one has 2 entries and the other 3"),
        (lambda torch, np: torch.nn.Conv2d(1, 1, 1)(torch.ones(1, 1, 2, 2).double()), "bring both to one dtype"),
        (lambda torch, np: np.ones(2) + np.ones(3), "their shapes do not fit: (2,) (3,)."),
        (lambda torch, np: bool(np.ones(2)), "neither true nor false"),
        (lambda torch, np: np.zeros(2)[0.5:], "/ gives a float, // does not"),
        (lambda torch, np: np.zeros((2, -1)), "A size came out negative"),
        (lambda torch, np: c_in, "c_in is neither"),  # noqa: F821
        (lambda torch, np: np.ones((2, 3, 4)).transpose(0, 1), "the new order of all axes"),
        (lambda torch, np: torch.ones(2, requires_grad=True).backward(), "begins at one number"),
        (lambda torch, np: np.ones(3)[1 / 1], "/ gives a float, // does not"),
        (lambda torch, np: (1, 2).shape, "take one out"),
        (lambda torch, np: [None][0][0], "Something is None here"),
        (lambda torch, np: 3 - torch.nn.Conv2d(1, 1, 3).padding, "[0] takes the first"),
        (lambda torch, np: torch.nn.Conv2d(1, 1, 3).padding ** 2, "[0] takes the first"),
        (lambda torch, np: 2 * torch.nn.Conv2d(1, 1, 3).padding + 1, "A Conv2d's padding is such a pair"),
        (lambda torch, np: np.ones((3, 2)) @ np.ones((2, 5, 5)), "the last two are the matrix"),
        (lambda torch, np: torch.ones(3, 2) @ torch.ones(2, 5, 5), "2 columns meet 5 rows"),
        (lambda torch, np: np.ones((3, 2, 1, 1)) @ np.ones((2, 1, 1, 2)), "the axes before them must fit, too"),
        (lambda torch, np: np.dot(np.ones((3, 2)), np.ones((2, 5, 5))), "Which axis are the channels on?"),
        (lambda torch, np: torch.nn.Conv2d(1, 1, 1)(np.ones((1, 2, 2))), "torch.tensor(x) makes one"),
        (lambda torch, np: torch.relu(np.ones(2)), "torch.tensor(x) makes one"),
        (lambda torch, np: torch.nn.functional.conv2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 1, 1), padding=1.5), "a float for a whole number"),
        (lambda torch, np: (np.ones(2).shape == (2,)).sum(), "no array of them"),
        (lambda torch, np: torch.ones(2).sum().backward(), "set requires_grad before"),
        (lambda torch, np: torch.ones(2).grad.abs(), "is requires_grad set before the forward, and backward called?"),
        (lambda torch, np: 1 if np.linalg.matrix_rank(np.ones((2, 2, 1, 3))) == 1 else 0, "one rank for each matrix"),
        (lambda torch, np: int(np.ones(3)), "is a sum or an index missing?"),
        (lambda torch, np: float(torch.ones(3)), "is a sum or an index missing?"),
        (lambda torch, np: torch.ones(3).item(), "is a sum or an index missing?"),
        (lambda torch, np: np.array([[1], [1, 2]]), "different lengths"),
        (lambda torch, np: [1, 2][2], "The list has fewer items"),
        (lambda torch, np: [a for a, b, c in [(1, 2)]], "stand 3 names, and what is on the right has 2 parts"),
        (lambda torch, np: [a for a, b in [(1, 2, 3)]], "stand 2 names, and what is on the right has more parts"),
        (lambda torch, np: np.ones(2)(0), "an index stands in [ ]"),
        (lambda torch, np: torch.ones(2)(0), "an index stands in [ ]"),
        (lambda torch, np: abs(2)(3), "a product needs its *"),
        (lambda torch, np: np.einsum("oc,chw->ohw", np.ones((3, 4)), np.ones((2, 5, 5))), "one letter is one size"),
        (lambda torch, np: torch.einsum("oc,chw->ohw", torch.ones(3, 4), torch.ones(2, 5, 5)), "c stands for an axis of 4 and for one of 2"),
        (lambda torch, np: np.einsum("oc,hw->ohz", np.ones((3, 2)), np.ones((2, 2))), "must stand on the left, too"),
        (lambda torch, np: torch.einsum("oc,hw->ohz", torch.ones(3, 2), torch.ones(2, 2)), "must stand on the left, too"),
        (lambda torch, np: np.einsum("oc", np.ones((3, 2, 2))), "a letter of its own"),
        (lambda torch, np: torch.einsum("oc", torch.ones(3, 2, 2)), "a letter of its own"),
        (lambda torch, np: np.einsum("oc->o", np.ones((3, 2)), np.ones(2)), "one group of letters for each array"),
        (lambda torch, np: np.ones(6).reshape(4, 2), "A reshape keeps every number"),
        (lambda torch, np: torch.ones(6).reshape(4, 2), "A reshape keeps every number"),
        (lambda torch, np: torch.ones(2, 3).T.view(6), ".reshape copies where it must"),
        (lambda torch, np: torch.nn.Linear(2, 2).weight.numpy(), ".detach()"),
        (lambda torch, np: np.zeros(2, 3), "with two pairs of parentheses"),
        (lambda torch, np: setattr(torch.nn.Linear(2, 2), "weight", torch.ones(2, 2)), "an nn.Parameter"),
        (lambda torch, np: np.ones((2, 2))[0, 0, 0], "more indices than axes"),
        (lambda torch, np: torch.ones(2)[0, 0], "more indices than axes"),
        (lambda torch, np: list(3), "is range( ) missing?"),
        (lambda torch, np: len(3), "This is one int"),
        (lambda torch, np: np.ones(2).unsqueeze(0), "methods of different names"),
        (lambda torch, np: torch.zeros(2.0), "/ gives a float, // does not"),
    ],
)  # fmt: skip
def test_a_well_known_error_message_is_explained(provoke, says):
    import torch

    assert says in refused("out_size", lambda *a: provoke(torch, np)).replace("\n", " ")


class TestNotAttempted:
    def test_ellipsis(self):
        assert "Replace the ..." in refused("pixel_by_hand", ..., NotAttempted)

    @pytest.mark.parametrize(
        "body", ["...", "pass", '"""Doc."""', '"""Doc."""\n    ...', "raise NotImplementedError"]
    )
    def test_function_bodies_that_do_nothing(self, body, tmp_path):
        # as in a notebook, the source can be had; then as typed in, where it cannot
        for with_source in (True, False):
            names = {}
            source = f"def out_size(size, k, stride=1, padding=0, dilation=1):\n    {body}\n"
            path = tmp_path / "cell.py"
            path.write_text(source)
            exec(compile(source, str(path) if with_source else "<typed>", "exec"), names)
            refused("out_size", names["out_size"], NotAttempted)

    def test_a_forgotten_blank_beside_a_right_answer_does_no_harm(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            ...  # your answer
            return (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1

        check("out_size", out_size)

    def test_a_forgotten_blank_beside_a_wrong_answer_is_pointed_out(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            ...  # your answer
            return size

        assert "There is still a ... in out_size" in refused("out_size", out_size, NotAttempted)

    def test_a_blank_in_the_middle_of_given_code(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            span = ...  # your answer
            return (size + 2 * padding - span) // stride + 1

        refused("out_size", out_size, NotAttempted)

    def test_the_dots_of_an_index_or_of_a_list_are_no_blank(self):
        def conv2d_single(x, w, stride=1, padding=0):
            rows = (slice(None), ...)
            return np.einsum(right_conv(x, w, stride, padding)[..., :][rows], [..., 0], [..., 0]) + 1

        refused("conv2d_single", conv2d_single)

    def test_an_error_of_torch_is_no_stub(self):
        def out_size(*sizes):
            import torch

            return torch.arange(3).softmax(0)

        assert "not implemented" in refused("out_size", out_size)

    def test_a_case_that_is_not_implemented_is_not_yet(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            if dilation > 1:
                raise NotImplementedError("dilation")
            return (size + 2 * padding - k) // stride + 1

        refused("out_size", out_size)

    def test_a_class_with_an_empty_method(self):
        class Layer:
            def __init__(self):
                self.ready = True

            def forward(self, x): ...

        class Other:
            def __init__(self):
                """Doc."""

            def forward(self, x):
                return x

        assert said(MODULE, Layer)[0] == NOT_ATTEMPTED
        assert said(MODULE, Other)[0] == NOT_ATTEMPTED

    def test_a_dict_that_is_partly_filled(self):
        assert "Still blank: 'edge'" in refused(
            "border_values", {"corner": 4, "edge": ..., "inside": 9}, NotAttempted
        )


class TestValues:
    @pytest.mark.parametrize("answer", [6, 6.0, np.int64(6), np.float32(6), np.array(6)])
    def test_a_number_is_judged_by_value(self, answer):
        right = mark(sepconv.exercises.find("warmup_02_1"), answer + 1)[0]
        assert right.outcome == CORRECT

    @pytest.mark.parametrize("answer", [True, "seven", [7], None, float("nan"), object()])
    def test_what_is_no_number_is_refused(self, answer):
        how = NotAttempted if answer is None else NotYet
        refused("warmup_02_1", answer, how)

    def test_an_integer_count_is_exact(self):
        refused("filter_bank_size", lambda c_in, c_out, k: c_in * c_out * k * k * (1 + 1e-7))
        assert "larger" in refused("filter_bank_size", lambda c_in, c_out, k: 0)
        assert "one number" in refused("filter_bank_size", lambda c_in, c_out, k: True)

    def test_a_tuple_of_something_else_is_told_what_it_should_be(self):
        assert "2 numbers, not text" in refused("same_padding", lambda k, dilation=1: ("1", "1"))
        assert "True and False are no numbers" in refused("same_padding", lambda k, dilation=1: (True, True))
        assert "has 2 numbers" in refused("same_padding", lambda k, dilation=1: (1, 1, 1))

    @pytest.mark.parametrize("answer", ["d", " D ", "D.", "(d)"])
    def test_a_letter_may_be_written_loosely(self, answer):
        check("placement_2", answer)

    def test_an_option_that_does_not_exist(self):
        for answer in ("E", {"D", "E"}, 3, "it raises"):
            assert "Write one of A, B, C, D in quotes, and nothing else." in refused("placement_2", answer)

    def test_a_set_may_come_as_a_list(self):
        check("inputs_seen", [4, 2, 1])
        check("inputs_seen", np.flatnonzero([0, 1, 1, 0, 1]))
        assert "should be a set" in refused("inputs_seen", 22)
        assert "should be a set" in refused("inputs_seen", [0, 1, 1, 0, 1])
        assert "without quotes" in refused("inputs_seen", {"1", "2", "4"})
        assert "Choose from 0, 1, 2, 3, 4." in refused("inputs_seen", {1, 2, 4, 8})
        assert "belong" not in refused("inputs_seen", {2, 4, 16})
        assert "Choose from A, B" in refused("which_are_depthwise", {"B, D, F, G"})

    def test_a_wrong_option_of_a_set_is_explained(self):
        text = refused("inputs_seen", {0, 1, 2})
        assert "the sum would be odd" in text
        assert "1 more belongs to it" in text

    def test_part_of_a_dict_names_the_mistake_that_explains_it(self):
        text = refused("border_values", {"corner": 9, "edge": 6, "inside": 9})
        assert "the padding was taken to be neutral" in text

    def test_a_dict_of_choices(self):
        assert said(CHOICES, {1: "b", 2: "a"})[0] == CORRECT
        outcome, text = said(CHOICES, {1: "A", 2: "A"})
        assert outcome == "not yet"
        assert "1: This one has another cause." in text
        assert "2:" not in text
        assert "lacks 2" in said(CHOICES, {1: "B"})[1]
        assert "The keys are 1, 2, without quotes." in said(CHOICES, {"1": "B", "2": "A"})[1]

    def test_a_dict_from_a_function_says_which_key_is_wrong(self):
        _, text = said(DICT, lambda n: {"weights": n**3, "biases": n})
        assert "'weights': The right answer is smaller. 'biases': right." in text
        assert "lacks 'biases'" in said(DICT, lambda n: {"weights": n * n})[1]


class TestModules:
    def test_right_wrong_and_broken(self):
        assert said(MODULE, MODULE.answer)[0] == CORRECT
        for misconception in MODULE.misconceptions:
            assert mark(MODULE, misconception.wrong)[0].misconception is misconception

        def without_parts(c_in, c_out, k):
            from torch import nn

            return nn.Conv2d(c_in, c_out, k)

        assert "has no attribute 'depthwise'" in said(MODULE, without_parts)[1]
        assert "give the class itself" in said(MODULE, MODULE.answer(2, 4, 3))[1]

    def test_what_is_observed_is_looked_at_with_inputs_of_its_own(self):
        assert said(WRITES, WRITES.answer)[0] == CORRECT
        assert said(WRITES, WRITES.answer)[0] == CORRECT


class TestTensorsAndTolerance:
    def test_a_case_may_be_a_tensor(self):
        assert said(TENSOR, TENSOR.answer) == (CORRECT, "")
        assert "x = [1, 2, 3]  (shape (3,), float32)" in said(TENSOR, lambda x: x * x + 5)[1]
        assert "changes its argument x" in said(TENSOR, lambda x: x.mul_(2))[1]

    def test_tensors_of_other_kinds_are_read(self):
        import torch

        assert said(TENSOR, lambda x: (2 * x).bfloat16())[0] == CORRECT
        assert said(TENSOR, lambda x: torch.complex(2 * x, 0 * x).conj())[0] == CORRECT

    def test_nan_where_nan_is_right(self):
        assert said(NAN, np.sqrt)[0] == CORRECT
        assert said(NAN, lambda x: np.sqrt(x) + np.array([0, 1]))[0] == "not yet"

    def test_what_lies_within_the_tolerance_is_not_called_wrong(self):
        text = said(LOOSE, lambda x: 2 * x + 1e-4 + (np.arange(x.size) == 1))[1]
        assert "1 of 2 entries differ. The first is [1]" in text

    def test_two_mistakes_that_explain_as_much_are_not_named(self):
        text = said(LOOSE, lambda x: 2 * x + (2 if x.size < 6 else x))[1]
        assert "The smallest case that differs" in text
        assert "x = [0, 1]" in text
        assert "two more" not in text


class TestOrders:
    def test_spaces_commas_and_case_do_not_matter(self):
        check("parsons_loops", "e c, k f -> a j d. h")

    @pytest.mark.parametrize(
        ("order", "says"),
        [
            ("ECKFAJDHZ", "There is no line Z"),
            ("ECKFAJDHH", "Line H is used 2 times"),
            ("FECKAJDH", "Line F stands two steps or more to the right of the def line"),
            ("EKFAJDH", "Line D needs y, and no line above it gives it a value."),
            ("ECKFAJD", "None of these lines returns anything."),
            ("IECKFAJDH", "does not need line I"),
            ("ECKFAJGH", "each product overwrites the one before"),
        ],
    )
    def test_what_is_said_of_a_wrong_order(self, order, says):
        assert says in refused("parsons_loops", order)

    def test_an_order_must_be_text(self):
        assert "letters in order" in refused("parsons_loops", 3)
        refused("parsons_loops", "  ", NotAttempted)


class EqualToEverything:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class BreaksWhenRead(float):
    def __float__(self):
        raise RuntimeError("no")

    __str__ = __repr__ = __float__


class AnythingYouAsk:
    def __getattr__(self, name):
        return self


def strange_float():
    return BreaksWhenRead(1)


def long_double():
    return np.longdouble(1) / 3


def list_in_itself():
    items = []
    items.append(items)
    return items


def unhashable_key():
    return {1: [{}], 2: "A"}


def huge_fraction():
    return Fraction(10**400, 3)


def sparse_tensor():
    import torch

    return torch.eye(2).to_sparse()


def meta_tensor():
    import torch

    return torch.ones(2, device="meta")


def set_of_tensors():
    import torch

    return {torch.ones(2)}


def echo():
    return AnythingYouAsk()


def imaginary():
    return 1 + 2j


STRANGE = [
    strange_float, long_double, list_in_itself, unhashable_key, huge_fraction, sparse_tensor, meta_tensor,
    set_of_tensors, echo, imaginary,
]  # fmt: skip


class TestSurvives:
    """Each of these comes from a learner's answer, and none may end or change the kernel."""

    @pytest.mark.parametrize(
        ("value", "says"),
        [
            (None, "is a return missing?"),
            (EqualToEverything(), "an object of type EqualToEverything"),
            (float("nan"), "nan"),
            (np.full((1, 2), np.nan), "nan"),
            ("text", "'text'"),
            (10**400, "array of numbers of shape"),
            ([[1, 2], [3]], "array of numbers of shape"),
            (np.array([None]), "ndarray of dtype object"),
        ],
    )
    def test_returns_nonsense(self, value, says):
        assert says in refused("conv2d_single", lambda x, w, stride=1, padding=0: value)

    @pytest.mark.parametrize("convert", [np.float32, np.float16, np.ndarray.tolist, "torch"])
    def test_returns_the_right_values_in_another_type(self, convert):
        torch = pytest.importorskip("torch")
        convert = torch.from_numpy if convert == "torch" else convert
        check("conv2d_single", lambda x, w, stride=1, padding=0: convert(right_conv(x, w, stride, padding)))

    def test_returns_a_tensor_that_needs_a_gradient(self):
        import torch

        check(
            "conv2d_single",
            lambda x, w, stride=1, padding=0: (
                torch.tensor(right_conv(x, w, stride, padding), requires_grad=True) * 1
            ),
        )

    def test_returns_a_view_of_its_input_that_changes_later(self):
        store = {}

        def double(x):
            kept = store.setdefault("array", np.zeros(100))
            kept[: x.size] = 2 * x.ravel()
            return kept[: x.size].reshape(x.shape)

        assert said(ARRAY, double)[0] == CORRECT

    def test_changes_its_input(self):
        def double(x):
            x *= 2
            return x

        outcome, text = said(ARRAY, double)
        assert outcome == CORRECT
        assert "changes its argument x" in text
        assert said(ARRAY, ARRAY.answer) == (CORRECT, "")

    def test_raises_what_would_end_a_program(self):
        assert "SystemExit" in refused("out_size", lambda *a: sys.exit(0))
        with pytest.raises(KeyboardInterrupt):
            check("out_size", interrupted)

    def test_recurses_for_ever(self):
        def out_size(*sizes):
            return out_size(*sizes)

        assert "calls itself without end" in refused("out_size", out_size)

    @pytest.mark.skipif(
        sys.platform != "linux", reason="only Linux can limit the memory of a running process"
    )
    def test_asks_for_a_hundred_gigabytes(self):
        import resource

        import torch

        limits = resource.getrlimit(resource.RLIMIT_AS)
        assert "more memory than there is" in refused("out_size", lambda *a: np.ones(10**11 // 8))
        assert "more memory than there is" in refused("out_size", lambda *a: torch.ones(10**11 // 4))
        assert resource.getrlimit(resource.RLIMIT_AS) == limits

    def test_reads_standard_input(self):
        kept = sys.stdin, builtins.input
        assert "input() cannot be used" in refused("out_size", lambda *a: int(input("size? ")))
        assert "input() cannot be used" in refused("out_size", lambda *a: sys.stdin.readline())
        assert "input() cannot be used" in refused("out_size", lambda *a: list(sys.stdin))
        assert (sys.stdin, builtins.input) == kept

    def test_prints_a_lot(self, capsys):
        def out_size(*sizes):
            print("line\n" * 100_000)
            print("to stderr", file=sys.stderr)
            return 0

        text = refused("out_size", out_size)
        assert "Your code printed (the beginning):" in text
        assert text.count("line") < 20
        assert len(mark(sepconv.exercises.find("out_size"), out_size)[1]) <= 400
        assert capsys.readouterr() == ("", "")

    def test_warns(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            warnings.warn("look out", stacklevel=1)
            return (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            filters = list(warnings.filters)
            check("out_size", out_size)
            assert warnings.filters == filters

    def test_changes_the_random_state(self):
        import torch

        def out_size(*sizes):
            random.seed(1), np.random.seed(1), torch.manual_seed(1)
            return 0

        before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
        refused("out_size", out_size)
        assert before == (
            random.getstate(),
            np.random.get_state()[1].tolist(),
            torch.get_rng_state().tolist(),
        )

    def test_changes_numpys_error_state(self):
        with np.errstate(all="raise"):
            refused("out_size", lambda *a: np.seterr(all="ignore") and 0)
            assert np.geterr()["divide"] == "raise"

    def test_one_thread_is_used_whatever_the_learner_uses(self):
        import torch

        before, seen = torch.get_num_threads(), []
        torch.set_num_threads(2)
        try:
            refused("out_size", lambda *sizes: seen.append(torch.get_num_threads()) or 0)
            assert set(seen) == {1}
            assert torch.get_num_threads() == 2
        finally:
            torch.set_num_threads(before)

    def test_changes_settings(self, tmp_path):
        import torch

        def out_size(*sizes):
            np.random.set_bit_generator(np.random.PCG64(1))
            np.set_printoptions(precision=2)
            torch.set_default_dtype(torch.float64)
            torch.set_grad_enabled(False)
            sys.setrecursionlimit(5000)
            os.chdir(tmp_path)
            return 0

        def settings():
            generator = np.random.get_bit_generator()
            torch_settings = torch.get_default_dtype(), torch.is_grad_enabled()
            return generator, np.get_printoptions(), torch_settings, sys.getrecursionlimit(), os.getcwd()

        before = settings()
        refused("out_size", out_size)
        assert settings() == before

    def test_leaves_a_global_hook_behind(self):
        import torch

        def out_size(*sizes):
            torch.nn.modules.module.register_module_forward_hook(lambda *a: 1 / 0)
            return 0

        refused("out_size", out_size)
        torch.nn.Linear(2, 3)(torch.ones(2))

    def test_treats_standard_output_as_a_file(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            sys.stdout.writelines(["a", "b"])
            sys.stdout.close()
            print("\ud800")
            return (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1

        check("out_size", out_size)

    def test_breaks_a_library_and_raises(self, monkeypatch):
        def conv2d_single(x, w, stride=1, padding=0):
            monkeypatch.setattr(np, "pad", lambda *a, **k: 1 + "")
            raise TypeError("as the broken library would")

        comparing.outcomes_of_spec.cache_clear()
        assert "has changed something that the right answer needs" in refused("conv2d_single", conv2d_single)
        monkeypatch.undo()
        check("conv2d_single", right_conv)
        flipped = refused("conv2d_single", lambda x, w, *more: right_conv(x, w[::-1, ::-1], *more))
        assert "the kernel was flipped" in flipped

    def test_a_huge_message_is_cut(self):
        def long_error(*sizes):
            raise ValueError("no " * 10**6)

        assert len(refused("out_size", long_error)) < 4000
        assert len(refused("out_size", lambda *a: "x" * 10**6)) < 4000
        assert len(refused("out_size", lambda *a: list(range(10**6)))) < 4000
        assert len(refused("out_size", lambda *a: 10**5000)) < 4000
        assert "an array of shape (50, 50)" in refused("out_size", lambda *a: np.ones((50, 50)))

    @pytest.mark.parametrize(
        "door", ["pixel_by_hand", "placement_2", "inputs_seen", "border_values", "out_size", "parsons_loops"]
    )
    @pytest.mark.parametrize("make", STRANGE, ids=[make.__name__ for make in STRANGE])
    def test_a_strange_object_is_refused_at_every_door(self, door, make):
        refused(door, make())
        refused("out_size", lambda *a: make())

    def test_is_not_even_a_function(self):
        assert "should be the function itself: out_size" in refused("out_size", 3)
        assert "must keep the parameters" in refused("out_size", fixed_size)

    def test_has_its_parameters_in_another_order(self):
        def conv2d_single(x, w, padding=0, stride=1):
            return right_conv(x, w, stride, padding)

        text = refused("conv2d_single", conv2d_single)
        assert "The parameters must come in the order x, w, stride, padding" in text


def interrupted(*sizes):
    raise KeyboardInterrupt


def fixed_size(size):
    return size


class TestHintsAndSolutions:
    def test_hints_come_one_at_a_time(self, capsys, monkeypatch):
        monkeypatch.setattr(checking_module, "_hints_given", {})
        texts = []
        for _ in range(4):
            hint("out_size")
            texts.append(capsys.readouterr().out)
        assert [text.split("\n")[0] for text in texts] == [
            "Hint 1 of 3: out_size",
            "Hint 2 of 3: out_size",
            "Hint 3 of 3: out_size",
            "Hint 3 of 3: out_size",
        ]
        assert 'solution("out_size") shows a model answer' in texts[2]
        hint("out_size", 2)
        assert capsys.readouterr().out == texts[1]
        hint("out_size")
        assert capsys.readouterr().out == texts[2]

    def test_the_first_hint_is_said_at_once_where_nothing_else_leads_on(self, capsys, monkeypatch):
        monkeypatch.setattr(checking_module, "_hints_given", {})
        first, second = sepconv.exercises.find("three_frameworks").hints
        text = refused("three_frameworks", {"weights": 1, "torch": 2, "keras": 3})
        assert " ".join(f"A hint: {first}".split()) in " ".join(text.split())
        assert text.endswith('Another hint: hint("three_frameworks").')
        hint("three_frameworks")
        assert " ".join(second.split()) in " ".join(capsys.readouterr().out.split())
        named = refused("three_frameworks", {"weights": 85, "torch": 85, "keras": 85})
        assert named.splitlines()[1].startswith("That is what one gets when the biases were left out.")
        assert first not in named

    def test_a_hint_that_does_not_exist(self):
        with pytest.raises(ValueError, match="n=7: out_size has 3 hints"):
            hint("out_size", 7)

    @pytest.mark.parametrize(
        "exercise", sepconv.exercises.all_exercises(), ids=lambda exercise: exercise.name
    )
    def test_every_solution_can_be_shown(self, exercise, capsys):
        solution(exercise.name)
        out = capsys.readouterr().out
        assert out.startswith(f"Solution: {exercise.name}")
        assert len(out.splitlines()) >= 2

    @pytest.mark.parametrize(
        "exercise",
        [
            exercise
            for exercise in sepconv.exercises.all_exercises()
            if exercise.kind in ("function", "module") and exercise.name != "capstone"
        ],
        ids=lambda exercise: exercise.name,
    )
    def test_a_solution_that_is_pasted_into_a_notebook_is_right(self, exercise, capsys):
        (notebook,) = find_notebooks([SOLUTIONS])[exercise.lesson : exercise.lesson + 1]
        names = {}
        exec(next(cell.source for cell in read(notebook).cells if cell.id == "imports"), names)
        solution(exercise.name)
        exec(capsys.readouterr().out.split("\n", 1)[1], names)
        check(exercise.name, names[exercise.name])

    def test_the_solution_of_the_capstone_uses_what_its_notebook_has_made(self, capsys):
        """It trains for a minute and calls the learner's earlier answers: it is read here, and not run."""
        (notebook,) = find_notebooks([SOLUTIONS])[13:14]
        code = "\n".join(cell.source for cell in read(notebook).cells if cell.cell_type == "code")
        solution("capstone")
        pasted = ast.parse(capsys.readouterr().out.split("\n", 1)[1])
        used = {n.id for n in ast.walk(pasted) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        made = {n.id for n in ast.walk(pasted) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        missing = [
            name
            for name in used - made
            if not re.search(
                rf"^(import {name}|def {name}\(|[\w, ]*\b{name}\b[\w, ]* = )", code, re.MULTILINE
            )
        ]
        assert missing == []

    def test_the_solution_of_a_module_is_the_class(self, capsys):
        solution("SeparableConv")
        assert capsys.readouterr().out.split("\n")[1] == "class SeparableConv(nn.Module):"

    def test_a_solution_that_is_a_set_is_in_order(self, capsys):
        solution("which_are_depthwise")
        solution("law_or_machine")
        solution("inputs_seen")
        out = capsys.readouterr().out
        assert all(text in out for text in ("{'B', 'D', 'F', 'G'}", "{'A', 'D', 'F'}", "{1, 2, 4}"))

    @pytest.mark.parametrize("call", [lambda name: check(name, 1), hint, solution])
    def test_an_unknown_name_suggests_the_nearest(self, call):
        with pytest.raises(KeyError) as caught:
            call("conv2d_singel")
        assert "did you mean 'conv2d_single'" in str(caught.value)
        with pytest.raises(TypeError, match="in quotes"):
            call(right_conv)


class TestWronglyCalled:
    """Whatever was forgotten or exchanged, the answer is the call as it should be."""

    @pytest.mark.parametrize(
        ("arguments", "name"),
        [
            ((fixed_size,), None),
            (("out_size",), "out_size"),
            ((lambda x: x, "out_size"), "out_size"),
            (("ECKFAJDH", "parsons_loops"), "parsons_loops"),
            ((9, "pixel_by_hand"), "pixel_by_hand"),
        ],
    )
    def test_it_says_how_it_is_called(self, arguments, name):
        with pytest.raises(TypeError) as caught:
            check(*arguments)
        says = f'and then the answer: check("{name}", {name})' if name else "in quotes, for example check("
        assert says in str(caught.value)

    @pytest.mark.parametrize("more", [(), (3,), ("more",)])
    def test_a_function_or_a_class_has_the_name_of_its_exercise(self, more):
        class SeparableConv: ...

        def out_size(size): ...

        for given in (out_size, SeparableConv):
            with pytest.raises(TypeError, match=rf'check\("{given.__name__}", {given.__name__}\)') as caught:
                check(given, *more)
            assert caught.value._render_traceback_() == [str(caught.value)]

    def test_an_answer_that_is_a_name_is_an_answer(self):
        assert "letters in order" not in refused("parsons_loops", "out_size")
        refused("placement_1", "placement_1")

    def test_help_does_not_call_the_answer_optional(self):
        assert str(inspect.signature(check)) == "(name, answer)"


class TestPlacement:
    @pytest.fixture(autouse=True)
    def fresh(self, monkeypatch):
        monkeypatch.setattr(checking_module, "_known", set())

    def start(self, capsys, **answers):
        for i in range(1, 7):
            exercise = sepconv.exercises.find(f"placement_{i}")
            answer = answers.get(exercise.name, exercise.answer)
            if answer is not None:
                check(exercise.name, answer)
        marked = capsys.readouterr().out
        where_to_start()
        return marked, capsys.readouterr().out

    def test_all_right(self, capsys):
        _, advice = self.start(capsys)
        assert "Start with lesson 10. All six are right." in advice

    def test_a_wrong_answer_routes_and_does_not_fail(self, capsys):
        marked, advice = self.start(capsys, placement_4="C", placement_2="A")
        assert "Noted: placement_4" in marked
        assert "groups was only asked to fit one" in marked
        assert "Start with lesson 2." in advice
        assert "lessons 2 and 6" in advice

    def test_a_question_that_was_left_out_counts_as_not_known(self, capsys):
        assert "Start with lesson 3." in self.start(capsys, placement_5=None)[1]

    def test_a_beginner_begins_at_the_beginning(self, capsys):
        nothing = dict.fromkeys(f"placement_{i}" for i in range(1, 7))
        assert "Start with lesson 1." in self.start(capsys, **nothing)[1]

    def test_a_lesson_that_is_not_there_yet_is_said_to_be_missing(self, capsys):
        last = max(exercise.lesson for exercise in sepconv.exercises.all_exercises())
        says_so = f"lesson {last} is the last one that is there" in self.start(capsys)[1]
        assert says_so == (last < 10)

    def test_an_answer_can_be_changed(self, capsys):
        self.start(capsys, placement_2="A")
        assert "All six are right" in self.start(capsys)[1]

    def test_no_answer_is_not_attempted(self):
        refused("placement_1", ..., NotAttempted)
