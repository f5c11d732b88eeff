"""How many MACs does a separable layer cost with its stride on one stage or on the other?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


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
    misconceptions="""
        M44 the place of the stride was taken to make no difference
        pixels if on == "depthwise" else h * w => pixels
        The output is the same, the way there is not: how many pixels does the depthwise stage write before the pointwise one takes its steps?

        S317 the two places were exchanged
        on == "depthwise" => on == "pointwise"
        With on='depthwise' it is the first stage that takes the steps.

        M08 both stages were counted on the input grid
        h_out * w_out => h * w
        A stage costs its weights once for each pixel that it writes. How many does the last stage write?

        S318 the pointwise stage was counted on the grid of the middle
        + pixels => + middle_pixels
        When the pointwise stage takes the steps, how many pixels does it write?

        S325 the stage without the stride was counted on the input grid
        + pixels => + (pixels if on == "pointwise" else h * w)
        The pointwise stage reads what the depthwise one wrote: how many pixels are these?

        S42 the output size was rounded down
        (h - 1) // stride + 1 => h // stride
        (w - 1) // stride + 1 => w // stride
        With padding k//2, a row of 5 pixels and stride 2, windows stand at 0, 2 and 4.

        S121 the output size was not rounded
        // stride => / stride
        A window stands at whole pixels only. A row of 6 pixels at stride 2: how many places are there?

        S111 the image was divided by the stride
        (h - 1) // stride + 1 => h / stride
        (w - 1) // stride + 1 => w / stride
        With padding k//2, a row of 5 pixels and stride 2, windows stand at 0, 2 and 4: is that 5 / 2?

        S09 the padding was ignored
        h - 1 => h - k
        w - 1 => w - k
        else h * w => else (h - k + 1) * (w - k + 1)
        The depthwise stage has padding k // 2. What size does it keep at stride 1?

        S319 the stride was applied to one axis
        (w - 1) // stride + 1 => w
        The window takes its steps downward and to the right.

        M13 the depthwise filters were counted by the output channels
        middle_pixels * c_in => middle_pixels * c_out
        The depthwise stage has a kernel for each channel that it reads.

        M09 FLOPs were counted
        return middle_pixels => return 2 * middle_pixels
        + pixels => + 2 * pixels
        A MAC is one multiplication with its addition, counted once.

        S320 the pointwise convolution was given a k×k kernel
        pixels * c_in * c_out => pixels * c_in * c_out * k * k
        At each pixel, a pointwise filter has one weight for each channel.
    """,
    hints=[
        "Each stage costs its weights times the pixels that it writes. First find both numbers of pixels.",
        "With padding k//2 and k odd, n pixels at stride s become (n − 1) // s + 1.",
        "The pointwise stage writes the small grid either way. Only the grid of the depthwise stage depends on `on`.",
    ],
)
