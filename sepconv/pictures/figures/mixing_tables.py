"""Tables of which outputs depend on which inputs."""

import textwrap

import numpy as np

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board, side_by_side

_ROW_LABEL = 0.6  # room for the number of a row, on either side so that the table stays in the middle
_LEAST_WIDTH = 12.4  # of the line beneath the tables


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
    ValueError
        If the picture would be too wide to read.
    """
    tables = {title: np.asarray(matrix) for title, matrix in matrices.items()}
    widths = [values.shape[1] + 2 * _ROW_LABEL for values in tables.values()]
    centers, columns = side_by_side(widths, least=max(5.2, _LEAST_WIDTH if len(widths) == 1 else 0))
    lines = [textwrap.wrap(title, int(max(width, 5.2) / 0.26)) for title, width in zip(tables, widths)]
    top = 0.62 * max(map(len, lines)) + 1.2
    tallest = max(map(len, tables.values()))
    board = Board(columns, top + tallest + 1.9)
    told = []
    for (title, values), words, center in zip(tables.items(), lines, centers, strict=True):
        for line, part in enumerate(reversed(words)):
            board.text(center, top - 1.3 - 0.62 * line, part, bold=True)
        board.table(_cells(values), center - values.shape[1] / 2, top)
        connections = f"{np.count_nonzero(values)} of {values.size} connections"
        board.text(center, top + tallest + 0.65, connections, bold=True, size=1.1)
        told.append(f"{title}: {connections}: {_mixing_words(values)}.")
    board.note(columns / 2, top + tallest + 1.4, "a column for each input, a row for each output", size=0.85)
    board.show(f"Which outputs depend on which inputs. {' '.join(told)}", caption)


def _cells(values):
    """Return what stands in each cell: a dot or the number, and nothing where there is no connection."""
    words = (lambda _: "●") if values.dtype == bool else wording.number
    return [[words(value) if value else "" for value in row] for row in values]


def _mixing_words(values):
    """Say who depends on whom: outputs with the same inputs together; of numbers also the numbers."""
    alike = {}
    for o, row in enumerate(values):
        alike.setdefault(tuple(np.flatnonzero(row)), []).append(o)
    told = [
        f"{wording.named('output', outputs)} on {wording.named('input', read)}"
        for read, outputs in alike.items()
    ]
    return "; ".join(told if values.dtype == bool else [*told, f"values {wording.rows(values)}"])
