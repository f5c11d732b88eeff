"""Right answers of lesson 4 that no search tries."""


def _conv_by_running(conv, h, w):
    import torch

    y = conv(torch.zeros(1, conv.in_channels, h, w))
    kH, kW = conv.kernel_size
    return {
        "weights": conv.out_channels * conv.in_channels * kH * kW,
        "biases": len(conv.bias) if conv.bias is not None else 0,
        "macs": y.numel() * conv.weight[0].numel(),
    }


def _conv_by_cost(conv, h, w):
    from sepconv.measuring.counting import conv2d_cost

    cost = conv2d_cost(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        (h, w),
        stride=conv.stride,
        padding=conv.padding,
        dilation=conv.dilation,
        bias=conv.bias is not None,
    )
    return {"weights": cost.weights, "biases": cost.biases, "macs": cost.macs}


def _params_by_asking(c_in, c_out, k, bias=True):
    from torch import nn

    return sum(p.numel() for p in nn.Conv2d(c_in, c_out, k, bias=bias, device="meta").parameters())


def _macs_by_cost(c_in, c_out, k, h, w, stride=1, padding=0):
    from sepconv.measuring.counting import conv2d_cost

    return conv2d_cost(c_in, c_out, k, (h, w), stride=stride, padding=padding).macs


def _by_flop_counter(model, x):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        model(x)
    return counter.get_total_flops() // 2


def _by_count(model, x):
    from sepconv.measuring.counting import count

    return count(model, tuple(x.shape)).macs


def _by_positions(model, x):
    from torch import nn

    macs = []

    def add_up(module, inputs, y):
        channel_axis = 1 if isinstance(module, nn.Conv2d) else -1
        macs.append(module.weight.numel() * y.numel() // y.shape[channel_axis])

    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(add_up)
    model(x)
    return sum(macs)


RIGHT = {
    "count_conv": [_conv_by_running, _conv_by_cost],
    "conv_params": [_params_by_asking],
    "conv_macs": [_macs_by_cost],
    "parsons_counting": ["IFJGBEC", "IFJGEBC", "IFGJBEC"],
    "fix_the_counter": [_by_flop_counter, _by_count, _by_positions],
}
