"""Put the lines in order so that they compute the relative error of the nearest sum of pairs; three lines do not belong."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    opening="def error_left(w, rank):",
    lines={
        "A": "        lost += sizes[rank:].sum()",
        "B": "    return np.sqrt(lost / (w ** 2).sum())",
        "C": "        rows = w[:, c].reshape(len(w), -1)",
        "D": "        lost += (sizes[:rank] ** 2).sum()",
        "E": "    for c in range(w.shape[1]):",
        "F": "        lost += (sizes[rank:] ** 2).sum()",
        "G": "        rows = w[c].reshape(w.shape[1], -1)",
        "H": "        sizes = np.linalg.svd(rows, compute_uv=False)",
        "I": "    lost = 0.0",
    },
    answer="IECHFB",
    distractors={
        "A": "adds singular values up and squares none",
        "D": "adds up what belongs to the singular values that are kept",
        "G": "makes a matrix of the slices of one filter",
    },
    cases=lambda seed: [
        (np.array([[3.0, 0], [0, 2]]).reshape(2, 1, 1, 2), 1),
        (Inputs(seed).integers(4, 2, 2, 3), 1),
        (Inputs(seed + 1).integers(5, 3, 3, 2), 2),
    ],
    misconceptions="""
        S373 what is kept was taken for what is lost
        F => D
        The first rank singular values belong to the pairs. Which ones are missing from the sum of pairs?

        S374 singular values were added without squaring
        F => A
        The numbers of what is left out, squared and added up, make the sum of squared singular values.

        M53 the slices of one filter were compared with each other
        C => G
        The rows of the matrix belong to filters; the loop runs over input channels.
    """,
    hints=[
        "Before the loop: nothing is lost yet. After it: the square root, once.",
        "Inside: the matrix of channel c, its singular values, then the ones that are left out, squared.",
    ],
)
