"""Warm-ups of lesson 3."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_03_1",
        prompt="Lesson 2: how many weights does nn.Conv2d(5, 6, 3) have, without biases?",
        answer=270,
        misconceptions=[
            Misconception(
                "M06", "the filters were taken to be flat", 54, "Each filter is as deep as the input."
            )
        ],
        hints=["6 boxes; how many numbers in each?"],
    ),
    Exercise(
        name="warmup_03_2",
        prompt="Lesson 2: input channels 7, output channels 2. How many slices does one filter have?",
        answer="B",
        misconceptions=[Misconception("S01", "the filter was made as deep as the output", "A", "")],
        explanations={
            "A": "2 is the number of filters.",
            "B": "One slice for each input channel.",
            "C": "That is the number of slices of both filters together.",
        },
        hints=["A filter is as deep as what it reads."],
    ),
    Exercise(
        name="warmup_03_3",
        prompt="Lesson 1: x = [5, 2, 7, 1], w = [1, −3]. What is y[1]?",
        answer=2 - 3 * 7,
        misconceptions=[
            Misconception("M43", "the kernel was flipped", -3 * 2 + 7, "The kernel is laid down as it is.")
        ],
        hints=["The window of y[1] begins at x[1]."],
    ),
]
