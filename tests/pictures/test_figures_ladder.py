"""The pictures of lessons 4 to 9: what they say, the numbers they compute, and what they refuse."""

import numpy as np
import pytest
import test_figures
from test_figures import cells_of_color, drawn, pixels_of

from sepconv import connectivity, data, figures, reference

TWO_GROUPS = np.kron(np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool))
THREE_GROUPS = np.kron(np.eye(3, dtype=bool), np.ones((2, 2), dtype=bool))
SHUFFLE_4, SHUFFLE_6 = [0, 2, 1, 3], [0, 2, 4, 1, 3, 5]
X = np.array([[[1, 2, 0, 3], [0, 1, 4, 2], [2, 0, 1, 0]], [[3, 0, 1, 1], [1, 2, 0, 2], [0, 1, 3, 1]]])
DEPTHWISE = np.array([[[[1, 0], [2, -1]]], [[[0, 1], [1, 1]]]])
POINTWISE = np.array([[1, -1], [2, 1], [0, 3]])
SOBEL = np.array([1, 0, -1, 2, 0, -2, 1, 0, -1])
RANK_1 = np.outer([1, 2, 0, -1], SOBEL).reshape(4, 1, 3, 3)
TWO_POINTS = np.zeros((2, 1, 3, 3))  # a 3 in the center for one output, a 2 in the corner for the other
TWO_POINTS[0, 0, 1, 1], TWO_POINTS[1, 0, 0, 0] = 3, 2
LUMA = np.reshape(data.LUMA, (1, 3, 1, 1))
BLUR = np.tile(LUMA / 9, (1, 1, 3, 3))
# Of a random 64 → 64 convolution with 3 × 3 kernels.
ERRORS = [0.902, 0.809, 0.72, 0.628, 0.54, 0.44, 0.34, 0.229, 1e-15]
WEIGHTS = [4672 * rank for rank in range(1, 10)]

