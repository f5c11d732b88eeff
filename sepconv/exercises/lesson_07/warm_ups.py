"""Warm-ups of lesson 7: weights of a grouped layer, MACs, one output with padding."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_07_1",
        prompt="Lesson 6: how many weights does nn.Conv2d(15, 20, 3, groups=5) have, without its biases?",
        answer=20 * (15 // 5) * 3 * 3,
        misconceptions=[
            Misconception(
                "M03", "one group was counted", (20 // 5) * (15 // 5) * 3 * 3, "There are 5 such groups."
            ),
            Misconception(
                "S250",
                "the groups were left out of the count",
                20 * 15 * 3 * 3,
                "That is the standard convolution. How many channels does one filter read with 5 groups?",
            ),
        ],
        hints=["How deep is one filter? How many filters are there?"],
    ),
    Exercise(
        name="warmup_07_2",
        prompt="Lesson 4: how many MACs does nn.Conv2d(2, 5, 3, stride=2, padding=1) cost on 7 × 9 pixels?",
        answer=4 * 5 * (5 * 2 * 3 * 3),
        misconceptions=[
            Misconception(
                "M08",
                "the MACs were counted on the input's pixels",
                7 * 9 * (5 * 2 * 3 * 3),
                "A filter is laid down once for each output pixel. How many of those are there?",
            ),
            Misconception(
                "M09",
                "FLOPs were counted",
                2 * 4 * 5 * (5 * 2 * 3 * 3),
                "A MAC is one multiplication together with its addition.",
            ),
        ],
        hints=["First the output: how many rows and columns? Each of its pixels costs all the weights once."],
    ),
    Exercise(
        name="warmup_07_3",
        prompt="Lesson 1: x = [4, 1, 3], w = [1, 2], padding 1. What is y[0]?",
        answer=0 * 1 + 4 * 2,
        misconceptions=[
            Misconception(
                "M43", "the kernel was flipped", 0 * 2 + 4 * 1, "The kernel is laid down as it is."
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                4 * 1 + 1 * 2,
                "A zero stands in front of the 4, and the first window begins there.",
            ),
        ],
        hints=["With its padding the row is [0, 4, 1, 3, 0]."],
    ),
]
