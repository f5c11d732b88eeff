"""MobileNetV1, its twin of standard convolutions, and MobileNetV2, as their papers list them; and small nets to train.

Each is a plain :class:`torch.nn.Sequential` with PyTorch's default initial weights. The MobileNets take images
(N, 3, H, W) of any size, the papers' is 224×224; the small nets take (N, 1, H, W), such as 28×28.
"""

from collections import OrderedDict
from math import isfinite
from numbers import Real

from torch import nn

from sepconv._arguments import true_or_false, whole_number
from sepconv.convolution.layers import ConvBNReLU, InvertedResidual, SeparableConv2d

# Howard et al., "MobileNets", 2017, Table 1, block by block: output channels, stride of the depthwise convolution.
# The paper prints stride 2 for the last block too; its map stays 7×7, so it is 1.
_V1_STEM = 32
_V1_BLOCKS = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *[(512, 1)] * 5,
    (1024, 2),
    (1024, 1),
]

# Sandler et al., "MobileNetV2", 2018, Table 2: expansion, output channels, how many blocks, stride of the first.
_V2_STEM = 32
_V2_STAGES = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]
_V2_HEAD = 1280


def mobilenet_v1(alpha=1.0, classes=1000):
    """Build MobileNetV1: a stem and thirteen depthwise-separable blocks.

    Parameters
    ----------
    alpha : float
        The width multiplier: each layer has int(alpha · c) channels where the paper's table has c.
    classes : int
        Numbers that come out for each image.

    Returns
    -------
    torch.nn.Sequential
        stem, blocks, pool, flatten, classifier. Takes (N, 3, H, W), returns (N, classes).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, or so small that a layer would have no channel.

    Notes
    -----
    Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
    2017, Table 1. At alpha=1: 4,231,976 parameters and, for one image of 224×224, 568,740,352 multiply-accumulates.
    """
    return _v1(alpha, classes, _separable_block)


def mobilenet_v1_standard(alpha=1.0, classes=1000):
    """Build the twin of MobileNetV1 that has one standard 3×3 convolution in the place of each separable block.

    It is the "Conv MobileNet" of the paper's Table 4: 29,294,088 parameters and 4,867,293,184 multiply-accumulates
    at alpha=1.

    Parameters
    ----------
    alpha, classes
        As in :func:`mobilenet_v1`, and so are the errors.

    Returns
    -------
    torch.nn.Sequential
        As that of :func:`mobilenet_v1`.
    """
    return _v1(alpha, classes, _standard_block)


def _separable_block(in_channels, out_channels, stride):
    depthwise = ConvBNReLU(in_channels, in_channels, 3, stride, groups=in_channels)
    pointwise = ConvBNReLU(in_channels, out_channels, 1)
    return nn.Sequential(OrderedDict(depthwise=depthwise, pointwise=pointwise))


def _standard_block(in_channels, out_channels, stride):
    return ConvBNReLU(in_channels, out_channels, 3, stride)


def _v1(alpha, classes, block):
    alpha = _width("alpha", alpha, at_least=1 / _V1_STEM)
    channels = int(alpha * _V1_STEM)
    stem = ConvBNReLU(3, channels, 3, stride=2)
    blocks = nn.Sequential()
    for paper_channels, stride in _V1_BLOCKS:
        out_channels = int(alpha * paper_channels)
        blocks.append(block(channels, out_channels, stride))
        channels = out_channels
    return _with_classifier(stem, blocks, channels, classes)


def mobilenet_v2(width=1.0, classes=1000):
    """Build MobileNetV2: a stem, seventeen inverted residuals and a pointwise head.

    Parameters
    ----------
    width : float
        The width multiplier: each layer has about width · c channels where the paper's table has c, a multiple of
        8 always. The head never has fewer than 1280.
    classes : int
        Numbers that come out for each image.

    Returns
    -------
    torch.nn.Sequential
        stem, blocks, pool, flatten, classifier; the head is the last of the blocks. Takes (N, 3, H, W), returns
        (N, classes).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, Table 2. At width=1:
    3,504,872 parameters and, for one image of 224×224, 300,774,272 multiply-accumulates.
    """
    width = _width("width", width)
    channels = _multiple_of_eight(width * _V2_STEM)
    stem = ConvBNReLU(3, channels, 3, stride=2, activation=nn.ReLU6)
    blocks = nn.Sequential()
    for expansion, paper_channels, repeats, first_stride in _V2_STAGES:
        out_channels = _multiple_of_eight(width * paper_channels)
        for stride in [first_stride] + [1] * (repeats - 1):
            blocks.append(InvertedResidual(channels, out_channels, stride, expansion))
            channels = out_channels
    head_channels = _multiple_of_eight(max(width, 1.0) * _V2_HEAD)
    blocks.append(ConvBNReLU(channels, head_channels, 1, activation=nn.ReLU6))
    return _with_classifier(stem, blocks, head_channels, classes)


