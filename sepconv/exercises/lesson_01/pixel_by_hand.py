"""Compute the output pixel y[1, 2] by hand."""

import numpy as np

from sepconv.exercises.spec import Exercise


def pixel_by_hand():
    x = np.array([[1, 0, 2, 5, 1], [3, 1, 0, 2, 4], [2, 4, 1, 3, 0], [0, 1, 5, 2, 6]])
    w = np.array([[1, 2, -1], [0, 3, 4]])
    i, j = 1, 2
    kH, kW = w.shape
    window = x[i : i + kH, j : j + kW]
    return int((window * w).sum())


EXERCISE = Exercise(
    points=1,
    answer=pixel_by_hand,
    misconceptions="""
        M43 the kernel was flipped
        window * w => window * w[::-1, ::-1]
        Mathematical convolution turns the kernel by 180 degrees first. nn.Conv2d lays it down as it is.

        S05 row and column were exchanged
        i, j = 1, 2 => i, j = 2, 1
        In y[i, j] the first index counts rows from the top. Where does the window of y[1, 2] begin?

        S06 the first row and the first column were counted as 1
        i, j = 1, 2 => i, j = 0, 1
        Indices start at 0: y[0, 0] is the window in the top left corner.

        S07 the window was added up without the kernel
        (window * w).sum() => window.sum()
        Each of the six pixels is multiplied by the kernel's number that lies on it, then they are added.
    """,
    hints=[
        "The window of y[1, 2] begins at x[1, 2] and is as large as the kernel: two rows, three columns.",
        "Write the six pixels under the six kernel numbers, multiply in pairs, add the six products.",
    ],
)
