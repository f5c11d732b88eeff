"""What percentage of the MACs, and of the weights, has each type of layer?"""

from functools import cache

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def shares_by_type(model, size):
    """Return, for each type of layer, its percentage of the MACs and of the weights."""
    from torch import nn

    from sepconv import count

    counted = count(model, (1, 3, size, size))
    layers = dict(model.named_modules())
    macs = {"pointwise": 0, "depthwise": 0, "full": 0, "fc": 0}
    weights = dict(macs)
    for row in counted.rows:
        layer = layers[row.name]
        if isinstance(layer, nn.Linear):
            kind = "fc"
        elif not isinstance(layer, nn.Conv2d):
            continue
        elif max(layer.kernel_size) == 1:
            kind = "pointwise"
        elif layer.groups == layer.in_channels:
            kind = "depthwise"
        else:
            kind = "full"
        macs[kind] += row.macs
        weights[kind] += row.weights
    return {kind: (100 * macs[kind] / counted.macs, 100 * weights[kind] / counted.weights) for kind in macs}


@cache
def _cases():
    """Small models: one with a 5×5 depthwise kernel, one of borderline cases, the MobileNets, the twin without pairs."""
    import torch
    from torch import nn

    from sepconv.convolution.nets import mobilenet_v1, mobilenet_v1_standard, mobilenet_v2

    with torch.random.fork_rng(devices=[]):
        own = nn.Sequential(
            nn.BatchNorm2d(3),
            nn.Conv2d(3, 8, 3, stride=2, padding=1),
            nn.Conv2d(8, 8, 5, padding=2, groups=8),
            nn.Conv2d(8, 12, 1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(0),  # for a single image
            nn.Linear(12, 5),
        )
        borderline = nn.Sequential(
            nn.Conv2d(3, 8, (1, 3), padding=(0, 1)),
            nn.Conv2d(8, 12, 3, padding=1, groups=4),  # three filters for each group of two channels
            nn.Conv2d(12, 8, (1, 1), groups=2),
            nn.Conv2d(8, 16, 3, stride=2, padding=1, groups=8),  # depthwise with two filters for each channel
            nn.Conv2d(16, 16, 1, groups=16),
            nn.Conv2d(16, 8, (3, 1), padding=(1, 0), groups=2),
            nn.Conv2d(8, 4, 3, groups=4),  # as many groups as output channels, but each filter reads two
        )
        models = [
            own,
            borderline,
            mobilenet_v1(0.25, 10),
            mobilenet_v1_standard(0.125, 7),
            mobilenet_v2(0.25, 10),
        ]
    return list(zip(models, (9, 11, 64, 40, 33)))


def _drawn_case(stem, kernel, multiplier, channels, classes, size):
    """A small net with a layer of each type, and the size of its image."""
    import torch
    from torch import nn

    middle = stem * multiplier
    with torch.random.fork_rng(devices=[]):
        return nn.Sequential(
            nn.Conv2d(3, stem, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(stem),
            nn.Conv2d(stem, middle, kernel, padding=kernel // 2, groups=stem),
            nn.Conv2d(middle, channels, 1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(channels, classes),
        ), size


EXERCISE = Exercise(
    points=2,
    answer=shares_by_type,
    cases=lambda seed: _cases(),
    fresh=drawn(
        count=2,
        case=_drawn_case,
        stem=range(4, 10),
        kernel=(3, 5),
        multiplier=(1, 2),
        channels=range(6, 15),
        classes=range(3, 12),
        size=range(7, 20),
    ),
    misconceptions="""
        M10 the weights were divided by all the parameters
        counted.weights => counted.parameters
        Table 2 leaves out what batch normalization learns, and the biases: its column adds up to 100 without them.

        M20 the pointwise convolutions were counted among the depthwise ones
        kind = "pointwise" => kind = "depthwise"
        A separable block has two convolutions. What kernel has each?

        S1115 every convolution with a larger kernel was taken for depthwise
        kind = "full" => kind = "depthwise"
        The first layer of the network has a 3×3 kernel, too. How many channels does one of its filters read?

        S1116 the depthwise convolutions were counted as full ones
        kind = "depthwise" => kind = "full"
        How many channels does one filter of each 3×3 convolution read? `groups` tells.

        M23 as many groups as output channels were taken for depthwise
        layer.in_channels => layer.out_channels
        Take nn.Conv2d(8, 4, 3, groups=4) and nn.Conv2d(4, 8, 3, groups=4). How many channels does one filter of each read?

        S1139 every convolution with groups was taken for depthwise
        layer.groups == layer.in_channels => layer.groups > 1
        With 8 channels in 4 groups, how many channels does one filter read?

        S1140 the height of a kernel was taken for both of its sides
        max(layer.kernel_size) == 1 => layer.kernel_size[0] == 1
        `kernel_size` holds two numbers. A kernel of 1×3 looks at its neighbors on the left and the right.

        S1141 the single channel was asked for before the 1×1 kernel
        max(layer.kernel_size) == 1 => max(layer.kernel_size) == 1 and layer.groups < layer.in_channels
        A kernel of 1×1 may have as many groups as channels. The task says which type has the first claim.

        S1117 the whole was taken to be the convolutions alone
        counted.macs => (counted.macs - macs["fc"])
        counted.weights => (counted.weights - weights["fc"])
        Add up what you return for all four types. Is it 100?

        S1118 fractions were returned in the place of percentages
        100 * macs => macs
        100 * weights => weights
        Table 2 prints numbers up to 100.

        S1135 the percentages were rounded
        100 * macs[kind] / counted.macs => round(100 * macs[kind] / counted.macs, 2)
        100 * weights[kind] / counted.weights => round(100 * weights[kind] / counted.weights, 2)
        Table 2 rounds so that people can read it. A function leaves that to whoever prints its result.

        S1111 the two numbers were exchanged
        100 * macs[kind] / counted.macs, 100 * weights[kind] / counted.weights => 100 * weights[kind] / counted.weights, 100 * macs[kind] / counted.macs
        The task says which of the two comes first.

        M08 the MACs were taken to be the weights times the pixels of the image
        row.macs => size * size * row.weights
        counted.macs => sum(macs.values())
        A weight is used once for each pixel that its own layer writes, and the maps get smaller on the way.

        S1119 the layers were counted
        layer.groups == layer.in_channels => layer.groups > 1
        row.macs => 1
        row.weights => 1
        counted.macs => sum(macs.values())
        counted.weights => sum(weights.values())
        A layer may hold few weights or many. Each row of count() says how many, and what it costs.

        S1120 the types that do not occur were left out
        for kind in macs => for kind in macs if weights[kind]
        The result has all four keys, whatever the model holds.
    """,
    hints=[
        "Ask in this order: is it a Linear? Is the kernel 1×1? Does each filter read one channel? Otherwise it is "
        "full.",
        "Add `row.macs` and `row.weights` to the sums of that type. The wholes are `counted.macs` and "
        "`counted.weights`.",
    ],
)
