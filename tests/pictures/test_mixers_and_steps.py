"""The pictures of lesson 13: what they say, what is dark in them, and what they refuse."""

from types import SimpleNamespace

import numpy as np
import pytest

from sepconv.pictures.figures import mixers, steps
from sepconv.pictures.figures.accuracy_steps import label_places

EYE, ALL = np.eye(3, dtype=bool), np.ones((3, 3), dtype=bool)
MIDDLE, CROSS = np.zeros((5, 7), bool), np.zeros((5, 7), bool)
MIDDLE[2, 3] = True
CROSS[1:4, 2:5] = True
PAST = np.array([False, True, True, True, False, False])
HISTORY = [("first", 78.82, 4.09), ("depthwise", 78.28, 2.35), ("wider", 80.5, 5.27)]


def stage(name, pixels, channels):
    return SimpleNamespace(name=name, pixels=pixels, channels=channels)


@pytest.fixture
def shown(monkeypatch):
    """Collect what is shown: (figure, alt text, caption)."""
    found = []
    monkeypatch.setattr(
        "sepconv.pictures.figures.board.show",
        lambda fig, *, alt, caption=None: found.append((fig, alt, caption)),
    )
    return found


def test_mixers_say_what_each_stage_reads(shown):
    mixers([stage("depthwise", CROSS, EYE), stage("pointwise", MIDDLE, ALL), stage("ReLU", MIDDLE, EYE)])
    assert shown[0][1] == (
        "What the stages of a block read for one output pixel. "
        "depthwise: 9 pixels (3 × 3), 1 of 3 channels: mixes space. "
        "pointwise: 1 pixel, 3 of 3 channels: mixes channels. "
        "ReLU: 1 pixel, 1 of 3 channels: mixes nothing."
    )


def test_along_time_the_past_and_the_future_are_told_apart(shown):
    mixers([stage("causal", PAST, EYE)], caption="one axis")
    assert "causal: 3 positions (2 before, 0 after), 1 of 3 channels: mixes space." in shown[0][1]
    assert shown[0][2] == "one axis"
    assert "for one output position" in shown[0][1]
    assert "pixel" not in shown[0][1]


def test_as_many_cells_are_dark_as_are_read(shown):
    mixers([stage("both", CROSS, ALL)])
    patches = shown[0][0].axes[0].patches
    dark = [
        patch for patch in patches if np.allclose(patch.get_facecolor()[:3], np.array([26, 26, 26]) / 255)
    ]
    assert len(dark) == CROSS.sum() + ALL.sum()


def test_steps_say_every_number_and_what_is_marked(shown):
    steps(HISTORY, mark=["wider"])
    assert "2 depthwise: 78.28 % at 2.35 billion. 3 wider: 80.50 % at 5.27 billion." in shown[0][1]
    assert "Marked: wider." in shown[0][1]
    words = [text.get_text() for text in shown[0][0].axes[0].texts]
    assert {"78 %", "81 %", "2", "6", "3  wider", "80.50 %, 5.27"} <= set(words)


@pytest.mark.parametrize(
    "picture",
    [lambda: mixers([stage("depthwise", CROSS, EYE)]), lambda: steps(HISTORY)],
    ids=["mixers", "steps"],
)
def test_they_are_shown_with_an_alt_text(picture, capsys):
    picture()
    assert len(capsys.readouterr().out) > 20


def test_a_mark_that_is_no_step_is_refused():
    with pytest.raises(ValueError, match="mark holds 'deeper'"):
        steps(HISTORY, mark=["deeper"])


def test_numbers_of_steps_that_lie_close_together_stay_apart():
    points = np.array([(0, 0), (3, 3), (3.1, 3.2), (3.3, 3.1), (3.2, 3.0)])
    places = label_places(points)
    assert [np.linalg.norm(points - place, axis=1).argmin() for place in places] == [0, 1, 2, 3, 4]
    gaps = [np.linalg.norm(a - b) for i, a in enumerate(places) for b in places[:i]]
    assert min(gaps) > 0.4  # wider than a digit
