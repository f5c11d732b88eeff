"""What layers write to memory, and how much work they do for each number that they move."""

import numpy as np
from numpy.random import default_rng

from sepconv.exercises.inputs import drawn
from sepconv.exercises.spec import Exercise, Misconception


def activation_memory(layers, h, w):
    """Count the numbers that the layers write, for one image of h×w pixels."""
    import torch

    x = torch.zeros(1, layers[0].in_channels, h, w)
    written = 0
    for layer in layers:
        x = layer(x)
        written += x.numel()
    return written


def _maps(layers, h, w, strides=True, padding=True, dilation=True, chained=True):
    """Return (channels, height, width) of what each layer writes; each argument changes one thing."""
    maps, (height, width) = [], (h, w)
    for layer in layers:
        sizes = (height, width) if chained else (h, w)
        height, width = (
            (n + 2 * p * padding - (d if dilation else 1) * (k - 1) - 1) // (s if strides else 1) + 1
            for n, p, d, k, s in zip(
                sizes, layer.padding, layer.dilation, layer.kernel_size, layer.stride, strict=True
            )
        )
        maps.append((layer.out_channels, height, width))
    return maps


def _sum_of(maps):
    return sum(c * h * w for c, h, w in maps)


def _written_by_formula(layers, h, w):
    return _sum_of(_maps(layers, h, w))


def _written_as_seen(layers, h, w):
    import torch

    x, seen = torch.zeros(layers[0].in_channels, h, w, device="meta"), []
    for layer in layers:
        x = layer.to("meta")(x)
        seen.append(np.prod(x.shape))
    return sum(seen)


def _read(layers, h, w):
    maps = [(layers[0].in_channels, h, w), *_maps(layers, h, w)]
    return _sum_of(maps[:-1])


def _cases_memory(seed):
    from torch import nn

    rng = default_rng(seed)
    a, b, c = (int(n) for n in rng.integers(3, 8, 3))
    return [
        ([nn.Conv2d(2, 4, 3, padding=1)], 64, 64),
        ([nn.Conv2d(2, 2, 3, padding=1, groups=2), nn.Conv2d(2, 4, 1)], 64, 64),
        ([nn.Conv2d(3, 5, 3, stride=2, padding=1)], 7, 10),
        ([nn.Conv2d(a, 8, 3, stride=2, padding=1), nn.Conv2d(8, 8, 5, padding=2, groups=8)], 12, 9),
        ([nn.Conv2d(3, b, 3), nn.Conv2d(b, 2, 3, padding=2, dilation=2), nn.Conv2d(2, c, 1)], 10, 13),
        ([nn.Conv2d(4, 4, (3, 5), (2, 1), (1, 0), groups=4), nn.Conv2d(4, 9, 1), nn.Conv2d(9, 1, 2)], 9, 14),
    ]


