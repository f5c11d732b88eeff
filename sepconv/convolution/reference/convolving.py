"""The convolution, four times: from the definition to the fastest that NumPy gives. They agree in everything but time.

Each is one step from the one before it:

1. :func:`conv2d_loops` is the definition, seven loops deep.
2. :func:`conv2d_windows` leaves the loops to ``einsum``: name the axes, and say which are added up.
3. :func:`conv2d_im2col` copies the windows into the columns of a matrix, so that one matrix product does the rest.
4. :func:`conv2d` does that in tiles that the processor's cache holds, and a depthwise convolution without a matrix.
"""

from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv._arguments import span_of
from sepconv.convolution.reference.sizes import prepare, with_zeros

# Bytes that :func:`conv2d` works on at a time: about what a level 2 cache holds. Half or twice as much changes little.
_CACHE = 1024 * 1024


@np.errstate(all="ignore")  # infinities, NaN and integer overflow go through in silence, as in PyTorch
def conv2d_loops(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, count=False):
    """Convolve with the seven loops of the definition: slow, and nothing is hidden.

    Parameters
    ----------
    x, weight, bias, stride, padding, dilation, groups
        As in :func:`conv2d`, and so are the errors.
    count : bool
        Return also how many multiplications were done.

    Returns
    -------
    y : ndarray
        As that of :func:`conv2d`.
    multiplications : int
        Only with ``count=True``; over the whole batch, products with zeros of the padding included.
    """
    images, margins, stride, dilation, (height, width) = prepare(
        x, weight, bias, stride, padding, dilation, groups
    )
    images = with_zeros(images, margins)
    out_channels, channels_per_group, kernel_height, kernel_width = weight.shape
    filters_per_group = out_channels // groups
    y = np.empty((len(images), out_channels, height, width), x.dtype)
    multiplications = 0
    for n in range(len(images)):
        for o in range(out_channels):
            first_channel = o // filters_per_group * channels_per_group
            for i in range(height):
                for j in range(width):
                    total = 0 if bias is None else bias[o]
                    for c in range(channels_per_group):
                        for u in range(kernel_height):
                            for v in range(kernel_width):
                                row = i * stride[0] + u * dilation[0]
                                column = j * stride[1] + v * dilation[1]
                                total += weight[o, c, u, v] * images[n, first_channel + c, row, column]
                                multiplications += 1
                    y[n, o, i, j] = total
    y = y if x.ndim == 4 else y[0]
    return (y, multiplications) if count else y


