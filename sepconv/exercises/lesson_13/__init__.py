"""Lesson 13: modern blocks, what mixes space and what mixes channels; and a network to convert."""

from sepconv.exercises.lesson_13 import (
    converting,
    handing_in,
    labeling,
    looking_back,
    reporting,
    sweeping_kernels,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *labeling.EXERCISES,
    *looking_back.EXERCISES,
    *sweeping_kernels.EXERCISES,
    *converting.EXERCISES,
    *reporting.EXERCISES,
    *handing_in.EXERCISES,
]
