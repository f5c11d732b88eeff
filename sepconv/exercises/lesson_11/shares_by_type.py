"""What percentage of the MACs, and of the weights, has each type of layer?"""

from functools import cache

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


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


KINDS = ("pointwise", "depthwise", "full", "fc")


def _is_pointwise(conv):
    return conv.weight.shape[-2:] == (1, 1)


def _is_depthwise(conv):
    return conv.weight.shape[1] == 1


def totals(model, size, pointwise=_is_pointwise, depthwise=_is_depthwise):
    """Return MACs and weights by type, as {kind: [MACs, weights]}, found with hooks."""
    import torch
    from torch import nn

    found, handles = {kind: [0, 0] for kind in KINDS}, []

    def note(layer, _inputs, y):
        if isinstance(layer, nn.Linear):
            kind, pixels = "fc", 1
        else:
            pixels = y.shape[-2] * y.shape[-1]
            kind = "pointwise" if pointwise(layer) else "depthwise" if depthwise(layer) else "full"
        found[kind][0] += pixels * layer.weight.numel()
        found[kind][1] += layer.weight.numel()

    for part in model.modules():
        if isinstance(part, nn.Conv2d | nn.Linear):
            handles.append(part.register_forward_hook(note))
    training = model.training
    with torch.no_grad():
        model.eval()(torch.zeros(1, 3, size, size))
    model.train(training)
    for handle in handles:
        handle.remove()
    return found


def _percentages(found, whole=None):
    whole = whole or [sum(pair[i] for pair in found.values()) for i in (0, 1)]
    return {kind: tuple(100 * part / all_ for part, all_ in zip(pair, whole)) for kind, pair in found.items()}


def by_hooks(model, size):
    return _percentages(totals(model, size))


def _telling(**tests):
    """Tell the types apart by another test."""
    return lambda model, size: _percentages(totals(model, size, **tests))


def _all_parameters(model, size):
    found = totals(model, size)
    macs = sum(pair[0] for pair in found.values())
    return _percentages(found, [macs, sum(p.numel() for p in model.parameters())])


def _convolutions_only(model, size):
    found = totals(model, size)
    whole = [sum(found[kind][i] for kind in KINDS[:3]) for i in (0, 1)]
    return _percentages(found, whole)


def _moved(*moves):
    """Give the counts of one type to another."""

    def wrong(model, size):
        found = totals(model, size)
        for source, target in moves:
            found[target] = [a + b for a, b in zip(found[target], found[source])]
            found[source] = [0, 0]
        return _percentages(found)

    return wrong


def _fractions(model, size):
    return {kind: tuple(share / 100 for share in pair) for kind, pair in by_hooks(model, size).items()}


def _rounded(model, size):
    return {kind: tuple(round(share, 2) for share in pair) for kind, pair in by_hooks(model, size).items()}


def _exchanged(model, size):
    return {kind: pair[::-1] for kind, pair in by_hooks(model, size).items()}


def _work_from_weights(model, size):
    found = {kind: [size * size * pair[1], pair[1]] for kind, pair in totals(model, size).items()}
    return _percentages(found)


def _by_number_of_layers(model, size):
    from torch import nn

    layers = [part for part in model.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    found = {kind: [0, 0] for kind in KINDS}
    for layer in layers:
        kind = "fc" if isinstance(layer, nn.Linear) else "full"
        if kind == "full" and layer.kernel_size == (1, 1):
            kind = "pointwise"
        elif kind == "full" and layer.groups > 1:
            kind = "depthwise"
        found[kind] = [found[kind][0] + 1, found[kind][1] + 1]
    return _percentages(found)


def _only_types_that_occur(model, size):
    return {kind: pair for kind, pair in by_hooks(model, size).items() if pair[1]}


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
    misconceptions=[
        Misconception(
            "M10",
            "the weights were divided by all the parameters",
            _all_parameters,
            "Table 2 leaves out what batch normalization learns, and the biases: its column adds up to 100 without "
            "them.",
        ),
        Misconception(
            "M20",
            "the pointwise convolutions were counted among the depthwise ones",
            _moved(("pointwise", "depthwise")),
            "A separable block has two convolutions. What kernel has each?",
        ),
        Misconception(
            "S1115",
            "every convolution with a larger kernel was taken for depthwise",
            _moved(("full", "depthwise")),
            "The first layer of the network has a 3×3 kernel, too. How many channels does one of its filters read?",
        ),
        Misconception(
            "S1116",
            "the depthwise convolutions were counted as full ones",
            _moved(("depthwise", "full")),
            "How many channels does one filter of each 3×3 convolution read? `groups` tells.",
        ),
        Misconception(
            "M23",
            "as many groups as output channels were taken for depthwise",
            _telling(depthwise=lambda conv: conv.groups == conv.out_channels),
            "Take nn.Conv2d(8, 4, 3, groups=4) and nn.Conv2d(4, 8, 3, groups=4). How many channels does one filter "
            "of each read?",
        ),
        Misconception(
            "S1139",
            "every convolution with groups was taken for depthwise",
            _telling(depthwise=lambda conv: conv.groups > 1),
            "With 8 channels in 4 groups, how many channels does one filter read?",
        ),
        Misconception(
            "S1140",
            "the height of a kernel was taken for both of its sides",
            _telling(pointwise=lambda conv: conv.kernel_size[0] == 1),
            "`kernel_size` holds two numbers. A kernel of 1×3 looks at its neighbors on the left and the right.",
        ),
        Misconception(
            "S1141",
            "the single channel was asked for before the 1×1 kernel",
            _telling(pointwise=lambda conv: _is_pointwise(conv) and not _is_depthwise(conv)),
            "A kernel of 1×1 may have as many groups as channels. The task says which type has the first claim.",
        ),
        Misconception(
            "S1117",
            "the whole was taken to be the convolutions alone",
            _convolutions_only,
            "Add up what you return for all four types. Is it 100?",
        ),
        Misconception(
            "S1118",
            "fractions were returned in the place of percentages",
            _fractions,
            "Table 2 prints numbers up to 100.",
        ),
        Misconception(
            "S1135",
            "the percentages were rounded",
            _rounded,
            "Table 2 rounds so that people can read it. A function leaves that to whoever prints its result.",
        ),
        Misconception(
            "S1111",
            "the two numbers were exchanged",
            _exchanged,
            "The task says which of the two comes first.",
        ),
        Misconception(
            "M08",
            "the MACs were taken to be the weights times the pixels of the image",
            _work_from_weights,
            "A weight is used once for each pixel that its own layer writes, and the maps get smaller on the way.",
        ),
        Misconception(
            "S1119",
            "the layers were counted",
            _by_number_of_layers,
            "A layer may hold few weights or many. Each row of count() says how many, and what it costs.",
        ),
        Misconception(
            "S1120",
            "the types that do not occur were left out",
            _only_types_that_occur,
            "The result has all four keys, whatever the model holds.",
        ),
    ],
    hints=[
        "Ask in this order: is it a Linear? Is the kernel 1×1? Does each filter read one channel? Otherwise it is "
        "full.",
        "Add `row.macs` and `row.weights` to the sums of that type. The wholes are `counted.macs` and "
        "`counted.weights`.",
    ],
)
