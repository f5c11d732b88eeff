"""What ``check`` says, and what it survives."""

import pickle
import random
import sys
import warnings

import numpy as np
import pytest
from sample_exercises import ARRAY, CHOICES, DICT, MODULE

import sepconv
from sepconv import NotAttempted, NotYet, check, hint, solution, where_to_start
from sepconv import checking as checking_module
from sepconv.marking.diagnosis import mark
from sepconv.marking.verdict import CORRECT, NOT_ATTEMPTED


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

    def test_a_mistake_without_a_name_shows_the_smallest_case(self):
        text = refused(
            "conv2d_single", lambda x, w, stride=1, padding=0: right_conv(x, w, stride, padding) + 1
        )
        assert "x = [[1, 2, 4, 8]]  (shape (1, 4), float64)" in text
        assert "returned [[-2, -5]]" in text
        assert "The first is [0, 0]: -2 should be -3." in text

    def test_two_mistakes_at_once_name_the_one_that_shows(self):
        def two_slips(x, w, stride=1, padding=0):
            return right_conv(x, w[::-1, ::-1], stride, padding if stride == 1 else 0)

        text = refused("conv2d_single", two_slips)
        assert "the kernel was flipped" in text
        assert "there is something else, too" in text

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

    def test_the_dots_of_an_index_are_no_blank(self):
        def conv2d_single(x, w, stride=1, padding=0):
            return right_conv(x, w, stride, padding)[..., :]

        check("conv2d_single", conv2d_single)

    def test_a_class_with_an_empty_method(self):
        class Layer:
            def __init__(self):
                self.ready = True

            def forward(self, x): ...

        assert said(MODULE, Layer)[0] == NOT_ATTEMPTED

    def test_a_dict_that_is_partly_filled(self):
        assert "Still blank: 'edge'" in refused(
            "border_values", {"corner": 4, "edge": ..., "inside": 9}, NotAttempted
        )


class TestValues:
    @pytest.mark.parametrize("answer", [6, 6.0, np.int64(6), np.float32(6), np.array(6)])
    def test_a_number_is_judged_by_value(self, answer):
        right = mark(sepconv.exercises.find("warmup_02_1"), answer + 1)[0]
        assert right.outcome == CORRECT

    @pytest.mark.parametrize("answer", [True, "7", [7], None, float("nan"), object()])
    def test_what_is_no_number_is_refused(self, answer):
        how = NotAttempted if answer is None else NotYet
        refused("warmup_02_1", answer, how)

    def test_an_integer_count_is_exact(self):
        refused("filter_bank_size", lambda c_in, c_out, k: c_in * c_out * k * k * (1 + 1e-7))

    @pytest.mark.parametrize("answer", ["d", " D ", "D.", "(d)"])
    def test_a_letter_may_be_written_loosely(self, answer):
        check("placement_2", answer)

    def test_an_option_that_does_not_exist(self):
        for answer in ("E", {"D"}, 3, "it raises"):
            assert "Write one of A, B, C, D in quotes, and nothing else." in refused("placement_2", answer)

    def test_a_set_may_come_as_a_list(self):
        check("inputs_seen", [4, 2, 1])
        check("inputs_seen", np.flatnonzero([0, 1, 1, 0, 1]))
        assert "should be a set" in refused("inputs_seen", 22)
        assert "should be a set" in refused("inputs_seen", [0, 1, 1, 0, 1])
        assert "without quotes" in refused("inputs_seen", {"1", "2", "4"})
        assert "Choose from 0, 1, 2, 3, 4." in refused("inputs_seen", {1, 2, 4, 8})
        assert "belong" not in refused("inputs_seen", {2, 4, 16})

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


class TestOrders:
    def test_spaces_commas_and_case_do_not_matter(self):
        check("parsons_loops", "e c, k f -> a j d. h")

    @pytest.mark.parametrize(
        ("order", "says"),
        [
            ("ECKFAJDHZ", "There is no line Z"),
            ("ECKFAJDHH", "Line H is used 2 times"),
            ("FECKAJDH", "not a Python program"),
            ("EKFAJDH", "NameError: name 'y' is not defined"),
            ("ECKFAJD", "is a return missing?"),
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

    @pytest.mark.parametrize("convert", [np.float32, np.int64, np.ndarray.tolist, "torch"])
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

    def test_asks_for_a_hundred_gigabytes(self):
        import torch

        assert "more memory than there is" in refused("out_size", lambda *a: np.ones(10**11 // 8))
        assert "more memory than there is" in refused("out_size", lambda *a: torch.ones(10**11 // 4))

    def test_reads_standard_input(self):
        kept = sys.stdin
        assert "input() cannot be used" in refused("out_size", lambda *a: int(input("size? ")))
        assert "input() cannot be used" in refused("out_size", lambda *a: sys.stdin.readline())
        assert sys.stdin is kept

    def test_prints_a_lot(self, capsys):
        def out_size(*sizes):
            print("line\n" * 100_000)
            print("to stderr", file=sys.stderr)
            return 0

        text = refused("out_size", out_size)
        assert "Your code printed (the beginning):" in text
        assert text.count("line") < 20
        assert capsys.readouterr() == ("", "")

    def test_warns(self):
        def out_size(size, k, stride=1, padding=0, dilation=1):
            warnings.warn("look out", stacklevel=1)
            return (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            check("out_size", out_size)

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

    @pytest.mark.parametrize("call", [lambda name: check(name, 1), hint, solution])
    def test_an_unknown_name_suggests_the_nearest(self, call):
        with pytest.raises(KeyError) as caught:
            call("conv2d_singel")
        assert "did you mean 'conv2d_single'" in str(caught.value)
        with pytest.raises(TypeError, match="in quotes"):
            call(right_conv)


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


def test_no_line_is_too_wide():
    text = refused("conv2d_single", lambda x, w, stride=1, padding=0: right_conv(x, w)[:1])
    assert max(map(len, text.splitlines())) <= 100
