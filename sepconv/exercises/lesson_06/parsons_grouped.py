"""Put the lines in order so that a grouped 1×1 convolution is computed; three lines do not belong."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    opening="def grouped_pointwise(x, w, groups):",
    lines={
        "A": "        filters = w[:outputs_each]",
        "B": "    return np.concatenate(results)",
        "C": "        inputs = x[g * inputs_each:(g + 1) * inputs_each]",
        "D": "        results.append(np.tensordot(filters, inputs, axes=1))",
        "E": "        inputs = x[g::groups]",
        "F": "    inputs_each, outputs_each = len(x) // groups, len(w) // groups",
        "G": "    return sum(results)",
        "H": "    for g in range(groups):",
        "I": "    results = []",
        "J": "        filters = w[g * outputs_each:(g + 1) * outputs_each]",
    },
    answer="FIHCJDB",
    distractors={
        "A": "takes the filters of the first group, whatever g is",
        "E": "takes every groups-th channel, from channel g on",
        "G": "adds the results of all groups up",
    },
    cases=lambda seed: [
        (Inputs(seed).integers(4, 1, 2), Inputs(seed + 1).integers(4, 2), 2),
        (Inputs(seed + 2).integers(6, 2, 3), Inputs(seed + 3).integers(9, 2), 3),
        (Inputs(seed + 4).integers(6, 3, 2), Inputs(seed + 5).integers(4, 3), 2),
    ],
    misconceptions="""
        M27 the input channels were dealt out to the groups in turn
        C => E
        A group's inputs are neighbors.

        M28 all groups used the filters of the first
        J => A
        Each group has filters of its own.

        S215 the results of the groups were added up
        B => G
        The groups make different output channels. How many must come out together?
    """,
    hints=[
        "Before the loop: how large the groups are, and an empty list. After it: return.",
        "In the loop: cut the inputs, cut the filters, then compute.",
    ],
)
