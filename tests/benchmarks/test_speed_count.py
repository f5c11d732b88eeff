"""How long ``count`` takes beside a plain forward pass of the same model; a group is a model.

The target is twice the forward pass or less. On the "meta" device nothing is computed: what remains is the time
that PyTorch takes to call its operations.
"""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from sepconv.convolution.nets import mobilenet_v1, mobilenet_v2
from sepconv.measuring.counting import count

MODELS = {
    # name: (model, input shape)
    "one convolution": (lambda: nn.Conv2d(3, 4, 3), (1, 3, 8, 8)),
    "mobilenet_v1 at 224": (mobilenet_v1, (1, 3, 224, 224)),
    "mobilenet_v2 at 224": (mobilenet_v2, (1, 3, 224, 224)),
}


@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("way", ["forward", "FlopCounterMode", "count"])
@pytest.mark.parametrize("name", MODELS)
def test_speed(benchmark, name, way, device):
    benchmark.group = f"{name}, {device}"
    build, shape = MODELS[name]
    model, x = build().to(device).eval(), torch.zeros(shape, device=device)

    def forward():
        with torch.no_grad():
            model(x)

    def with_pytorchs_counter():
        with torch.no_grad(), FlopCounterMode(display=False):
            model(x)

    ways = {
        "forward": forward,
        "FlopCounterMode": with_pytorchs_counter,
        "count": lambda: count(model, shape),
    }
    benchmark(ways[way])
