"""The MobileNets against the integers of their papers, the twin without separable convolutions, and the small nets."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from sepconv.convolution.layers import InvertedResidual
from sepconv.convolution.nets import (
    mobilenet_v1,
    mobilenet_v1_standard,
    mobilenet_v2,
    small_pointwise_first,
    small_separable,
    small_standard,
)
from sepconv.measuring.counting import conv2d_cost, count


def on_meta(build, *args, **kwargs):
    with torch.device("meta"):  # counts everything, computes nothing
        return build(*args, **kwargs)


def of_image(model, size):
    return count(model, (1, 3, size, size))


def of_fully_connected(counted):
    return sum(row.macs for row in counted.rows if row.type == "Linear")


# --- MobileNetV1 -------------------------------------------------------------------------------------------------

V1 = {
    # alpha: convolution weights, norm, weights and biases of the classifier, all parameters, all with statistics,
    #        MACs of the convolutions at 224, all MACs at 224, 192, 160, 128
    1.00: (3_185_088, 21_888, 1_025_000, 4_231_976, 4_253_864, 567_716_352, (568_740_352, 418_121_728, 290_675_200, 186_400_768)),
    0.75: (1_800_144, 16_416, 769_000, 2_585_560, 2_601_976, 324_632_448, (325_400_448, 239_273_472, 166_396_800, 106_770_432)),
    0.50: (807_648, 10_944, 513_000, 1_331_592, 1_342_536, 148_985_088, (149_497_088, 109_970_432, 76_524_800, 49_160_192)),
    0.25: (207_600, 5_472, 257_000, 470_072, 475_544, 40_774_272, (41_030_272, 30_212_608, 21_059_200, 13_570_048)),
}  # fmt: skip


@pytest.mark.parametrize("alpha", V1)
def test_v1_has_the_integers_of_its_widths_and_resolutions(alpha):
    conv_weights, norm, classifier, parameters, with_statistics, conv_macs, macs = V1[alpha]
    model = on_meta(mobilenet_v1, alpha)
    counted = of_image(model, 224)
    assert counted.weights - model.classifier.weight.numel() == conv_weights
    assert counted.norm == norm
    assert model.classifier.weight.numel() + counted.biases == classifier
    assert counted.parameters == parameters
    batches_seen = sum(isinstance(module, nn.BatchNorm2d) for module in model.modules())
    assert counted.parameters + counted.buffers - batches_seen == with_statistics
    assert counted.macs - of_fully_connected(counted) == conv_macs
    assert tuple(of_image(model, size).macs for size in (224, 192, 160, 128)) == macs


V1_LAYERS = [
    # MACs and weights of the depthwise and of the pointwise convolution of each block
    (3_612_672, 288, 25_690_112, 2_048),
    (1_806_336, 576, 25_690_112, 8_192),
    (3_612_672, 1_152, 51_380_224, 16_384),
    (903_168, 1_152, 25_690_112, 32_768),
    (1_806_336, 2_304, 51_380_224, 65_536),
    (451_584, 2_304, 25_690_112, 131_072),
    *[(903_168, 4_608, 51_380_224, 262_144)] * 5,
    (225_792, 4_608, 25_690_112, 524_288),
    (451_584, 9_216, 51_380_224, 1_048_576),
]


def test_v1_has_the_integers_of_its_layers():
    counted = of_image(on_meta(mobilenet_v1), 224)
    convs = [row for row in counted.rows if row.type == "Conv2d"]
    found = [(row.macs, row.weights) for row in convs]
    expected = [(10_838_016, 864)]
    for depthwise_macs, depthwise_weights, pointwise_macs, pointwise_weights in V1_LAYERS:
        expected += [(depthwise_macs, depthwise_weights), (pointwise_macs, pointwise_weights)]
    assert found == expected
    assert [row.name for row in convs[:3]] == [
        "stem.conv",
        "blocks.0.depthwise.conv",
        "blocks.0.pointwise.conv",
    ]
    assert convs[-1].output_shapes == ((1, 1024, 7, 7),)
    assert sum(row.activations for row in convs) == 5_042_688
    classifier = counted.rows[-1]
    assert (classifier.type, classifier.macs, classifier.weights, classifier.biases) == (
        "Linear",
        1_024_000,
        1_024_000,
        1_000,
    )


def test_v1_normalizes_and_activates_after_every_convolution_and_has_no_biases_but_the_last():
    counted = of_image(on_meta(mobilenet_v1), 64)
    types = [row.type for row in counted.rows]
    assert types == ["Conv2d", "BatchNorm2d", "ReLU"] * 27 + ["AdaptiveAvgPool2d", "Flatten", "Linear"]
    assert counted.biases == 1000


def test_the_standard_twin_has_the_integers_of_table_4():
    counted = of_image(on_meta(mobilenet_v1_standard), 224)
    assert counted.weights - 1_024_000 == 28_257_120
    assert (counted.norm, counted.parameters) == (11_968, 29_294_088)
    assert counted.macs - of_fully_connected(counted) == 4_866_269_184
    assert counted.macs == 4_867_293_184
    assert counted.activations - 1000 == 3_110_912


@pytest.mark.parametrize("alpha", [1.0, 0.5])
def test_the_twins_make_maps_of_the_same_shapes(alpha):
    def shapes(build):
        rows = of_image(on_meta(build, alpha, 7), 97).rows
        return [
            row.output_shapes for row in rows if row.name.startswith("blocks") and "depthwise" not in row.name
        ]

    assert shapes(mobilenet_v1) == shapes(mobilenet_v1_standard)
    assert len(shapes(mobilenet_v1)) == 13 * 3


# --- MobileNetV2 -------------------------------------------------------------------------------------------------


def test_v2_has_its_integers():
    model = on_meta(mobilenet_v2)
    counted = of_image(model, 224)
    assert counted.weights == 3_469_760
    assert counted.parameters == 3_504_872
    assert counted.parameters + counted.buffers - 52 == 3_538_984
    assert counted.macs - of_fully_connected(counted) == 299_494_272
    macs = [of_image(model, size).macs for size in (224, 192, 160, 128, 96)]
    assert macs == [300_774_272, 221_316_608, 154_083_200, 99_074_048, 56_289_152]


@pytest.mark.parametrize(
    ("width", "parameters", "with_statistics"),
    [(1.4, 6_108_776, 6_156_712), (0.75, 2_636_424, None), (0.5, 1_968_680, None), (0.35, 1_677_128, None)],
)
def test_v2_has_the_integers_of_its_widths(width, parameters, with_statistics):
    counted = of_image(on_meta(mobilenet_v2, width), 32)
    assert counted.parameters == parameters
    if with_statistics:
        assert counted.parameters + counted.buffers - 52 == with_statistics


def test_v2_has_17_blocks_of_which_10_add_their_input_and_52_convolutions():
    model = on_meta(mobilenet_v2)
    blocks = [module for module in model.blocks if isinstance(module, InvertedResidual)]
    convs = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    assert (len(blocks), sum(block.adds_input for block in blocks)) == (17, 10)
    kinds = [
        sum(conv.groups == conv.in_channels for conv in convs),
        sum(conv.kernel_size == (1, 1) for conv in convs),
    ]
    assert (len(convs), kinds) == (52, [17, 34])


def test_v2_expands_nothing_in_its_first_block():
    rows = of_image(on_meta(mobilenet_v2), 224).rows
    convs = [row.name for row in rows if row.type == "Conv2d" and row.name.startswith("blocks.0.")]
    assert convs == ["blocks.0.stages.depthwise.conv", "blocks.0.stages.project"]
    expansion_at_32_channels = conv2d_cost(32, 32, 1, 112).macs
    assert 300_774_272 + expansion_at_32_channels == 313_619_328


def test_v2_clips_at_6_but_not_after_a_projection():
    counted = of_image(on_meta(mobilenet_v2), 32)
    rows = counted.rows
    assert "ReLU" not in {row.type for row in rows}
    after = {
        row.name.removesuffix(".norm"): following.type
        for row, following in pairwise(rows)
        if row.type == "BatchNorm2d"
    }
    linear = [name for name, following in after.items() if following != "ReLU6"]
    assert linear == [f"blocks.{block}.stages" for block in range(17)]


# --- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("build", [mobilenet_v1, mobilenet_v1_standard, mobilenet_v2])
def test_they_classify_batches_of_images_of_any_size_and_learn(build):
    torch.manual_seed(0)
    model = build(0.25, classes=5)
    model(torch.randn(2, 3, 45, 64)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters() if p.requires_grad)
    with torch.no_grad():
        assert model.eval()(torch.randn(3, 3, 33, 20)).shape == (3, 5)


@pytest.mark.parametrize("build", [mobilenet_v1, mobilenet_v1_standard, mobilenet_v2])
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("1.0", TypeError, "='1.0' is of type str; it must be a number such as 0.5"),
        (True, TypeError, "=True is of type bool"),
        (None, TypeError, "=None is of type NoneType"),
        (0, ValueError, "=0 must be a finite number above 0"),
        (-0.5, ValueError, "=-0.5 must be a finite number above 0"),
        (float("nan"), ValueError, "=nan must be a finite number above 0"),
        (float("inf"), ValueError, "=inf must be a finite number above 0"),
    ],
)
def test_bad_widths_are_named(build, value, error, message):
    name = "width" if build is mobilenet_v2 else "alpha"
    with pytest.raises(error) as caught:
        build(**{name: value})
    assert str(caught.value).startswith(name + message)


def test_the_narrowest_v1_has_one_channel_in_its_stem():
    assert on_meta(mobilenet_v1, 1 / 32).stem.conv.out_channels == 1
    with pytest.raises(
        ValueError, match=r"alpha=0\.03 must be at least 0\.03125, so that every layer has a channel"
    ):
        mobilenet_v1(0.03)


@pytest.mark.parametrize("build", [mobilenet_v1, mobilenet_v1_standard, mobilenet_v2])
def test_bad_classes_are_named(build):
    with pytest.raises(ValueError, match="classes=0 must be at least 1"):
        build(0.25, classes=0)
    with pytest.raises(TypeError, match=r"classes=10\.0 is of type float"):
        build(0.25, classes=10.0)


def test_widths_may_come_from_numpy():
    assert on_meta(mobilenet_v1, np.float32(0.5), np.int64(3)).classifier.weight.shape == (3, 512)


# --- the small nets ----------------------------------------------------------------------------------------------

SMALL = [
    # build, arguments, parameters, MACs of one image of 28×28
    (small_standard, {}, 94_186, 4_573_568),
    (small_separable, {}, 13_322, 601_824),
    (small_separable, {"between": False}, 13_130, 601_824),
    (small_pointwise_first, {}, 14_378, 945_216),
    (small_standard, {"widths": (11, 25, 45)}, 13_321, 637_254),
    (small_standard, {"widths": [10, 24, 44]}, 12_360, 589_616),
]


@pytest.mark.parametrize(("build", "arguments", "parameters", "macs"), SMALL)
def test_small_nets_have_their_integers(build, arguments, parameters, macs):
    counted = count(build(**arguments), (1, 1, 28, 28))
    assert (counted.parameters, counted.macs, counted.not_counted) == (parameters, macs, ())


def test_the_replaced_layers_alone_differ_more():
    weights = [count(build().blocks, (1, 32, 14, 14)).weights for build in (small_standard, small_separable)]
    assert weights == [92_160, 11_104]


@pytest.mark.parametrize("build", [small_standard, small_separable, small_pointwise_first])
def test_small_nets_halve_the_map_twice(build):
    model, sizes = build((3, 4, 5)), []
    for part in (model.stem, *model.blocks):
        part.register_forward_hook(lambda *call: sizes.append(tuple(call[2].shape)))
    model(torch.zeros(2, 1, 28, 28))
    assert sizes == [(2, 3, 14, 14), (2, 4, 7, 7), (2, 5, 7, 7)]


def layers_of_block(model):
    return [type(layer).__name__ for layer in model.blocks[0].modules() if not list(layer.children())]


def test_what_stands_between_the_two_convolutions():
    one = ["Conv2d", "BatchNorm2d", "ReLU"]
    assert layers_of_block(small_standard()) == one
    assert layers_of_block(small_separable()) == one * 2
    assert layers_of_block(small_separable(between=False)) == ["Conv2d", *one]
    assert layers_of_block(small_pointwise_first()) == one * 2


def test_the_order_of_the_two_convolutions():
    usual, bare, swapped = (
        [c for c in model.blocks[0].modules() if isinstance(c, nn.Conv2d)]
        for model in (small_separable(), small_separable(between=False), small_pointwise_first())
    )
    for depthwise, pointwise in (usual, bare, swapped[::-1]):
        assert (depthwise.kernel_size, depthwise.stride, pointwise.kernel_size) == ((3, 3), (2, 2), (1, 1))
        assert depthwise.groups == depthwise.in_channels == depthwise.out_channels
        assert depthwise.bias is None
        assert pointwise.bias is None


@pytest.mark.parametrize("build", [small_standard, small_separable, small_pointwise_first])
def test_small_nets_learn_and_take_any_number_of_classes(build):
    torch.manual_seed(0)
    model = build(classes=3)
    model(torch.randn(2, 1, 28, 28)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
    assert model.eval()(torch.randn(1, 1, 17, 9)).shape == (1, 3)


@pytest.mark.parametrize("build", [small_standard, small_separable, small_pointwise_first])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"widths": 32}, ValueError, "widths=32 must be three ints"),
        ({"widths": (32, 64)}, ValueError, r"widths=\(32, 64\) must be three ints"),
        ({"widths": (32, 0, 128)}, ValueError, r"widths\[1\]=0 must be at least 1"),
        ({"widths": (32, 64, 12.8)}, TypeError, r"widths\[2\]=12\.8 is of type float"),
        ({"classes": 0}, ValueError, "classes=0 must be at least 1"),
    ],
)
def test_bad_arguments_of_small_nets_are_named(build, arguments, error, message):
    with pytest.raises(error, match=message):
        build(**arguments)


def test_between_must_be_a_bool():
    with pytest.raises(TypeError, match="between='relu' is of type str"):
        small_separable(between="relu")
