"""How many MACs do the forward and the backward pass of a layer take, inside a net?"""

from itertools import product

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def training_macs(conv, h, w):
    """Return the MACs of a layer inside a net for one image of h×w pixels: (forward, backward)."""
    forward = conv.weight.numel()  # a filter is as deep as its group
    for axis, size in enumerate((h, w)):
        span = conv.dilation[axis] * (conv.kernel_size[axis] - 1) + 1
        forward *= (size + 2 * conv.padding[axis] - span) // conv.stride[axis] + 1
    of_input, of_weights = forward, forward
    return forward, of_input + of_weights


def _layer(case):
    import torch
    from torch import nn

    *layer, h, w = case
    with torch.random.fork_rng(devices=[]):
        return nn.Conv2d(*layer), h, w


def _drawn_layer(groups, each_in, each_out, kernel, stride, padding, dilation, bias, h, w):
    c_in, c_out = groups * each_in, groups * each_out
    return _layer((c_in, c_out, kernel, stride, padding, dilation, groups, bias, h, w))


def _pairs_of(numbers):
    return list(product(numbers, repeat=2))


# c_in, c_out, kernel, stride, padding, dilation, groups, bias, h, w
_LAYERS = [
    (2, 3, 2, 1, 0, 1, 1, True, 3, 5),
    (512, 512, 3, 1, 1, 1, 512, False, 14, 14),
    (4, 6, 3, 2, 1, 1, 2, True, 6, 9),
    (6, 9, (2, 4), (1, 3), (0, 2), 1, 3, False, 7, 10),
    (2, 5, (3, 2), (3, 2), 0, (2, 3), 1, True, 11, 12),
    (4, 8, (5, 1), 1, (3, 1), (2, 1), 4, True, 9, 6),
]


EXERCISE = Exercise(
    points=2,
    answer=training_macs,
    cases=lambda seed: [_layer(case) for case in _LAYERS],
    fresh=drawn(
        count=2,
        case=_drawn_layer,
        groups=(2, 3, 4),
        each_in=(1, 2, 3),
        each_out=(1, 2, 3),
        kernel=_pairs_of((1, 2, 3, 4)),
        stride=_pairs_of((1, 2, 3)),
        padding=_pairs_of((0, 1, 2)),
        dilation=_pairs_of((1, 2)),
        bias=(True, False),
        h=range(8, 15),
        w=range(8, 15),
    ),
    misconceptions="""
        S1160 the backward pass was taken to be as large as the forward pass
        of_input + of_weights => forward
        A layer inside a net computes two gradients. Of what, and how many MACs does each of them take?

        S1161 one of the two gradients was counted without groups
        forward, forward => forward, forward * conv.groups
        A filter meets the channels of its own group alone, backward as well. What did PyTorch's counter get wrong?

        S1162 both gradients were counted without groups
        of_input + of_weights => (of_input + of_weights) * conv.groups
        A filter meets the channels of its own group alone, backward as well. How many products hand something back?

        S1011 the groups were left out of the MACs
        conv.weight.numel() => conv.weight.numel() * conv.groups
        An output reads the input channels of its group only. How many products is that?

        M04 the weights were divided by groups twice
        conv.weight.numel() => conv.weight.numel() // conv.groups
        The shape of conv.weight has the groups in it already: print it.

        S1163 the gradient of the input was counted on the input pixels
        of_input, of_weights = forward, forward => of_input, of_weights = conv.weight.numel() * h * w, forward
        Each product of the forward pass hands one product back to the number that it read. How many products were there?

        S1164 the gradient of the bias was counted
        of_input + of_weights => of_input + of_weights + (conv.bias is not None) * forward // conv.weight[0].numel()
        The gradient of a bias is a sum of what arrives. What is multiplied?

        S1165 the forward pass was counted in the backward pass, too
        of_input + of_weights => forward + of_input + of_weights
        The second number is of the backward pass alone.

        S1111 the two numbers were exchanged
        return forward, of_input + of_weights => return of_input + of_weights, forward
        The forward pass comes first.

        S1166 the two numbers were added up
        return forward, of_input + of_weights => return forward + of_input + of_weights
        Asked are the forward pass and the backward pass, each for itself: a tuple of two ints.

        M09 FLOPs were counted
        return forward, of_input + of_weights => return 2 * forward, 2 * (of_input + of_weights)
        One multiplication and the addition of its product are one MAC.

        S106 adding the bias was counted as a MAC
        forward = conv.weight.numel() => forward = conv.weight.numel() + (0 if conv.bias is None else conv.bias.numel())
        By convention a bias costs no MAC: nothing is multiplied.

        M08 MACs were counted on the input pixels
        (size + 2 * conv.padding[axis] - span) // conv.stride[axis] + 1 => size
        A filter does its work once for each output pixel.

        M06 the filters were taken to be flat
        conv.weight.numel() => conv.weight[:, 0].numel()
        A filter is a box as deep as the channels of its group.

        S105 the output pixels were left out
        forward *= => forward +=
        (size + 2 * conv.padding[axis] - span) // conv.stride[axis] + 1 => 0
        That is the number of weights. How often is each of them used?

        S126 the kernel was taken to be square
        conv.weight.numel() => conv.weight[:, :, 0, 0].numel() * conv.kernel_size[0] ** 2
        Print conv.kernel_size: it holds two numbers, and they may differ.

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
        "Forward: each of the conv.weight.numel() weights is used once at each output pixel. How many rows and columns "
        "come out?",
        "Backward: in the forward pass each product is x · w. It gives a product dy · w to the gradient of x, and a "
        "product dy · x to that of w.",
        "So each of the two gradients takes as many MACs as the forward pass, whatever the groups.",
    ],
)
