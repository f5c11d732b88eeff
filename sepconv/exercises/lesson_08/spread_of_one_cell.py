"""Select an input cell that feeds 4 cells of the middle map and 16 cells of the output."""

from sepconv.exercises.explorer_answers import as_printed, setting_of
from sepconv.exercises.spec import Exercise, Facts

_INPUT = "a cell of the input is selected"


_MIDDLE, _OUTPUT = "it feeds 4 cells of the middle map", "it feeds 16 cells of the output"


def pair_with(channel, row, column, map="input", **others):
    """Return what ``explorer.answer()`` prints for a separable layer with a selected cell."""
    selected = {"map": map, "channel": channel, "row": row, "column": column}
    return as_printed(3, 4, view="two-stage", padding=1, selected=selected) | others


def _facts(answer):
    pair = setting_of(answer, "two-stage")
    if pair.selected is None:
        raise ValueError(
            "Nothing is selected. Click a cell of the input, or go there with the arrow keys, then run "
            "explorer.answer() again."
        )
    (where, channel, row, column), size = pair.selected, pair.input_size
    if where != "input":
        what = "a weight" if where == "weight" else f"a cell of the {where}"
        return Facts({_INPUT: f"{what} is."}, "The question is about a cell of the input.")
    if not all(
        0 <= place < most for place, most in ((channel, pair.in_channels), (row, size), (column, size))
    ):
        raise ValueError(
            "That is no pixel of the input. Select another cell, not one of the padding, and answer again."
        )
    places = _windows_over(pair, row) * _windows_over(pair, column)
    middle, output = places * pair.depth_multiplier, places * pair.out_channels
    says = (
        f"Input channel {channel}, row {row}, column {column}: the kernel lies on it at {places} "
        f"place{'s' * (places != 1)}, and it feeds {middle} cell{'s' * (middle != 1)} of the middle map and {output} of "
        "the output."
    )
    return Facts(
        {_INPUT: True, _MIDDLE: _about_middle(pair, places), _OUTPUT: _about_output(pair, places)}, says
    )


def _windows_over(pair, place):
    """Count the places, along one axis, at which the kernel lies on a cell."""
    offsets = range(0, pair.dilation * pair.kernel_size, pair.dilation)
    first_rows = (place + pair.padding - offset for offset in offsets)
    return sum(
        first % pair.stride == 0 and 0 <= first // pair.stride < pair.output_size for first in first_rows
    )


def _about_middle(pair, places):
    each = pair.depth_multiplier
    if places * each == 4:
        return True
    if places == 4:
        return "only with one kernel for each channel."
    if places * each * pair.in_channels == 4:
        return "only if it fed the other channels of the middle map, too."
    if places == pair.kernel_size**2 > 4:
        return "there are more: the whole kernel passes over it."
    return "there are fewer." if places * each < 4 else "there are more."


def _about_output(pair, places):
    if places * pair.out_channels == 16:
        return True
    if places * pair.depth_multiplier * pair.out_channels == 16:
        return "16 ways lead there, and some of them end in the same cell."
    return "there are fewer." if places * pair.out_channels < 16 else "there are more."


EXERCISE = Exercise(
    points=2,
    answer=pair_with(0, 0, 0),
    facts=_facts,
    misconceptions="""
        S1404 a cell of the output was selected
        = right | {"padding": 0, "selected": right["selected"] | {"map": "output", "row": 3, "column": 3}}
        An output cell shows what it reads. Whom a cell feeds is asked from the other end.

        S1405 a cell of the middle map was selected
        = right | {"out_channels": 16, "selected": right["selected"] | {"map": "middle", "row": 3, "column": 3}}
        That is one stage too late: begin where the first stage reads.

        M25 the depth multiplier was ignored
        = right | {"depth_multiplier": 2}
        Several kernels lie on the cell, each with an output of its own.

        M34 depthwise layers were taken to mix channels
        = right | {"in_channels": 4, "out_channels": 16, "padding": 0}
        Look at the middle map: in how many of its channels does the selected cell light something?

        S1406 ways were counted instead of cells
        = right | {"padding": 0, "depth_multiplier": 2, "selected": right["selected"] | {"column": 1}}
        The middle map is right. Two ways that end in the same output cell feed one cell, and not two.

        S1407 a cell was selected that the whole kernel passes over
        = right | {"selected": right["selected"] | {"row": 3, "column": 3}}
        Each number of the kernel lies on that cell once. Where does only a part of them?
    """,
    hints=[
        "The depthwise stage: in its channel, a cell feeds as many cells as there are places at which the kernel "
        "lies on it. In the middle of the image that is k · k places, with stride 1; near the edges there can be fewer.",
        "The pointwise stage looks at one place and mixes all channels: every place is passed on to each output "
        "channel. 16 is how many times 4?",
    ],
)
