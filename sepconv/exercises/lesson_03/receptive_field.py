"""How many input pixels does one output pixel of a stack of layers see, along one axis?"""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def receptive_field(layers):
    """Count the input pixels, along one axis, that one output pixel sees."""
    field = 1
    jump = 1
    for k, stride, dilation in layers:
        field += dilation * (k - 1) * jump
        jump *= stride
    return field


def _without_gaps(layers):
    seen = {0}
    for k, stride, dilation in reversed(layers):
        seen = {pixel * stride + dilation * place for pixel in seen for place in range(k)}
    return len(seen)


_FIELD_CASES = [
    ([(3, 1, 1)],),
    ([(1, 1, 1), (1, 1, 1), (1, 1, 1)],),
    ([(3, 1, 1), (3, 1, 1), (3, 1, 1)],),
    ([(3, 2, 1), (3, 1, 1)],),
    ([(3, 1, 2), (1, 1, 1), (5, 1, 1)],),
    ([(7, 2, 1), (3, 2, 1), (3, 1, 2), (2, 3, 1)],),
    ([(3, 1, 2)],),
    ([(11, 4, 1), (5, 2, 1), (3, 1, 1), (3, 1, 1)],),
]


def _drawn_stacks(seed):
    draw = Inputs(seed).one_of
    kernels, steps = (1, 2, 3, 5, 7), (1, 2, 3)
    return [([(draw(kernels), draw(steps), draw(steps)) for _ in range(layers)],) for layers in (3, 4, 5)]


EXERCISE = Exercise(
    points=2,
    answer=receptive_field,
    cases=_FIELD_CASES,
    fresh=_drawn_stacks,
    misconceptions="""
        M48 a 1×1 layer was taken to widen the view
        dilation * (k - 1) => max(dilation * (k - 1), 1)
        A 1×1 layer reads one pixel. How much wider does the view become?

        S36 the strides were ignored
        jump *= stride => pass
        After a layer with stride 2, one step is two input pixels.

        S37 a layer's own stride was applied to its own kernel
        * jump => * jump * stride
        A layer's kernel lies on its input grid. Its stride matters to the layers after it.

        S39 the pixels in the gaps were left out
        = _without_gaps
        Count from the first pixel to the last. With dilation, some in between are not read; they count as well.

        S46 only a layer's own stride was used
        * jump => * stride
        How many input pixels one step is depends on the strides of all the layers before.

        S29 the dilation was ignored
        dilation * (k - 1) => (k - 1)
        A dilated kernel's numbers lie further apart.

        S38 the kernel sizes were added up
        field = 1 => field = 0
        dilation * (k - 1) * jump => dilation * (k - 1) + 1
        The second 3×3 layer does not add three new pixels: windows overlap.
    """,
    hints=[
        "One 3×3 layer sees 3. A second one on top sees 5, not 6: the view grows by k − 1.",
        "Keep two numbers: the view so far, and how many input pixels one step on the current grid is.",
    ],
)
