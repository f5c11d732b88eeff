"""Which operations of torch a twin may do, and how much: what one will write and multiply is told before it is done."""

import functools
import math

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from sepconv.grading.codec import Unfit
from sepconv.grading.tapes import tensors_in

_MOST_WRITTEN = 2**26  # numbers
_MOST_MACS = 2**30  # multiply-accumulates
# None of these reads a file, starts anything, or goes by an address, and each looks at its arguments before it uses them;
# a trailing underscore (in place) is allowed, too. What can write more than it reads has a formula below.
_NAMES = """
    add sub rsub mul div neg abs pow sqrt rsqrt reciprocal square exp expm1 log log1p sin cos tan tanh erf sigmoid sign
    floor ceil round trunc remainder fmod floor_divide clamp clamp_min clamp_max maximum minimum lerp addcmul addcdiv
    eq ne lt le gt ge logical_and logical_or logical_not bitwise_and bitwise_or bitwise_not isnan isfinite where
    masked_fill relu hardtanh hardswish hardsigmoid silu mish gelu leaky_relu elu softplus threshold _prelu_kernel
    sum mean amax amin max min prod var std var_mean cumsum any all argmax linalg_vector_norm logsumexp _softmax
    _log_softmax
    convolution mm bmm addmm baddbmm mv dot
    view _unsafe_view clone copy detach alias permute transpose t expand repeat unsqueeze squeeze select slice split
    split_with_sizes unbind cat stack flip roll diagonal unfold lift_fresh lift_fresh_copy _to_copy select_scatter
    slice_scatter index index_select index_put gather scatter scatter_add im2col tril triu constant_pad_nd
    reflection_pad2d replication_pad2d
    zeros zeros_like ones ones_like full full_like empty empty_like new_zeros new_ones new_full new_empty arange eye
    scalar_tensor fill zero
    avg_pool2d max_pool2d_with_indices _adaptive_avg_pool2d native_batch_norm"""
OPERATIONS = frozenset(_NAMES.split())
# Those look at their arguments only where a layer calls them.
_OF_LAYERS = {
    "_native_batch_norm_legit",
    "_native_batch_norm_legit_no_training",
    "native_layer_norm",
    "native_group_norm",
}
_DONE = OPERATIONS | _OF_LAYERS


class Limits(TorchDispatchMode):
    """Refuses an operation that is too large, together with those that were done before it; copies have what is left."""

    def __init__(self, most_macs=_MOST_MACS):
        super().__init__()
        self._written, self._macs = _MOST_WRITTEN, most_macs

    def __deepcopy__(self, memo):
        return self

    @classmethod
    def _should_skip_dynamo(cls):
        """Do without torch's guard from its compiler: it would import the compiler."""
        return False

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        """Do an operation if it is one of the list, and there is room for it."""
        kwargs = kwargs or {}
        if not _is_among(_DONE, operation):
            raise Unfit(f"{operation} is not done here")
        written, macs = work_of(operation, args, kwargs)
        self._written -= abs(written)
        self._macs -= abs(macs)
        if min(self._written, self._macs) < 0:
            raise Unfit("too much work")
        result = operation(*args, **kwargs)
        if any(tensor.numel() > _MOST_WRITTEN for tensor in tensors_in(result)):  # a view costs nothing yet
            raise Unfit("too large")
        return result


@functools.cache
def operation_of(name):
    """Return an operation by its full name, such as aten.add.Tensor, if a tape may name it."""
    space, base, overload = name.split(".")
    if space != "aten" or base.removesuffix("_") not in OPERATIONS:
        raise Unfit(f"{name[:80]} is not done here")
    found = getattr(getattr(torch.ops.aten, base), overload)
    if not isinstance(found, torch._ops.OpOverload) or not _is_among(OPERATIONS, found):
        raise Unfit(f"{name[:80]} is not done here")
    return found


@functools.cache
def _is_among(names, operation):
    space, _, base = operation._schema.name.partition("::")
    writes_elsewhere = any(argument.is_out for argument in operation._schema.arguments)
    return space == "aten" and base.removesuffix("_") in names and not writes_elsewhere


