"""Warm-ups of lesson 5: MACs, the shape of a weight, a size."""

from sepconv.exercises.spec import Exercise


def warmup_05_1():
    c_in, c_out, k, padding, h, w = 2, 5, 3, 1, 4, 6
    rows = h + 2 * padding - k + 1
    columns = w + 2 * padding - k + 1
    return c_out * c_in * k * k * rows * columns


def warmup_05_3():
    size, k, stride, padding = 10, 3, 2, 2
    return (size + 2 * padding - k) // stride + 1


EXERCISES = [
    Exercise(
        prompt="Lesson 4: how many MACs does nn.Conv2d(2, 5, 3, padding=1) take on an image of 4×6?",
        answer=warmup_05_1,
        misconceptions="""
        M09 FLOPs were counted instead of MACs
        return c_out => return 2 * c_out
        One MAC is two operations, counted as one.

        M07 the weights were counted
        k * k * rows * columns => k * k
        Each weight is used once for every output pixel.
        """,
        hints=["The weights of all filters, times the output pixels. With padding 1 the size stays."],
    ),
    Exercise(
        name="warmup_05_2",
        prompt="Lesson 2: what is the shape of nn.Conv2d(6, 10, 5).weight?",
        answer="C",
        misconceptions="""
        M05 input and output channels were exchanged
        = "A"

        M06 the filters were taken to be flat
        = "B"
        """,
        explanations={
            "A": "The constructor takes the input first, but the weight is a list of filters.",
            "B": "Each filter is a box with a slice for each input channel.",
            "C": "10 filters, each 6 channels deep, each slice 5 by 5.",
        },
        hints=["The weight is a list of filters. How many are there, and how deep is one?"],
    ),
    Exercise(
        prompt="Lesson 3: one axis of 10 pixels, kernel 3, stride 2, padding 2. How many output pixels?",
        answer=warmup_05_3,
        misconceptions="""
        M36 a window that does not fit was counted
        - k) // stride => - k + stride - 1) // stride
        A window that does not fit completely does not count.

        S09 the padding was ignored
        + 2 * padding - k => - k
        Two zeros are added at each end.

        S164 a window was lost
        // stride + 1 => // stride
        With two zeros at each end, how many steps of 2 does the window make? And in how many places has it been then?
        """,
        hints=["How far can the window travel on 14 pixels? Divide by the stride, round down, add one."],
    ),
]
