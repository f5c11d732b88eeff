"""The printed tables: that they are what was printed, and how far the counts agree with them."""

import copy

import pytest
import torch
from torch import nn

from sepconv import conv2d_cost, count, mobilenet_v1, mobilenet_v1_standard, mobilenet_v2, published
from sepconv.convolution.layers import InvertedResidual

V1_TABLES = range(1, 8)


def counted(build, size=224, *args):
    with torch.device("meta"):
        model = build(*args)
    return count(model, (1, 3, size, size))


def fits(number, printed, step):
    """Whether a printed number is the count, rounded up or down to its last place."""
    return abs(number - printed) < step


# --- the tables as such ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", V1_TABLES)
def test_each_table_of_the_paper_has_its_page_and_its_address(number):
    table = published.table("MobileNetV1", number)
    assert table.name == str(number)
    assert table.page == (4 if number < 3 else 5)
    assert "Howard" in table.source
    assert "1704.04861" in table.source
    assert {tuple(row) for row in table.rows} == {tuple(table.rows[0])}


def test_all_publications_can_be_read():
    for source, name in [("MobileNetV2", 4), ("TensorFlow", "width")]:
        table = published.table(source, name)
        assert table.rows
        assert set(table.units) <= set(table.rows[0])


def test_a_table_may_be_changed_without_changing_the_next():
    table = published.table("MobileNetV1", "1")
    before = copy.deepcopy(table.rows)
    table.rows[-5]["stride"] = 1
    assert published.table("MobileNetV1", 1).rows == before


def test_a_table_shows_as_text_and_as_html():
    table = published.table("MobileNetV1", 1)
    text = str(table)
    assert text.startswith("Table 1, “MobileNet Body Architecture”, page 4. A. G. Howard")
    assert "Conv dw  | 1      | 3×3×32        | 112×112×32 | 1\n" in text
    assert "Softmax  | 1      |               | 1×1×1000   | 1" in text
    html = table._repr_html_()
    assert html.count("<tr>") == 1 + len(table.rows)
    assert '<th scope="col" style="text-align: left">stride</th>' in html
    assert html.count('<th scope="row"') == len(table.rows)
    assert "accuracy (%)" in str(published.table("TensorFlow", "width"))
    assert "page" not in str(published.table("TensorFlow", "width")).split("\n")[0]


@pytest.mark.parametrize(
    ("source", "name", "words"),
    [
        ("MobileNet", 1, "source='MobileNet' must be one of 'MobileNetV1', 'MobileNetV2', 'TensorFlow'"),
        ("MobileNetV1", 8, "name=8 must be one of 1, 2, 3, 4, 5, 6, 7 for MobileNetV1"),
    ],
)
def test_what_was_not_stored_is_named(source, name, words):
    with pytest.raises(KeyError, match=words):
        published.table(source, name)


def test_other_counters_are_a_table_too():
    table = published.other_counters("MobileNetV1", "attention")
    assert list(table.rows[0]) == ["tool", "version", "word", "MobileNetV1", "attention"]
    assert (table.rows[0]["tool"], table.rows[0]["MobileNetV1"]) == ("count", 568_740_352)
    assert "568,740,352" in str(table)
    assert len(published.other_counters().rows[0]) > 10
    with pytest.raises(KeyError, match="name='VGG' must be one of standard, depthwise"):
        published.other_counters("VGG")


# --- what they say, counted again --------------------------------------------------------------------------------


