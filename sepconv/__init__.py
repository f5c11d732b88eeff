"""The helper package of the separable-convolution course.

``import sepconv`` loads nothing else: each public name is imported from its room when it is first used, so
that a notebook which only checks a formula does not wait for PyTorch.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {  # in the order of the course
    "check": "checking.commands",
    "hint": "checking.commands",
    "solution": "checking.commands",
    "where_to_start": "checking.commands",
    "reveal": "checking.guessing",
    "progress": "checking.progress_table",
    "NotYet": "checking.commands",
    "NotAttempted": "checking.commands",
    "explore": "pictures.explorer.widget",
    "conv2d": "convolution.reference",
    "conv2d_im2col": "convolution.reference",
    "conv2d_loops": "convolution.reference",
    "conv2d_windows": "convolution.reference",
    "output_size": "convolution.reference",
    "grouped_as_dense": "convolution.reference",
    "merge_separable": "convolution.reference",
    "channel_shuffle": "convolution.reference",
    "separable_terms": "convolution.reference",
    "connectivity": "convolution.reference",
    "conv2d_cost": "measuring.counting",
    "count": "measuring.counting",
    "ChannelShuffle": "convolution.layers",
    "ConvBNReLU": "convolution.layers",
    "InvertedResidual": "convolution.layers",
    "SeparableConv2d": "convolution.layers",
    "mobilenet_v1": "convolution.nets",
    "mobilenet_v1_standard": "convolution.nets",
    "mobilenet_v2": "convolution.nets",
    "small_pointwise_first": "convolution.nets",
    "small_separable": "convolution.nets",
    "small_standard": "convolution.nets",
    "photo": "data",
    "digits": "data",
    "silhouettes": "data",
    "accuracy": "measuring.training",
    "build_with_seed": "measuring.training",
    "train": "measuring.training",
    "train_all": "measuring.training",
    "compare": "measuring.timing",
    "roofline": "measuring.timing",
    "fuse": "convolution.fused",
}

_MODULES = {
    "blocks": "convolution.blocks",
    "figures": "pictures.figures",
    "published": "data.published",
    "reference": "convolution.reference",
    "timing": "measuring.timing",
}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name in _HOME:
        value = getattr(import_module(f"sepconv.{_HOME[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"sepconv.{_MODULES[name]}")
    else:
        raise AttributeError(f"module 'sepconv' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted([*globals(), *_HOME, *_MODULES])
