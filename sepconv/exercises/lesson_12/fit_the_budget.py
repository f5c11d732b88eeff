"""Which widths make a standard net that uses up a budget of parameters?"""

from numbers import Integral

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


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


def _widest(count, budget):
    """The widths that the right answer would find if it counted this way."""
    a = 1
    while count(a + 1, 2 * a + 2, 4 * a + 4) <= budget:
        a += 1
    c = 4 * a
    while count(a, 2 * a, c + 1) <= budget:
        c += 1
    return a, 2 * a, c


def _separable_parameters(a, b, c):
    def block(c_in, c_out):
        return 9 * c_in + 2 * c_in + c_in * c_out + 2 * c_out

    return 11 * a + block(a, b) + block(b, c) + 10 * c + 10


def _scaled_by(factor, to_int=int):
    return tuple(max(1, to_int(width * factor)) for width in (32, 64, 128))


def _one_step_too_far(budget):
    a, b, c = fit_the_budget(budget)
    return a, b, c + 1


def _only_proportional(budget):
    a = 1
    while parameters_at(a + 1, 2 * a + 2, 4 * a + 4) <= budget:
        a += 1
    return a, 2 * a, 4 * a


def _last_alone(budget):
    c = 1
    while parameters_at(1, 2, c + 1) <= budget:
        c += 1
    return 1, 2, c


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
    points=2,
    answer=fit_the_budget,
    cases=[(13_322,), (4_106,), (30_000,), (7_777,)],
    fresh=drawn(count=1, budget=range(4_000, 30_000)),
    observe=_observe,
    misconceptions=[
        Misconception(
            "M71",
            "the widths of the twins were kept",
            lambda budget: (32, 64, 128),
            "At these widths the standard net has the parameters that it has, whatever the budget. What must change?",
        ),
        Misconception(
            "M17",
            "the widths were scaled like the parameters",
            lambda budget: _scaled_by(budget / 94_186),
            "A filter bank with half the inputs and half the outputs: what part of the weights is left?",
        ),
        *(
            Misconception(
                "S1256",
                "the widths were scaled by the root of the budget's share, and the net was not counted again",
                lambda budget, to_int=to_int: _scaled_by((budget / 94_186) ** 0.5, to_int),
                "That comes close, but not all parameters grow like the square of the width. Count those of the net "
                "that comes out, and correct it.",
            )
            for to_int in (int, round)
        ),
        Misconception(
            "S1201",
            "the parameters of the separable net were counted",
            lambda budget: _widest(_separable_parameters, budget),
            "The budget may come from a separable net, but it is a standard net that has to keep within it.",
        ),
        Misconception(
            "S1202",
            "the classifier was left out of the count",
            lambda budget: _widest(lambda *w: parameters_at(*w) - 10 * w[2] - 10, budget),
            "Compare your count with that of PyTorch: which layer comes last?",
        ),
        Misconception(
            "M10",
            "batch normalization was left out",
            lambda budget: _widest(lambda *w: parameters_at(*w) - 2 * sum(w), budget),
            "Compare your count with that of PyTorch: what stands behind each convolution?",
        ),
        Misconception(
            "S1203",
            "the last step went beyond the budget",
            _one_step_too_far,
            "Ask whether the next net still fits before you take it.",
        ),
        Misconception(
            "S1204",
            "only nets of the proportions 1 : 2 : 4 were tried",
            _only_proportional,
            "Between two such nets there is a gap. Which of the three widths fills it in the smallest steps?",
        ),
        Misconception(
            "S1205",
            "only the last layer was made wide",
            _last_alone,
            "It is to be a net of the same kind as its twins, not one with a bottleneck at its beginning.",
        ),
        Misconception(
            "S1206",
            "the widths were not rounded to ints",
            lambda budget: tuple((budget / 94_186) ** 0.5 * width for width in (32, 64, 128)),
            "A layer has a whole number of channels.",
        ),
    ],
    hints=[
        "Let PyTorch count: sum(p.numel() for p in small_standard((a, b, c)).parameters()).",
        "Find the largest a for which (a, 2a, 4a) fits. Something of the budget is left: which width grows in small steps?",
        "Then make c one larger as long as the net with c + 1 still fits.",
    ],
)
