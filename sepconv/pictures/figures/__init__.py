"""Every picture of the course. Each function draws, describes and shows one, and returns None.

The alt text is made from the numbers that are drawn. ``style.py`` says which color means what.
"""

# ruff: noqa: F401
# What is imported here is what this package offers.

from sepconv.pictures.figures.accuracy_rows import accuracies
from sepconv.pictures.figures.accuracy_steps import steps
from sepconv.pictures.figures.bar_charts import bars
from sepconv.pictures.figures.block_diagonal_weights import block_diagonal
from sepconv.pictures.figures.channel_paths import paths
from sepconv.pictures.figures.channel_reads import channels_read
from sepconv.pictures.figures.channel_shuffles import shuffle
from sepconv.pictures.figures.comparisons import comparison
from sepconv.pictures.figures.cost_laws import cost_law
from sepconv.pictures.figures.course_maps import course_map
from sepconv.pictures.figures.dilation_grids import dilation_grid
from sepconv.pictures.figures.filter_boxes import filter_box
from sepconv.pictures.figures.filter_rows import filters_as_rows
from sepconv.pictures.figures.group_strips import group_strip
from sepconv.pictures.figures.ladders import ladder
from sepconv.pictures.figures.macs_beside_weights import macs_and_weights
from sepconv.pictures.figures.mixer_tables import mixers
from sepconv.pictures.figures.mixing_tables import mixing
from sepconv.pictures.figures.number_grids import grids
from sepconv.pictures.figures.photos import image
from sepconv.pictures.figures.photos_under_kernels import flipped, photo_and_kernels
from sepconv.pictures.figures.pointwise_pixels import pointwise
from sepconv.pictures.figures.puzzles import puzzle
from sepconv.pictures.figures.rank_curves import rank_curve
from sepconv.pictures.figures.receptive_fields import receptive_field
from sepconv.pictures.figures.rooflines import roofline
from sepconv.pictures.figures.separable_pixels import space_then_channels
from sepconv.pictures.figures.showing import show
from sepconv.pictures.figures.shuffled_pixels import pixels_shuffled
from sepconv.pictures.figures.window_rows import same_padding, shapes
from sepconv.pictures.figures.windows import sliding, window
