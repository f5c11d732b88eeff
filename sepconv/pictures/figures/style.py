"""The grammar of all pictures: which color, hatch and letter size means what.

Input is blue, weights are orange, output is green; zeros from padding are gray and dashed; what the eye shall
follow is outlined in vermillion. The colors are those of Okabe and Ito (Color Universal Design, 2008), which
people with any kind of color vision tell apart. Color never stands alone: a label, a number or a hatch says
the same.
"""

from dataclasses import dataclass

BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
VERMILLION, PURPLE, SKY = "#D55E00", "#CC79A7", "#56B4E9"
INK, GRAY, PALE = "#1A1A1A", "#595959", "#F2F2F2"

FONT = "DejaVu Sans"  # comes with matplotlib, so that pictures are the same everywhere
FONT_POINTS = 10.5  # on screen as large as the text of a notebook
LEAST_POINTS = 7.2  # smaller letters cannot be read at 100 % zoom
CELL_INCHES = 0.4
MAX_INCHES = 8.4  # the width of a notebook's output column
DRAWING_DPI = 144
PHOTO_DPI = 96  # one picture pixel for each pixel of the page: photos make large files


@dataclass(frozen=True)
class Look:
    """How the cells of one role are drawn."""

    word: str
    fill: str
    edge: str
    dashed: bool = False


ROLES = {
    "input": Look("input", "#CFE5F2", BLUE),
    "weights": Look("weights", "#FBE6BC", "#A87400"),
    "output": Look("output", "#C4E8DC", GREEN),
    "padding": Look("padding", PALE, GRAY, dashed=True),
    "plain": Look("", "#FFFFFF", GRAY),
}

# The first two series of a bar panel are the ones most often compared: they differ in brightness too.
SERIES = ((SKY, ""), (PURPLE, "///"), (GREEN, "..."), (ORANGE, "xx"), (BLUE, "\\\\"), (VERMILLION, "++"))

# What is compared again and again keeps its place in SERIES; whatever else there is takes the places left.
_NAMES_BY_PLACE = (
    ("standard", "Conv 3×3"),
    ("separable", "depthwise", "Conv DW 3×3"),
    ("pointwise", "Conv 1×1"),
    ("narrow",),
    ("narrower",),
)

_ROLE_OF_NAME = {
    "input": ("x", "input", "image", "photo", "padded"),
    "weights": ("w", "weight", "weights", "kernel", "filter", "depthwise", "pointwise"),
    "output": ("y", "output", "out", "result"),
}


def series_of(names):
    """Return {name: (color, hatch)}: a kind of layer looks the same in all pictures."""
    if len(names) > len(SERIES):
        raise ValueError(
            f"{len(names)} are to be told apart, and at most {len(SERIES)} can be: {list(names)}"
        )
    places = {}
    for name in names:
        place = next((place for place, kept in enumerate(_NAMES_BY_PLACE) if name in kept), None)
        if place is not None and place not in places.values():
            places[name] = place
    free = iter([place for place in range(len(SERIES)) if place not in places.values()])
    return {name: SERIES[places[name] if name in places else next(free)] for name in names}


def role_of(name):
    """Return the role that a tensor's name tells: the course calls inputs x, weights w and outputs y."""
    first_word = name.lower().replace("_", " ").split()[0].rstrip("0123456789")
    return next((role for role, names in _ROLE_OF_NAME.items() if first_word in names), "plain")
