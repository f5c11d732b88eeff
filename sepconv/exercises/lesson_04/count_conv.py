"""Count the weights, biases and MACs of an nn.Conv2d on one image of h rows and w columns."""

from functools import cache
from itertools import product

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def count_conv(conv, h, w):
    """Count the weights and biases of a layer, and its multiply-accumulates for one image."""
    weights = conv.weight.numel()
    biases = 0 if conv.bias is None else conv.bias.numel()
    macs = weights
    for axis, size in enumerate((h, w)):
        span = conv.dilation[axis] * (conv.kernel_size[axis] - 1) + 1
        macs *= (size + 2 * conv.padding[axis] - span) // conv.stride[axis] + 1
    return {"weights": weights, "biases": biases, "macs": macs}


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
    misconceptions="""
        M07 the weights were taken to grow with the image
        "weights": weights => "weights": macs
        The same filters are laid down everywhere. Does the layer learn new ones for another image?

        M01 the biases were counted among the weights
        "weights": weights => "weights": weights + biases
        The dict holds weights and biases apart.

        M06 the filters were taken to be flat
        conv.weight.numel() => conv.weight[:, 0].numel()
        A filter is a box as deep as the input.

        M08 MACs were counted on the input pixels
        "macs": macs => "macs": weights * h * w
        A filter does its work once for each output pixel.

        M09 FLOPs were counted
        "macs": macs => "macs": 2 * macs
        One multiplication and the addition of its product are one MAC.

        S103 a bias was counted although there is none
        0 if conv.bias is None else conv.bias.numel() => conv.out_channels
        What is conv.bias after nn.Conv2d(…, bias=False)?

        S23 the bias was left out
        0 if conv.bias is None else conv.bias.numel() => 0
        If the layer has biases, conv.bias is a tensor. How long is it?

        S101 one bias was counted for the whole layer
        conv.bias.numel() => 1
        That there are biases does not say how many. How long is conv.bias?

        S105 the output pixels were left out
        "macs": macs => "macs": weights
        That is the number of weights. How often is each of them used?

        S136 only the numbers that the layer writes were counted
        macs = weights => macs = conv.out_channels
        Each of these numbers is a sum. Of how many products?

        S126 the kernel was taken to be square
        conv.weight.numel() => conv.out_channels * conv.in_channels * conv.kernel_size[0] ** 2
        Print conv.kernel_size: it holds two numbers, and they may differ.

        S47 ^ was taken for a power
        conv.weight.numel() => conv.out_channels * conv.in_channels * (conv.kernel_size[0] ^ 2)
        In Python ^ works on bits. A power is written **. And is every kernel as wide as high?

        S106 adding the bias was counted as a MAC
        macs = weights => macs = weights + biases
        By convention a bias costs no MAC: nothing is multiplied.

        S29 the dilation was ignored
        conv.dilation[axis] * (conv.kernel_size[axis] - 1) + 1 => conv.kernel_size[axis]
        A dilated kernel spans more pixels, so fewer windows fit.

        M42 a dilated kernel was taken to span k·dilation pixels
        (conv.kernel_size[axis] - 1) + 1 => conv.kernel_size[axis]
        Between k numbers there are k − 1 gaps.

        M36 the output size was rounded up
        - span) => - span + conv.stride[axis] - 1)
        A window that does not fit completely does no work.

        S08 the stride was ignored
        // conv.stride[axis] + 1 => + 1
        From one window to the next it is stride pixels.

        S09 the padding was ignored
        size + 2 * conv.padding[axis] => size
        Padding makes room for more windows.

        S108 height and width were exchanged
        enumerate((h, w)) => enumerate((w, h))
        The first number of each pair belongs to the rows.

        S109 only the first number of each pair was used
        [axis] => [0]
        Stride, padding, dilation and kernel may differ along the width. Print conv.stride.
    """,
    hints=[
        "conv.weight and conv.bias are tensors: numel() counts their numbers. One of the two may be None.",
        "Every weight is used once at each output pixel. How many rows and how many columns come out?",
        "conv.kernel_size, conv.stride, conv.padding and conv.dilation are pairs (rows, columns): the formula of "
        "lesson 3, once for each axis.",
    ],
)
