"""What one convolution costs, by formula."""

from dataclasses import dataclass
from math import prod

from sepconv._arguments import check_groups, geometry, pair, true_or_false, whole_number
from sepconv.convolution.reference import output_size


@dataclass(frozen=True)
class Cost:
    """What a layer learns and what one forward pass over one image takes.

    Attributes
    ----------
    weights, biases, parameters : int
        Numbers learned; parameters = weights + biases.
    macs, flops : int or None
        Multiply-accumulates, and floating-point operations at two per multiply-accumulate. Adding the bias is
        not counted. None if the input size was not given.
    output_size : (int, int) or None
        Height and width of the output.
    activations : int or None
        Numbers written: C_out · H_out · W_out.
    """

    weights: int
    biases: int
    macs: int | None = None
    output_size: tuple[int, int] | None = None
    activations: int | None = None

    @property
    def parameters(self):
        """Weights and biases together."""
        return self.weights + self.biases

    @property
    def flops(self):
        """Two per multiply-accumulate: one multiplication, one addition."""
        return None if self.macs is None else 2 * self.macs

    def __str__(self):
        learned = f"{self.weights:,} weights + {self.biases:,} biases = {self.parameters:,} parameters"
        if self.macs is None:
            return learned
        height, width = self.output_size
        return (
            f"{learned}; {self.macs:,} MACs = {self.flops:,} FLOPs; "
            f"output {height}×{width}, {self.activations:,} activations"
        )


def conv2d_cost(
    in_channels,
    out_channels,
    kernel_size,
    input_size=None,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
    bias=True,
):
    """Count what a convolution costs, for one image.

    Each of the C_out filters holds C_in / groups · kH · kW weights, and each of its H_out · W_out output pixels
    takes one multiply-accumulate per weight, products with zeros of the padding included.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, dilation : int or pair of int
    input_size : int or pair of int, optional
        Height and width of the input in pixels. Without it only weights and biases are counted.
    padding : int, pair of int, 'valid' or 'same'
    groups : int
    bias : bool

    Returns
    -------
    Cost

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range, groups does not divide the channels, or the kernel
        does not fit into the padded input.
    """
    in_channels = whole_number("in_channels", in_channels)
    out_channels = whole_number("out_channels", out_channels)
    check_groups(groups, in_channels, out_channels)
    true_or_false("bias", bias)
    kernel_size, stride, dilation, _ = geometry(kernel_size, stride, padding, dilation)
    weights = out_channels * (in_channels // groups) * prod(kernel_size)
    biases = out_channels if bias else 0
    if input_size is None:
        return Cost(weights, biases)
    size = output_size(pair("input_size", input_size), kernel_size, stride, padding, dilation)
    return Cost(weights, biases, weights * prod(size), size, out_channels * prod(size))