def work_of(operation, args, kwargs) -> tuple[int, int]:
    """Return how many numbers an operation writes at most, and how many multiply-accumulates that takes."""
    tensors = tensors_in([*args, *kwargs.values()])
    read = sum(tensor.numel() for tensor in tensors)
    formula = _FORMULAS.get(operation._schema.name.split("::")[-1].strip("_"))
    if formula is not None:
        written, each = formula(*args)
        return written, written * each
    if torch.Tag.pointwise in operation.tags:
        return math.prod(torch.broadcast_shapes(*(tensor.shape for tensor in tensors))), 0
    return (0 if operation.is_view else read), 0


def _convolution(x, weight, _bias, stride, padding, dilation, transposed, *_):
    if transposed:
        raise Unfit("a transposed convolution")
    settings = (_as_many(values, x) for values in (stride, padding, dilation))
    directions = zip(x.shape[2:], weight.shape[2:], *settings, strict=True)
    places = (max(0, (size + 2 * p - d * (k - 1) - 1) // s + 1) for size, k, s, p, d in directions)
    return len(x) * len(weight) * math.prod(places), math.prod(weight.shape[1:])


def _as_many(values, x):
    """One value for each direction of an image; a single one holds for all."""
    return list(values) * (x.ndim - 2) if len(values) == 1 else values


def _product(a, b):
    return a.numel() // max(1, a.shape[-1]) * b.shape[-1], a.shape[-1]


def _pooled(x, kernel, *_):
    return 2 * x.numel(), math.prod(_as_many(kernel, x))


def _normalized(x, weight, bias, mean, variance, is_training, *_):
    """Here it is looked at whether there is a number for each channel, which torch does only where a layer asks."""
    given = [tensor for tensor in (weight, bias, mean, variance) if tensor is not None]
    is_complete = is_training or (mean is not None and variance is not None)
    if any(tensor.shape != x.shape[1:2] for tensor in given) or not is_complete:
        raise Unfit("a normalization of other channels")
    return 2 * x.numel(), 1


def _index(x, indices):
    shape = torch.broadcast_shapes(*(index.shape for index in indices if index is not None))
    left = [size for size, index in zip(x.shape, indices, strict=False) if index is None]
    return math.prod((*shape, *left, *x.shape[len(indices) :])), 1


def _range(*limits):
    start, end, step = {1: (0, *limits, 1), 2: (*limits, 1)}.get(len(limits), limits)
    return math.ceil(abs((end - start) / step)), 1


def _padded(x, sides, *_):
    around = [0] * (2 * x.ndim - len(sides)) + [*sides[::-1]]
    return math.prod(size + sum(around[2 * i : 2 * i + 2]) for i, size in enumerate(x.shape)), 1


# (numbers written, multiply-accumulates for each): of what may write more than it reads, and of what multiplies.
_FORMULAS = {
    "convolution": _convolution,
    "mm": _product,
    "bmm": _product,
    "addmm": lambda _, a, b: _product(a, b),
    "baddbmm": lambda _, a, b: _product(a, b),
    "mv": lambda a, b: (len(a), len(b)),
    "native_batch_norm": _normalized,
    "avg_pool2d": _pooled,
    "max_pool2d_with_indices": _pooled,
    "adaptive_avg_pool2d": lambda x, sizes: (math.prod((*x.shape[:-2], *sizes)), 1),
    "im2col": lambda x, kernel, _dilation, padding, _stride: (
        math.prod((*x.shape[:-2], *kernel, *(size + 2 * p for size, p in zip(x.shape[-2:], padding, strict=True)))),
        1,
    ),
    "constant_pad_nd": _padded,
    "reflection_pad2d": _padded,
    "replication_pad2d": _padded,
    "repeat": lambda x, times: (x.numel() * math.prod(times), 1),
    "index": _index,
    "index_select": lambda x, axis, index: (x.numel() // max(1, x.shape[axis]) * index.numel(), 1),
    "arange": _range,
    "eye": lambda *sizes: (max(sizes) ** 2, 1),
    **dict.fromkeys(("zeros", "ones", "full", "empty"), lambda size, *_: (math.prod(size), 1)),
    **dict.fromkeys(("new_zeros", "new_ones", "new_full", "new_empty"), lambda _, size, *__: (math.prod(size), 1)),
}  # fmt: skip
