"""Lesson 7: depthwise convolutions, blind across channels, and what repairs that."""

from sepconv.exercises.lesson_07 import (
    choosing_layers,
    convolving,
    mixing,
    naming_layers,
    parsons,
    pooling,
    setting_a_layer,
    shuffling,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *choosing_layers.EXERCISES,
    *convolving.EXERCISES,
    *pooling.EXERCISES,
    *shuffling.EXERCISES,
    *mixing.EXERCISES,
    *naming_layers.EXERCISES,
    *parsons.EXERCISES,
    *setting_a_layer.EXERCISES,
]
