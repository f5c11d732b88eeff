"""Accuracy against cost, step by step of a network's history."""

from itertools import pairwise

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import GRAY, INK, VERMILLION


def steps(rows, mark=(), *, caption=None):
    """Draw accuracy against cost, one point for each step of a network's history, with arrows in their order.

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
    ValueError
        If there are fewer than 2 steps, a number is not finite, or a name in `mark` is no step.
    """
    names = [name for name, _, _ in rows]
    values = np.array([row[1:] for row in rows], float)
    for name in set(mark) - set(names):
        raise ValueError(f"mark holds {name!r}, which is none of the steps {', '.join(names)}")
    told = [f"{i + 1} {name}: {a:.2f} % at {c:.2f} billion" for i, (name, a, c) in enumerate(rows)]
    _draw_steps(names, values, mark).show(
        f"Accuracy against cost in {len(rows)} steps. {'. '.join(told)}. Marked: {wording.listed(mark) or 'none'}.",
        caption,
    )


def _draw_steps(names, values, mark):
    left, top, width, height = 1.9, 1.2, 8.6, 9.6
    (low_a, low_c), (high_a, high_c) = values.min(axis=0), values.max(axis=0)
    bottom, ceiling = np.floor(low_a), np.ceil(high_a)
    first, last = np.floor(low_c), np.ceil(high_c)
    board = Board(20.5, max(top + height + 1.6, 1.4 + 0.66 * len(names)))

    def place(accuracy, cost):
        across, down = (cost - first) / (last - first), (ceiling - accuracy) / (ceiling - bottom)
        return left + across * width, top + down * height

    for accuracy in np.arange(bottom, ceiling + 1):
        _, y = place(accuracy, first)
        board.line((left, y), (left + width, y), color="#C8C8C8", width=0.7)
        board.text(left - 0.2, y, f"{accuracy:.0f} %", size=0.85, ha="right")
    for cost in np.arange(first, last + 1):
        x, _ = place(bottom, cost)
        board.text(x, top + height + 0.5, f"{cost:.0f}", size=0.85)
    board.note(left + width / 2, top + height + 1.15, "billions of multiply-accumulates")
    board.note(left, 0.5, "accuracy", ha="left")
    points = [place(accuracy, cost) for accuracy, cost in values]
    for start, end in pairwise(points):
        board.arrow(start, end, color=GRAY, width=1.3)
    drawn = zip(points, label_places(points), names, values)
    for number, ((x, y), label, name, (accuracy, cost)) in enumerate(drawn, 1):
        marked = name in mark
        color, side = (VERMILLION, 0.28) if marked else (INK, 0.18)
        board.rectangle(x - side / 2, y - side / 2, side, side, fill=color, edge=color)
        board.text(*label, str(number), size=0.8, bold=True, color=color)
        line = 0.9 + 0.66 * number
        look = {"size": 0.9, "color": color}
        board.text(left + width + 0.7, line, f"{number}  {name}", bold=marked, ha="left", **look)
        board.text(20.2, line, f"{accuracy:.2f} %, {cost:.2f}", ha="right", **look)
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
