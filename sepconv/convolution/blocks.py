"""Blocks of modern networks, and what each of their stages reads: other pixels, other channels, or neither.

All of them take channels first, (N, C, H, W) or (N, C, T). Where a paper applies a Linear at every pixel, a 1×1
convolution stands here: the same function of the same numbers.
"""

from collections import OrderedDict

import torch
from torch import nn

from sepconv._arguments import check_divides, whole_number
from sepconv.convolution.what_stages_read import Reads, what_stages_read

__all__ = [
    "CausalConv1d",
    "ChannelNorm",
    "ConformerConv",
    "ConvNeXtBlock",
    "LightConv",
    "LightConvBlock",
    "MambaConv",
    "MixFFN",
    "Reads",
    "TransformerFFN",
    "what_stages_read",
]


class ChannelNorm(nn.LayerNorm):
    """Layer normalization over the channels of each pixel, where they stand: on axis 1.

    Parameters
    ----------
    channels : int
    """

    def __init__(self, channels):
        super().__init__(channels, eps=1e-6)

    def forward(self, x):
        """Normalize each pixel.

        Parameters
        ----------
        x : torch.Tensor
            (N, C, …).

        Returns
        -------
        torch.Tensor
            Of the same shape.
        """
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class Scale(nn.Module):
    """One learned factor for each channel.

    Parameters
    ----------
    channels : int
    start : float
        What each begins with.
    """

    def __init__(self, channels, start):
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels, 1, 1), start))

    def forward(self, x):
        """Scale each channel.

        Parameters
        ----------
        x : torch.Tensor
            (N, C, H, W).

        Returns
        -------
        torch.Tensor
            Of the same shape.
        """
        return self.weight * x


class Block(nn.Module):
    """Stages one after the other; with `adds_input`, the input is added to what comes out.

    Parameters
    ----------
    adds_input : bool
    **stages : torch.nn.Module
        In their order.

    Attributes
    ----------
    stages : torch.nn.Sequential
    adds_input : bool
    """

    def __init__(self, adds_input, **stages):
        super().__init__()
        self.stages = nn.Sequential(OrderedDict(stages))
        self.adds_input = adds_input

    def forward(self, x):
        """Run the stages.

        Parameters
        ----------
        x : torch.Tensor
            (N, C, …).

        Returns
        -------
        torch.Tensor
            (N, C_out, …); C_out is C if the input is added.
        """
        return x + self.stages(x) if self.adds_input else self.stages(x)

    def extra_repr(self):
        """Return what the stages do not say."""
        return f"adds_input={self.adds_input}"


