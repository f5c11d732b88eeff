"""Lesson 6: groups. A layer cut into independent layers, and the messages that it gives rise to."""

from sepconv.exercises.lesson_06 import (
    convolving_groups,
    counting_groups,
    parsons,
    reading_messages,
    repairing,
    setting_a_layer,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *counting_groups.EXERCISES,
    *convolving_groups.EXERCISES,
    *reading_messages.EXERCISES,
    *repairing.EXERCISES,
    *parsons.EXERCISES,
    *setting_a_layer.EXERCISES,
]
