"""The map of the course, with the place where the reader is."""

import math

from sepconv.pictures.figures.board import Board
from sepconv.pictures.figures.style import BLUE, GRAY, INK, VERMILLION

LESSONS = (
    "The puzzle", "One pixel", "Channels", "Shapes", "Counting", "Pointwise", "Groups", "Depthwise", "Separable",
    "What it\ncannot do", "Real cost", "MobileNet\naudit", "Train\nthe twins", "Where it\nlives now",
)  # fmt: skip
# The parts of the course, in words that a newcomer knows, each with its first and last lesson.
STAGES = (
    ("the standard layer", 0, 2), ("shapes", 3, 3), ("counts", 4, 4), ("taken apart", 5, 8), ("limits", 9, 9),
    ("speed", 10, 10), ("networks", 11, 13),
)  # fmt: skip


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
    IndexError
        If there is no such lesson.
    """
    pitch, per_row, row_height = 3.0, 7, 3.1
    board = Board(per_row * pitch + 0.4, 2 * row_height + 0.3, dpi=120)  # every lesson has one: keep it small
    for number, title in enumerate(LESSONS):
        column, row = number % per_row, number // per_row
        x, y = 0.2 + (column + 0.5) * pitch, row * row_height + 1.35
        here = number == current
        if column:
            board.line((x - pitch + 0.55, y), (x - 0.55, y), color="#AAAAAA", width=2)
        fill = VERMILLION if here else "#CFE5F2" if number < current else "white"
        edge, ink = (VERMILLION, "white") if here else (GRAY, INK)
        look = {"fill": fill, "edge": edge, "line": 1.2}
        board.tile(x - 0.55, y - 0.45, 1.1, 0.9, f"{number:02}", bold=True, ink=ink, **look)
        board.text(x, y + 0.62, title + ("\n▲ you are here" if here else ""), size=0.84, bold=here, va="top")
    _draw_stage_names(board, pitch, per_row, row_height)
    path = ", ".join(f"{stage} in {_lessons(first, last)}" for stage, first, last in STAGES)
    titles = [title.replace("\n", " ") for title in LESSONS]
    is_last = current == len(LESSONS) - 1
    after = "It is the last one." if is_last else f"Next: {current + 1:02} {titles[current + 1]}."
    board.show(
        f"Map of the {len(LESSONS)} lessons: {path}. You are in lesson {current:02}, {titles[current]}. {after}",
        caption,
    )


def _draw_stage_names(board, pitch, per_row, row_height):
    for stage, first, last in STAGES:
        for row in range(math.ceil(len(LESSONS) / per_row)):
            start, end = max(first, row * per_row), min(last, row * per_row + per_row - 1)
            if start > end:
                continue
            left, right = 0.2 + start % per_row * pitch, 0.2 + (end % per_row + 1) * pitch
            y = row * row_height + 0.7
            board.line((left + 0.15, y), (right - 0.15, y), color=BLUE, width=1.5)
            words = stage if start == first else f"{stage} (continued)"
            board.text((left + right) / 2, y - 0.36, words, size=0.84, color=BLUE)


def _lessons(first, last):
    return f"lesson {first:02}" if first == last else f"lessons {first:02} to {last:02}"
