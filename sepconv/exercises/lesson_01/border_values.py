"""A 4×4 image of ones, a 3×3 kernel of ones, padding 1: which values come out?"""

from sepconv.exercises.spec import Exercise


def border_values():
    k, padding = 3, 1
    on_image = k - padding
    return {"corner": on_image * on_image, "edge": on_image * k, "inside": k * k}


EXERCISE = Exercise(
    points=1,
    answer=border_values,
    misconceptions="""
        M46 the padding was taken to be neutral
        k - padding => k
        Draw the window at the corner: how many of its nine cells lie on padding, and what do those add?

        S13 at the corner only one side was cut off
        on_image * on_image => on_image * k
        At a corner the window sticks out at two sides at once.

        S44 corner and edge were exchanged
        on_image * on_image => on_image * k
        "edge": on_image * k => "edge": on_image * on_image
        Where does more of the window stick out: at a corner, or at an edge?

        S14 the cells on the padding were counted instead of those on the image
        on_image * on_image => k * k - on_image * on_image
        "edge": on_image * k => "edge": k * k - on_image * k
        The padding cells are zeros: they add nothing. The cells that remain add one each.
    """,
    hints=[
        "Every product is 1 on the image and 0 on the padding. So count cells: how many of the nine lie on the image?"
    ],
)