def test_table_1_is_the_network_but_for_one_stride():
    rows = [
        row for row in published.table("MobileNetV1", 1).rows if row["type"] != "Avg Pool" and row["filter"]
    ]
    layers = [part for part in mobilenet_v1(0.25).modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    printed = [row for row in rows for _ in range(row["times"])]
    pairs = [i for i, row in enumerate(rows) if row["times"] == 5]
    # the two rows with 5× alternate
    start = sum(row["times"] for row in rows[: pairs[0]])
    printed[start : start + 10] = [rows[i] for _ in range(5) for i in pairs]
    assert len(printed) == len(layers) == 28
    strides = [layer.stride[0] for layer in layers if isinstance(layer, nn.Conv2d)]
    different = [i for i, (row, stride) in enumerate(zip(printed, strides)) if row["stride"] != stride]
    assert different == [25]
    assert printed[25]["input"] == (7, 7, 1024)
    shapes = [layer.weight.shape for layer in layers]
    for row, shape in zip(printed, shapes, strict=True):
        if row["type"] == "FC":
            assert (shape[1] * 4, shape[0]) == row["filter"]
        elif row["type"] == "Conv dw":
            assert (*shape[2:], shape[0] * 4) == row["filter"]
        else:
            c_in = shape[1] if shape[1] == 3 else shape[1] * 4
            assert (*shape[2:], c_in, shape[0] * 4) == row["filter"]


def shares(model):
    """The percentages of Table 2, as {type: (MACs, weights)}."""
    totals = {}
    for row in model.rows:
        if row.macs:
            kind = next(
                (name for name in ("stem", "depthwise", "pointwise") if name in row.name), "classifier"
            )
            macs, weights = totals.get(kind, (0, 0))
            totals[kind] = macs + row.macs, weights + row.weights
    return {kind: (100 * m / model.macs, 100 * w / model.weights) for kind, (m, w) in totals.items()}


def test_table_2_has_one_misprint():
    found = shares(counted(mobilenet_v1))
    kinds = ["pointwise", "depthwise", "stem", "classifier"]
    for row, kind in zip(published.table("MobileNetV1", 2).rows, kinds, strict=True):
        macs, weights = found[kind]
        assert fits(weights, row["parameters"], 0.01)
        assert fits(macs, row["macs"], 0.01) is (kind != "stem")
    assert [round(found[kind][0], 4) for kind in kinds] == [94.8574, 3.0569, 1.9056, 0.18]
    assert [round(found[kind][1], 4) for kind in kinds] == [74.5906, 1.0606, 0.0205, 24.3283]
    assert round(sum(row["macs"] for row in published.table("MobileNetV1", 2).rows), 2) == 99.29


def test_table_3_fits():
    full = conv2d_cost(512, 512, 3, 14, padding=1)
    found = [(full.macs, full.weights)]
    for channels, size in [(512, 14), (384, 14), (384, 10)]:
        parts = [conv2d_cost(channels, channels, 3, size, padding=1, groups=channels)]
        parts.append(conv2d_cost(channels, channels, 1, size))
        found.append((sum(part.macs for part in parts), sum(part.weights for part in parts)))
    assert found == [
        (462_422_016, 2_359_296),
        (52_283_392, 266_752),
        (29_578_752, 150_912),
        (15_091_200, 150_912),
    ]
    for row, (macs, weights) in zip(published.table("MobileNetV1", 3).rows, found, strict=True):
        assert fits(macs / 1e6, row["macs"], 1 if row["macs"] > 100 else 0.1)
        assert fits(weights / 1e6, row["parameters"], 0.01)


def test_table_4_counts_one_network_with_its_classifier_and_one_without():
    twin, v1 = counted(mobilenet_v1_standard), counted(mobilenet_v1)
    for model, row, with_classifier in zip([twin, v1], published.table("MobileNetV1", 4).rows, [False, True]):
        classifier = model.rows[-1].macs
        assert fits(model.macs / 1e6, row["macs"], 1) is with_classifier
        assert fits((model.macs - classifier) / 1e6, row["macs"], 1) is not with_classifier
        assert fits(model.parameters / 1e6, row["parameters"], 0.1)
    assert round(twin.macs / v1.macs, 3) == 8.558


def test_table_5_is_the_network_without_its_five_equal_pairs():
    v1 = counted(mobilenet_v1)
    removed = [row for row in v1.rows if any(f"blocks.{i}." in row.name for i in range(6, 11))]
    shallow = (
        v1.macs - sum(row.macs for row in removed),
        v1.parameters - sum(row.parameters for row in removed),
    )
    assert shallow == (307_323_392, 2_887_976)
    thin = counted(mobilenet_v1, 224, 0.75)
    found = [(thin.macs, thin.parameters), shallow]
    for row, (macs, parameters) in zip(published.table("MobileNetV1", 5).rows, found, strict=True):
        assert fits(macs / 1e6, row["macs"], 1)
        assert fits(parameters / 1e6, row["parameters"], 0.1)


@pytest.mark.parametrize("number", [6, 7])
def test_tables_6_and_7_fit(number):
    for row in published.table("MobileNetV1", number).rows:
        alpha, size = row["model"].split(" MobileNet-")
        cost = counted(mobilenet_v1, int(size), float(alpha))
        assert fits(cost.macs / 1e6, row["macs"], 1)
        assert fits(cost.parameters / 1e6, row["parameters"], 0.1)


def test_the_documentation_differs_from_table_6_in_one_number():
    original = published.table("MobileNetV1", 6).rows
    repeated = published.table("TensorFlow", "width").rows
    columns = ["accuracy", "macs", "parameters"]
    different = [
        (a[c], b[c]) for a, b in zip(original, repeated, strict=True) for c in columns if a[c] != b[c]
    ]
    assert different == [(569, 529)]


def test_v2_has_the_cost_of_its_table():
    row = published.table("MobileNetV2", 4).rows[1]
    v2 = counted(mobilenet_v2)
    assert row["model"] == "MobileNetV2"
    assert fits(v2.macs / 1e6, row["macs"], 1)
    assert fits(v2.weights / 1e6, row["parameters"], 0.1)


# --- integers of the lesson --------------------------------------------------------------------------------------


def test_the_printed_stride_and_a_late_stride_cost_what_the_lesson_says():
    def strides(place):
        with torch.device("meta"):
            model = mobilenet_v1()
        for block in model.blocks:
            if place == "late" and block.depthwise.conv.stride == (2, 2):
                block.depthwise.conv.stride, block.pointwise.conv.stride = (1, 1), (2, 2)
        if place == "printed":
            model.blocks[-1].depthwise.conv.stride = (2, 2)
        return count(model, (1, 3, 224, 224)).macs

    assert strides("right") == 568_740_352
    assert strides("printed") == 533_833_216
    assert strides("late") == 578_900_992


def test_a_block_of_v2():
    with torch.device("meta"):
        block = InvertedResidual(24, 24, expansion=6)
    assert count(block, (1, 24, 56, 56)).macs == 25_740_288
