"""Write the weight of a grouped convolution as that of a standard one."""

import numpy as np

from sepconv.exercises.lesson_06.wrong_groups import (
    all_in_turn,
    cases_conv,
    divided_by_groups,
    divided_by_inputs_each,
    every_group_read,
    first_group_only,
    group_as_first_input,
    inputs_in_turn,
    output_as_first_input,
    outputs_in_turn,
    remainder_by_outputs_each,
    shared_filters,
    sized_like_the_outputs,
)
from sepconv.exercises.spec import Exercise, Misconception


def grouped_as_dense(w, groups):
    """Write a grouped weight as a dense one, (C_out, C_in, kH, kW)."""
    C_out, inputs_each, kH, kW = w.shape
    outputs_each = C_out // groups
    dense = np.zeros((C_out, inputs_each * groups, kH, kW))
    for o in range(C_out):
        group = o // outputs_each
        dense[o, group * inputs_each : (group + 1) * inputs_each] = w[o]
    return dense


def _cases_dense(seed):
    return [(w, groups) for _, w, groups in cases_conv(seed)[1:]]


EXERCISE = Exercise(
    points=2,
    answer=grouped_as_dense,
    cases=_cases_dense,
    misconceptions=[
        Misconception(
            "M27",
            "the channels were dealt out to the groups in turn",
            all_in_turn,
            "Groups are blocks of neighbors, so the kernels form blocks along the diagonal.",
        ),
        Misconception(
            "M27",
            "the input channels were dealt out to the groups in turn",
            inputs_in_turn,
            "The rows are grouped right. The columns that a group reads are neighbors, too.",
        ),
        Misconception(
            "M27",
            "the output channels were dealt out to the groups in turn",
            outputs_in_turn,
            "The columns are grouped right. The first rows all belong to the first group.",
        ),
        Misconception(
            "M28",
            "the same block was used for all groups",
            shared_filters,
            "Each group has filters of its own: row o of the dense weight is filter o.",
        ),
        Misconception(
            "S213",
            "every output read the inputs of the first group",
            first_group_only,
            "All the kernels stand in the same columns. Where does the block of the second group begin?",
        ),
        Misconception(
            "S214",
            "every filter was used on all the groups",
            every_group_read,
            "Then every output would read every input. Where must zeros stand?",
        ),
        Misconception(
            "S216",
            "the group was found by dividing by the number of groups",
            divided_by_groups,
            "With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?",
        ),
        Misconception(
            "S240",
            "the group was found by dividing by the inputs of a group",
            divided_by_inputs_each,
            "The outputs are counted through from 0. How many of them does group 0 have, and so where does group 1 begin?",
        ),
        Misconception(
            "S241",
            "the group was taken to be the rest of the division",
            remainder_by_outputs_each,
            "o % outputs_each is an output's place inside its group. With 4 outputs and 2 groups, in which group is output 1?",
        ),
        Misconception(
            "S235",
            "a group's number was taken for its first input",
            group_as_first_input,
            "With 4 inputs and 2 groups, group 1 does not begin at input 1. How many inputs lie before it?",
        ),
        Misconception(
            "S236",
            "an output's number was taken for its first input",
            output_as_first_input,
            "All outputs of a group read the same inputs. Find the group first.",
        ),
        Misconception(
            "S237",
            "the inputs were cut into groups of the size of the outputs",
            sized_like_the_outputs,
            "A group has C_out / groups outputs and C_in / groups inputs: two different numbers.",
        ),
        Misconception(
            "S217",
            "the weight was returned as it was",
            lambda w, groups: w,
            "The dense weight has a kernel for each pair of an output and an input: how many inputs are there in all?",
        ),
    ],
    hints=[
        "Begin with zeros of the right shape. w.shape[1] is C_in / groups: what is C_in?",
        "Row o of the dense weight is filter o, moved to the columns that its group reads.",
        "Those columns are the slice of x in exercise 4.",
    ],
)
