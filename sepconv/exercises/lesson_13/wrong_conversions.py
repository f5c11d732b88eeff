"""Conversions that go wrong, each in one place."""

from copy import deepcopy
from math import gcd, prod

from sepconv.exercises.lesson_13.pairs import parameters_of, saving, separable_pair


def make_pair(conv, *, stride_on=0, depthwise=None, pointwise=None, between=(), stages=(0, 1)):
    """Make a pair with something changed: options of a stage, or what stands between the two."""
    from torch import nn

    c_in = conv.in_channels
    first = {"padding": conv.padding, "dilation": conv.dilation, "groups": c_in, "bias": False} | (
        depthwise or {}
    )
    second = {"bias": conv.bias is not None} | (pointwise or {})
    [first, second][stride_on].setdefault("stride", conv.stride)
    pair = nn.Conv2d(c_in, c_in, conv.kernel_size, **first), nn.Conv2d(c_in, conv.out_channels, 1, **second)
    chosen = [pair[stage] for stage in stages]
    return nn.Sequential(chosen[0], *(layer(c_in) for layer in between), *chosen[1:])


def grouped(conv):
    """Put one grouped convolution in the place of a convolution."""
    from torch import nn

    groups = gcd(conv.in_channels, conv.out_channels)
    rest = conv.kernel_size, conv.stride, conv.padding, conv.dilation, groups, conv.bias is not None
    return nn.Conv2d(conv.in_channels, conv.out_channels, *rest)


def pointwise_first(conv):
    """Make the pair in the other order."""
    from torch import nn

    c_out = conv.out_channels
    rest = conv.kernel_size, conv.stride, conv.padding, conv.dilation
    pointwise = nn.Conv2d(conv.in_channels, c_out, 1, bias=conv.bias is not None)
    return nn.Sequential(pointwise, nn.Conv2d(c_out, c_out, *rest, groups=c_out, bias=False))


def norm_and_relu(c_in):
    """Make what MobileNet puts between the two."""
    from torch import nn

    return nn.Sequential(nn.BatchNorm2d(c_in), nn.ReLU())


def relu(c_in):
    """Make an activation."""
    from torch import nn

    return nn.ReLU()


def relu_after(conv):
    """Make a pair with an activation behind it."""
    from torch import nn

    return nn.Sequential(separable_pair(conv), nn.ReLU())


def frozen(conv):
    """Make a pair that no training changes."""
    return separable_pair(conv).requires_grad_(False)


def all_zero(conv):
    """Make a pair of zeros."""
    import torch

    pair = separable_pair(conv)
    for stage in pair:
        torch.nn.init.zeros_(stage.weight)
    return pair


def every_saving(layer, *, one_channel=False, groups=False):
    """Count what a pair saves, also for layers that shall stay."""
    from torch import nn

    if not isinstance(layer, nn.Conv2d) or (layer.in_channels == 1 and not one_channel):
        return 0
    if layer.groups > 1 and not groups:
        return 0
    c_in, c_out, taps = layer.in_channels, layer.out_channels, prod(layer.kernel_size)
    return max(0, layer.weight.numel() - (taps * c_in + c_in * c_out))


def wrong_conversion(
    pair=separable_pair,
    saves=saving,
    by=None,
    order=None,
    enough=None,
    refuse=True,
    copy=deepcopy,
    put=None,
    finish=None,
):
    """Build a wrong to_separable; each argument changes one thing of the right one."""
    by = by or saves
    order = order or (lambda saved: -saved)
    enough = enough or (lambda count, budget: count <= budget)
    put = put or (lambda new, name, layer: new.set_submodule(name, layer))
    finish = finish or (lambda new, _: new)

    def convert(model, budget):
        new = copy(model)
        layers = dict(model.named_modules())
        for name in sorted(filter(None, layers), key=lambda name: order(by(layers[name]))):
            if enough(parameters_of(new), budget):
                return finish(new, model)
            if saves(layers[name]):
                put(new, name, pair(layers[name]))
        if refuse and not enough(parameters_of(new), budget):
            raise ValueError
        return finish(new, model)

    return convert


def share_layers(new, model):
    """Put the given model's own layers back wherever they were not converted."""
    for name, layer in model.named_modules():
        if name and not list(layer.children()) and type(new.get_submodule(name)) is type(layer):
            new.set_submodule(name, layer)
    return new


def start_anew(new, model):
    """Draw the numbers of all layers anew."""
    for layer in new.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    return new
