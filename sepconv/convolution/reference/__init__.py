"""Convolution written out in NumPy, from the loops of the definition to something nearly as fast as PyTorch.

Read it from the top of ``convolving``: :func:`conv2d_loops` is the definition, and every function after it gives the
same numbers in less time, by :func:`conv2d_windows` and :func:`conv2d_im2col` to :func:`conv2d`, the one to use.
``taking_apart`` takes convolutions apart and puts them together again, and ``sizes`` holds what each of them does first.
What every function demands of its arguments stands in sepconv/_arguments.py. All of it follows
:func:`torch.nn.functional.conv2d`: same shapes, same argument names, same numbers. Like PyTorch, what deep learning
calls a convolution is a cross-correlation: the kernel is not flipped.
"""

from sepconv.convolution.reference.convolving import conv2d, conv2d_im2col, conv2d_loops, conv2d_windows
from sepconv.convolution.reference.sizes import output_size
from sepconv.convolution.reference.taking_apart import (
    channel_shuffle,
    connectivity,
    grouped_as_dense,
    merge_separable,
    separable_terms,
)

__all__ = [
    "channel_shuffle",
    "connectivity",
    "conv2d",
    "conv2d_im2col",
    "conv2d_loops",
    "conv2d_windows",
    "grouped_as_dense",
    "merge_separable",
    "output_size",
    "separable_terms",
]
