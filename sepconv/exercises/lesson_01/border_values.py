"""A 4×4 image of ones, a 3×3 kernel of ones, padding 1: which values come out?"""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISE = Exercise(
    points=1,
    answer={"corner": 4, "edge": 6, "inside": 9},
    misconceptions=[
        Misconception(
            "M46",
            "the padding was taken to be neutral",
            {"corner": 9, "edge": 9, "inside": 9},
            "Draw the window at the corner: how many of its nine cells lie on padding, and what do those add?",
        ),
        Misconception(
            "S13",
            "at the corner only one side was cut off",
            {"corner": 6, "edge": 6, "inside": 9},
            "At a corner the window sticks out at two sides at once.",
        ),
        Misconception(
            "S44",
            "corner and edge were exchanged",
            {"corner": 6, "edge": 4, "inside": 9},
            "Where does more of the window stick out: at a corner, or at an edge?",
        ),
        Misconception(
            "S14",
            "the cells on the padding were counted instead of those on the image",
            {"corner": 5, "edge": 3, "inside": 9},
            "The padding cells are zeros: they add nothing. The cells that remain add one each.",
        ),
    ],
    hints=[
        "Every product is 1 on the image and 0 on the padding. So count cells: how many of the nine lie on the image?"
    ],
)
