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
        """Show the board in the notebook.

        Parameters
        ----------
        alt : str
            What the picture shows, as at least one sentence of 20 characters or more.
        caption : str, optional
            A line under the picture.

        Raises
        ------
        ValueError
            If `alt` is too short, or is a file name or a placeholder.
        """
        show(self.fig, alt=alt, caption=caption)

    def text(self, x, y, words, *, size=1.0, color=style.INK, bold=False, ha="center", va="center"):
        """Write words.

        Parameters
        ----------
        x, y : float
            The place of the words, in cells.
        words : str
            May hold several lines.
        size : float
            1 is the normal letter of the board.
        color : str
        bold : bool
        ha, va : str
            Which point of the words stands at (x, y), as matplotlib names it. With ``va="center"`` a single line is
            placed so that its digits are centered on y.
        """
        weight = "bold" if bold else "normal"
        if va == "center" and "\n" not in words:
            # Center the digits, so that words beside each other stand on one line whatever their letters.
            y, va = y + _HALF_DIGIT * size * self.points / (72 * self.cell), "baseline"
        self.ax.text(
            x, y, words, size=size * self.points, color=color, weight=weight, ha=ha, va=va, family=style.FONT,
            linespacing=1.35, zorder=5, parse_math=False,
        )  # fmt: skip

    def note(self, x, y, words, *, size=0.9, ha="center"):
        """Write small gray words: an axis, a unit, how to read the picture.

        Parameters
        ----------
        x, y : float
            The place of the words, in cells; `y` is their middle.
        words : str
        size : float
            1 is the normal letter of the board.
        ha : str
            Which point of the words stands at `x`: "left", "center" or "right".
        """
        self.text(x, y, words, size=size, color=style.GRAY, ha=ha)

    def rectangle(self, x, y, width, height, role="plain", *, hatch=None, fill=None, edge=None, line=1.0):
        """Draw one cell in the look of its role, or with another hatch, fill or edge.

        Parameters
        ----------
        x, y : float
            Upper left corner, in cells.
        width, height : float
            In cells.
        role : str
            A key of ``style.ROLES``.
        hatch : str, optional
            As matplotlib writes it.
        fill, edge : str, optional
            Colors; without them, those of the role.
        line : float
            Width of the edge, in points.
        """
        look = style.ROLES[role]
        self.ax.add_patch(
            Rectangle(
                (x, y), width, height, facecolor=fill or look.fill, edgecolor=edge or look.edge, hatch=hatch,
                linewidth=line, linestyle=(0, (3, 2)) if look.dashed else "-", zorder=2,
            )
        )  # fmt: skip

    def outline(self, x, y, width, height, color=style.VERMILLION):
        """Draw a thick frame around cells: look here.

        Parameters
        ----------
        x, y : float
            Upper left corner, in cells.
        width, height : float
            In cells.
        color : str
        """
        look = {"edgecolor": color, "linewidth": 2.6, "zorder": 4, "joinstyle": "miter"}
        self.ax.add_patch(Rectangle((x, y), width, height, fill=False, **look))

    def tile(self, x, y, width, height, words, role="plain", *, size=1.0, bold=False, ink=style.INK, **look):
        """Draw a cell as `rectangle` does, with words in its middle.

        Parameters
        ----------
        x, y : float
            Upper left corner, in cells.
        width, height : float
            In cells.
        words : str
        role : str
            A key of ``style.ROLES``.
        size : float
            Of the letters; 1 is the normal letter of the board.
        bold : bool
        ink : str
            Color of the words.
        **look
            `hatch`, `fill`, `edge` and `line`, as in `rectangle`.
        """
        self.rectangle(x, y, width, height, role, **look)
        self.text(x + width / 2, y + height / 2, words, size=size, bold=bold, color=ink)

    def title(self, center, name, below):
        """Write a name and, in gray beneath it, what it is, at the top of the board.

        Parameters
        ----------
        center : float
            The x of their middle, in cells.
        name, below : str
        """
        self.text(center, 0.45, name, bold=True)
        self.text(
            center, 1.05, below.strip(), size=max(0.85, style.LEAST_POINTS / self.points), color=style.GRAY
        )

    def line(self, start, end, *, color=style.GRAY, width=1.0, dashes="-"):
        """Draw a straight line.

        Parameters
        ----------
        start, end : (float, float)
            x and y, in cells.
        color : str
        width : float
            In points.
        dashes : str
            A line style of matplotlib; "-" is solid.
        """
        self.ax.plot(*zip(start, end, strict=True), color=color, linewidth=width, linestyle=dashes, zorder=1)

    def arrow(self, start, end, *, color=style.GRAY, width=1.2):
        """Draw a straight arrow.

        Parameters
        ----------
        start, end : (float, float)
            x and y, in cells; the arrowhead is at the end.
        color : str
        width : float
            In points.
        """
        self.ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=10, color=color, linewidth=width, shrinkA=0, shrinkB=0,
                zorder=3,
            )
        )  # fmt: skip

    def grid(self, values, left, top, role, *, width=1.0, height=1.0, hidden=None):
        """Draw a 2-D array as cells with their numbers.

        Parameters
        ----------
        values : array (rows, columns)
        left, top : float
            Corner of the array, in cells of the board.
        role : str
            A key of ``style.ROLES``.
        width, height : float
            Of one number's cell, in cells of the board.
        hidden : array of bool (rows, columns), optional
            Where it is true, the cell stays empty.
        """
        values = np.asarray(values)
        hidden = np.zeros(values.shape, bool) if hidden is None else hidden
        words = [[number(value) for value in row] for row in values]
        longest = max(len(word) for row in words for word in row)
        size = min(1.0, 4.2 * width / max(longest, 1))
        for (i, j), empty in np.ndenumerate(hidden):
            shown, fill = ("", "white") if empty else (words[i][j], None)
            self.tile(left + j * width, top + i * height, width, height, shown, role, size=size, fill=fill)

    def table(self, cells, left, top, *, away=0.4):
        """Draw who reads whom: a column for each input, a row for each output.

        Parameters
        ----------
        cells : list of list of str (outputs, inputs)
            The words in each cell; "" stands for what is not read, and its cell is white.
        left, top : float
            Corner of the first cell, in cells of the board.
        away : float
            How far the numbers of the inputs, above, and of the outputs, at the left, stand from the table, in cells.
        """
        size = min(1.0, 3.6 / max(1, *(len(words) for row in cells for words in row)))
        for i in range(len(cells[0])):
            self.text(left + i + 0.5, top - away, str(i), color=style.BLUE, bold=True)
        for o, row in enumerate(cells):
            self.text(left - away, top + o + 0.5, str(o), color=style.GREEN, bold=True)
            for i, words in enumerate(row):
                fill = None if words else "white"
                self.tile(left + i, top + o, 1, 1, words, "weights", size=size, fill=fill)

    def padded_grid(self, values, left, top, padding):
        """Draw an input with its ring of zeros.

        Parameters
        ----------
        values : array (H, W)
            The input without the ring.
        left, top : float
            Corner of the ring, in cells.
        padding : (int, int)
            Rows of zeros above and below each, columns at the left and right each.
        """
        rows, columns = values.shape
        down, right = padding
        for i, j in np.ndindex(rows + 2 * down, columns + 2 * right):
            if not (down <= i < rows + down and right <= j < columns + right):
                self.tile(left + j, top + i, 1, 1, "0", "padding", ink=style.GRAY)
        self.grid(values, left + right, top + down, "input")

    def sheets(self, left, top, channels, rows, columns, role, *, cell=0.4, shift=0.3):
        """Draw the maps of a tensor one behind the other, channel 0 in front.

        Parameters
        ----------
        left, top : float
            Corner of the whole drawing, in cells of the board.
        channels, rows, columns : int
            The shape of the tensor.
        role : str
            A key of ``style.ROLES``.
        cell : float
            Side of one number's cell, in cells of the board.
        shift : float
            How far to the right and up a map lies from the one before it, in cells of the board.

        Returns
        -------
        (float, float)
            Width and height of the whole drawing, in cells of the board.
        """
        for channel in reversed(range(channels)):
            x, y = left + channel * shift, top + (channels - 1 - channel) * shift
            for i, j in np.ndindex(rows, columns):
                self.rectangle(x + j * cell, y + i * cell, cell, cell, role, line=0.7)
        depth = (channels - 1) * shift
        return columns * cell + depth, rows * cell + depth

    def box(self, left, top, depth, rows, columns, *, cell=0.4, shift=0.2):
        """Draw a filter as a solid block of depth × rows × columns numbers.

        Parameters
        ----------
        left, top : float
            Corner of the whole drawing, in cells of the board.
        depth, rows, columns : int
            How many numbers the block has in each direction; the depth are the channels.
        cell : float
            Side of one number's cell, in cells of the board.
        shift : float
            How far to the right and up each layer of the depth goes, in cells of the board.
        """
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
    """Return the center of each of some columns, none narrower than `least`, and the width of them all.

    Parameters
    ----------
    widths : sequence of float
        Of each column, in cells, as are all lengths here.
    least : float
        What a narrower column is widened to.
    gap : float
        Between two columns.
    margin : float
        At the left of the first column and the right of the last.

    Returns
    -------
    centers : list of float
    columns : float
        The width of all columns with their gaps and margins.
    """
    centers, left = [], margin
    for width in (max(width, least) for width in widths):
        centers.append(left + width / 2)
        left += width + gap
    return centers, left - gap + margin


def between(centers, widths, n):
    """Return the middle of the gap between column n of some columns and the next.

    Parameters
    ----------
    centers, widths : sequence of float
        Of each column, in cells.
    n : int
        Of the left column, from 0.
    """
    right, left = centers[n] + widths[n] / 2, centers[n + 1] - widths[n + 1] / 2
    return (left + right) / 2
