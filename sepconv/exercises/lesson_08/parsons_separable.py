"""Put the lines in order so that a separable convolution is computed; three lines do not belong."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def _cases_parsons(seed):
    draw = Inputs(seed).integers
    return [
        (draw(2, 2, 3), draw(2, 2, 2), draw(3, 2), 1),
        (draw(3, 5, 6), draw(3, 2, 3), draw(2, 3), 2),
        (draw(2, 6, 9), draw(2, 3, 2), draw(4, 2), 3),
    ]


EXERCISE = Exercise(
    points=2,
    opening="def separable(x, depthwise, pointwise, stride):",
    lines={
        "A": "    for c, i, j in np.ndindex(m.shape):",
        "B": "    return np.tensordot(pointwise, m[:, ::stride, ::stride], axes=1)",
        "C": "        m[c, i, j] = (window * depthwise[c]).sum()",
        "D": "    (C, H, W), (kH, kW) = x.shape, depthwise.shape[1:]",
        "E": "        m[c, i, j] = (window * depthwise).sum()",
        "F": "        window = x[c, stride * i:stride * i + kH, stride * j:stride * j + kW]",
        "G": "    return np.tensordot(pointwise, m, axes=1)",
        "H": "    m = np.zeros((C, (H - kH) // stride + 1, (W - kW) // stride + 1))",
        "I": "    return pointwise.sum(axis=0)[:, None, None] * m",
    },
    answer="DHAFCG",
    distractors={
        "B": "takes steps over m",
        "E": "multiplies the window by the kernels of all channels",
        "I": "multiplies each channel of m by a number and adds no channels up",
    },
    cases=_cases_parsons,
    misconceptions="""
        M34 each channel met the kernels of all the channels
        C => E
        In the depthwise stage every channel has a kernel of its own.

        S307 the stride was put on both convolutions
        G => B
        m has the size of the output already. Who took the steps?

        M11 the pointwise stage only scaled each channel
        G => I
        A pointwise convolution gives pointwise.shape[0] channels, and each is a sum over all channels of m.
    """,
    hints=[
        "Shapes first, then room for m, then a loop that fills it. The return comes after the loop.",
        "Inside the loop: cut out the window of channel c, then lay the kernel of channel c on it.",
    ],
)
