"""Right answers of lesson 10 that no search tries."""

import numpy as np


def _written_as_seen(layers, h, w):
    import torch

    x, seen = torch.zeros(layers[0].in_channels, h, w, device="meta"), []
    for layer in layers:
        x = layer.to("meta")(x)
        seen.append(np.prod(x.shape))
    return sum(seen)


def _intensity_of_a_layer(c_in, c_out, k, h, w, groups=1):
    import torch

    layer = torch.nn.Conv2d(c_in, c_out, k, padding=k // 2, groups=groups, bias=False, device="meta")
    x = torch.zeros(c_in, h, w, device="meta")
    y = layer(x)
    return layer.weight[0].numel() * y.numel() / sum(t.numel() for t in (x, layer.weight, y))


RIGHT = {
    "activation_memory": [_written_as_seen],
    "arithmetic_intensity": [_intensity_of_a_layer],
    "parsons_timer": ["KFBELHAID"],
}
