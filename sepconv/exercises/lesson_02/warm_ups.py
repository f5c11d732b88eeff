"""Warm-ups of lesson 2."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_02_1",
        prompt="Lesson 1: x = [3, 1, 4, 1], w = [2, −1]. What is y[2]?",
        answer=2 * 4 - 1 * 1,
        misconceptions=[
            Misconception(
                "M43", "the kernel was flipped", 2 * 1 - 1 * 4, "The kernel is laid down as it is."
            ),
        ],
        hints=["The window of y[2] begins at x[2]."],
    ),
    Exercise(
        name="warmup_02_2",
        prompt="Lesson 1: a 5×5 image of ones, a 5×5 kernel of ones, padding 2. What is y[0, 0]?",
        answer=9,
        misconceptions=[
            Misconception(
                "M46", "the padding was taken to be neutral", 25, "Padding cells are zeros: they add nothing."
            ),
        ],
        hints=["How many cells of the window lie on the image, in each direction?"],
    ),
    Exercise(
        name="warmup_02_3",
        prompt="Lesson 1: how many multiplications does one output pixel of a 2×5 kernel cost?",
        answer=10,
        misconceptions=[
            Misconception("S17", "the sides were added", 7, "Every number of the kernel meets one pixel."),
        ],
        hints=["One multiplication for each number in the kernel."],
    ),
]
