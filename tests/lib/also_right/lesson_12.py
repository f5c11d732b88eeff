"""Right answers of lesson 12 that no search tries."""

import numpy as np

from sepconv.exercises.lesson_12.fit_the_budget import parameters_at


def _best_of_all(budget):
    """Try the widths near the proportions of the twins and return an array of those that come nearest."""
    top = int(budget**0.5)
    candidates = [
        (parameters_at(a, b, c), [a, b, c])
        for a in range(max(1, top // 14), top // 9 + 2)
        for b in range(2 * a - 1, 2 * a + 3)
        for c in range(2 * b - 3, 2 * b + 3)
    ]
    return np.array(max(candidate for candidate in candidates if candidate[0] <= budget)[1])


def _scaled_and_trimmed(budget):
    """Scale with the square root, then take channels away from the last layer."""
    scale = (budget / 90) ** 0.5
    a, b, c = round(scale) or 1, round(2 * scale), round(4 * scale) + 2
    while parameters_at(a, b, c) > budget:
        c -= 1
    return a, b, c


def _by_hand(train, seeds):
    """The same with loops, and with PyTorch's own seed."""
    import torch

    from sepconv import small_separable, small_standard

    accuracies = {"separable": [], "standard": [], "narrow": []}
    for seed in seeds:
        for name in accuracies:
            torch.manual_seed(seed)
            if name == "separable":
                model = small_separable()
            else:
                model = small_standard((32, 64, 128) if name == "standard" else [11, 25, 45])
            accuracies[name].append(train(model, seed))
    return accuracies


def _seeds_first(train, seeds):
    """Train all nets of a seed, then sort by net."""
    import functools

    from sepconv import small_separable, small_standard
    from sepconv.measuring.training import build_with_seed

    narrow = functools.partial(small_standard, widths=(11, 25, 45))
    rows = [
        [train(build_with_seed(build, seed), seed) for build in (small_standard, small_separable, narrow)]
        for seed in seeds
    ]
    return dict(zip(("standard", "separable", "narrow"), map(list, zip(*rows, strict=True)), strict=True))


def _by_sets(model, decay):
    """First all that decay, then whatever is left."""
    import torch

    def decays(layer):
        if isinstance(layer, torch.nn.Linear):
            return True
        return isinstance(layer, torch.nn.Conv2d) and (layer.groups == 1 or layer.groups < layer.in_channels)

    chosen = {id(layer.weight) for layer in model.modules() if decays(layer)}
    with_decay = (p for p in model.parameters() if id(p) in chosen)
    without = filter(lambda p: id(p) not in chosen, model.parameters())
    return [{"params": with_decay, "weight_decay": decay}, {"params": without, "weight_decay": 0}]


def _by_asking(weight, bn):
    """Ask the normalization itself: what it makes of 0 is the bias, what it adds for 1 is the factor."""
    import torch

    bn.eval()
    with torch.no_grad():
        zeros = torch.zeros(1, len(weight), 1, 1, dtype=weight.dtype)
        at_zero, at_one = bn(zeros).flatten(), bn(zeros + 1).flatten()
        filters = [w * factor for w, factor in zip(weight, at_one - at_zero, strict=True)]
        return torch.stack(filters), at_zero


def _through_another_axis(conv):
    """The fan-in that PyTorch sees in a weight with its first two axes exchanged is the fan-out of a group."""
    import torch
    from torch import nn

    per_group = conv.weight.reshape(conv.groups, -1, *conv.kernel_size)[0]
    fan, _ = nn.init._calculate_fan_in_and_fan_out(per_group[None])
    with torch.no_grad():
        conv.weight.copy_(torch.randn_like(conv.weight) * (2.0 / fan) ** 0.5)
        if conv.bias is not None:
            conv.bias.mul_(0)
    return conv


def _channel_by_channel(conv):
    """Each channel's filters as a small convolution of their own: there PyTorch's formula holds."""
    from torch import nn

    for filters in conv.weight.data.chunk(conv.groups):
        nn.init.kaiming_normal_(filters, mode="fan_out", nonlinearity="relu")
    if conv.bias is not None:
        conv.bias.data.zero_()
    return conv


def _by_torch_rounding(w, per_channel):
    import torch

    w = torch.tensor(w).double()
    rows = w.flatten(1) if per_channel else w.reshape(1, -1)
    step = rows.abs().amax(1, keepdim=True) / 127
    return ((rows / step).round() * step - rows).abs().mean().item()


RIGHT = {
    "quantized_error": [_by_torch_rounding],
    "fit_the_budget": [_best_of_all, _scaled_and_trimmed],
    "compare_twins": [_by_hand, _seeds_first],
    "weight_decay_groups": [_by_sets],
    "fold_batchnorm": [_by_asking],
    "init_depthwise_": [_through_another_axis, _channel_by_channel],
    "parsons_training": ["HEKCGABJ"],
}