# Each picture, with what its alt text must say.
PICTURES = {
    "block_diagonal, shape": (
        lambda **kw: figures.block_diagonal((8, 2, 3, 3), 2, **kw),
        [
            "4 to 8 channels with 2 groups",
            "matrix of 8 × 4 kernels of 3 × 3: 2 blocks on the diagonal, 2 missing",
            "group 0: outputs 0 to 3 read inputs 0 and 1. group 1: outputs 4 to 7 read inputs 2 and 3.",
            "In all 3·3·4·8 / 2 = 144 weights.",
        ],
    ),
    "block_diagonal, numbers": (
        lambda **kw: figures.block_diagonal(np.arange(1, 17).reshape(4, 1, 2, 2), 2, **kw),
        ["2 groups", "outputs 2 and 3 read input 1", "2·2·2·4 / 2 = 16", "[1, 2], [3, 4]; [5, 6], [7, 8]"],
    ),
    "block_diagonal, dense": (
        lambda **kw: figures.block_diagonal((4, 3, 3, 3), **kw),
        ["1 group ", "1 block on the diagonal. group 0: outputs 0 to 3 read inputs 0 to 2", "3·3·3·4 = 108"],
    ),
    "group_strip": (
        lambda **kw: figures.group_strip(4, 8, 3, [1, 2, 4], **kw),
        [
            "3 panels, 4 input channels",
            "groups = 1, standard: 3·3·4·8 = 288 weights in 1 block.",
            "groups = 2, each output reads 2: 3·3·4·8 / 2 = 144 weights in 2 blocks.",
            "groups = 4, depthwise, multiplier 2: 3·3·4·8 / 4 = 72 weights in 4 blocks.",
        ],
    ),
    "group_strip, every g": (
        lambda **kw: figures.group_strip(6, 6, 3, **kw),
        ["4 panels", "groups = 3, each output reads 2", "groups = 6, depthwise: 3·3·6·6 / 6 = 54"],
    ),
    "ladder": (
        lambda **kw: figures.ladder(**kw),
        [
            "5 panels",
            "standard, all channels connected: 3·3·4·8 = 288 weights",
            "grouped, 2 groups: 3·3·4·8 / 2 = 144",
            "depthwise, 4 channels alone: 3·3·4·4 / 4 = 36",
            "pointwise, 1 × 1 kernels: 1·1·4·8 = 32",
            "separable, depthwise → pointwise: 3·3·4·4 / 4 + 1·1·4·8 = 68",
        ],
    ),
    "ladder, two rungs": (
        lambda **kw: figures.ladder(3, 4, groups=1, rungs=["standard", "separable"], **kw),
        ["2 panels", "3·3·3·4 = 108", "3·3·3·3 / 3 + 1·1·3·4 = 39"],
    ),
    "mixing": (
        lambda **kw: figures.mixing(
            {
                "two grouped layers": TWO_GROUPS @ TWO_GROUPS,
                "with a shuffle between": TWO_GROUPS[:, SHUFFLE_4] @ TWO_GROUPS,
            },
            **kw,
        ),
        [
            "two grouped layers: 8 of 16 connections: outputs 0 and 1 on inputs 0 and 1; outputs 2 and 3 on inputs 2",
            "with a shuffle between: 16 of 16 connections: outputs 0, 1, 2 and 3 on inputs 0, 1, 2 and 3.",
        ],
    ),
    "mixing, numbers": (
        lambda **kw: figures.mixing({"Jacobian": [[0.25, 0, -1.5], [0, 0, 0]]}, **kw),
        ["2 of 6 connections: output 0 on inputs 0 and 2; output 1 on no input; values [0.25, 0, −1.5], [0, 0, 0]"],
    ),
    "paths": (
        lambda **kw: figures.paths([TWO_GROUPS, SHUFFLE_4, TWO_GROUPS], start=2, **kw),
        [
            "3 layers: layer 1, the shuffle and layer 2",
            "After layer 1 input 2 is in channels 2 and 3 of 4. After the shuffle to the order 0, 2, 1, 3 input 2 is in places 1 and 3",
            "input 2 reaches 4 of 4 outputs",
            "16 of 4 × 4 = 16 connections",
        ],
    ),
    "paths, a shuffle too few": (
        lambda **kw: figures.paths([THREE_GROUPS, SHUFFLE_6, THREE_GROUPS], **kw),
        ["After the shuffle to the order 0, 2, 4, 1, 3, 5 input 0 is in places 0 and 3 of 6", "input 0 reaches 4 of 6 outputs", "24 of 6 × 6 = 36 connections"],
    ),
    "paths, a dead end": (
        lambda **kw: figures.paths([np.array([[False, True], [False, True]])], **kw),
        ["1 layer: layer 1", "is in no channel of 2", "input 0 reaches 0 of 2 outputs", "2 of 2 × 2 = 4 connections"],
    ),
    "shuffle": (
        lambda **kw: figures.shuffle(6, 2, **kw),
        [
            "6 channels in 2 groups",
            "Reshape to 2 × 3: [0, 1, 2], [3, 4, 5]. Transpose to 3 × 2: [0, 3], [1, 4], [2, 5].",
            "Flatten: [0, 3, 1, 4, 2, 5]. Place 1 now holds channel 3.",
        ],
    ),
    "shuffle, many": (lambda **kw: figures.shuffle(15, 5, **kw), ["5 × 3", "[0, 3, 6, 9, 12, 1, 4"]),
    "space_then_channels": (
        lambda **kw: figures.space_then_channels(X, DEPTHWISE, POINTWISE, (1, 0, 1), **kw),
        [
            "output channel 1, row 0, column 1",
            "Channel 0: window [2, 0], [1, 4], kernel [1, 0], [2, −1], m[0, 0, 1] = 2 + 0 + 2 − 4 = 0.",
            "Channel 1: window [0, 1], [2, 0], kernel [0, 1], [1, 1], m[1, 0, 1] = 0 + 1 + 2 + 0 = 3.",
            "y[1, 0, 1] = 2·0 + 1·3 = 3.",
            "That output channel is [3, 3, 15], ",
        ],
    ),
    "space_then_channels, large": (
        lambda **kw: figures.space_then_channels(
            np.arange(48).reshape(3, 4, 4) % 5, np.ones((3, 3, 3)), np.ones((4, 3, 1, 1)), (0, 1, 1), **kw
        ),
        ["Channel 2: window [2, 3, 4], [1, 2, 3], [0, 1, 2]", "y[0, 1, 1] = 1·15 + 1·14 + 1·18 = 47"],
    ),
    "pointwise": (
        lambda **kw: figures.pointwise(X[:, :2, :3], POINTWISE, (1, 2), **kw),
        [
            "row 1, column 2",
            "The pixel holds [4, 0].",
            "y[0, 1, 2] = 1·4 + (−1)·0 = 4. y[1, 1, 2] = 2·4 + 1·0 = 8. y[2, 1, 2] = 0·4 + 3·0 = 0.",
            "The output at this pixel is [4, 8, 0].",
        ],
    ),
    "rank_curve": (
        lambda **kw: figures.rank_curve(ERRORS, WEIGHTS, 36864, **kw),
        [
            "Rank 1: 4,672 weights, error 0.9.",
            "Rank 8: 37,376 weights, error 0.23. Rank 9: 42,048 weights, error 0.",
            "standard convolution: 36,864 weights",
            "Exact from rank 9 on, with 1.14 × the standard's weights.",
        ],
    ),
    "rank_curve, never exact": (
        lambda **kw: figures.rank_curve([0.7, 0.4], [39, 78], 108, **kw),
        ["Rank 2: 78 weights, error 0.4.", "108 weights. Never exact at these ranks."],
    ),
    "cost_law": (
        lambda **kw: figures.cost_law(**kw),
        [
            "C_out = 1, 2, 3, 4, 8, 16, 64 and 256",
            "k = 1: 2.00, 1.50",
            "k = 3: 1.11, 0.61, 0.44, 0.36",
            "0.044. k = 7",
            "12 of 40 cells",
        ],
    ),
    "cost_law, all pay": (
        lambda **kw: figures.cost_law([3], range(2, 5), **kw),
        ["k = 3: 0.61, 0.44, 0.36. 0 of 3 cells"],
    ),
    "filters_as_rows, rank 1": (
        lambda **kw: figures.filters_as_rows(RANK_1, **kw),
        [
            "input channel 0 as rows. Row 0: [1, 0, −1, 2, 0, −2, 1, 0, −1]. Row 1: [2, 0, −2, 4",
            "4 × 9 has rank 1",
            "column [1, 2, 0, −1], row [1, 0, −1, 2, 0, −2, 1, 0, −1]. One kernel, scaled, makes them all",
        ],
    ),
    "filters_as_rows, rank 2": (
        lambda **kw: figures.filters_as_rows(TWO_POINTS, 0, **kw),
        ["2 × 9 has rank 2", "column [3, 0], row [0, 0, 0, 0, 1, 0", "relative error 0.55."],
    ),
    "filters_as_rows, fractions": (
        lambda **kw: figures.filters_as_rows(np.full((2, 1, 2, 2), 0.5), **kw),
        ["2 × 4 has rank 1", "column [1, 1], row [0.5, 0.5, 0.5, 0.5]"],
    ),
    "filters_as_rows, zeros": (
        lambda **kw: figures.filters_as_rows(np.zeros((2, 2, 2, 2)), 1, **kw),
        ["input channel 1", "has rank 0", "column [0, 0]", "One kernel"],
    ),
    "pixels_shuffled": (
        lambda **kw: figures.pixels_shuffled(data.photo(), {"1 × 1": LUMA, "3 × 3": BLUR}, **kw),
        ["44 × 56 pixels", "1 × 1: no difference. 3 × 3: difference up to 0."],
    ),
    "pixels_shuffled, gray": (
        lambda **kw: figures.pixels_shuffled(data.photo(gray=True), {"Sobel": SOBEL.reshape(1, 1, 3, 3)}, **kw),
        ["Sobel: difference up to "],
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=PICTURES)
def picture(request):
    draw, told = PICTURES[request.param]
    return drawn(lambda: draw(caption="if a < b & c")), told


# What every picture of the course promises, for the pictures above.
test_is_a_figure_with_alt_and_caption = test_figures.test_picture_is_a_figure_with_alt_and_caption
test_alt_text_says_the_numbers = test_figures.test_alt_text_says_the_numbers
test_fits_a_notebook = test_figures.test_picture_fits_a_notebook
test_shows_something_on_white = test_figures.test_picture_shows_something_on_white


def test_picture_is_small(picture):
    output, _ = picture
    assert len(output.data["image/png"]) * 3 / 4 <= 45_000


def alt(draw):
    return drawn(draw).data["text/plain"]


def as_words(values):
    from sepconv.pictures.figures import wording

    return wording.rows(values)


@pytest.mark.parametrize("name", PICTURES)
def test_no_words_are_cut_off_or_too_small(name, monkeypatch):
    assert test_figures.words_outside(monkeypatch, PICTURES[name][0]) == []
    assert test_figures.words_too_small(monkeypatch, PICTURES[name][0]) == []


def test_the_numbers_of_rows_beside_a_wide_table_are_not_cut_off(monkeypatch):
    tables = {"8 → 4": np.ones((4, 8), bool), "4 → 8": np.ones((8, 4), bool)}
    assert test_figures.words_outside(monkeypatch, lambda: figures.mixing(tables)) == []


def test_figures_are_closed():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    drawn(lambda: figures.shuffle(4, 2))
    drawn(lambda: figures.rank_curve([0.7, 0.4], [39, 78], 108))
    assert plt.get_fignums() == before


ORANGE, BLUE, GREEN = (251, 230, 188), (207, 229, 242), (196, 232, 220)


def test_blocks_cover_one_part_of_g():
    whole, half, quarter = (
        cells_of_color(drawn(lambda g=g: figures.group_strip(4, 4, 3, [g])), ORANGE) for g in (1, 2, 4)
    )
    assert half == pytest.approx(whole / 2, rel=0.12)  # the number of the group hides a little
    assert quarter == pytest.approx(whole / 4, rel=0.05)


def test_blocks_lie_on_the_diagonal():
    colors = np.asarray(pixels_of(drawn(lambda: figures.group_strip(4, 4, 3, [2]))).convert("RGB")).astype(
        int
    )
    rows, columns = np.nonzero(np.abs(colors - ORANGE).sum(axis=2) <= 6)
    middle_row, middle_column = (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2
    assert ((rows < middle_row) == (columns < middle_column)).all()


def test_pixels_keep_the_colors_of_their_roles():
    output = drawn(lambda: figures.space_then_channels(X, DEPTHWISE, POINTWISE, (0, 0, 0)))
    assert min(cells_of_color(output, color) for color in (BLUE, ORANGE, GREEN)) > 0.02


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_count_is_that_of_the_dense_matrix(groups):
    weight = np.ones((12, 6 // groups, 3, 3))
    nonzero = np.count_nonzero(reference.grouped_as_dense(weight, groups))
    assert f" = {nonzero} weights" in alt(lambda: figures.block_diagonal(weight.shape, groups))


@pytest.mark.parametrize(("channels", "groups"), [(6, 2), (6, 3), (8, 2), (12, 4), (5, 5)])
def test_shuffle_agrees_with_the_reference(channels, groups):
    order = reference.channel_shuffle(np.arange(channels).reshape(-1, 1, 1), groups).ravel()
    assert f"Flatten: {as_words(order)}." in alt(lambda: figures.shuffle(channels, groups))


def test_paths_agree_with_the_connectivity_of_the_layers():
    rng = np.random.default_rng(0)
    first, second = rng.integers(1, 5, (2, 6, 2, 1, 1)).astype(float)

    def layers(x):
        x = reference.channel_shuffle(reference.conv2d(x, first, groups=3), 3)
        return reference.conv2d(x, second, groups=3)

    reads = connectivity(layers, 6, 6)
    for start in range(6):
        said = alt(lambda start=start: figures.paths([THREE_GROUPS, SHUFFLE_6, THREE_GROUPS], start))
        assert f"input {start} reaches {reads[:, start].sum()} of 6 outputs" in said
        assert f"{reads.sum()} of 6 × 6 = 36 connections" in said


def test_paths_marks_the_channel_it_follows():
    first, other = (drawn(lambda s=s: figures.paths([TWO_GROUPS], s)).data["image/png"] for s in (0, 2))
    assert first != other


def test_separable_agrees_with_the_merged_kernel():
    merged = reference.merge_separable(DEPTHWISE, POINTWISE[:, :, None, None])
    y = reference.conv2d(X, merged)
    for o, i, j in np.ndindex(y.shape):
        said = alt(lambda at=(o, i, j): figures.space_then_channels(X, DEPTHWISE, POINTWISE, at))
        assert f" = {as_words(y[o, i, j])}. That output channel is {as_words(y[o])}." in said


def test_pointwise_agrees_with_the_reference():
    y = reference.conv2d(X, POINTWISE[:, :, None, None])
    for i, j in np.ndindex(y.shape[1:]):
        said = alt(lambda at=(i, j): figures.pointwise(X, POINTWISE[:, :, None, None], at))
        assert said.endswith(f"The output at this pixel is {as_words(y[:, i, j])}.")


def test_closest_product_is_that_of_separable_terms():
    weight = np.random.default_rng(0).integers(-3, 4, (4, 2, 3, 3)).astype(float)
    merged = reference.merge_separable(*reference.separable_terms(weight, 1))
    for channel in range(2):
        miss = np.linalg.norm((weight - merged)[:, channel]) / np.linalg.norm(weight[:, channel])
        said = alt(lambda channel=channel: figures.filters_as_rows(weight, channel))
        assert said.endswith(f"relative error {as_words(miss)}.")


def test_cost_law_agrees_with_the_counts():
    for k, c_out in [(1, 4), (2, 2), (3, 1), (3, 4), (5, 7)]:
        ratio = (k * k * 6 + 6 * c_out) / (k * k * 6 * c_out)
        said = alt(lambda k=k, c_out=c_out: figures.cost_law([k], [c_out]))
        assert f"k = {k}: {ratio:.2f}. {int(ratio >= 1)} of 1 cell" in said


def test_only_what_does_not_pay_is_outlined():
    vermillion = (213, 94, 0)
    rows = {k: drawn(lambda k=k: figures.cost_law([k], [1, 2, 4, 8])) for k in (1, 3)}
    none = drawn(lambda: figures.cost_law([3], [2, 4, 8, 16]))
    key = cells_of_color(none, vermillion)  # the sample beside the explanation
    assert 0 < key < cells_of_color(rows[3], vermillion) < cells_of_color(rows[1], vermillion)


def test_pixels_are_shuffled_by_the_seed():
    layers = {"blur": BLUR}
    pictures = [drawn(lambda s=s: figures.pixels_shuffled(data.photo(), layers, s)).data for s in (0, 0, 1)]
    assert pictures[0] == pictures[1]
    assert pictures[0]["image/png"] != pictures[2]["image/png"]


def test_arrays_of_the_caller_are_unchanged():
    given = [X, DEPTHWISE, POINTWISE, RANK_1, TWO_GROUPS]
    before = [values.copy() for values in given]
    drawn(lambda: figures.space_then_channels(X, DEPTHWISE, POINTWISE, (0, 0, 0)))
    drawn(lambda: figures.pointwise(X, POINTWISE, (0, 0)))
    drawn(lambda: figures.filters_as_rows(RANK_1))
    drawn(lambda: figures.paths([TWO_GROUPS, SHUFFLE_4]))
    for values, copy in zip(given, before, strict=True):
        np.testing.assert_array_equal(values, copy)


def test_tensors_and_their_shapes_are_accepted():
    import torch

    conv = torch.nn.Conv2d(4, 8, 1, groups=2, bias=False)
    assert "1·1·4·8 / 2 = 16" in alt(lambda: figures.block_diagonal(conv.weight.shape, 2))
    assert "1·1·4·8 / 2 = 16" in alt(lambda: figures.block_diagonal(conv.weight.detach(), 2))
    said = alt(lambda: figures.mixing({"mask": torch.eye(3, dtype=torch.bool)}))
    assert "3 of 9 connections" in said
    assert "values" not in said


WRONG = {
    "groups": (
        lambda: figures.block_diagonal((8, 2, 3, 3), 3),
        ValueError,
        "groups=3 must divide in_channels=6 and out_channels=8: only 1 and 2 do",
    ),
    "groups of a strip": (
        lambda: figures.group_strip(4, 6, 3, [1, 4]),
        ValueError,
        "groups=4 must divide in_channels=4 and out_channels=6",
    ),
    "strip's width": (lambda: figures.group_strip(16, 16, 3), ValueError, "cells wide and at most 42"),
    "ladder's groups": (lambda: figures.ladder(groups=3), ValueError, "groups=3 must divide in_channels=4"),
    "layer's size": (
        lambda: figures.paths([TWO_GROUPS, SHUFFLE_6]),
        ValueError,
        "mismatch in its core dimension",
    ),
    "order": (
        lambda: figures.paths([[0, 2, 2]]),
        ValueError,
        r"layers\[0\]=\[0, 2, 2\] must hold each of the channels",
    ),
    "two filters for pixels": (
        lambda: figures.pixels_shuffled(data.photo(), {"a": np.ones((2, 3, 1, 1))}),
        ValueError,
        "too many values to unpack",
    ),
    "shuffle's groups": (lambda: figures.shuffle(6, 4), ValueError, "groups=4 must divide the 6 channels"),
    "depthwise": (
        lambda: figures.space_then_channels(X, DEPTHWISE[:1], POINTWISE, (0, 0, 0)),
        ValueError,
        "cannot reshape array of size 4 into shape",
    ),
    "curve's lengths": (
        lambda: figures.rank_curve([1, 0.5], [39], 108),
        ValueError,
        "argument 2 is longer",
    ),
    "negative error": (
        lambda: figures.rank_curve([-0.5], [39], 108),
        ValueError,
        "errors holds −0.5; a relative error is at least 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_named(case):
    draw, error, words = WRONG[case]
    with pytest.raises(error, match=words):
        draw()


def test_no_torch_is_loaded():
    import subprocess
    import sys

    script = (
        "import sys; from sepconv import figures; figures.ladder(); figures.shuffle(6, 2); figures.cost_law(); "
        "print([m for m in ('torch', 'matplotlib.pyplot') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "[]"
