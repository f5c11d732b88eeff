"""Lesson 9: what it cannot do. Merging, rank, and sums of pairs."""

from sepconv.exercises.lesson_09 import (
    approximating,
    counting_pairs,
    merging,
    parsons,
    spatial,
    testing_for_pairs,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *merging.EXERCISES,
    *testing_for_pairs.EXERCISES,
    *approximating.EXERCISES,
    *counting_pairs.EXERCISES,
    *spatial.EXERCISES,
    *parsons.EXERCISES,
]
