"""Right answers of lesson 5 that are written differently from the model answers."""

import numpy as np


def _by_einsum(x, w, b=None):
    y = np.einsum("oc,chw->ohw", w, x)
    return y if b is None else y + b[:, None, None]


def _channels_last(x, w, b=None):
    y = np.moveaxis(x, 0, -1) @ w.T
    return np.moveaxis(y if b is None else y + b, -1, 0)


def _pixel_by_pixel(x, w, b=None):
    y = np.zeros((len(w), *x.shape[1:]))
    for i, j in np.ndindex(x.shape[1:]):
        y[:, i, j] = w @ x[:, i, j] + (0 if b is None else b)
    return y


def _gray_by_matmul(x):
    return (np.array([0.299, 0.587, 0.114]) @ x.reshape(3, -1)).reshape(1, *x.shape[1:])


def _gray_by_channel(x):
    red, green, blue = x
    return (0.299 * red + 0.587 * green + 0.114 * blue)[None]


RIGHT = {
    "pointwise_matmul": [_by_einsum, _channels_last, _pixel_by_pixel],
    "rgb_to_gray": [_gray_by_matmul, _gray_by_channel],
}
