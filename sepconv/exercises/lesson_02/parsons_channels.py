"""Put the lines in order so that one output pixel of one filter is computed, channel by channel; three lines do not belong."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    opening="def output_pixel(x, w, b, o, i, j):",
    lines={
        "A": "    return total",
        "B": "        total += (window * w[o]).sum()",
        "C": "    for c in range(x.shape[0]):",
        "D": "        total += (window * w[o, c]).sum()",
        "E": "    total = b[o]",
        "F": "        total += b[o]",
        "G": "        window = x[c, i:i + w.shape[2], j:j + w.shape[3]]",
        "H": "    total = 0.0",
    },
    answer="ECGDA",
    distractors={
        "B": "lays one channel of the input on the whole filter",
        "F": "adds the bias in every round of the loop",
        "H": "sets the sum to zero",
    },
    cases=lambda seed: [
        (
            Inputs(seed).integers(2, 3, 3),
            Inputs(seed + 1).integers(3, 2, 2, 2),
            Inputs(seed + 2).integers(3),
            2,
            0,
            1,
        ),
        (
            Inputs(seed + 3).integers(4, 4, 5),
            Inputs(seed + 4).integers(2, 4, 2, 3),
            Inputs(seed + 5).integers(2),
            1,
            2,
            0,
        ),
    ],
    misconceptions="""
        S22 the bias was added once for each input channel
        ECGD => HCGDF
        There is one bias for each output channel. What should total be before the first channel?

        S23 the bias was left out
        E => H
        The bias is added once. A sum can begin with it.

        M06 the whole box was laid on one channel
        D => B
        window is flat, one channel. Which slice of the filter belongs to channel c?
    """,
    hints=[
        "The sum begins before the loop, and not at zero.",
        "Inside the loop there are two lines: cut out, then add.",
    ],
)
