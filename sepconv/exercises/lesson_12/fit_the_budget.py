"""Which widths make a standard net that uses up a budget of parameters?"""

from numbers import Integral

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def fit_the_budget(budget):
    """Return widths (a, b, c) of a standard net that uses the budget up."""
    import torch

    from sepconv import small_standard

    def parameters(*widths):
        with torch.device("meta"):  # shapes without numbers, which is quicker
            return sum(p.numel() for p in small_standard(widths).parameters())

    for a in range(100):
        if parameters(a + 1, 2 * (a + 1), 4 * (a + 1)) > budget:
            break
    for c in range(6 * a):
        if parameters(a, 2 * a, c + 1) > budget:
            break
    return a, 2 * a, c


def parameters_at(a, b, c):
    stem = 9 * a + 2 * a
    blocks = 9 * a * b + 2 * b + 9 * b * c + 2 * c
    return stem + blocks + 10 * c + 10


def parameters_of_separable(a, b, c):
    stem = 9 * a + 2 * a
    depthwise = 9 * a + 2 * a + 9 * b + 2 * b
    pointwise = a * b + 2 * b + b * c + 2 * c
    return stem + depthwise + pointwise + 10 * c + 10


def scaled_by(factor, kind):
    return tuple(max(kind(1), kind(width * factor)) for width in (32, 64, 128))


def _observe(widths, budget):
    """Return what three widths come to: sentences where they are right, other sentences where they are not."""
    if hasattr(widths, "tolist"):  # an array is as good as a list
        widths = widths.tolist()
    if not isinstance(widths, tuple | list) or len(widths) != 3:
        return "three widths (a, b, c) are asked for"
    for width in widths:
        if isinstance(width, float) and width.is_integer():
            return f"each width must be an int, {int(width)} and not {width}"
    if not all(isinstance(width, Integral) and width >= 1 for width in widths):
        return "each width must be an int, 1 or more"
    a, b, c = map(int, widths)
    count = parameters_at(a, b, c)
    used = f"from 95 % of {budget:,} up to all of it"
    if count > budget:
        used = f"{count:,} of {budget:,}, which is more than the budget"
    elif count < 0.95 * budget:
        used = f"{count:,} of {budget:,}, which is less than 95 % of it"
    shape = "each width is more than the one before, and at most three times as large"
    if not a < b <= 3 * a or not b < c <= 3 * b:
        shape = f"in ({a}, {b}, {c}) a width is not more than the one before, or is more than three times as large"
    return {"parameters used": used, "shape": shape}


EXERCISE = Exercise(
    is_searched=False,
    points=2,
    answer=fit_the_budget,
    cases=[(13_322,), (4_106,), (30_000,), (7_777,)],
    fresh=drawn(count=1, budget=range(4_000, 30_000)),
    observe=_observe,
    misconceptions="""
        M71 the widths of the twins were kept
        = lambda budget: (32, 64, 128)
        At these widths the standard net has the parameters that it has, whatever the budget. What must change?

        M17 the widths were scaled like the parameters
        = lambda budget: scaled_by(budget / 94_186, int)
        A filter bank with half the inputs and half the outputs: what part of the weights is left?

        S1256 the widths were scaled by the root of the budget's share, and the net was not counted again
        = lambda budget: scaled_by((budget / 94_186) ** 0.5, int)
        That comes close, but not all parameters grow like the square of the width. Count those of the net that comes out, and correct it.

        S1256 the widths were scaled by the root of the budget's share, and the net was not counted again
        = lambda budget: scaled_by((budget / 94_186) ** 0.5, round)
        That comes close, but not all parameters grow like the square of the width. Count those of the net that comes out, and correct it.

        S1201 the parameters of the separable net were counted
        sum(p.numel() for p in small_standard(widths).parameters()) => parameters_of_separable(*widths)
        The budget may come from a separable net, but it is a standard net that has to keep within it.

        S1202 the classifier was left out of the count
        sum(p.numel() for p in small_standard(widths).parameters()) => parameters_at(*widths) - 10 * widths[2] - 10
        Compare your count with that of PyTorch: which layer comes last?

        M10 batch normalization was left out
        sum(p.numel() for p in small_standard(widths).parameters()) => parameters_at(*widths) - 2 * sum(widths)
        Compare your count with that of PyTorch: what stands behind each convolution?

        S1203 the last step went beyond the budget
        return a, 2 * a, c => return a, 2 * a, c + 1
        Ask whether the next net still fits before you take it.

        S1204 only nets of the proportions 1 : 2 : 4 were tried
        return a, 2 * a, c => return a, 2 * a, 4 * a
        Between two such nets there is a gap. Which of the three widths fills it in the smallest steps?

        S1205 only the last layer was made wide
        sum(p.numel() for p in small_standard(widths).parameters()) => parameters_at(*widths)
        for a in range(100) => for a in [1]
        range(6 * a) => range(budget)
        It is to be a net of the same kind as its twins, not one with a bottleneck at its beginning.

        S1206 the widths were not rounded to ints
        = lambda budget: scaled_by((budget / 94_186) ** 0.5, float)
        A layer has a whole number of channels.
    """,
    hints=[
        "Let PyTorch count: sum(p.numel() for p in small_standard((a, b, c)).parameters()).",
        "Find the largest a for which (a, 2a, 4a) fits. Something of the budget is left: which width grows in small steps?",
        "Then make c one larger as long as the net with c + 1 still fits.",
    ],
)
