"""The module that computes a depthwise and a pointwise convolution in one go."""

import ctypes
import math
from math import inf

import torch
from torch import nn

from sepconv.fused.compiling import kernel

__all__ = ["FusedSeparable"]

# Below this many channels a vector register is not full in channels_last.
_FEW_CHANNELS = 16
# Floats of the middle map that a band may hold: 256 KB, which fits into the second-level cache of common CPUs.
_BAND = 64 * 1024


class _Layer(ctypes.Structure):
    """What kernel.cpp calls Layer: the same fields in the same order."""

    _fields_ = [
        *(
            (name, ctypes.c_long)
            for name in ("channels", "out_channels", "stride_h", "stride_w", "pad_h", "pad_w")
        ),
        *((name, ctypes.c_float) for name in ("middle_low", "middle_high", "low", "high")),
        *((name, ctypes.c_void_p) for name in ("depthwise", "depthwise_bias", "pointwise", "pointwise_bias")),
    ]


def _forget_what_was_arranged(module, _):
    module._forget()


class FusedSeparable(nn.Module):
    """A depthwise 3×3 convolution, then a pointwise one, without the middle map in memory. For inference only.

    Made by :func:`sepconv.fuse`. The result has the memory format of the input: channels_last is the faster one from
    16 channels on. It uses as many threads as ``torch.get_num_threads()`` says.

    Parameters
    ----------
    depthwise : torch.nn.Conv2d
        Weight (C, 1, 3, 3), groups=C; any stride and padding.
    pointwise : torch.nn.Conv2d
        Weight (C_out, C, 1, 1).
    middle_limits, limits : pair of float
        What the activation after each of them clamps to: (0, inf) is a ReLU, (0, 6) a ReLU6, (-inf, inf) none.

    Attributes
    ----------
    depthwise_weight : torch.Tensor
        (C, 9)
    depthwise_bias : torch.Tensor
        (C,)
    pointwise_weight : torch.Tensor
        (C_out, C)
    pointwise_bias : torch.Tensor
        (C_out,)
    """

    def __init__(self, depthwise, pointwise, middle_limits=(-inf, inf), limits=(-inf, inf)):
        super().__init__()
        self.in_channels, self.out_channels = depthwise.in_channels, pointwise.out_channels
        self.stride, self.padding = depthwise.stride, depthwise.padding
        self.middle_limits, self.limits = tuple(middle_limits), tuple(limits)
        for name, conv in (("depthwise", depthwise), ("pointwise", pointwise)):
            weight = conv.weight.detach().flatten(1).clone(memory_format=torch.contiguous_format)
            bias = conv.bias.detach().clone() if conv.bias is not None else weight.new_zeros(len(weight))
            self.register_buffer(f"{name}_weight", weight)
            self.register_buffer(f"{name}_bias", bias)
        self._forget()
        self.register_load_state_dict_post_hook(_forget_what_was_arranged)

    def forward(self, x):
        """Convolve x, (N, C, H, W) or (C, H, W), float32 on the CPU."""
        self._check(x)
        if x.ndim == 3:
            return self.forward(x[None])[0]
        images, _, height, width = x.shape
        size = self._output_size(height, width)
        channels_last = self._takes_channels_last(x) or self._is_small(size)
        memory_format = torch.channels_last if channels_last else torch.contiguous_format
        y = torch.empty((images, self.out_channels, *size), memory_format=memory_format)
        if images:
            layer, threads = self._prepared(channels_last), torch.get_num_threads()
            arranged = x.contiguous(memory_format=memory_format)
            sizes = (images, height, width, *size)
            out_of_memory = kernel().run(
                layer, arranged.data_ptr(), y.data_ptr(), *sizes, channels_last, threads, _BAND
            )
            if out_of_memory:
                raise MemoryError("there is no memory for one band of the middle map")
        return y if self._takes_channels_last(x) else y.contiguous()

    def _takes_channels_last(self, x):
        return (
            self.in_channels >= _FEW_CHANNELS
            and not x.is_contiguous()
            and x.is_contiguous(memory_format=torch.channels_last)
        )

    def _is_small(self, size):
        """Whether the pixels do not fill a panel, but the channels would; then rearranging x and y costs less."""
        return math.prod(size) < kernel().panel_width() and self.in_channels >= _FEW_CHANNELS

    def _check(self, x):
        if x.ndim not in (3, 4) or x.shape[-3] != self.in_channels:
            raise ValueError(
                f"x has shape {tuple(x.shape)}; it must be (N, {self.in_channels}, H, W) or ({self.in_channels}, H, W)"
            )
        if x.dtype != torch.float32 or x.device.type != "cpu" or x.layout != torch.strided:
            raise TypeError(
                f"x is {x.dtype}, {x.layout}, on {x.device}; a fused layer computes dense torch.float32 on the CPU"
            )
        if torch.is_grad_enabled() and x.requires_grad:
            raise ValueError(
                "x.requires_grad is True, and a fused layer has no gradient: call it inside of torch.inference_mode(), "
                "or train the module that it was made from"
            )

    def _output_size(self, *size):
        out = [
            (length + 2 * padding - 3) // stride + 1
            for length, padding, stride in zip(size, self.padding, self.stride, strict=True)
        ]
        if min(out) < 1 or 0 in size:
            raise ValueError(
                f"x has {size[0]}×{size[1]} pixels: with padding={self.padding} no 3×3 kernel fits"
            )
        return out

    def _prepared(self, channels_last):
        """Return the weights as the kernel wants them for that layout, arranged at the first call."""
        if channels_last not in self._arranged:
            self._arranged[channels_last] = self._arrange(channels_last)
        return self._arranged[channels_last][0]

    def _arrange(self, channels_last):
        panel = kernel().panel_width()
        spare = -self.out_channels % panel
        bias = nn.functional.pad(self.pointwise_bias, (0, spare))
        depthwise, pointwise = self.depthwise_weight, self.pointwise_weight
        if channels_last:
            depthwise = depthwise.T.contiguous()
            pointwise = nn.functional.pad(pointwise, (0, 0, 0, spare))
            pointwise = pointwise.unflatten(0, (-1, panel)).transpose(1, 2).contiguous()
        weights = (depthwise, self.depthwise_bias, pointwise, bias)
        numbers = (self.in_channels, self.out_channels, *self.stride, *self.padding)
        limits = (*self.middle_limits, *self.limits)
        layer = _Layer(*numbers, *limits, *(weight.data_ptr() for weight in weights))
        return ctypes.byref(layer), layer, weights  # the pointer is good as long as the weights are kept

    def _forget(self):
        self._arranged = {}

    def _apply(self, fn, recurse=True):
        """Move or convert the weights, as .to(), .double() and .cuda() do, but only to what can be computed."""
        super()._apply(fn, recurse)
        self._forget()
        return self

    def __getstate__(self):
        # A copy, or a pickle, arranges the weights anew: what is arranged holds addresses.
        return {**self.__dict__, "_arranged": {}}

    def extra_repr(self):
        """Return shapes, stride, padding and activations."""
        return (
            f"{self.in_channels}, {self.out_channels}, stride={self.stride}, padding={self.padding}, "
            f"middle_limits={self.middle_limits}, limits={self.limits}"
        )
