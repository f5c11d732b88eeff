"""Right answers of lesson 8 that are written differently from the model answers."""

from fractions import Fraction

import numpy as np

from sepconv.exercises.lesson_08.separable_share import separable_share


def _pays_by_loops(k_max, c_max):
    pairs = []
    for c_out in range(1, c_max + 1):
        for k in range(1, k_max + 1):
            if k * k + c_out >= k * k * c_out:
                pairs.append((c_out, k))
    return set(pairs)


def _macs_by_stages(c_in, c_out, k, h, w, stride, on):
    pixels = -(-h // stride) * -(-w // stride)
    depthwise = c_in * k * k * (pixels if on == "depthwise" else h * w)
    return depthwise + c_in * c_out * pixels


RIGHT = {
    "where_it_does_not_pay": [
        _pays_by_loops,
        lambda k_max, c_max: {(c, 1) for c in range(1, c_max + 1)} | {(1, k) for k in range(1, k_max + 1)},
    ],
    "stride_macs": [_macs_by_stages],
    "pointwise_first_params": [
        lambda c_in, c_out, k: c_out * (c_in + k**2),
        lambda c_in, c_out, k: int(np.prod((c_out, c_in, 1, 1)) + np.prod((c_out, 1, k, k))),
    ],
    "separable_share": [
        lambda c_in, c_out, k: 1 / c_out + 1 / k**2,
        lambda c_in, c_out, k: float(Fraction(c_in * (k * k + c_out), k * k * c_in * c_out)),
    ],
    "separable_ratio": [
        lambda c_out, k: (k * k + c_out) / (k * k * c_out),
        lambda c_out, k: float(Fraction(1, c_out) + Fraction(1, k**2)),
        lambda c_out, k: separable_share(11, c_out, k),
    ],
}
