"""Where a channel gets to through a stack of layers."""

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import ROLES, VERMILLION

_STEP = 4.4  # from one column of channels to the next


def paths(layers, start=0, *, caption=None):
    """Draw the channels as columns and the layers as lines between them; mark where one input channel gets to.

    Parameters
    ----------
    layers : sequence
        For each layer a table of bools (c_out, c_in), True where an output reads an input. For a shuffle an order
        of the channels, such as [0, 2, 1, 3]: place j takes channel order[j].
    start : int
        The input channel to follow.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError, IndexError
        If an order does not hold each channel once, a layer does not fit the one before, or `start` is no channel.
    """
    steps, names, labels = _steps_names_labels(layers)
    c_in, c_out = steps[0].shape[1], len(steps[-1])
    reached = [np.eye(c_in, dtype=bool)[start]]
    total = np.eye(c_in, dtype=bool)
    for step in steps:
        reached.append(step @ reached[-1])
        total = step @ total
    ends = np.flatnonzero(reached[-1])
    reach = f"input {start} reaches {len(ends)} of {wording.plural(c_out, 'output')}"
    connections = f"{total.sum()} of {c_out} × {c_in} = {total.size} connections"
    sentences = f"{reach}: {wording.listed(ends) or 'none'}", connections
    _draw_paths(steps, names, labels, reached, *sentences).show(
        f"The channels through {wording.plural(len(steps), 'layer')}: {wording.listed(names)}. "
        + "".join(
            _said_after(name, label, start, where)
            for name, label, where in zip(names, labels[1:], reached[1:], strict=True)
        )
        + f"So {reach}. In all there are {connections}.",
        caption,
    )


def _said_after(name, label, start, where):
    """Say where the followed channel is after a layer; a shuffle moves it to other places."""
    if name == "the shuffle":
        order, word = f" to the order {', '.join(map(str, label))}", "place"
    else:
        order, word = "", "channel"
    return f"After {name}{order} input {start} is in {wording.named(word, np.flatnonzero(where))} of {len(where)}. "


def _steps_names_labels(layers):
    """Return each layer as a table of bools (c_out, c_in), what it is called, and the numbers in each column."""
    steps, names, labels = [], [], []
    for number, layer in enumerate(layers):
        if np.ndim(layer) == 1:
            if sorted(layer) != list(range(len(layer))):
                raise ValueError(f"layers[{number}]={layer} must hold each of the channels 0, 1, 2 … once")
            steps.append(np.eye(len(layer), dtype=bool)[layer])
            names.append("the shuffle")
            labels.append(list(layer))
        else:
            steps.append(np.asarray(layer, bool))
            names.append(f"layer {len(names) - names.count('the shuffle') + 1}")
            labels.append(range(len(steps[-1])))
    return steps, names, [range(steps[0].shape[1]), *labels]


def _draw_paths(steps, names, labels, reached, reach, connections):
    """Return a board with columns of channels, the lines of each layer between two of them, and two sentences."""
    sizes = [steps[0].shape[1], *map(len, steps)]
    rows = max(sizes)
    columns = max(1.6 + _STEP * len(steps) + 1.6, 14)
    first = (columns - _STEP * len(steps)) / 2
    board = Board(columns, 1.5 + 1.1 * rows + 1.7)
    places = [
        [(first + _STEP * level, 2.0 + (rows - size) * 0.55 + 1.1 * channel) for channel in range(size)]
        for level, size in enumerate(sizes)
    ]
    board.text(places[0][0][0], 0.5, "input x", bold=True)
    board.text(places[-1][0][0], 0.5, "output y", bold=True)
    for level, (step, name) in enumerate(zip(steps, names, strict=True)):
        words, x = name.removeprefix("the "), first + _STEP * (level + 0.5)
        board.text(x, 0.95, words, size=0.9, color=ROLES["weights"].edge, bold=True)
        for o, i in sorted(np.argwhere(step), key=lambda pair: reached[level][pair[1]]):
            follow = reached[level][i]
            look = {"color": VERMILLION, "width": 2.6} if follow else {"color": "#A0A0A0", "width": 1.1}
            board.line(places[level][i], places[level + 1][o], **look)
    for level, column in enumerate(places):
        role = "input" if level == 0 else "output" if level == len(steps) else "plain"
        for channel, (x, y) in enumerate(column):
            marked = bool(reached[level][channel])
            board.tile(x - 0.42, y - 0.42, 0.84, 0.84, str(labels[level][channel]), role, bold=marked)
            if marked:
                board.outline(x - 0.42, y - 0.42, 0.84, 0.84)
    board.text(columns / 2, 2.1 + 1.1 * rows, reach, bold=True, color=VERMILLION)
    board.note(columns / 2, 2.8 + 1.1 * rows, connections)
    return board
