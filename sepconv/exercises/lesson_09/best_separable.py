"""Find the depthwise and pointwise weights, with depth multiplier rank, that come nearest to w."""

import numpy as np

from sepconv.convolution.reference import merge_separable, separable_terms
from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def best_separable(w, rank):
    """Find the depthwise and pointwise weights, depth multiplier rank, whose merger is nearest to w."""
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


def _pairs(w, rank, term):
    """Build both weights from ``term(U, sizes, Vt, r)``, a (kernel, mixing column) for channel and place r."""
    C_out, C_in, kH, kW = w.shape
    depthwise, pointwise = np.zeros((C_in * rank, 1, kH, kW)), np.zeros((C_out, C_in * rank, 1, 1))
    for c in range(C_in):
        usv = np.linalg.svd(w[:, c].reshape(C_out, kH * kW))
        for r in range(rank):
            kernel, mixing = term(*usv, r)
            depthwise[c * rank + r, 0] = kernel.reshape(kH, kW)
            pointwise[:, c * rank + r, 0, 0] = mixing
    return depthwise, pointwise


def _pair_by_pair(w, rank):
    depthwise, pointwise = best_separable(w, rank)
    order = np.arange(len(depthwise)).reshape(-1, rank).T.ravel()
    return depthwise[order], pointwise[:, order]


def _first_pair_only(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[0], (r == 0) * s[0] * U[:, 0]))


def _all_pairs(w, rank):
    return best_separable(w, min(w.shape[0], w.shape[2] * w.shape[3]))


def _without_sizes(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[r], U[:, r]))


def _sizes_twice(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (s[r] * Vt[r], s[r] * U[:, r]))


def _smallest_kept(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[len(s) - 1 - r], s[len(s) - 1 - r] * U[:, len(s) - 1 - r]))


def _rows_of_u(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[r], s[r] * U[r]))


def _columns_of_vt(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[:, r], s[r] * U[:, r]))


def _whole_bank_at_once(w, rank):
    C_out, C_in, kH, kW = w.shape
    U, sizes, Vt = np.linalg.svd(w.reshape(C_out, -1))
    depthwise = Vt[:rank].reshape(rank, C_in, kH, kW).swapaxes(0, 1).reshape(C_in * rank, 1, kH, kW)
    mixing = np.tile(sizes[:rank] * U[:, :rank], (1, C_in))
    return depthwise, mixing.reshape(C_out, C_in * rank, 1, 1)


def _pointwise_transposed(w, rank):
    depthwise, pointwise = best_separable(w, rank)
    return depthwise, pointwise.swapaxes(0, 1)


def _pointwise_first(w, rank):
    depthwise, pointwise = best_separable(w, rank)
    return pointwise, depthwise


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
    misconceptions=[
        Misconception(
            "M52",
            "the further pairs were taken to add nothing",
            _first_pair_only,
            "Pair r takes the r-th row of the decomposition, its column and its singular value: each adds something new.",
        ),
        Misconception(
            "M51",
            "pairs were added until nothing was left",
            _all_pairs,
            "rank says how many pairs there may be for each input channel; the rest is the error.",
        ),
        Misconception(
            "M26",
            "the middle channels were ordered pair by pair",
            _pair_by_pair,
            "Depthwise filter j reads input channel j // rank, so the filters of one input channel stand side by side.",
        ),
        Misconception(
            "S364",
            "the singular values were left out",
            _without_sizes,
            "The columns of U and the rows of Vᵀ all have length 1. What says how much each product weighs?",
        ),
        Misconception(
            "S365",
            "each singular value was counted twice",
            _sizes_twice,
            "Merging multiplies the two steps. How often does each singular value stand in the product?",
        ),
        Misconception(
            "S366",
            "the smallest singular values were kept",
            _smallest_kept,
            "What is left out is the error: leave out the smallest. np.linalg.svd sorts from large to small.",
        ),
        Misconception(
            "S367",
            "rows of U were taken for its columns",
            _rows_of_u,
            "Pointwise weights have one entry for each output channel, and they stand in a column: U[:, r].",
        ),
        Misconception(
            "S368",
            "the third result of svd was taken to be V instead of its transpose",
            _columns_of_vt,
            "np.linalg.svd returns Vᵀ: its rows are the kernels.",
        ),
        Misconception(
            "S356",
            "all input channels were put into one matrix",
            _whole_bank_at_once,
            "Each input channel has its own kernels and its own pointwise weights, so each is decomposed on its own.",
        ),
        Misconception(
            "S384",
            "the two arrays were returned in the other order",
            _pointwise_first,
            "Which of the two steps comes first in (depthwise, pointwise), and which in your return?",
        ),
        Misconception(
            "M05",
            "input and output channels were exchanged",
            _pointwise_transposed,
            "pointwise is the weight of an nn.Conv2d, a list of filters: what does its first axis count?",
        ),
    ],
    hints=[
        "One input channel at a time: w[:, c] with one row for each filter, then np.linalg.svd.",
        "The r-th product is a column of U times a row of Vᵀ, weighted by the r-th singular value. Which of them is the kernel, which the pointwise weights?",
        "Middle channel j = c * rank + r: its kernel is Vt[r] in its k×k form, its pointwise weights are sizes[r] * U[:, r].",
    ],
)
