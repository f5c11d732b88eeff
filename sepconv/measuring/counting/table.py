"""How a count is told: as numbers, as a table for a notebook, and as plain text."""

from dataclasses import dataclass
from html import escape

_NUMBERS = {
    "weights": "weights",
    "biases": "biases",
    "norm": "norm",
    "buffers": "buffers",
    "macs": "MACs",
    "backward_macs": "backward MACs",
    "activations": "activations",
}


@dataclass(frozen=True)
class Row:
    """One call of a module, or a module that holds numbers and was not called.

    All numbers are the module's own, without those of the modules inside it.

    Attributes
    ----------
    name, type : str
        Its place in the model, as in ``named_modules``, and its class.
    called : bool
    output_shapes : tuple of tuple of int
        The shape of each tensor that it returned.
    weights, biases, norm, buffers : int
        Numbers that it holds and that no row above has counted.
    counted_before : bool
        Whether it holds some that a row above has counted.
    macs, backward_macs, activations : int
    not_counted : tuple of str
        Operations whose weight is not known.
    """

    name: str
    type: str
    called: bool = True
    output_shapes: tuple[tuple[int, ...], ...] = ()
    weights: int = 0
    biases: int = 0
    norm: int = 0
    buffers: int = 0
    macs: int = 0
    backward_macs: int = 0
    activations: int = 0
    counted_before: bool = False
    not_counted: tuple[str, ...] = ()

    @property
    def parameters(self):
        """All that it learns: weights, biases and norm."""
        return self.weights + self.biases + self.norm

    @property
    def does_or_holds_something(self):
        """Whether there is anything to tell but its name."""
        return any(getattr(self, name) for name in _NUMBERS) or bool(self.not_counted)

    @property
    def output(self):
        """The shapes in words: 1×8×6×9."""
        if not self.called:
            return "not called"
        shown = ["×".join(map(str, shape)) or "a number" for shape in self.output_shapes[:2]]
        if len(self.output_shapes) > 2:
            shown.append(f"{len(self.output_shapes) - 2} more")
        return ", ".join(shown) or "no tensor"


def _total(name, about):
    """A property of a count: what its rows come to."""
    return property(lambda self: sum(getattr(row, name) for row in self.rows), doc=about)


@dataclass(frozen=True, repr=False)
class Count:
    """What a model costs: one row for each call of a module, and the totals.

    Attributes
    ----------
    model : str
        The model's class.
    input_shapes : tuple of tuple of int
    rows : tuple of Row
    weights, biases, norm, buffers : int
        Numbers that the model holds, each counted once.
    parameters : int
        weights + biases + norm.
    macs, flops : int
        Multiply-accumulates of the forward pass of the whole batch; flops = 2 · macs.
    backward_macs : int or None
        Those of the gradients; None if they were not asked for.
    activations : int
        Numbers written by the operations that are counted.
    not_counted : tuple of str
        Operations whose weight is not known, each with the module that it ran in.
    """

    model: str
    input_shapes: tuple[tuple[int, ...], ...]
    rows: tuple[Row, ...]
    with_backward: bool = False

    weights = _total("weights", "Learned factors.")
    biases = _total("biases", "Learned addends.")
    norm = _total("norm", "Learned numbers of normalization layers.")
    buffers = _total("buffers", "Numbers kept without learning them.")
    macs = _total("macs", "Multiply-accumulates of the whole batch.")
    activations = _total("activations", "Numbers written by the operations that are counted.")

    @property
    def parameters(self):
        """All that is learned."""
        return self.weights + self.biases + self.norm

    @property
    def backward_macs(self):
        """Multiply-accumulates of the gradients."""
        return sum(row.backward_macs for row in self.rows) if self.with_backward else None

    @property
    def flops(self):
        """Two per multiply-accumulate: one multiplication, one addition."""
        return 2 * self.macs

    @property
    def not_counted(self):
        """Operations whose weight is not known."""
        return tuple(
            dict.fromkeys(f"{operation} in {row.name}" for row in self.rows for operation in row.not_counted)
        )

    def __str__(self):
        head, body, total = self._cells()
        widths = [max(map(len, column)) for column in zip(head, *body, total)]
        lines = [self._caption(), "", _line(head, widths), _rule(widths)]
        lines += [_line(cells, widths) for cells in body]
        lines += [_rule(widths), _line(total, widths)]
        return "\n".join([*lines, *self._notes()])

    __repr__ = __str__

    def _repr_html_(self):
        head, body, total = self._cells()
        rows = "".join(f"<tr>{_html_cells(cells)}</tr>\n" for cells in body)
        notes = "".join(f"<p>{escape(note)}</p>\n" for note in self._notes())
        return (
            f"<table>\n<caption>{escape(self._caption())}</caption>\n"
            f"<thead><tr>{''.join(map(_html_head, range(len(head)), head))}</tr></thead>\n"
            f"<tbody>\n{rows}</tbody>\n"
            f"<tfoot><tr>{_html_cells(total, bold=True)}</tr></tfoot>\n</table>\n{notes}"
        )

    def _caption(self):
        inputs = ", ".join("×".join(map(str, shape)) for shape in self.input_shapes)
        backward = f"{self.backward_macs:,} backward MACs; " if self.with_backward else ""
        return (
            f"{self.model} on {inputs}: {self.parameters:,} parameters; "
            f"{self.macs:,} MACs = {self.flops:,} FLOPs; {backward}{self.activations:,} activations"
        )

    def _cells(self):
        names = [name for name in _NUMBERS if name != "backward_macs" or self.with_backward]
        head = ["name", "type", "output", *map(_NUMBERS.get, names)]
        body = [
            [row.name, row.type, row.output, *(f"{getattr(row, name):,}" for name in names)]
            for row in self.rows
        ]
        return head, body, ["total", "", "", *(f"{getattr(self, name):,}" for name in names)]

    def _notes(self):
        notes = [f"not counted: {name}" for name in self.not_counted]
        again = dict.fromkeys(row.name for row in self.rows if row.counted_before)
        if again:
            notes.append(f"counted where they first appear: parameters and buffers of {', '.join(again)}")
        return notes


_WORDS = 3  # so many columns hold words, the others numbers


def _line(cells, widths):
    words = [cell.ljust(width) for cell, width in zip(cells[:_WORDS], widths)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[_WORDS:], widths[_WORDS:])]
    return "  ".join(words + numbers).rstrip()


def _rule(widths):
    return "  ".join("-" * width for width in widths)


def _align(column):
    return f'style="text-align: {"left" if column < _WORDS else "right"}"'


def _html_head(column, text):
    return f'<th scope="col" {_align(column)}>{escape(text)}</th>'


def _html_cells(cells, bold=False):
    """The first cell says whose row it is."""
    first, *others = map(escape, cells)
    if bold:
        others = [text and f"<strong>{text}</strong>" for text in others]
    texts = "".join(f"<td {_align(column)}>{text}</td>" for column, text in enumerate(others, start=1))
    return f'<th scope="row" {_align(0)}>{first}</th>{texts}'
