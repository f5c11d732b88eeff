"""The helper package of the separable-convolution course.

``import sepconv`` loads nothing else: each public name is imported from its module when it is first used, so
that a notebook which only checks a formula does not wait for PyTorch.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "check": "checking",
    "hint": "checking",
    "solution": "checking",
    "where_to_start": "checking",
    "NotYet": "checking",
    "NotAttempted": "checking",
    "conv2d": "reference",
    "conv2d_im2col": "reference",
    "conv2d_loops": "reference",
    "conv2d_windows": "reference",
    "output_size": "reference",
    "grouped_as_dense": "reference",
    "merge_separable": "reference",
    "channel_shuffle": "reference",
    "separable_terms": "reference",
    "connectivity": "reference",
    "ChannelShuffle": "layers",
    "ConvBNReLU": "layers",
    "InvertedResidual": "layers",
    "SeparableConv2d": "layers",
    "mobilenet_v1": "nets",
    "mobilenet_v1_standard": "nets",
    "mobilenet_v2": "nets",
    "fuse": "fused",
    "small_pointwise_first": "nets",
    "small_separable": "nets",
    "small_standard": "nets",
    "conv2d_cost": "counting",
    "count": "counting",
    "photo": "data",
    "digits": "data",
    "silhouettes": "data",
    "accuracy": "training",
    "build_with_seed": "training",
    "train": "training",
    "train_all": "training",
    "compare": "timing",
    "roofline": "timing",
    "explore": "explorer",
}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'sepconv' has no attribute {name!r}")
    value = getattr(import_module(f"sepconv.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted([*globals(), *_HOME])
