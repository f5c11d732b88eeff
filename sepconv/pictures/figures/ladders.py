"""The ladder from the standard to the separable convolution, with one matrix of weights for each rung."""

import numpy as np

from sepconv._arguments import check_groups
from sepconv.pictures.figures import inputs, wording
from sepconv.pictures.figures.kernel_matrices import Bank, draw_banks

RUNGS = ("standard", "grouped", "depthwise", "pointwise", "separable")


def ladder(c_in=4, c_out=8, k=3, groups=2, *, rungs=RUNGS, caption=None):
    """Draw the weights of each kind of convolution as a matrix of kernels, with its count.

    The depthwise rung keeps the channels (`c_in` to `c_in`), as it does inside the separable one.

    Parameters
    ----------
    c_in, c_out : int
        Channels, from 1 to 8 and from 1 to 12.
    k : int
        Height and width of the kernels that look at space, from 1 to 7.
    groups : int
        Of the grouped rung; must divide both channels.
    rungs : sequence of str
        Which to draw, in this order: of "standard", "grouped", "depthwise", "pointwise" and "separable".
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, `groups` does not divide the channels, or a rung is unknown.
    """
    c_in, c_out = inputs.whole("c_in", c_in, 1, 8), inputs.whole("c_out", c_out, 1, 12)
    k = inputs.whole("k", k, 1, 7)
    check_groups(groups, c_in, c_out)
    if np.ndim(rungs) != 1 or not len(rungs) or not set(rungs) <= set(RUNGS):
        raise ValueError(f"rungs={rungs!r} must be a list of some of {wording.listed(RUNGS)}")
    kernel = (k, k)
    depthwise, pointwise = Bank(c_in, c_in, kernel, c_in), Bank(c_in, c_out, (1, 1))
    banks = {
        "standard": ("every pair of channels", [Bank(c_in, c_out, kernel)]),
        "grouped": (f"{groups} groups", [Bank(c_in, c_out, kernel, groups)]),
        "depthwise": (f"{wording.plural(c_in, 'channel')} alone", [depthwise]),
        "pointwise": ("1 × 1 kernels", [pointwise]),
        "separable": ("depthwise → pointwise", [depthwise, pointwise]),
    }
    draw_banks(
        [(rung, *banks[rung]) for rung in rungs], caption, lead="The ladder: weights as matrices of kernels"
    )
