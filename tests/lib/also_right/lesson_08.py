"""Right answers of lesson 8 that no search tries."""

from sepconv.exercises.lesson_08.spread_of_one_cell import pair_with


def _as_sequential(c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    from collections import OrderedDict

    from torch import nn

    middle = c_in * depth_multiplier
    stages = OrderedDict()
    stages["depthwise"] = nn.Conv2d(
        c_in, middle, (k, k), stride=(stride, stride), padding=(k - 1) // 2, groups=c_in, bias=bias
    )
    stages["pointwise"] = nn.Conv2d(middle, c_out, kernel_size=(1, 1), bias=bias)
    return nn.Sequential(stages)


def _pointwise_as_product(c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    """The same stages, but the mixing is written as a product, past the module's own forward."""
    import torch
    from torch import nn

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.pointwise = nn.Conv2d(c_in * depth_multiplier, c_out, 1, bias=bias)
            self.depthwise = nn.Conv2d(
                c_in, c_in * depth_multiplier, k, stride, k // 2, groups=c_in, bias=bias
            )

        def forward(self, x):
            y = torch.einsum("oc,nchw->nohw", self.pointwise.weight[:, :, 0, 0], self.depthwise(x))
            return y if self.pointwise.bias is None else y + self.pointwise.bias[:, None, None]

    return Layer()


def _macs_by_cost(c_in, c_out, k, h, w, stride, on):
    from sepconv.measuring.counting import conv2d_cost

    first, second = (stride, 1) if on == "depthwise" else (1, stride)
    depthwise = conv2d_cost(c_in, c_in, k, (h, w), stride=first, padding=k // 2, groups=c_in)
    pointwise = conv2d_cost(c_in, c_out, 1, depthwise.output_size, stride=second)
    return depthwise.macs + pointwise.macs


RIGHT = {
    "SeparableConv": [_as_sequential, _pointwise_as_product],
    "stride_macs": [_macs_by_cost],
    "spread_of_one_cell": [
        pair_with(2, 0, 5),
        pair_with(1, 1, 1, padding=0),
        pair_with(0, 3, 2, kernel_size=2, padding=0),
        pair_with(0, 1, 1, stride=2),
        pair_with(0, 0, 1, out_channels=8, depth_multiplier=2, padding=0),
    ],
}
