"""Can one depthwise and one pointwise stage do exactly what these weights do?"""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def is_separable(w):
    """Say whether one depthwise and one pointwise stage can do exactly what w does."""
    C_out, C_in, kH, kW = w.shape
    for c in range(C_in):
        rows = w[:, c].reshape(C_out, kH * kW)  # one row for each filter
        if np.linalg.matrix_rank(rows) > 1:
            return False
    return True


def _ranks_of_channels(w):
    return [np.linalg.matrix_rank(w[:, c].reshape(len(w), -1)) for c in range(w.shape[1])]


def _known_of_a_channel(w):
    """Say the right answer, and ask about the input channel that decides; the method is left to find."""
    ranks = _ranks_of_channels(w)
    if is_separable(w):
        c = int(np.argmin(ranks))
        return f"The right answer is True. Which kernel and which pointwise weights make w[:, {c}] exactly?"
    c = int(np.argmax(ranks))
    return (
        f"The right answer is False. Look at w[:, {c}], what the filters do with input channel {c}: "
        "how many kernels does a depthwise stage have for it?"
    )


def _cases_is_separable(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[3.0, 0], [0, 2]]).reshape(2, 1, 1, 2),),
        (np.array([[3.0, -1], [6, -2]]).reshape(2, 1, 1, 2),),
        (_pair(draw, 4, 3, 2, 3),),
        (draw(4, 3, 1, 1) * draw(4, 1, 2, 3),),  # one kernel for each filter: pointwise first
        (draw(4, 3, 3, 1) * draw(4, 3, 1, 2),),  # every kernel is a column times a row
        *_cases_of_one_bad_channel(draw),
        *_cases_of_filters(draw),
        (np.array([[99.0, 100], [100, 101]]).reshape(2, 1, 1, 2),),  # nearly multiples of each other
        (draw(1, 3, 3, 2),),
        (draw(4, 3, 1, 1),),
        (draw(3, 1, 1, 1) * draw(1, 2, 2, 3),),  # every filter is a multiple of one box
        (np.repeat(draw(1, 2, 2, 3), 3, axis=0),),
    ]


def _pair(draw, c_out, c_in, *kernel):
    return draw(c_out, c_in, 1, 1) * draw(1, c_in, *kernel)


def _cases_of_one_bad_channel(draw):
    """Weights in which the verdict hangs on where, and how often, a channel of high rank is looked for."""
    last_mixed, first_mixed, middle_mixed = (
        _pair(draw, *shape) for shape in [(2, 4, 2, 3), (3, 2, 2, 4), (3, 3, 2, 2)]
    )
    last_mixed[:, 3] = draw(2, 2, 3)
    first_mixed[:, 0] = draw(3, 2, 4)
    middle_mixed[:2, 1] = draw(2, 2, 2)
    middle_mixed[2, 1] = middle_mixed[0, 1]  # rank 2
    unused, ranks_2_0, ranks_3_0 = _pair(draw, 3, 2, 2, 3), draw(2, 2, 2, 3), draw(3, 2, 1, 4)
    for w in (unused, ranks_2_0, ranks_3_0):
        w[:, 1] = 0
    return [(w,) for w in (last_mixed, first_mixed, middle_mixed, unused, ranks_2_0, ranks_3_0)]


def _cases_of_filters(draw):
    """One input channel, each filter a multiple of r or of s: which filters are compared decides."""
    r, s = draw(1, 2, 3), draw(1, 2, 3)
    return [
        (np.stack(filters),)
        for filters in (
            [r, 2 * r, s],
            [r, s, 2 * r],
            [r, 2 * r, s, r],
            [r, 0 * r, s],
            [0 * r, r, s],
            [r, 0 * r, s, 0 * r],
            [0 * r, r, 0 * r, s],
            [0 * r, r, 0 * r, 3 * r],
        )
    ]


def _drawn_banks(seed):
    """Weights that are a pair, or in one input channel are not, as chance has it: each verdict is one bit."""
    draw, banks = Inputs(seed), []
    for _ in range(16):
        c_out, c_in = draw.one_of([(2, 3), (3, 2), (2, 1), (3, 4)])
        w = _pair(draw.integers, c_out, c_in, 1, 4)
        if draw.one_of((True, False)):
            w[:, draw.one_of(range(c_in))] = draw.integers(c_out, 1, 4)
        banks.append((w,))
    return banks


