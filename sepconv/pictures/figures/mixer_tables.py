"""Modern blocks: what each stage reads, pixels and channels; and accuracy against cost, step by step."""

from itertools import pairwise

import numpy as np

from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import GRAY, INK, ORANGE, SKY, VERMILLION

_CELL = 0.24  # of a pixel or a channel, in cells of the board
_PIXELS_AT, _LINES = 5.0, 0.3  # where the pixels begin; the room between two stages
_MOST_STAGES, _MOST_CHANNELS, _MOST_PIXELS = 10, 32, 41
_MIXES = {"space": SKY, "channels": ORANGE}
_MOST_STEPS = 16


def mixers(stages, *, caption=None):
    """Draw for each stage of a block which pixels and which channels it reads, and mark what it mixes.

    Parameters
    ----------
    stages : sequence
        In the order of the block, as ``sepconv.convolution.blocks.what_stages_read`` returns them: each with a `name`, and two
        arrays of bool, `pixels` (H, W) or (T,) and `channels` (c_out, c_in). At most 10.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If it is not such a sequence, or a stage is too large to be read.
    """
    stages = [_checked(number, stage) for number, stage in enumerate(stages)]
    if not 1 <= len(stages) <= _MOST_STAGES:
        raise ValueError(f"stages holds {len(stages)} stages and must hold from 1 to {_MOST_STAGES}")
    _draw_mixers(stages).show(
        f"What the stages of a block read for one output {_where(stages)}. "
        + " ".join(f"{name}: {_words(pixels, channels)}." for name, pixels, channels in stages),
        caption,
    )


def steps(rows, mark=(), *, caption=None):
    """Draw accuracy against cost, one point for each step of a network's history, joined in their order.

    Parameters
    ----------
    rows : sequence of (str, number, number)
        What was done, the accuracy in percent after it, and the cost in billions.
    mark : sequence of str
        The steps to look at.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than 2 or more than 16 steps, a number is not finite, or a name in `mark` is no step.
    """
    names = [name for name, _, _ in rows]
    if not 2 <= len(names) <= _MOST_STEPS:
        raise ValueError(f"rows has {len(names)} steps and must have from 2 to {_MOST_STEPS}")
    values = inputs.array("rows", [row[1:] for row in rows], (2,))
    for name in mark:
        if name not in names:
            raise ValueError(f"mark holds {name!r}, which is none of the steps {', '.join(names)}")
    told = [f"{i + 1} {name}: {a:.2f} % at {c:.2f} billion" for i, (name, a, c) in enumerate(rows)]
    _draw_steps(names, values, mark).show(
        f"Accuracy against cost in {len(rows)} steps. {'. '.join(told)}. Marked: {wording.listed(mark) or 'none'}.",
        caption,
    )


def _checked(number, stage):
    """Return the name and the two arrays of a stage."""
    try:
        name, pixels, channels = stage.name, np.asarray(stage.pixels), np.asarray(stage.channels)
    except AttributeError:
        raise TypeError(
            f"stages[{number}] is of type {type(stage).__name__}; it must have a name, pixels and channels"
        ) from None
    for what, array, ndims in (("pixels", pixels, (1, 2)), ("channels", channels, (2,))):
        if array.dtype != np.bool_ or array.ndim not in ndims:
            raise TypeError(
                f"the {what} of {name!r} have shape {array.shape} and dtype {array.dtype}; they must be bool, "
                f"{' or '.join(f'{ndim}-D' for ndim in ndims)}"
            )
    if max(pixels.shape) > _MOST_PIXELS or max(channels.shape) > _MOST_CHANNELS:
        raise ValueError(
            f"{name!r} reads {wording.size(pixels.shape)} pixels and has {wording.size(channels.shape)} channels; "
            f"at most {_MOST_PIXELS} a side and {_MOST_CHANNELS} can be drawn"
        )
    return name, pixels, channels


def _where(stages):
    """Return what one place is called: an image has pixels, a sequence has positions."""
    return "pixel" if stages[0][1].ndim == 2 else "position"


