"""The layers of the course as PyTorch modules."""

from collections import OrderedDict

from torch import nn

from sepconv._arguments import check_divides, check_groups, geometry, pair, true_or_false, whole_number


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
        """Convolve images.

        Parameters
        ----------
        x : torch.Tensor
            (N, in_channels, H, W) or (in_channels, H, W).

        Returns
        -------
        torch.Tensor
            (N, out_channels, H_out, W_out) or (out_channels, H_out, W_out).
        """
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


class ConvBNReLU(nn.Sequential):
    """A convolution without bias, batch normalization, then a ReLU: one layer of a MobileNet.

    The zeros around the input are half a kernel wide, so that with stride 1 the output has the size of the input.
    The convolution needs no bias: batch normalization would subtract it again, and it adds one of its own.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or pair of int
        Odd, so that the kernel has a middle.
    stride : int or pair of int
    groups : int
    activation : type
        What comes last: a subclass of :class:`torch.nn.Module` that needs no arguments, as nn.ReLU or nn.ReLU6.

    Attributes
    ----------
    conv : torch.nn.Conv2d
    norm : torch.nn.BatchNorm2d
    activation : torch.nn.Module

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Examples
    --------
    >>> import torch
    >>> ConvBNReLU(3, 8, kernel_size=3, stride=2)(torch.zeros(2, 3, 6, 9)).shape
    torch.Size([2, 8, 3, 5])
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, activation=nn.ReLU):
        in_channels = whole_number("in_channels", in_channels)
        out_channels = whole_number("out_channels", out_channels)
        check_groups(groups, in_channels, out_channels)
        kernel_size, stride = pair("kernel_size", kernel_size), pair("stride", stride)
        if any(length % 2 == 0 for length in kernel_size):
            raise ValueError(
                f"kernel_size={kernel_size} must be odd: an even kernel has no pixel in its middle"
            )
        if not (isinstance(activation, type) and issubclass(activation, nn.Module)):
            raise TypeError(f"activation={activation!r} must be a class of modules, such as nn.ReLU")
        padding = tuple(length // 2 for length in kernel_size)
        conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias=False)
        norm = nn.BatchNorm2d(out_channels)
        super().__init__(OrderedDict(conv=conv, norm=norm, activation=activation()))


class InvertedResidual(nn.Module):
    """The block of MobileNetV2: expand, look around, project, and add the input if it fits.

    A pointwise convolution makes `expansion` times as many channels, a depthwise 3×3 convolution looks around in
    them, and a second pointwise convolution projects them to `out_channels`. The projection is linear: no ReLU
    comes after it. With expansion 1 there is nothing to expand and the first convolution is left out.

    Parameters
    ----------
    in_channels, out_channels : int
    stride : int or pair of int
        Of the depthwise convolution.
    expansion : int
        The paper's t.

    Attributes
    ----------
    stages : torch.nn.Sequential
        expand (unless expansion is 1), depthwise, project, norm.
    adds_input : bool
        Whether the input is added to the output: if the stride is 1 and the channels are equally many.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, Table 1.

    Examples
    --------
    >>> import torch
    >>> InvertedResidual(16, 24, stride=2, expansion=6)(torch.zeros(1, 16, 8, 8)).shape
    torch.Size([1, 24, 4, 4])
    """

    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        in_channels = whole_number("in_channels", in_channels)
        out_channels = whole_number("out_channels", out_channels)
        stride = pair("stride", stride)
        middle = in_channels * whole_number("expansion", expansion)
        super().__init__()
        self.adds_input = stride == (1, 1) and in_channels == out_channels
        stages = OrderedDict()
        if expansion > 1:
            stages["expand"] = ConvBNReLU(in_channels, middle, 1, activation=nn.ReLU6)
        stages["depthwise"] = ConvBNReLU(middle, middle, 3, stride, groups=middle, activation=nn.ReLU6)
        stages["project"] = nn.Conv2d(middle, out_channels, 1, bias=False)
        stages["norm"] = nn.BatchNorm2d(out_channels)
        self.stages = nn.Sequential(stages)

    def forward(self, x):
        """Transform images.

        Parameters
        ----------
        x : torch.Tensor
            (N, in_channels, H, W).

        Returns
        -------
        torch.Tensor
            (N, out_channels, H_out, W_out).
        """
        return x + self.stages(x) if self.adds_input else self.stages(x)

    def extra_repr(self):
        """Return what the stages do not say."""
        return f"adds_input={self.adds_input}"


class ChannelShuffle(nn.Module):
    """Deals the channels out like cards, so that the next grouped convolution meets all groups of the last one.

    The channels stand in `groups` blocks, one under the other; read column by column, one channel of each block
    follows the other. It learns nothing.

    Parameters
    ----------
    groups : int
        Number of blocks; must divide the channels.

    Raises
    ------
    TypeError, ValueError
        If `groups` is no int of at least 1, or, when called, x is no image or `groups` does not divide its channels.

    Notes
    -----
    Source: Zhang et al., "ShuffleNet", 2017, Section 3.1.

    Examples
    --------
    >>> import torch
    >>> ChannelShuffle(2)(torch.arange(6).reshape(6, 1, 1)).flatten().tolist()
    [0, 3, 1, 4, 2, 5]
    """

    def __init__(self, groups):
        super().__init__()
        self.groups = whole_number("groups", groups)

    def forward(self, x):
        """Shuffle channels.

        Parameters
        ----------
        x : torch.Tensor
            (N, C, H, W) or (C, H, W).

        Returns
        -------
        torch.Tensor
            Of the same shape.

        Raises
        ------
        ValueError
            If it is no image, or its channels cannot be cut into so many groups.
        """
        if x.ndim not in (3, 4):
            raise ValueError(f"x has shape {tuple(x.shape)}; it must be (C, H, W) or (N, C, H, W)")
        channels, height, width = x.shape[-3:]
        check_divides("groups", self.groups, channels, "channels of x")
        blocks = x.reshape(*x.shape[:-3], self.groups, channels // self.groups, height, width)
        return blocks.transpose(-4, -3).reshape(x.shape)

    def extra_repr(self):
        """Return the number of groups."""
        return f"groups={self.groups}"
