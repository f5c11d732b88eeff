"""The weight matrices for several numbers of groups, side by side."""

from sepconv.pictures.figures.kernel_matrices import Bank, draw_banks


def group_strip(c_in, c_out, k, groups=None, *, caption=None):
    """Draw the weight matrix for several numbers of groups side by side, with the count of each.

    Parameters
    ----------
    c_in, c_out : int
        Channels.
    k : int
        Height and width of the kernel.
    groups : sequence of int, optional
        Without it all that are allowed: those that divide `c_in` and `c_out`.
    caption : str, optional
        A line under the picture.

    Raises
    ------
    TypeError, ValueError
        If the groups do not divide the channels, or the picture would be too wide to read.
    """
    if groups is None:
        groups = [g for g in range(1, c_in + 1) if c_in % g == c_out % g == 0]
    banks = [Bank(c_in, c_out, (k, k), g) for g in groups]
    draw_banks([(f"groups = {bank.groups}", _kind(bank), [bank]) for bank in banks], caption)


def _kind(bank):
    """Name what the groups make of a convolution."""
    if bank.groups == 1:
        return "standard"
    if bank.groups < bank.c_in:
        return f"each output reads {bank.c_in // bank.groups}"
    times = bank.c_out // bank.c_in
    return "depthwise" if times == 1 else f"depthwise, multiplier {times}"
