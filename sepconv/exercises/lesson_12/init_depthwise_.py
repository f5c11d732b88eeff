"""Fill the weights of a depthwise convolution with normal numbers of the right size."""

from functools import wraps

import numpy as np

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def init_depthwise_(conv):
    """Fill the weights with normal numbers that fit the fan-out of a depthwise convolution."""
    from math import prod

    from torch import nn

    fan_out = prod(conv.kernel_size) * conv.out_channels // conv.groups
    nn.init.normal_(conv.weight, 0.0, (2 / fan_out) ** 0.5)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)
    return conv


def _case(channels, multiplier, kernel_size, bias):
    """A depthwise layer with so many weights that their spread is known to a few percent."""
    from torch import nn

    return nn.Conv2d(channels, channels * multiplier, kernel_size, groups=channels, bias=bias)


def _cases(seed):
    return [
        (_case(2048, 1, 3, False),),
        (_case(1536, 2, 3, True),),
        (_case(1024, 1, (3, 5), True),),
        (_case(640, 3, (5, 4), False),),
    ]


def _drawn_case(multiplier, kernel_size, bias):
    return (_case(40_000 // (multiplier * kernel_size[0] * kernel_size[1]), multiplier, kernel_size, bias),)


def _observe(conv, given):
    """Return what the weights look like: their spread as the fan that it would be right for."""
    from torch import nn

    if not isinstance(conv, nn.Conv2d):
        return "not the convolution itself; return conv"
    weight = conv.weight.detach().double()
    variance = weight.var(correction=0).item()
    fourth = ((weight - weight.mean()) ** 4).mean().item() / variance**2 if variance else 0.0
    seen = {
        "the convolution that was given": not hasattr(conv, "is_another"),
        "the parameters that were in it": not hasattr(conv, "has_others"),
        "drawn from a normal distribution, by the look of them": 2.3 < fourth < 4,
        "the fan_out that fits their variance (2 / variance)": 2 / variance if variance else 0.0,
        "mean of the weights, in standard deviations": weight.mean().item() / variance**0.5
        if variance
        else 0.0,
        "weight is a parameter that learns": isinstance(conv.weight, nn.Parameter)
        and conv.weight.requires_grad,
    }
    if given.bias is not None:
        seen["largest bias"] = conv.bias.detach().abs().max().item() if conv.bias is not None else "None"
    return seen


def _watch(function):
    """Mark a convolution that is returned in the place of the given one, or has other parameters; and let no call have other luck."""
    import torch

    @wraps(function)
    def watched(conv):
        torch.manual_seed(0)  # the check restores the random state
        np.random.seed(0)
        before = dict(conv.named_parameters())
        result = function(conv)
        if result is not conv and hasattr(result, "weight"):
            result.is_another = True
        elif result is conv and any(getattr(conv, name) is not one for name, one in before.items()):
            conv.has_others = True
        return result

    return watched


EXERCISE = Exercise(
    points=2,
    answer=init_depthwise_,
    cases=_cases,
    fresh=drawn(
        case=_drawn_case,
        multiplier=range(1, 6),
        kernel_size=[(height, width) for height in range(2, 7) for width in range(2, 7)],
        bias=(True, False),
    ),
    observe=_observe,
    watch=_watch,
    tolerance=0.06,  # what chance does to the spread of a few thousand numbers is below a third of it
    misconceptions="""
        M66 the fan-out was counted without groups
        conv.out_channels // conv.groups => conv.out_channels
        How many outputs does one input channel reach? With groups it is not all of them.

        S1215 the fan-in was taken for the fan-out
        conv.out_channels // conv.groups => conv.in_channels // conv.groups
        One output reads k·k numbers. Into how many products does one input number go, if its channel has more than one filter?

        M67 the weights were left as PyTorch made them
        = lambda conv: conv
        PyTorch's default is bounded by 1 / √fan_in. That is another size than the one asked for.

        S1216 the fan-out was multiplied by the input channels
        // conv.groups => * conv.in_channels
        What does one input number of one channel go into? The other inputs do not matter for that.

        S1217 the variance was taken for the standard deviation
        (2 / fan_out) ** 0.5 => 2 / fan_out
        2 / fan_out is the variance. normal_ and randn go by the standard deviation.

        S1218 the 2 for the ReLU was left out
        2 / fan_out => 1 / fan_out
        A ReLU throws half of its numbers away, which is what the 2 in the task makes up for.

        S1219 only one side of the kernel was counted
        prod(conv.kernel_size) => conv.kernel_size[0]
        The kernel is so high and so wide.

        S1220 the bias was left as it was
        nn.init.zeros_(conv.bias) => pass
        Two of the layers have a bias. What does the task say about it?

        S1221 the weight was replaced by a tensor that does not learn
        nn.init.normal_(conv.weight, 0.0, (2 / fan_out) ** 0.5) => weight = nn.init.normal_(conv.weight.detach(), 0.0, (2 / fan_out) ** 0.5); del conv.weight; conv.weight = weight
        Write into the tensor that is there: an optimizer finds parameters, not other tensors.

        S1494 a new parameter was put in the place of the old one
        nn.init.normal_(conv.weight, => conv.weight = nn.Parameter(conv.weight.detach().clone()); nn.init.normal_(conv.weight,
        An optimizer that was made before holds the old one and trains that. Write into the tensor that is there.

        S1222 the numbers were not centered at 0
        conv.weight, 0.0 => conv.weight, 0.5
        normal_ takes the mean first, then the standard deviation.

        S1254 another convolution was returned than the one that was given
        fan_out = prod => import copy; conv = copy.deepcopy(conv); fan_out = prod
        Whoever calls it has a network with this layer in it. Write into its weight, in place.

        S1255 uniform numbers were drawn
        nn.init.normal_(conv.weight, 0.0, (2 / fan_out) ** 0.5) => nn.init.uniform_(conv.weight, -((6 / fan_out) ** 0.5), (6 / fan_out) ** 0.5)
        Their spread is right, but normal numbers are asked for: many small ones and a few large ones.
    """,
    hints=[
        "nn.init.normal_(tensor, mean, std) writes into a tensor.",
        "One input number is read by out_channels / groups filters, at each place of their kernels.",
        "The standard deviation is the square root of 2 / fan_out. And zero the bias, if there is one.",
    ],
)
