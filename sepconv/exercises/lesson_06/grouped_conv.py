"""Convolve groups of channels, each with filters of its own."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.exercises.lesson_06.grouped_cases import cases_of_groups
from sepconv.exercises.lesson_06.wrong_groups import WRONG_GROUPS
from sepconv.exercises.spec import Exercise


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


EXERCISE = Exercise(
    points=2,
    answer=grouped_conv,
    cases=cases_of_groups,
    avoidable=("conv2d(groups=)", "Conv2d(groups=)"),
    misconceptions="""
        M27 the channels were dealt out to the groups in turn
        // outputs_each => % groups
        group * inputs_each : (group + 1) * inputs_each => group::groups
        The groups are blocks of neighbors. With 4 channels and 2 groups, which channels are in the first?

        M27 the input channels were dealt out to the groups in turn
        group * inputs_each : (group + 1) * inputs_each => group::groups
        The outputs are grouped right. A group's inputs are neighbors, too.

        M27 the output channels were dealt out to the groups in turn
        // outputs_each => % groups
        The inputs are grouped right. With 4 outputs and 2 groups, in which group are outputs 0 and 1?

        M28 all groups used the filters of the first
        w[[o]]) => w[[o % outputs_each]])
        There is a filter for each output channel: output o is made by w[o].

        S213 every output read the inputs of the first group
        group * inputs_each : (group + 1) * inputs_each => :inputs_each
        Each group of outputs has inputs of its own. Where do those of the second group begin?

        S214 every filter was used on all the groups
        x[group * inputs_each : (group + 1) * inputs_each] => x.reshape(groups, inputs_each, *x.shape[1:]).sum(axis=0)
        Then every output would read every input. A filter belongs to one group and reads only its inputs.

        S215 the results of the groups were added up
        return y => return y.reshape(groups, -1, *y.shape[1:]).sum(axis=0)
        The groups make different output channels. How many channels must come out together?

        M43 the kernel was flipped
        w[[o]]) => w[[o], :, ::-1, ::-1])
        x[c, i + u, j + v] meets w[o, c, u, v], with plus signs.
    """
    + WRONG_GROUPS,
    hints=[
        "Look at the worked example: x has two more axes now, but the channels are still the first.",
        "Each group has C_out // groups outputs. So in which group is output o? That is a division, rounded down.",
        "Group 0 reads the channels from 0 to inputs_each. Where does group 1 begin, and where does it end?",
    ],
)
