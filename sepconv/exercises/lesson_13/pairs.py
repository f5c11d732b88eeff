"""One convolution and the pair that takes its place."""

from math import prod


def saving(layer):
    """Count the weights that a pair saves in the place of a layer; 0 where the layer shall stay."""
    from torch import nn

    if not isinstance(layer, nn.Conv2d) or layer.groups > 1 or layer.in_channels == 1:
        return 0
    taps, c_in, c_out = prod(layer.kernel_size), layer.in_channels, layer.out_channels
    return max(0, taps * c_in * c_out - (taps * c_in + c_in * c_out))


def separable_pair(conv):
    """Make the pair that comes nearest to a convolution: one term of its singular value decomposition (lesson 9)."""
    import torch
    from torch import nn

    from sepconv import separable_terms

    sizes = conv.in_channels, conv.in_channels, conv.kernel_size, conv.stride, conv.padding, conv.dilation
    depthwise = nn.Conv2d(*sizes, groups=conv.in_channels, bias=False)
    pointwise = nn.Conv2d(conv.in_channels, conv.out_channels, 1, bias=conv.bias is not None)
    weights = separable_terms(conv.weight.detach().numpy(), rank=1)
    with torch.no_grad():
        for layer, weight in zip((depthwise, pointwise), weights, strict=True):
            layer.weight.copy_(torch.from_numpy(weight))
        if conv.bias is not None:
            pointwise.bias.copy_(conv.bias)
    return nn.Sequential(depthwise, pointwise)


def parameters_of(model):
    """Count the parameters of a model."""
    return sum(parameter.numel() for parameter in model.parameters())


def convert_all(model):
    """Put a pair in the place of every convolution where that saves something; return the model."""
    for name, layer in list(model.named_modules()):
        if saving(layer):
            model.set_submodule(name, separable_pair(layer))
    return model


def sizes_of(conv):
    """Describe a convolution."""
    kernel = "×".join(map(str, conv.kernel_size))
    words = [f"{kernel}, {conv.in_channels}→{conv.out_channels}"]
    for name, usual in (
        ("stride", 1),
        ("padding", 0),
        ("dilation", 1),
        ("groups", 1),
        ("padding_mode", "zeros"),
    ):
        value = getattr(conv, name)
        value = value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
        words += [f"{name} {value}"] * (value != usual)
    return ", ".join(words + ["bias"] * (conv.bias is not None))
