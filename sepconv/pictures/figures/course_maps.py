"""The puzzle of lesson 0, bars with their numbers, and the map of the course."""

import math

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import BLUE, GRAY, INK, ROLES, SERIES, VERMILLION, series_of

LESSONS = (
    "The puzzle", "One pixel", "Channels", "Shapes", "Counting", "Pointwise", "Groups", "Depthwise", "Separable",
    "What it\ncannot do", "Real cost", "MobileNet\naudit", "Train\nthe twins", "Where it\nlives now",
)  # fmt: skip
# From which lesson to which each question of the course is asked.
STAGES = (
    ("connectivity", 0, 2), ("shape", 3, 3), ("count", 4, 4), ("cost", 5, 8), ("expressiveness", 9, 9),
    ("evidence", 10, 13),
)  # fmt: skip


def puzzle(*, caption=None):
    """Draw the two ways of lesson 0 from 3 channels to 4, without counts and output sizes: those are predicted.

    Parameters
    ----------
    caption : str, optional
        A line under the picture.
    """
    board = Board(23, 11.2)
    board.text(0.3, 0.5, "Standard", bold=True, ha="left", size=1.15)
    board.text(0.3, 6.1, "Separable", bold=True, ha="left", size=1.15)
    _draw_stages(
        board, 1.1, ((0.4, 3, 4, "input"), (11.0, 4, None, "output")),
        ((3.9, 10.6, "one 3 × 3 convolution", "3 → 4 channels,\nstride 2, padding 1"),),
    )  # fmt: skip
    _draw_stages(
        board, 6.8, ((0.4, 3, 4, "input"), (10.0, 3, 4, "plain"), (19.2, 4, None, "output")),
        ((3.9, 9.6, "3 × 3 depthwise", "each channel alone,\nstride 1, padding 1"),
         (13.5, 18.8, "1 × 1 pointwise", "3 → 4 channels")),
    )  # fmt: skip
    board.line((0.3, 5.4), (22.7, 5.4), color="#BBBBBB")
    board.show(
        "Two ways from an input of 3 channels of 4 × 4 to an output of 4 channels. Standard: one 3 × 3 "
        "convolution, 3 to 4 channels, stride 2, padding 1. Separable: a 3 × 3 depthwise convolution of each "
        "channel alone, stride 1, padding 1, gives 3 × 4 × 4, then a 1 × 1 pointwise convolution, 3 to 4 channels. "
        "The sizes of both outputs are left open.",
        caption,
    )


def bars(panels, *, caption=None):
    """Draw small panels of bars with their numbers on them.

    Parameters
    ----------
    panels : dict of str to dict of str to number
        For each panel its bars: ``{"weights": {"standard": 108, "separable": 39}}``. Each panel has its own scale.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If it is not such a dict, a number is negative or not finite, or there are more than six bars in a panel.
    """
    for name, panel in inputs.named("panels", panels).items():
        inputs.named(f"panels[{name!r}]", panel)
        if len(panel) > len(SERIES):
            raise ValueError(f"panels[{name!r}] has {len(panel)} bars and must have at most {len(SERIES)}")
        for label, value in panel.items():
            _check_height(f"panels[{name!r}][{label!r}]", value)
    order = list(dict.fromkeys(label for panel in panels.values() for label in panel))
    if len(order) > len(SERIES):
        raise ValueError(
            f"panels names {len(order)} different bars and must name at most {len(SERIES)}: {order}"
        )
    pitch = max(2.2, 0.31 * max(len(label) for label in order) + 0.4)
    widths = [max(pitch * len(panel), 4.0) for panel in panels.values()]
    board = Board(sum(widths) + 1.0 * len(widths), 7.4)
    left = 0.5
    for (name, panel), width in zip(panels.items(), widths, strict=True):
        board.text(left + width / 2, 0.5, name, bold=True)
        _draw_panel(board, panel, series_of(order), left + (width - pitch * len(panel)) / 2, pitch)
        board.line((left, 6.4), (left + width, 6.4), color=INK)
        left += width + 1.0
    told = [
        f"{name}: " + ", ".join(f"{label} {_grouped(value)}" for label, value in p.items())
        for name, p in panels.items()
    ]
    board.show(f"Bars, {wording.plural(len(panels), 'panel')}. {'. '.join(told)}.", caption)


