"""How many output pixels are there along one axis?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import LAYERS, Exercise


def out_size(size, k, stride=1, padding=0, dilation=1):
    """Count the output pixels along one axis."""
    span = dilation * (k - 1) + 1
    return (size + 2 * padding - span) // stride + 1


_SIZE_CASES = [
    (8, 3),
    (8, 3, 2),
    (4, 3, 2, 1),
    (3, 3, 2, 1),
    (7, 3, 1, 0, 2),
    (8, 3, 1, 0, 3),
    (9, 2, 1, 2, 1),
    (12, 5, 3, 2, 2),
    (10, 4, 4, 3, 3),
    (224, 7, 2, 3, 1),
]


EXERCISE = Exercise(
    points=2,
    answer=out_size,
    cases=_SIZE_CASES,
    fresh=drawn(
        size=range(20, 100), k=range(2, 8), stride=range(1, 5), padding=range(4), dilation=range(1, 4)
    ),
    forbidden=LAYERS,
    misconceptions="""
        M36 the size was rounded up
        (size + 2 * padding - span) // stride => -(-(size + 2 * padding - span) // stride)
        The last window counts only if it fits completely. What becomes of the remainder?

        M42 a dilated kernel was taken to span k·dilation pixels
        dilation * (k - 1) + 1 => dilation * k
        Draw a kernel of 3 with dilation 2: how many pixels is that, from its first number to its last?

        S29 the dilation was ignored
        dilation * (k - 1) + 1 => k
        Dilation spreads the numbers of the kernel apart, so the window becomes wider.

        S30 the padding was counted on one side
        2 * padding => padding
        `padding` zeros go on each end.

        S31 the first window was forgotten
        // stride + 1 => // stride
        The division counts the steps. With no step at all there is already one window.

        S16 the kernel's size was left out of the output's size
        padding - span) // stride + 1 => padding) // stride
        The last window must lie on the padded input completely. How far from the end can it begin?

        S08 the stride was ignored
        // stride + 1 => + 1
        From one window to the next it is stride pixels.
    """,
    hints=[
        "How wide is the window when the kernel's numbers lie dilation pixels apart? Draw k = 3, dilation = 2.",
        "How far can the window travel from its first place to its last? Divide by the stride, round down.",
        "The first window needs no step, so there is one window more than there are steps.",
    ],
)
