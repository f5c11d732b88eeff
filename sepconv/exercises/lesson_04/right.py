"""Right answers of lesson 4 that are written differently from the model answers."""

from math import prod


def _params_by_filter(c_in, c_out, k, bias=True):
    one_filter = c_in * k**2 + int(bias)
    return c_out * one_filter


def _macs_by_places(c_in, c_out, k, h, w, stride=1, padding=0):
    rows, columns = (len(range(-padding, n + padding - k + 1, stride)) for n in (h, w))
    return prod((c_out, c_in, k, k, rows, columns))


RIGHT = {
    "conv_params": [_params_by_filter],
    "conv_macs": [_macs_by_places],
}
