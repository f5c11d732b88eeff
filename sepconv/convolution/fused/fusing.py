"""fuse(): find in a module what one pass over the image can compute, and put that in its place."""

import copy
import warnings
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import groupby
from math import inf

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.utils.fusion import fuse_conv_bn_eval

from sepconv.convolution.fused.chain import FusedChain
from sepconv.convolution.fused.compiling import why_not
from sepconv.convolution.fused.layer import FEW_CHANNELS, FusedConv2d, FusedMeanLinear, FusedSeparable
from sepconv.convolution.layers import InvertedResidual, SeparableConv2d

_LIMITS = {nn.ReLU: (0.0, inf), nn.ReLU6: (0.0, 6.0), type(None): (-inf, inf)}


def fuse(module):
    """Return a module that computes the same, for inference, with its separable convolutions in one pass each.

    Batch normalization is folded into the convolution before it. A depthwise 3×3 convolution and the pointwise one
    after it, with the ReLU or ReLU6 of each, become one :class:`~sepconv.convolution.fused.FusedSeparable`, which keeps the map
    between the two in the cache. Several in a row, with the standard convolutions, residual blocks and the classifier
    around them, become one :class:`~sepconv.convolution.fused.FusedChain`. A network of them works in channels_last.

    Parameters
    ----------
    module : torch.nn.Module
        A SeparableConv2d, an nn.Sequential of a depthwise and a pointwise convolution (with batch normalization and
        ReLUs, if you like), or a network that contains such. Float32, on the CPU, in evaluation mode. It is not
        changed.

    Returns
    -------
    torch.nn.Module
        Takes and returns what `module` does.

    Raises
    ------
    TypeError
        If `module` is no module, or its parameters are not float32 on the CPU.
    ValueError
        If nothing in it can be fused (the message says why), if batch normalization or dropout is in training mode,
        or if something hooked into the module would be lost.

    Warns
    -----
    UserWarning
        If there is no C++ compiler. Then batch normalization is folded and the convolutions run in channels_last, the
        best that PyTorch does without compiling.

    Examples
    --------
    >>> import torch
    >>> layer = SeparableConv2d(16, 32, kernel_size=3, padding=1)
    >>> x = torch.randn(2, 16, 9, 7)
    >>> with torch.inference_mode():
    ...     bool(torch.allclose(fuse(layer)(x), layer(x), atol=1e-5))
    True
    """
    _check(module)
    found = _Found()
    with torch.no_grad():
        fused = _rebuild(copy.deepcopy(module), found)
    if not found.pairs:
        why = (
            "; ".join(found.reasons)
            or "no nn.Sequential in it holds a depthwise and then a pointwise convolution"
        )
        raise ValueError(f"there is nothing to fuse in this {type(module).__name__}: {why}")
    if reason := why_not():
        warnings.warn(
            f"fuse() folds batch normalization and uses channels_last, no more: {reason}", stacklevel=2
        )
    fused = fused.eval().requires_grad_(False)
    if not isinstance(fused, FusedSeparable | FusedChain):
        fused = fused.to(memory_format=torch.channels_last)
        fused.register_forward_pre_hook(_to_channels_last)
    return fused


@dataclass
class _Found:
    """How many pairs were found, and why others were none."""

    pairs: int = 0
    reasons: list = field(default_factory=list)


def _to_channels_last(_, inputs):
    return tuple(
        x.contiguous(memory_format=torch.channels_last) if isinstance(x, torch.Tensor) and x.ndim == 4 else x
        for x in inputs
    )


def _check(module):
    if not isinstance(module, nn.Module):
        raise TypeError(f"module={module!r} is of type {type(module).__name__}; it must be a torch.nn.Module")
    for name, parameter in module.named_parameters():
        if parameter.dtype != torch.float32 or parameter.device.type != "cpu":
            raise TypeError(
                f"{name} is {parameter.dtype} on {parameter.device}; fuse() computes torch.float32 on the CPU"
            )
    for name, part in module.named_modules():
        if part.training and isinstance(part, _BatchNorm | _DropoutNd):
            raise ValueError(
                f"{name or 'module'} ({type(part).__name__}) is in training mode; fuse() makes a module for inference: "
                "call module.eval() first"
            )
        replaced = isinstance(part, nn.Conv2d | nn.Linear | _BatchNorm | InvertedResidual)
        if replaced and (part._forward_hooks or part._forward_pre_hooks):
            raise ValueError(f"{name or 'module'} has a hook, which would be lost: remove it first")


def _rebuild(module, found):
    """Return the module with what can be fused below it replaced; the rest stays."""
    if _is_chain(module) or type(module) is InvertedResidual:
        parts = _assemble(_pieces(list(_flatten("", module)), found))
        return parts[0][1] if len(parts) == 1 else nn.Sequential(OrderedDict(parts))
    for name, child in module.named_children():
        setattr(module, name, _rebuild(child, found))
    return module


def _is_chain(module):
    """Whether the module calls its children one after the other and does nothing else."""
    return type(module).forward in (nn.Sequential.forward, SeparableConv2d.forward)


def _flatten(name, module):
    """Yield the parts of a chain, and of the chains in it, with their names."""
    if not _is_chain(module):
        yield name, module
        return
    for child_name, child in module._modules.items():  # named_children() leaves out what is there twice
        yield from _flatten(f"{name}_{child_name}" if name else child_name, child)


@dataclass
class _Piece:
    """A layer with what is folded into it: as PyTorch's modules, and as a stage of a chain if it can be one."""

    modules: list
    stage: nn.Module | None = None
    adds: int = 0  # so many pieces back, this one included, began the residual block that ends here

    @property
    def name(self):
        return self.modules[0][0]


