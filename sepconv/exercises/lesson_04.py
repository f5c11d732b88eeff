"""Lesson 4: counting. Weights, biases, multiply-accumulates, FLOPs and activations, each under its name."""

from functools import cache
from math import prod

from sepconv.exercises.spec import Exercise, Misconception


def conv_params(c_in, c_out, k, bias=True):
    """Count the numbers that a layer learns."""
    weights = c_out * c_in * k * k
    biases = c_out if bias else 0
    return weights + biases


def _params_by_filter(c_in, c_out, k, bias=True):
    one_filter = c_in * k**2 + int(bias)
    return c_out * one_filter


def _params_by_asking(c_in, c_out, k, bias=True):
    from torch import nn

    return sum(p.numel() for p in nn.Conv2d(c_in, c_out, k, bias=bias, device="meta").parameters())


_PARAMS_CASES = [
    (3, 4, 5),
    (3, 4, 5, False),
    (2, 7, 3),
    (8, 5, 1),
    (6, 4, 7, False),
    (1, 6, 2),
    (5, 9, 4, False),
]


def conv_macs(c_in, c_out, k, h, w, stride=1, padding=0):
    """Count the multiply-accumulates for one image of h rows and w columns."""
    # Where is a filter laid down? Once for each output pixel.
    rows = (h + 2 * padding - k) // stride + 1
    columns = (w + 2 * padding - k) // stride + 1
    # What does one filter do at one place? One MAC for each of its weights.
    per_place = c_in * k * k
    # How many filters do that? One for each output channel.
    return c_out * per_place * rows * columns


def _macs_by_places(c_in, c_out, k, h, w, stride=1, padding=0):
    rows, columns = (len(range(-padding, n + padding - k + 1, stride)) for n in (h, w))
    return prod((c_out, c_in, k, k, rows, columns))


def _macs_by_cost(c_in, c_out, k, h, w, stride=1, padding=0):
    from sepconv.counting import conv2d_cost

    return conv2d_cost(c_in, c_out, k, (h, w), stride=stride, padding=padding).macs


def _macs_on(place):
    """Count with `place(size, k, stride, padding)` for the output size along one axis."""

    def wrong(c_in, c_out, k, h, w, stride=1, padding=0):
        rows, columns = (place(n, k, stride, padding) for n in (h, w))
        return c_out * c_in * k * k * rows * columns

    return wrong


def _macs_of(weights):
    """Count with `weights(c_in, c_out, k)` at each output pixel."""

    def wrong(c_in, c_out, k, h, w, stride=1, padding=0):
        return conv_macs(1, 1, 1, h + 2 * padding - k + 1, w + 2 * padding - k + 1, stride) * weights(
            c_in, c_out, k
        )

    return wrong


def _pairs_on_the_image(size, k, stride, padding):
    """Count (window, place in the kernel) along one axis where the place is no padding."""
    starts = range(-padding, size + padding - k + 1, stride)
    return sum(0 <= start + u < size for start in starts for u in range(k))


def _macs_without_padding_zeros(c_in, c_out, k, h, w, stride=1, padding=0):
    rows, columns = (_pairs_on_the_image(n, k, stride, padding) for n in (h, w))
    return c_out * c_in * rows * columns


_MACS_CASES = [
    (2, 3, 2, 3, 5),
    (3, 4, 3, 4, 4, 2, 1),
    (4, 6, 3, 6, 9, 2, 2),
    (2, 5, 3, 6, 11, 2, 2),
    (5, 2, 4, 10, 13, 3, 1),
    (3, 8, 1, 7, 5),
    (1, 6, 5, 9, 12, 1, 2),
    (2, 3, 2, 6, 9, 3),
    (3, 32, 3, 192, 224, 2, 1),
]


def count_conv(conv, h, w):
    """Count the weights and biases of a layer, and its multiply-accumulates for one image."""
    weights = conv.weight.numel()
    biases = 0 if conv.bias is None else conv.bias.numel()
    macs = weights
    for axis, size in enumerate((h, w)):
        span = conv.dilation[axis] * (conv.kernel_size[axis] - 1) + 1
        macs *= (size + 2 * conv.padding[axis] - span) // conv.stride[axis] + 1
    return {"weights": weights, "biases": biases, "macs": macs}


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
    from sepconv.counting import conv2d_cost

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


