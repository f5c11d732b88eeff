"""Which settings the explorer has, which of them are legal, and what they amount to.

The page does the same arithmetic in ``explorer.js``; tests hold the two together. Exercises that are answered in the
explorer take names and arithmetic from here, too.
"""

import re
from math import prod

from sepconv._arguments import check_groups, span_of, whole_number

# The least and the most of each number; explorer.js has the same table.
LIMITS = {
    "in_channels": (1, 16),
    "out_channels": (1, 16),
    "kernel_size": (1, 7),
    "stride": (1, 4),
    "padding": (0, 4),
    "dilation": (1, 4),
    "groups": (1, 16),
    "depth_multiplier": (1, 4),
    "input_size": (1, 12),
}
_ONE_LAYER = ("input", "weight", "output")
MAPS = {"one": _ONE_LAYER, "two-stage": ("input", "middle", "weight", "output"), "transposed": _ONE_LAYER}
VIEWS = tuple(MAPS)
_ONE_OF = "'one', 'two-stage' or 'transposed'"
SETTINGS = ("view", *LIMITS)
LARGEST_WEIGHT = 9
SIDE = 24  # rows, and columns, of a picture
LARGEST_OUTPUT = 24  # of a transposed convolution; others make an image smaller, or little larger


def checked_settings(settings):
    """Return the settings, numbers as ints, or say which of them is wrong and what would be right.

    Parameters
    ----------
    settings : dict
        ``view`` and every number of `LIMITS`.

    Raises
    ------
    TypeError, ValueError
        If a number is no whole number or out of range, or they do not fit together.
    """
    view = settings["view"]
    if not isinstance(view, str):
        raise TypeError(f"view={view!r} is of type {type(view).__name__}; it must be {_ONE_OF}")
    if view not in VIEWS:
        raise ValueError(f"view={view!r} must be {_ONE_OF}")
    checked = {"view": view} | {name: _number(name, settings[name]) for name in LIMITS}
    if view == "two-stage":
        _check_two_stages(checked)
    else:
        _check_one(checked)
    if view == "transposed":
        _check_transposed(checked)
    elif output_size(checked) < 1:
        span = span_of(checked["kernel_size"], checked["dilation"])
        padded = checked["input_size"] + 2 * checked["padding"]
        raise ValueError(
            f"kernel_size={checked['kernel_size']} with dilation={checked['dilation']} spans {span} pixels; "
            f"input_size={checked['input_size']} with padding={checked['padding']} has only {padded}, "
            f"and it must have at least {span}"
        )
    return checked


def _number(name, value):
    least, most = LIMITS[name]
    value = whole_number(name, value, least)
    if value > most:
        raise ValueError(f"{name}={value} must be at most {most}, so that every cell can be seen")
    return value


def _check_one(settings):
    check_groups(settings["groups"], settings["in_channels"], settings["out_channels"])
    if settings["depth_multiplier"] != 1:
        c_in, multiplier = settings["in_channels"], settings["depth_multiplier"]
        raise ValueError(
            f"depth_multiplier={multiplier} must be 1 in view={settings['view']!r}; a depthwise layer with that "
            f"multiplier is groups={c_in}, out_channels={c_in * multiplier}"
        )


def _check_transposed(settings):
    size = output_size(settings)
    if size < 1:
        raise ValueError(
            f"padding={settings['padding']} cuts off all of the output: it must be at most "
            f"{(size + 2 * settings['padding'] - 1) // 2}"
        )
    if size > LARGEST_OUTPUT:
        raise ValueError(
            f"the output would have {size}×{size} pixels: input_size={settings['input_size']}, "
            f"stride={settings['stride']} and dilation={settings['dilation']} must lead to at most {LARGEST_OUTPUT}"
        )


def _check_two_stages(settings):
    if settings["groups"] != 1:
        raise ValueError(
            f"groups={settings['groups']} must be 1 in view='two-stage': there the first stage is depthwise and the "
            "second pointwise; other groups belong to view='one'"
        )


