"""What each stage of a block reads, found by derivatives: other pixels, other channels, or neither."""

import copy
from dataclasses import dataclass

import numpy as np
import torch

_TRIES = 8  # pairs of inputs, x and −x: a ReLU passes on nothing of what is negative


@dataclass(frozen=True, eq=False)
class Reads:
    """What the output pixel in the middle reads of a stage's input.

    Attributes
    ----------
    name : str
    pixels : numpy.ndarray of bool
        (H, W) or (T,): True where some channel of that input pixel matters.
    channels : numpy.ndarray of bool
        (c_out, c_in): True where that output channel depends on that input channel.
    """

    name: str
    pixels: np.ndarray
    channels: np.ndarray


def what_stages_read(block, channels, size, whole=True):
    """Find out by derivatives what each stage of a block reads.

    Parameters
    ----------
    block : torch.nn.Module
        With its stages as an attribute ``stages``, such as :class:`ConvNeXtBlock` or ``InvertedResidual``. A copy of
        it is tried out in evaluation mode.
    channels : int
        Input channels.
    size : tuple of int
        (H, W) or (T,), large enough for the kernels.
    whole : bool
        Whether the block itself comes last, as "whole block".

    Returns
    -------
    list of Reads
        One for each stage, in the order of the forward.
    """
    block = copy.deepcopy(block).eval()
    found, x = [], torch.zeros(1, channels, *size)
    dtype = next(block.parameters()).dtype
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for name, stage in block.stages.named_children():
            found.append(_reads(name, stage, x.shape, dtype))
            with torch.no_grad():
                x = stage(x.to(dtype))
        if whole:
            found.append(_reads("whole block", block, (1, channels, *size), dtype))
    return found


def _reads(name, stage, shape, dtype):
    """Take the derivatives of the output pixel in the middle with respect to every input number."""

    def middle(x):
        y = stage(x)[0]
        return y[(slice(None), *(length // 2 for length in y.shape[1:]))]

    tries = [sign * x for x in torch.randn(_TRIES, *shape, dtype=dtype) for sign in (1, -1)]
    derivatives = sum(torch.autograd.functional.jacobian(middle, x)[:, 0].abs() for x in tries)
    reads = derivatives.ne(0).numpy()  # (c_out, c_in, …)
    return Reads(name, reads.any(axis=(0, 1)), reads.any(axis=tuple(range(2, reads.ndim))))
