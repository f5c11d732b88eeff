"""Right answers of lesson 10 that are written differently from the model answers."""

import statistics
import time

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.exercises.lesson_10.activation_memory import by_formula


def _by_windows(x, depthwise, pointwise):
    (_, height, _), rows = x.shape, []
    for i in range(height):
        around = [x[:, j] if 0 <= j < height else np.zeros_like(x[:, 0]) for j in (i - 1, i, i + 1)]
        band = np.pad(np.stack(around, axis=1), ((0, 0), (0, 0), (1, 1)))  # (C, 3, W + 2)
        windows = sliding_window_view(band, (3, 3), axis=(1, 2))[:, 0]  # (C, W, 3, 3)
        rows.append(np.einsum("oc,cwuv,cuv->ow", pointwise, windows, depthwise[:, 0]))
    return np.stack(rows, axis=1)


def _middle_of(padded, depthwise):
    """Convolve an image that holds its padding already; the whole map at once."""
    height, width = padded.shape[1] - 2, padded.shape[2] - 2
    return sum(
        depthwise[:, 0, u, v, None, None] * padded[:, u : u + height, v : v + width]
        for u, v in np.ndindex(3, 3)
    )


def _four_rows_at_a_time(x, depthwise, pointwise):
    channels, height, width = x.shape
    y = np.zeros((len(pointwise), height, width))
    for start in range(0, height, 4):
        rows = min(4, height - start)
        band = np.zeros((channels, rows + 2, width + 2))
        top, bottom = max(start - 1, 0), min(start + rows + 1, height)
        band[:, top - start + 1 : bottom - start + 1, 1:-1] = x[:, top:bottom]
        middle = _middle_of(band, depthwise)
        y[:, start : start + rows] = np.tensordot(pointwise, middle, axes=1)
    return y


def _pixel_by_pixel(x, depthwise, pointwise):
    y = np.zeros((len(pointwise), *x.shape[1:]))
    for i, j in np.ndindex(x.shape[1:]):
        top, left = max(i - 1, 0), max(j - 1, 0)
        window = x[:, top : i + 2, left : j + 2]
        kernel = depthwise[:, 0, top - i + 1 :, left - j + 1 :][:, : window.shape[1], : window.shape[2]]
        y[:, i, j] = pointwise @ (window * kernel).sum(axis=(1, 2))
    return y


def _intensity_by_shares(c_in, c_out, k, h, w, groups=1):
    per_output = c_in // groups * k**2
    per_mac = [c_in / (c_out * per_output), 1 / (h * w), 1 / per_output]
    return 1 / sum(per_mac)


def _there_and_back(functions, repeats=7, clock=time.perf_counter):
    names = list(functions)
    for name in names + names:
        functions[name]()
    table = np.empty((repeats, len(names)))
    for turn in range(repeats):
        for column in range(len(names))[:: -1 if turn % 2 else 1]:
            begin = clock()
            functions[names[column]]()
            end = clock()
            table[turn, column] = end - begin
    return dict(zip(names, np.median(table, axis=0), strict=True))


def _one_stopwatch(functions, repeats=7, clock=time.perf_counter):
    seconds = {name: [] for name in functions}
    for turn in range(repeats + 1):
        for name in functions:
            before = clock()
            functions[name]()
            seconds[name] += [clock() - before] * (turn > 0)
    return {name: statistics.median(times) for name, times in seconds.items()}


RIGHT = {
    "activation_memory": [by_formula],
    "fused_separable": [_by_windows, _four_rows_at_a_time, _pixel_by_pixel],
    "arithmetic_intensity": [_intensity_by_shares],
    "fair_timer": [_there_and_back, _one_stopwatch],
}