def _multiple_of_eight(channels):
    """Round to the nearest multiple of 8, or to the next above it if that would take away more than a tenth."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels else nearest + 8


def _width(name, value, at_least=None):
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(
            f"{name}={value!r} is of type {type(value).__name__}; it must be a number such as 0.5"
        )
    if not (isfinite(value) and value > 0):
        raise ValueError(f"{name}={value} must be a finite number above 0, such as 0.5")
    if at_least is not None and value < at_least:
        raise ValueError(f"{name}={value} must be at least {at_least}, so that every layer has a channel")
    return value


def small_standard(widths=(32, 64, 128), classes=10):
    """Build a small net of standard convolutions that learns to tell 28×28 images apart in seconds.

    A stem of stride 2, a block of stride 2, a block of stride 1; each a 3×3 convolution with batch normalization
    and ReLU. Then the mean over the map, and one linear layer.

    Parameters
    ----------
    widths : sequence of three int
        Channels after the stem and after each block.
    classes : int
        Numbers that come out for each image.

    Returns
    -------
    torch.nn.Sequential
        stem, blocks, pool, flatten, classifier. Takes (N, 1, H, W), returns (N, classes).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    With the default widths: 94,186 parameters and, for one image of 28×28, 4,573,568 multiply-accumulates.
    """
    return _small(widths, classes, _standard_block)


def small_separable(widths=(32, 64, 128), classes=10, between=True):
    """Build the twin of :func:`small_standard` whose blocks are depthwise separable; the stem stays as it is.

    Parameters
    ----------
    widths, classes
        As in :func:`small_standard`.
    between : bool
        Whether batch normalization and ReLU also stand between the depthwise and the pointwise convolution, as in
        MobileNetV1.

    Returns
    -------
    torch.nn.Sequential
        stem, blocks, pool, flatten, classifier. Takes (N, 1, H, W), returns (N, classes).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    With the default widths: 13,322 parameters (13,130 with between=False) and, for one image of 28×28, 601,824
    multiply-accumulates.
    """
    true_or_false("between", between)
    return _small(widths, classes, _separable_block if between else _bare_separable_block)


def small_pointwise_first(widths=(32, 64, 128), classes=10):
    """Build the small separable net with the two convolutions of each block the other way round.

    The pointwise convolution comes first, so that it runs on the map before the stride has made it small, and the
    depthwise convolution has as many channels as come out.

    Parameters
    ----------
    widths, classes
        As in :func:`small_standard`, and so are the errors.

    Returns
    -------
    torch.nn.Sequential
        As that of :func:`small_standard`.

    Notes
    -----
    Source of the order: Haase and Amthor, "Rethinking Depthwise Separable Convolutions", 2020. With the
    default widths: 14,378 parameters and, for one image of 28×28, 945,216 multiply-accumulates.
    """
    return _small(widths, classes, _pointwise_first_block)


def _bare_separable_block(in_channels, out_channels, stride):
    conv = SeparableConv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
    norm = nn.BatchNorm2d(out_channels)
    return nn.Sequential(OrderedDict(conv=conv, norm=norm, activation=nn.ReLU()))


def _pointwise_first_block(in_channels, out_channels, stride):
    pointwise = ConvBNReLU(in_channels, out_channels, 1)
    depthwise = ConvBNReLU(out_channels, out_channels, 3, stride, groups=out_channels)
    return nn.Sequential(OrderedDict(pointwise=pointwise, depthwise=depthwise))


def _small(widths, classes, block):
    if not isinstance(widths, (tuple, list)) or len(widths) != 3:
        raise ValueError(
            f"widths={widths!r} must be three ints: channels after the stem and after each block"
        )
    first, second, third = (whole_number(f"widths[{i}]", width) for i, width in enumerate(widths))
    stem = ConvBNReLU(1, first, 3, stride=2)
    blocks = nn.Sequential(block(first, second, 2), block(second, third, 1))
    return _with_classifier(stem, blocks, third, classes)


def _with_classifier(stem, blocks, channels, classes):
    pool, flatten = nn.AdaptiveAvgPool2d(1), nn.Flatten()
    classifier = nn.Linear(channels, whole_number("classes", classes))
    parts = OrderedDict(stem=stem, blocks=blocks, pool=pool, flatten=flatten, classifier=classifier)
    return nn.Sequential(parts)
