"""Every picture of the course. Each function draws, describes and shows one, and returns None.

The alt text is made from the numbers that are drawn. ``style.py`` says which color means what.
"""

from sepconv.pictures.figures.accuracy_rows import accuracies
from sepconv.pictures.figures.channel_paths import mixing, paths, shuffle
from sepconv.pictures.figures.course_maps import bars, course_map, puzzle
from sepconv.pictures.figures.filter_boxes import channels_read, filter_box
from sepconv.pictures.figures.filter_rows import filters_as_rows
from sepconv.pictures.figures.kernel_matrices import block_diagonal, group_strip
from sepconv.pictures.figures.ladders import ladder
from sepconv.pictures.figures.macs_beside_weights import macs_and_weights
from sepconv.pictures.figures.mixer_tables import mixers, steps
from sepconv.pictures.figures.number_grids import grids
from sepconv.pictures.figures.photos import flipped, image, photo_and_kernels
from sepconv.pictures.figures.rank_curves import cost_law, rank_curve
from sepconv.pictures.figures.receptive_fields import receptive_field
from sepconv.pictures.figures.rooflines import comparison, roofline
from sepconv.pictures.figures.separable_pixels import pointwise, space_then_channels
from sepconv.pictures.figures.showing import show
from sepconv.pictures.figures.shuffled_pixels import pixels_shuffled
from sepconv.pictures.figures.window_rows import dilation_grid, same_padding, shapes
from sepconv.pictures.figures.windows import sliding, window

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
