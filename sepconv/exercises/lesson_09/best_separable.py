"""Find the depthwise and pointwise weights, with depth multiplier rank, that come nearest to w."""

import numpy as np

from sepconv.convolution.reference import merge_separable, separable_terms
from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def best_separable(w, rank):
    """Find the depthwise and pointwise weights, depth multiplier rank, that come nearest to w when merged."""
    C_out, C_in, kH, kW = w.shape
    depthwise = np.zeros((C_in * rank, 1, kH, kW))
    pointwise = np.zeros((C_out, C_in * rank, 1, 1))
    for c in range(C_in):
        U, sizes, Vt = np.linalg.svd(w[:, c].reshape(C_out, kH * kW))
        for r in range(rank):
            j = c * rank + r  # the middle channel
            depthwise[j] = Vt[r].reshape(1, kH, kW)
            pointwise[:, j] = (sizes[r] * U[:, r]).reshape(C_out, 1, 1)
    return depthwise, pointwise


def _observe_pair(value, w, rank):
    """What is compared: the two shapes and, since a pair's scales are free, the merged convolution."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return value
    depthwise, pointwise = map(np.asarray, value)
    seen = {"shape of depthwise": depthwise.shape, "shape of pointwise": pointwise.shape}
    if (depthwise.shape, pointwise.shape) != _pair_shapes(w, rank):
        return seen
    merged = merge_separable(depthwise * 1.0, pointwise * 1.0, rank)
    seen["merged"] = np.round(merged, 9) + 0.0  # without the noise of the last digits, and without -0
    return seen | {"differs from w by": round(float(np.linalg.norm(merged - w)), 9)}


def _pair_shapes(w, rank):
    C_out, C_in, kH, kW = w.shape
    return (C_in * rank, 1, kH, kW), (C_out, C_in * rank, 1, 1)


def _known_pair(w, rank):
    shapes = _pair_shapes(w, rank)
    lost = np.linalg.norm(merge_separable(*separable_terms(w, rank), rank) - w).round(9)
    return (
        f"The right answer is a tuple of two arrays: depthwise {shapes[0]}, pointwise {shapes[1]}. Merged, they "
        f"differ from w by {lost:.4g} (root of the sum of squares)."
    )


def _cases_best(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[3.0, 0], [0, 2]]).reshape(2, 1, 1, 2), 1),
        (draw(3, 2, 1, 4), 1),
        (draw(4, 3, 2, 3), 2),
        (draw(5, 2, 2, 4), 3),
        (draw(3, 2, 2, 3), 3),
    ]


EXERCISE = Exercise(
    points=3,
    answer=best_separable,
    cases=_cases_best,
    observe=_observe_pair,
    known=_known_pair,
    misconceptions="""
        M52 the further pairs were taken to add nothing
        range(rank) => range(1)
        Pair r takes the r-th row of the decomposition, its column and its singular value: each adds something new.

        M51 pairs were added until nothing was left
        kW = w.shape => kW = w.shape; rank = min(C_out, kH * kW)
        rank says how many pairs there may be for each input channel; the rest is the error.

        M26 the middle channels were ordered pair by pair
        c * rank + r => r * C_in + c
        Depthwise filter j reads input channel j // rank, so the filters of one input channel stand side by side.

        S364 the singular values were left out
        sizes[r] * U[:, r] => U[:, r]
        The columns of U and the rows of Vᵀ all have length 1. What says how much each product weighs?

        S365 each singular value was counted twice
        Vt[r].reshape => (sizes[r] * Vt[r]).reshape
        Merging multiplies the two stages. How often does each singular value stand in the product?

        S366 the smallest singular values were kept
        [r] => [len(sizes) - 1 - r]
        U[:, r] => U[:, len(sizes) - 1 - r]
        What is left out is the error: leave out the smallest. np.linalg.svd sorts from large to small.

        S367 rows of U were taken for its columns
        U[:, r] => U[r]
        Pointwise weights have one entry for each output channel, and they stand in a column: U[:, r].

        S368 the third result of svd was taken to be V instead of its transpose
        Vt[r] => Vt[:, r]
        np.linalg.svd returns Vᵀ: its rows are the kernels.

        S356 all input channels were put into one matrix
        w[:, c].reshape(C_out, kH * kW) => w.reshape(C_out, C_in * kH * kW)
        Vt[r].reshape(1, kH, kW) => Vt[r].reshape(C_in, kH, kW)[c]
        Each input channel has its own kernels and its own pointwise weights, so each is decomposed on its own.

        S384 the two arrays were returned in the other order
        return depthwise, pointwise => return pointwise, depthwise
        Which of the two stages comes first in (depthwise, pointwise), and which in your return?

        M05 input and output channels were exchanged
        return depthwise, pointwise => return depthwise, pointwise.swapaxes(0, 1)
        pointwise is the weight of an nn.Conv2d, a list of filters: what does its first axis count?
    """,
    hints=[
        "One input channel at a time: w[:, c] with one row for each filter, then np.linalg.svd.",
        "The r-th product is a column of U times a row of Vᵀ, weighted by the r-th singular value. Which of them is the kernel, which the pointwise weights?",
        "Middle channel j = c * rank + r: its kernel is Vt[r] in its k×k form, its pointwise weights are sizes[r] * U[:, r].",
    ],
)
