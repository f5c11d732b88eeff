"""Right answers of lesson 6 that are written differently from the model answers."""

from math import gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.convolution.reference import conv2d


def _divisors(number):
    return [g for g in range(1, number + 1) if number % g == 0]


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


def _repaired_by_gcd(layers):
    def fit(layer):
        largest = gcd(layer["in_channels"], layer["out_channels"])
        strided_same = layer["padding"] == "same" and layer["stride"] != 1
        return {
            "groups": [g for g in _divisors(largest) if g <= layer["groups"]][-1],
            "padding": layer["kernel_size"] // 2 if strided_same else layer["padding"],
        }

    return [layer | fit(layer) for layer in layers]


RIGHT = {
    "grouped_conv": [_split_and_concatenate, _with_an_axis_for_groups, _grouped_loops],
    "grouped_as_dense": [_dense_by_blocks, _dense_by_identity],
    "legal_groups": [
        lambda c_in, c_out: _divisors(gcd(c_in, c_out)),
        lambda c_in, c_out: sorted(set(_divisors(c_in)) & set(_divisors(c_out))),
    ],
    "grouped_weight_shape": [
        lambda c_in, c_out, k, groups: [c_out, c_in / groups, k, k],
        lambda c_in, c_out, k, groups: np.zeros((c_out, c_in // groups, k, k)).shape,
    ],
    "grouped_params": [
        lambda c_in, c_out, k, groups, bias=True: k**2 * c_in * c_out // groups + bool(bias) * c_out,
        lambda c_in, c_out, k, groups, bias=True: (
            groups * (c_out // groups) * ((c_in // groups) * k * k + (1 if bias else 0))
        ),
    ],
    "repair_layers": [_repaired_by_gcd],
}
