"""Every picture of the course. Each function draws, describes and shows one, and returns None.

The alt text is made from the numbers that are drawn. ``style.py`` says which color means what.
"""

from .arrays import grids
from .channels import channels_read, filter_box
from .fields import receptive_field
from .overview import bars, course_map, puzzle
from .photos import flipped, image, photo_and_kernels
from .showing import show
from .sizes import dilation_grid, same_padding, shapes
from .windows import sliding, window

__all__ = [
    "bars",
    "channels_read",
    "course_map",
    "dilation_grid",
    "filter_box",
    "flipped",
    "grids",
    "image",
    "photo_and_kernels",
    "puzzle",
    "receptive_field",
    "same_padding",
    "shapes",
    "show",
    "sliding",
    "window",
]
