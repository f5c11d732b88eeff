"""Lesson 6: groups. A layer cut into independent layers, and the messages that it gives rise to."""

from math import gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.exercises.inputs import Inputs
from sepconv.exercises.spec import Exercise, Misconception
from sepconv.reference import conv2d


def legal_groups(c_in, c_out):
    """List the numbers of groups that are allowed."""
    return [g for g in range(1, c_in + 1) if c_in % g == 0 and c_out % g == 0]


def _divisors(number):
    return [g for g in range(1, number + 1) if number % g == 0]


_CHANNELS = [(4, 4), (3, 4), (12, 18), (18, 12), (8, 10), (1, 5), (5, 10), (16, 24), (7, 7)]


def grouped_weight_shape(c_in, c_out, k, groups):
    """Return the shape of nn.Conv2d(c_in, c_out, k, groups=groups).weight."""
    return (c_out, c_in // groups, k, k)


_SHAPES = [(8, 10, 3, 2), (10, 8, 3, 2), (8, 12, 5, 4), (12, 18, 2, 3), (8, 16, 3, 4)]


def grouped_params(c_in, c_out, k, groups, bias=True):
    """Count the weights and biases of a grouped convolution."""
    weights = c_out * (c_in // groups) * k * k
    biases = c_out if bias else 0
    return weights + biases


_COUNTS = [
    (8, 10, 3, 2),
    (8, 10, 3, 2, False),
    (6, 12, 3, 3),
    (12, 8, 5, 4),
    (10, 8, 2, 2, False),
    (3, 4, 3, 1),
    (8, 16, 3, 8),
]


def grouped_conv(x, w, groups):
    """Convolve x (C_in, H, W) with w (C_out, C_in / groups, kH, kW)."""
    # Step 1: how many inputs and how many outputs does each group have?
    C_out, inputs_each, kH, kW = w.shape
    outputs_each = C_out // groups
    y = np.zeros((C_out, x.shape[1] - kH + 1, x.shape[2] - kW + 1))
    for o in range(C_out):
        # Step 2: which group is output o in, and which channels of x does that group read?
        group = o // outputs_each
        inputs = x[group * inputs_each : (group + 1) * inputs_each]
        # Step 3: filter o meets these inputs and no others. w[[o]] is that filter with its four axes.
        y[[o]] = conv2d(inputs, w[[o]])
    return y


def _split_and_concatenate(x, w, groups):
    parts = zip(np.split(x, groups), np.split(w, groups), strict=True)
    return np.concatenate([conv2d(inputs, filters) for inputs, filters in parts])


def _with_an_axis_for_groups(x, w, groups):
    windows = sliding_window_view(x, w.shape[2:], axis=(1, 2))
    windows = windows.reshape(groups, w.shape[1], *windows.shape[1:])
    filters = w.reshape(groups, -1, *w.shape[1:])
    y = np.einsum("gcijuv,gocuv->goij", windows, filters)
    return y.reshape(-1, *y.shape[2:])


def _grouped_loops(x, w, groups):
    C_out, depth, kH, kW = w.shape
    y = np.zeros((C_out, x.shape[1] - kH + 1, x.shape[2] - kW + 1)).tolist()
    for o, i, j in np.ndindex(C_out, len(y[0]), len(y[0][0])):
        for c, u, v in np.ndindex(depth, kH, kW):
            y[o][i][j] += x[o * groups // C_out * depth + c, i + u, j + v] * w[o, c, u, v]
    return y


def grouped_as_dense(w, groups):
    """Write a grouped weight as a dense one, (C_out, C_in, kH, kW)."""
    C_out, inputs_each, kH, kW = w.shape
    outputs_each = C_out // groups
    dense = np.zeros((C_out, inputs_each * groups, kH, kW))
    for o in range(C_out):
        group = o // outputs_each
        dense[o, group * inputs_each : (group + 1) * inputs_each] = w[o]
    return dense


def _dense_by_blocks(w, groups):
    blocks = np.split(w, groups)
    holes = np.zeros_like(blocks[0])
    rows = [
        np.concatenate([block if i == g else holes for i in range(groups)], axis=1)
        for g, block in enumerate(blocks)
    ]
    return np.concatenate(rows)


def _dense_by_identity(w, groups):
    blocks = w.reshape(groups, -1, *w.shape[1:])
    dense = np.einsum("goiuv,gh->gohiuv", blocks, np.eye(groups))
    return dense.reshape(len(w), -1, *w.shape[2:])


def _placed(w, groups, columns):
    """Write filter o into the columns that `columns(o, outputs_each, inputs_each)` names."""
    C_out, inputs_each, kH, kW = w.shape
    dense = np.zeros((C_out, inputs_each * groups, kH, kW))
    for o in range(C_out):
        dense[o, columns(o, C_out // groups, inputs_each)] = w[o]
    return dense


def _all_in_turn(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o % groups, None, groups))


def _inputs_in_turn(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o // outputs_each, None, groups))


def _outputs_in_turn(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o % groups * inputs_each, (o % groups + 1) * inputs_each)

    return _placed(w, groups, columns)


def _divided_by_groups(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // groups * inputs_each, (o // groups + 1) * inputs_each)

    return _placed(w, groups, columns)


def _group_as_first_input(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // outputs_each, o // outputs_each + inputs_each)

    return _placed(w, groups, columns)


def _output_as_first_input(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o, o + inputs_each))


def _sized_like_the_outputs(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // outputs_each * outputs_each, (o // outputs_each + 1) * outputs_each)

    return _placed(w, groups, columns)


def _first_group_only(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(inputs_each))


def _every_group_read(w, groups):
    return np.tile(w, (1, groups, 1, 1))


def _shared_filters(w, groups):
    return grouped_as_dense(np.tile(w[: len(w) // groups], (groups, 1, 1, 1)), groups)


def _convolve(dense):
    """Make a wrong convolution of a wrong dense weight."""
    return lambda x, w, groups: conv2d(x, dense(w, groups))


def _groups_added(x, w, groups):
    y = grouped_conv(x, w, groups)
    return y.reshape(groups, -1, *y.shape[1:]).sum(axis=0)


def _flipped(x, w, groups):
    return grouped_conv(x, w[:, :, ::-1, ::-1], groups)


def _cases_conv(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([1.0, 2, 4, 8]).reshape(4, 1, 1), np.ones((4, 2, 1, 1)), 2),
        (draw(4, 2, 3), draw(6, 2, 1, 2), 2),
        (draw(6, 3, 4), draw(4, 3, 2, 3), 2),
        (draw(6, 4, 3), draw(9, 2, 3, 2), 3),
        (draw(3, 4, 5), draw(2, 3, 2, 2), 1),
        (draw(8, 3, 3), draw(12, 2, 2, 1), 4),
    ]


def _cases_dense(seed):
    return [(w, groups) for _, w, groups in _cases_conv(seed)[1:]]


def repair_layers(layers):
    """Return the layers with groups and padding that nn.Conv2d accepts."""
    repaired = []
    for layer in layers:
        c_in = layer["in_channels"]
        c_out = layer["out_channels"]
        groups = max(g for g in range(1, layer["groups"] + 1) if c_in % g == 0 and c_out % g == 0)
        padding = layer["padding"]
        if padding == "same" and layer["stride"] != 1:
            padding = layer["kernel_size"] // 2
        repaired.append({**layer, "groups": groups, "padding": padding})
    return repaired


def _repaired_by_trying(layers):
    from torch import nn

    repaired = []
    for layer in layers:
        layer = dict(layer)
        if layer["padding"] == "same" and layer["stride"] > 1:
            layer["padding"] = layer["kernel_size"] // 2
        while layer["groups"] > 1:
            try:
                nn.Conv2d(**layer)
                break
            except ValueError:
                layer["groups"] -= 1
        repaired.append(layer)
    return repaired


def _repaired_by_gcd(layers):
    def fit(layer):
        largest = gcd(layer["in_channels"], layer["out_channels"])
        strided_same = layer["padding"] == "same" and layer["stride"] != 1
        return {
            "groups": [g for g in _divisors(largest) if g <= layer["groups"]][-1],
            "padding": layer["kernel_size"] // 2 if strided_same else layer["padding"],
        }

    return [layer | fit(layer) for layer in layers]


def _repaired(groups=None, padding=None):
    """Make a wrong repair: `groups(layer)` or `padding(layer)` in place of the right one."""

    def repair(layers):
        result = repair_layers(layers)
        for given, layer in zip(layers, result, strict=True):
            if groups:
                layer["groups"] = groups(given)
            if padding:
                layer["padding"] = padding(given)
        return result

    return repair


def _is_legal(layer):
    return layer["in_channels"] % layer["groups"] == layer["out_channels"] % layer["groups"] == 0


def _largest(layer):
    return gcd(layer["in_channels"], layer["out_channels"])


def _is_strided_same(layer):
    return layer["padding"] == "same" and layer["stride"] != 1


def _fits(side):
    return lambda layer: max(g for g in _divisors(layer[side]) if g <= layer["groups"])


def _stride_changed(layers):
    repaired = _repaired(padding=lambda layer: layer["padding"])(layers)
    return [{**layer, "stride": 1} if _is_strided_same(layer) else layer for layer in repaired]


def _left_out(layers):
    return [layer for layer in layers if _is_legal(layer) and not _is_strided_same(layer)]


def _layer(in_channels, out_channels, kernel_size=3, stride=1, padding=0, groups=1):
    return {
        "in_channels": in_channels,
        "out_channels": out_channels,
        "kernel_size": kernel_size,
        "stride": stride,
        "padding": padding,
        "groups": groups,
    }


_LAYERS = [
    ([_layer(12, 18, groups=4)],),
    ([_layer(12, 18, groups=9)],),
    ([_layer(3, 4, kernel_size=5, stride=2, padding="same")],),
    ([_layer(12, 18, groups=5), _layer(12, 18, groups=2)],),
    ([_layer(4, 4, groups=8), _layer(6, 4, kernel_size=2, stride=3, groups=2)],),
    (
        [
            _layer(8, 8, padding="same", groups=4),
            _layer(10, 15, kernel_size=7, stride=3, padding="same", groups=10),
            _layer(6, 8, kernel_size=4, stride=2, padding="same", groups=4),
            _layer(3, 4, stride=2, padding=1, groups=4),
        ],
    ),
]


def _what_is_right(layers):
    """Say of each layer what the right answer does with it, without the numbers."""
    told = []
    for number, (given, right) in enumerate(zip(layers, repair_layers(layers), strict=True)):
        changes = []
        if right["groups"] != given["groups"]:
            changes.append(f"the largest allowed groups below {given['groups']}")
        if right["padding"] != given["padding"]:
            changes.append("kernel_size // 2 as its padding")
        told.append(f"layer {number} " + (f"has {' and '.join(changes)}" if changes else "stays as it is"))
    return f"In the right answer, {', '.join(told)}."


# What the message would be for each cause: said to whoever names that cause for another message.
_WOULD_SAY = {
    "A": "With the channels last, the size that the layer expects stands at the end of the input's shape.",
    "B": "Without a channel axis, PyTorch either finds too few axes, or takes another one for the channels.",
    "C": "A single image needs no batch axis: PyTorch takes (C, H, W) as well.",
    "D": "Then the input has as many channels as one filter is deep, and the layer expects groups times as many.",
    "E": "A layer cannot even be made with such groups, and the message names in_channels.",
    "F": "A layer cannot even be made with such groups, and the message names out_channels.",
    "G": "Then the message is about number types: NumPy's 64-bit numbers are double, a layer's own are float.",
    "H": "A bias of the wrong size would be named with its size. nn.Conv2d makes one of the right size itself.",
}
_RIGHT_CAUSES = {1: "F", 2: "D", 3: "A", 4: "B", 5: "G"}
_WHY_RIGHT = {
    1: "There are as many filters as output channels, and they are cut into groups, too.",
    2: "A filter is 2 deep and there are 3 groups, so 6 channels are expected. The input brings 2.",
    3: "[1, 32, 48, 3] is a picture of 32×48 pixels with a batch axis in front and its 3 channels at the end.",
    4: "(32, 48) is height and width. A gray picture needs a channel axis, (1, 32, 48).",
    5: "The input is double, the layer float. The message names the bias, but the weights are float as well.",
}


def _causes(**changed):
    return {**_RIGHT_CAUSES, **{int(key[1:]): letter for key, letter in changed.items()}}


EXERCISES = [
    Exercise(
        name="warmup_06_1",
        lesson=6,
        points=0,
        kind="number",
        prompt="Lesson 5: how many weights does nn.Conv2d(5, 7, 1) have, without biases?",
        answer=35,
        misconceptions=[
            Misconception(
                "M11",
                "a 1×1 convolution was taken to have one weight for each output",
                7,
                "Each output channel weighs every input channel.",
            )
        ],
        hints=["7 filters, each as deep as the input. How much is one slice?"],
    ),
    Exercise(
        name="warmup_06_2",
        lesson=6,
        points=0,
        kind="number",
        prompt="Lesson 3: size 12, kernel 3, stride 2, padding 1. How many output pixels?",
        answer=6,
        misconceptions=[
            Misconception(
                "M36", "the size was rounded up", 7, "The last window counts only if it fits completely."
            )
        ],
        hints=["The window can travel 12 + 2 − 3 pixels, in steps of 2."],
    ),
    Exercise(
        name="warmup_06_3",
        lesson=6,
        points=0,
        kind="number",
        prompt="Lesson 0: 90 weights, no biases, an output of 5×6 pixels. How many multiplications?",
        answer=2700,
        misconceptions=[
            Misconception(
                "S200",
                "the weights were taken for the work",
                90,
                "A weight is learned once and used again and again: how often?",
            )
        ],
        hints=["How many output pixels are there? Each of them uses every weight of its channel once."],
    ),
    Exercise(
        name="legal_groups",
        lesson=6,
        points=1,
        kind="function",
        prompt="Which numbers of groups does nn.Conv2d(c_in, c_out, …) accept?",
        answer=legal_groups,
        cases=_CHANNELS,
        known=lambda c_in, c_out: (
            f"The right answer is a rising list of length {len(legal_groups(c_in, c_out))}."
        ),
        also_correct=[
            lambda c_in, c_out: _divisors(gcd(c_in, c_out)),
            lambda c_in, c_out: sorted(set(_divisors(c_in)) & set(_divisors(c_out))),
        ],
        misconceptions=[
            Misconception(
                "M22",
                "groups was only asked to divide the input channels",
                lambda c_in, c_out: _divisors(c_in),
                "The input channels are cut into groups. What else is cut?",
            ),
            Misconception(
                "M22",
                "groups was only asked to divide the output channels",
                lambda c_in, c_out: _divisors(c_out),
                "The output channels are cut into groups. What else is cut?",
            ),
            Misconception(
                "M22",
                "multiples of the output channels were listed",
                lambda c_in, c_out: [g for g in range(1, max(c_in, c_out) + 1) if g % c_out == 0],
                "That is the post's rule, the wrong way round: 2 groups cut 4 channels, 8 groups do not.",
            ),
            Misconception(
                "S201",
                "it was enough to divide one of the two channel numbers",
                lambda c_in, c_out: sorted(set(_divisors(c_in)) | set(_divisors(c_out))),
                "Try 3 → 4 channels with 3 groups: how many outputs would a group have?",
            ),
            Misconception(
                "S02",
                "any number up to the input channels was taken",
                lambda c_in, c_out: list(range(1, c_in + 1)),
                "The groups must all be of the same size. Can you cut 3 channels into 2 such groups?",
            ),
            Misconception(
                "S202",
                "only the largest number was listed",
                lambda c_in, c_out: [gcd(c_in, c_out)],
                "That one is allowed, but smaller ones may be as well. Return them all, in a list.",
            ),
            Misconception(
                "S232",
                "0 was tried as a number of groups",
                lambda c_in, c_out: [g for g in range(c_in + 1) if c_in % g == 0 and c_out % g == 0],
                "Nothing can be divided by 0. range(n) begins there: where should the groups begin?",
            ),
            Misconception(
                "S203",
                "one group was left out",
                lambda c_in, c_out: [g for g in _divisors(gcd(c_in, c_out)) if g > 1],
                "Which number of groups is a layer made with if you say nothing?",
            ),
            Misconception(
                "S204",
                "the largest number was left out",
                lambda c_in, c_out: [g for g in range(1, gcd(c_in, c_out)) if gcd(c_in, c_out) % g == 0],
                "range stops before its end. How many groups can 4 → 4 channels have at most?",
            ),
        ],
        hints=[
            "A group has c_in / groups inputs and c_out / groups outputs. Both must be whole numbers.",
            "a % g == 0 says that g divides a. Try every g from 1 on and keep those that divide both.",
        ],
    ),
    Exercise(
        name="grouped_weight_shape",
        lesson=6,
        points=1,
        kind="function",
        prompt="What is the shape of nn.Conv2d(c_in, c_out, k, groups=groups).weight?",
        answer=grouped_weight_shape,
        cases=_SHAPES,
        known=lambda c_in, c_out, k, groups: (
            f"The right answer is a tuple of four numbers; this layer has {k * k * c_in * c_out // groups} weights."
        ),
        also_correct=[
            lambda c_in, c_out, k, groups: [c_out, c_in / groups, k, k],
            lambda c_in, c_out, k, groups: np.zeros((c_out, c_in // groups, k, k)).shape,
        ],
        misconceptions=[
            Misconception(
                "M05",
                "the input channels were put first and the outputs divided",
                lambda c_in, c_out, k, groups: (c_in, c_out // groups, k, k),
                "The weight is a list of filters: what does its first axis count, and how deep is one of them?",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                lambda c_in, c_out, k, groups: (c_in // groups, c_out, k, k),
                "The constructor takes the input first, but the weight is a list of filters. What does its first axis count?",
            ),
            Misconception(
                "S205",
                "both channel numbers were divided by groups",
                lambda c_in, c_out, k, groups: (c_out // groups, c_in // groups, k, k),
                "That is the weight of one group. The layer still makes c_out channels, each with a filter of its own.",
            ),
            Misconception(
                "S206",
                "the filters were made fewer instead of shallower",
                lambda c_in, c_out, k, groups: (c_out // groups, c_in, k, k),
                "The layer still makes c_out channels, each with a filter of its own. How many channels does a filter read?",
            ),
            Misconception(
                "S207",
                "the shape of a layer without groups was given",
                lambda c_in, c_out, k, groups: (c_out, c_in, k, k),
                "With groups, a filter does not read all the input channels. How deep does it have to be?",
            ),
            Misconception(
                "S208",
                "the groups were given an axis of their own",
                lambda c_in, c_out, k, groups: (groups, c_out // groups, c_in // groups, k, k),
                "It would be a good way to store them, but PyTorch keeps four axes: a list of c_out filters.",
            ),
            Misconception(
                "S233",
                "the number of groups was taken for the depth of a filter",
                lambda c_in, c_out, k, groups: (c_out, groups, k, k),
                "A filter is as deep as its group has input channels. How many are there?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                lambda c_in, c_out, k, groups: (c_out, 1, k, k),
                "A filter is as deep as its group has input channels. How many are there?",
            ),
            Misconception(
                "S28",
                "the order of another framework was used",
                lambda c_in, c_out, k, groups: (k, k, c_in // groups, c_out),
                "Keras stores the kernel first. PyTorch stores a list of filters.",
            ),
        ],
        hints=[
            "weight[0] is the first filter. How many filters are there? And how many channels does one of them read?",
            "The number of filters is the number of output channels, with or without groups. Only their depth changes.",
        ],
    ),
    Exercise(
        name="grouped_params",
        lesson=6,
        points=2,
        kind="function",
        prompt="How many numbers does a grouped convolution learn?",
        answer=grouped_params,
        cases=_COUNTS,
        also_correct=[
            lambda c_in, c_out, k, groups, bias=True: k**2 * c_in * c_out // groups + bool(bias) * c_out,
            lambda c_in, c_out, k, groups, bias=True: (
                groups * (c_out // groups) * ((c_in // groups) * k * k + (1 if bias else 0))
            ),
        ],
        misconceptions=[
            Misconception(
                "M02",
                "the bias was divided by groups",
                lambda c_in, c_out, k, groups, bias=True: (
                    (k * k * c_in * c_out + c_out * bool(bias)) / groups
                ),
                "Each output channel has a bias of its own, whatever group it belongs to.",
            ),
            Misconception(
                "M03",
                "one group was counted",
                lambda c_in, c_out, k, groups, bias=True: (
                    k * k * (c_in // groups) * (c_out // groups) + c_out // groups * bool(bias)
                ),
                "That is what one group learns. How many groups are there, and do they share anything?",
            ),
            Misconception(
                "M04",
                "the weights were divided by groups twice",
                lambda c_in, c_out, k, groups, bias=True: (
                    k * k * (c_in // groups) * (c_out // groups) + c_out * bool(bias)
                ),
                "A filter becomes shallower by groups. Does the number of filters change as well?",
            ),
            Misconception(
                "M06",
                "the filters were taken to be flat",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_out + c_out * bool(bias),
                "A filter has k×k weights for each input channel of its group.",
            ),
            Misconception(
                "S250",
                "the groups were left out of the count",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out + c_out * bool(bias),
                "With groups, a filter reads only a part of the input channels. Which part?",
            ),
            Misconception(
                "S209",
                "the weights were multiplied by groups",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out * groups + c_out * bool(bias),
                "Each group is a smaller layer, in both channel numbers. Does cutting add weights or remove them?",
            ),
            Misconception(
                "S23",
                "the bias was left out",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups,
                "Unless bias is False, each output channel has one more number.",
            ),
            Misconception(
                "S210",
                "biases were counted in a layer that has none",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups + c_out,
                "What does the argument `bias` say?",
            ),
            Misconception(
                "S211",
                "one bias was counted for each input channel",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups + c_in * bool(bias),
                "A bias is added to a whole output channel.",
            ),
            Misconception(
                "S234",
                "one bias was counted for the whole layer",
                lambda c_in, c_out, k, groups, bias=True: k * k * c_in * c_out // groups + bool(bias),
                "`bias` only says whether there are any. What does a bias belong to?",
            ),
            Misconception(
                "S212",
                "one bias was counted for each group",
                lambda c_in, c_out, k, groups, bias=True: (
                    k * k * c_in * c_out // groups + groups * bool(bias)
                ),
                "The output channels of a group do not share a bias.",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_in, c_out, k, groups, bias=True: k * c_in * c_out // groups + c_out * bool(bias),
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                lambda c_in, c_out, k, groups, bias=True: (
                    (k ^ 2) * c_in * c_out // groups + c_out * bool(bias)
                ),
                "In Python ^ works on bits. A power is written **.",
            ),
        ],
        hints=[
            "Count one filter first: it is as deep as one group has inputs, and k×k wide.",
            "How many filters are there? And how many numbers are added to the outputs?",
            "c_out filters of (c_in // groups)·k·k weights, and a bias for each filter if bias is True.",
        ],
    ),
    Exercise(
        name="grouped_conv",
        lesson=6,
        points=2,
        kind="function",
        prompt="Convolve groups of channels, each with filters of its own.",
        answer=grouped_conv,
        cases=_cases_conv,
        also_correct=[_split_and_concatenate, _with_an_axis_for_groups, _grouped_loops],
        misconceptions=[
            Misconception(
                "M27",
                "the channels were dealt out to the groups in turn",
                _convolve(_all_in_turn),
                "The groups are blocks of neighbors. With 4 channels and 2 groups, which channels are in the first?",
            ),
            Misconception(
                "M27",
                "the input channels were dealt out to the groups in turn",
                _convolve(_inputs_in_turn),
                "The outputs are grouped right. A group's inputs are neighbors, too.",
            ),
            Misconception(
                "M27",
                "the output channels were dealt out to the groups in turn",
                _convolve(_outputs_in_turn),
                "The inputs are grouped right. With 4 outputs and 2 groups, in which group are outputs 0 and 1?",
            ),
            Misconception(
                "M28",
                "all groups used the filters of the first",
                _convolve(_shared_filters),
                "There is a filter for each output channel: output o is made by w[o].",
            ),
            Misconception(
                "S213",
                "every output read the inputs of the first group",
                _convolve(_first_group_only),
                "Each group of outputs has inputs of its own. Where do those of the second group begin?",
            ),
            Misconception(
                "S214",
                "every filter was used on all the groups",
                _convolve(_every_group_read),
                "Then every output would read every input. A filter belongs to one group and reads only its inputs.",
            ),
            Misconception(
                "S215",
                "the results of the groups were added up",
                _groups_added,
                "The groups make different output channels. How many channels must come out together?",
            ),
            Misconception(
                "S216",
                "the group was found by dividing by the number of groups",
                _convolve(_divided_by_groups),
                "With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?",
            ),
            Misconception(
                "S235",
                "a group's number was taken for its first input",
                _convolve(_group_as_first_input),
                "With 4 inputs and 2 groups, group 1 does not begin at input 1. How many inputs lie before it?",
            ),
            Misconception(
                "S236",
                "an output's number was taken for its first input",
                _convolve(_output_as_first_input),
                "All outputs of a group read the same inputs. Find the group first.",
            ),
            Misconception(
                "S237",
                "the inputs were cut into groups of the size of the outputs",
                _convolve(_sized_like_the_outputs),
                "A group has C_out / groups outputs and C_in / groups inputs: two different numbers.",
            ),
            Misconception(
                "M43",
                "the kernel was flipped",
                _flipped,
                "x[c, i + u, j + v] meets w[o, c, u, v], with plus signs.",
            ),
        ],
        hints=[
            "Look at the worked example: x has two more axes now, but the channels are still the first.",
            "Each group has C_out // groups outputs. So in which group is output o? That is a division, rounded down.",
            "Group 0 reads the channels from 0 to inputs_each. Where does group 1 begin, and where does it end?",
        ],
    ),
    Exercise(
        name="grouped_as_dense",
        lesson=6,
        points=2,
        kind="function",
        prompt="Write the weight of a grouped convolution as that of a standard one.",
        answer=grouped_as_dense,
        cases=_cases_dense,
        also_correct=[_dense_by_blocks, _dense_by_identity],
        misconceptions=[
            Misconception(
                "M27",
                "the channels were dealt out to the groups in turn",
                _all_in_turn,
                "Groups are blocks of neighbors, so the kernels form blocks along the diagonal.",
            ),
            Misconception(
                "M27",
                "the input channels were dealt out to the groups in turn",
                _inputs_in_turn,
                "The rows are grouped right. The columns that a group reads are neighbors, too.",
            ),
            Misconception(
                "M27",
                "the output channels were dealt out to the groups in turn",
                _outputs_in_turn,
                "The columns are grouped right. The first rows all belong to the first group.",
            ),
            Misconception(
                "M28",
                "the same block was used for all groups",
                _shared_filters,
                "Each group has filters of its own: row o of the dense weight is filter o.",
            ),
            Misconception(
                "S213",
                "every output read the inputs of the first group",
                _first_group_only,
                "All the kernels stand in the same columns. Where does the block of the second group begin?",
            ),
            Misconception(
                "S214",
                "every filter was used on all the groups",
                _every_group_read,
                "Then every output would read every input. Where must zeros stand?",
            ),
            Misconception(
                "S216",
                "the group was found by dividing by the number of groups",
                _divided_by_groups,
                "With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?",
            ),
            Misconception(
                "S235",
                "a group's number was taken for its first input",
                _group_as_first_input,
                "With 4 inputs and 2 groups, group 1 does not begin at input 1. How many inputs lie before it?",
            ),
            Misconception(
                "S236",
                "an output's number was taken for its first input",
                _output_as_first_input,
                "All outputs of a group read the same inputs. Find the group first.",
            ),
            Misconception(
                "S237",
                "the inputs were cut into groups of the size of the outputs",
                _sized_like_the_outputs,
                "A group has C_out / groups outputs and C_in / groups inputs: two different numbers.",
            ),
            Misconception(
                "S217",
                "the weight was returned as it was",
                lambda w, groups: w,
                "The dense weight has a kernel for each pair of an output and an input: how many inputs are there in all?",
            ),
        ],
        hints=[
            "Begin with zeros of the right shape. w.shape[1] is C_in / groups: what is C_in?",
            "Row o of the dense weight is filter o, moved to the columns that its group reads.",
            "Those columns are the slice of x in exercise 4.",
        ],
    ),
    Exercise(
        name="masked_after_one_step",
        lesson=6,
        points=1,
        kind="choice",
        prompt="A dense layer is given a grouped layer's weights and zeros. What is true of it after one training step?",
        answer="C",
        misconceptions=[
            Misconception("S218", "a weight of 0 was taken to have no gradient", "A", ""),
            Misconception("M29", "a masked dense layer was taken for a grouped one", "B", ""),
            Misconception(
                "S219", "the weights outside were taken to change the gradients inside at once", "D", ""
            ),
        ],
        explanations={
            "A": "A weight's gradient is made of what it reads and of its output's error. Is its own value part of that?",
            "B": "The two compute the same, but one of them has more weights that can move.",
            "C": "Before the step both layers make the same errors from the same inputs, so in the blocks the gradients agree. "
            "Outside, nothing holds the zeros in place.",
            "D": "The gradients are computed before anything moves. Up to then, do the two layers differ in any output?",
        },
        hints=[
            "The lesson did this with 4 channels. Look at the gradients that it printed, and at its asserts."
        ],
    ),
    Exercise(
        name="error_clinic",
        lesson=6,
        points=2,
        kind="choice",
        prompt="Which cause has each of PyTorch's messages?",
        answer=_RIGHT_CAUSES,
        misconceptions=[
            Misconception(
                "M22", "the cut of the filters was taken for that of the inputs", _causes(n1="E"), ""
            ),
            Misconception(
                "S220", "the depth of a filter was taken for the depth of the input", _causes(n2="A"), ""
            ),
            Misconception("S221", "the rows of a picture were taken for its channels", _causes(n3="D"), ""),
            Misconception(
                "S222", "a batch axis was missed where a channel axis is missing", _causes(n4="C"), ""
            ),
            Misconception("S223", "the bias was blamed because the message names it", _causes(n5="H"), ""),
        ],
        explanations={
            number: _WOULD_SAY | {_RIGHT_CAUSES[number]: why} for number, why in _WHY_RIGHT.items()
        },
        hints=[
            "Two of the messages come when a layer is made, the others when it is called. Which causes are of which kind?",
            "In [12, 2, 3, 3] the 12 counts filters, and each is 2 deep. Multiply by the groups: what is expected?",
            "In the shape of an input, look for the number of channels that the layer expects. Where does it stand?",
        ],
    ),
    Exercise(
        name="repair_layers",
        lesson=6,
        points=2,
        kind="function",
        prompt="Repair a list of layers so that each of them can be made.",
        answer=repair_layers,
        cases=_LAYERS,
        known=_what_is_right,
        also_correct=[_repaired_by_trying, _repaired_by_gcd],
        misconceptions=[
            Misconception(
                "M22",
                "groups was only asked to divide the input channels",
                _repaired(groups=_fits("in_channels")),
                "Try 12 → 18 with 4 groups: how many output channels would a group have?",
            ),
            Misconception(
                "M22",
                "groups was only asked to divide the output channels",
                _repaired(groups=_fits("out_channels")),
                "Try 12 → 18 with 9 groups: how many input channels would a group have?",
            ),
            Misconception(
                "M40",
                "padding='same' was taken to work with a stride",
                _repaired(padding=lambda layer: layer["padding"]),
                "PyTorch refuses 'same' unless the stride is 1.",
            ),
            Misconception(
                "S224",
                "groups that do not fit were set to 1",
                _repaired(groups=lambda layer: layer["groups"] if _is_legal(layer) else 1),
                "1 always works, but the task asks for as many groups as possible, up to the given number.",
            ),
            Misconception(
                "S225",
                "groups that do not fit were set to the largest number of all",
                _repaired(groups=lambda layer: layer["groups"] if _is_legal(layer) else _largest(layer)),
                "The new number of groups must not be larger than the one that was given.",
            ),
            Misconception(
                "S238",
                "only common divisors with the given groups were tried",
                _repaired(groups=lambda layer: gcd(layer["groups"], _largest(layer))),
                "The new number need not divide the old one. Try every number below it.",
            ),
            Misconception(
                "S226",
                "all layers were given the largest number of groups",
                _repaired(groups=_largest),
                "Layers that can be made stay as they are, and nobody gets more groups than were asked for.",
            ),
            Misconception(
                "S227",
                "the groups were left as they were",
                _repaired(groups=lambda layer: layer["groups"]),
                "Some of the layers still cannot be made: do their groups divide both channel numbers?",
            ),
            Misconception(
                "S228",
                "'same' was replaced at stride 1, too",
                _repaired(
                    padding=lambda layer: (
                        layer["kernel_size"] // 2 if layer["padding"] == "same" else layer["padding"]
                    )
                ),
                "With stride 1 PyTorch takes 'same': such a layer stays as it is.",
            ),
            Misconception(
                "S229",
                "'same' was replaced by no padding",
                _repaired(padding=lambda layer: 0 if _is_strided_same(layer) else layer["padding"]),
                "It can be made, but it shrinks its input more than anybody wanted. Which padding does the task name?",
            ),
            Misconception(
                "S230",
                "the stride was changed instead of the padding",
                _stride_changed,
                "Then the output is larger than wanted. The stride stays.",
            ),
            Misconception(
                "S231",
                "the layers that fail were left out",
                _left_out,
                "Every layer has its place in the network: repair it, in the same order.",
            ),
        ],
        hints=[
            "Two repairs, independent of each other: first the groups, then the padding.",
            "Go down from layer['groups'] until a number divides both channel numbers. 1 always does.",
            "{**layer, 'groups': groups} is a new dict, like layer but for its groups.",
        ],
    ),
    Exercise(
        name="parsons_grouped",
        lesson=6,
        points=2,
        kind="order",
        prompt="Put the lines in order so that a grouped 1×1 convolution is computed; three lines do not belong.",
        opening="def grouped_pointwise(x, w, groups):",
        lines={
            "A": "        filters = w[:outputs_each]",
            "B": "    return np.concatenate(results)",
            "C": "        inputs = x[g * inputs_each:(g + 1) * inputs_each]",
            "D": "        results.append(np.tensordot(filters, inputs, axes=1))",
            "E": "        inputs = x[g::groups]",
            "F": "    inputs_each, outputs_each = len(x) // groups, len(w) // groups",
            "G": "    return sum(results)",
            "H": "    for g in range(groups):",
            "I": "    results = []",
            "J": "        filters = w[g * outputs_each:(g + 1) * outputs_each]",
        },
        answer="FIHCJDB",
        also_correct=["IFHCJDB", "FIHJCDB", "IFHJCDB"],
        cases=lambda seed: [
            (Inputs(seed).integers(4, 1, 2), Inputs(seed + 1).integers(4, 2), 2),
            (Inputs(seed + 2).integers(6, 2, 3), Inputs(seed + 3).integers(9, 2), 3),
            (Inputs(seed + 4).integers(6, 3, 2), Inputs(seed + 5).integers(4, 3), 2),
        ],
        misconceptions=[
            Misconception(
                "M27",
                "the input channels were dealt out to the groups in turn",
                "FIHEJDB",
                "A group's inputs are neighbors.",
            ),
            Misconception(
                "M28",
                "all groups used the filters of the first",
                "FIHCADB",
                "Each group has filters of its own.",
            ),
            Misconception(
                "S215",
                "the results of the groups were added up",
                "FIHCJDG",
                "The groups make different output channels. How many must come out together?",
            ),
        ],
        hints=[
            "Before the loop: how large the groups are, and an empty list. After it: return.",
            "In the loop: cut the inputs, cut the filters, then compute.",
        ],
    ),
]
