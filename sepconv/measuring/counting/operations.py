"""What PyTorch's operations cost: which are counted, by which formula, and which are free by convention.

An operation that is in neither list is of unknown weight, and the count names it.
"""

import re
from functools import cache
from math import prod
from typing import NamedTuple

import torch


def cost(operation, args, result):
    """Return what one call of an operation takes, or None if there is no formula for it.

    Parameters
    ----------
    operation : torch._ops.OpOverload
        As a :class:`torch.utils._python_dispatch.TorchDispatchMode` sees it.
    args : tuple
        What it was called with.
    result : torch.Tensor or sequence of torch.Tensor
        What it returned.

    Returns
    -------
    (int, int) or None
        Multiply-accumulates, and the numbers it wrote.
    """
    formula = _FORMULAS.get(plain_name(operation))
    tensors = [value for value in args if isinstance(value, torch.Tensor)]
    if formula is None or any(t.layout != torch.strided or t.is_nested for t in tensors):
        return None
    written = _written(result)
    return sum(product.macs for product in formula(written, *args)), written.numel()


def backward_cost(operation, args, result):
    """Return what the gradients of one call take, of an operation that has a formula.

    The gradient of a factor is a product as large as the forward one: each of its terms x · w gives dy · w to the
    gradient of x, and dy · x to that of w.

    Parameters
    ----------
    operation, args, result
        As in :func:`cost`, with gradients enabled.

    Returns
    -------
    int
        Multiply-accumulates: those of each product once for each of its two factors that needs a gradient.
    """
    products = _FORMULAS[plain_name(operation)](_written(result), *args)
    return sum(
        product.macs
        for product in products
        for factor in (product.left, product.right)
        if any(tensor.requires_grad for tensor in factor)
    )


def _written(result):
    return result if isinstance(result, torch.Tensor) else result[0]


@cache
def is_free(operation):
    """Return whether an operation takes no multiply-accumulates by convention.

    Parameters
    ----------
    operation : torch._ops.OpOverload

    Returns
    -------
    bool
        True of operations on single elements, of views, and of the families listed in this module.
    """
    if operation.namespace in ("prim", "prims", "profiler"):
        return True
    if operation.namespace != "aten":
        return False
    packet = operation.overloadpacket
    overloads = [getattr(packet, name) for name in packet.overloads()]
    if any(overload.is_view or not _FREE_TAGS.isdisjoint(overload.tags) for overload in overloads):
        return True
    return _FREE.fullmatch(plain_name(operation)) is not None


def is_unknown(operation):
    """Return whether an operation is neither free nor has a formula.

    Parameters
    ----------
    operation : torch._ops.OpOverload

    Returns
    -------
    bool
    """
    return not is_free(operation) and plain_name(operation) not in _FORMULAS


def plain_name(operation):
    """Return a name without what marks variants.

    Parameters
    ----------
    operation : torch._ops.OpOverload

    Returns
    -------
    str
        Such as "addmm" for aten::addmm_.out, "convolution" for aten::_convolution.
    """
    return operation._schema.name.split("::")[-1].strip("_")


class _Product(NamedTuple):
    """The multiply-accumulates of one product, and the tensors that each of its two factors is made from."""

    macs: int
    left: tuple[torch.Tensor, ...]
    right: tuple[torch.Tensor, ...]


def _convolution(y, x, weight, bias, stride, padding, dilation, transposed, *_):
    """Each output takes one filter's weights; transposed, each input gives to one filter's weights.

    The weight is (C_out, C_in / groups, …); transposed, it is (C_in, C_out / groups, …).
    """
    return [_Product((x if transposed else y).numel() * prod(weight.shape[1:]), (x,), (weight,))]


def _matrix_product(y, a, b, *_):
    """Each number of the left factor meets each column of the right one."""
    return [_Product(a.numel() * b.shape[-1], (a,), (b,))]


def _vector_product(y, a, b, *_):
    """Each number of the left factor meets one of the right one."""
    return [_Product(a.numel(), (a,), (b,))]


