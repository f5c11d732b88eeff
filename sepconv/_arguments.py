"""What the functions of the course demand of their arguments.

Each check names the argument, the value given, and what would be right.
"""

from math import gcd
from numbers import Integral

import numpy as np

# What PyTorch's conv2d takes on a CPU, but for the half precisions, which NumPy does not add up as PyTorch does.
_DTYPES = [np.dtype(code) for code in ("f4", "f8", "c8", "c16", "i1", "i2", "i4", "i8", "u1")]


def whole_number(name, value, least=1):
    """Return `value` as an int, or say why it is not a whole number of at least `least`.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : object
    least : int

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If it is no whole number, or a smaller one.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(
            f"{name}={value!r} is of type {type(value).__name__}; it must be an int of at least {least}"
        )
    if value < least:
        raise ValueError(f"{name}={value} must be at least {least}")
    return int(value)


def true_or_false(name, value):
    """Refuse what is not a bool; a list or a string would count as true.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : object

    Raises
    ------
    TypeError
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name}={value!r} is of type {type(value).__name__}; it must be True or False")


def pair(name, value, least=1):
    """Return an int or a pair of ints as a pair.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : object
    least : int

    Returns
    -------
    (int, int)
        (vertical, horizontal)

    Raises
    ------
    TypeError, ValueError
        If it is neither, or one of them is smaller than `least`.
    """
    if not isinstance(value, (tuple, list)):
        return (whole_number(name, value, least),) * 2
    if len(value) != 2:
        raise ValueError(f"{name}={value!r} must be an int or a pair of ints, (vertical, horizontal)")
    return tuple(whole_number(f"{name}[{axis}]", number, least) for axis, number in enumerate(value))


def geometry(kernel_size, stride, padding, dilation):
    """Bring what says where the windows lie into one form.

    Parameters
    ----------
    kernel_size, stride, dilation : int or pair of int
        In pixels.
    padding : int, pair of int, 'valid' or 'same'

    Returns
    -------
    kernel_size, stride, dilation : pair of int
        (vertical, horizontal)
    margins : pair of pairs of int
        The zeros to add, ((top, bottom), (left, right)).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.
    """
    kernel_size, stride = pair("kernel_size", kernel_size), pair("stride", stride)
    dilation = pair("dilation", dilation)
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(
                f"padding='same' needs stride=1, not stride={stride}: give the padding as a number"
            )
        totals = [span - 1 for span in map(span_of, kernel_size, dilation)]
        return kernel_size, stride, dilation, tuple((total // 2, total - total // 2) for total in totals)
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"padding={padding!r} must be an int, a pair of ints, 'valid' or 'same'")
    vertical, horizontal = pair("padding", 0 if padding == "valid" else padding, least=0)
    return kernel_size, stride, dilation, ((vertical, vertical), (horizontal, horizontal))


def check_groups(groups, in_channels, out_channels):
    """Refuse `groups` that do not cut both the input and the output channels into equal blocks.

    Parameters
    ----------
    groups : object
    in_channels, out_channels : int

    Raises
    ------
    TypeError, ValueError
    """
    if in_channels % whole_number("groups", groups) or out_channels % groups:
        raise ValueError(
            f"groups={groups} must divide in_channels={in_channels} and out_channels={out_channels}: "
            f"only {_divisors(gcd(in_channels, out_channels))}"
        )


def check_divides(name, value, number, things):
    """Refuse a `value` that does not cut a number of things into equal blocks.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : object
    number : int
    things : str
        What there is such a number of, for the message.

    Raises
    ------
    TypeError, ValueError
    """
    if number % whole_number(name, value):
        raise ValueError(f"{name}={value} must divide the {number} {things}: only {_divisors(number)}")


def _divisors(number):
    divisors = [str(d) for d in range(1, number + 1) if number % d == 0]
    return f"{', '.join(divisors[:-1])} and {divisors[-1]} do" if number > 1 else "1 does"


def span_of(kernel_size, dilation):
    """Return how many pixels a dilated kernel reaches over.

    Parameters
    ----------
    kernel_size, dilation : int
        Along one axis.

    Returns
    -------
    int
    """
    return dilation * (kernel_size - 1) + 1


def check_array(name, array, like=None):
    """Refuse what is no array of numbers, or of another dtype than another argument.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    array : object
    like : (str, ndarray), optional
        The other argument, and its name.

    Raises
    ------
    TypeError
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"{name} is of type {type(array).__name__}; it must be a NumPy array: np.array({name})"
        )
    if array.dtype not in _DTYPES:
        allowed = ", ".join(map(str, _DTYPES))
        raise TypeError(f"{name} has dtype {array.dtype}; it must be one of {allowed}: {name}.astype(…)")
    if like and array.dtype != like[1].dtype:
        raise TypeError(
            f"{name} has dtype {array.dtype} but {like[0]} has {like[1].dtype}; they must be the same"
        )


def check_images(x):
    """Refuse what is no image (C, H, W) and no batch of images (N, C, H, W).

    Parameters
    ----------
    x : object

    Raises
    ------
    TypeError, ValueError
    """
    check_array("x", x)
    if x.ndim not in (3, 4) or 0 in x.shape[-3:]:
        raise ValueError(
            f"x has shape {x.shape}; it must be (C_in, H, W) or (N, C_in, H, W), only N may be 0"
        )


def check_weight(name, weight, like=None):
    """Refuse what is no filter bank (C_out, C_in / groups, kH, kW).

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    weight : object
    like : (str, ndarray), optional
        An argument, and its name, that has the same dtype.

    Raises
    ------
    TypeError, ValueError
    """
    check_array(name, weight, like)
    if weight.ndim != 4 or 0 in weight.shape:
        raise ValueError(
            f"{name} has shape {weight.shape}; it must be (C_out, C_in / groups, kH, kW), none of them 0"
        )
