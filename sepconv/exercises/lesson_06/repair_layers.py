"""Repair a list of layers so that each of them can be made."""

from math import gcd

from sepconv.exercises.cases import Inputs
from sepconv.exercises.lesson_06.legal_groups import divisors
from sepconv.exercises.spec import Exercise, Misconception


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
    return lambda layer: max(g for g in divisors(layer[side]) if g <= layer["groups"])


def _stride_changed(layers):
    repaired = _repaired(padding=lambda layer: layer["padding"])(layers)
    return [{**layer, "stride": 1} if _is_strided_same(layer) else layer for layer in repaired]


def _left_out(layers):
    return [layer for layer in layers if _is_legal(layer) and not _is_strided_same(layer)]


def _changes_only(layers):
    return [{"groups": layer["groups"], "padding": layer["padding"]} for layer in repair_layers(layers)]


def _changed_layers_only(layers):
    return [right for given, right in zip(layers, repair_layers(layers), strict=True) if right != given]


def _layers_made(layers):
    from torch import nn

    return [nn.Conv2d(**layer, device="meta") for layer in repair_layers(layers)]


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
        Misconception(
            "S242",
            "only the layers that needed a repair were returned",
            _changed_layers_only,
            "A layer that is right already has its place in the network, too.",
        ),
        Misconception(
            "S243",
            "the loop ended at the first layer",
            lambda layers: repair_layers(layers)[:1],
            "Is the return inside the loop? It ends the function at once.",
        ),
        Misconception(
            "S244",
            "the arguments that stay were not returned",
            _changes_only,
            "Somebody wants to call nn.Conv2d(**layer) with each of your dicts: which keys does that take?",
        ),
        Misconception(
            "S245",
            "layers were returned in the place of their arguments",
            _layers_made,
            "Making them shows that they can be made, but the task asks for something else: what does a dict hold?",
        ),
    ],
    hints=[
        "Two repairs, independent of each other: first the groups, then the padding.",
        "Go down from layer['groups'] until a number divides both channel numbers. 1 always does.",
        "{**layer, 'groups': groups} is a new dict, like layer but for its groups.",
    ],
)
