"""Pictures of what was timed: what they say, what they refuse, and that a number moves what is drawn."""

import re

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from sepconv import figures
from sepconv.measuring.timing import Comparison, Roofline
from sepconv.pictures.figures import comparisons

RESULT = Comparison(
    {
        "standard": (10.0,) * 9,
        "separable": (4.0, 4.0, 5.0, 4.0, 4.0, 4.0, 2.0, 4.0, 4.0),
        "fused": (1.25,) * 9,
    }
)
ROOF = Roofline({1: 50e9, 2: 90e9}, {1: 25e9, 2: 30e9})
LAYERS = {"standard": (83.0, 45e9), "depthwise": (1.125, 5.625e9)}


def drawn(draw):
    InteractiveShell.instance()
    with capture_output() as captured:
        assert draw() is None
    assert len(captured.outputs) == 1
    return captured.outputs[0]


def alt(draw):
    text = drawn(draw).data["text/plain"]
    assert text.endswith(".")
    assert "  " not in text
    assert not re.search(r"-\d|nan|inf\b", text)
    return text


def test_a_comparison_is_told_with_ratios_intervals_and_what_was_promised():
    text = alt(lambda: figures.comparison(RESULT, promised={"separable": 8.41}))
    assert text == (
        "How many times faster than standard. separable: 2.50, interval 2.50 to 2.50, promised by the MACs 8.41. "
        "fused: 8.00, interval 8.00 to 8.00."
    )


def test_an_interval_far_beyond_the_bars_does_not_shrink_them():
    def times(low):
        return Comparison({"a": (1.0,) * 6, "b": (0.5, 0.5, 0.5, 0.5, 0.5, low)})

    two, many = (drawn(lambda low=low: figures.comparison(times(low))) for low in (0.1, 0.0001))
    assert "interval 0.10" not in two.data["text/plain"]
    assert two.data["image/png"] == many.data["image/png"]


def test_an_interval_that_is_cut_does_not_look_like_one_that_ends_there():
    def times(low):
        return Comparison({"a": (1.0,) * 6, "b": (0.5, 0.5, 0.5, 0.5, 0.5, low)})

    cut_at = comparisons._BEYOND * 2
    ends, goes_on = (
        drawn(lambda high=high: figures.comparison(times(1 / high))).data["image/png"]
        for high in (cut_at - 1e-9, cut_at + 1e-3)
    )
    assert ends != goes_on


def test_a_comparison_looks_different_when_a_ratio_does():
    pictures = {
        drawn(
            lambda seconds=seconds: figures.comparison(Comparison({"a": (4.0,) * 5, "b": (seconds,) * 5}))
        ).data["image/png"]
        for seconds in (1.0, 2.0)
    }
    assert len(pictures) == 2


def test_a_roofline_is_told_with_its_ridge_and_each_share():
    text = alt(lambda: figures.roofline(ROOF, LAYERS))
    assert "1 thread" in text
    assert "rises with 25 billion bytes a second" in text
    assert "flat at 50 billion MACs a second from 2.0 MACs per byte on" in text
    assert "standard: 83 MACs per byte, 45 billion MACs a second, 90% of its roof." in text
    assert "depthwise: 1.1 MACs per byte, 5.6 billion MACs a second, 20% of its roof." in text


def test_the_roof_is_that_of_the_threads():
    text = alt(lambda: figures.roofline(ROOF, LAYERS, threads=2))
    assert "2 threads" in text
    assert "flat at 90 billion" in text
    assert "standard: 83 MACs per byte, 45 billion MACs a second, 50% of its roof." in text


@pytest.mark.parametrize("machine", [(1e8, 1e11), (5e12, 1e9), (3.3e10, 3.3e10)])
def test_roofs_of_odd_machines_can_be_drawn(machine):
    roof = Roofline({1: machine[0]}, {1: machine[1]})
    picture = drawn(lambda: figures.roofline(roof, {"slow": (0.01, 1e3), "above": (500.0, 9e12)}))
    assert "under 1% of its roof" in picture.data["text/plain"]
    assert picture.metadata["image/png"]["width"] <= 820
    assert picture.metadata["image/png"]["height"] <= 800


@pytest.mark.parametrize("name", ["dense", "standard"])
def test_a_promise_for_what_was_not_timed_is_refused(name):
    with pytest.raises(ValueError, match=f"'{name}'"):
        figures.comparison(RESULT, promised={name: 2})


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ((1.0, 0.0), "^math domain error|^expected a positive input"),  # so says Python from 3.14 on
        ((1.0, 2.0, 3.0), "^too many values to unpack"),
        ((np.nan, 1.0), "^cannot convert float NaN to integer"),
    ],
)
def test_a_layer_that_is_no_point_of_a_roofline_is_refused(point, words):
    with pytest.raises(ValueError, match=words):
        figures.roofline(ROOF, {"a": point})
