"""MobileNetV1, its twin of standard convolutions, and MobileNetV2, as the tables of their papers list them.

Each is a plain :class:`torch.nn.Sequential` with PyTorch's default initial weights, for images (N, 3, H, W) of any
size; the papers' size is 224×224.
"""

from collections import OrderedDict
from math import isfinite
from numbers import Real

from torch import nn

from sepconv.arguments import whole_number
from sepconv.layers import ConvBNReLU, InvertedResidual

__all__ = ["mobilenet_v1", "mobilenet_v1_standard", "mobilenet_v2"]

# Howard et al., "MobileNets", 2017, Table 1, one row a block: output channels, stride of the depthwise convolution.
# The paper prints stride 2 for the last block too; its map stays 7×7, so it is 1.
_V1_STEM = 32
_V1_BLOCKS = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
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
    at alpha=1. Parameters, result and errors are those of :func:`mobilenet_v1`.
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


def _with_classifier(stem, blocks, channels, classes):
    classifier = nn.Linear(channels, whole_number("classes", classes))
    return nn.Sequential(
        OrderedDict(
            stem=stem,
            blocks=blocks,
            pool=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            classifier=classifier,
        )
    )
