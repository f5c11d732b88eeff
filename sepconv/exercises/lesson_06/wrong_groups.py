"""Weights of a grouped layer put in the wrong places: mistakes that a convolution and a dense weight have in common."""

import numpy as np

from sepconv.exercises.cases import Inputs


def _placed(w, groups, columns):
    """Write filter o into the columns that `columns(o, outputs_each, inputs_each)` names."""
    C_out, inputs_each, kH, kW = w.shape
    dense = np.zeros((C_out, inputs_each * groups, kH, kW))
    for o in range(C_out):
        dense[o, columns(o, C_out // groups, inputs_each)] = w[o]
    return dense


def all_in_turn(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o % groups, None, groups))


def inputs_in_turn(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o // outputs_each, None, groups))


def outputs_in_turn(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o % groups * inputs_each, (o % groups + 1) * inputs_each)

    return _placed(w, groups, columns)


def divided_by_groups(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // groups * inputs_each, (o // groups + 1) * inputs_each)

    return _placed(w, groups, columns)


def divided_by_inputs_each(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // inputs_each * inputs_each, (o // inputs_each + 1) * inputs_each)

    return _placed(w, groups, columns)


def remainder_by_outputs_each(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o % outputs_each * inputs_each, (o % outputs_each + 1) * inputs_each)

    return _placed(w, groups, columns)


def group_as_first_input(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // outputs_each, o // outputs_each + inputs_each)

    return _placed(w, groups, columns)


def output_as_first_input(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(o, o + inputs_each))


def sized_like_the_outputs(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // outputs_each * outputs_each, (o // outputs_each + 1) * outputs_each)

    return _placed(w, groups, columns)


def first_group_only(w, groups):
    return _placed(w, groups, lambda o, outputs_each, inputs_each: slice(inputs_each))


def every_group_read(w, groups):
    return np.tile(w, (1, groups, 1, 1))


def shared_filters(w, groups):
    def columns(o, outputs_each, inputs_each):
        return slice(o // outputs_each * inputs_each, (o // outputs_each + 1) * inputs_each)

    return _placed(np.tile(w[: len(w) // groups], (groups, 1, 1, 1)), groups, columns)


def cases_conv(seed):
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