def _changed(**changes):
    """Count right but for the keys in `changes`: each a function of (right counts, conv, h, w)."""

    def wrong(conv, h, w):
        right = count_conv(conv, h, w)
        return right | {key: change(right, conv, h, w) for key, change in changes.items()}

    return wrong


def _pixels(place):
    """Count the MACs of a layer with `place(size, k, stride, padding, dilation)` along each axis."""

    def macs(right, conv, h, w):
        axes = zip((h, w), conv.kernel_size, conv.stride, conv.padding, conv.dilation, strict=True)
        return right["weights"] * prod(place(*axis) for axis in axes)

    return macs


def _macs_with_first_of_pairs(right, conv, h, w):
    return right["weights"] * prod(
        (n + 2 * conv.padding[0] - conv.dilation[0] * (conv.kernel_size[0] - 1) - 1) // conv.stride[0] + 1
        for n in (h, w)
    )


def _flat_filters(conv, h, w):
    right = count_conv(conv, h, w)
    return right | {key: right[key] // conv.in_channels for key in ("weights", "macs")}


@cache
def _conv_cases():
    import torch
    from torch import nn

    with torch.random.fork_rng():
        return [
            (nn.Conv2d(2, 3, 2), 3, 5),
            (nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False), 4, 6),
            (nn.Conv2d(4, 6, 3, stride=2, padding=2), 6, 9),
            (nn.Conv2d(5, 2, (2, 4), stride=(1, 3), padding=(0, 2), bias=False), 7, 10),
            (nn.Conv2d(2, 5, (3, 2), dilation=(2, 3), stride=(3, 2)), 11, 12),
            (nn.Conv2d(3, 7, (5, 1), padding=(3, 1), dilation=(2, 1)), 9, 6),
        ]


def fix_the_counter(model, x):
    """Count the MACs of model(x), batch included."""
    from torch import nn
    from torch.nn.modules.module import register_module_forward_hook

    total = 0

    def add_up(module, inputs, y):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            one_filter = module.weight.numel() // module.out_channels
            total += y.numel() * one_filter
        elif isinstance(module, nn.Linear):
            total += y.numel() * module.in_features

    with register_module_forward_hook(add_up):
        model(x)
    return total


def _by_flop_counter(model, x):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        model(x)
    return counter.get_total_flops() // 2


def _by_count(model, x):
    from sepconv.counting import count

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


def _counter(conv=None, linear=None, each_once=False):
    """Count with other rules: `conv(module, x, y)` and `linear(module, x, y)` return MACs."""

    def wrong(model, x):
        from torch import nn
        from torch.nn.modules.module import register_module_forward_hook

        calls = []

        def add_up(module, inputs, y):
            if isinstance(module, nn.Conv2d):
                macs = (conv or _conv_right)(module, inputs[0], y)
            elif isinstance(module, nn.Linear):
                macs = (linear or _linear_right)(module, inputs[0], y)
            else:
                return
            calls.append((id(module), macs))

        with register_module_forward_hook(add_up):
            model(x)
        return sum(dict(calls).values()) if each_once else sum(macs for _, macs in calls)

    return wrong


def _conv_right(module, x, y):
    return y.numel() * module.weight[0].numel()


def _linear_right(module, x, y):
    return y.numel() * module.in_features


@cache
def _counter_cases():
    import torch
    from torch import nn

    class ChannelsLast(nn.Module):
        def forward(self, x):
            return x.permute(0, 2, 3, 1)

    with torch.random.fork_rng():
        again = nn.Linear(4, 4)
        return [
            (nn.Linear(3, 5), torch.zeros(1, 2, 7, 3)),
            (nn.Conv2d(2, 3, 3, stride=2, padding=1), torch.zeros(2, 2, 5, 8)),
            (
                nn.Sequential(
                    nn.Conv2d(3, 4, 2), ChannelsLast(), nn.Linear(4, 7), nn.ReLU(), nn.Linear(7, 5)
                ),
                torch.zeros(2, 3, 4, 6),
            ),
            (nn.Sequential(again, nn.ReLU(), again, nn.Linear(4, 2, bias=False)), torch.zeros(3, 5, 4)),
            (
                nn.Sequential(
                    nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.ReLU()), nn.Flatten(), nn.Linear(16, 3)
                ),
                torch.zeros(5, 1, 4, 6),
            ),
        ]


