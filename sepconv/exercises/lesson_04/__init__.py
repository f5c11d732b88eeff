"""Lesson 4: counting. Weights, biases, multiply-accumulates, FLOPs and activations, each under its name."""

from sepconv.exercises.lesson_04 import (
    counting_layers,
    counting_parameters,
    counting_work,
    growing,
    naming_conventions,
    parsons,
    repairing,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *counting_parameters.EXERCISES,
    *counting_work.EXERCISES,
    *counting_layers.EXERCISES,
    *growing.EXERCISES,
    *repairing.EXERCISES,
    *naming_conventions.EXERCISES,
    *parsons.EXERCISES,
]
