"""Modern blocks: which pixels and which channels each stage reads."""

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import INK, ORANGE, SKY

_CELL = 0.24  # of a pixel or a channel, in cells of the board
_PIXELS_AT, _LINES = 5.0, 0.3  # where the pixels begin; the room between two stages
_MIXES = {"space": SKY, "channels": ORANGE}


def mixers(stages, *, caption=None):
    """Draw for each stage of a block which pixels and which channels it reads, and mark what it mixes.

    Parameters
    ----------
    stages : sequence
        In the order of the block, as ``sepconv.convolution.blocks.what_stages_read`` returns them: each with a `name`, and two
        arrays of bool, `pixels` (H, W) or (T,) and `channels` (c_out, c_in).
    caption : str, optional
        A line under the picture.

    Raises
    ------
    AttributeError, ValueError
        If a stage is not such an object, or the picture would be too wide to read.
    """
    stages = [(s.name, np.asarray(s.pixels, bool), np.asarray(s.channels, bool)) for s in stages]
    _draw_mixers(stages).show(
        f"What the stages of a block read for one output {_where(stages[0][1])}. "
        + " ".join(f"{name}: {_words(pixels, channels)}." for name, pixels, channels in stages),
        caption,
    )


def _where(pixels):
    """Return what one place is called: an image has pixels, a sequence has positions."""
    return "pixel" if pixels.ndim == 2 else "position"


def _counts(pixels, channels):
    """Say how many pixels and how many of the channels one output reads."""
    read, of = int(channels.sum(axis=1).max()), channels.shape[1]
    return wording.plural(int(pixels.sum()), _where(pixels)), f"{read} of {wording.plural(of, 'channel')}"


def _mixes(pixels, channels):
    """Return what a stage mixes, in the order of the picture."""
    does = {"space": pixels.sum() > 1, "channels": channels.sum(axis=1).max() > 1}
    return [what for what, yes in does.items() if yes]


def _words(pixels, channels):
    where, which = _counts(pixels, channels)
    mixed = wording.listed(_mixes(pixels, channels))
    where += f" ({_span_words(pixels)})" if pixels.sum() > 1 else ""
    return f"{where}, {which}: mixes {mixed or 'nothing'}"


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
    heads = ("stage", f"reads these {_where(stages[0][1])}s", "these channels", "mixes")
    for x, words in zip((0.3, _PIXELS_AT, channels_at, said_at), heads):
        board.text(x, 0.6, words, bold=True, ha="left")
    top = 1.3
    for (name, pixels, channels), height in zip(stages, heights, strict=True):
        board.line((0.3, top - _LINES / 2), (said_at + 4.9, top - _LINES / 2), color="#C8C8C8", width=0.7)
        middle = top + height / 2
        board.text(0.3, middle, name, ha="left", bold=True)
        mixed = _mixes(pixels, channels)
        for words, array, x in zip(_counts(pixels, channels), (pixels, channels), (_PIXELS_AT, channels_at)):
            cells = np.atleast_2d(array) if mixed else np.empty((0, 0))
            _draw_cells(board, cells, x, top + 0.1)
            below = top + 0.1 + len(cells) * _CELL + 0.42
            board.note(x, below if mixed else middle, words, size=0.85, ha="left")
        for place, what in enumerate(mixed):
            y = middle + (place - (len(mixed) - 1) / 2) * 0.95
            board.tile(said_at, y - 0.4, 3.0, 0.8, what, bold=True, fill=_MIXES[what], edge=INK)
        if not mixed:
            board.note(said_at, middle, "nothing", size=1.0, ha="left")
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
        look = {"fill": INK if read else "white", "edge": "#B0B0B0", "line": 0.5}
        board.rectangle(left + j * _CELL, top + i * _CELL, _CELL, _CELL, **look)
