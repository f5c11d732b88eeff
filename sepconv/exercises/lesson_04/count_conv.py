"""Count the weights, biases and MACs of an nn.Conv2d on one image of h rows and w columns."""

from functools import cache
from itertools import product
from math import prod

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def count_conv(conv, h, w):
    """Count the weights and biases of a layer, and its multiply-accumulates for one image."""
    weights = conv.weight.numel()
    biases = 0 if conv.bias is None else conv.bias.numel()
    macs = weights
    for axis, size in enumerate((h, w)):
        span = conv.dilation[axis] * (conv.kernel_size[axis] - 1) + 1
        macs *= (size + 2 * conv.padding[axis] - span) // conv.stride[axis] + 1
    return {"weights": weights, "biases": biases, "macs": macs}


def _changed(**changes):
    """Count right but for the keys in `changes`: each a function of (right counts, conv, h, w)."""

    def wrong(conv, h, w):
        right = count_conv(conv, h, w)
        return right | {key: change(right, conv, h, w) for key, change in changes.items()}

    return wrong


def _pixels(place):
    """Count the MACs of a layer with `place(size, k, stride, padding, dilation)` along each axis."""

    def macs(right, conv, h, w):
        axes = zip((h, w), conv.kernel_size, conv.stride, conv.padding, conv.dilation, strict=True)
        return right["weights"] * prod(place(*axis) for axis in axes)

    return macs


def _macs_with_first_of_pairs(right, conv, h, w):
    return right["weights"] * prod(
        (n + 2 * conv.padding[0] - conv.dilation[0] * (conv.kernel_size[0] - 1) - 1) // conv.stride[0] + 1
        for n in (h, w)
    )