@np.errstate(all="ignore")
def conv2d_windows(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolve by naming axes: y[n, o, i, j] is window[n, c, i, j, u, v] times filter[o, c, u, v], summed over c, u, v.

    The windows are a view: making them copies nothing. ``optimize=True`` lets einsum call a matrix product; without
    it, einsum runs loops of its own, many times slower.

    Parameters
    ----------
    x, weight, bias, stride, padding, dilation, groups
        As in :func:`conv2d`, and so are the errors.

    Returns
    -------
    y : ndarray
        As that of :func:`conv2d`.
    """
    images, margins, stride, dilation, _ = prepare(x, weight, bias, stride, padding, dilation, groups)
    spans = tuple(map(span_of, weight.shape[2:], dilation))
    windows = sliding_window_view(with_zeros(images, margins), spans, axis=(2, 3))  # one at every pixel
    windows = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    blocks = zip(np.split(windows, groups, axis=1), np.split(weight, groups), strict=True)
    parts = [np.einsum("ncijuv,ocuv->noij", seen, filters, optimize=True) for seen, filters in blocks]
    return _finish(np.concatenate(parts, axis=1), bias, x)


@np.errstate(all="ignore")
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolve with a matrix product: its rows are the filters, its columns are the windows ("image to columns").

    Copying the windows makes the images kH · kW times as large, and it pays: a matrix product is what NumPy does
    fastest.

    Parameters
    ----------
    x, weight, bias, stride, padding, dilation, groups
        As in :func:`conv2d`, and so are the errors.

    Returns
    -------
    y : ndarray
        As that of :func:`conv2d`.
    """
    images, margins, stride, dilation, size = prepare(x, weight, bias, stride, padding, dilation, groups)
    columns = _columns(with_zeros(images, margins), weight.shape[2:], stride, dilation, size)
    filters = weight.reshape(groups, len(weight) // groups, -1)
    y = filters @ columns.reshape(len(images), groups, filters.shape[2], size[0] * size[1])
    return _finish(y.reshape(len(images), len(weight), *size), bias, x)


@np.errstate(all="ignore")
def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolve images with filters: the meaning of :func:`torch.nn.functional.conv2d`, in NumPy.

    The fastest of the four. It works on as much as the cache holds: see the two functions after it.

    Parameters
    ----------
    x : ndarray, shape (N, C_in, H, W) or (C_in, H, W)
        Images; float32, float64, complex64, complex128, uint8 or a signed integer. Integers wrap around.
    weight : ndarray, shape (C_out, C_in / groups, kH, kW)
        Filters, of the same dtype as x.
    bias : ndarray, shape (C_out,), optional
        One number per output channel, of the same dtype as x.
    stride, dilation : int or pair of int
        Step between windows, and between the pixels of one window: (vertical, horizontal) or one for both.
    padding : int, pair of int, 'valid' or 'same'
        Zeros on each side. 'valid' is 0; 'same' keeps H and W, needs stride 1, and puts an odd zero at the
        bottom or right.
    groups : int
        The channels are cut into this many blocks, each convolved on its own; must divide C_in and C_out.

    Returns
    -------
    y : ndarray, shape (N, C_out, H_out, W_out) or (C_out, H_out, W_out)
        A new array of x's dtype; for H_out and W_out see :func:`output_size`.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind, or the dtypes differ.
    ValueError
        If shapes do not fit each other or a number is out of range.
    """
    images, margins, stride, dilation, size = prepare(x, weight, bias, stride, padding, dilation, groups)
    y = np.empty((len(images), len(weight), *size), x.dtype)
    depthwise = groups == len(weight) == images.shape[1]
    for n in _slices(len(images), at_once=_CACHE // max(images[:1].nbytes, 1)):
        if depthwise and stride == (1, 1):
            _fill_by_planes(y[n], images[n], margins, weight[:, 0], dilation)
        else:
            _fill_by_tiles(y[n], with_zeros(images[n], margins), weight, stride, dilation, groups)
    return _finish(y, bias, x)


def _fill_by_tiles(y, images, weight, stride, dilation, groups):
    """Write a convolution into `y`, one tile after another: some images, some groups and some rows of the output.

    The columns are kH · kW times as large as the images. Made all at once, they go to memory and come back; those of
    one tile are still in the cache when they are multiplied.
    """
    filters = weight.reshape(groups, len(weight) // groups, -1)
    height, width = y.shape[2:]
    span = span_of(weight.shape[2], dilation[0])
    images = images.reshape(len(images), groups, -1, *images.shape[2:])
    y = y.reshape(len(images), groups, -1, height * width)
    row = filters.shape[2] * width * y.itemsize  # bytes that the columns for one row of output take
    for n, g, i in _tiles((len(images), groups, height), row):
        seen = images[n, g, :, i.start * stride[0] : (i.stop - 1) * stride[0] + span]
        columns = _columns(seen, weight.shape[2:], stride, dilation, (i.stop - i.start, width))
        columns = columns.reshape(*columns.shape[:2], filters.shape[2], -1)
        np.matmul(filters[g], columns, out=y[n, g, :, i.start * width : i.stop * width])


def _fill_by_planes(y, images, margins, filters, dilation):
    """Write a depthwise convolution of stride 1 into `y`: shifted planes, weighted and added up.

    With one filter to a channel, the matrix of the filters has a single row, and copying the windows takes longer than
    multiplying them. So each plane is copied only kW times, moved to the left by one pixel of the kernel after the
    other. To move it up as well, nothing is copied: in memory row follows row, and u rows up is to begin u · W later.
    """
    (height, width), kernel_width = y.shape[2:], filters.shape[2]
    (top, bottom), (left, _) = margins
    channels, image_height, image_width = images.shape[1:]
    pixels = y.reshape(len(y), channels, height * width)
    for c in _slices(channels, at_once=_CACHE // images[:1, :1].nbytes):
        planes = images[:, c]
        moved = np.zeros((*planes.shape[:2], kernel_width, top + image_height + bottom, width), planes.dtype)
        for v in range(kernel_width):
            begin = v * dilation[1] - left  # where the first column of `moved` lies in the image, if it does
            first, last = (min(max(column, 0), image_width) for column in (begin, begin + width))
            moved[:, :, v, top : top + image_height, first - begin : last - begin] = planes[..., first:last]
        shifts = sliding_window_view(moved.reshape(*moved.shape[:3], -1), height * width, axis=3)
        shifts = shifts[:, :, :, :: dilation[0] * width]  # (N, C, kW, kH, H_out · W_out)
        np.einsum("ncvup,cuv->ncp", shifts, filters[c], out=pixels[:, c])


def _columns(images, kernel_size, stride, dilation, size):
    """Return the windows (…, kH, kW, H_out, W_out) of images (…, H, W): for each pixel of the kernel, what it meets."""
    (down, across), (height, width) = stride, size
    columns = np.empty((*images.shape[:-2], *kernel_size, *size), images.dtype)
    for u in range(kernel_size[0]):
        for v in range(kernel_size[1]):
            top, left = u * dilation[0], v * dilation[1]
            rows = slice(top, top + (height - 1) * down + 1, down)
            columns[..., u, v, :, :] = images[..., rows, left : left + (width - 1) * across + 1 : across]
    return columns


def _tiles(lengths, size):
    """Cut a box into tiles that the cache holds; `size` is what one step along the last axis takes, in bytes.

    Yields tuples of slices. The last axis is cut first, and an axis before it only if all of the axes after it fit.
    """
    left, steps = _CACHE // size, []
    for length in reversed(lengths):
        steps.insert(0, left)
        left //= max(length, 1)
    return product(*map(_slices, lengths, steps))


def _slices(length, at_once):
    step = max(at_once, 1)
    return [slice(start, min(start + step, length)) for start in range(0, length, step)]


def _finish(y, bias, x):
    """Add the bias, and return an image if `x` was one image."""
    if bias is not None:
        y += bias[:, None, None]
    return y if x.ndim == 4 else y[0]
