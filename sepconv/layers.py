"""The layers of the course as PyTorch modules."""

from torch import nn

from sepconv.arguments import geometry, true_or_false, whole_number

__all__ = ["SeparableConv2d"]


class SeparableConv2d(nn.Module):
    """A depthwise convolution that looks around, then a pointwise one that mixes the channels.

    Nothing stands between the two. Stride, padding and dilation belong to the depthwise convolution.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, dilation : int or pair of int
        (vertical, horizontal), or one for both.
    padding : int, pair of int, 'valid' or 'same'
        As in :class:`torch.nn.Conv2d`.
    depth_multiplier : int
        Filters per input channel; between the stages there are in_channels · depth_multiplier channels.
    bias : bool
        Whether both convolutions have a bias.
    device, dtype : optional
        Where the parameters live and what they are, as in :class:`torch.nn.Conv2d`.

    Attributes
    ----------
    depthwise : torch.nn.Conv2d
        Weight (in_channels · depth_multiplier, 1, kH, kW).
    pointwise : torch.nn.Conv2d
        Weight (out_channels, in_channels · depth_multiplier, 1, 1).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    ``load_state_dict`` also takes the state of ``nn.Sequential(depthwise, pointwise)``: "0.weight" and "0.bias"
    go to "depthwise.weight" and "depthwise.bias", "1.weight" and "1.bias" to "pointwise.weight" and
    "pointwise.bias". Any other name keeps its name, so that strict loading complains about it as always.

    Examples
    --------
    >>> import torch
    >>> SeparableConv2d(3, 8, kernel_size=3, padding=1)(torch.zeros(2, 3, 6, 9)).shape
    torch.Size([2, 8, 6, 9])
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        depth_multiplier=1,
        bias=True,
        device=None,
        dtype=None,
    ):
        in_channels = whole_number("in_channels", in_channels)
        out_channels = whole_number("out_channels", out_channels)
        depth_multiplier = whole_number("depth_multiplier", depth_multiplier)
        kernel_size, stride, dilation, _ = geometry(kernel_size, stride, padding, dilation)
        true_or_false("bias", bias)
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.depth_multiplier = depth_multiplier
        middle_channels = in_channels * depth_multiplier
        self.depthwise = nn.Conv2d(
            in_channels,
            middle_channels,
            kernel_size,
            stride=stride,
            padding=tuple(padding) if isinstance(padding, list) else padding,
            dilation=dilation,
            groups=in_channels,
            bias=bias,
            device=device,
            dtype=dtype,
        )
        self.pointwise = nn.Conv2d(middle_channels, out_channels, 1, bias=bias, device=device, dtype=dtype)
        self.register_load_state_dict_pre_hook(_take_names_of_sequential)

    def forward(self, x):
        """Convolve x, (N, in_channels, H, W) or (in_channels, H, W)."""
        return self.pointwise(self.depthwise(x))

    def extra_repr(self):
        """Return what the two convolutions below it do not say."""
        return f"{self.in_channels}, {self.out_channels}, depth_multiplier={self.depth_multiplier}"


def _take_names_of_sequential(module, state_dict, prefix, *_):
    """Rename, in PyTorch's own copy of the state, what an nn.Sequential of two convolutions calls its parameters."""
    for position, name in enumerate(("depthwise", "pointwise")):
        for parameter in ("weight", "bias"):
            given, wanted = f"{prefix}{position}.{parameter}", f"{prefix}{name}.{parameter}"
            if given in state_dict and wanted not in state_dict:
                state_dict[wanted] = state_dict.pop(given)
