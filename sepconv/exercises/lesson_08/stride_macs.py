"""How many MACs does a separable layer cost with its stride on one stage or on the other?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def stride_macs(c_in, c_out, k, h, w, stride, on):
    """Count the MACs of a separable layer whose stride sits on one of its two stages."""
    h_out = (h - 1) // stride + 1
    w_out = (w - 1) // stride + 1
    pixels = h_out * w_out
    middle_pixels = pixels if on == "depthwise" else h * w
    return middle_pixels * c_in * k * k + pixels * c_in * c_out


_STRIDE_CASES = [
    (2, 4, 3, 4, 6, 2, "pointwise"),
    (2, 4, 3, 4, 6, 2, "depthwise"),
    (5, 3, 3, 7, 10, 3, "pointwise"),
    (4, 6, 5, 9, 6, 2, "depthwise"),
    (3, 7, 1, 5, 8, 2, "pointwise"),
    (6, 5, 3, 4, 7, 1, "depthwise"),
    (32, 64, 3, 112, 112, 2, "pointwise"),
    (32, 64, 3, 112, 112, 2, "depthwise"),
]


def _stages(c_in, c_out, k, h, w, stride, on, *, rounded=lambda n, s: -(-n // s), per_axis=(True, True)):
    """Return (pixels of the middle, pixels of the output, weights per pixel of each stage)."""
    pixels = 1
    for n, strided in zip((h, w), per_axis, strict=True):
        pixels *= rounded(n, stride) if strided else n
    return (pixels if on == "depthwise" else h * w), pixels, c_in * k * k, c_in * c_out


def macs_by_stages(*case):
    middle, pixels, depthwise, pointwise = _stages(*case)
    return middle * depthwise + pixels * pointwise


def _place_ignored(c_in, c_out, k, h, w, stride, on):
    return macs_by_stages(c_in, c_out, k, h, w, stride, "depthwise")


def _places_exchanged(*case):
    other = {"depthwise": "pointwise", "pointwise": "depthwise"}[case[-1]]
    return macs_by_stages(*case[:-1], other)


def _on_input_grid(c_in, c_out, k, h, w, stride, on):
    return h * w * (c_in * k * k + c_in * c_out)


def _pointwise_on_middle_grid(*case):
    middle, _, depthwise, pointwise = _stages(*case)
    return middle * (depthwise + pointwise)


def _other_stage_on_input_grid(c_in, c_out, k, h, w, stride, on):
    middle, pixels, depthwise, pointwise = _stages(c_in, c_out, k, h, w, stride, on)
    return middle * depthwise + (pixels if on == "pointwise" else h * w) * pointwise


def _image_divided(*case):
    middle, pixels, depthwise, pointwise = _stages(*case, rounded=lambda n, s: n / s)
    return middle * depthwise + pixels * pointwise


def _not_padded(c_in, c_out, k, h, w, stride, on):
    from sepconv.measuring.counting import conv2d_cost

    first, second = (stride, 1) if on == "depthwise" else (1, stride)
    depthwise = conv2d_cost(c_in, c_in, k, (h, w), stride=first, groups=c_in)
    return depthwise.macs + conv2d_cost(c_in, c_out, 1, depthwise.output_size, stride=second).macs


def _macs_rounded_down(*case):
    middle, pixels, depthwise, pointwise = _stages(*case, rounded=lambda n, s: n // s)
    return middle * depthwise + pixels * pointwise


def _macs_not_rounded(*case):
    middle, pixels, depthwise, pointwise = _stages(*case, rounded=lambda n, s: (n - 1) / s + 1)
    return middle * depthwise + pixels * pointwise


def _one_axis(*case):
    middle, pixels, depthwise, pointwise = _stages(*case, per_axis=(True, False))
    return middle * depthwise + pixels * pointwise


def _macs_by_output_filters(c_in, c_out, k, h, w, stride, on):
    middle, pixels, _, pointwise = _stages(c_in, c_out, k, h, w, stride, on)
    return middle * c_out * k * k + pixels * pointwise


def _flops(*case):
    return 2 * macs_by_stages(*case)


def _macs_with_large_pointwise(c_in, c_out, k, h, w, stride, on):
    middle, pixels, depthwise, pointwise = _stages(c_in, c_out, k, h, w, stride, on)
    return middle * depthwise + pixels * pointwise * k * k


EXERCISE = Exercise(
    points=2,
    answer=stride_macs,
    cases=_STRIDE_CASES,
    fresh=drawn(
        c_in=range(2, 12),
        c_out=range(2, 12),
        k=(1, 3, 5),
        h=range(5, 20),
        w=range(5, 20),
        stride=(1, 2, 3),
        on=("depthwise", "pointwise"),
    ),
    misconceptions=[
        Misconception(
            "M44",
            "the place of the stride was taken to make no difference",
            _place_ignored,
            "The output is the same, the way there is not: how many pixels does the depthwise stage write "
            "before the pointwise one takes its steps?",
        ),
        Misconception(
            "S317",
            "the two places were exchanged",
            _places_exchanged,
            "With on='depthwise' it is the first stage that takes the steps.",
        ),
        Misconception(
            "M08",
            "both stages were counted on the input grid",
            _on_input_grid,
            "A stage costs its weights once for each pixel that it writes. How many does the last stage write?",
        ),
        Misconception(
            "S318",
            "the pointwise stage was counted on the grid of the middle",
            _pointwise_on_middle_grid,
            "When the pointwise stage takes the steps, how many pixels does it write?",
        ),
        Misconception(
            "S325",
            "the stage without the stride was counted on the input grid",
            _other_stage_on_input_grid,
            "The pointwise stage reads what the depthwise one wrote: how many pixels are these?",
        ),
        Misconception(
            "S42",
            "the output size was rounded down",
            _macs_rounded_down,
            "With padding k//2, a row of 5 pixels and stride 2, windows stand at 0, 2 and 4.",
        ),
        Misconception(
            "S121",
            "the output size was not rounded",
            _macs_not_rounded,
            "A window stands at whole pixels only. A row of 6 pixels at stride 2: how many places are there?",
        ),
        Misconception(
            "S111",
            "the image was divided by the stride",
            _image_divided,
            "With padding k//2, a row of 5 pixels and stride 2, windows stand at 0, 2 and 4: is that 5 / 2?",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _not_padded,
            "The depthwise stage has padding k // 2. What size does it keep at stride 1?",
        ),
        Misconception(
            "S319",
            "the stride was applied to one axis",
            _one_axis,
            "The window takes its steps downward and to the right.",
        ),
        Misconception(
            "M13",
            "the depthwise filters were counted by the output channels",
            _macs_by_output_filters,
            "The depthwise stage has a kernel for each channel that it reads.",
        ),
        Misconception(
            "M09",
            "FLOPs were counted",
            _flops,
            "A MAC is one multiplication with its addition, counted once.",
        ),
        Misconception(
            "S320",
            "the pointwise convolution was given a k×k kernel",
            _macs_with_large_pointwise,
            "At each pixel, a pointwise filter has one weight for each channel.",
        ),
    ],
    hints=[
        "Each stage costs its weights times the pixels that it writes. First find both numbers of pixels.",
        "With padding k//2 and k odd, n pixels at stride s become (n − 1) // s + 1.",
        "The pointwise stage writes the small grid either way. Only the grid of the depthwise stage depends on `on`.",
    ],
)
