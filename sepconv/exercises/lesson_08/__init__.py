"""Lesson 8: the separable convolution. Space first, then channels; what is left of the cost, and where it grows."""

from sepconv.exercises.lesson_08 import (
    building_the_layer,
    comparing_counts,
    counting_stages,
    parsons,
    selecting_a_cell,
    taking_shares,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *taking_shares.EXERCISES,
    *building_the_layer.EXERCISES,
    *comparing_counts.EXERCISES,
    *counting_stages.EXERCISES,
    *parsons.EXERCISES,
    *selecting_a_cell.EXERCISES,
]
