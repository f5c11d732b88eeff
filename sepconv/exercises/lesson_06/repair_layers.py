"""Repair a list of layers so that each of them can be made."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


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


def _drawn_layers(seed):
    """Return two lists of layers: groups that fit or do not, and 'same' with a stride or without."""
    draw = Inputs(seed).one_of

    def layer():
        stride = draw((1, 2, 3))
        padding = draw(("same", "same", 0, 1))
        channels = 2 * draw(range(2, 13)), 3 * draw(range(2, 9))
        return _layer(*channels, draw((2, 3, 4, 5, 7)), stride, padding, draw(range(1, 13)))

    return [([layer() for _ in range(3)],) for _ in range(2)]


def _what_is_right(layers):
    """Say what the right answer is made of and what it does with each layer, without the numbers."""
    told = []
    for number, (given, right) in enumerate(zip(layers, repair_layers(layers), strict=True)):
        changes = []
        if right["groups"] != given["groups"]:
            changes.append(f"the largest allowed groups below {given['groups']}")
        if right["padding"] != given["padding"]:
            changes.append("kernel_size // 2 as its padding")
        told.append(f"layer {number} " + (f"has {' and '.join(changes)}" if changes else "stays as it is"))
    some = "1 dict" if len(layers) == 1 else f"{len(layers)} dicts"
    return (
        f"The right answer is a list of {some} with the keys {', '.join(layers[0])}. In it, "
        f"{', '.join(told)}."
    )


EXERCISE = Exercise(
    points=2,
    answer=repair_layers,
    cases=_LAYERS,
    fresh=_drawn_layers,
    known=_what_is_right,
    misconceptions="""
        M22 groups was only asked to divide the input channels
        c_in % g == 0 and c_out % g == 0 => c_in % g == 0
        Try 12 → 18 with 4 groups: how many output channels would a group have?

        M22 groups was only asked to divide the output channels
        c_in % g == 0 and c_out % g == 0 => c_out % g == 0
        Try 12 → 18 with 9 groups: how many input channels would a group have?

        M40 padding='same' was taken to work with a stride
        layer["kernel_size"] // 2 => "same"
        PyTorch refuses 'same' unless the stride is 1.

        S224 groups that do not fit were set to 1
        range(1, layer["groups"] + 1) => (1, layer["groups"])
        1 always works, but the task asks for as many groups as possible, up to the given number.

        S225 groups that do not fit were set to the largest number of all
        layer["groups"] + 1 => c_in + 1
        "groups": groups => "groups": groups if groups % layer["groups"] else layer["groups"]
        The new number of groups must not be larger than the one that was given.

        S238 only common divisors with the given groups were tried
        c_out % g == 0 => c_out % g == layer["groups"] % g == 0
        The new number need not divide the old one. Try every number below it.

        S226 all layers were given the largest number of groups
        layer["groups"] + 1 => c_in + 1
        Layers that can be made stay as they are, and nobody gets more groups than were asked for.

        S227 the groups were left as they were
        "groups": groups => "groups": layer["groups"]
        Some of the layers still cannot be made: do their groups divide both channel numbers?

        S228 'same' was replaced at stride 1, too
        padding == "same" and layer["stride"] != 1 => padding == "same"
        With stride 1 PyTorch takes 'same': such a layer stays as it is.

        S229 'same' was replaced by no padding
        layer["kernel_size"] // 2 => 0
        It can be made, but it shrinks its input more than anybody wanted. Which padding does the task name?

        S230 the stride was changed instead of the padding
        padding = layer["kernel_size"] // 2 => layer = layer | {"stride": 1}
        Then the output is larger than wanted. The stride stays.

        S231 the layers that fail were left out
        repaired.append( => if groups == layer["groups"] and padding == layer["padding"]: repaired.append(
        Every layer has its place in the network: repair it, in the same order.

        S242 only the layers that needed a repair were returned
        repaired.append( => if groups != layer["groups"] or padding != layer["padding"]: repaired.append(
        A layer that is right already has its place in the network, too.

        S243 the loop ended at the first layer
        return repaired => return repaired[:1]
        Is the return inside the loop? It ends the function at once.

        S244 the arguments that stay were not returned
        {**layer, => {
        Somebody wants to call nn.Conv2d(**layer) with each of your dicts: which keys does that take?

        S245 layers were returned in the place of their arguments
        repaired = [] => from torch import nn; repaired = []
        append({ => append(nn.Conv2d(device="meta", **{
        padding}) => padding}))
        Making them shows that they can be made, but the task asks for something else: what does a dict hold?
    """,
    hints=[
        "Two repairs, independent of each other: first the groups, then the padding.",
        "Go down from layer['groups'] until a number divides both channel numbers. 1 always does.",
        "{**layer, 'groups': groups} is a new dict, like layer but for its groups.",
    ],
)
