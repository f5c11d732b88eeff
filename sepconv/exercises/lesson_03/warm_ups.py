"""Warm-ups of lesson 3."""

from sepconv.exercises.spec import Exercise


def warmup_03_1():
    c_in, c_out, k = 5, 6, 3
    return c_out * c_in * k * k


def warmup_03_3():
    x = [5, 2, 7, 1]
    w = [1, -3]
    i = 1
    return x[i] * w[0] + x[i + 1] * w[1]


EXERCISES = [
    Exercise(
        prompt="Lesson 2: how many weights does nn.Conv2d(5, 6, 3) have, without biases?",
        answer=warmup_03_1,
        misconceptions="""
        M06 the filters were taken to be flat
        c_out * c_in => c_out
        Each filter is as deep as the input.
        """,
        hints=["6 boxes; how many numbers in each?"],
    ),
    Exercise(
        name="warmup_03_2",
        prompt="Lesson 2: input channels 7, output channels 2. How many slices does one filter have?",
        answer="B",
        misconceptions="""
        S01 the filter was made as deep as the output
        = "A"
        """,
        explanations={
            "A": "2 is the number of filters.",
            "B": "One slice for each input channel.",
            "C": "That is the number of slices of both filters together.",
        },
        hints=["A filter is as deep as what it reads."],
    ),
    Exercise(
        prompt="Lesson 1: x = [5, 2, 7, 1], w = [1, −3]. What is y[1]?",
        answer=warmup_03_3,
        misconceptions="""
        S125 the first window was taken
        i = 1 => i = 0
        Counting begins with 0: where does the window of y[1] begin?

        M43 the kernel was flipped
        x[i] * w[0] + x[i + 1] * w[1] => x[i] * w[1] + x[i + 1] * w[0]
        The kernel is laid down as it is.
        """,
        hints=["The window of y[1] begins at x[1]."],
    ),
]
