"""Convolutions taken apart and put together again: groups, depthwise and pointwise stages, and what depends on what."""

import numpy as np

from sepconv._arguments import check_divides, check_images, check_weight, pair, whole_number


def grouped_as_dense(weight, groups):
    """Write a grouped filter bank as a dense one: its blocks on the diagonal, zeros everywhere else.

    ``conv2d(x, grouped_as_dense(weight, groups))`` equals ``conv2d(x, weight, groups=groups)``.

    Parameters
    ----------
    weight : ndarray, shape (C_out, C_in / groups, kH, kW)
    groups : int

    Returns
    -------
    ndarray, shape (C_out, C_in, kH, kW)

    Raises
    ------
    TypeError, ValueError
        If weight is not such an array or groups does not divide C_out.
    """
    check_weight("weight", weight)
    out_channels, channels_per_group = weight.shape[:2]
    check_divides("groups", groups, out_channels, "filters of weight")
    filters_per_group = out_channels // groups
    dense = np.zeros((out_channels, channels_per_group * groups, *weight.shape[2:]), weight.dtype)
    for group in range(groups):
        rows = slice(group * filters_per_group, (group + 1) * filters_per_group)
        columns = slice(group * channels_per_group, (group + 1) * channels_per_group)
        dense[rows, columns] = weight[rows]
    return dense


def merge_separable(depthwise, pointwise, depth_multiplier=1):
    """Merge a depthwise and a pointwise convolution, with nothing between them, into one dense convolution.

    Input channel c is filtered by rows c·K … c·K + K − 1 of `depthwise` (K is the depth multiplier), and output
    channel o adds these up with the weights pointwise[o]. A bias b of the depthwise stage becomes the bias
    ``pointwise[:, :, 0, 0] @ b`` of the merged one, which comes on top of the pointwise stage's own.

    Parameters
    ----------
    depthwise : ndarray, shape (C_in · K, 1, kH, kW)
    pointwise : ndarray, shape (C_out, C_in · K, 1, 1)
        Of the same dtype.
    depth_multiplier : int
        K, the filters per input channel.

    Returns
    -------
    ndarray, shape (C_out, C_in, kH, kW)

    Raises
    ------
    TypeError, ValueError
        If the arrays do not have these shapes or their dtypes differ.
    """
    check_weight("depthwise", depthwise)
    check_weight("pointwise", pointwise, like=("depthwise", depthwise))
    middle_channels = len(depthwise)
    if depthwise.shape[1] != 1:
        raise ValueError(f"depthwise has shape {depthwise.shape}; it must be (C_in · K, 1, kH, kW)")
    if pointwise.shape[1:] != (middle_channels, 1, 1):
        raise ValueError(
            f"pointwise has shape {pointwise.shape}; it must be (C_out, {middle_channels}, 1, 1), "
            f"because depthwise has {middle_channels} filters"
        )
    check_divides("depth_multiplier", depth_multiplier, middle_channels, "filters of depthwise")
    filters = depthwise.reshape(-1, depth_multiplier, *depthwise.shape[2:])
    mixing = pointwise.reshape(len(pointwise), -1, depth_multiplier)
    return np.einsum("ock,ckuv->ocuv", mixing, filters)


