"""How many numbers do the layers write, all together, for one image?"""

from types import SimpleNamespace

from numpy.random import default_rng

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def activation_memory(layers, h, w):
    """Count the numbers that the layers write, for one image of h×w pixels."""
    import torch

    x = torch.zeros(1, layers[0].in_channels, h, w)
    written = 0
    for layer in layers:
        x = layer(x)
        written += x.numel()
    return written


def by_formula(layers, h, w):
    """Count the same without a map."""
    written = 0
    for layer in layers:
        h, w = (
            (n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, p, d, k, s in zip((h, w), layer.padding, layer.dilation, layer.kernel_size, layer.stride)
        )
        written += layer.out_channels * h * w
    return written


def as_if(layers, **settings):
    """Return what the formula asks of layers, with other settings."""
    return [SimpleNamespace(**vars(layer) | settings) for layer in layers]


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
    misconceptions="""
        M61 only the last layer was taken to write anything
        written += => written =
        What the next layer reads must have been written by some layer. Which layers write the maps in between?

        S1003 the input of the first layer was counted, too
        written = 0 => written = x.numel()
        The image is there before. Count what the layers write.

        S1004 what the layers read was counted
        x = layer(x) => y, x = x, layer(x)
        x.numel() => y.numel()
        One layer's output is the next one's input, but the two sums begin and end at different maps.

        S1005 every layer was given the size of the first input
        layer(x) => layer(torch.zeros(1, layer.in_channels, h, w))
        A layer meets the map that the layer before it has written.

        S375 the weights were counted
        x.numel() => layer.weight.numel()
        Few weights can write many numbers. Look at the maps, not at the filters.

        S105 the output pixels were left out
        x.numel() => layer.out_channels
        Each output channel is a whole map.

        S08 the stride was ignored
        = lambda layers, h, w: by_formula(as_if(layers, stride=(1, 1)), h, w)
        A layer with stride 2 writes a map of half the height and half the width.

        S09 the padding was ignored
        = lambda layers, h, w: by_formula(as_if(layers, padding=(0, 0)), h, w)
        Padding makes room for more windows, so more pixels are written.

        S29 the dilation was ignored
        = lambda layers, h, w: by_formula(as_if(layers, dilation=(1, 1)), h, w)
        A dilated kernel spans more pixels, so fewer windows fit.

        S1039 the output channels were left out
        x.numel() => x[0, 0].numel()
        How many numbers stand at each pixel of what a layer writes?

        S1006 only the largest map was counted
        written += x.numel() => written = max(written, x.numel())
        Asked is the sum: every layer writes its map.

        S104 the image was taken to be square
        in_channels, h, w) => in_channels, h, h)
        h and w may differ.

        S1007 bytes were counted
        return written => return 4 * written
        Asked is how many numbers. Of these, each may take 4 bytes.
    """,
    hints=[
        "Each layer writes out_channels maps. The size of a map follows from the size of the one before.",
        "You need no formula: send an image of zeros through the layers, one at a time, and count with .numel().",
    ],
)
