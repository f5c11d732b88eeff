"""Lesson 12: train the twins. A fair comparison, and what training a separable net needs besides."""

from sepconv.exercises.lesson_12 import (
    between,
    budgets,
    comparing,
    decaying,
    folding,
    initializing,
    parsons,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *budgets.EXERCISES,
    *comparing.EXERCISES,
    *initializing.EXERCISES,
    *decaying.EXERCISES,
    *folding.EXERCISES,
    *between.EXERCISES,
    *parsons.EXERCISES,
]
