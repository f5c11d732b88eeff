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
    distractors={
        "A": "multiplies by w as it is, with one row for each output channel",
        "B": "cuts the numbers of y anew and moves no axis",
        "E": "cuts the numbers of x anew and moves no axis",
    },
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
        H => E
        A row should hold one pixel: one number of each channel. What does the first row hold here?

        S151 the axis of the pixels was not moved back before the last reshape
        F => B
        y has a row for each pixel. The output needs the channels first.

        M05 input and output channels were exchanged
        G => A
        A row of pixels has C_in entries, and w is (C_out, C_in). Which axis must meet the entries?

        S23 the bias was left out
        GD => G
        A Linear adds b to every row.

        S165 no axis was moved, neither before the product nor after it
        H => E
        F => B
        A reshape cuts the numbers anew and keeps them in their order. Write down the first row: is it one pixel?
    """,
    hints=[
        "x has the channels first. A Linear wants a row for each pixel, with the channels along the row.",
        "There are five lines: take the sizes, make rows, multiply, add the bias, bring the channels back to the front.",
    ],
)
