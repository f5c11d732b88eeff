"""Layers in a row that are one call of the kernel."""

import torch
from torch import nn

from sepconv.convolution.fused import calling
from sepconv.convolution.fused.layer import FusedMeanLinear


class FusedChain(nn.Module):
    """Fused layers one after the other, in channels_last, image by image. For inference only.

    Made by :func:`sepconv.fuse`. Between two layers there is no Python, and an image's map is still in the cache when
    the next layer reads it. It uses as many threads as ``torch.get_num_threads()`` says.

    Parameters
    ----------
    stages : OrderedDict of str to Stage
    adds : sequence of int or None
        For each stage the number of the stage whose input is added to its output, as around a residual block.
    """

    def __init__(self, stages, adds):
        super().__init__()
        for name, stage in stages.items():
            self.add_module(name, stage)
        self.adds = tuple(adds)
        self._plan = None, None

    def forward(self, x):
        """Compute all layers for x, (N, C, H, W) or, unless the last is linear, (C, H, W); float32 on the CPU."""
        stages = list(self.children())
        is_linear = isinstance(stages[-1], FusedMeanLinear)
        calling.check(x, stages[0].in_channels, batch_only=is_linear)
        if x.ndim == 3:
            return self.forward(x[None])[0]
        in_planes = stages[0].reads_planes(x)
        key = (sum(stage.age for stage in stages), in_planes, *x.shape[2:])
        if self._plan[0] != key:
            self._plan = key, calling.Plan(stages, self.adds, *key[1:])
        plan = self._plan[1]
        shape = (len(x), stages[-1].out_channels, *plan.size)
        y = torch.empty(shape, memory_format=torch.channels_last)
        memory_format = torch.contiguous_format if in_planes else torch.channels_last
        calling.compute(plan, x.contiguous(memory_format=memory_format), y)
        return y.flatten(1) if is_linear else y

    def __getstate__(self):
        """Return what a copy or a pickle keeps: a plan holds addresses."""
        return {**self.__dict__, "_plan": (None, None)}

    def extra_repr(self):
        """Return where inputs are added."""
        added = [f"{k} adds the input of {j}" for k, j in enumerate(self.adds) if j is not None]
        return "; ".join(added)
