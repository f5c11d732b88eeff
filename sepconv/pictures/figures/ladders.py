"""The ladder from the standard to the separable convolution, with one matrix of weights for each rung."""

from sepconv.pictures.figures import wording
from sepconv.pictures.figures.kernel_matrices import Bank, draw_banks

RUNGS = ("standard", "grouped", "depthwise", "pointwise", "separable")


def ladder(c_in=4, c_out=8, k=3, groups=2, *, rungs=RUNGS, caption=None):
    """Draw the weights of each kind of convolution as a matrix of kernels, with its count.

    The depthwise rung keeps the channels (`c_in` to `c_in`), as it does inside the separable one.

    Parameters
    ----------
    c_in, c_out : int
        Channels.
    k : int
        Height and width of the kernels that look at space.
    groups : int
        Of the grouped rung; must divide both channels.
    rungs : sequence of str
        Which to draw, in this order: of "standard", "grouped", "depthwise", "pointwise" and "separable".
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError, KeyError
        If `groups` does not divide the channels, the picture would be too wide to read, or there is no such rung.
    """
    kernel = (k, k)
    depthwise, pointwise = Bank(c_in, c_in, kernel, c_in), Bank(c_in, c_out, (1, 1))
    banks = {
        "standard": ("all channels connected", [Bank(c_in, c_out, kernel)]),
        "grouped": (f"{groups} groups", [Bank(c_in, c_out, kernel, groups)]),
        "depthwise": (f"{wording.plural(c_in, 'channel')} alone", [depthwise]),
        "pointwise": ("1 × 1 kernels", [pointwise]),
        "separable": ("depthwise → pointwise", [depthwise, pointwise]),
    }
    panels = [(rung, *banks[rung]) for rung in rungs]
    draw_banks(panels, caption, lead="The ladder: weights as matrices of kernels")
