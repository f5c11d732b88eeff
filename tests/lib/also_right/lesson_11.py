"""Right answers of lesson 11 that no search tries."""

from sepconv.exercises.lesson_11.right import _BLOCKS, _by_hooks


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


def _by_counting(alpha, size):
    import torch

    from sepconv import count
    from sepconv.exercises.lesson_11.mobilenet_v1 import mobilenet_v1

    with torch.device("meta"):
        counted = count(mobilenet_v1(alpha), (1, 3, size, size))
    return counted.parameters, counted.macs


def _by_watching(conv, h, w):
    """The course's own counter: behind another layer, since a layer at the image takes no gradient of its input."""
    from torch import nn

    from sepconv import count

    net = nn.Sequential(nn.Conv2d(conv.in_channels, conv.in_channels, 1), conv)
    row = count(net, (1, conv.in_channels, h, w), backward=True).rows[-1]
    return row.macs, row.backward_macs


def _by_output(conv, h, w):
    import torch

    y = conv(torch.zeros(1, conv.in_channels, h, w))
    macs = y.numel() * conv.weight[0].numel()
    return macs, macs + macs


RIGHT = {
    "mobilenet_v1": [_with_plain_layers, _as_class],
    "inverted_residual_macs": [_by_cost],
    "width_and_resolution": [_by_counting],
    "shares_by_type": [_by_hooks],
    "training_macs": [_by_watching, _by_output],
}
