"""How many numbers do the layers write, all together, for one image?"""

from numpy.random import default_rng

from sepconv.exercises.cases import drawn
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


def maps_of(layers, h, w, strides=True, padding=True, dilation=True, chained=True):
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


def sum_of(maps):
    return sum(c * h * w for c, h, w in maps)


def _read(layers, h, w):
    maps = [(layers[0].in_channels, h, w), *maps_of(layers, h, w)]
    return sum_of(maps[:-1])


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


EXERCISE = Exercise(
    points=2,
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
    misconceptions=[
        Misconception(
            "M61",
            "only the last layer was taken to write anything",
            lambda layers, h, w: sum_of(maps_of(layers, h, w)[-1:]),
            "What the next layer reads must have been written by somebody. Who writes the maps in between?",
        ),
        Misconception(
            "S1003",
            "the input of the first layer was counted, too",
            lambda layers, h, w: layers[0].in_channels * h * w + sum_of(maps_of(layers, h, w)),
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
            lambda layers, h, w: sum_of(maps_of(layers, h, w, chained=False)),
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
            lambda layers, h, w: sum_of(maps_of(layers, h, w, strides=False)),
            "A layer with stride 2 writes a map of half the height and half the width.",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            lambda layers, h, w: sum_of(maps_of(layers, h, w, padding=False)),
            "Padding makes room for more windows, so more pixels are written.",
        ),
        Misconception(
            "S29",
            "the dilation was ignored",
            lambda layers, h, w: sum_of(maps_of(layers, h, w, dilation=False)),
            "A dilated kernel spans more pixels, so fewer windows fit.",
        ),
        Misconception(
            "S1039",
            "the output channels were left out",
            lambda layers, h, w: sum_of((1, i, j) for _, i, j in maps_of(layers, h, w)),
            "How many numbers stand at each pixel of what a layer writes?",
        ),
        Misconception(
            "S1006",
            "only the largest map was counted",
            lambda layers, h, w: max(c * i * j for c, i, j in maps_of(layers, h, w)),
            "Asked is the sum: every layer writes its map.",
        ),
        Misconception(
            "S104",
            "the image was taken to be square",
            lambda layers, h, w: sum_of(maps_of(layers, h, h)),
            "h and w may differ.",
        ),
        Misconception(
            "S1007",
            "bytes were counted",
            lambda layers, h, w: 4 * sum_of(maps_of(layers, h, w)),
            "Asked is how many numbers. Of these, each may take 4 bytes.",
        ),
    ],
    hints=[
        "Each layer writes out_channels maps. The size of a map follows from the size of the one before.",
        "You need no formula: send an image of zeros through the layers, one at a time, and count with .numel().",
    ],
)