def _assemble(pieces):
    """Return named modules: pieces in a row that can be stages become one FusedChain."""
    parts = []
    for in_chain, run in groupby(pieces, key=lambda piece: _fits_a_chain(piece)):
        run = list(run)
        separable = [piece for piece in run if isinstance(piece.stage, FusedSeparable)]
        if in_chain and separable and (len(run) > 1 or run[0].adds):
            stages = OrderedDict((piece.name or "block", piece.stage) for piece in run)
            adds = [k + 1 - piece.adds if piece.adds else None for k, piece in enumerate(run)]
            parts.append((run[0].name, FusedChain(stages, adds)))
            continue
        for piece in run:
            parts += [(piece.name, piece.stage)] if piece in separable else piece.modules
    return parts


def _fits_a_chain(piece):
    """Whether a stage can read and write channels_last; a convolution of few channels copies its windows."""
    stage = piece.stage
    return isinstance(stage, FusedConv2d) or (stage is not None and stage.in_channels >= FEW_CHANNELS)


def _pieces(parts, found):
    pieces, at = [], 0
    while at < len(parts):
        name, part = parts[at]
        if type(part) is nn.Conv2d:
            taken, at = _take_convolution(parts, at, found)
        elif _is_mean_and_linear(parts[at : at + 3]):
            taken = [_Piece(parts[at : at + 3], FusedMeanLinear(parts[at + 2][1]) if not why_not() else None)]
            at += 3
        elif type(part) is InvertedResidual:
            taken, at = _take_block(name, part, found), at + 1
        else:
            taken, at = [_Piece([(name, _rebuild(part, found))])], at + 1
        pieces += taken
    return pieces


def _take_block(name, block, found):
    """Return the pieces of a residual block, or the block itself where not all of them can be stages."""
    pieces = _pieces(list(_flatten(name, block.stages)), found)
    if not block.adds_input:
        return pieces
    if all(_fits_a_chain(piece) for piece in pieces):
        pieces[-1].adds = len(pieces)
        return pieces
    block.stages = nn.Sequential(OrderedDict(_assemble(pieces)))
    return [_Piece([(name, block)])]


def _take_convolution(parts, at, found):
    """Return a pair as one piece, or else the convolution, and where what was taken ends."""
    name = parts[at][0]
    first, after_first, at = _take_layer(parts, at)
    is_depthwise = first.groups == first.in_channels and first.kernel_size != (1, 1)
    if is_depthwise and at < len(parts) and type(parts[at][1]) is nn.Conv2d:
        second, after_second, behind = _take_layer(parts, at)
        if reason := _why_no_pair(first, second):
            found.reasons.append(f"{name}: {reason}")
        else:
            found.pairs += 1
            if not why_not():
                limits = _LIMITS[type(after_first)], _LIMITS[type(after_second)]
                return [
                    _Piece([(name, first)], FusedSeparable(_padded_by_numbers(first), second, *limits))
                ], behind
    modules = [(name, first)]
    if after_first is not None:
        modules.append((f"{name}_activation", after_first))
    can_be_stage = _is_plain(first) and first.groups == 1 and not why_not()
    limits = _LIMITS[type(after_first)]
    return [_Piece(modules, FusedConv2d(_padded_by_numbers(first), limits) if can_be_stage else None)], at


def _is_plain(conv):
    """Whether its padding is zeros, as many on either side, and its kernel has no gaps."""
    is_even = isinstance(conv.padding, str) and any(length % 2 == 0 for length in conv.kernel_size)
    return (
        conv.dilation == (1, 1) and conv.padding_mode == "zeros" and not (is_even and conv.padding == "same")
    )


def _is_mean_and_linear(parts):
    if [type(part) for _, part in parts] != [nn.AdaptiveAvgPool2d, nn.Flatten, nn.Linear]:
        return False
    pool, flatten, _ = (part for _, part in parts)
    return pool.output_size in (1, (1, 1)) and (flatten.start_dim, flatten.end_dim) == (1, -1)


def _take_layer(parts, at):
    """Return a convolution with the batch normalization behind it folded in, its ReLU or None, and where it ends."""
    conv, activation = parts[at][1], None
    at += 1
    if at < len(parts) and type(parts[at][1]) is nn.BatchNorm2d and parts[at][1].running_var is not None:
        conv = fuse_conv_bn_eval(conv.eval(), parts[at][1])
        at += 1
    if at < len(parts) and type(parts[at][1]) in _LIMITS:
        activation = parts[at][1]
        at += 1
    return conv, activation, at


def _why_no_pair(depthwise, pointwise):
    if depthwise.out_channels != depthwise.in_channels:
        return f"out_channels={depthwise.out_channels} is not in_channels={depthwise.in_channels}; only a multiplier of 1 is fused"
    if depthwise.kernel_size != (3, 3):
        return f"kernel_size={depthwise.kernel_size}; only (3, 3) is fused"
    if depthwise.dilation != (1, 1):
        return f"dilation={depthwise.dilation}; only (1, 1) is fused"
    if depthwise.padding_mode != "zeros":
        return f"padding_mode={depthwise.padding_mode!r}; only 'zeros' is fused"
    plain = (pointwise.kernel_size, pointwise.stride, pointwise.groups) == ((1, 1), (1, 1), 1)
    if not plain or _padding(pointwise) != (0, 0):
        return "what follows is no pointwise convolution with stride 1, padding 0 and groups 1"
    return ""


def _padding(conv):
    """Return the padding as numbers; 'same' stands for half a kernel on each side, since only 3×3 and 1×1 come here."""
    if isinstance(conv.padding, str):
        return tuple(length // 2 if conv.padding == "same" else 0 for length in conv.kernel_size)
    return conv.padding


def _padded_by_numbers(conv):
    conv.padding = _padding(conv)
    return conv
