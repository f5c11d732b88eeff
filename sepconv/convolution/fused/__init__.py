"""A depthwise-separable forward that does not write the middle map to memory: :func:`fuse`.

``kernel.cpp`` is the arithmetic and ``chain.cpp`` what makes layers and chains of it; ``compiling`` gets them built on
this machine, ``believing`` looks whether that is fast, ``binding`` and ``calling`` tell them what to do, ``layer`` and
``chain`` are the PyTorch modules, and ``fusing`` finds in a network what can be replaced.
"""

from sepconv.convolution.fused.chain import FusedChain
from sepconv.convolution.fused.fusing import fuse
from sepconv.convolution.fused.layer import FusedSeparable

__all__ = ["FusedChain", "FusedSeparable", "fuse"]
