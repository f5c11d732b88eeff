"""Compute the output pixel y[1, 2] by hand."""

import numpy as np

from sepconv.exercises.spec import Exercise, Misconception

# The grid of the task pixel_by_hand, as the notebook shows it.
_X = np.array([[1, 0, 2, 5, 1], [3, 1, 0, 2, 4], [2, 4, 1, 3, 0], [0, 1, 5, 2, 6]])
_W = np.array([[1, 2, -1], [0, 3, 4]])


def _pixel(x, w, i, j):
    return int((x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum())


EXERCISE = Exercise(
    points=1,
    answer=_pixel(_X, _W, 1, 2),
    misconceptions=[
        Misconception(
            "M43",
            "the kernel was flipped",
            _pixel(_X, _W[::-1, ::-1], 1, 2),
            "Mathematical convolution turns the kernel by 180 degrees first. nn.Conv2d lays it down as it is.",
        ),
        Misconception(
            "S05",
            "row and column were exchanged",
            _pixel(_X, _W, 2, 1),
            "In y[i, j] the first index counts rows from the top. Where does the window of y[1, 2] begin?",
        ),
        Misconception(
            "S06",
            "the first row and the first column were counted as 1",
            _pixel(_X, _W, 0, 1),
            "Indices start at 0: y[0, 0] is the window in the top left corner.",
        ),
        Misconception(
            "S07",
            "the window was added up without the kernel",
            int(_X[1:3, 2:5].sum()),
            "Each of the six pixels is multiplied by the kernel's number that lies on it, then they are added.",
        ),
    ],
    hints=[
        "The window of y[1, 2] begins at x[1, 2] and is as large as the kernel: two rows, three columns.",
        "Write the six pixels under the six kernel numbers, multiply in pairs, add the six products.",
    ],
)
