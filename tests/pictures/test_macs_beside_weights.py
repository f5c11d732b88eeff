"""The picture of lesson 11: what it says, what it draws, and what it refuses."""

import numpy as np
import pytest
from test_figures import drawn
from test_figures import pixels_of as picture_of

from sepconv import figures
from sepconv.pictures.figures.style import SERIES

KINDS = ["standard", "depthwise", "pointwise", "depthwise", "pointwise", "classifier"]
MACS = [10_838_016, 3_612_672, 25_690_112, 1_806_336, 25_690_112, 64_000]
WEIGHTS = [864, 288, 2_048, 576, 8_192, 64_000]


def alt(*arguments):
    return drawn(lambda: figures.macs_and_weights(*arguments)).data["text/plain"]


def test_the_alt_text_says_the_shares_and_the_largest():
    said = alt(KINDS, MACS, WEIGHTS)
    assert said.startswith("Bars for 6 layers in the order of the network")
    assert "standard: 1 layer, 16.01 % of the MACs, 1.14 % of the weights." in said
    assert "pointwise: 2 layers, 75.89 % of the MACs, 13.48 % of the weights." in said
    assert "classifier: 1 layer, 0.09 % of the MACs, 84.25 % of the weights." in said
    assert "Most MACs: layer 3, pointwise, 25.7 million." in said
    assert "As many: layer 5." in said
    assert "Most weights: layer 6, classifier, 64,000." in said


def test_it_is_a_figure_that_fits_a_notebook():
    shown = drawn(lambda: figures.macs_and_weights(KINDS * 4, MACS * 4, WEIGHTS * 4, caption="Where it is"))
    assert shown.data["text/html"].startswith("<figure")
    assert "<figcaption>Where it is</figcaption>" in shown.data["text/html"]
    assert pixels_of(shown).shape[1] <= 8.4 * 144 + 1
    assert len(shown.data["image/png"]) < 120_000


def pixels_of(output):
    return np.asarray(picture_of(output).convert("RGB"))


def count_of(color, pixels):
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return int((pixels == wanted).all(axis=-1).sum())


def test_bars_grow_with_their_numbers():
    orange = SERIES[3][0]  # the classifier, the fourth kind
    low = pixels_of(drawn(lambda: figures.macs_and_weights(KINDS, MACS, [*WEIGHTS[:-1], 8_192])))
    high = pixels_of(drawn(lambda: figures.macs_and_weights(KINDS, MACS, [*WEIGHTS[:-1], 64_000])))
    rows = len(low) // 2
    assert count_of(orange, low[rows:]) > 0
    blue = SERIES[0][0]
    assert count_of(blue, high[:rows]) > 0
    # beside a larger classifier the other bars of the weights shrink
    green = SERIES[2][0]
    assert count_of(green, high[rows:]) < 0.5 * count_of(green, low[rows:])


def test_tensors_and_arrays_will_do():
    import torch

    assert alt(KINDS, np.array(MACS), torch.tensor(WEIGHTS)) == alt(KINDS, MACS, WEIGHTS)


@pytest.mark.parametrize(
    ("kinds", "macs", "weights", "error", "words"),
    [
        (["a"], [1, 2], [1], IndexError, "size of axis is 2"),
        (["a"], [1], [1, 2], IndexError, "size of axis is 2"),
        (list("abcdefg"), [1] * 7, [1] * 7, ValueError, "7 are to be told apart, and at most 6 can be"),
    ],
)
def test_what_does_not_fit_together_is_refused(kinds, macs, weights, error, words):
    with pytest.raises(error, match=words):
        figures.macs_and_weights(kinds, macs, weights)
