"""The picture of lesson 12: what it says, that it says what was drawn, and what it refuses."""

import pytest
from test_figures import drawn, pixels_of

from sepconv import figures

RUNS = {"standard": [0.964, 0.953, 0.962], "separable": [0.95, 0.956, 0.956], "narrow": [0.937, 0.93, 0.935]}
INTERVALS = {"standard": (0.945, 0.974), "separable": (0.945, 0.963), "narrow": (0.925, 0.943)}


def alt(*arguments, **options):
    return drawn(lambda: figures.accuracies(*arguments, **options)).data["text/plain"]


def test_the_alt_text_says_every_run_mean_and_interval():
    said = alt(RUNS, INTERVALS)
    assert "a row for each of 3 nets" in said
    assert "standard: mean 96.0 %, runs 96.4 %, 95.3 % and 96.2 %, interval 94.5 % to 97.4 %." in said
    assert "separable: mean 95.4 %" in said
    assert said.endswith("Highest mean: standard; lowest: narrow.")


def test_order_is_that_of_the_means_and_not_of_the_rows():
    reversed_runs = dict(reversed(RUNS.items()))
    assert alt(reversed_runs).endswith("Highest mean: standard; lowest: narrow.")
    assert alt({"only": [0.5]}).endswith("Highest mean: only; lowest: only.")


def test_without_intervals_no_box_is_spoken_of():
    assert "interval" not in alt(RUNS)
    assert "interval" in alt(RUNS, {"narrow": (0.92, 0.95)})


def test_the_picture_shows_the_runs():
    pictures = {
        drawn(lambda runs=runs: figures.accuracies(runs)).data["image/png"]
        for runs in (RUNS, RUNS | {"narrow": [0.937, 0.93, 0.936]}, RUNS | {"narrow": [0.937, 0.93]})
    }
    assert len(pictures) == 3


def test_boxes_are_as_wide_as_their_intervals():
    """The sky blue of the first row: twice the interval, twice the width, whatever the dots hide."""
    runs = {"one": [0.9, 0.94], "other": [0.84, 0.98]}
    wide, narrow = (_width_of_sky(runs, half) for half in (0.04, 0.02))
    assert wide == pytest.approx(2 * narrow, rel=0.03)


def _width_of_sky(runs, half):
    import numpy as np

    output = drawn(lambda: figures.accuracies(runs, {"one": (0.92 - half, 0.92 + half)}))
    pixels = np.asarray(pixels_of(output).convert("RGB")).astype(int)
    _, columns = np.nonzero(np.abs(pixels - (86, 180, 233)).sum(axis=2) <= 6)
    return columns.max() - columns.min()


@pytest.mark.parametrize("runs", [RUNS, {"low": [0.0, 0.1], "high": [1.0, 1.0]}, {"same": [0.98, 0.98]}])
def test_any_accuracies_fit_on_the_axis(runs):
    output = drawn(lambda: figures.accuracies(runs))
    assert len(output.data["image/png"]) * 3 / 4 <= 45_000


def test_an_interval_may_end_above_one():
    assert "interval 97.5 % to 101.5 %" in alt({"easy": [0.99, 1.0]}, {"easy": (0.975, 1.015)})


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (({"net": [95.0]},), ValueError, "from 0 to 1"),
        (({str(i): [0.5] for i in range(7)},), ValueError, "at most 6"),
        ((RUNS, {"other": (0.1, 0.2)}), ValueError, "intervals names 'other'"),
        ((RUNS, {"narrow": (0.2, 0.1)}), ValueError, "where it begins and where it ends"),
        ((RUNS, {"narrow": (0.2,)}), ValueError, "expected 2"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        figures.accuracies(*arguments)
