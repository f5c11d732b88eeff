"""Is the kernel fast on this machine? It is measured once, beside PyTorch's own matrix product."""

import ctypes
import time
from math import inf

import torch

from sepconv.convolution.fused.binding import BAND, SEPARABLE, Layer, Step

# A kernel whose sums stay in registers reaches 0.75 and more on the CPUs that were tried; one that keeps them in
# memory, or uses half a register, 0.5 and less.
LEAST = 0.6
_CHANNELS, _SIZE, _ROUNDS = 256, 28, 9


def share_of_mm(library):
    """Return the speed of a whole fused layer as a share of torch.mm's with the pointwise product alone.

    Both run with one thread, in turn; the quickest of some rounds counts, since other programs only ever slow one down.
    """
    x, y = torch.randn(2, _SIZE**2, _CHANNELS)
    depthwise, pointwise = torch.randn(9, _CHANNELS), torch.randn(_CHANNELS, _CHANNELS)
    bias = torch.zeros(_CHANNELS)
    weights = (tensor.data_ptr() for tensor in (depthwise, bias, pointwise, bias))
    layer = Layer(_CHANNELS, _CHANNELS, 1, 1, 1, 1, -inf, inf, -inf, inf, *weights)
    step = Step(layer, SEPARABLE, 1, _CHANNELS, 3, 3, *[_SIZE] * 4, 0, 1, -1)
    maps = (x.data_ptr(), y.data_ptr(), None, 0, 1, x.numel(), y.numel())
    fused, product, threads = [], [], torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for _ in range(_ROUNDS):
            fused.append(_seconds(library.run, ctypes.byref(step), 1, *maps, 1, BAND))
            product.append(_seconds(torch.mm, x, pointwise))
    finally:
        torch.set_num_threads(threads)
    return min(product) / min(fused)


def _seconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start
