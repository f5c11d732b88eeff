"""Warm-ups of lesson 4: an output size, the shape of a weight, one pixel."""

from sepconv.exercises.spec import Exercise


def warmup_04_1():
    h, w, k, stride, padding = 7, 10, 4, 2, 3
    rows = (h + 2 * padding - k) // stride + 1
    columns = (w + 2 * padding - k) // stride + 1
    return rows * columns


def warmup_04_3():
    return 1 * 2 + 0 * 0 + 2 * 4 - 1 * 1


EXERCISES = [
    Exercise(
        prompt="Lesson 3: 7×10 pixels, kernel 4×4, stride 2, padding 3: how many output pixels in all?",
        answer=warmup_04_1,
        misconceptions="""
        M36 a window that does not fit was counted
        - k) // stride => - k + stride - 1) // stride
        A window that does not fit completely does not count.

        S30 the padding was counted on one side
        2 * padding => padding
        `padding` zeros go on each end.

        S09 the padding was ignored
        + 2 * padding - k => - k
        Padding makes room for more windows.

        S31 the first window was forgotten
        // stride + 1 => // stride
        The division counts the steps. With no step at all there is already one window.

        S123 1 was added before the division
        - k) // stride + 1 => - k + 1) // stride
        Divide first: that counts the steps. The 1 is for the window that stands before the first step.

        S16 the kernel's size was left out of the output's size
        padding - k) // stride + 1 => padding) // stride
        The last window must lie on the padded input completely. How far from the end can it begin?

        S08 the stride was ignored
        // stride + 1 => + 1
        From one window to the next it is 2 pixels.

        S111 the image was divided by the stride
        rows * columns => (h // stride) * (w // stride)
        That holds for some kernels and paddings only. Take the formula of lesson 3.

        S124 the input pixels were counted
        rows * columns => h * w
        How many places are there for the window?
        """,
        hints=[
            "Rows and columns, each on its own. How far can the window travel along 7 + 6 pixels?",
            "Along the rows it can travel 9 pixels. How many whole steps of 2 are that, and how many windows?",
        ],
    ),
    Exercise(
        name="warmup_04_2",
        prompt="Lesson 2: what is the shape of nn.Conv2d(7, 5, 2).weight?",
        answer="C",
        misconceptions="""
        M05 input and output channels were exchanged
        = "A"

        M06 the filters were taken to be flat
        = "B"
        """,
        explanations={
            "A": "The weight is a list of filters. What does its first axis count?",
            "B": "A filter is a box: it has a slice for each input channel.",
            "C": "5 filters, each 7 channels deep, each slice 2×2.",
            "D": "Keras puts the kernel first. PyTorch stores a list of filters.",
        },
        hints=["weight[0] is the first filter. How many filters are there?"],
    ),
    Exercise(
        prompt="Lesson 1: x = [[1, 2, 0], [3, 4, 1]], w = [[1, 0], [2, −1]]. What is y[0, 1]?",
        answer=warmup_04_3,
        misconceptions="""
        M43 the kernel was flipped
        = -1 * 2 + 2 * 0 + 0 * 4 + 1 * 1
        The kernel is laid down as it is.

        S125 the first window was taken
        = 1 * 1 + 0 * 2 + 2 * 3 - 1 * 4
        In y[0, 1] the second number is the column: where does that window begin?
        """,
        hints=["The window of y[0, 1] is [[2, 0], [4, 1]]."],
    ),
]
