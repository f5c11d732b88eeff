"""compare() and roofline(): tested with a clock that the functions themselves move, so that nothing is left to chance."""

import contextlib
import random

import pytest
import torch

from sepconv import timing
from sepconv.measuring.timing import Comparison, Roofline, compare, pinned, roofline


class Clock:
    """A clock that stands still until a function says how long it took."""

    def __init__(self):
        self.now = 0.0
        self.calls = []

    def function(self, name, *durations):
        """Return a function that takes these times, one after the other, the last again and again."""
        left = list(durations)

        def call():
            self.calls.append(name)
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return call


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock.now)
    return clock


def test_the_ratio_is_how_many_times_faster(clock):
    result = compare({"slow": clock.function("slow", 3.0), "fast": clock.function("fast", 1.5)}, repeats=6)
    assert result.ratio("fast") == 2
    assert result.ratio("slow", to="fast") == 0.5
    assert result.interval("fast") == (2, 2)
    assert result.verdict("fast") == "faster"
    assert result.verdict("slow", to="fast") == "slower"


def test_the_first_calls_do_not_count(clock):
    cold = clock.function("a", 100.0, 1.0)
    assert compare({"a": cold, "b": clock.function("b", 1.0)}, repeats=6).medians == {"a": 1, "b": 1}


def test_the_functions_take_turns(clock):
    compare({"a": clock.function("a", 1.0), "b": clock.function("b", 1.0)}, repeats=6)
    rounds = clock.calls[-12:]
    assert [set(rounds[i : i + 2]) for i in range(0, 12, 2)] == [{"a", "b"}] * 6
    assert {tuple(rounds[i : i + 2]) for i in range(0, 12, 2)} == {("a", "b"), ("b", "a")}


def test_a_machine_that_slows_down_does_not_spoil_the_ratio(clock):
    drift = {
        name: clock.function(name, *[first * 1.2**i for i in range(3 + 9)])
        for name, first in (("a", 2.0), ("b", 1.0))
    }
    assert compare(drift, repeats=9).ratio("b") == pytest.approx(2, rel=0.01)


def test_a_quick_function_is_called_often_enough(clock):
    result = compare({"quick": clock.function("quick", 1e-5)}, repeats=6, sample=0.002)
    assert len(clock.calls) == 3 + 6 * 200
    assert result.medians["quick"] == pytest.approx(1e-5)


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([1.01, 0.99] * 8, "about the same"),
        ([0.4, 2.6] * 8, "too noisy to tell"),
        ([2.0] * 15 + [0.1], "faster"),
        ([0.5] * 15 + [9.0], "slower"),
    ],
)
def test_says_when_it_cannot_tell(ratios, verdict):
    assert Comparison({"a": tuple(ratios), "b": (1.0,) * len(ratios)}).verdict("b") == verdict


def test_the_interval_holds_the_truth_as_often_as_it_says():
    draw = random.Random(0)
    held = 0
    for _ in range(2000):
        ratios = tuple(draw.lognormvariate(0, 0.5) for _ in range(15))  # the true median is 1
        low, high = Comparison({"a": ratios, "b": (1.0,) * 15}).interval("b")
        held += low <= 1 <= high
    assert 0.95 <= held / 2000 <= 0.98  # 15 rounds: the sign test gives 0.965


def test_the_fewest_rounds_hold_the_truth_often_enough():
    assert 1 - 2 / 2**timing._FEWEST >= 0.95 > 1 - 2 / 2 ** (timing._FEWEST - 1)


def test_shows_as_a_table_in_text_and_html():
    result = Comparison({"<a>": (2e-3,) * 5, "b": (1e-3,) * 5}, {"CPU": "X & Y"})
    assert "times faster than <a>" in repr(result)
    assert "2.00 to 2.00" in repr(result)
    assert "CPU X & Y" in repr(result)
    page = result._repr_html_()
    assert '<th scope="row" style="text-align:left">&lt;a&gt;</th>' in page
    caption = "<caption>Medians of 5 rounds, side by side.</caption>"
    assert page.startswith(f'<table>{caption}<thead><tr><td></td><th scope="col">time</th>')
    assert "X &amp; Y" in page


def test_says_which_name_was_not_timed():
    with pytest.raises(KeyError, match="'c' was not timed; there are 'a', 'b'"):
        Comparison({"a": (1.0,), "b": (1.0,)}).ratio("c")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([],), TypeError, "must be a dict"),
        (({},), TypeError, "must be a dict"),
        (({"a": 3},), TypeError, r"functions\['a'\]=3 must be callable"),
        (({"a": print}, 5), ValueError, "repeats=5 must be at least 6"),
        (({"a": print}, 6, 0), ValueError, "threads=0 must be at least 1"),
    ],
)
def test_says_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        compare(*arguments)


def test_threads_are_restored_also_after_an_error():
    before = torch.get_num_threads()
    other = before + 1
    with contextlib.suppress(ZeroDivisionError), pinned(other):
        assert torch.get_num_threads() == other
        _ = 1 / 0
    assert torch.get_num_threads() == before
    assert compare({"a": lambda: None}, repeats=6, threads=other).machine["threads"] == other
    assert torch.get_num_threads() == before


def test_the_machine_is_named():
    machine = timing.machine()
    assert machine["CPU"]
    assert machine["PyTorch"] == torch.__version__
    assert machine["BLAS of NumPy"]


def test_the_roofline_has_a_slope_and_a_flat_part():
    roof = Roofline({1: 100.0}, {1: 10.0})
    assert roof.ridge() == 10
    assert roof.attainable(5) == 50
    assert roof.attainable(10) == 100
    assert roof.attainable(1000) == 100


def test_this_machine_has_a_roofline():
    roof = roofline(size=128, megabytes=1, repeats=1)
    assert set(roof.macs_per_second) == {1, torch.get_num_threads()}
    assert min([*roof.macs_per_second.values(), *roof.bytes_per_second.values()]) > 0