def output_size(settings, zeros=None):
    """Return the rows, and columns, of the output: both stages have the same.

    Parameters
    ----------
    settings : dict
        ``view``, ``input_size``, ``kernel_size``, ``stride``, ``padding`` and ``dilation`` at least.
    zeros : int, optional
        The rows of zeros that are added in all, if that is not `padding` on each side.
    """
    zeros = 2 * settings["padding"] if zeros is None else zeros
    span = span_of(settings["kernel_size"], settings["dilation"])
    if settings.get("view") == "transposed":
        return (settings["input_size"] - 1) * settings["stride"] - zeros + span
    return (settings["input_size"] + zeros - span) // settings["stride"] + 1


def weight_shapes(settings):
    """Return the shape of each stage's weights by its name, as PyTorch stores them.

    That is (C_out, C_in / groups, k, k), and (C_in, C_out / groups, k, k) of a transposed convolution.
    """
    c_in, c_out, k = (settings[name] for name in ("in_channels", "out_channels", "kernel_size"))
    if settings["view"] == "one":
        return {"weight": (c_out, c_in // settings["groups"], k, k)}
    if settings["view"] == "transposed":
        return {"weight": (c_in, c_out // settings["groups"], k, k)}
    middle = c_in * settings["depth_multiplier"]
    return {"depthwise": (middle, 1, k, k), "pointwise": (c_out, middle, 1, 1)}


def usual_weight(place, groups_of_output):
    """Return the small integer that a weight has before anybody sets it.

    Parameters
    ----------
    place : (output, input inside the group, row, column)
    groups_of_output : (outputs of a group, inputs of a group)
    """
    o, within, a, b = place
    outputs, inputs = groups_of_output
    i = o // outputs * inputs + within
    return (2 * o + 3 * i + a + 2 * b + a * b + o * i) % 5 - 2


def usual_input(channel, row, column):
    """Return the small integer that stands in a cell of the input.

    Parameters
    ----------
    channel, row, column : int
        From 0.
    """
    return (3 * channel + 2 * row + column + row * column + channel * row) % 5


def shade(picture, size, row, column):
    """Return the shade of a cell, 0 to 9: the mean of those that it covers, a half rounded up.

    Parameters
    ----------
    picture : str
        As `checked_picture` returns it.
    size : int
        Rows, and columns, of cells.
    row, column : int
        From 0.
    """
    rows, columns = (range(at * SIDE // size, (at + 1) * SIDE // size) for at in (row, column))
    covered = [int(picture[r * SIDE + c]) for r in rows for c in columns]
    return (2 * sum(covered) + len(covered)) // (2 * len(covered))


def checked_picture(picture):
    """Return a picture, 24 rows of 24 digits, or "" for none; raise TypeError or ValueError of anything else."""
    if not isinstance(picture, str):
        raise TypeError(f"picture={picture!r} is of type {type(picture).__name__}; it must be a str")
    if picture and not re.fullmatch(rf"[0-9]{{{SIDE * SIDE}}}", picture):
        raise ValueError(
            f"picture={picture[:20]!r}… must be '' or {SIDE * SIDE} digits: {SIDE} rows of {SIDE} shades, from 0 "
            "(black) to 9 (white)"
        )
    return picture


def checked_selection(selected, settings):
    """Return a selection with its keys in order, or say why there is no such cell.

    Parameters
    ----------
    selected : dict or None
        ``map``, ``channel``, ``row`` and ``column``; for a weight also ``input``, and in the two-stage view ``stage``.
    settings : dict
        As `checked_settings` returns them.

    Raises
    ------
    TypeError, ValueError
        If it is no such dict, or the cell does not exist.
    """
    if selected is None:
        return None
    if not isinstance(selected, dict):
        raise TypeError(f"selected={selected!r} must be None or a dict, {_example(settings)}")
    where = selected.get("map")
    stage = selected.get("stage") if settings["view"] == "two-stage" and where == "weight" else None
    ranges = _ranges(where, stage, settings)
    if ranges is None:
        raise ValueError(f"selected={selected!r} must name a map, and a place in it: {_example(settings)}")
    names = {"map": where} | ({"stage": stage} if stage else {})
    if set(selected) != set(names) | set(ranges):
        raise ValueError(f"selected={selected!r} must have the keys {', '.join([*names, *ranges])}")
    for name, places in ranges.items():
        value = whole_number(f"selected[{name!r}]", selected[name], least=places[0])
        if value > places[-1]:
            raise ValueError(f"selected[{name!r}]={value} must be at most {places[-1]}")
        names[name] = value
    _check_there_is_a_weight(names, stage, settings)
    return names


def _ranges(where, stage, settings):
    """Return the range of each index of a map, or None if there is no such map."""
    size = range(output_size(settings))
    c_in, c_out, padding = (settings[name] for name in ("in_channels", "out_channels", "padding"))
    middle = c_in * settings["depth_multiplier"]
    lines = {"input": range(settings["input_size"]), "output": size, "middle": size}
    # Zeros around the input; of a transposed convolution, what is cut off around the output.
    rim = "output" if settings["view"] == "transposed" else "input"
    lines[rim] = range(-padding, len(lines[rim]) + padding)
    if where in lines and where in MAPS[settings["view"]]:
        channels = {"input": c_in, "output": c_out, "middle": middle}[where]
        return {"channel": range(channels), "row": lines[where], "column": lines[where]}
    shapes = weight_shapes(settings)
    if where != "weight" or (stage or "weight") not in shapes:
        return None
    taps = range(shapes[stage or "weight"][-1])
    outputs, inputs = {"depthwise": (middle, c_in), "pointwise": (c_out, middle)}.get(stage, (c_out, c_in))
    return {"channel": range(outputs), "input": range(inputs), "row": taps, "column": taps}


def _check_there_is_a_weight(place, stage, settings):
    if place["map"] != "weight" or stage == "pointwise":
        return
    outputs = weight_shapes(settings)["depthwise"][0] if stage else settings["out_channels"]
    groups = settings["in_channels"] if stage else settings["groups"]
    if place["channel"] // (outputs // groups) != place["input"] // (settings["in_channels"] // groups):
        raise ValueError(
            f"selected={place!r}: there is no weight from input channel {place['input']} to output channel "
            f"{place['channel']}; they must be in the same of the {groups} groups"
        )


def _example(settings):
    maps = ", ".join(MAPS[settings["view"]])
    return f"{{'map': 'output', 'channel': 0, 'row': 0, 'column': 0}}; maps are {maps}"


def sentence(settings):
    """Say in words what the explorer shows, for those who do not see it."""
    c_in, c_out, k = (settings[name] for name in ("in_channels", "out_channels", "kernel_size"))
    size, before = output_size(settings), settings["input_size"]
    extras = "".join(
        f", {name} {settings[name]}" for name, usual in (("stride", 1), ("padding", 0), ("dilation", 1))
        if settings[name] != usual
    )  # fmt: skip
    weights = sum(map(prod, weight_shapes(settings).values()))
    transposed = settings["view"] == "transposed"
    macs = weights * (before if transposed else size) ** 2
    if transposed:
        groups = settings["groups"]
        layer = f"a {k}×{k} transposed convolution{extras}, groups {groups}: each input channel feeds {c_out // groups} of {c_out} output channels"
    elif settings["view"] == "one":
        groups = settings["groups"]
        layer = f"a {k}×{k} convolution{extras}, groups {groups}: each output channel reads {c_in // groups} of {c_in} input channels"
    else:
        layer = (
            f"a {k}×{k} depthwise convolution{extras}, then a pointwise one: every output channel reads "
            f"{c_in * settings['depth_multiplier']} middle channels"
        )
    return (
        f"a convolution of {c_in} to {c_out} channels, from {before}×{before} to {size}×{size} pixels: {layer}; "
        f"{weights:,} weights and {macs:,} MACs"
    )
