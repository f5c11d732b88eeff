"""Convolve groups of channels, each with filters of its own."""

import numpy as np

from sepconv.convolution.reference import conv2d
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


def grouped_conv(x, w, groups):
    """Convolve x (C_in, H, W) with w (C_out, C_in / groups, kH, kW)."""
    # Step 1: how many inputs and how many outputs does each group have?
    C_out, inputs_each, kH, kW = w.shape
    outputs_each = C_out // groups
    y = np.zeros((C_out, x.shape[1] - kH + 1, x.shape[2] - kW + 1))
    for o in range(C_out):
        # Step 2: which group is output o in, and which channels of x does that group read?
        group = o // outputs_each
        inputs = x[group * inputs_each : (group + 1) * inputs_each]
        # Step 3: filter o meets these inputs, (inputs_each, H, W), and no others.
        # w[[o]] is that filter with its four axes.
        y[[o]] = conv2d(inputs, w[[o]])
    return y


def _convolve(dense):
    """Make a wrong convolution of a wrong dense weight."""
    return lambda x, w, groups: conv2d(x, dense(w, groups))


def _groups_added(x, w, groups):
    y = grouped_conv(x, w, groups)
    return y.reshape(groups, -1, *y.shape[1:]).sum(axis=0)


def _flipped(x, w, groups):
    return grouped_conv(x, w[:, :, ::-1, ::-1], groups)


EXERCISE = Exercise(
    points=2,
    answer=grouped_conv,
    cases=cases_conv,
    misconceptions=[
        Misconception(
            "M27",
            "the channels were dealt out to the groups in turn",
            _convolve(all_in_turn),
            "The groups are blocks of neighbors. With 4 channels and 2 groups, which channels are in the first?",
        ),
        Misconception(
            "M27",
            "the input channels were dealt out to the groups in turn",
            _convolve(inputs_in_turn),
            "The outputs are grouped right. A group's inputs are neighbors, too.",
        ),
        Misconception(
            "M27",
            "the output channels were dealt out to the groups in turn",
            _convolve(outputs_in_turn),
            "The inputs are grouped right. With 4 outputs and 2 groups, in which group are outputs 0 and 1?",
        ),
        Misconception(
            "M28",
            "all groups used the filters of the first",
            _convolve(shared_filters),
            "There is a filter for each output channel: output o is made by w[o].",
        ),
        Misconception(
            "S213",
            "every output read the inputs of the first group",
            _convolve(first_group_only),
            "Each group of outputs has inputs of its own. Where do those of the second group begin?",
        ),
        Misconception(
            "S214",
            "every filter was used on all the groups",
            _convolve(every_group_read),
            "Then every output would read every input. A filter belongs to one group and reads only its inputs.",
        ),
        Misconception(
            "S215",
            "the results of the groups were added up",
            _groups_added,
            "The groups make different output channels. How many channels must come out together?",
        ),
        Misconception(
            "S216",
            "the group was found by dividing by the number of groups",
            _convolve(divided_by_groups),
            "With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?",
        ),
        Misconception(
            "S240",
            "the group was found by dividing by the inputs of a group",
            _convolve(divided_by_inputs_each),
            "The outputs are counted through from 0. How many of them does group 0 have, and so where does group 1 begin?",
        ),
        Misconception(
            "S241",
            "the group was taken to be the rest of the division",
            _convolve(remainder_by_outputs_each),
            "o % outputs_each is an output's place inside its group. With 4 outputs and 2 groups, in which group is output 1?",
        ),
        Misconception(
            "S235",
            "a group's number was taken for its first input",
            _convolve(group_as_first_input),
            "With 4 inputs and 2 groups, group 1 does not begin at input 1. How many inputs lie before it?",
        ),
        Misconception(
            "S236",
            "an output's number was taken for its first input",
            _convolve(output_as_first_input),
            "All outputs of a group read the same inputs. Find the group first.",
        ),
        Misconception(
            "S237",
            "the inputs were cut into groups of the size of the outputs",
            _convolve(sized_like_the_outputs),
            "A group has C_out / groups outputs and C_in / groups inputs: two different numbers.",
        ),
        Misconception(
            "M43",
            "the kernel was flipped",
            _flipped,
            "x[c, i + u, j + v] meets w[o, c, u, v], with plus signs.",
        ),
    ],
    hints=[
        "Look at the worked example: x has two more axes now, but the channels are still the first.",
        "Each group has C_out // groups outputs. So in which group is output o? That is a division, rounded down.",
        "Group 0 reads the channels from 0 to inputs_each. Where does group 1 begin, and where does it end?",
    ],
)