def separable_terms(weight, rank):
    """Find the depthwise and pointwise weights, depth multiplier `rank`, that come closest to a dense convolution.

    What input channel c contributes is a matrix of C_out rows and kH·kW columns. Merging makes it a sum of
    `rank` products column × row, and the closest such sum is the start of its singular value decomposition
    (Eckart and Young, 1936). At the highest rank, min(C_out, kH·kW), nothing is lost.

    Parameters
    ----------
    weight : ndarray, shape (C_out, C_in, kH, kW)
        float32 or float64; integers are taken as float64.
    rank : int
        Filters per input channel, from 1 to min(C_out, kH·kW).

    Returns
    -------
    depthwise : ndarray, shape (C_in · rank, 1, kH, kW)
    pointwise : ndarray, shape (C_out, C_in · rank, 1, 1)
        ``merge_separable(depthwise, pointwise, rank)`` approximates weight.

    Raises
    ------
    TypeError, ValueError
        If weight is not such an array, is complex or holds NaN or infinity, or rank is out of range.
    """
    check_weight("weight", weight)
    if weight.dtype.kind == "c":
        raise TypeError(f"weight has dtype {weight.dtype}; it must be real, such as float64")
    if not np.isfinite(weight).all():
        raise ValueError("weight holds NaN or infinity; every number of it must be finite")
    out_channels, in_channels, *kernel_size = weight.shape
    highest = min(out_channels, kernel_size[0] * kernel_size[1])
    if whole_number("rank", rank) > highest:
        raise ValueError(f"rank={rank} must be at most min(C_out, kH·kW) = {highest}: more changes nothing")
    matrices = weight.swapaxes(0, 1).reshape(in_channels, out_channels, -1)
    left, sizes, right = np.linalg.svd(matrices, full_matrices=False)
    share = np.sqrt(sizes[:, :rank, None])  # both factors get the same scale
    depthwise = (share * right[:, :rank]).reshape(in_channels * rank, 1, *kernel_size)
    mixing = left[:, :, :rank] * share.swapaxes(1, 2)
    pointwise = mixing.swapaxes(0, 1).reshape(out_channels, in_channels * rank, 1, 1)
    return depthwise, pointwise


def channel_shuffle(x, groups):
    """Deal the channels out like cards: the first of every group, then the second of every group, and so on.

    After it, each group of the next grouped convolution sees channels of every group of the last one
    (ShuffleNet: Zhang et al., 2017). With C channels, ``channel_shuffle(…, C // groups)`` undoes it.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W) or (C, H, W)
    groups : int
        Must divide C.

    Returns
    -------
    ndarray
        A new array of x's shape and dtype.

    Raises
    ------
    TypeError, ValueError
        If x is not such an array or groups does not divide C.
    """
    check_images(x)
    channels, height, width = x.shape[-3:]
    check_divides("groups", groups, channels, "channels of x")
    decks = x.reshape(*x.shape[:-3], groups, channels // groups, height, width)
    return np.array(decks.swapaxes(-4, -3)).reshape(x.shape)


def connectivity(fn, c_in, c_out, size=(16, 16), dtype=np.float64):
    """Find out which output channels of a linear function depend on which input channels.

    With weights of 1, one image tells: fill channel c with 2^c, and the bits of an output are the inputs it saw.
    With any weights it does not (3 on channel 0 looks like 1 on channels 0 and 1; 2 and −1 cancel), nor above 52
    channels, where a float runs out of bits. So each channel is filled alone, the others being 0: an output
    that differs from that of an all-zero image saw it. The pixels are random integers, for edge filters answer
    0 to constant ones.

    Parameters
    ----------
    fn : callable
        Maps an array (c_in, H, W) to (c_out, H', W'). Must be linear; a bias is allowed. Called c_in + 1 times.
    c_in, c_out : int
    size : int or pair of int
        Height and width of the images in pixels, enough for the kernel of fn.
    dtype : dtype
        Of the images.

    Returns
    -------
    ndarray of bool, shape (c_out, c_in)
        True at [o, i] if output channel o depends on input channel i.

    Raises
    ------
    TypeError, ValueError
        If an argument is unfit, or what fn returns has another shape or is not finite.
    """
    if not callable(fn):
        raise TypeError(f"fn={fn!r} must be a function of one array (c_in, H, W)")
    shape = (whole_number("c_in", c_in), *pair("size", size))
    whole_number("c_out", c_out)
    random = np.random.default_rng(0)

    def answer(seen=None):
        image = np.zeros(shape, dtype)
        if seen is not None:
            image[seen] = random.integers(1, 2**16, shape[1:])
        y = np.array(fn(image))  # a copy: fn may reuse its memory
        if y.ndim != 3 or len(y) != c_out:
            raise ValueError(
                f"fn returned shape {y.shape} for an input of {shape}; it must be (c_out={c_out}, H', W')"
            )
        if not np.isfinite(y).all():
            raise ValueError("fn returned NaN or infinity; its weights must be finite")
        return y

    silence = answer()
    return np.stack([(answer(c) != silence).any(axis=(1, 2)) for c in range(c_in)], axis=1)
