# ruff: noqa: N802 (SeparableConv is a class to whoever solves the exercise)
"""Lesson 8: the separable convolution. Space first, then channels; what is left of the cost, and where it grows."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from sepconv.exercises.inputs import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def separable_share(c_in, c_out, k):
    """Divide the weights of a separable layer by those of the standard layer."""
    # Goal 1: count what there was before.
    standard = k * k * c_in * c_out
    # Goal 2: count what comes instead, one stage at a time.
    depthwise = k * k * c_in
    pointwise = c_in * c_out
    # Goal 3: put the new count over the old one.
    return (depthwise + pointwise) / standard


_SHARE_CASES = [(2, 5, 3), (4, 3, 3), (5, 2, 7), (3, 8, 5), (7, 1, 3)]


def _share(depthwise):
    """Build the share with another count of the depthwise weights."""
    return lambda c_in, c_out, k: (depthwise(c_in, c_out, k) + c_in * c_out) / (k * k * c_in * c_out)


def separable_ratio(c_out, k):
    """Add up the shares of the depthwise and of the pointwise stage."""
    return 1 / c_out + 1 / (k * k)


_RATIO_CASES = [(4, 3), (1, 3), (6, 1), (2, 2), (10, 5), (64, 3), (5, 7)]


def SeparableConv(c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    """Make a depthwise convolution that looks around, then a pointwise one that mixes the channels."""
    from torch import nn

    class Separable(nn.Module):
        def __init__(self):
            super().__init__()
            middle = c_in * depth_multiplier
            self.depthwise = nn.Conv2d(c_in, middle, k, stride, padding=k // 2, groups=c_in, bias=bias)
            self.pointwise = nn.Conv2d(middle, c_out, 1, bias=bias)

        def forward(self, x):
            return self.pointwise(self.depthwise(x))

    return Separable()


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


def _wrong_module(middle=None, depthwise=None, pointwise=None, between=None, mixes=True):
    """Build a wrong SeparableConv; each argument changes one thing of the right one.

    The first three are functions of the call: they return the channels of the middle, or options of a stage.
    """

    def build(c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
        from torch import nn

        call = SimpleNamespace(c_in=c_in, c_out=c_out, stride=stride, depth_multiplier=depth_multiplier)
        channels = middle(call) if middle else c_in * depth_multiplier
        first = {"stride": stride, "padding": k // 2, "groups": c_in, "bias": bias}
        first |= depthwise(call) if depthwise else {}
        second = {"bias": bias} | (pointwise(call) if pointwise else {})

        class Wrong(nn.Module):
            def __init__(self):
                super().__init__()
                self.depthwise = nn.Conv2d(c_in, channels, k, **first)
                if mixes:
                    self.pointwise = nn.Conv2d(channels, c_out, 1, **second)

            def forward(self, x):
                m = self.depthwise(x)
                m = between(m) if between else m
                return self.pointwise(m) if mixes else m

        return Wrong()

    return build


def _stride_of(call):
    return {"stride": call.stride}


_grouped_only = _wrong_module(middle=lambda call: call.c_out, mixes=False)
_filters_by_output = _wrong_module(middle=lambda call: call.c_out * call.depth_multiplier)
_multiplier_ignored = _wrong_module(middle=lambda call: call.c_in)
_on_pointwise = _wrong_module(depthwise=lambda call: {"stride": 1}, pointwise=_stride_of)
_stride_on_both = _wrong_module(pointwise=_stride_of)
_stride_ignored = _wrong_module(depthwise=lambda call: {"stride": 1})
_no_groups = _wrong_module(depthwise=lambda call: {"groups": 1})
_groups_of_output = _wrong_module(depthwise=lambda call: {"groups": call.c_out})
_not_padded = _wrong_module(depthwise=lambda call: {"padding": 0})
_padded_by_one = _wrong_module(depthwise=lambda call: {"padding": 1})
_keras_biases = _wrong_module(depthwise=lambda call: {"bias": False})
_always_biased = _wrong_module(depthwise=lambda call: {"bias": True}, pointwise=lambda call: {"bias": True})
_with_relu = _wrong_module(between=lambda m: m.clamp(min=0))


def _pointwise_first(c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    from torch import nn

    class Wrong(nn.Module):
        def __init__(self):
            super().__init__()
            middle = c_out * depth_multiplier
            self.pointwise = nn.Conv2d(c_in, c_out, 1, bias=bias)
            self.depthwise = nn.Conv2d(c_out, middle, k, stride, k // 2, groups=c_out, bias=bias)

        def forward(self, x):
            return self.depthwise(self.pointwise(x))

    return Wrong()


_MODULE_CASES = [
    (2, 4, 3),
    (3, 4, 3, 2),
    (3, 5, 5, 2, 2),
    (6, 3, 3, 1, 1, False),
    (4, 2, 1, 3),
    (4, 8, 7, 3, 3, False),
]


def _observe_module(module, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    """Return what a separable layer learns, what each stage writes, and what comes out of integer inputs."""
    import torch
    from torch import nn

    seen = {
        "convolutions": sum(isinstance(part, nn.Conv2d) for part in module.modules()),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
    }
    if seen["convolutions"] != 2:
        return seen
    for name in ("depthwise", "pointwise"):
        if not isinstance(getattr(module, name, None), nn.Conv2d):
            raise AttributeError(
                f"the layer must hold its convolutions as .depthwise and .pointwise; .{name} is missing"
            )
    stages = {"depthwise": module.depthwise, "pointwise": module.pointwise}
    with torch.no_grad():
        module.double()
        for number, stage in enumerate(stages.values(), 3):
            for tensor in stage.parameters():
                tensor.copy_((torch.arange(tensor.numel()) * number % 7 - 2).reshape(tensor.shape))
        written = {}
        stages["depthwise"].register_forward_hook(
            lambda _module, _args, m: written.update(middle=tuple(m.shape))
        )
        x = (torch.arange(2 * c_in * 5 * 8) * 5 % 11 - 3.0).double().reshape(2, c_in, 5, 8)
        seen["output"] = module(x)
        seen["what .depthwise writes"] = written.get("middle", "nothing: it was not called")
        if (c_in, c_out, k) == _MODULE_CASES[0]:  # the layer of the post, on the input of the post
            seen["output shape for x (16, 2, 64, 64)"] = tuple(module(x.new_zeros(16, 2, 64, 64)).shape)
    return seen


def where_it_does_not_pay(k_max, c_max):
    """Collect the pairs (c_out, k) for which a separable layer has at least as many weights."""
    return {
        (c_out, k)
        for c_out in range(1, c_max + 1)
        for k in range(1, k_max + 1)
        if 1 / c_out + 1 / (k * k) >= 1
    }


def _pairs(condition):
    """Build the set of pairs that meet another condition."""
    return lambda k_max, c_max: {
        (c_out, k) for c_out in range(1, c_max + 1) for k in range(1, k_max + 1) if condition(c_out, k)
    }


def _pays_by_loops(k_max, c_max):
    pairs = []
    for c_out in range(1, c_max + 1):
        for k in range(1, k_max + 1):
            if k * k + c_out >= k * k * c_out:
                pairs.append((c_out, k))
    return set(pairs)


def stride_macs(c_in, c_out, k, h, w, stride, on):
    """Count the MACs of a separable layer whose stride sits on one of its two stages."""
    h_out = (h - 1) // stride + 1
    w_out = (w - 1) // stride + 1
    pixels = h_out * w_out
    middle_pixels = pixels if on == "depthwise" else h * w
    return middle_pixels * c_in * k * k + pixels * c_in * c_out


_STRIDE_CASES = [
    (2, 4, 3, 4, 6, 2, "pointwise"),
    (2, 4, 3, 4, 6, 2, "depthwise"),
    (5, 3, 3, 7, 10, 3, "pointwise"),
    (4, 6, 5, 9, 6, 2, "depthwise"),
    (3, 7, 1, 5, 8, 2, "pointwise"),
    (6, 5, 3, 4, 7, 1, "depthwise"),
    (32, 64, 3, 112, 112, 2, "pointwise"),
    (32, 64, 3, 112, 112, 2, "depthwise"),
]


def _stages(c_in, c_out, k, h, w, stride, on, *, rounded=lambda n, s: -(-n // s), per_axis=(True, True)):
    """Return (pixels of the middle, pixels of the output, weights per pixel of each stage)."""
    pixels = 1
    for n, strided in zip((h, w), per_axis, strict=True):
        pixels *= rounded(n, stride) if strided else n
    return (pixels if on == "depthwise" else h * w), pixels, c_in * k * k, c_in * c_out


def _macs_by_stages(*case):
    middle, pixels, depthwise, pointwise = _stages(*case)
    return middle * depthwise + pixels * pointwise


def _macs_by_cost(c_in, c_out, k, h, w, stride, on):
    from sepconv.counting import conv2d_cost

    first, second = (stride, 1) if on == "depthwise" else (1, stride)
    depthwise = conv2d_cost(c_in, c_in, k, (h, w), stride=first, padding=k // 2, groups=c_in)
    pointwise = conv2d_cost(c_in, c_out, 1, depthwise.output_size, stride=second)
    return depthwise.macs + pointwise.macs


def _place_ignored(c_in, c_out, k, h, w, stride, on):
    return _macs_by_stages(c_in, c_out, k, h, w, stride, "depthwise")


def _places_exchanged(*case):
    other = {"depthwise": "pointwise", "pointwise": "depthwise"}[case[-1]]
    return _macs_by_stages(*case[:-1], other)


def _on_input_grid(c_in, c_out, k, h, w, stride, on):
    return h * w * (c_in * k * k + c_in * c_out)


def _pointwise_on_middle_grid(*case):
    middle, _, depthwise, pointwise = _stages(*case)
    return middle * (depthwise + pointwise)


def _macs_rounded_down(*case):
    middle, pixels, depthwise, pointwise = _stages(*case, rounded=lambda n, s: n // s)
    return middle * depthwise + pixels * pointwise


def _one_axis(*case):
    middle, pixels, depthwise, pointwise = _stages(*case, per_axis=(True, False))
    return middle * depthwise + pixels * pointwise


def _macs_by_output_filters(c_in, c_out, k, h, w, stride, on):
    middle, pixels, _, pointwise = _stages(c_in, c_out, k, h, w, stride, on)
    return middle * c_out * k * k + pixels * pointwise


def _flops(*case):
    return 2 * _macs_by_stages(*case)


def _macs_with_large_pointwise(c_in, c_out, k, h, w, stride, on):
    middle, pixels, depthwise, pointwise = _stages(c_in, c_out, k, h, w, stride, on)
    return middle * depthwise + pixels * pointwise * k * k


def pointwise_first_params(c_in, c_out, k):
    """Count the weights of a pointwise convolution and the depthwise one after it."""
    pointwise = c_in * c_out
    depthwise = k * k * c_out
    return pointwise + depthwise


_ORDER_CASES = [(3, 4, 3), (2, 5, 3), (7, 2, 5), (5, 8, 1), (6, 6, 3)]


def _cases_parsons(seed):
    draw = Inputs(seed).integers
    return [
        (draw(2, 2, 3), draw(2, 2, 2), draw(3, 2), 1),
        (draw(3, 5, 6), draw(3, 2, 3), draw(2, 3), 2),
        (draw(2, 6, 9), draw(2, 3, 2), draw(4, 2), 3),
    ]


EXERCISES = [
    Exercise(
        name="warmup_08_1",
        lesson=8,
        points=0,
        kind="number",
        prompt="Lesson 7: how many weights does nn.Conv2d(6, 12, 5, groups=6) have?",
        answer=300,
        misconceptions=[
            Misconception(
                "M25",
                "a depthwise convolution was taken to keep the number of channels",
                150,
                "Twelve channels come out of six: how many filters has each input channel?",
            ),
            Misconception(
                "M34",
                "each filter was taken to read all the channels",
                1800,
                "With groups equal to the input channels, a filter reads one of them.",
            ),
        ],
        hints=["How many filters are there, and how many channels does each one read?"],
    ),
    Exercise(
        name="warmup_08_2",
        lesson=8,
        points=0,
        kind="number",
        prompt="Lesson 5: a pixel holds [3, 7, 2]; an output has the 1×1 weights [1, −2, 4] and the bias 5. What is it?",
        answer=3 - 14 + 8 + 5,
        misconceptions=[
            Misconception(
                "S23", "the bias was left out", 3 - 14 + 8, "The bias is added once, after the sum."
            ),
            Misconception(
                "S312",
                "the channels were added up without the weights",
                3 + 7 + 2 + 5,
                "Each channel is multiplied by its weight first.",
            ),
        ],
        hints=["Three products, one sum, one bias."],
    ),
    Exercise(
        name="warmup_08_3",
        lesson=8,
        points=0,
        kind="choice",
        prompt="Lesson 2: what is the shape of nn.Conv2d(6, 8, 5).weight?",
        answer="B",
        misconceptions=[
            Misconception("M05", "input and output channels were exchanged", "A", ""),
            Misconception("M06", "the filters were taken to be flat", "C", ""),
        ],
        explanations={
            "A": "The constructor takes the input first. The weight is a list of filters: what does it begin with?",
            "B": "8 filters, each 6 channels deep, each slice 5 by 5.",
            "C": "A filter has a slice for each input channel.",
            "D": "Keras stores the kernel first. PyTorch stores a list of filters.",
        },
        hints=["weight[0] is the first filter."],
    ),
    Exercise(
        name="separable_share",
        lesson=8,
        points=1,
        kind="function",
        prompt="Fill in the weights of the depthwise stage, so that the share of the weights comes out right.",
        answer=separable_share,
        cases=_SHARE_CASES,
        also_correct=[
            lambda c_in, c_out, k: 1 / c_out + 1 / k**2,
            lambda c_in, c_out, k: float(Fraction(c_in * (k * k + c_out), k * k * c_in * c_out)),
        ],
        misconceptions=[
            Misconception(
                "M14",
                "the depthwise filters were counted by the output channels",
                _share(lambda c_in, c_out, k: k * k * c_out),
                "The depthwise stage comes first. How many channels does it meet, and how many kernels has each?",
            ),
            Misconception(
                "S25",
                "one filter was counted",
                _share(lambda c_in, c_out, k: k * k),
                "That is one kernel. Does one kernel serve all the channels?",
            ),
            Misconception(
                "M34",
                "each depthwise filter was made as deep as the input",
                _share(lambda c_in, c_out, k: k * k * c_in * c_in),
                "A depthwise filter reads a single channel: how many slices does it have?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                _share(lambda c_in, c_out, k: k * c_in),
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "M01",
                "the biases were counted among the weights",
                _share(lambda c_in, c_out, k: k * k * c_in + c_in),
                "This question asks for the weights.",
            ),
            Misconception(
                "S300",
                "the depthwise stage was counted as a standard one",
                _share(lambda c_in, c_out, k: k * k * c_in * c_out),
                "The share came out larger than 1, and always will. Which pairs of channels does this stage connect?",
            ),
        ],
        hints=[
            "In the example above, 54 came from a kernel of 9 numbers and a number of channels. Which one?",
            "A k×k kernel for each channel that is read.",
        ],
    ),
    Exercise(
        name="separable_ratio",
        lesson=8,
        points=2,
        kind="function",
        prompt="What share of a standard layer's weights does a separable layer have?",
        answer=separable_ratio,
        cases=_RATIO_CASES,
        also_correct=[
            lambda c_out, k: (k * k + c_out) / (k * k * c_out),
            lambda c_out, k: float(Fraction(1, c_out) + Fraction(1, k**2)),
            lambda c_out, k: separable_share(11, c_out, k),
        ],
        misconceptions=[
            Misconception(
                "M15",
                "the two parts were multiplied",
                lambda c_out, k: 1 / (c_out * k * k),
                "One stage comes after the other, and each has weights of its own. How do two counts become one?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_out, k: 1 / c_out + 1 / k,
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                lambda c_out, k: 1 / c_out + 1 / (k ^ 2),
                "In Python ^ works on bits. A power is written **.",
            ),
            Misconception(
                "S301",
                "the ratio was turned upside down",
                lambda c_out, k: 1 / (1 / c_out + 1 / k**2),
                "That is how many times fewer weights there are. Asked is the share that is left.",
            ),
            Misconception(
                "S302",
                "the share that is saved was given",
                lambda c_out, k: 1 - 1 / c_out - 1 / k**2,
                "Asked is the share that is left.",
            ),
            Misconception(
                "S303",
                "the depthwise stage was left out",
                lambda c_out, k: 1 / (k * k),
                "That is the pointwise stage alone, small as the other may be.",
            ),
            Misconception(
                "S304",
                "the pointwise stage was left out",
                lambda c_out, k: 1 / c_out,
                "That is the depthwise stage alone. Which stage comes after it?",
            ),
            Misconception(
                "S305",
                "two fractions were added by their denominators",
                lambda c_out, k: 1 / (c_out + k * k),
                "A half and a half make one, not a quarter: add the fractions, not what stands under them.",
            ),
            Misconception(
                "S300",
                "the depthwise stage was counted as a standard one",
                lambda c_out, k: 1 + 1 / (k * k),
                "The share came out larger than 1, and always will. Which pairs of channels does this stage connect?",
            ),
        ],
        hints=[
            "Write both counts over one line, (k·k·c_in + c_in·c_out) / (k·k·c_in·c_out). What can be canceled?",
            "Split the fraction at the plus sign and cancel in each part.",
        ],
    ),
    Exercise(
        name="SeparableConv",
        lesson=8,
        points=3,
        kind="module",
        prompt="Write the separable layer as a module: depthwise, then pointwise.",
        answer=SeparableConv,
        cases=_MODULE_CASES,
        observe=_observe_module,
        also_correct=[_as_sequential, _pointwise_as_product],
        misconceptions=[
            Misconception(
                "M57",
                "a grouped convolution was taken for the separable one",
                _grouped_only,
                "Here no output meets more than one input channel. Which stage mixes the channels?",
            ),
            Misconception(
                "M13",
                "the depthwise stage got its filters by the output channels",
                _filters_by_output,
                "The depthwise stage works on the input channels, and the pointwise stage changes their number.",
            ),
            Misconception(
                "M44",
                "the stride was put on the pointwise convolution",
                _on_pointwise,
                "The numbers that come out are the same, but look at how many pixels the depthwise stage computes "
                "that nobody reads.",
            ),
            Misconception(
                "M53",
                "the pointwise convolution was put first",
                _pointwise_first,
                "Space first, then channels: how many channels does the depthwise stage see?",
            ),
            Misconception(
                "M34",
                "the first convolution was left without groups",
                _no_groups,
                "Without groups each of its filters reads all the channels: that is a standard convolution.",
            ),
            Misconception(
                "M23",
                "groups was set to the output channels",
                _groups_of_output,
                "Each group holds one channel of what the layer reads.",
            ),
            Misconception(
                "M25",
                "the depth multiplier was ignored",
                _multiplier_ignored,
                "With depth_multiplier 2 every input channel has two filters. How many channels lie between the stages?",
            ),
            Misconception(
                "M56",
                "an activation was put between the two",
                _with_relu,
                "Some networks have one there. This layer has nothing between its two stages.",
            ),
            Misconception(
                "M01",
                "only the pointwise convolution got a bias",
                _keras_biases,
                "Keras does it so. Here both convolutions have one, or neither.",
            ),
            Misconception(
                "S306",
                "`bias` was not passed on",
                _always_biased,
                "nn.Conv2d has a bias unless it is told otherwise. Both need to be told.",
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                _not_padded,
                "With stride 1 the layer keeps the height and the width.",
            ),
            Misconception(
                "M39",
                "the padding was made 1 for every kernel",
                _padded_by_one,
                "For a kernel of 3 this is right. How many zeros does a kernel of 5 need?",
            ),
            Misconception(
                "S08",
                "the stride was ignored",
                _stride_ignored,
                "One of the two convolutions must take `stride`.",
            ),
            Misconception(
                "S307",
                "the stride was put on both convolutions",
                _stride_on_both,
                "Two strides of 2 make 4. Which of the two stages should take steps?",
            ),
        ],
        hints=[
            "Two nn.Conv2d, the output channels of the first being the input channels of the second.",
            "Between the stages there are c_in · depth_multiplier channels. groups belongs to one stage only.",
            "The depthwise takes k, stride, padding=k // 2, groups=c_in; the pointwise has kernel 1. bias goes to both.",
        ],
    ),
    Exercise(
        name="three_frameworks",
        lesson=8,
        points=1,
        kind="number",
        prompt="A separable layer, 5 → 8 channels, kernel 3: how many weights, how many parameters in PyTorch and in Keras?",
        answer={"weights": 85, "torch": 98, "keras": 93},
        misconceptions=[
            Misconception(
                "M01",
                "the biases were left out",
                {"weights": 85, "torch": 85, "keras": 85},
                "Parameters are weights and biases. Which convolutions have a bias, and how many numbers is it?",
            ),
            Misconception(
                "S321",
                "PyTorch was given a single bias",
                {"weights": 85, "torch": 93, "keras": 93},
                "In PyTorch the layer is made of two convolutions. Has the first one no bias?",
            ),
            Misconception(
                "S322",
                "Keras was given two biases",
                {"weights": 85, "torch": 98, "keras": 98},
                "To Keras it is one layer: nothing is added between its two stages.",
            ),
            Misconception(
                "S308",
                "PyTorch and Keras were exchanged",
                {"weights": 85, "torch": 93, "keras": 98},
                "Two separate layers have two biases, a single layer has one.",
            ),
            Misconception(
                "S309",
                "the one bias was given to the depthwise stage",
                {"weights": 85, "torch": 98, "keras": 90},
                "Keras adds its bias at the very end. How many channels are there at the end?",
            ),
            Misconception(
                "M13",
                "the depthwise filters were counted by the output channels",
                {"weights": 112, "torch": 128, "keras": 120},
                "The depthwise stage has a kernel for each channel that it reads.",
            ),
            Misconception(
                "M15",
                "the two stages were multiplied",
                {"weights": 1800, "torch": 1813, "keras": 1808},
                "One stage comes after the other, so their weights add up.",
            ),
            Misconception(
                "S310",
                "the standard layer was counted",
                {"weights": 360, "torch": 368, "keras": 368},
                "That is one convolution in which each filter reads all 5 channels. A separable layer has two stages.",
            ),
        ],
        hints=[
            "Weights: a 3×3 kernel for each of the 5 channels, and a number for each pair of channels.",
            "PyTorch's two convolutions write 5 and 8 channels, each with a bias. Keras' single layer writes 8.",
        ],
    ),
    Exercise(
        name="where_it_does_not_pay",
        lesson=8,
        points=2,
        kind="function",
        prompt="Which pairs (c_out, k) make a separable layer as large as the standard one, or larger?",
        answer=where_it_does_not_pay,
        cases=[(3, 4), (1, 3), (4, 1), (5, 2), (3, 9)],
        known=lambda k_max, c_max: f"The right answer is a set of {k_max + c_max - 1} tuples (c_out, k).",
        also_correct=[
            _pays_by_loops,
            lambda k_max, c_max: (
                {(c, 1) for c in range(1, c_max + 1)} | {(1, k) for k in range(1, k_max + 1)}
            ),
        ],
        misconceptions=[
            Misconception(
                "M16",
                "separable was taken to be always smaller",
                lambda k_max, c_max: set(),
                "Compute the ratio for 3 → 1 channels, and for a kernel of 1.",
            ),
            Misconception(
                "S311",
                "the pairs were written the other way round",
                lambda k_max, c_max: {(k, c_out) for c_out, k in where_it_does_not_pay(k_max, c_max)},
                "The output channels come first: (c_out, k).",
            ),
            Misconception(
                "S313",
                "1×1 kernels were forgotten",
                _pairs(lambda c_out, k: c_out == 1),
                "What does a depthwise stage with a kernel of 1 add to the pointwise one?",
            ),
            Misconception(
                "S314",
                "a single output channel was forgotten",
                _pairs(lambda c_out, k: k == 1),
                "What is the ratio if there is one output channel, whatever k is?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                _pairs(lambda c_out, k: k + c_out >= k * c_out),
                "The kernel is k high and k wide. Look at the pair (2, 2) again.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                _pairs(lambda c_out, k: 1 / c_out + 1 / (k ^ 2) >= 1),
                "In Python ^ works on bits. A power is written **.",
            ),
            Misconception(
                "M15",
                "the two parts were multiplied",
                _pairs(lambda c_out, k: c_out * k * k <= 1),
                "The shares of the two stages add up.",
            ),
            Misconception(
                "S315",
                "the pairs that pay were given",
                _pairs(lambda c_out, k: c_out + k * k < c_out * k * k),
                "Asked are the pairs whose ratio is 1 or more.",
            ),
            Misconception(
                "S316",
                "the last values were left out",
                lambda k_max, c_max: where_it_does_not_pay(k_max - 1, c_max - 1),
                "range(1, n) ends before n.",
            ),
        ],
        hints=[
            "Two loops from 1 on, over c_out and k, and your ratio from exercise 2.",
            "Keep a pair (c_out, k) if the ratio is at least 1. Mind the ends of the ranges.",
        ],
    ),
    Exercise(
        name="stride_macs",
        lesson=8,
        points=2,
        kind="function",
        prompt="How many MACs does a separable layer cost with its stride on one stage or on the other?",
        answer=stride_macs,
        cases=_STRIDE_CASES,
        also_correct=[_macs_by_stages, _macs_by_cost],
        misconceptions=[
            Misconception(
                "M44",
                "the place of the stride was taken to make no difference",
                _place_ignored,
                "The output is the same, the way there is not: how many pixels does the depthwise stage write "
                "before the pointwise one takes its steps?",
            ),
            Misconception(
                "S317",
                "the two places were exchanged",
                _places_exchanged,
                "With on='depthwise' it is the first stage that takes the steps.",
            ),
            Misconception(
                "M08",
                "both stages were counted on the input grid",
                _on_input_grid,
                "A stage costs its weights once for each pixel that it writes. How many does the last stage write?",
            ),
            Misconception(
                "S318",
                "the pointwise stage was counted on the grid of the middle",
                _pointwise_on_middle_grid,
                "When the pointwise stage takes the steps, how many pixels does it write?",
            ),
            Misconception(
                "S42",
                "the output size was rounded down",
                _macs_rounded_down,
                "With padding k//2, a row of 5 pixels and stride 2, windows stand at 0, 2 and 4.",
            ),
            Misconception(
                "S319",
                "the stride was applied to one axis",
                _one_axis,
                "The window takes its steps downward and to the right.",
            ),
            Misconception(
                "M13",
                "the depthwise filters were counted by the output channels",
                _macs_by_output_filters,
                "The depthwise stage has a kernel for each channel that it reads.",
            ),
            Misconception(
                "M09",
                "FLOPs were counted",
                _flops,
                "A MAC is one multiplication with its addition, counted once.",
            ),
            Misconception(
                "S320",
                "the pointwise convolution was given a k×k kernel",
                _macs_with_large_pointwise,
                "At each pixel, a pointwise filter has one weight for each channel.",
            ),
        ],
        hints=[
            "Each stage costs its weights times the pixels that it writes. First find both numbers of pixels.",
            "With padding k//2 and k odd, n pixels at stride s become (n − 1) // s + 1.",
            "The pointwise stage writes the small grid either way. Only the grid of the depthwise stage depends on `on`.",
        ],
    ),
    Exercise(
        name="pointwise_first_params",
        lesson=8,
        points=1,
        kind="function",
        prompt="How many weights do a pointwise convolution and the depthwise one after it have?",
        answer=pointwise_first_params,
        cases=_ORDER_CASES,
        also_correct=[
            lambda c_in, c_out, k: c_out * (c_in + k**2),
            lambda c_in, c_out, k: int(np.prod((c_out, c_in, 1, 1)) + np.prod((c_out, 1, k, k))),
        ],
        misconceptions=[
            Misconception(
                "M53",
                "the other order was counted",
                lambda c_in, c_out, k: k * k * c_in + c_in * c_out,
                "Here the channels are mixed first. How many channels does the depthwise stage meet then?",
            ),
            Misconception(
                "M01",
                "the biases were counted among the weights",
                lambda c_in, c_out, k: c_in * c_out + k * k * c_out + 2 * c_out,
                "This question asks for the weights.",
            ),
            Misconception(
                "M34",
                "the depthwise stage was made to read all the channels",
                lambda c_in, c_out, k: c_in * c_out + k * k * c_out * c_out,
                "A depthwise filter reads one channel.",
            ),
            Misconception(
                "M11",
                "the pointwise stage was given one weight for each channel",
                lambda c_in, c_out, k: c_in + k * k * c_out,
                "A 1×1 convolution has a weight for each pair of input and output channel.",
            ),
            Misconception(
                "M15",
                "the two stages were multiplied",
                lambda c_in, c_out, k: c_in * c_out * k * k * c_out,
                "One stage comes after the other, so their weights add up.",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_in, c_out, k: c_in * c_out + k * c_out,
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S320",
                "the pointwise convolution was given a k×k kernel",
                lambda c_in, c_out, k: k * k * c_in * c_out + k * k * c_out,
                "The pointwise stage looks at one pixel.",
            ),
        ],
        hints=["Write down how many channels there are before, between and after the two stages."],
    ),
    Exercise(
        name="parsons_separable",
        lesson=8,
        points=2,
        kind="order",
        prompt="Put the lines in order so that a separable convolution is computed; three lines do not belong.",
        opening="def separable(x, depthwise, pointwise, stride):",
        lines={
            "A": "    for c, i, j in np.ndindex(m.shape):",
            "B": "    return np.tensordot(pointwise, m[:, ::stride, ::stride], axes=1)",
            "C": "        m[c, i, j] = (window * depthwise[c]).sum()",
            "D": "    (C, H, W), (kH, kW) = x.shape, depthwise.shape[1:]",
            "E": "        m[c, i, j] = (window * depthwise).sum()",
            "F": "        window = x[c, stride * i:stride * i + kH, stride * j:stride * j + kW]",
            "G": "    return np.tensordot(pointwise, m, axes=1)",
            "H": "    m = np.zeros((C, (H - kH) // stride + 1, (W - kW) // stride + 1))",
            "I": "    return pointwise.sum(axis=0)[:, None, None] * m",
        },
        answer="DHAFCG",
        cases=_cases_parsons,
        misconceptions=[
            Misconception(
                "M34",
                "each channel met the kernels of all the channels",
                "DHAFEG",
                "In the depthwise stage every channel has a kernel of its own.",
            ),
            Misconception(
                "S307",
                "the stride was put on both convolutions",
                "DHAFCB",
                "m has the size of the output already. Who took the steps?",
            ),
            Misconception(
                "M11",
                "the pointwise stage only scaled each channel",
                "DHAFCI",
                "A pointwise convolution gives pointwise.shape[0] channels, and each is a sum over all channels of m.",
            ),
        ],
        hints=[
            "Shapes first, then room for m, then a loop that fills it. The return comes after the loop.",
            "Inside the loop: cut out the window of channel c, then lay the kernel of channel c on it.",
        ],
    ),
]
