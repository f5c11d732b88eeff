"""Who talks to whom through a stack of layers, and how a shuffle deals the channels out."""

import textwrap

import numpy as np

from sepconv._arguments import check_divides
from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.board import Board, side_by_side
from sepconv.pictures.figures.style import BLUE, GRAY, GREEN, INK, ROLES, VERMILLION

_MOST_CHANNELS = 16
_ROW_LABEL = 0.6  # room for the number of a row, on either side so that the table stays in the middle
_LEAST_WIDTH = 12.4  # of the line beneath the tables
_STEP = 4.4  # from one column of channels to the next
# One pale color for each group, made from those of style.py; the numbers on the cards say the same.
_CARDS = (
    ("#CFE5F2", BLUE),
    ("#F0DCE8", "#9C4F7C"),
    ("#F2F2F2", GRAY),
    ("#C4E8DC", GREEN),
    ("#FBE6BC", "#A87400"),
)


def mixing(matrices, *, caption=None):
    """Draw which outputs depend on which inputs, for several stacks of layers side by side.

    Parameters
    ----------
    matrices : dict of str to array (c_out, c_in)
        Bools, as ``sepconv.connectivity`` returns them, are drawn as dots. Numbers, such as derivatives, are
        written in the cells. What is exactly 0 or False is not connected.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If it is not such a dict, or a matrix has more than 16 rows or columns.
    """
    tables = {
        title: _checked_matrix(f"matrices[{title!r}]", matrix)
        for title, matrix in inputs.named("matrices", matrices).items()
    }
    widths = [values.shape[1] + 2 * _ROW_LABEL for values, _ in tables.values()]
    centers, columns = side_by_side(widths, least=max(5.2, _LEAST_WIDTH if len(widths) == 1 else 0))
    lines = [textwrap.wrap(title, int(max(width, 5.2) / 0.26)) for title, width in zip(tables, widths)]
    top = 0.62 * max(map(len, lines)) + 1.2
    tallest = max(len(values) for values, _ in tables.values())
    board = Board(columns, top + tallest + 1.9)
    told = []
    for (title, (values, is_bool)), words, center in zip(tables.items(), lines, centers, strict=True):
        for line, part in enumerate(reversed(words)):
            board.text(center, top - 1.3 - 0.62 * line, part, bold=True)
        _draw_mixing(board, values, is_bool, center - values.shape[1] / 2, top)
        connected, pairs = np.count_nonzero(values), values.size
        board.text(center, top + tallest + 0.65, f"{connected} of {pairs} pairs", bold=True, size=1.1)
        told.append(f"{title}: {connected} of {pairs} pairs: {_mixing_words(values, is_bool)}.")
    board.text(
        columns / 2,
        top + tallest + 1.4,
        "a column for each input, a row for each output",
        size=0.85,
        color=GRAY,
    )
    board.show(f"Which outputs depend on which inputs. {' '.join(told)}", caption)


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
    TypeError, ValueError
        If a layer is neither, does not fit the one before, or `start` is no input channel.
    """
    steps, names = _checked_layers(layers)
    c_in, c_out = steps[0].shape[1], len(steps[-1])
    start = inputs.whole("start", start, 0)
    if start >= c_in:
        raise ValueError(f"start={start} must be an input channel from 0 to {c_in - 1}")
    reached = [np.eye(c_in, dtype=bool)[start]]
    total = np.eye(c_in, dtype=bool)
    for step in steps:
        reached.append(step @ reached[-1])
        total = step @ total
    ends = np.flatnonzero(reached[-1])
    reach = f"input {start} reaches {len(ends)} of {wording.plural(c_out, 'output')}"
    pairs = f"{total.sum()} of {c_out} × {c_in} = {total.size} pairs are connected"
    _draw_paths(steps, names, reached, f"{reach}: {wording.listed(ends) or 'none'}", pairs).show(
        f"The channels through {wording.plural(len(steps), 'layer')}: {wording.listed(names)}. "
        + "".join(
            f"After {name} input {start} is in {_named('channel', np.flatnonzero(r))} of {len(r)}. "
            for name, r in zip(names, reached[1:], strict=True)
        )
        + f"So {reach}. Of all inputs {pairs}.",
        caption,
    )


def shuffle(channels, groups, *, caption=None):
    """Draw a channel shuffle with numbered cards: reshape to groups, transpose, flatten.

    Parameters
    ----------
    channels : int
        From 2 to 16.
    groups : int
        Must divide `channels`; at most 5.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range or `groups` does not divide `channels`.
    """
    from sepconv.convolution.reference import channel_shuffle

    channels = inputs.whole("channels", channels, 2, _MOST_CHANNELS)
    groups = inputs.whole("groups", groups, 1, len(_CARDS))
    check_divides("groups", groups, channels, "channels")
    cards = np.arange(channels)
    each = channels // groups
    dealt = channel_shuffle(cards.reshape(-1, 1, 1), groups).ravel()
    decks = cards.reshape(groups, each)
    order = f"[{', '.join(map(str, dealt))}]"
    _draw_shuffle(decks, dealt, f"new order: {order}").show(
        f"Channel shuffle of {channels} channels in {wording.plural(groups, 'group')}. Reshape to "
        f"{groups} × {each}: {wording.rows(decks)}. Transpose to {each} × {groups}: {wording.rows(decks.T)}. "
        f"Flatten: {order}. Place 1 now holds channel {dealt[1]}.",
        caption,
    )


def _draw_shuffle(decks, dealt, order):
    """Return a board with the cards before, as a table, as the table transposed, and in their new order."""
    (groups, each), channels = decks.shape, decks.size
    stages = (
        ("before", f"{wording.plural(groups, 'group')} of {each}", decks.reshape(-1, 1)),
        ("reshape", f"({groups}, {each}): a row a group", decks),
        ("transpose", f"({each}, {groups}): rows ↔ columns", decks.T),
        ("flatten", "row after row", dealt[:, None]),
    )
    centers, columns = side_by_side([stage.shape[1] for _, _, stage in stages], least=5.0, gap=1.1)
    board = Board(columns, channels + 2.9)
    for (name, below, stage), center in zip(stages, centers, strict=True):
        board.title(center, name, below)
        height, width = stage.shape
        _draw_cards(board, stage, center - width / 2, 1.7 + (channels - height) / 2, each)
    _draw_groups(board, groups, each, centers[0] - 0.65, "right")
    _draw_groups(board, groups, each, centers[-1] + 0.65, "left")
    for (_, _, before), (_, _, after), a, b in zip(stages, stages[1:], centers, centers[1:]):
        ends = (a + before.shape[1] / 2 + 0.3, b - after.shape[1] / 2 - 0.3)
        board.arrow(*((x, 1.7 + channels / 2) for x in ends))
    board.text(columns / 2, channels + 2.4, order, bold=True, size=1.1)
    return board


def _checked_matrix(name, matrix):
    values = inputs.array(name, matrix, (2,))
    is_bool = np.asarray(matrix).dtype == np.bool_
    if max(values.shape) > _MOST_CHANNELS:
        raise ValueError(
            f"{name} has shape {values.shape}; it must be (c_out, c_in), each at most {_MOST_CHANNELS}"
        )
    return values, is_bool


def _draw_mixing(board, values, is_bool, left, top):
    words = [["●" if is_bool else wording.number(value) for value in row] for row in values]
    longest = max(len(word) for row in words for word in row)
    for i in range(values.shape[1]):
        board.text(left + i + 0.5, top - 0.4, str(i), color=BLUE, bold=True)
    for o, row in enumerate(values):
        board.text(left - 0.4, top + o + 0.5, str(o), color=GREEN, bold=True)
        for i, value in enumerate(row):
            board.rectangle(left + i, top + o, 1, 1, "weights", fill=None if value else "white")
            if value:
                size = min(1.0, 3.6 / longest)
                board.text(left + i + 0.5, top + o + 0.5, words[o][i], size=size)


def _mixing_words(values, is_bool):
    """Say who depends on whom: outputs with the same inputs together; of numbers also the numbers."""
    alike = {}
    for o, row in enumerate(values):
        alike.setdefault(tuple(np.flatnonzero(row)), []).append(o)
    told = [f"{_named('output', outputs)} on {_named('input', read)}" for read, outputs in alike.items()]
    return "; ".join(told if is_bool else [*told, f"values {wording.rows(values)}"])


def _named(noun, channels):
    if not len(channels):
        return f"no {noun}"
    return f"{noun}{'s' if len(channels) > 1 else ''} {wording.listed(channels)}"


def _checked_layers(layers):
    if not isinstance(layers, (list, tuple)):
        raise TypeError(
            f"layers must be a list of bool tables and orders of channels, not {type(layers).__name__}"
        )
    if not layers:
        raise ValueError("layers is empty and must hold at least one bool table or order of channels")
    steps, names, conv = [], [], 0
    for number, layer in enumerate(layers):
        name = f"layers[{number}]"
        try:
            step = np.asarray(layer)
        except ValueError as reason:
            raise TypeError(f"{name} must be a bool table or an order of channels ({reason})") from None
        if step.ndim == 1:
            names.append("the shuffle")
            steps.append(_order_as_table(name, step))
        else:
            conv += 1
            names.append(f"layer {conv}")
            steps.append(_checked_table(name, step))
        if number and steps[-1].shape[1] != len(steps[-2]):
            raise ValueError(
                f"{name} takes {steps[-1].shape[1]} channels, but layers[{number - 1}] gives {len(steps[-2])}"
            )
    return steps, names


def _order_as_table(name, order):
    if order.dtype.kind not in "iu" or sorted(order) != list(range(len(order))) or not len(order):
        raise ValueError(
            f"{name}={order.tolist()} must hold each of the channels 0, 1, 2 … once, such as [0, 2, 1, 3]"
        )
    return np.eye(len(order), dtype=bool)[order]


def _checked_table(name, table):
    if table.ndim != 2 or table.size == 0 or max(table.shape) > _MOST_CHANNELS:
        raise ValueError(
            f"{name} has shape {table.shape}; it must be (c_out, c_in), each from 1 to {_MOST_CHANNELS}"
        )
    if table.dtype != np.bool_:
        raise TypeError(f"{name} has dtype {table.dtype} and must be bool; use for example weights != 0")
    return table


def _draw_paths(steps, names, reached, reach, pairs):
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
        words = name.removeprefix("the ")
        board.text(
            first + _STEP * (level + 0.5), 0.95, words, size=0.9, color=ROLES["weights"].edge, bold=True
        )
        for o, i in sorted(np.argwhere(step), key=lambda pair: reached[level][pair[1]]):
            follow = reached[level][i]
            look = {"color": VERMILLION, "width": 2.6} if follow else {"color": "#A0A0A0", "width": 1.1}
            board.line(places[level][i], places[level + 1][o], **look)
    for level, column in enumerate(places):
        role = "input" if level == 0 else "output" if level == len(steps) else "plain"
        for channel, (x, y) in enumerate(column):
            board.rectangle(x - 0.42, y - 0.42, 0.84, 0.84, role)
            board.text(x, y, str(channel), bold=bool(reached[level][channel]))
            if reached[level][channel]:
                board.outline(x - 0.42, y - 0.42, 0.84, 0.84)
    board.text(columns / 2, 2.1 + 1.1 * rows, reach, bold=True, color=VERMILLION)
    board.text(columns / 2, 2.8 + 1.1 * rows, pairs, size=0.9, color=GRAY)
    return board


def _draw_cards(board, cards, left, top, each):
    for (row, column), card in np.ndenumerate(cards):
        fill, edge = _CARDS[card // each]
        board.rectangle(left + column, top + row, 1, 1, "plain", fill=fill, edge=edge, line=1.4)
        board.text(left + column + 0.5, top + row + 0.5, str(card), bold=True)


def _draw_groups(board, groups, each, x, ha):
    """Write beside a column of cards where its groups are, with a line between two of them."""
    for group in range(groups):
        top = 1.7 + group * each
        board.text(x, top + each / 2, f"group {group}", size=0.85, color=GRAY, ha=ha)
        if group:
            side = -1 if ha == "right" else 1
            board.line((x - side * 0.1, top), (x + side * 1.6, top), color=INK)
