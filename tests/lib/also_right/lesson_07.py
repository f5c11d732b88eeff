"""Right answers of lesson 7 that no search tries."""

import numpy as np

from sepconv.exercises.explorer_answers import as_printed


def _by_groups_of_torch(x, w):
    import torch

    x, w = torch.tensor(np.array(x)), torch.tensor(np.array(w))
    return torch.nn.functional.conv2d(x[None], w, groups=len(x))[0]


def _by_backward(layers):
    import torch

    x = torch.rand(1, layers[0].in_channels, 6, 5, requires_grad=True)
    pairs = set()
    for o in range(layers(x).shape[1]):
        x.grad = None
        layers(x)[0, o].sum().backward()
        pairs |= {(o, i) for i in range(x.shape[1]) if x.grad[0, i].abs().max() > 0}
    return len(pairs)


def _by_difference(layers):
    import torch

    with torch.no_grad():
        x = torch.zeros(1, layers[0].in_channels, 5, 7)
        before, count = layers(x), 0
        for i in range(x.shape[1]):
            moved = x.clone()
            moved[:, i] += 1
            count += (layers(moved) != before).any(dim=3).any(dim=2).sum()
    return count


RIGHT = {
    "depthwise_conv": [_by_groups_of_torch],
    "mixed_channels": [_by_backward, _by_difference],
    "parsons_depthwise": ["CJAGEHDF"],
    "depthwise_of_54_weights": [
        as_printed(2, 6, groups=2),
        as_printed(3, 6, groups=3, input_size=4, padding=1),
        as_printed(2, 6, groups=2, input_size=8, stride=2, padding=1),
        as_printed(3, 6, groups=3, input_size=8, dilation=2),
    ],
}
