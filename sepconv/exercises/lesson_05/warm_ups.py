"""Warm-ups of lesson 5: MACs, the shape of a weight, a size."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_05_1",
        prompt="Lesson 4: how many MACs does nn.Conv2d(2, 5, 3, padding=1) take on an image of 4×6?",
        answer=5 * 2 * 9 * 24,
        misconceptions=[
            Misconception(
                "M09",
                "FLOPs were counted instead of MACs",
                4320,
                "One MAC is two operations, counted as one.",
            ),
            Misconception(
                "M07", "the weights were counted", 90, "Each weight is used once for every output pixel."
            ),
        ],
        hints=["The weights of all filters, times the output pixels. With padding 1 the size stays."],
    ),
    Exercise(
        name="warmup_05_2",
        prompt="Lesson 2: what is the shape of nn.Conv2d(6, 10, 5).weight?",
        answer="C",
        misconceptions=[
            Misconception("M05", "input and output channels were exchanged", "A", ""),
            Misconception("M06", "the filters were taken to be flat", "B", ""),
        ],
        explanations={
            "A": "The constructor takes the input first, but the weight is a list of filters.",
            "B": "Each filter is a box with a slice for each input channel.",
            "C": "10 filters, each 6 channels deep, each slice 5 by 5.",
        },
        hints=["The weight is a list of filters. How many are there, and how deep is one?"],
    ),
    Exercise(
        name="warmup_05_3",
        prompt="Lesson 3: one axis of 10 pixels, kernel 3, stride 2, padding 2. How many output pixels?",
        answer=6,
        misconceptions=[
            Misconception(
                "M36", "the size was rounded up", 7, "A window that does not fit completely does not count."
            ),
            Misconception("S09", "the padding was ignored", 4, "Two zeros are added at each end."),
            Misconception(
                "S164",
                "a window was lost",
                5,
                "With two zeros at each end, how many steps of 2 does the window make? And in how many places has it been then?",
            ),
        ],
        hints=["How far can the window travel on 14 pixels? Divide by the stride, round down, add one."],
    ),
]