class ConvNeXtBlock(Block):
    """A 7×7 depthwise convolution, then two pointwise ones with four times the channels between.

    Notes
    -----
    Source: Liu et al., "A ConvNet for the 2020s", 2022, Figure 4. A last stage scales each channel by a learned
    factor that starts near 0, as in the networks that were published with the paper.
    """

    def __init__(self, channels, kernel_size=7):
        super().__init__(
            adds_input=True,
            depthwise=nn.Conv2d(channels, channels, kernel_size, padding=kernel_size // 2, groups=channels),
            norm=ChannelNorm(channels),
            expand=nn.Conv2d(channels, 4 * channels, 1),
            activation=nn.GELU(),
            project=nn.Conv2d(4 * channels, channels, 1),
            scale=Scale(channels, start=1e-6),
        )


class ConformerConv(Block):
    """The convolution module of a Conformer, which transcribes speech: a depthwise convolution between pointwise ones.

    Notes
    -----
    Source: Gulati et al., "Conformer", 2020, Figure 2. Dropout is left out. The kernel of 31 is that of public code.
    """

    def __init__(self, channels, kernel_size=31):
        super().__init__(
            adds_input=True,
            norm=ChannelNorm(channels),
            expand=nn.Conv1d(channels, 2 * channels, 1),
            gate=nn.GLU(dim=1),
            depthwise=nn.Conv1d(channels, channels, kernel_size, padding=kernel_size // 2, groups=channels),
            batch_norm=nn.BatchNorm1d(channels),
            activation=nn.SiLU(),
            project=nn.Conv1d(channels, channels, 1),
        )


class TransformerFFN(Block):
    """The feed-forward layer of a Transformer: two pointwise layers, and nothing that looks around.

    Notes
    -----
    Source: Vaswani et al., "Attention Is All You Need", 2017, Section 3.3.
    """

    def __init__(self, channels, hidden):
        super().__init__(
            adds_input=True,
            expand=nn.Conv2d(channels, hidden, 1),
            activation=nn.ReLU(),
            project=nn.Conv2d(hidden, channels, 1),
        )


class MixFFN(Block):
    """The feed-forward layer of SegFormer: that of a Transformer with a 3×3 depthwise convolution in it.

    Notes
    -----
    Source: Xie et al., "SegFormer", 2021, Equation 3.
    """

    def __init__(self, channels, hidden):
        super().__init__(
            adds_input=True,
            expand=nn.Conv2d(channels, hidden, 1),
            depthwise=nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden),
            activation=nn.GELU(),
            project=nn.Conv2d(hidden, channels, 1),
        )


class LightConv(nn.Module):
    """A depthwise convolution with one kernel for many channels, each a weighted mean of its window.

    Parameters
    ----------
    channels : int
    kernel_size : int
        Odd.
    heads : int
        Number of kernels; must divide `channels`. The first channels/heads channels share the first one, and so on.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Source: Wu et al., "Pay Less Attention with Lightweight and Dynamic Convolutions", 2019, Section 3. The kernels
    are made positive, with sum 1, by a softmax. Dropout of weights is left out.
    """

    def __init__(self, channels, kernel_size, heads):
        super().__init__()
        self.channels, self.heads = whole_number("channels", channels), whole_number("heads", heads)
        check_divides("heads", heads, channels, "channels")
        if whole_number("kernel_size", kernel_size) % 2 == 0:
            raise ValueError(f"kernel_size={kernel_size} must be odd: an even kernel has no middle")
        self.weight = nn.Parameter(torch.randn(heads, kernel_size))

    def forward(self, x):
        """Convolve sequences.

        Parameters
        ----------
        x : torch.Tensor
            (N, C, T).

        Returns
        -------
        torch.Tensor
            Of the same shape.
        """
        kernels = self.weight.softmax(dim=1)  # (heads, k)
        kernels = kernels.repeat_interleave(self.channels // self.heads, dim=0)[:, None]  # (C, 1, k)
        return nn.functional.conv1d(x, kernels, padding=kernels.shape[-1] // 2, groups=self.channels)

    def extra_repr(self):
        """Return what cannot be seen in the weight."""
        return f"{self.channels}, kernel_size={self.weight.shape[1]}, heads={self.heads}"


class LightConvBlock(Block):
    """Where LightConv stands in its network: between two pointwise layers, in the place of attention.

    Notes
    -----
    Source: Wu et al., 2019, Figure 2.
    """

    def __init__(self, channels, kernel_size, heads):
        super().__init__(
            adds_input=True,
            expand=nn.Conv1d(channels, 2 * channels, 1),
            gate=nn.GLU(dim=1),
            lightconv=LightConv(channels, kernel_size, heads),
            project=nn.Conv1d(channels, channels, 1),
        )


class CausalConv1d(nn.Conv1d):
    """A depthwise convolution that never reads what comes later: k − 1 zeros on both sides, the end cut off.

    Parameters
    ----------
    channels, kernel_size : int
    """

    def __init__(self, channels, kernel_size):
        super().__init__(channels, channels, kernel_size, padding=kernel_size - 1, groups=channels)

    def forward(self, x):
        """Convolve sequences.

        Parameters
        ----------
        x : torch.Tensor
            (N, C, T).

        Returns
        -------
        torch.Tensor
            Of the same shape.
        """
        return super().forward(x)[..., : x.shape[-1]]


class FirstHalf(nn.Module):
    """Keep the first half of the channels."""

    def forward(self, x):
        """Leave the second half out.

        Parameters
        ----------
        x : torch.Tensor
            (N, C, …), C even.

        Returns
        -------
        torch.Tensor
            (N, C / 2, …).
        """
        return x.chunk(2, dim=1)[0]


class MambaConv(Block):
    """What Mamba does to a sequence before its state space model: project it, then a short causal convolution.

    Notes
    -----
    Source: Gu and Dao, "Mamba", 2023, Figure 3, and the sizes of the code that was published with it: a projection to
    four times the channels and a kernel of 4. Half of what is projected goes through the convolution; the other half,
    a gate for what the state space model makes, is left out.
    """

    def __init__(self, channels, kernel_size=4):
        super().__init__(
            adds_input=False,
            expand=nn.Conv1d(channels, 4 * channels, 1, bias=False),
            split=FirstHalf(),
            depthwise=CausalConv1d(2 * channels, kernel_size),
            activation=nn.SiLU(),
        )
