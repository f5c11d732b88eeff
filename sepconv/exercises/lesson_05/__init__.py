"""Lesson 5: pointwise. One small matrix at every pixel."""

from sepconv.exercises.lesson_05 import (
    carrying_over_linears,
    mixing_channels,
    parsons,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *mixing_channels.EXERCISES,
    *carrying_over_linears.EXERCISES,
    *parsons.EXERCISES,
]
