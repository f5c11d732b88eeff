"""Compute a grouped convolution, and write it as a dense one."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.convolution.reference import conv2d
from sepconv.exercises.inputs import Inputs
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


def _split_and_concatenate(x, w, groups):
    parts = zip(np.split(x, groups), np.split(w, groups), strict=True)
    return np.concatenate([conv2d(inputs, filters) for inputs, filters in parts])


def _with_an_axis_for_groups(x, w, groups):
    windows = sliding_window_view(x, w.shape[2:], axis=(1, 2))
    windows = windows.reshape(groups, w.shape[1], *windows.shape[1:])
    filters = w.reshape(groups, -1, *w.shape[1:])
    y = np.einsum("gcijuv,gocuv->goij", windows, filters)
    return y.reshape(-1, *y.shape[2:])


def _grouped_loops(x, w, groups):
    C_out, depth, kH, kW = w.shape
    y = np.zeros((C_out, x.shape[1] - kH + 1, x.shape[2] - kW + 1)).tolist()
    for o, i, j in np.ndindex(C_out, len(y[0]), len(y[0][0])):
        for c, u, v in np.ndindex(depth, kH, kW):
            y[o][i][j] += x[o * groups // C_out * depth + c, i + u, j + v] * w[o, c, u, v]
    return y


def grouped_as_dense(w, groups):
    """Write a grouped weight as a dense one, (C_out, C_in, kH, kW)."""
    C_out, inputs_each, kH, kW = w.shape
    outputs_each = C_out // groups
    dense = np.zeros((C_out, inputs_each * groups, kH, kW))
    for o in range(C_out):
        group = o // outputs_each
        dense[o, group * inputs_each : (group + 1) * inputs_each] = w[o]
    return dense


def _dense_by_blocks(w, groups):
    blocks = np.split(w, groups)
    holes = np.zeros_like(blocks[0])
    rows = [
        np.concatenate([block if i == g else holes for i in range(groups)], axis=1)
        for g, block in enumerate(blocks)
    ]
    return np.concatenate(rows)


def _dense_by_identity(w, groups):
    blocks = w.reshape(groups, -1, *w.shape[1:])
    dense = np.einsum("goiuv,gh->gohiuv", blocks, np.eye(groups))
    return dense.reshape(len(w), -1, *w.shape[2:])


def _placed(w, groups, columns):
    """Write filter o into the columns that `columns(o, outputs_each, inputs_each)` names."""
    C_out, inputs_each, kH, kW = w.shape
    dense = np.zeros((C_out, inputs_each * groups, kH, kW))
    for o in range(C_out):
        dense[o, columns(o, C_out // groups, inputs_each)] = w[o]
    return dense


def _all_in_turn(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o % groups, None, groups))


def _inputs_in_turn(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o // outputs_each, None, groups))


def _outputs_in_turn(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o % groups * inputs_each, (o % groups + 1) * inputs_each)

    return _placed(w, groups, columns)


def _divided_by_groups(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // groups * inputs_each, (o // groups + 1) * inputs_each)

    return _placed(w, groups, columns)


def _divided_by_inputs_each(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // inputs_each * inputs_each, (o // inputs_each + 1) * inputs_each)

    return _placed(w, groups, columns)


def _remainder_by_outputs_each(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o % outputs_each * inputs_each, (o % outputs_each + 1) * inputs_each)

    return _placed(w, groups, columns)


def _group_as_first_input(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // outputs_each, o // outputs_each + inputs_each)

    return _placed(w, groups, columns)


def _output_as_first_input(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o, o + inputs_each))


def _sized_like_the_outputs(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // outputs_each * outputs_each, (o // outputs_each + 1) * outputs_each)

    return _placed(w, groups, columns)


def _first_group_only(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(inputs_each))


def _every_group_read(w, groups):
    return np.tile(w, (1, groups, 1, 1))


def _shared_filters(w, groups):
    return grouped_as_dense(np.tile(w[: len(w) // groups], (groups, 1, 1, 1)), groups)


def _convolve(dense):
    """Make a wrong convolution of a wrong dense weight."""
    return lambda x, w, groups: conv2d(x, dense(w, groups))


def _groups_added(x, w, groups):
    y = grouped_conv(x, w, groups)
    return y.reshape(groups, -1, *y.shape[1:]).sum(axis=0)


def _flipped(x, w, groups):
    return grouped_conv(x, w[:, :, ::-1, ::-1], groups)


def _cases_conv(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([1.0, 2, 4, 8]).reshape(4, 1, 1), np.ones((4, 2, 1, 1)), 2),
        (draw(4, 2, 3), draw(6, 2, 1, 2), 2),
        (draw(6, 3, 4), draw(4, 3, 2, 3), 2),
        (draw(6, 4, 3), draw(9, 2, 3, 2), 3),
        (draw(6, 2, 4), draw(4, 3, 1, 2), 2),
        (draw(3, 4, 5), draw(2, 3, 2, 2), 1),
        (draw(8, 3, 3), draw(12, 2, 2, 1), 4),
    ]


def _cases_dense(seed):
    return [(w, groups) for _, w, groups in _cases_conv(seed)[1:]]


EXERCISES = [
    Exercise(
        name="grouped_conv",
        lesson=6,
        points=2,
        kind="function",
        prompt="Convolve groups of channels, each with filters of its own.",
        answer=grouped_conv,
        cases=_cases_conv,
        also_correct=[_split_and_concatenate, _with_an_axis_for_groups, _grouped_loops],
        misconceptions=[
            Misconception(
                "M27",
                "the channels were dealt out to the groups in turn",
                _convolve(_all_in_turn),
                "The groups are blocks of neighbors. With 4 channels and 2 groups, which channels are in the first?",
            ),
            Misconception(
                "M27",
                "the input channels were dealt out to the groups in turn",
                _convolve(_inputs_in_turn),
                "The outputs are grouped right. A group's inputs are neighbors, too.",
            ),
            Misconception(
                "M27",
                "the output channels were dealt out to the groups in turn",
                _convolve(_outputs_in_turn),
                "The inputs are grouped right. With 4 outputs and 2 groups, in which group are outputs 0 and 1?",
            ),
            Misconception(
                "M28",
                "all groups used the filters of the first",
                _convolve(_shared_filters),
                "There is a filter for each output channel: output o is made by w[o].",
            ),
            Misconception(
                "S213",
                "every output read the inputs of the first group",
                _convolve(_first_group_only),
                "Each group of outputs has inputs of its own. Where do those of the second group begin?",
            ),
            Misconception(
                "S214",
                "every filter was used on all the groups",
                _convolve(_every_group_read),
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
                _convolve(_divided_by_groups),
                "With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?",
            ),
            Misconception(
                "S240",
                "the group was found by dividing by the inputs of a group",
                _convolve(_divided_by_inputs_each),
                "The outputs are counted through from 0. How many of them does group 0 have, and so where does group 1 begin?",
            ),
            Misconception(
                "S241",
                "the group was taken to be the rest of the division",
                _convolve(_remainder_by_outputs_each),
                "o % outputs_each is an output's place inside its group. With 4 outputs and 2 groups, in which group is output 1?",
            ),
            Misconception(
                "S235",
                "a group's number was taken for its first input",
                _convolve(_group_as_first_input),
                "With 4 inputs and 2 groups, group 1 does not begin at input 1. How many inputs lie before it?",
            ),
            Misconception(
                "S236",
                "an output's number was taken for its first input",
                _convolve(_output_as_first_input),
                "All outputs of a group read the same inputs. Find the group first.",
            ),
            Misconception(
                "S237",
                "the inputs were cut into groups of the size of the outputs",
                _convolve(_sized_like_the_outputs),
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
    ),
    Exercise(
        name="grouped_as_dense",
        lesson=6,
        points=2,
        kind="function",
        prompt="Write the weight of a grouped convolution as that of a standard one.",
        answer=grouped_as_dense,
        cases=_cases_dense,
        also_correct=[_dense_by_blocks, _dense_by_identity],
        misconceptions=[
            Misconception(
                "M27",
                "the channels were dealt out to the groups in turn",
                _all_in_turn,
                "Groups are blocks of neighbors, so the kernels form blocks along the diagonal.",
            ),
            Misconception(
                "M27",
                "the input channels were dealt out to the groups in turn",
                _inputs_in_turn,
                "The rows are grouped right. The columns that a group reads are neighbors, too.",
            ),
            Misconception(
                "M27",
                "the output channels were dealt out to the groups in turn",
                _outputs_in_turn,
                "The columns are grouped right. The first rows all belong to the first group.",
            ),
            Misconception(
                "M28",
                "the same block was used for all groups",
                _shared_filters,
                "Each group has filters of its own: row o of the dense weight is filter o.",
            ),
            Misconception(
                "S213",
                "every output read the inputs of the first group",
                _first_group_only,
                "All the kernels stand in the same columns. Where does the block of the second group begin?",
            ),
            Misconception(
                "S214",
                "every filter was used on all the groups",
                _every_group_read,
                "Then every output would read every input. Where must zeros stand?",
            ),
            Misconception(
                "S216",
                "the group was found by dividing by the number of groups",
                _divided_by_groups,
                "With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?",
            ),
            Misconception(
                "S240",
                "the group was found by dividing by the inputs of a group",
                _divided_by_inputs_each,
                "The outputs are counted through from 0. How many of them does group 0 have, and so where does group 1 begin?",
            ),
            Misconception(
                "S241",
                "the group was taken to be the rest of the division",
                _remainder_by_outputs_each,
                "o % outputs_each is an output's place inside its group. With 4 outputs and 2 groups, in which group is output 1?",
            ),
            Misconception(
                "S235",
                "a group's number was taken for its first input",
                _group_as_first_input,
                "With 4 inputs and 2 groups, group 1 does not begin at input 1. How many inputs lie before it?",
            ),
            Misconception(
                "S236",
                "an output's number was taken for its first input",
                _output_as_first_input,
                "All outputs of a group read the same inputs. Find the group first.",
            ),
            Misconception(
                "S237",
                "the inputs were cut into groups of the size of the outputs",
                _sized_like_the_outputs,
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
    ),
]
