"""How many MACs would the network have if the last depthwise convolution had stride 2, as printed?"""

from sepconv.exercises.spec import Exercise


def literal_stride_macs():
    total = 568_740_352  # with stride 1
    size, k, stride, c_in, c_out = 7, 3, 2, 1024, 1024
    out_size = (size - 1) // stride + 1
    depthwise = k * k * c_in
    pointwise = c_in * c_out
    saved = (depthwise + pointwise) * (size * size - out_size * out_size)
    return total - saved


EXERCISE = Exercise(
    points=1,
    answer=literal_stride_macs,
    misconceptions="""
        S1112 the network was counted as it is
        total - saved => total
        That is the total with stride 1. What size has the last map if that layer takes steps of 2?

        S1113 the layer after it was left on the large map
        (depthwise + pointwise) => depthwise
        A pointwise convolution follows. How many pixels does it get to see?

        S42 the output size was rounded down
        (size - 1) // stride + 1 => size // stride
        With padding 1, a row of 7 pixels and stride 2, windows stand at 0, 2, 4 and 6.

        S1109 the classifier was left out of the MACs
        total - saved => total - saved - 1024 * 1000
        The total with stride 1 that the lesson printed has it in.

        M09 FLOPs were counted
        total - saved => 2 * (total - saved)
        A MAC is one multiplication with its addition, counted once.

        S1114 what the misprint saves was given
        total - saved => saved
        That is the difference. What is left?

        S1147 the number was given in millions
        total - saved => (total - saved) / 1_000_000
        The exact number is asked, not millions.

        S1148 the number was given in whole millions
        total - saved => round((total - saved) / 1_000_000)
        The exact number is asked, not millions.

        S1149 the number was given in millions with two decimals
        total - saved => round((total - saved) / 1_000_000, 2)
        The exact number is asked, not millions.

        S1150 the number was rounded to whole millions
        total - saved => round(total - saved, -6)
        The exact number is asked, down to the last digit.
    """,
    hints=[
        "Only two layers change: that depthwise convolution, and the pointwise one after it.",
        "7 pixels in a row become (7 − 1) // 2 + 1. Both layers now write that many rows and columns.",
    ],
)