_OPTIONS = {
    "A": "the weights of convolutions and Linears",
    "B": "everything that is learned",
    "C": "everything that is learned, and the kept means and variances",
    "D": "MACs for one image",
    "E": "FLOPs for one image",
    "F": "weights and biases of convolutions and Linears",
}
_CONVENTIONS = {
    3_469_760: "A",
    3_504_872: "B",
    3_538_984: "C",
    300_774_272: "D",
    601_548_544: "E",
}
_TOO_LARGE = "That would be a few million numbers. This one is far too large for numbers that a model holds."
_TOO_SMALL = "Every weight is used at many pixels, so the work is far larger than the number of weights."
_ABOUT_WORK = {"A": _TOO_LARGE, "B": _TOO_LARGE, "C": _TOO_LARGE, "F": _TOO_LARGE}
_ABOUT_NUMBERS = {"D": _TOO_SMALL, "E": _TOO_SMALL}
_ABOUT_CONVENTIONS = {
    3_469_760: _ABOUT_NUMBERS
    | {
        "A": "It is the smallest of the three: weights and nothing else.",
        "B": "Something learned is missing here: what must be added to come to the next number?",
        "C": "Nothing of batch normalization is in here. Compare with the two larger numbers.",
        "F": "The Linear has 1,000 biases, so the weights alone would be 1,000 fewer. Is that number in the list?",
    },
    3_504_872: _ABOUT_NUMBERS
    | {
        "A": "There is a smaller number in the list that holds all these weights.",
        "B": "On top of the weights come 1,000 biases and two learned numbers for each normalized channel.",
        "C": "It is 35,112 more than the smallest number. How many numbers for each normalized channel is that?",
        "F": "It is 35,112 more than the smallest number, and there are only 1,000 biases. What is the rest?",
    },
    3_538_984: _ABOUT_NUMBERS
    | {
        "A": "There is a smaller number in the list that holds all these weights.",
        "B": "It is 34,112 more than the number before it: two for each channel. Are those learned?",
        "C": "Two learned and two kept numbers for each normalized channel: Keras' total.",
        "F": "Without batch normalization there are only 1,000 numbers more than weights.",
    },
    300_774_272: _ABOUT_WORK
    | {
        "D": "This is the paper's 300 million.",
        "E": "Compare the two large numbers: how many operations is one MAC?",
    },
    601_548_544: _ABOUT_WORK
    | {
        "D": "Compare the two large numbers: how many operations is one MAC?",
        "E": "Two operations for each MAC: this is what FlopCounterMode shows.",
    },
}


