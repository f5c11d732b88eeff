"""Every picture of the course. Each function draws, describes and shows one, and returns None.

The alt text is made from the numbers that are drawn. ``style.py`` says which color means what.
"""

from .arrays import grids
from .audit import macs_and_weights
from .blocks import mixers, steps
from .channels import channels_read, filter_box
from .connections import mixing, paths, shuffle
from .costs import cost_law, rank_curve
from .fields import receptive_field
from .groups import block_diagonal, group_strip
from .overview import bars, course_map, puzzle
from .photos import flipped, image, photo_and_kernels
from .ranks import filters_as_rows
from .rungs import ladder
from .scrambled import pixels_shuffled
from .separable import pointwise, space_then_channels
from .showing import show
from .sizes import dilation_grid, same_padding, shapes
from .timing import comparison, roofline
from .training import accuracies
from .windows import sliding, window

__all__ = [
    "accuracies",
    "bars",
    "block_diagonal",
    "channels_read",
    "comparison",
    "cost_law",
    "course_map",
    "dilation_grid",
    "filter_box",
    "filters_as_rows",
    "flipped",
    "grids",
    "group_strip",
    "image",
    "ladder",
    "macs_and_weights",
    "mixers",
    "mixing",
    "paths",
    "photo_and_kernels",
    "pixels_shuffled",
    "pointwise",
    "puzzle",
    "rank_curve",
    "receptive_field",
    "roofline",
    "same_padding",
    "shapes",
    "show",
    "shuffle",
    "sliding",
    "space_then_channels",
    "steps",
    "window",
]
