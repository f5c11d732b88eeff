"""Lesson 10: the real cost. Numbers that move, clocks that are fair, and a middle map that is never whole."""

from sepconv.exercises.lesson_10 import (
    convolving_in_rows,
    counting_moves,
    parsons,
    reading_times,
    timing_fairly,
    warm_ups,
)

EXERCISES = [
    *warm_ups.EXERCISES,
    *counting_moves.EXERCISES,
    *timing_fairly.EXERCISES,
    *reading_times.EXERCISES,
    *convolving_in_rows.EXERCISES,
    *parsons.EXERCISES,
]
