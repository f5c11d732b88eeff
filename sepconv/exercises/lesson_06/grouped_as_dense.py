"""Write the weight of a grouped convolution as that of a standard one."""

import numpy as np

from sepconv.exercises.lesson_06.grouped_cases import cases_of_groups
from sepconv.exercises.lesson_06.wrong_groups import WRONG_GROUPS
from sepconv.exercises.spec import Exercise


def grouped_as_dense(w, groups):
    """Write a grouped weight as a dense one, (C_out, C_in, kH, kW)."""
    C_out, inputs_each, kH, kW = w.shape
    outputs_each = C_out // groups
    dense = np.zeros((C_out, inputs_each * groups, kH, kW))
    for o in range(C_out):
        group = o // outputs_each
        dense[o, group * inputs_each : (group + 1) * inputs_each] = w[o]
    return dense


EXERCISE = Exercise(
    points=2,
    answer=grouped_as_dense,
    cases=lambda seed: [(w, groups) for _, w, groups in cases_of_groups(seed)[1:]],
    avoidable=("grouped_as_dense",),
    misconceptions="""
        M27 the channels were dealt out to the groups in turn
        // outputs_each => % groups
        group * inputs_each : (group + 1) * inputs_each => group::groups
        Groups are blocks of neighbors, so the kernels form blocks along the diagonal.

        M27 the input channels were dealt out to the groups in turn
        group * inputs_each : (group + 1) * inputs_each => group::groups
        The rows are grouped right. The columns that a group reads are neighbors, too.

        M27 the output channels were dealt out to the groups in turn
        // outputs_each => % groups
        The columns are grouped right. The first rows all belong to the first group.

        M28 the same block was used for all groups
        = w[o] => = w[o % outputs_each]
        Each group has filters of its own: row o of the dense weight is filter o.

        S213 every output read the inputs of the first group
        group * inputs_each : (group + 1) * inputs_each => :inputs_each
        All the kernels stand in the same columns. Where does the block of the second group begin?

        S214 every filter was used on all the groups
        dense[o, group * inputs_each : (group + 1) * inputs_each] = w[o] => dense[o] = np.tile(w[o], (groups, 1, 1))
        Then every output would read every input. Where must zeros stand?

        S217 the weight was returned as it was
        return dense => return w
        The dense weight has a kernel for each output and each input: how many inputs are there in all?
    """
    + WRONG_GROUPS,
    hints=[
        "Begin with zeros of the right shape. w.shape[1] is C_in / groups: what is C_in?",
        "Row o of the dense weight is filter o, moved to the columns that its group reads.",
        "Those columns are the slice of x in exercise 4.",
    ],
)
