"""How many MACs does a block of MobileNetV2 cost?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def inverted_residual_macs(h, w, c_in, c_out, expansion, k, stride):
    """Count the MACs of a block of MobileNetV2 for a map of h×w pixels."""
    h_out = (h - 1) // stride + 1
    w_out = (w - 1) // stride + 1
    middle = c_in * expansion
    expand = h * w * c_in * middle if expansion > 1 else 0
    depthwise = h_out * w_out * k * k * middle
    project = h_out * w_out * middle * c_out
    return expand + depthwise + project


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
    misconceptions="""
        M21 a block with expansion 1 was given an expansion convolution
        middle if expansion > 1 else 0 => middle
        What is there to expand if the channels stay as many as they are?

        M45 the stride was put on the expansion convolution
        expand = h * w => expand = h_out * w_out
        A pointwise convolution with steps drops most pixels before anybody has looked at them. Which of the three looks around?

        M44 the stride was put on the projection
        depthwise = h_out * w_out => depthwise = h * w
        Then the depthwise convolution would compute pixels that nobody reads. Which of the three takes the stride?

        M08 all three were counted on the input grid
        h_out * w_out => h * w
        A convolution costs its weights once for each pixel that it writes. Which of the three write the smaller map?

        S1121 the depthwise convolution was counted on the narrow input
        k * k * middle => k * k * c_in
        The expansion comes before it. How many channels does it meet?

        S1145 the depthwise convolution was counted on the output channels
        k * k * middle => k * k * c_out
        The projection comes after it. How many channels does the depthwise one meet?

        S1146 the expansion was taken from the output channels
        middle = c_in * expansion => middle = c_out * expansion
        The expansion widens what comes in. How many channels is that?

        M34 the middle convolution was counted as a standard one
        k * k * middle => k * k * middle * middle
        A depthwise filter reads one channel.

        S1122 the expansion convolution was left out
        expand + depthwise + project => depthwise + project
        With an expansion above 1 something has to make the many channels out of the few.

        S1123 the projection was left out
        expand + depthwise + project => expand + depthwise
        After the depthwise convolution there are many channels, and the block returns few.

        S1124 the expansion was ignored
        middle = c_in * expansion => middle = c_in
        Between the first and the last convolution there are `expansion` times as many channels.

        S1125 adding the input was counted
        depthwise + project => depthwise + project + (h * w * c_out if stride == 1 and c_in == c_out else 0)
        A sum is not a product: MACs count multiplications, each with its addition.

        S42 the output size was rounded down
        (h - 1) // stride + 1 => h // stride
        (w - 1) // stride + 1 => w // stride
        With padding k//2, a row of 5 pixels and stride 2, windows stand at 0, 2 and 4.

        S319 the stride was applied to one axis
        (w - 1) // stride + 1 => w
        The window takes its steps downward and to the right.

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        M09 FLOPs were counted
        expand + depthwise + project => 2 * (expand + depthwise + project)
        A MAC is one multiplication with its addition, counted once.
    """,
    hints=[
        "Three convolutions, so three terms: pixels that it writes, times its weights.",
        "The many channels between are c_in · expansion. The first convolution writes the large map, the other two "
        "the small one.",
        "Without an expansion, at expansion 1, the first term is 0.",
    ],
)