def course_map(current, *, caption=None):
    """Draw the fourteen lessons and mark where the reader is.

    Parameters
    ----------
    current : int
        The lesson, from 0 to 13.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If `current` is no such integer.
    """
    current = inputs.whole("current", current, 0, len(LESSONS) - 1)
    pitch, per_row, row_height = 3.0, 7, 3.1
    board = Board(per_row * pitch + 0.4, 2 * row_height + 0.3, dpi=120)  # every lesson has one: keep it small
    for number, title in enumerate(LESSONS):
        column, row = number % per_row, number // per_row
        x, y = 0.2 + (column + 0.5) * pitch, row * row_height + 1.35
        here = number == current
        if column:
            board.line((x - pitch + 0.55, y), (x - 0.55, y), color="#AAAAAA", width=2)
        fill = VERMILLION if here else "#CFE5F2" if number < current else "white"
        board.rectangle(
            x - 0.55, y - 0.45, 1.1, 0.9, "plain", fill=fill, edge=VERMILLION if here else GRAY, line=1.2
        )
        board.text(x, y, f"{number:02}", bold=True, color="white" if here else INK)
        board.text(x, y + 0.62, title + ("\n▲ you are here" if here else ""), size=0.84, bold=here, va="top")
    _draw_stage_names(board, pitch, per_row, row_height)
    path = ", ".join(
        f"{stage} in lesson{'s' if last > first else ''} {_range(first, last)}"
        for stage, first, last in STAGES
    )
    titles = [title.replace("\n", " ") for title in LESSONS]
    after = (
        f" Next: {current + 1:02} {titles[current + 1]}."
        if current + 1 < len(LESSONS)
        else " It is the last one."
    )
    board.show(
        f"Map of the {len(LESSONS)} lessons: {path}. You are in lesson {current:02}, {titles[current]}.{after}",
        caption,
    )


def _draw_stages(board, top, stacks, steps):
    """Draw stacks of maps and the arrows between them; a stack of size None is left open, to be guessed."""
    for left, channels, size, role in stacks:
        cells, cell = (size, 0.6) if size else (1, 2.4)
        width, _ = board.sheets(left, top, channels, cells, cells, role, cell=cell, shift=0.27)
        word = ROLES[role].word or "in between"
        words = f"{word} {channels} × {size} × {size}" if size else f"{word} {channels} × ? × ?"
        board.text(left + width / 2, top + 3.75, words, size=0.9)
    for start, end, name, detail in steps:
        board.arrow((start, top + 1.9), (end, top + 1.9), width=1.6)
        board.text((start + end) / 2, top + 1.2, name, bold=True, color=ROLES["weights"].edge)
        board.text((start + end) / 2, top + 2.3, detail, size=0.85, va="top")


def _check_height(name, value):
    number = inputs.array(name, value, (0,))
    if number < 0:
        raise ValueError(f"{name}={value!r} must not be negative")


def _draw_panel(board, panel, looks, left, pitch):
    tallest = max(max(panel.values()), 1e-12)
    for place, (label, value) in enumerate(panel.items()):
        color, hatch = looks[label]
        x, height = left + (place + 0.5) * pitch, 4.6 * value / tallest
        board.rectangle(x - 0.75, 6.4 - height, 1.5, height, "plain", fill=color, hatch=hatch, edge=INK)
        board.text(x, 6.4 - height - 0.38, _grouped(value), bold=True)
        board.text(x, 6.9, label, size=0.9)


def _grouped(value):
    """Write a number with its thousands apart: 1,234."""
    return f"{int(value):,}" if float(value).is_integer() else wording.number(value)


def _draw_stage_names(board, pitch, per_row, row_height):
    for stage, first, last in STAGES:
        for row in range(math.ceil(len(LESSONS) / per_row)):
            start, end = max(first, row * per_row), min(last, row * per_row + per_row - 1)
            if start > end:
                continue
            left, right = 0.2 + start % per_row * pitch, 0.2 + (end % per_row + 1) * pitch
            y = row * row_height + 0.7
            board.line((left + 0.15, y), (right - 0.15, y), color=BLUE, width=1.5)
            board.text(
                (left + right) / 2,
                y - 0.36,
                stage if start == first else f"{stage} (continued)",
                size=0.84,
                color=BLUE,
            )


def _range(first, last):
    return f"{first:02}" if first == last else f"{first:02} to {last:02}"
