"""Right answers of lesson 11 that are written differently from the model answers."""

from sepconv.exercises.lesson_11.mobilenet_v1 import BLOCKS, as_class
from sepconv.exercises.lesson_11.shares_by_type import KINDS, by_hooks, totals


def _with_plain_layers(alpha=1.0, classes=1000):
    """The same network as TensorFlow writes it: ReLU6, another eps, a 1×1 convolution for a classifier."""
    from torch import nn

    def layer(c_in, c_out, k, stride, groups):
        conv = nn.Conv2d(c_in, c_out, (k, k), (stride, stride), k // 2, groups=groups, bias=False)
        return [conv, nn.BatchNorm2d(c_out, eps=1e-3), nn.ReLU6(inplace=True)]

    widths = [int(alpha * channels) for channels in (32, *(channels for channels, _ in BLOCKS))]
    layers = layer(3, widths[0], 3, 2, 1)
    for c_in, c_out, (_, stride) in zip(widths, widths[1:], BLOCKS):
        layers += layer(c_in, c_in, 3, stride, c_in) + layer(c_in, c_out, 1, 1, 1)
    layers += [nn.AdaptiveAvgPool2d((1, 1)), nn.Conv2d(widths[-1], classes, 1), nn.Flatten()]
    return nn.Sequential(*layers)


def _by_cost(h, w, c_in, c_out, expansion, k, stride):
    from sepconv.measuring.counting import conv2d_cost

    middle = expansion * c_in
    costs = [] if expansion == 1 else [conv2d_cost(c_in, middle, 1, (h, w))]
    costs.append(conv2d_cost(middle, middle, k, (h, w), stride=stride, padding=k // 2, groups=middle))
    costs.append(conv2d_cost(middle, c_out, 1, costs[-1].output_size))
    return sum(cost.macs for cost in costs)


def _in_one_line(h, w, c_in, c_out, expansion, k, stride):
    t, pixels = expansion * c_in, -(-h // stride) * -(-w // stride)
    return t * (pixels * (k**2 + c_out) + (t > c_in) * h * w * c_in)


def _by_counting(alpha, size):
    import torch

    from sepconv import count
    from sepconv.exercises.lesson_11.mobilenet_v1 import mobilenet_v1

    with torch.device("meta"):
        counted = count(mobilenet_v1(alpha), (1, 3, size, size))
    return counted.parameters, counted.macs


def _by_layers(alpha, size):
    """The same from a list of layers: (weights, channels out, pixels out)."""
    c_in, side = int(32 * alpha), -(-size // 2)
    layers = [(27 * c_in, c_in, side**2)]
    for channels, stride in BLOCKS:
        c_out, side = int(channels * alpha), -(-side // stride)
        layers += [(9 * c_in, c_in, side**2), (c_in * c_out, c_out, side**2)]
        c_in = c_out
    learned = sum(weights + 2 * channels for weights, channels, _ in layers)
    return [learned + 1001 * c_in + 1000 - c_in, sum(w * pixels for w, _, pixels in layers) + 1000 * c_in]


def _as_lists(model, size):
    """The same by NumPy, each pair as an array."""
    import numpy as np

    found = totals(model, size)
    table = np.array([found[kind] for kind in KINDS], dtype=float)
    return dict(zip(KINDS, (100 * table / table.sum(axis=0)).tolist(), strict=True))


RIGHT = {
    "mobilenet_v1": [_with_plain_layers, as_class],
    "inverted_residual_macs": [_by_cost, _in_one_line],
    "width_and_resolution": [_by_counting, _by_layers],
    "shares_by_type": [by_hooks, _as_lists],
}
