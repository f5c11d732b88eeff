"""Three short questions on lessons 8, 9 and 3."""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISES = [
    Exercise(
        name="warmup_10_1",
        prompt="Lesson 8: a separable layer, 12 → 20 channels, kernel 3, keeps 6×5 pixels. How many MACs?",
        answer=6 * 5 * (12 * 9 + 12 * 20),
        misconceptions=[
            Misconception(
                "S303",
                "the depthwise stage was left out",
                6 * 5 * 12 * 20,
                "That is the 1×1 convolution. What does the stage before it do at each pixel?",
            ),
            Misconception(
                "S304",
                "the pointwise stage was left out",
                6 * 5 * 12 * 9,
                "That is the stage that looks around. Which stage mixes the channels?",
            ),
            Misconception(
                "S310",
                "the standard layer was counted",
                6 * 5 * 12 * 20 * 9,
                "In a separable layer no filter has both a kernel of 9 and all the channels.",
            ),
            Misconception(
                "M13",
                "the depthwise filters were counted by the output channels",
                6 * 5 * (20 * 9 + 12 * 20),
                "The depthwise stage has a kernel for each channel that it reads.",
            ),
            Misconception(
                "S105",
                "the output pixels were left out",
                12 * 9 + 12 * 20,
                "That is the work at one pixel. How many pixels are written?",
            ),
        ],
        hints=["At each pixel: 9 MACs for each input channel, then one for each pair of channels."],
    ),
    Exercise(
        name="warmup_10_2",
        prompt="Lesson 9: the matrices W[:, c] of three input channels have the ranks 2, 4, 1. How many pairs are exact?",
        answer=4,
        misconceptions=[
            Misconception(
                "S1000",
                "the ranks were added up",
                2 + 4 + 1,
                "One pair has a product column × row for each input channel, all at once.",
            ),
            Misconception(
                "S1001",
                "the smallest rank was taken",
                1,
                "Every input channel must come out exactly. Which of them needs the most?",
            ),
            Misconception(
                "S1002",
                "the input channels were counted",
                3,
                "How many products column × row does the most complicated of the three matrices need?",
            ),
        ],
        hints=["A pair gives each input channel one product column × row. Which channel needs the most?"],
    ),
    Exercise(
        name="warmup_10_3",
        prompt="Lesson 3: first 3×3 with stride 2, then 5×5 with stride 1. How many input pixels, in a row, does an output see?",
        answer=1 + 2 + 2 * 4,
        misconceptions=[
            Misconception(
                "S36",
                "the strides were ignored",
                1 + 2 + 4,
                "After a layer with stride 2, one step is two input pixels.",
            ),
            Misconception(
                "S38",
                "the kernel sizes were added up",
                3 + 5,
                "Windows of neighbors overlap.",
            ),
            Misconception(
                "S37",
                "a layer's own stride was applied to its own kernel",
                1 + 2 * 2 + 2 * 4,
                "A layer's kernel lies on its input grid. Its stride matters to the layers after it.",
            ),
        ],
        hints=["The first layer sees 3. The second adds 4 steps: how many input pixels is one step there?"],
    ),
]
