"""For how many connections (output channel, input channel) is the derivative not zero?"""

from functools import partial, reduce

from numpy.random import default_rng

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def mixed_channels(layers):
    """Count the connections (output channel, input channel) whose derivative is not zero."""
    import torch

    x = torch.ones(layers[0].in_channels, 1, 1)  # the layers keep the size, so one pixel will do
    jacobian = torch.autograd.functional.jacobian(layers, x)  # (C_out, 1, 1, C_in, 1, 1)
    return int(jacobian.count_nonzero())


def _tables(layers):
    """Return for each layer the matrix (c_out, c_in) of who reads whom, as 0 and 1."""
    import torch

    tables, channels = [], layers[0].in_channels
    for layer in layers:
        jacobian = torch.autograd.functional.jacobian(layer, torch.ones(channels, 1, 1))
        tables.append((jacobian[:, 0, 0, :, 0, 0] != 0).int().numpy())
        channels = len(tables[-1])
    return tables


def ways(layers):
    """Count the ways from each input through all the layers to each output, as a matrix (c_out, c_in)."""
    return reduce(lambda before, table: table @ before, _tables(layers))


def _about_mixed(layers):
    c_out, c_in = ways(layers).shape
    return (
        f"The answer is one number. This stack has {c_out} output and {c_in} input channels, so it is at most "
        f"{c_out * c_in}: a connection counts once, whatever the number of pixels."
    )


def _conv(rng, c_in, c_out, groups, k=1):
    import torch
    from torch import nn

    layer = nn.utils.skip_init(nn.Conv2d, c_in, c_out, k, padding=k // 2, groups=groups, bias=False)
    # Positive, so that no two paths cancel.
    layer.weight.data = torch.tensor(rng.integers(1, 10, layer.weight.shape), dtype=torch.float32)
    return layer


def _cases_mixed(seed):
    from torch import nn

    from sepconv.convolution.layers import ChannelShuffle

    conv = partial(_conv, default_rng(seed))
    stacks = [
        [conv(5, 10, 5, k=3)],
        [conv(4, 4, 2), conv(4, 4, 2)],
        [conv(4, 4, 2), ChannelShuffle(2), conv(4, 4, 2)],
        [conv(6, 6, 3), ChannelShuffle(3), conv(6, 6, 3)],
        [conv(6, 6, 3), ChannelShuffle(3), conv(6, 6, 3), ChannelShuffle(3), conv(6, 6, 3)],
        [conv(4, 8, 4, k=3), conv(8, 3, 1)],
        [conv(4, 8, 4), conv(8, 6, 2)],
        [conv(6, 6, 2), conv(6, 4, 2)],
    ]
    for layer in stacks[-1]:
        layer.weight.data.fill_(2**-8)  # the derivatives are small, and not zero
    return [(nn.Sequential(*stack),) for stack in stacks]


def _drawn_stack(groups, each, between, last, each_out):
    """Groups, a shuffle, groups; and a last layer of as many groups as `last`, or one if that does not fit."""
    from torch import nn

    from sepconv.convolution.layers import ChannelShuffle

    channels, rng = groups * each, default_rng(0)
    shuffle = [ChannelShuffle(groups)] if between else []
    last = last if channels % last == 0 else 1
    first = _conv(rng, channels, channels, groups)
    return (nn.Sequential(first, *shuffle, _conv(rng, channels, last * each_out, last)),)


EXERCISE = Exercise(
    points=2,
    answer=mixed_channels,
    cases=_cases_mixed,
    fresh=drawn(
        case=_drawn_stack,
        groups=(2, 3, 4),
        each=(2, 3, 4),
        between=(True, False),
        last=(1, 2, 3, 4, 6),
        each_out=range(1, 8),
    ),
    misconceptions="""
        M30 stacked layers were taken to mix everything in the end
        jacobian.count_nonzero() => jacobian.numel() if len(layers) > 1 else jacobian.count_nonzero()
        Two layers with the same groups: does any channel ever leave its group?

        M31 one shuffle was taken to mix everything
        jacobian.count_nonzero() => jacobian.numel() if "Shuffle" in str(layers) else jacobian.count_nonzero()
        After a shuffle, a group holds channels of at most as many groups as it has places. Are there enough places?

        M34 every output was taken to depend on every input
        jacobian.count_nonzero() => jacobian.numel()
        Look at the simplest case: one depthwise layer.

        S264 the shuffles were left out
        (layers, x) => (torch.nn.Sequential(*[layer for layer in layers if hasattr(layer, "weight")]), x)
        A shuffle learns nothing, but it decides who meets whom in the next layer.

        S265 only the last layer was looked at
        layers[0] => layers[-1]
        (layers, x) => (layers[-1], x)
        The derivative is that of the whole stack, with respect to what goes into its first layer.

        S266 only the first layer was looked at
        (layers, x) => (layers[0], x)
        The outputs are those of the last layer.

        S267 the connections of all layers were added up
        jacobian.count_nonzero() => sum(table.sum() for table in _tables(layers))
        A connection is one of an output of the whole stack with an input of the whole stack.

        S267 the connections of all layers were added up
        jacobian.count_nonzero() => sum(weight.shape[0] * weight.shape[1] for weight in layers.parameters())
        A connection is one of an output of the whole stack with an input of the whole stack.

        S268 the ways from input to output were counted
        jacobian.count_nonzero() => ways(layers).sum()
        Two ways between the same output and the same input are one connection.

        S1491 small derivatives were taken for zero
        jacobian.count_nonzero() => (jacobian > 0.001).sum()
        The weights may be as small as they like, so any limit is too large for some of them. What is asked of a derivative?

        S276 the gradients of the outputs before were still in it
        jacobian.count_nonzero() => jacobian.cumsum(dim=0).count_nonzero()
        backward() adds to what is in x.grad already. Empty it before each output.

        S277 only output 0 was asked
        jacobian.count_nonzero() => jacobian[0].count_nonzero()
        Each output channel has a gradient of its own.

        S278 the gradients of all outputs were added up
        jacobian.count_nonzero() => jacobian.sum(dim=0).count_nonzero()
        A sum does not tell which of the outputs an input reaches. Ask them one by one, and count each time.
    """,
    known=_about_mixed,
    hints=[
        "Make an image of layers[0].in_channels channels, as a tensor that requires a gradient. Then y = layers(x).",
        "For each output channel: the gradient of y[o].sum() with respect to x. Which channels of it are not all zero?",
        "Count channels, not pixels. With an image of one pixel there is no difference.",
    ],
)
