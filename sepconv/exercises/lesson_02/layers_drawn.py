"""Layers that the lesson's questions are asked about: channels, filters and kernels, none of them equal."""

from sepconv.exercises.cases import drawn

SIZES = [(3, 4, 5), (1, 2, 3), (3, 4, 3), (2, 5, 1), (6, 4, 7)]
DRAWN_SIZES = drawn(c_in=range(2, 12), c_out=range(2, 12), k=range(1, 7))