EXERCISE = Exercise(
    points=2,
    answer=is_separable,
    cases=_cases_is_separable,
    fresh=_drawn_banks,
    known=_known_of_a_channel,
    whole_numbers=True,
    misconceptions="""
        M50 every convolution was taken to be a pair
        return False => return True
        Two filters that read one channel: a pair gives them the same kernel, up to a factor.

        M49 the rank of each k×k kernel was asked for
        np.linalg.matrix_rank(rows) > 1 => (np.linalg.matrix_rank(w[:, c]) > 1).any()
        That is the other meaning of separable, k×1 then 1×k. A depthwise stage may hold any kernel; what must agree between the filters?

        M53 the slices of one filter were compared with each other
        range(C_in) => range(C_out)
        w[:, c].reshape(C_out, => w[c].reshape(C_in,
        That is the test for a pointwise stage that comes first. Here the depthwise stage does: all filters share a kernel for each input channel.

        S356 all input channels were put into one matrix
        w[:, c].reshape(C_out, kH * kW) => w.reshape(C_out, C_in * kH * kW)
        Each input channel has its own kernel and its own pointwise weights, so each is tested on its own.

        S357 only the first input channel was tested
        range(C_in) => range(1)
        One input channel that does not fit is enough to spoil it: where is the loop's end?

        S358 one fitting input channel was taken to be enough
        = lambda w: min(_ranks_of_channels(w)) <= 1
        The pair must do what w does for every input channel.

        S383 only the last input channel was tested
        range(C_in) => [C_in - 1]
        What one input channel says must not be forgotten at the next: what becomes of it in the loop?

        S377 the ranks were averaged over the input channels
        = lambda w: bool(np.mean(_ranks_of_channels(w)) <= 1)
        A low rank in one input channel does not make up for a high one in another.

        S378 the ranks of the input channels were multiplied
        = lambda w: bool(np.prod(_ranks_of_channels(w)) <= 1)
        One 0 makes a product 0, whatever the other ranks are.

        S379 only the first two filters were compared
        w[:, c].reshape(C_out, => w[:2, c].reshape(-1,
        All filters share the kernel of an input channel. Where does the third one come in?

        S380 only the first and the last filter were compared
        w[:, c].reshape(C_out, => w[[0, -1], c].reshape(2,
        All filters share the kernel of an input channel. What about those between?

        S381 only neighboring filters were compared
        np.linalg.matrix_rank(rows) > 1 => any(np.linalg.matrix_rank(rows[o : o + 2]) > 1 for o in range(C_out))
        If a filter is all zeros there, it fits both its neighbors, and they need not fit each other.

        S382 all filters were compared with the first one alone
        np.linalg.matrix_rank(rows) > 1 => any(np.linalg.matrix_rank(rows[[0, o]]) > 1 for o in range(C_out))
        If the first filter is all zeros there, it fits all the others, and they need not fit each other.

        S150 reshape was used where an axis had to be moved
        w[:, c].reshape(C_out, kH * kW) => w.reshape(C_in, C_out, kH * kW)[c]
        w.reshape(C_in, …) only cuts the row of numbers anew: its first part begins with the whole first filter. How do you take one input channel out of w?

        S359 a channel of zeros was refused
        rank(rows) > 1 => rank(rows) != 1
        A channel that no filter reads is easy for a pair: what must its pointwise weights be?

        S1492 slices that are nearly multiples were taken for multiples
        matrix_rank(rows) > 1 => matrix_rank(rows, 0.01 * np.linalg.norm(rows)) > 1
        Exactly is asked for. Of whole numbers, 99, 100 and 100, 101 are no multiples: how small is their second singular value beside the first?

        S375 the weights were counted
        np.linalg.matrix_rank(rows) > 1 => kH * kW + C_out >= kH * kW * C_out
        That says whether a pair is smaller. Whether it can do the same depends on the numbers in w, not on how many there are.

        S360 the filters were asked to be equal instead of multiples
        np.linalg.matrix_rank(rows) > 1 => (rows != rows[0]).any()
        The pointwise stage scales. Slices of two filters may differ by a factor.
    """,
    hints=[
        "Take one input channel: w[:, c] has a k×k slice for each filter. How do these slices look if they came from a pair?",
        "Lay each slice out as a row. Rows that are multiples of one row: which number says that of a matrix?",
        "np.linalg.matrix_rank of w[:, c], reshaped to one row for each filter; for every c. Zero is allowed; a singular value that should be 0 may come out as 1e-16.",
    ],
)