EXERCISES = [
    Exercise(
        name="warmup_04_1",
        lesson=4,
        points=0,
        kind="number",
        prompt="Lesson 3: 12 pixels, kernel 4, stride 3, padding 1: how many output pixels?",
        answer=4,
        misconceptions=[
            Misconception(
                "M36", "the size was rounded up", 5, "A window that does not fit completely does not count."
            ),
        ],
        hints=["How far can the window travel on 12 + 2 pixels? How many whole steps of 3 are that?"],
    ),
    Exercise(
        name="warmup_04_2",
        lesson=4,
        points=0,
        kind="choice",
        prompt="Lesson 2: what is the shape of nn.Conv2d(7, 5, 2).weight?",
        answer="C",
        misconceptions=[
            Misconception("M05", "input and output channels were exchanged", "A", ""),
            Misconception("M06", "the filters were taken to be flat", "B", ""),
        ],
        explanations={
            "A": "The weight is a list of filters. What does its first axis count?",
            "B": "A filter is a box: it has a slice for each input channel.",
            "C": "5 filters, each 7 channels deep, each slice 2×2.",
            "D": "Keras puts the kernel first. PyTorch stores a list of filters.",
        },
        hints=["weight[0] is the first filter. How many filters are there?"],
    ),
    Exercise(
        name="warmup_04_3",
        lesson=4,
        points=0,
        kind="number",
        prompt="Lesson 1: x = [[1, 2, 0], [3, 1, 2]], w = [[1, 0], [2, −1]]. What is y[0, 1]?",
        answer=1 * 2 + 0 * 0 + 2 * 1 - 1 * 2,
        misconceptions=[
            Misconception(
                "M43", "the kernel was flipped", -1 * 2 + 2 * 0 + 1 * 2, "The kernel is laid down as it is."
            ),
        ],
        hints=["The window of y[0, 1] is [[2, 0], [1, 2]]."],
    ),
    Exercise(
        name="conv_params",
        lesson=4,
        points=1,
        kind="function",
        prompt="How many numbers does nn.Conv2d(c_in, c_out, k, bias=bias) learn?",
        answer=conv_params,
        cases=_PARAMS_CASES,
        also_correct=[_params_by_filter, _params_by_asking],
        misconceptions=[
            Misconception(
                "M01",
                "the biases were left out",
                lambda c_in, c_out, k, bias=True: c_out * c_in * k * k,
                "Parameters are all that is learned. What does a layer learn besides its weights?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                lambda c_in, c_out, k, bias=True: c_out * k * k + c_out * bias,
                "A filter has a k×k slice for each input channel.",
            ),
            Misconception(
                "S103",
                "a bias was counted although there is none",
                lambda c_in, c_out, k, bias=True: c_out * c_in * k * k + c_out,
                "What does the argument bias say?",
            ),
            Misconception(
                "S100",
                "one bias was counted for each input channel",
                lambda c_in, c_out, k, bias=True: c_out * c_in * k * k + c_in * bias,
                "A bias is added to a finished output channel.",
            ),
            Misconception(
                "S101",
                "one bias was counted for the whole layer",
                lambda c_in, c_out, k, bias=True: c_out * c_in * k * k + bias,
                "Look at layer.bias in the lesson: how long is it?",
            ),
            Misconception(
                "S102",
                "a bias was counted for each slice of a filter",
                lambda c_in, c_out, k, bias=True: c_out * c_in * (k * k + bias),
                "The slices of a filter are summed into one number before anything is added.",
            ),
            Misconception(
                "S25",
                "one filter was counted",
                lambda c_in, c_out, k, bias=True: c_in * k * k + bias,
                "That is one filter with its bias. How many filters does a layer with c_out output channels have?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_in, c_out, k, bias=True: c_out * c_in * k + c_out * bias,
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                lambda c_in, c_out, k, bias=True: c_out * c_in * (k ^ 2) + c_out * bias,
                "In Python ^ works on bits. A power is written **.",
            ),
        ],
        hints=[
            "Weights first, as in lesson 2. What comes on top, and when does it not?",
            "Each of the c_out filters has one bias, if there are biases.",
        ],
    ),
    Exercise(
        name="conv_macs",
        lesson=4,
        points=2,
        kind="function",
        prompt="How many multiply-accumulates does a layer do for one image of h rows and w columns?",
        answer=conv_macs,
        cases=_MACS_CASES,
        also_correct=[_macs_by_places, _macs_by_cost],
        misconceptions=[
            Misconception(
                "M08",
                "MACs were counted on the input pixels",
                _macs_on(lambda n, k, s, p: n),
                "Where is a filter laid down? Count the places at which it makes a number of the output.",
            ),
            Misconception(
                "M08",
                "MACs were counted on the pixels of the padded input",
                _macs_on(lambda n, k, s, p: n + 2 * p),
                "Padding makes room for windows, but not every padded pixel begins one.",
            ),
            Misconception(
                "M09",
                "FLOPs were counted",
                lambda *a, **b: 2 * conv_macs(*a, **b),
                "One multiplication and the addition of its product are one MAC.",
            ),
            Misconception(
                "M07",
                "each output pixel was joined to the whole image, as in a fully connected layer",
                lambda c_in, c_out, k, h, w, stride=1, padding=0: (
                    conv_macs(c_in, c_out, k, h, w, stride, padding) // (k * k) * h * w
                ),
                "One number of the output reads only what lies under one window.",
            ),
            Misconception(
                "S105",
                "the output pixels were left out",
                lambda c_in, c_out, k, h, w, stride=1, padding=0: c_out * c_in * k * k,
                "That is the number of weights. How often is each of them used?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                _macs_of(lambda c_in, c_out, k: c_out * k * k),
                "A filter reads all input channels at each place.",
            ),
            Misconception(
                "S25",
                "one filter was counted",
                _macs_of(lambda c_in, c_out, k: c_in * k * k),
                "Every output channel has a filter of its own, and each filter visits every output pixel.",
            ),
            Misconception(
                "S26",
                "k was not squared",
                _macs_of(lambda c_in, c_out, k: c_out * c_in * k),
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S106",
                "adding the bias was counted as a MAC",
                _macs_of(lambda c_in, c_out, k: c_out * (c_in * k * k + 1)),
                "By convention a bias costs no MAC: nothing is multiplied.",
            ),
            Misconception(
                "S107",
                "the products with zeros of the padding were left out",
                _macs_without_padding_zeros,
                "They can be left out, but the convention counts them, as PyTorch computes them.",
            ),
            Misconception(
                "S104",
                "the image was taken to be square",
                lambda c_in, c_out, k, h, w, stride=1, padding=0: conv_macs(
                    c_in, c_out, k, h, h, stride, padding
                ),
                "h and w differ. How many output columns are there?",
            ),
            Misconception(
                "S120",
                "the width was taken for both sides",
                lambda c_in, c_out, k, h, w, stride=1, padding=0: conv_macs(
                    c_in, c_out, k, w, w, stride, padding
                ),
                "h and w differ. How many output rows are there?",
            ),
            Misconception(
                "M36",
                "the output size was rounded up",
                _macs_on(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1),
                "A window that does not fit completely does no work.",
            ),
            Misconception(
                "S121",
                "the output size was not rounded",
                _macs_on(lambda n, k, s, p: (n + 2 * p - k) / s + 1),
                "A filter is laid down at whole places only. What becomes of the remainder?",
            ),
            Misconception(
                "S08",
                "the stride was ignored",
                _macs_on(lambda n, k, s, p: n + 2 * p - k + 1),
                "From one window to the next it is stride pixels, along both axes.",
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                _macs_on(lambda n, k, s, p: (n - k) // s + 1),
                "Padding makes room for more windows.",
            ),
            Misconception(
                "S30",
                "the padding was counted on one side",
                _macs_on(lambda n, k, s, p: (n + p - k) // s + 1),
                "`padding` zeros go on each end.",
            ),
            Misconception(
                "S31",
                "the first window was forgotten",
                _macs_on(lambda n, k, s, p: (n + 2 * p - k) // s),
                "The division counts the steps. With no step at all there is already one window.",
            ),
            Misconception(
                "S16",
                "the kernel's size was left out of the output's size",
                _macs_on(lambda n, k, s, p: (n + 2 * p) // s),
                "The last window must lie on the padded input completely. How far from the end can it begin?",
            ),
            Misconception(
                "S111",
                "the image was divided by the stride",
                _macs_on(lambda n, k, s, p: n // s),
                "That holds for some kernels and paddings only. Take the formula of lesson 3.",
            ),
        ],
        hints=[
            "The given lines hold the work at one place and the number of filters. What is missing is the number of places.",
            "Use the formula of lesson 3 once for h and once for w.",
        ],
    ),
    Exercise(
        name="count_conv",
        lesson=4,
        points=3,
        kind="function",
        prompt="Count the weights, biases and MACs of an nn.Conv2d on one image of h rows and w columns.",
        answer=count_conv,
        cases=lambda seed: _conv_cases(),
        also_correct=[_conv_by_running, _conv_by_cost],
        misconceptions=[
            Misconception(
                "M07",
                "the weights were taken to grow with the image",
                _changed(weights=lambda right, conv, h, w: right["macs"]),
                "The same filters are laid down everywhere. Does the layer learn new ones for another image?",
            ),
            Misconception(
                "M01",
                "the biases were counted among the weights",
                _changed(weights=lambda right, conv, h, w: right["weights"] + right["biases"]),
                "The dict holds weights and biases apart.",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                _flat_filters,
                "A filter is a box as deep as the input.",
            ),
            Misconception(
                "M08",
                "MACs were counted on the input pixels",
                _changed(macs=lambda right, conv, h, w: right["weights"] * h * w),
                "A filter does its work once for each output pixel.",
            ),
            Misconception(
                "M09",
                "FLOPs were counted",
                _changed(macs=lambda right, conv, h, w: 2 * right["macs"]),
                "One multiplication and the addition of its product are one MAC.",
            ),
            Misconception(
                "S103",
                "a bias was counted although there is none",
                _changed(biases=lambda right, conv, h, w: conv.out_channels),
                "What is conv.bias after nn.Conv2d(…, bias=False)?",
            ),
            Misconception(
                "S23",
                "the bias was left out",
                _changed(biases=lambda right, conv, h, w: 0),
                "If the layer has biases, conv.bias is a tensor. How long is it?",
            ),
            Misconception(
                "S106",
                "adding the bias was counted as a MAC",
                _changed(
                    macs=lambda right, conv, h, w: (
                        right["macs"] // right["weights"] * sum(right[key] for key in ("weights", "biases"))
                    )
                ),
                "By convention a bias costs no MAC: nothing is multiplied.",
            ),
            Misconception(
                "S29",
                "the dilation was ignored",
                _changed(macs=_pixels(lambda n, k, s, p, d: (n + 2 * p - k) // s + 1)),
                "A dilated kernel spans more pixels, so fewer windows fit.",
            ),
            Misconception(
                "M42",
                "a dilated kernel was taken to span k·dilation pixels",
                _changed(macs=_pixels(lambda n, k, s, p, d: (n + 2 * p - k * d) // s + 1)),
                "Between k numbers there are k − 1 gaps.",
            ),
            Misconception(
                "M36",
                "the output size was rounded up",
                _changed(macs=_pixels(lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1)),
                "A window that does not fit completely does no work.",
            ),
            Misconception(
                "S08",
                "the stride was ignored",
                _changed(macs=_pixels(lambda n, k, s, p, d: n + 2 * p - d * (k - 1))),
                "From one window to the next it is stride pixels.",
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                _changed(macs=_pixels(lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1)),
                "Padding makes room for more windows.",
            ),
            Misconception(
                "S108",
                "height and width were exchanged",
                _changed(macs=lambda right, conv, h, w: count_conv(conv, w, h)["macs"]),
                "The first number of each pair belongs to the rows.",
            ),
            Misconception(
                "S109",
                "only the first number of each pair was used",
                _changed(macs=_macs_with_first_of_pairs),
                "Stride, padding, dilation and kernel may differ along the width. Print conv.stride.",
            ),
        ],
        hints=[
            "conv.weight and conv.bias are tensors: numel() counts their numbers. One of the two may be None.",
            "Every weight is used once at each output pixel. How many rows and how many columns come out?",
            "conv.kernel_size, conv.stride, conv.padding and conv.dilation are pairs (rows, columns): the formula of "
            "lesson 3, once for each axis.",
        ],
    ),
    Exercise(
        name="what_grows",
        lesson=4,
        points=1,
        kind="number",
        prompt="Channels doubled, image twice as high: by which factors do the counts grow?",
        answer={"weights": 4, "biases": 2, "macs": 8, "activations": 4},
        misconceptions=[
            Misconception(
                "S112",
                "the biases were taken to grow like the weights",
                {"weights": 4, "biases": 4, "macs": 8, "activations": 4},
                "There is one bias for each output channel, whatever the number of input channels.",
            ),
            Misconception(
                "M07",
                "weights and biases were taken to grow with the image",
                {"weights": 8, "biases": 4, "macs": 8, "activations": 4},
                "The same filters are laid down on a larger image. Which counts know the image at all?",
            ),
            Misconception(
                "S105",
                "the output pixels were left out",
                {"weights": 4, "biases": 2, "macs": 4, "activations": 2},
                "On an image that is twice as high, at how many more places is a filter laid down?",
            ),
            Misconception(
                "S113",
                "only one of the two channel numbers was taken to matter",
                {"weights": 2, "biases": 2, "macs": 4, "activations": 4},
                "Twice as many filters, and each of them twice as deep.",
            ),
            Misconception(
                "S114",
                "the activations were taken to grow like the MACs",
                {"weights": 4, "biases": 2, "macs": 8, "activations": 8},
                "Activations are the numbers of the output. Does it matter how many products went into each?",
            ),
            Misconception(
                "S115",
                "the image was taken to be twice as wide as well",
                {"weights": 4, "biases": 2, "macs": 16, "activations": 8},
                "Only the height is doubled. How many pixels is that?",
            ),
            Misconception(
                "S122",
                "only the image was taken to have changed",
                {"weights": 1, "biases": 1, "macs": 2, "activations": 2},
                "The layer has changed as well: twice the input channels, and twice the filters.",
            ),
        ],
        hints=[
            "Write down the formula of each count. Which letters in it are doubled?",
            "Weights: C_out · C_in · k². Activations: C_out · H_out · W_out. MACs: weights · H_out · W_out.",
        ],
    ),
    Exercise(
        name="fix_the_counter",
        lesson=4,
        points=3,
        kind="function",
        prompt="Mend a counter of MACs: it must be right for every Conv2d and every Linear of a model.",
        answer=fix_the_counter,
        cases=lambda seed: _counter_cases(),
        also_correct=[_by_flop_counter, _by_count, _by_positions],
        misconceptions=[
            Misconception(
                "M72",
                "a Linear was taken to run once",
                _counter(linear=lambda module, x, y: module.weight.numel()),
                "A Linear runs at every position of what it is given. In the hook, what tells how many there were?",
            ),
            Misconception(
                "M72",
                "a Linear was taken to run once for each image",
                _counter(linear=lambda module, x, y: len(y) * module.weight.numel()),
                "The batch is one of the axes that a Linear runs over. Which others stand before the last one?",
            ),
            Misconception(
                "M65",
                "the batch was left out",
                _counter(
                    conv=lambda module, x, y: _conv_right(module, x, y) // len(y),
                    linear=lambda module, x, y: _linear_right(module, x, y) // len(y),
                ),
                "The count is of this forward, with all the images of x.",
            ),
            Misconception(
                "M65",
                "the batch was left out of the Linears",
                _counter(linear=lambda module, x, y: _linear_right(module, x, y) // len(y)),
                "The count is of this forward, with all the images of x.",
            ),
            Misconception(
                "M09",
                "FLOPs were counted",
                lambda model, x: 2 * fix_the_counter(model, x),
                "One multiplication and the addition of its product are one MAC.",
            ),
            Misconception(
                "M08",
                "MACs of the convolutions were counted on the input pixels",
                _counter(conv=lambda module, x, y: x.numel() * module.weight[:, 0].numel()),
                "The branch for convolutions was right as it was.",
            ),
            Misconception(
                "S116",
                "the inputs and the outputs of a Linear were exchanged",
                _counter(linear=lambda module, x, y: y.numel() * module.out_features),
                "y already has one entry for each output feature. How many products go into one entry of y?",
            ),
            Misconception(
                "S117",
                "the inputs and the outputs of a Linear were multiplied with each other",
                _counter(linear=lambda module, x, y: x.numel() * y.numel()),
                "The input at one position meets the weights of that position only, not the other positions.",
            ),
            Misconception(
                "S118",
                "only the numbers that a Linear writes were counted",
                _counter(linear=lambda module, x, y: y.numel()),
                "Each of these numbers is a sum. Of how many products?",
            ),
            Misconception(
                "S119",
                "the Linears were left out",
                _counter(linear=lambda module, x, y: 0),
                "A Linear multiplies and adds, too.",
            ),
            Misconception(
                "S106",
                "adding the bias was counted as a MAC",
                _counter(
                    conv=lambda module, x, y: (
                        _conv_right(module, x, y) + y.numel() * (module.bias is not None)
                    ),
                    linear=lambda module, x, y: (
                        _linear_right(module, x, y) + y.numel() * (module.bias is not None)
                    ),
                ),
                "By convention a bias costs no MAC: nothing is multiplied.",
            ),
            Misconception(
                "S110",
                "a layer that is called twice was counted once",
                _counter(each_once=True),
                "A hook runs at every call of its module. Add up in the hook, not in a loop over the modules.",
            ),
        ],
        hints=[
            "Compare the two branches. The convolution looks at y; what does the branch of the Linear look at?",
            "y holds one number for each position and each output feature. How many products went into one of them?",
            "Each entry of y is a sum of in_features products.",
        ],
    ),
    Exercise(
        name="which_convention",
        lesson=4,
        points=2,
        kind="choice",
        prompt="MobileNetV2 has been reported with five numbers. What does each of them count?",
        answer=_CONVENTIONS,
        misconceptions=[
            Misconception(
                "M10",
                "batch normalization was taken to learn nothing",
                _CONVENTIONS | {3_504_872: "F"},
                "What did the lesson print for nn.BatchNorm2d(4): which of its numbers are learned?",
            ),
            Misconception(
                "M10",
                "all four numbers that batch normalization holds for a channel were taken to be learned",
                _CONVENTIONS | {3_504_872: "F", 3_538_984: "B"},
                "Subtract: how many numbers for each channel lie between the totals?",
            ),
            Misconception(
                "M10",
                "learned and kept numbers of batch normalization were exchanged",
                _CONVENTIONS | {3_504_872: "C", 3_538_984: "B"},
                "What is kept comes on top of what is learned.",
            ),
            Misconception(
                "M09",
                "MACs and FLOPs were exchanged",
                _CONVENTIONS | {300_774_272: "E", 601_548_544: "D"},
                "Which of the two conventions counts more?",
            ),
            Misconception(
                "M01",
                "the biases were counted among the weights",
                _CONVENTIONS | {3_469_760: "F"},
                "The last Linear has 1,000 biases, and all other layers have none.",
            ),
        ],
        explanations=_ABOUT_CONVENTIONS,
        hints=[
            "Sort the five by size. Two of them are much larger than the rest.",
            "Subtract the smallest from the second, and the second from the third. Which of the facts gives these numbers?",
            "count(mobilenet_v2(), (1, 3, 224, 224)), both from sepconv, shows weights, biases, norm and buffers. Among the buffers there is "
            "one counter for each batch normalization.",
        ],
    ),
    Exercise(
        name="parsons_counting",
        lesson=4,
        points=2,
        kind="order",
        prompt="Put the lines in order so that parameters and MACs of a stack of layers are counted; three lines do not belong.",
        opening="def count_stack(layers, h, w):",
        lines={
            "A": "        macs += 2 * weights * h * w",
            "B": "        parameters += weights + c_out",
            "C": "    return parameters, macs",
            "D": "        parameters += (weights + c_out) * h * w",
            "E": "        macs += weights * h * w",
            "F": "    for c_in, c_out, k, stride, padding in layers:",
            "G": "        h, w = [(n + 2 * padding - k) // stride + 1 for n in (h, w)]",
            "H": "        weights = c_out * k * k",
            "I": "    parameters, macs = 0, 0",
            "J": "        weights = c_out * c_in * k * k",
        },
        answer="IFJBGEC",
        also_correct=["IFJGBEC"],
        cases=[
            ([(2, 3, 2, 1, 0)], 3, 5),
            ([(3, 4, 3, 2, 1), (4, 6, 2, 1, 1)], 7, 10),
            ([(5, 2, 4, 3, 2), (2, 7, 1, 1, 0), (7, 3, 3, 1, 1)], 11, 16),
        ],
        misconceptions=[
            Misconception(
                "M08",
                "MACs were counted on the input pixels",
                "IFJBEGC",
                "When the MACs of a layer are added up, which size should h and w have?",
            ),
            Misconception(
                "M09",
                "FLOPs were counted",
                "IFJBGAC",
                "One multiplication and the addition of its product are one MAC.",
            ),
            Misconception(
                "M07",
                "the parameters were taken to grow with the image",
                "IFJDGEC",
                "Do the filters become more when the image becomes larger?",
            ),
            Misconception(
                "M07",
                "the parameters were taken to grow with the output",
                "IFJGDEC",
                "Do the filters become more when the image becomes larger?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                "IFHBGEC",
                "A filter is as deep as the input of its layer.",
            ),
        ],
        hints=[
            "Before the loop: two zeros. After it: return. Inside: first what the layer holds, then what it does.",
            "The work of a layer is done at its output pixels.",
        ],
    ),
]
