"""Channels filled with 1, 2, 4, 8, 16, weights 0 or 1, output 22: which channels were read?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=1,
    answer={1, 2, 4},
    misconceptions="""
        M34 a filter was taken to read every channel
        = {0, 1, 2, 3, 4}
        A weight of 0 reads nothing. All five together would give 31.

        M06 a filter was taken to read one channel
        = {4}
        That channel alone would give 16. Which others make up the rest?

        S18 the channels were counted from 1
        = {2, 3, 5}
        Channel 0 is the one filled with 1.

        S19 the values were given instead of the channels
        = {2, 4, 16}
        These values do add up to 22. Now say which channels they are the filling of.
    """,
    explanations={
        0: "Channel 0 is filled with 1. With it the sum would be odd.",
        1: "Channel 1 is filled with 2.",
        2: "Channel 2 is filled with 4.",
        3: "Channel 3 is filled with 8. What would have to be left out to reach 22 with it?",
        4: "Channel 4 is filled with 16.",
    },
    hints=["Write 22 as a sum of different powers of two. There is only one way."],
)
