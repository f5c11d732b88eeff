"""Warm-ups of lesson 4: an output size, the shape of a weight, one pixel."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_04_1",
        prompt="Lesson 3: 7×10 pixels, kernel 4×4, stride 2, padding 3: how many output pixels in all?",
        answer=5 * 7,
        misconceptions=[
            Misconception(
                "M36",
                "the size was rounded up",
                6 * 7,
                "A window that does not fit completely does not count.",
            ),
            Misconception(
                "S30", "the padding was counted on one side", 4 * 5, "`padding` zeros go on each end."
            ),
            Misconception("S09", "the padding was ignored", 2 * 4, "Padding makes room for more windows."),
            Misconception(
                "S31",
                "the first window was forgotten",
                4 * 6,
                "The division counts the steps. With no step at all there is already one window.",
            ),
            Misconception(
                "S123",
                "1 was added before the division",
                5 * 6,
                "Divide first: that counts the steps. The 1 is for the window that stands before the first step.",
            ),
            Misconception(
                "S16",
                "the kernel's size was left out of the output's size",
                6 * 8,
                "The last window must lie on the padded input completely. How far from the end can it begin?",
            ),
            Misconception(
                "S08", "the stride was ignored", 10 * 13, "From one window to the next it is 2 pixels."
            ),
            Misconception(
                "S111",
                "the image was divided by the stride",
                3 * 5,
                "That holds for some kernels and paddings only. Take the formula of lesson 3.",
            ),
            Misconception(
                "S124", "the input pixels were counted", 7 * 10, "How many places are there for the window?"
            ),
        ],
        hints=[
            "Rows and columns, each on its own. How far can the window travel along 7 + 6 pixels?",
            "Along the rows it can travel 9 pixels. How many whole steps of 2 are that, and how many windows?",
        ],
    ),
    Exercise(
        name="warmup_04_2",
        prompt="Lesson 2: what is the shape of nn.Conv2d(7, 5, 2).weight?",
        answer="C",
        misconceptions=[
            Misconception("M05", "input and output channels were exchanged", "A", ""),
            Misconception("M06", "the filters were taken to be flat", "B", ""),
        ],
        explanations={
            "A": "The weight is a list of filters. What does its first axis count?",
            "B": "A filter is a box: it has a slice for each input channel.",
            "C": "5 filters, each 7 channels deep, each slice 2×2.",
            "D": "Keras puts the kernel first. PyTorch stores a list of filters.",
        },
        hints=["weight[0] is the first filter. How many filters are there?"],
    ),
    Exercise(
        name="warmup_04_3",
        prompt="Lesson 1: x = [[1, 2, 0], [3, 4, 1]], w = [[1, 0], [2, −1]]. What is y[0, 1]?",
        answer=1 * 2 + 0 * 0 + 2 * 4 - 1 * 1,
        misconceptions=[
            Misconception(
                "M43",
                "the kernel was flipped",
                -1 * 2 + 2 * 0 + 0 * 4 + 1 * 1,
                "The kernel is laid down as it is.",
            ),
            Misconception(
                "S125",
                "the first window was taken",
                1 * 1 + 0 * 2 + 2 * 3 - 1 * 4,
                "In y[0, 1] the second number is the column: where does that window begin?",
            ),
        ],
        hints=["The window of y[0, 1] is [[2, 0], [4, 1]]."],
    ),
]
