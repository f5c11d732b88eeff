"""Put the lines in order so that a Linear is applied to every pixel as a row; three lines do not belong."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    opening="def linear_at_every_pixel(x, w, b):",
    lines={
        "A": "    y = rows @ w",
        "B": "    return y.reshape(-1, H, W)",
        "C": "    C_in, H, W = x.shape",
        "D": "    y = y + b",
        "E": "    rows = x.reshape(H * W, C_in)",
        "F": "    return y.T.reshape(-1, H, W)",
        "G": "    y = rows @ w.T",
        "H": "    rows = x.reshape(C_in, H * W).T",
    },
    answer="CHGDF",
    cases=lambda seed: [
        (
            Inputs(seed).integers(2, 2, 3),
            Inputs(seed + 1).integers(2, 2),
            Inputs(seed + 2).integers(2),
        ),
        (
            Inputs(seed + 3).integers(3, 2, 4),
            Inputs(seed + 4).integers(2, 3),
            Inputs(seed + 5).integers(2),
        ),
    ],
    misconceptions="""
        S150 reshape was used where an axis had to be moved
        = "CEGDF"
        A row should hold one pixel: one number of each channel. What does the first row hold here?

        S151 the axis of the pixels was not moved back before the last reshape
        = "CHGDB"
        y has a row for each pixel. The output needs the channels first.

        M05 input and output channels were exchanged
        = "CHADF"
        A row of pixels has C_in entries, and w is (C_out, C_in). Which axis must meet the entries?

        S23 the bias was left out
        = "CHGF"
        A Linear adds b to every row.
    """,
    hints=[
        "x has the channels first. A Linear wants a row for each pixel, with the channels along the row.",
        "There are five lines: take the sizes, make rows, multiply, add the bias, bring the channels back to the front.",
    ],
)
