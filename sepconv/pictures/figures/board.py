"""A sheet of squared paper to draw on: everything is placed in cells, so that all pictures look alike."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from sepconv.pictures.figures import style
from sepconv.pictures.figures.showing import show
from sepconv.pictures.figures.wording import number

_HALF_DIGIT = 0.365  # of the letter size, in DejaVu Sans
_SMALLEST_CELL = 0.2  # inches; numbers in smaller cells cannot be read


class Board:
    """Squared paper of so many columns and rows; x grows to the right, y grows downward.

    Parameters
    ----------
    columns, rows : float
        Size in cells. A wide board gets smaller cells and letters.
    dpi : int
        Dots per inch; photos use fewer, as they make large files.

    Raises
    ------
    ValueError
        If the board is so wide that its numbers could not be read.
    """

    def __init__(self, columns, rows, dpi=style.DRAWING_DPI):
        cell = min(style.CELL_INCHES, style.MAX_INCHES / columns)
        if cell < _SMALLEST_CELL:
            most = int(style.MAX_INCHES / _SMALLEST_CELL)
            raise ValueError(
                f"the picture would be {columns:.0f} cells wide and at most {most} can be read: draw smaller arrays"
            )
        self.fig = Figure(figsize=(columns * cell, rows * cell), dpi=dpi, facecolor="white")
        FigureCanvasAgg(self.fig)
        self.ax = self.fig.add_axes((0, 0, 1, 1))
        self.ax.set(xlim=(0, columns), ylim=(rows, 0))
        self.ax.axis("off")
        self.cell = cell
        self.points = style.FONT_POINTS * (cell / style.CELL_INCHES) ** 0.6  # letters shrink less than cells

    def show(self, alt, caption=None):
        """Show the board in the notebook."""
        show(self.fig, alt=alt, caption=caption)

    def text(self, x, y, words, *, size=1.0, color=style.INK, bold=False, ha="center", va="center"):
        """Write words at (x, y); `size` is relative to the normal letter."""
        weight = "bold" if bold else "normal"
        if va == "center" and "\n" not in words:
            # Center the digits, so that words beside each other stand on one line whatever their letters.
            y, va = y + _HALF_DIGIT * size * self.points / (72 * self.cell), "baseline"
        self.ax.text(
            x, y, words, size=size * self.points, color=color, weight=weight, ha=ha, va=va, family=style.FONT,
            linespacing=1.35, zorder=5, parse_math=False,
        )  # fmt: skip

    def note(self, x, y, words, *, size=0.9, ha="center"):
        """Write small gray words: an axis, a unit, how to read the picture."""
        self.text(x, y, words, size=size, color=style.GRAY, ha=ha)

    def rectangle(self, x, y, width, height, role="plain", *, hatch=None, fill=None, edge=None, line=1.0):
        """Draw one cell in the look of its role, or with another hatch, fill or edge."""
        look = style.ROLES[role]
        self.ax.add_patch(
            Rectangle(
                (x, y), width, height, facecolor=fill or look.fill, edgecolor=edge or look.edge, hatch=hatch,
                linewidth=line, linestyle=(0, (3, 2)) if look.dashed else "-", zorder=2,
            )
        )  # fmt: skip

    def outline(self, x, y, width, height, color=style.VERMILLION):
        """Draw a thick frame around cells: look here."""
        look = {"edgecolor": color, "linewidth": 2.6, "zorder": 4, "joinstyle": "miter"}
        self.ax.add_patch(Rectangle((x, y), width, height, fill=False, **look))

    def tile(self, x, y, width, height, words, role="plain", *, size=1.0, bold=False, ink=style.INK, **look):
        """Draw a cell as `rectangle` does, with words in its middle."""
        self.rectangle(x, y, width, height, role, **look)
        self.text(x + width / 2, y + height / 2, words, size=size, bold=bold, color=ink)

    def title(self, center, name, below):
        """Write a name and, in gray beneath it, what it is."""
        self.text(center, 0.45, name, bold=True)
        self.text(
            center, 1.05, below.strip(), size=max(0.85, style.LEAST_POINTS / self.points), color=style.GRAY
        )

    def line(self, start, end, *, color=style.GRAY, width=1.0, dashes="-"):
        """Draw a straight line."""
        self.ax.plot(*zip(start, end, strict=True), color=color, linewidth=width, linestyle=dashes, zorder=1)

    def arrow(self, start, end, *, color=style.GRAY, width=1.2):
        """Draw a straight arrow."""
        self.ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=10, color=color, linewidth=width, shrinkA=0, shrinkB=0,
                zorder=3,
            )
        )  # fmt: skip

    def grid(self, values, left, top, role, *, width=1.0, height=1.0, hidden=None):
        """Draw a 2-D array as cells with their numbers; cells where `hidden` is true stay empty."""
        values = np.asarray(values)
        hidden = np.zeros(values.shape, bool) if hidden is None else hidden
        words = [[number(value) for value in row] for row in values]
        longest = max(len(word) for row in words for word in row)
        size = min(1.0, 4.2 * width / max(longest, 1))
        for (i, j), empty in np.ndenumerate(hidden):
            shown, fill = ("", "white") if empty else (words[i][j], None)
            self.tile(left + j * width, top + i * height, width, height, shown, role, size=size, fill=fill)

    def table(self, cells, left, top, *, away=0.4):
        """Draw who reads whom: a column for each input, a row for each output; what is not read is "" and white."""
        size = min(1.0, 3.6 / max(1, *(len(words) for row in cells for words in row)))
        for i in range(len(cells[0])):
            self.text(left + i + 0.5, top - away, str(i), color=style.BLUE, bold=True)
        for o, row in enumerate(cells):
            self.text(left - away, top + o + 0.5, str(o), color=style.GREEN, bold=True)
            for i, words in enumerate(row):
                fill = None if words else "white"
                self.tile(left + i, top + o, 1, 1, words, "weights", size=size, fill=fill)

    def padded_grid(self, values, left, top, padding):
        """Draw an input with its ring of zeros; `padding` is (rows, columns) on each side."""
        rows, columns = values.shape
        down, right = padding
        for i, j in np.ndindex(rows + 2 * down, columns + 2 * right):
            if not (down <= i < rows + down and right <= j < columns + right):
                self.tile(left + j, top + i, 1, 1, "0", "padding", ink=style.GRAY)
        self.grid(values, left + right, top + down, "input")

    def sheets(self, left, top, channels, rows, columns, role, *, cell=0.4, shift=0.3):
        """Draw the maps of a tensor one behind the other, channel 0 in front; returns (width, height)."""
        for channel in reversed(range(channels)):
            x, y = left + channel * shift, top + (channels - 1 - channel) * shift
            for i, j in np.ndindex(rows, columns):
                self.rectangle(x + j * cell, y + i * cell, cell, cell, role, line=0.7)
        depth = (channels - 1) * shift
        return columns * cell + depth, rows * cell + depth

    def box(self, left, top, depth, rows, columns, *, cell=0.4, shift=0.2):
        """Draw a filter as a solid block of depth × rows × columns numbers."""
        front_top, right = top + depth * shift, left + columns * cell
        for i, j in np.ndindex(rows, columns):
            self.rectangle(left + j * cell, front_top + i * cell, cell, cell, "weights", line=0.9)
        for layer in range(depth):
            near, far = layer * shift, (layer + 1) * shift
            for j in range(columns):
                x = left + j * cell
                corners = [(x + near, front_top - near), (x + cell + near, front_top - near)]
                corners += [(x + cell + far, front_top - far), (x + far, front_top - far)]
                self._face(corners, "#FDF3DD")
            for i in range(rows):
                y = front_top + i * cell
                corners = [(right + near, y - near), (right + far, y - far)]
                corners += [(right + far, y + cell - far), (right + near, y + cell - near)]
                self._face(corners, "#F0CE85")

    def _face(self, corners, fill):
        edge = style.ROLES["weights"].edge
        self.ax.add_patch(Polygon(corners, facecolor=fill, edgecolor=edge, linewidth=0.9, zorder=2))


def side_by_side(widths, *, least, gap=1.4, margin=0.3):
    """Return the center of each of some columns, none narrower than `least`, and the width of them all."""
    centers, left = [], margin
    for width in (max(width, least) for width in widths):
        centers.append(left + width / 2)
        left += width + gap
    return centers, left - gap + margin


def between(centers, widths, n):
    """Return the middle of the gap between column n of some columns and the next."""
    right, left = centers[n] + widths[n] / 2, centers[n + 1] - widths[n + 1] / 2
    return (left + right) / 2
