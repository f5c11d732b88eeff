"""What every convolution here does first: check the arguments, find the output size, put zeros around the images."""

import numpy as np

from sepconv._arguments import check_array, check_groups, check_images, check_weight, geometry, pair, span_of


def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Return the height and width that a convolution gives: floor((padded − span) / stride) + 1.

    The span dilation · (kernel_size − 1) + 1 is how many pixels the kernel reaches over; this is the formula
    in the documentation of :class:`torch.nn.Conv2d`.

    Parameters
    ----------
    size, kernel_size, stride, dilation : int or pair of int
        In pixels, (vertical, horizontal) or one for both.
    padding : int, pair of int, 'valid' or 'same'
        As in :func:`conv2d`.

    Returns
    -------
    int or (int, int)
        An int if no argument is a pair.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number in its range, or the kernel does not fit into the padded input.
    """
    arguments = (size, kernel_size, stride, padding, dilation)
    size = pair("size", size)
    kernel_size, stride, dilation, margins = geometry(kernel_size, stride, padding, dilation)
    padded = tuple(n + sum(margin) for n, margin in zip(size, margins, strict=True))
    spans = tuple(map(span_of, kernel_size, dilation))
    if spans[0] > padded[0] or spans[1] > padded[1]:
        raise ValueError(
            f"kernel_size={kernel_size} with dilation={dilation} spans {spans[0]}×{spans[1]} pixels, more than the "
            f"padded input's {padded[0]}×{padded[1]}: take a smaller kernel, less dilation or more padding"
        )
    height, width = ((n - span) // step + 1 for n, span, step in zip(padded, spans, stride, strict=True))
    return (height, width) if any(isinstance(given, (tuple, list)) for given in arguments) else height


def prepare(x, weight, bias, stride, padding, dilation, groups):
    """Check all arguments of a convolution, and bring them into one form.

    Parameters
    ----------
    x, weight, bias, stride, padding, dilation, groups
        As in :func:`conv2d`.

    Returns
    -------
    images : ndarray, shape (N, C_in, H, W)
    margins : pair of pairs of int
        The zeros to add for :func:`with_zeros`, ((top, bottom), (left, right)).
    stride, dilation, size : pair of int
        (vertical, horizontal); `size` is that of the output.

    Raises
    ------
    TypeError, ValueError
        As :func:`conv2d` raises them.
    """
    check_images(x)
    check_weight("weight", weight, like=("x", x))
    in_channels, out_channels = x.shape[-3], len(weight)
    check_groups(groups, in_channels, out_channels)
    if weight.shape[1] * groups != in_channels:
        raise ValueError(
            f"weight has shape {weight.shape}, but x has {in_channels} channels and groups={groups}: "
            f"weight must be (C_out, {in_channels // groups}, kH, kW)"
        )
    if bias is not None:
        check_array("bias", bias, like=("x", x))
        if bias.shape != (out_channels,):
            raise ValueError(
                f"bias has shape {bias.shape}; it must be ({out_channels},), one per output channel"
            )
    _, stride, dilation, margins = geometry(weight.shape[2:], stride, padding, dilation)
    size = output_size(x.shape[-2:], weight.shape[2:], stride, padding, dilation)
    return (x if x.ndim == 4 else x[None]), margins, stride, dilation, size


def with_zeros(images, margins):
    """Put zeros around images.

    Parameters
    ----------
    images : ndarray, shape (N, C, H, W)
    margins : pair of pairs of int
        How many pixels of zeros, ((top, bottom), (left, right)).

    Returns
    -------
    ndarray, shape (N, C, top + H + bottom, left + W + right)
        Always a new array.
    """
    (top, bottom), (left, right) = margins
    images_count, channels, height, width = images.shape
    padded = np.zeros((images_count, channels, top + height + bottom, left + width + right), images.dtype)
    padded[:, :, top : top + height, left : left + width] = images
    return padded
