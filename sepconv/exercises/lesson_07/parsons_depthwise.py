"""Put the lines in order so that they find out who reads whom by erasing; three lines do not belong."""

import numpy as np

from sepconv.convolution.reference import conv2d
from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


class _Layer:
    """A convolution of NumPy arrays that shows its channels: what `layer` is in parsons_depthwise."""

    def __init__(self, weight, groups, bias=None):
        self.weight, self.groups, self.bias = np.asarray(weight, dtype=float), groups, bias

    def __call__(self, x):
        return conv2d(x, self.weight, self.bias, groups=self.groups)

    def __repr__(self):
        c_out, per_group, *kernel = self.weight.shape
        return (
            f"a layer of {per_group * self.groups} → {c_out} channels, kernel {kernel}, groups={self.groups}"
        )


def _cases_parsons(seed):
    draw = Inputs(seed).integers
    step = np.array([[1.0, 1, 5, 5], [1, 1, 5, 5], [2, 2, 7, 7]])
    return [
        (_Layer(np.ones((2, 1, 1, 1)), 2), np.array([1.0, 2]).reshape(2, 1, 1).repeat(2, axis=1)),
        (_Layer([[[[1, -1]]], [[[2, -2]]], [[[3, -3]]]], 3), np.stack([step, 2 * step, 3 * step])),
        (_Layer(np.abs(draw(3, 1, 2, 2)), 3, draw(3)), np.abs(draw(3, 4, 5))),
        (_Layer(np.abs(draw(6, 2, 2, 1)), 2), np.abs(draw(4, 5, 3))),
    ]


EXERCISE = Exercise(
    points=2,
    opening="def who_reads(layer, x):",
    lines={
        "A": "    for channel in range(len(x)):",
        "B": "        erased = x",
        "C": "    reads = []",
        "D": "        reads.append(changed.any(axis=(1, 2)))",
        "E": "        erased[channel] = 0",
        "F": "    return np.array(reads).T",
        "G": "        erased = x.copy()",
        "H": "        changed = layer(erased) != before",
        "I": "        reads.append(changed.all(axis=(1, 2)))",
        "J": "    before = layer(x)",
        "K": "        erased[:, channel] = 0",
    },
    answer="JCAGEHDF",
    distractors={
        "B": "gives x a second name and copies nothing",
        "I": "asks whether all pixels of an output have changed",
        "K": "erases one row of every channel",
    },
    cases=_cases_parsons,
    misconceptions="""
        S271 the channels erased before stayed erased
        G => B
        erased = x is no second array: what is erased in one is gone from the other, in the next round, too.

        S272 a row was erased in every channel
        E => K
        The first axis of x counts the channels, the second the rows.

        S273 an output was counted only if each of its pixels changed
        D => I
        An edge filter answers 0 on flat ground, whether it reads the channel or not. One changed pixel is enough.

        S283 the layer was asked before anything was erased
        EH => HE
        Two answers of the layer are compared. To which two inputs?
    """,
    hints=[
        "Before the loop: an empty list, and what the layer gives for the whole x. After it: return.",
        "Inside: a copy, erase one channel of it, compare, note it down.",
    ],
)
