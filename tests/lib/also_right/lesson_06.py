"""Right answers of lesson 6 that no search tries."""

from sepconv.exercises.explorer_answers import as_printed


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


RIGHT = {
    "parsons_grouped": ["IFHCJDB", "FIHJCDB", "IFHJCDB"],
    "repair_layers": [_repaired_by_trying],
    "layer_of_36_weights": [
        as_printed(2, 4, 3, groups=2),
        as_printed(9, 9, 2, groups=9),
        as_printed(9, 3, 2, groups=3),
        as_printed(4, 4, 3, groups=4, input_size=9, stride=2, padding=1),
    ],
}
