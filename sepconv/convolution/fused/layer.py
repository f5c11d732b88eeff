"""The layers that the kernel computes. Alone it computes the separable one; the others are stages of a FusedChain."""

from math import inf, prod

import torch
from torch import nn

from sepconv.convolution.fused import binding, calling
from sepconv.convolution.fused.compiling import kernel

# Below this many channels a vector register is not full in channels_last.
FEW_CHANNELS = 16
# Below this many pixels a panel of pixels is mostly empty, whatever the CPU; to rearrange so small a map costs less.
_FEW_PIXELS = 64


def _forget_what_was_arranged(module, _):
    module.forget()


def is_channels_last(x):
    """Whether the channels of a pixel are neighbors in memory, and its pixels are not."""
    return not x.is_contiguous() and x.is_contiguous(memory_format=torch.channels_last)


def _in_planes(y):
    """Return `y` in PyTorch's usual layout, copied image by image: one is a transposed matrix, which is copied in blocks."""
    if y.is_contiguous():
        return y
    planes = torch.empty(y.shape)
    for to, image in zip(planes.flatten(2), y.flatten(2)):
        to.copy_(image)
    return planes


class Stage(nn.Module):
    """What all layers have: a matrix product with the weights (C_out, C), arranged when they are first needed.

    Attributes
    ----------
    in_channels, out_channels : int
        Of the maps that it reads and writes.
    age : int
        How often weights were forgotten; a plan made before then holds old ones.
    """

    kernel_size, stride, padding = (1, 1), (1, 1), (0, 0)
    middle_limits = (-inf, inf)

    def __init__(self, pointwise, limits):
        super().__init__()
        self.in_channels, self.out_channels = pointwise.weight.shape[1], len(pointwise.weight)
        self.limits = tuple(limits)
        self._keep("pointwise", pointwise)
        self.age, self._arranged = 0, {}
        self.register_load_state_dict_post_hook(_forget_what_was_arranged)

    def _keep(self, name, layer):
        weight = layer.weight.detach().flatten(1).clone(memory_format=torch.contiguous_format)
        bias = layer.bias.detach().clone() if layer.bias is not None else weight.new_zeros(len(weight))
        self.register_buffer(f"{name}_weight", weight)
        self.register_buffer(f"{name}_bias", bias)

    def output_size(self, *size):
        """Return height and width of the result."""
        geometry = zip(size, self.padding, self.kernel_size, self.stride, strict=True)
        out = [(length + 2 * padding - k) // stride + 1 for length, padding, k, stride in geometry]
        if min(out) < 1 or 0 in size:
            k = "{}×{}".format(*self.kernel_size)
            raise ValueError(
                f"x has {size[0]}×{size[1]} pixels: with padding={self.padding} no {k} kernel fits"
            )
        return tuple(out)

    def told(self, in_planes):
        """Return the fields of a Step that do not depend on the input's size."""
        if in_planes not in self._arranged:
            self._arranged[in_planes] = self._arrange(in_planes)
        kind, depth, planes, weights = self._arranged[in_planes]
        layer = binding.Layer(
            depth, self.out_channels, *self.stride, *self.padding, *self.middle_limits, *self.limits,
            *(None if weight is None else weight.data_ptr() for weight in weights),
        )  # fmt: skip
        return layer, kind, planes, self.in_channels // planes, *self.kernel_size

    def reads_planes(self, _):
        """Whether, as the first stage of a chain, it reads `x` in PyTorch's usual layout; all others read channels_last."""
        return False

    def _arrange(self, in_planes):
        """Return the kind of step, the length of a row, in how many planes x is read, and four tensors of weights."""
        raise NotImplementedError

    def forget(self):
        """Arrange the weights anew, and make new plans, when they are next needed."""
        self.age, self._arranged = self.age + 1, {}

    def _apply(self, fn, recurse=True):
        """Move or convert the weights, as .to(), .double() and .cuda() do, but only to what can be computed."""
        super()._apply(fn, recurse)
        self.forget()
        return self

    def __getstate__(self):
        # A copy, or a pickle, arranges the weights anew: what is arranged holds addresses.
        return {**self.__dict__, "_arranged": {}, "age": self.age + 1}

    def extra_repr(self):
        """Return what makes it differ from other layers of its kind."""
        told = [f"{self.in_channels}, {self.out_channels}"]
        for name in ("kernel_size", "stride", "padding", "middle_limits", "limits"):
            if name in self.__dict__:
                told.append(f"{name}={getattr(self, name)}")
        return ", ".join(told)


def _in_panels(weight, bias):
    """Arrange a weight (C_out, C) as panels of output channels (panels, C, width), zeros where C_out ends."""
    width = kernel().panel_width()
    spare = -len(weight) % width
    panels = nn.functional.pad(weight, (0, 0, 0, spare)).unflatten(0, (-1, width)).transpose(1, 2)
    return panels.contiguous(), nn.functional.pad(bias, (0, spare))


class FusedConv2d(Stage):
    """A standard convolution as a stage: each output pixel's window is a row of the matrix product."""

    def __init__(self, conv, limits):
        super().__init__(conv, limits)
        self.kernel_size, self.stride, self.padding = conv.kernel_size, conv.stride, conv.padding

    def reads_planes(self, x):
        """Whether `x` has the usual layout and so few channels that they are not worth a conversion."""
        return not is_channels_last(x) and self.in_channels < FEW_CHANNELS

    def _arrange(self, in_planes):
        weight = self.pointwise_weight
        if not in_planes:  # (C_out, C, kH · kW) -> (C_out, kH · kW, C)
            weight = weight.unflatten(1, (self.in_channels, -1)).transpose(1, 2).flatten(1)
        pixels = (self.kernel_size, self.stride, self.padding) == ((1, 1), (1, 1), (0, 0)) and not in_planes
        kind, planes = binding.PIXELS if pixels else binding.PATCHES, self.in_channels if in_planes else 1
        return kind, weight.shape[1], planes, (None, None, *_in_panels(weight, self.pointwise_bias))


class FusedMeanLinear(Stage):
    """The mean over all pixels, then a linear layer, as the last stage: the mean is the product's only row."""

    def __init__(self, linear):
        super().__init__(linear, (-inf, inf))

    def output_size(self, *_):
        """Return 1 and 1."""
        return 1, 1

    def _arrange(self, _):
        panels = _in_panels(self.pointwise_weight, self.pointwise_bias)
        return binding.MEAN, self.in_channels, 1, (None, None, *panels)


class FusedSeparable(Stage):
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

    kernel_size = (3, 3)

    def __init__(self, depthwise, pointwise, middle_limits=(-inf, inf), limits=(-inf, inf)):
        super().__init__(pointwise, limits)
        self.stride, self.padding = depthwise.stride, depthwise.padding
        self.middle_limits = tuple(middle_limits)
        self._keep("depthwise", depthwise)
        self._plan = None, None

    def forward(self, x):
        """Convolve x, (N, C, H, W) or (C, H, W), float32 on the CPU."""
        calling.check(x, self.in_channels)
        if x.ndim == 3:
            return self.forward(x[None])[0]
        in_planes = self._alone_in_planes(x)
        key = (self.age, in_planes, *x.shape[2:])
        if self._plan[0] != key:
            self._plan = key, calling.Plan([self], [None], *key[1:])
        plan = self._plan[1]
        memory_format = torch.contiguous_format if in_planes else torch.channels_last
        y = torch.empty((len(x), self.out_channels, *plan.size), memory_format=memory_format)
        calling.compute(plan, x.contiguous(memory_format=memory_format), y)
        return y if self.in_channels >= FEW_CHANNELS and is_channels_last(x) else _in_planes(y)

    def _alone_in_planes(self, x):
        """Whether `x` is read in PyTorch's usual layout, and the result written in it."""
        if self.in_channels < FEW_CHANNELS:
            return True
        return not is_channels_last(x) and prod(self.output_size(*x.shape[2:])) >= _FEW_PIXELS

    def _arrange(self, in_planes):
        kind = binding.SEPARABLE_IN_PLANES if in_planes else binding.SEPARABLE
        depthwise = self.depthwise_weight if in_planes else self.depthwise_weight.T.contiguous()
        pointwise = self.pointwise_weight, self.pointwise_bias
        if not in_planes:
            pointwise = _in_panels(*pointwise)
        return kind, self.in_channels, 1, (depthwise, self.depthwise_bias, *pointwise)

    def __getstate__(self):
        """Return what a copy or a pickle keeps."""
        return {**super().__getstate__(), "_plan": (None, None)}
