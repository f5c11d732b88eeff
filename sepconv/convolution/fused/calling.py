"""How a call of the kernel is put together: its steps, and in which memory the maps between two layers lie."""

from math import prod

import torch

from sepconv.convolution.fused.binding import BAND, Step
from sepconv.convolution.fused.compiling import kernel

_X, _Y, _BUFFERS = 0, 1, 2  # the numbers of the maps: input, output, and from 2 on the buffers between layers
_NONE = -1


class Plan:
    """The steps of a call, for inputs of one size.

    Parameters
    ----------
    stages : list of sepconv.convolution.fused.layer.Stage
    adds : list of int or None
        For each stage, the stage whose input is added to its output.
    in_planes : bool
        Whether the first stage reads x in PyTorch's usual layout.
    height, width : int
    """

    def __init__(self, stages, adds, in_planes, height, width):
        size, maps, floats, steps = (height, width), [_X], [0], []
        for k, stage in enumerate(stages):
            out = stage.output_size(*size)
            needed = {maps[k]} | {maps[j] for i, j in enumerate(adds) if i >= k and j is not None and j <= k}
            free = next(number for number in range(_BUFFERS, _BUFFERS + 3) if number not in needed)
            maps.append(_Y if k == len(stages) - 1 else free)
            added = _NONE if adds[k] is None else maps[adds[k]]
            steps.append(Step(*stage.told(in_planes and k == 0), *size, *out, *maps[k:], added))
            floats.append(stage.out_channels * prod(out))
            size = out
        self.steps = (Step * len(steps))(*steps)
        self.size = size
        self.y_floats = floats.pop()
        self.buffer_floats = -(-max(floats) // 16) * 16  # each begins with a cache line
        self.buffers = max(maps) - 1 if len(steps) > 1 else 0


def compute(plan, x, y):
    """Run the steps of a plan.

    Parameters
    ----------
    plan : Plan
    x : torch.Tensor (N, C, height, width)
        Dense float32 on the CPU: contiguous if the plan was made with `in_planes`, otherwise channels_last.
    y : torch.Tensor
        Dense float32 with room for ``N * plan.y_floats`` numbers; what it holds is overwritten.

    Returns
    -------
    torch.Tensor
        `y`.

    Raises
    ------
    MemoryError
        If a thread gets no memory for one band of the middle map.
    """
    buffers = torch.empty(plan.buffers * plan.buffer_floats) if plan.buffers else y
    out_of_memory = kernel().run(
        plan.steps, len(plan.steps), x.data_ptr(), y.data_ptr(), buffers.data_ptr(), plan.buffer_floats,
        len(x), x.numel() // max(len(x), 1), plan.y_floats, torch.get_num_threads(), BAND,
    )  # fmt: skip
    if out_of_memory:
        raise MemoryError("there is no memory for one band of the middle map")
    return y


def check(x, channels, batch_only=False):
    """Complain about an input that a fused layer does not take.

    Parameters
    ----------
    x : torch.Tensor
    channels : int
        How many `x` must have.
    batch_only : bool
        Whether `x` must be a batch, (N, C, H, W); otherwise it may also be one image, (C, H, W).

    Raises
    ------
    TypeError, ValueError
        If `x` has another shape or dtype, is not dense, is not on the CPU, or would need a gradient.
    """
    if x.ndim not in (3, 4)[batch_only:] or x.shape[-3] != channels:
        or_one = "" if batch_only else f" or ({channels}, H, W)"
        raise ValueError(f"x has shape {tuple(x.shape)}; it must be (N, {channels}, H, W){or_one}")
    if x.dtype != torch.float32 or x.device.type != "cpu" or x.layout != torch.strided:
        raise TypeError(
            f"x is {x.dtype}, {x.layout}, on {x.device}; a fused layer computes dense torch.float32 on the CPU"
        )
    if torch.is_grad_enabled() and x.requires_grad:
        raise ValueError(
            "x.requires_grad is True, and a fused layer has no gradient: call it inside of torch.inference_mode(), "
            "or train the module that it was made from"
        )
