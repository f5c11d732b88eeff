"""Fill in which input channel the output channel j reads."""

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def depthwise_rows(x, w):
    """Convolve each row of x (C, W) with its own kernels of w (C·K, k)."""
    K = len(w) // len(x)
    k = w.shape[1]
    y = np.zeros((len(x) * K, x.shape[1] - k + 1))
    for j, i in np.ndindex(y.shape):
        c = j // K
        y[j, i] = (x[c, i : i + k] * w[j]).sum()
    return y


def _cases_rows(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[10.0], [20.0]]), np.ones((4, 1))),
        (draw(3, 6), draw(3, 2)),
        (draw(2, 5), draw(6, 3)),
        (draw(3, 5), draw(6, 2)),
    ]


EXERCISE = Exercise(
    points=1,
    answer=depthwise_rows,
    cases=_cases_rows,
    misconceptions="""
        M26 the input channels were read round and round
        j // K => j % len(x)
        In the worked example, which outputs belong to channel 0? They stand side by side.

        M13 an input channel was read that is not there
        j // K => j
        There are K times as many outputs as inputs. Which input does the very last output read?

        S274 the number of the kernel within its channel was taken for the channel
        j // K => j % K
        Channel 0 makes outputs 0 to K − 1. Which number do all of these have in common?

        S252 the outputs were cut into blocks as long as there are inputs
        j // K => j // len(x)
        How many outputs in a row does one input channel make?

        S279 the length of a kernel was taken for the number of kernels
        j // K => j // k
        The small k is the length of one kernel. Which number says how many kernels a channel has?

        S20 only the first input channel was read
        j // K => 0
        Every input channel makes K outputs.
    """,
    hints=[
        "Write down j for the outputs of channel 0, of channel 1, of channel 2, with K = 3. What turns j into the channel?",
        "The worked example goes from c to j: j begins at c · K. This is the way back, rounded down.",
    ],
)
