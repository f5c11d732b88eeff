"""How many MACs does a block of MobileNetV2 cost?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def inverted_residual_macs(h, w, c_in, c_out, expansion, k, stride):
    """Count the MACs of a block of MobileNetV2 for a map of h×w pixels."""
    h_out = (h - 1) // stride + 1
    w_out = (w - 1) // stride + 1
    middle = c_in * expansion
    expand = h * w * c_in * middle if expansion > 1 else 0
    depthwise = h_out * w_out * k * k * middle
    project = h_out * w_out * middle * c_out
    return expand + depthwise + project


def _count(
    h,
    w,
    c_in,
    c_out,
    expansion,
    k,
    stride,
    *,
    halve=lambda n, stride: (n - 1) // stride + 1,
    axes=(True, True),
    at=("in", "out", "out"),
    always=False,
    parts=(1, 1, 1),
    weights=lambda c_in, middle, c_out, k: (c_in * middle, k * k * middle, middle * c_out),
):
    """Count like the right answer; each keyword changes one thing. The triples: expand, depthwise, project."""
    pixels = {"in": h * w, "out": 1}
    for n, strided in zip((h, w), axes):
        pixels["out"] *= halve(n, stride) if strided else n
    each = weights(c_in, c_in * expansion, c_out, k)
    expands = always or expansion > 1
    return sum(
        part * pixels[where] * weight
        for part, where, weight, there in zip(parts, at, each, (expands, True, True))
        if there
    )


def _counting(**changes):
    return lambda *case: _count(*case, **changes)


def _with_addition(h, w, c_in, c_out, expansion, k, stride):
    added = h * w * c_out if stride == 1 and c_in == c_out else 0
    return _count(h, w, c_in, c_out, expansion, k, stride) + added


_CASES = [
    (56, 56, 24, 24, 6, 3, 1),
    (112, 112, 32, 16, 1, 3, 1),
    (7, 9, 4, 6, 6, 3, 2),
    (8, 5, 3, 5, 2, 5, 3),
    (5, 8, 6, 4, 1, 3, 2),
    (6, 7, 5, 5, 4, 7, 1),
]


EXERCISE = Exercise(
    points=2,
    answer=inverted_residual_macs,
    cases=_CASES,
    fresh=drawn(
        h=range(5, 20),
        w=range(5, 20),
        c_in=range(3, 12),
        c_out=range(3, 12),
        expansion=range(1, 7),
        k=(3, 5, 7),
        stride=(1, 2, 3),
    ),
    misconceptions=[
        Misconception(
            "M21",
            "a block with expansion 1 was given an expansion convolution",
            _counting(always=True),
            "What is there to expand if the channels stay as many as they are?",
        ),
        Misconception(
            "M45",
            "the stride was put on the expansion convolution",
            _counting(at=("out", "out", "out")),
            "A pointwise convolution with steps drops most pixels before anybody has looked at them. Which of the "
            "three looks around?",
        ),
        Misconception(
            "M44",
            "the stride was put on the projection",
            _counting(at=("in", "in", "out")),
            "Then the depthwise convolution would compute pixels that nobody reads. Which of the three takes the "
            "stride?",
        ),
        Misconception(
            "M08",
            "all three were counted on the input grid",
            _counting(at=("in", "in", "in")),
            "A convolution costs its weights once for each pixel that it writes. Which of the three write the "
            "smaller map?",
        ),
        Misconception(
            "S1121",
            "the depthwise convolution was counted on the narrow input",
            _counting(weights=lambda c_in, middle, c_out, k: (c_in * middle, k * k * c_in, middle * c_out)),
            "The expansion comes before it. How many channels does it meet?",
        ),
        Misconception(
            "S1145",
            "the depthwise convolution was counted on the output channels",
            _counting(weights=lambda c_in, middle, c_out, k: (c_in * middle, k * k * c_out, middle * c_out)),
            "The projection comes after it. How many channels does the depthwise one meet?",
        ),
        Misconception(
            "S1146",
            "the expansion was taken from the output channels",
            _counting(
                weights=lambda c_in, middle, c_out, k: (
                    middle * c_out,
                    k * k * middle // c_in * c_out,
                    middle // c_in * c_out * c_out,
                )
            ),
            "The expansion widens what comes in. How many channels is that?",
        ),
        Misconception(
            "M34",
            "the middle convolution was counted as a standard one",
            _counting(
                weights=lambda c_in, middle, c_out, k: (c_in * middle, k * k * middle**2, middle * c_out)
            ),
            "A depthwise filter reads one channel.",
        ),
        Misconception(
            "S1122",
            "the expansion convolution was left out",
            _counting(parts=(0, 1, 1)),
            "With an expansion above 1 something has to make the many channels out of the few.",
        ),
        Misconception(
            "S1123",
            "the projection was left out",
            _counting(parts=(1, 1, 0)),
            "After the depthwise convolution there are many channels, and the block returns few.",
        ),
        Misconception(
            "S1124",
            "the expansion was ignored",
            _counting(weights=lambda c_in, middle, c_out, k: (c_in * c_in, k * k * c_in, c_in * c_out)),
            "Between the first and the last convolution there are `expansion` times as many channels.",
        ),
        Misconception(
            "S1125",
            "adding the input was counted",
            _with_addition,
            "A sum is not a product: MACs count multiplications, each with its addition.",
        ),
        Misconception(
            "S42",
            "the output size was rounded down",
            _counting(halve=lambda n, stride: n // stride),
            "With padding k//2, a row of 5 pixels and stride 2, windows stand at 0, 2 and 4.",
        ),
        Misconception(
            "S319",
            "the stride was applied to one axis",
            _counting(axes=(True, False)),
            "The window takes its steps downward and to the right.",
        ),
        Misconception(
            "S26",
            "k was not squared",
            _counting(weights=lambda c_in, middle, c_out, k: (c_in * middle, k * middle, middle * c_out)),
            "The kernel is k high and k wide.",
        ),
        Misconception(
            "M09",
            "FLOPs were counted",
            _counting(parts=(2, 2, 2)),
            "A MAC is one multiplication with its addition, counted once.",
        ),
    ],
    hints=[
        "Three convolutions, so three terms: pixels that it writes, times its weights.",
        "The many channels between are c_in · expansion. The first convolution writes the large map, the other two "
        "the small one.",
        "Without an expansion, at expansion 1, the first term is 0.",
    ],
)
