"""Warm-ups of lesson 6: weights of a pointwise layer, a size, multiplications."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_06_1",
        prompt="Lesson 5: how many weights does nn.Conv2d(5, 7, 1) have, without biases?",
        answer=35,
        misconceptions=[
            Misconception(
                "M11",
                "a 1×1 convolution was taken to have one weight for each output",
                7,
                "Each output channel weighs every input channel.",
            )
        ],
        hints=["7 filters, each as deep as the input. How much is one slice?"],
    ),
    Exercise(
        name="warmup_06_2",
        prompt="Lesson 3: size 12, kernel 5, stride 2, padding 2. How many output pixels?",
        answer=6,
        misconceptions=[
            Misconception(
                "M36", "the size was rounded up", 7, "The last window counts only if it fits completely."
            ),
            Misconception("S09", "the padding was ignored", 4, "Two zeros are added at each end."),
            Misconception(
                "S164",
                "a window was lost",
                5,
                "With two zeros at each end, how many steps of 2 does the window make? And in how many places has it been then?",
            ),
        ],
        hints=["The window can travel 12 + 4 − 5 pixels, in steps of 2."],
    ),
    Exercise(
        name="warmup_06_3",
        prompt="Lesson 0: 90 weights, no biases, an output of 5×6 pixels. How many multiplications?",
        answer=2700,
        misconceptions=[
            Misconception(
                "S200",
                "the weights were taken for the work",
                90,
                "A weight is learned once and used again and again: how often?",
            )
        ],
        hints=["How many output pixels are there? Each of them uses every weight of its channel once."],
    ),
]