def _drawn_layers(c_in, middle, c_out, k, stride, h, w):
    """Two layers, the first depthwise with a stride: its map is neither the image nor what comes out."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        first = nn.Conv2d(c_in, c_in * middle, k, stride, padding=1, groups=c_in)
        return [first, nn.Conv2d(c_in * middle, c_out, 2)], h, w


def arithmetic_intensity(c_in, c_out, k, h, w, groups=1):
    """Return the MACs of a convolution for each number that it must move at least once."""
    weights = c_out * (c_in // groups) * k * k
    macs = weights * h * w
    moved = c_in * h * w + weights + c_out * h * w
    return macs / moved


def _intensity_of_a_layer(c_in, c_out, k, h, w, groups=1):
    import torch

    layer = torch.nn.Conv2d(c_in, c_out, k, padding=k // 2, groups=groups, bias=False, device="meta")
    x = torch.zeros(c_in, h, w, device="meta")
    y = layer(x)
    return layer.weight[0].numel() * y.numel() / sum(t.numel() for t in (x, layer.weight, y))


def _intensity_by_shares(c_in, c_out, k, h, w, groups=1):
    per_output = c_in // groups * k**2
    per_mac = [c_in / (c_out * per_output), 1 / (h * w), 1 / per_output]
    return 1 / sum(per_mac)


def _intensity_unpadded(c_in, c_out, k, h, w, groups=1):
    weights, pixels = c_out * (c_in // groups) * k * k, (h - k + 1) * (w - k + 1)
    return weights * pixels / (c_in * h * w + weights + c_out * pixels)


def _input_of_one_group(c_in, c_out, k, h, w, groups=1):
    weights = c_out * (c_in // groups) * k * k
    return weights * h * w / (c_in // groups * h * w + weights + c_out * h * w)


def _intensity(grouped=(True, True), parts=(1, 1, 1), side=lambda k: k * k, factor=1, height=None):
    """Build a wrong arithmetic_intensity; each argument changes one thing."""

    def wrong(c_in, c_out, k, h, w, groups=1):
        w = h if height else w
        in_macs, in_weights = (c_out * c_in // (groups if g else 1) * side(k) for g in grouped)
        moved = np.dot(parts, (c_in * h * w, in_weights, c_out * h * w))
        return factor * in_macs * h * w / moved

    return wrong


_INTENSITY_CASES = [
    (128, 128, 3, 28, 28),
    (128, 128, 1, 28, 28),
    (128, 128, 3, 28, 28, 128),
    (2, 4, 3, 4, 6),
    (6, 10, 3, 5, 8, 2),
    (4, 8, 5, 7, 6, 4),
    (12, 9, 1, 4, 11, 3),
]

EXERCISES = [
    Exercise(
        name="activation_memory",
        lesson=10,
        points=2,
        kind="function",
        prompt="How many numbers do the layers write, all together, for one image?",
        answer=activation_memory,
        cases=_cases_memory,
        fresh=drawn(
            count=2,
            case=_drawn_layers,
            c_in=range(2, 7),
            middle=(1, 2, 3),
            c_out=range(2, 9),
            k=(2, 3, 4),
            stride=(1, 2),
            h=range(6, 20),
            w=range(6, 20),
        ),
        also_correct=[_written_by_formula, _written_as_seen],
        misconceptions=[
            Misconception(
                "M61",
                "only the last layer was taken to write anything",
                lambda layers, h, w: _sum_of(_maps(layers, h, w)[-1:]),
                "What the next layer reads must have been written by somebody. Who writes the maps in between?",
            ),
            Misconception(
                "S1003",
                "the input of the first layer was counted, too",
                lambda layers, h, w: layers[0].in_channels * h * w + _sum_of(_maps(layers, h, w)),
                "The image is there before. Count what the layers write.",
            ),
            Misconception(
                "S1004",
                "what the layers read was counted",
                _read,
                "One layer's output is the next one's input, but the two sums begin and end at different maps.",
            ),
            Misconception(
                "S1005",
                "every layer was given the size of the first input",
                lambda layers, h, w: _sum_of(_maps(layers, h, w, chained=False)),
                "A layer meets the map that the layer before it has written.",
            ),
            Misconception(
                "S375",
                "the weights were counted",
                lambda layers, h, w: sum(layer.weight.numel() for layer in layers),
                "Few weights can write many numbers. Look at the maps, not at the filters.",
            ),
            Misconception(
                "S105",
                "the output pixels were left out",
                lambda layers, h, w: sum(layer.out_channels for layer in layers),
                "Each output channel is a whole map.",
            ),
            Misconception(
                "S08",
                "the stride was ignored",
                lambda layers, h, w: _sum_of(_maps(layers, h, w, strides=False)),
                "A layer with stride 2 writes a map of half the height and half the width.",
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                lambda layers, h, w: _sum_of(_maps(layers, h, w, padding=False)),
                "Padding makes room for more windows, so more pixels are written.",
            ),
            Misconception(
                "S29",
                "the dilation was ignored",
                lambda layers, h, w: _sum_of(_maps(layers, h, w, dilation=False)),
                "A dilated kernel spans more pixels, so fewer windows fit.",
            ),
            Misconception(
                "S1039",
                "the output channels were left out",
                lambda layers, h, w: _sum_of((1, i, j) for _, i, j in _maps(layers, h, w)),
                "How many numbers stand at each pixel of what a layer writes?",
            ),
            Misconception(
                "S1006",
                "only the largest map was counted",
                lambda layers, h, w: max(c * i * j for c, i, j in _maps(layers, h, w)),
                "Asked is the sum: every layer writes its map.",
            ),
            Misconception(
                "S104",
                "the image was taken to be square",
                lambda layers, h, w: _sum_of(_maps(layers, h, h)),
                "h and w may differ.",
            ),
            Misconception(
                "S1007",
                "bytes were counted",
                lambda layers, h, w: 4 * _sum_of(_maps(layers, h, w)),
                "Asked is how many numbers. Of these, each may take 4 bytes.",
            ),
        ],
        hints=[
            "Each layer writes out_channels maps. The size of a map follows from the size of the one before.",
            "You need no formula: send an image of zeros through the layers, one at a time, and count with .numel().",
        ],
    ),
    Exercise(
        name="arithmetic_intensity",
        lesson=10,
        points=2,
        kind="function",
        prompt="How many MACs does a convolution do for each number that it must move?",
        answer=arithmetic_intensity,
        cases=_INTENSITY_CASES,
        fresh=drawn(
            case=lambda groups, each_in, each_out, k, h, w: (
                groups * each_in,
                groups * each_out,
                k,
                h,
                w,
                groups,
            ),
            fits=lambda c_in, c_out, *_: c_in != c_out,
            groups=(1, 2, 3, 4),
            each_in=range(1, 6),
            each_out=range(1, 6),
            k=(1, 3, 5),
            h=range(5, 15),
            w=range(5, 15),
        ),
        also_correct=[_intensity_of_a_layer, _intensity_by_shares],
        misconceptions=[
            Misconception(
                "M62",
                "only the weights were taken to be moved",
                _intensity(parts=(0, 1, 0)),
                "With that, a depthwise layer looks as good as a standard one. What else is read, and what is written?",
            ),
            Misconception(
                "S1008",
                "the weights were not counted as moved",
                _intensity(parts=(1, 0, 1)),
                "The filters lie in memory as well, and each number of them is read at least once.",
            ),
            Misconception(
                "S1009",
                "the input was not counted as moved",
                _intensity(parts=(0, 1, 1)),
                "Each number of the input must be read at least once.",
            ),
            Misconception(
                "S1010",
                "the output was not counted as moved",
                _intensity(parts=(1, 1, 0)),
                "What is computed must be written as well.",
            ),
            Misconception(
                "S1011",
                "the groups were left out of the MACs",
                _intensity(grouped=(False, True)),
                "An output reads the input channels of its group only. How many products is that?",
            ),
            Misconception(
                "S1012",
                "the groups were left out of the weights",
                _intensity(grouped=(True, False)),
                "With groups a filter is as deep as its group has input channels.",
            ),
            Misconception(
                "S250",
                "the groups were left out of the count",
                _intensity(grouped=(False, False)),
                "With groups there are fewer weights and fewer MACs. Which layer has as many groups as channels?",
            ),
            Misconception(
                "S1040",
                "only the input of one group was counted as moved",
                _input_of_one_group,
                "A filter reads the channels of its group. How many channels do all the filters together read?",
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                _intensity_unpadded,
                "With padding k // 2 and stride 1, how large is the output?",
            ),
            Misconception(
                "S301",
                "the ratio was turned upside down",
                lambda *case: 1 / arithmetic_intensity(*case),
                "More work for each number that is moved should give a larger value.",
            ),
            Misconception(
                "S1013",
                "FLOPs were counted",
                _intensity(factor=2),
                "A MAC is one multiplication with its addition. Here it counts once.",
            ),
            Misconception(
                "S1014",
                "the moves were counted in bytes",
                _intensity(factor=0.25),
                "Asked is the work for each number, whatever its size in bytes.",
            ),
            Misconception(
                "S26",
                "k was not squared",
                _intensity(side=lambda k: k),
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S104",
                "the image was taken to be square",
                _intensity(height=True),
                "h and w may differ.",
            ),
        ],
        hints=[
            "Three things move: the input is read, the filters are read, the output is written, each number once.",
            "With padding k // 2 and stride 1 the output has h·w pixels. MACs: each weight is used once for each of them.",
            "Weights: c_out filters, each c_in // groups deep and k×k wide.",
        ],
    ),
]
