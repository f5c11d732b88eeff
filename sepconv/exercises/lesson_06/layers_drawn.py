"""Grouped layers that are legal, drawn with a seed."""

from sepconv.exercises.cases import drawn


def grouped_layers(**others):
    """Draw layers that can be made: c_in, c_out, the kernel size, groups, and what else is drawn."""
    return drawn(
        case=lambda groups, each_in, each_out, k, **rest: (
            groups * each_in,
            groups * each_out,
            k,
            groups,
            *rest.values(),
        ),
        fits=lambda c_in, c_out, *_: c_in != c_out,
        groups=range(2, 7),
        each_in=range(1, 7),
        each_out=range(1, 7),
        **others,
    )