def _attention(y, query, key, value, *_):
    """Each query meets each key, over d_k, then each value, over d_v; a mask saves nothing.

    With queries (B, H, T_q, d_k), keys (B, H, T_k, d_k) and values (B, H, T_k, d_v) that is
    B · H · T_q · T_k · (d_k + d_v): Vaswani et al., "Attention Is All You Need", 2017, Section 3.2.1.
    """
    pairs = prod(query.shape[:-1]) * key.shape[-2]
    return [
        _Product(pairs * query.shape[-1], (query,), (key,)),
        _Product(pairs * value.shape[-1], (query, key), (value,)),
    ]


def _recurrent_layer(y, x, weight_of_input, weight_of_state, *_):
    """One layer in one direction; x is (time, batch, features), and each step takes both weights whole."""
    steps = prod(x.shape[:-1])
    state = (x, weight_of_input, weight_of_state)
    return [
        _Product(steps * weight_of_input.numel(), (x,), (weight_of_input,)),
        _Product(steps * weight_of_state.numel(), state, (weight_of_state,)),
    ]


_FORMULAS_OF_FAMILIES = {
    "convolution": _convolution,
    "mm bmm int_mm scaled_mm": _matrix_product,
    "addmm addmm_activation addbmm baddbmm": lambda y, addend, a, b, *_: _matrix_product(y, a, b),
    "mv dot vdot": _vector_product,
    "addmv": lambda y, addend, a, b, *_: _vector_product(y, a, b),
    """scaled_dot_product_attention_math_for_mps scaled_dot_product_cudnn_attention
    scaled_dot_product_efficient_attention scaled_dot_product_flash_attention
    scaled_dot_product_flash_attention_for_cpu scaled_dot_product_fused_attention_overrideable""": _attention,
    "mkldnn_rnn_layer": _recurrent_layer,
}
_FORMULAS = {name: formula for names, formula in _FORMULAS_OF_FAMILIES.items() for name in names.split()}

_FREE_TAGS = {torch.Tag.pointwise, torch.Tag.inplace_view}

# Names of PyTorch's operations, as regular expressions; those on single elements and views are told by their tags.
_FREE_FAMILIES = {
    "make a tensor": r"""
        arange bernoulli \w+_window empty\w* exponential eye fill full\w* linspace logspace multinomial
        native_dropout new_\w+ normal\w* ones\w* poisson rand\w* range scalar_tensor tril_indices triu_indices
        uniform zero zeros\w*""",
    "move numbers": r"""
        as_strided\w* block_diag bucketize cat channel_shuffle chunk_cat clone col2im constant_pad_nd copy\w*
        diag_embed diagonal_scatter embedding flip gather im2col index\w* jagged_to_padded_dense_forward kthvalue
        lift\w* local_scalar_dense masked_\w+ nested_\w+ nonzero\w* pack_padded_sequence pad_packed_sequence pin_memory
        pixel_shuffle pixel_unshuffle put reflection_pad\dd repeat\w* replication_pad\dd reshape_alias\w* resize\w*
        roll rot90 scatter\w* searchsorted select_scatter set slice_scatter sort stack take to_copy
        to_padded_tensor topk tril triu \w+_copy unique\w* unsafe_index\w* unsafe_masked_index\w* unsafe_split\w*
        unsafe_view""",
    "sum up": r"""
        all allclose amax amin aminmax any argmax argmin bincount count_nonzero cum(max|min|prod|sum)(_helper)? histc
        linalg_vector_norm logcumsumexp logsumexp max mean median min mode nanmedian nansum norm prod std\w* sum trace
        var\w*""",
    "normalize": r"""
        \w*batch_norm\w* embedding_renorm fused_rms_norm native_\w+_norm native_norm renorm rms_norm
        \w*softmax weight_norm_interface""",
    "pool and resize": r"\w*(avg|max)_pool\dd\w* max_unpool\dd upsample_\w+",
    "activation functions": r"glu hardswish log_sigmoid_forward prelu_kernel rrelu_with_noise\w* thnn_fused_\w+_cell",
    "losses": r"binary_cross_entropy\w* huber_loss mse_loss multi\w*_margin_loss\w* nll_loss\w* smooth_l1_loss soft_margin_loss",
    "look at a tensor": r"\w*assert\w* \w+_check_errors is_\w+ has_\w+ nnz \w*sym_constrain\w*",
}
_FREE = re.compile("|".join(name for family in _FREE_FAMILIES.values() for name in family.split()))