def _counts(pixels, channels):
    """Say how many pixels and how many of the channels one output reads."""
    read, of = int(channels.sum(axis=1).max()), channels.shape[1]
    where = wording.plural(int(pixels.sum()), "pixel")
    if pixels.ndim == 1:
        where = wording.plural(int(pixels.sum()), "position")
    return where, f"{read} of {wording.plural(of, 'channel')}"


def _mixes(pixels, channels):
    """Return what a stage mixes, in the order of the picture."""
    does = {"space": pixels.sum() > 1, "channels": channels.sum(axis=1).max() > 1}
    return [what for what, yes in does.items() if yes]


def _words(pixels, channels):
    where, which = _counts(pixels, channels)
    mixed = wording.listed(_mixes(pixels, channels))
    where += f" ({_span_words(pixels)})" if pixels.sum() > 1 else ""
    return f"{where}, {which}: {f'mixes {mixed}' if mixed else 'mixes nothing'}"


def _span_words(pixels):
    """Say where the pixels lie: 7 × 7 around the middle, or how far before and after it."""
    spans = [np.flatnonzero(pixels.any(axis=tuple(set(range(pixels.ndim)) - {axis}))) for axis in range(pixels.ndim)]  # fmt: skip
    if pixels.ndim == 2:
        return " × ".join(str(span[-1] - span[0] + 1) for span in spans)
    middle = len(pixels) // 2
    return f"{middle - spans[0][0]} before, {spans[0][-1] - middle} after"


def _draw_mixers(stages):
    widest = max(pixels.shape[-1] for _, pixels, _ in stages) * _CELL
    channels_at = _PIXELS_AT + max(widest, 4.6) + 1.2
    said_at = channels_at + max(max(c.shape[1] for _, _, c in stages) * _CELL, 3.2) + 0.8
    heights = [_height(pixels, channels) for _, pixels, channels in stages]
    board = Board(said_at + 5.2, 1.5 + sum(heights) + _LINES * len(stages))
    where = f"{_where(stages)}s"
    heads = {
        0.3: "stage",
        _PIXELS_AT: f"reads these {where}",
        channels_at: "these channels",
        said_at: "mixes",
    }
    for x, words in heads.items():
        board.text(x, 0.6, words, bold=True, ha="left")
    top = 1.3
    for (name, pixels, channels), height in zip(stages, heights, strict=True):
        board.line((0.3, top - _LINES / 2), (said_at + 4.9, top - _LINES / 2), color="#C8C8C8", width=0.7)
        middle = top + height / 2
        board.text(0.3, middle, name, ha="left", bold=True)
        mixed = _mixes(pixels, channels)
        for words, array, x in zip(_counts(pixels, channels), (pixels, channels), (_PIXELS_AT, channels_at)):
            cells = np.atleast_2d(array) if mixed else []
            if mixed:
                _draw_cells(board, cells, x, top + 0.1)
            below = top + 0.1 + len(cells) * _CELL + 0.42
            board.text(x, below if mixed else middle, words, size=0.85, color=GRAY, ha="left")
        for place, what in enumerate(mixed):
            y = middle + (place - (len(mixed) - 1) / 2) * 0.95
            board.rectangle(said_at, y - 0.4, 3.0, 0.8, fill=_MIXES[what], edge=INK)
            board.text(said_at + 1.5, y, what, bold=True)
        if not mixed:
            board.text(said_at, middle, "nothing", color=GRAY, ha="left")
        top += height + _LINES
    return board


def _height(pixels, channels):
    """Rows of the board that a stage takes: one where nothing is mixed and nothing is drawn."""
    if not _mixes(pixels, channels):
        return 1.0
    return max(len(np.atleast_2d(pixels)), len(channels)) * _CELL + 1.0


