"""The receptive field: what one output pixel sees through a stack of layers."""

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.board import Board

_STEP = 2.1  # from one level to the next


def receptive_field(layers, *, caption=None):
    """Draw the input cells that one output pixel sees through a stack of layers, along one axis.

    A cell that lies inside the field and reaches the output by no path (dilation leaves such holes) is hatched.

    Parameters
    ----------
    layers : sequence of (k, stride, dilation)
        From the input to the output.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    ValueError
        If a number of a layer is below 1, or the field is too wide to be read.
    """
    if min(map(min, layers)) < 1:
        raise ValueError(f"layers={layers}: k, stride and dilation must each be at least 1")
    seen = _seen_cells(layers)
    spans = [cells[-1] + 1 for cells in seen]
    board = Board(spans[-1] + 6.4, len(layers) * _STEP + 1.6)
    centers = _centers(layers, spans)
    for level, cells in enumerate(seen):
        _draw_level(board, level, len(layers), cells, centers)
    told = []
    for level, layer in enumerate(reversed(layers)):
        _draw_reads(board, layer, level, seen[level], centers)
        words = _layer_words(len(layers) - level, layer)
        board.note(centers[-1][-1] + 1.0, 0.9 + (level + 0.5) * _STEP, words, size=0.85, ha="left")
        told.append(f"{words}, reads {wording.plural(spans[level + 1], 'cell')}")
    holes = spans[-1] - len(seen[-1])
    skipped = f" {wording.plural(holes, 'cell')} inside reached by no path (hatched)." if holes else ""
    board.show(
        f"The receptive field of 1 output pixel, layer by layer down to the input. {'; '.join(told)}. "
        f"One output pixel sees {wording.plural(spans[-1], 'input cell')}.{skipped}",
        caption,
    )


def _seen_cells(layers):
    """Return for each level, from the output back to the input, the cells that the output depends on."""
    levels = [[0]]
    for k, stride, dilation in reversed(layers):
        levels.append(sorted({cell * stride + tap * dilation for cell in levels[-1] for tap in range(k)}))
    return levels


def _centers(layers, spans):
    """Return where the cells of each level stand: each over the middle of the cells that it reads."""
    centers = [[0.8 + cell for cell in range(spans[-1])]]
    for (k, stride, dilation), span in zip(layers, reversed(spans[:-1]), strict=True):
        below, reach = centers[0], dilation * (k - 1)
        centers.insert(0, [(below[c * stride] + below[c * stride + reach]) / 2 for c in range(span)])
    return centers


def _draw_level(board, level, last, cells, centers):
    role = "output" if level == 0 else "input" if level == last else "plain"
    top = 0.4 + level * _STEP
    for cell, center in enumerate(centers[level]):
        look = {"role": role} if cell in cells else {"hatch": "///"}
        board.rectangle(center - 0.5, top, 1, 1, **look)
    name = "output" if level == 0 else "input" if level == last else f"after layer {last - level}"
    words = f"{name}: {wording.plural(len(centers[level]), 'cell')}"
    board.text(centers[-1][-1] + 1.0, top + 0.5, words, ha="left", bold=level in (0, last))


def _draw_reads(board, layer, level, cells, centers):
    k, stride, dilation = layer
    top = 1.4 + level * _STEP
    for cell in cells:
        for tap in range(k):
            below = centers[level + 1][cell * stride + tap * dilation]
            board.line((centers[level][cell], top), (below, top + _STEP - 1))


def _layer_words(number, layer):
    k, stride, dilation = layer
    return f"layer {number}: k {k}, stride {stride}, dilation {dilation}"