def _with_places(places):
    """Count with `places(conv)` numbers in each slice of a filter."""

    def wrong(conv, h, w):
        right = count_conv(conv, h, w)
        kH, kW = conv.kernel_size
        return right | {key: right[key] // (kH * kW) * places(conv) for key in ("weights", "macs")}

    return wrong


def _flat_filters(conv, h, w):
    right = count_conv(conv, h, w)
    return right | {key: right[key] // conv.in_channels for key in ("weights", "macs")}


@cache
def _conv_cases():
    import torch
    from torch import nn

    with torch.random.fork_rng():
        return [
            (nn.Conv2d(2, 3, 2), 3, 5),
            (nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False), 4, 6),
            (nn.Conv2d(4, 6, 3, stride=2, padding=2), 6, 9),
            (nn.Conv2d(5, 2, (2, 4), stride=(1, 3), padding=(0, 2), bias=False), 7, 10),
            (nn.Conv2d(2, 5, (3, 2), dilation=(2, 3), stride=(3, 2)), 11, 12),
            (nn.Conv2d(3, 7, (5, 1), padding=(3, 1), dilation=(2, 1)), 9, 6),
        ]


def _pairs_of(numbers):
    return list(product(numbers, repeat=2))


def _drawn_conv(c_in, c_out, kernel, stride, padding, dilation, bias, h, w):
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        return nn.Conv2d(c_in, c_out, kernel, stride, padding, dilation, bias=bias), h, w


EXERCISE = Exercise(
    points=3,
    answer=count_conv,
    cases=lambda seed: _conv_cases(),
    fresh=drawn(
        count=2,
        case=_drawn_conv,
        c_in=range(2, 9),
        c_out=range(2, 9),
        kernel=_pairs_of((1, 2, 3, 4)),
        stride=_pairs_of((1, 2, 3)),
        padding=_pairs_of((0, 1, 2)),
        dilation=_pairs_of((1, 2)),
        bias=(True, False),
        h=range(8, 15),
        w=range(8, 15),
    ),
    misconceptions=[
        Misconception(
            "M07",
            "the weights were taken to grow with the image",
            _changed(weights=lambda right, conv, h, w: right["macs"]),
            "The same filters are laid down everywhere. Does the layer learn new ones for another image?",
        ),
        Misconception(
            "M01",
            "the biases were counted among the weights",
            _changed(weights=lambda right, conv, h, w: right["weights"] + right["biases"]),
            "The dict holds weights and biases apart.",
        ),
        Misconception(
            "M06",
            "the filters were taken to be flat",
            _flat_filters,
            "A filter is a box as deep as the input.",
        ),
        Misconception(
            "M08",
            "MACs were counted on the input pixels",
            _changed(macs=lambda right, conv, h, w: right["weights"] * h * w),
            "A filter does its work once for each output pixel.",
        ),
        Misconception(
            "M09",
            "FLOPs were counted",
            _changed(macs=lambda right, conv, h, w: 2 * right["macs"]),
            "One multiplication and the addition of its product are one MAC.",
        ),
        Misconception(
            "S103",
            "a bias was counted although there is none",
            _changed(biases=lambda right, conv, h, w: conv.out_channels),
            "What is conv.bias after nn.Conv2d(…, bias=False)?",
        ),
        Misconception(
            "S23",
            "the bias was left out",
            _changed(biases=lambda right, conv, h, w: 0),
            "If the layer has biases, conv.bias is a tensor. How long is it?",
        ),
        Misconception(
            "S101",
            "one bias was counted for the whole layer",
            _changed(biases=lambda right, conv, h, w: min(right["biases"], 1)),
            "That there are biases does not say how many. How long is conv.bias?",
        ),
        Misconception(
            "S105",
            "the output pixels were left out",
            _changed(macs=lambda right, conv, h, w: right["weights"]),
            "That is the number of weights. How often is each of them used?",
        ),
        Misconception(
            "S136",
            "only the numbers that the layer writes were counted",
            _changed(macs=lambda right, conv, h, w: right["macs"] // right["weights"] * conv.out_channels),
            "Each of these numbers is a sum. Of how many products?",
        ),
        Misconception(
            "S126",
            "the kernel was taken to be square",
            _with_places(lambda conv: conv.kernel_size[0] ** 2),
            "Print conv.kernel_size: it holds two numbers, and they may differ.",
        ),
        Misconception(
            "S47",
            "^ was taken for a power",
            _with_places(lambda conv: conv.kernel_size[0] ^ 2),
            "In Python ^ works on bits. A power is written **. And is every kernel as wide as high?",
        ),
        Misconception(
            "S106",
            "adding the bias was counted as a MAC",
            _changed(
                macs=lambda right, conv, h, w: (
                    right["macs"] // right["weights"] * sum(right[key] for key in ("weights", "biases"))
                )
            ),
            "By convention a bias costs no MAC: nothing is multiplied.",
        ),
        Misconception(
            "S29",
            "the dilation was ignored",
            _changed(macs=_pixels(lambda n, k, s, p, d: (n + 2 * p - k) // s + 1)),
            "A dilated kernel spans more pixels, so fewer windows fit.",
        ),
        Misconception(
            "M42",
            "a dilated kernel was taken to span k·dilation pixels",
            _changed(macs=_pixels(lambda n, k, s, p, d: (n + 2 * p - k * d) // s + 1)),
            "Between k numbers there are k − 1 gaps.",
        ),
        Misconception(
            "M36",
            "the output size was rounded up",
            _changed(macs=_pixels(lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1)),
            "A window that does not fit completely does no work.",
        ),
        Misconception(
            "S08",
            "the stride was ignored",
            _changed(macs=_pixels(lambda n, k, s, p, d: n + 2 * p - d * (k - 1))),
            "From one window to the next it is stride pixels.",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _changed(macs=_pixels(lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1)),
            "Padding makes room for more windows.",
        ),
        Misconception(
            "S108",
            "height and width were exchanged",
            _changed(macs=lambda right, conv, h, w: count_conv(conv, w, h)["macs"]),
            "The first number of each pair belongs to the rows.",
        ),
        Misconception(
            "S109",
            "only the first number of each pair was used",
            _changed(macs=_macs_with_first_of_pairs),
            "Stride, padding, dilation and kernel may differ along the width. Print conv.stride.",
        ),
    ],
    hints=[
        "conv.weight and conv.bias are tensors: numel() counts their numbers. One of the two may be None.",
        "Every weight is used once at each output pixel. How many rows and how many columns come out?",
        "conv.kernel_size, conv.stride, conv.padding and conv.dilation are pairs (rows, columns): the formula of "
        "lesson 3, once for each axis.",
    ],
)
