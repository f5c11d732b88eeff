"""Right answers of lesson 11 that are written differently from the model answers."""

_BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


def _in_one_line(h, w, c_in, c_out, expansion, k, stride):
    t, pixels = expansion * c_in, -(-h // stride) * -(-w // stride)
    return t * (pixels * (k**2 + c_out) + (t > c_in) * h * w * c_in)


def _by_layers(alpha, size):
    """The same from a list of layers: (weights, channels out, pixels out)."""
    c_in, side = int(32 * alpha), -(-size // 2)
    layers = [(27 * c_in, c_in, side**2)]
    for channels, stride in _BLOCKS:
        c_out, side = int(channels * alpha), -(-side // stride)
        layers += [(9 * c_in, c_in, side**2), (c_in * c_out, c_out, side**2)]
        c_in = c_out
    learned = sum(weights + 2 * channels for weights, channels, _ in layers)
    return [learned + 1001 * c_in + 1000 - c_in, sum(w * pixels for w, _, pixels in layers) + 1000 * c_in]


def _by_hooks(model, size):
    """The same without count()."""
    import torch
    from torch import nn

    found = dict.fromkeys(("pointwise", "depthwise", "full", "fc"), (0, 0))

    def note(layer, _inputs, y):
        kind, pixels, weights = "fc", 1, layer.weight.numel()
        if isinstance(layer, nn.Conv2d):
            pixels = y.shape[-2] * y.shape[-1]
            one_channel = "depthwise" if layer.weight.shape[1] == 1 else "full"
            kind = "pointwise" if layer.weight.shape[-2:] == (1, 1) else one_channel
        found[kind] = found[kind][0] + pixels * weights, found[kind][1] + weights

    layers = [part for part in model.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    handles, training = [layer.register_forward_hook(note) for layer in layers], model.training
    with torch.no_grad():
        model.eval()(torch.zeros(1, 3, size, size))
    model.train(training)
    for handle in handles:
        handle.remove()
    whole = [sum(pair) for pair in zip(*found.values())]
    return {kind: tuple(100 * part / all_ for part, all_ in zip(pair, whole)) for kind, pair in found.items()}


def _as_lists(model, size):
    return {kind: list(pair) for kind, pair in _by_hooks(model, size).items()}


def _by_filters(conv, h, w):
    one_filter = conv.in_channels // conv.groups * conv.kernel_size[0] * conv.kernel_size[1]
    macs = conv.out_channels * one_filter
    for size, k, pad, d, s in zip((h, w), conv.kernel_size, conv.padding, conv.dilation, conv.stride):
        macs *= len(range(-pad, size + pad - d * (k - 1), s))
    return macs, 2 * macs


RIGHT = {
    "inverted_residual_macs": [_in_one_line],
    "width_and_resolution": [_by_layers],
    "shares_by_type": [_as_lists],
    "training_macs": [_by_filters],
}
