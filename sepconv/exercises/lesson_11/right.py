"""Right answers of lesson 11 that are written differently from the model answers."""

_BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


def _as_class(alpha=1.0, classes=1000):
    """The same network as a module with a forward of its own, its ReLUs and its mean written as methods of tensors."""
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            c_in = int(32 * alpha)
            self.fc = nn.Linear(int(1024 * alpha), classes)
            self.convs = nn.ModuleList([nn.Conv2d(3, c_in, 3, 2, 1, bias=False)])
            for channels, stride in _BLOCKS:
                c_out = int(channels * alpha)
                self.convs.append(nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False))
                self.convs.append(nn.Conv2d(c_in, c_out, 1, bias=False))
                c_in = c_out
            self.norms = nn.ModuleList([nn.BatchNorm2d(conv.out_channels) for conv in self.convs])

        def forward(self, x):
            for conv, norm in zip(self.convs, self.norms, strict=True):
                x = norm(conv(x)).relu()
            return self.fc(x.mean(dim=(2, 3)))

    return Net()


def _with_plain_layers(alpha=1.0, classes=1000):
    """The same network as TensorFlow writes it: ReLU6, another eps, a 1×1 convolution for a classifier."""
    from torch import nn

    def layer(c_in, c_out, k, stride, groups):
        conv = nn.Conv2d(c_in, c_out, (k, k), (stride, stride), k // 2, groups=groups, bias=False)
        return [conv, nn.BatchNorm2d(c_out, eps=1e-3), nn.ReLU6(inplace=True)]

    widths = [int(alpha * channels) for channels in (32, *(channels for channels, _ in _BLOCKS))]
    layers = layer(3, widths[0], 3, 2, 1)
    for c_in, c_out, (_, stride) in zip(widths, widths[1:], _BLOCKS):
        layers += layer(c_in, c_in, 3, stride, c_in) + layer(c_in, c_out, 1, 1, 1)
    layers += [nn.AdaptiveAvgPool2d((1, 1)), nn.Conv2d(widths[-1], classes, 1), nn.Flatten()]
    return nn.Sequential(*layers)


def _by_cost(h, w, c_in, c_out, expansion, k, stride):
    from sepconv.measuring.counting import conv2d_cost

    middle = expansion * c_in
    costs = [] if expansion == 1 else [conv2d_cost(c_in, middle, 1, (h, w))]
    costs.append(conv2d_cost(middle, middle, k, (h, w), stride=stride, padding=k // 2, groups=middle))
    costs.append(conv2d_cost(middle, c_out, 1, costs[-1].output_size))
    return sum(cost.macs for cost in costs)


def _in_one_line(h, w, c_in, c_out, expansion, k, stride):
    t, pixels = expansion * c_in, -(-h // stride) * -(-w // stride)
    return t * (pixels * (k**2 + c_out) + (t > c_in) * h * w * c_in)


def _by_counting(alpha, size):
    import torch

    from sepconv import count
    from sepconv.exercises.lesson_11.mobilenet_v1 import mobilenet_v1

    with torch.device("meta"):
        counted = count(mobilenet_v1(alpha), (1, 3, size, size))
    return counted.parameters, counted.macs


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


RIGHT = {
    "mobilenet_v1": [_with_plain_layers, _as_class],
    "inverted_residual_macs": [_by_cost, _in_one_line],
    "width_and_resolution": [_by_counting, _by_layers],
    "shares_by_type": [_by_hooks, _as_lists],
}