def _draw_cells(board, cells, left, top):
    """Draw a table of bools: what is read is dark, and no other cell is."""
    for (i, j), read in np.ndenumerate(cells):
        board.rectangle(
            left + j * _CELL, top + i * _CELL, _CELL, _CELL, fill=INK if read else "white", edge="#B0B0B0", line=0.5
        )  # fmt: skip


def _draw_steps(names, values, mark):
    left, top, width, height = 1.9, 1.2, 8.6, 9.6
    (low_a, low_c), (high_a, high_c) = values.min(axis=0), values.max(axis=0)
    bottom, ceiling = np.floor(low_a), np.ceil(high_a)
    first, last = np.floor(low_c), np.ceil(high_c)
    board = Board(20.5, max(top + height + 1.6, 1.4 + 0.66 * len(names)))

    def place(accuracy, cost):
        return (
            left + (cost - first) / (last - first) * width,
            top + (ceiling - accuracy) / (ceiling - bottom) * height,
        )

    for accuracy in np.arange(bottom, ceiling + 1):
        _, y = place(accuracy, first)
        board.line((left, y), (left + width, y), color="#C8C8C8", width=0.7)
        board.text(left - 0.2, y, f"{accuracy:.0f} %", size=0.85, ha="right")
    for cost in np.arange(first, last + 1):
        x, _ = place(bottom, cost)
        board.text(x, top + height + 0.5, f"{cost:.0f}", size=0.85)
    board.text(
        left + width / 2, top + height + 1.15, "billions of multiply-accumulates", size=0.9, color=GRAY
    )
    board.text(left, 0.5, "accuracy", size=0.9, color=GRAY, ha="left")
    points = [place(accuracy, cost) for accuracy, cost in values]
    for start, end in pairwise(points):
        board.line(start, end, color=GRAY, width=1.3)
    drawn = zip(points, label_places(points), names, values)
    for number, ((x, y), label, name, (accuracy, cost)) in enumerate(drawn, 1):
        marked = name in mark
        color = VERMILLION if marked else INK
        side = 0.28 if marked else 0.18
        board.rectangle(x - side / 2, y - side / 2, side, side, fill=color, edge=color)
        board.text(*label, str(number), size=0.8, bold=True, color=color)
        line = 0.9 + 0.66 * number
        words = f"{number}  {name}"
        board.text(left + width + 0.7, line, words, size=0.9, bold=marked, color=color, ha="left")
        board.text(20.2, line, f"{accuracy:.2f} %, {cost:.2f}", size=0.9, color=color, ha="right")
    return board


def label_places(points):
    """Return a place beside each point, as far as possible from the lines, the points and the places so far.

    Parameters
    ----------
    points : sequence of (number, number)
        In the order in which lines join them, in cells of the board.

    Returns
    -------
    list of numpy.ndarray, each of shape (2,)
    """
    points = np.asarray(points, dtype=float)
    along = np.linspace(0, 1, 40)[:, None]
    drawn = np.concatenate([start + along * (end - start) for start, end in pairwise(points)])
    angles = np.arange(16) * np.pi / 8
    around = np.concatenate([r * np.stack([np.cos(angles), np.sin(angles)], axis=1) for r in (0.45, 0.7)])
    width = np.array([[-0.2, 0], [0, 0], [0.2, 0]])  # two digits are wider than high
    places, numbers = [], np.full((1, 2), np.inf)
    for point in points:
        parts = (point + around)[:, None, None] + width[:, None]
        to_lines, to_numbers = (
            np.linalg.norm(parts - ink, axis=3).min(axis=(1, 2)) for ink in (drawn, numbers)
        )
        # A number half a cell away from all else is legible; the nearer to its point, the better.
        gaps = np.minimum(np.minimum(to_lines, to_numbers / 2), 0.3)
        to_points = np.linalg.norm(point + around[:, None] - points, axis=2).min(axis=1)
        gaps -= to_points < np.linalg.norm(around, axis=1) - 1e-9  # there it would belong to another point
        places.append(point + around[gaps.argmax()])
        numbers = np.concatenate([numbers, places[-1] + width])
    return places
