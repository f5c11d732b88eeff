"""Lesson 11, Table 2: what share of the work, and of the weights, each type of layer has."""

from functools import cache

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


_KINDS = ("pointwise", "depthwise", "full", "fc")


def _totals(model, size):
    """Return MACs and weights by type, as {kind: [MACs, weights]}, found with hooks."""
    import torch
    from torch import nn

    found, handles = {kind: [0, 0] for kind in _KINDS}, []

    def note(layer, _inputs, y):
        if isinstance(layer, nn.Linear):
            kind, pixels = "fc", 1
        else:
            pixels = y.shape[-2] * y.shape[-1]
            kind = "full" if layer.groups == 1 else "depthwise"
            kind = "pointwise" if layer.weight.shape[-2:] == (1, 1) else kind
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


def _by_hooks(model, size):
    return _percentages(_totals(model, size))


def _as_lists(model, size):
    """The same by NumPy, each pair as an array."""
    import numpy as np

    found = _totals(model, size)
    table = np.array([found[kind] for kind in _KINDS], dtype=float)
    return dict(zip(_KINDS, (100 * table / table.sum(axis=0)).tolist(), strict=True))


def _all_parameters(model, size):
    found = _totals(model, size)
    macs = sum(pair[0] for pair in found.values())
    return _percentages(found, [macs, sum(p.numel() for p in model.parameters())])


def _convolutions_only(model, size):
    found = _totals(model, size)
    whole = [sum(found[kind][i] for kind in _KINDS[:3]) for i in (0, 1)]
    return _percentages(found, whole)


def _moved(*moves):
    """Give the counts of one type to another."""

    def wrong(model, size):
        found = _totals(model, size)
        for source, target in moves:
            found[target] = [a + b for a, b in zip(found[target], found[source])]
            found[source] = [0, 0]
        return _percentages(found)

    return wrong


def _fractions(model, size):
    return {kind: tuple(share / 100 for share in pair) for kind, pair in _by_hooks(model, size).items()}


def _rounded(model, size):
    return {kind: tuple(round(share, 2) for share in pair) for kind, pair in _by_hooks(model, size).items()}


def _exchanged(model, size):
    return {kind: pair[::-1] for kind, pair in _by_hooks(model, size).items()}


def _work_from_weights(model, size):
    found = {kind: [size * size * pair[1], pair[1]] for kind, pair in _totals(model, size).items()}
    return _percentages(found)


def _by_number_of_layers(model, size):
    from torch import nn

    layers = [part for part in model.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    found = {kind: [0, 0] for kind in _KINDS}
    for layer in layers:
        kind = "fc" if isinstance(layer, nn.Linear) else "full"
        if kind == "full" and layer.kernel_size == (1, 1):
            kind = "pointwise"
        elif kind == "full" and layer.groups > 1:
            kind = "depthwise"
        found[kind] = [found[kind][0] + 1, found[kind][1] + 1]
    return _percentages(found)


def _only_types_that_occur(model, size):
    return {kind: pair for kind, pair in _by_hooks(model, size).items() if pair[1]}


@cache
def _cases():
    """Small models: one with a 5×5 depthwise kernel, both MobileNets, and the twin without depthwise layers."""
    import torch
    from torch import nn

    from sepconv.nets import mobilenet_v1, mobilenet_v1_standard, mobilenet_v2

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
        models = [own, mobilenet_v1(0.25, 10), mobilenet_v1_standard(0.125, 7), mobilenet_v2(0.25, 10)]
    return list(zip(models, (9, 64, 40, 33)))


EXERCISES = [
    Exercise(
        name="shares_by_type",
        lesson=11,
        points=2,
        kind="function",
        prompt="What percentage of the MACs, and of the weights, has each type of layer?",
        answer=shares_by_type,
        cases=lambda seed: _cases(),
        also_correct=[_by_hooks, _as_lists],
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
    ),
]
