"""Lesson 11: MobileNet, audited. Its table rebuilt, its printed numbers counted again."""

from sepconv.exercises.lesson_11 import (
    building,
    inverted_residuals,
    parsons,
    scaling,
    sharing,
    tables,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *building.EXERCISES,
    *sharing.EXERCISES,
    *scaling.EXERCISES,
    *tables.EXERCISES,
    *inverted_residuals.EXERCISES,
    *parsons.EXERCISES,
]
