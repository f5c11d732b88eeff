"""A depthwise-separable forward that does not write the middle map to memory: :func:`fuse`.

``kernel.cpp`` is the arithmetic, ``compiling`` gets it built on this machine, ``layer`` is the PyTorch module that calls
it, and ``fusing`` finds in a network what can be replaced.
"""

from sepconv.fused.fusing import fuse
from sepconv.fused.layer import FusedSeparable

__all__ = ["FusedSeparable", "fuse"]
