"""For how many pairs (output channel, input channel) is the derivative not zero?"""

from functools import partial

import numpy as np
from numpy.random import default_rng

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def mixed_channels(layers):
    """Count the pairs (output channel, input channel) whose derivative is not zero."""
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


def _all_pairs(layers):
    tables = _tables(layers)
    return len(tables[-1]) * tables[0].shape[1]


def _convolutions(layers):
    return [layer for layer in layers if hasattr(layer, "weight")]


def _stack_mixes(layers):
    return _all_pairs(layers) if len(_convolutions(layers)) > 1 else mixed_channels(layers)


def _shuffle_mixes(layers):
    shuffled = len(_convolutions(layers)) < len(layers)
    return _all_pairs(layers) if shuffled else mixed_channels(layers)


def _shuffles_ignored(layers):
    import torch

    return mixed_channels(torch.nn.Sequential(*_convolutions(layers)))


def _paths(layers):
    total = 1
    for table in _tables(layers):
        total = table @ total if np.ndim(total) else table
    return int(total.sum())


def mixed_by(layers):
    """Return who depends on whom through all the layers, as a bool matrix (c_out, c_in)."""
    total = np.eye(layers[0].in_channels, dtype=bool)
    for table in _tables(layers):
        total = (table > 0) @ total
    return total


def _about_mixed(layers):
    pairs = mixed_by(layers).shape
    return (
        f"The answer is one number. This stack has {pairs[0]} output and {pairs[1]} input channels, so it is at most "
        f"{pairs[0] * pairs[1]}: a pair counts once, whatever the number of pixels."
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
    ]
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
    misconceptions=[
        Misconception(
            "M30",
            "stacked layers were taken to mix everything in the end",
            _stack_mixes,
            "Two layers with the same groups: does any channel ever leave its group?",
        ),
        Misconception(
            "M31",
            "one shuffle was taken to mix everything",
            _shuffle_mixes,
            "After a shuffle, a group holds channels of at most as many groups as it has places. Are there enough places?",
        ),
        Misconception(
            "M34",
            "every output was taken to depend on every input",
            _all_pairs,
            "Look at the simplest case: one depthwise layer.",
        ),
        Misconception(
            "S264",
            "the shuffles were left out",
            _shuffles_ignored,
            "A shuffle learns nothing, but it decides who meets whom in the next layer.",
        ),
        Misconception(
            "S265",
            "only the last layer was looked at",
            lambda layers: int(_tables(layers)[-1].sum()),
            "The derivative is that of the whole stack, with respect to what goes into its first layer.",
        ),
        Misconception(
            "S266",
            "only the first layer was looked at",
            lambda layers: int(_tables(layers)[0].sum()),
            "The outputs are those of the last layer.",
        ),
        Misconception(
            "S267",
            "the pairs of all layers were added up",
            lambda layers: int(sum(table.sum() for table in _tables(layers))),
            "A pair is an output of the whole stack and an input of the whole stack.",
        ),
        Misconception(
            "S267",
            "the pairs of all layers were added up",
            lambda layers: sum(c.out_channels * c.in_channels // c.groups for c in _convolutions(layers)),
            "A pair is an output of the whole stack and an input of the whole stack.",
        ),
        Misconception(
            "S268",
            "the ways from input to output were counted",
            _paths,
            "Two ways between the same output and the same input are one pair.",
        ),
        Misconception(
            "S276",
            "the gradients of the outputs before were still in it",
            lambda layers: int(np.logical_or.accumulate(mixed_by(layers)).sum()),
            "backward() adds to what is in x.grad already. Empty it before each output.",
        ),
        Misconception(
            "S277",
            "only output 0 was asked",
            lambda layers: int(mixed_by(layers)[0].sum()),
            "Each output channel has a gradient of its own.",
        ),
        Misconception(
            "S278",
            "the gradients of all outputs were added up",
            lambda layers: int(mixed_by(layers).any(axis=0).sum()),
            "A sum does not tell which of the outputs an input reaches. Ask them one by one, and count each time.",
        ),
    ],
    known=_about_mixed,
    hints=[
        "Make an image of layers[0].in_channels channels, as a tensor that requires a gradient. Then y = layers(x).",
        "For each output channel: the gradient of y[o].sum() with respect to x. Which channels of it are not all zero?",
        "Count channels, not pixels. With an image of one pixel there is no difference.",
    ],
)
