"""Right answers of lesson 3 that are written differently from the model answers."""

import numpy as np

from sepconv.exercises.lesson_01.conv2d_single import conv2d_single
from sepconv.exercises.lesson_03.out_size import out_size


def _by_counting(size, k, stride=1, padding=0, dilation=1):
    last = size + padding - dilation * (k - 1) - 1
    return len(range(-padding, last + 1, stride))


def _by_floor(size, k, stride=1, padding=0, dilation=1):
    return int(np.floor((size + 2 * padding - dilation * (k - 1) - 1) / stride + 1))


def _same_by_search(k, dilation=1):
    total = next(t for t in range(1000) if out_size(1000 + t, k, 1, 0, dilation) == 1000)
    return total // 2, (total + 1) // 2


def _port_by_loops(x, w, stride):
    (H, W), (kH, kW) = x.shape, w.shape
    rows, columns = (H + stride - 1) // stride, (W + stride - 1) // stride
    top = max((rows - 1) * stride + kH - H, 0) // 2
    left = max((columns - 1) * stride + kW - W, 0) // 2
    y = np.zeros((rows, columns))
    for i, j, u, v in np.ndindex(rows, columns, kH, kW):
        a, c = i * stride + u - top, j * stride + v - left
        if 0 <= a < H and 0 <= c < W:
            y[i, j] += x[a, c] * w[u, v]
    return y


def _port_on_a_canvas(x, w, stride):
    out = [int(np.ceil(size / stride)) for size in x.shape]
    need = [max(o * stride - stride + k, n) for o, k, n in zip(out, w.shape, x.shape, strict=True)]
    canvas = np.zeros(need)
    at = [(room - n) // 2 for room, n in zip(need, x.shape, strict=True)]
    canvas[at[0] : at[0] + x.shape[0], at[1] : at[1] + x.shape[1]] = x
    return conv2d_single(canvas, w, stride)[: out[0], : out[1]]


def _field_backwards(layers):
    field = 1
    for k, stride, dilation in reversed(layers):
        field = (field - 1) * stride + dilation * (k - 1) + 1
    return field


def _field_by_marking(layers):
    seen = {0}
    for k, stride, dilation in reversed(layers):
        seen = {pixel * stride + dilation * place for pixel in seen for place in range(k)}
    return max(seen) - min(seen) + 1


RIGHT = {
    "out_size": [_by_counting, _by_floor],
    "same_padding": [
        _same_by_search,
        lambda k, dilation=1: [dilation * (k - 1) // 2, -(-dilation * (k - 1) // 2)],
    ],
    "fix_the_port": [_port_by_loops, _port_on_a_canvas],
    "receptive_field": [_field_backwards, _field_by_marking],
}
