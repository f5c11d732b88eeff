"""A separable layer, 5 → 8 channels, kernel 3: how many weights, how many parameters in PyTorch and in Keras?"""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISE = Exercise(
    points=1,
    answer={"weights": 85, "torch": 98, "keras": 93},
    misconceptions=[
        Misconception(
            "M01",
            "the biases were left out",
            {"weights": 85, "torch": 85, "keras": 85},
            "Parameters are weights and biases. Which convolutions have a bias, and how many numbers is it?",
        ),
        Misconception(
            "S321",
            "PyTorch was given a single bias",
            {"weights": 85, "torch": 93, "keras": 93},
            "In PyTorch the layer is made of two convolutions. Has the first one no bias?",
        ),
        Misconception(
            "S322",
            "Keras was given two biases",
            {"weights": 85, "torch": 98, "keras": 98},
            "To Keras it is one layer: nothing is added between its two stages.",
        ),
        Misconception(
            "S308",
            "PyTorch and Keras were exchanged",
            {"weights": 85, "torch": 93, "keras": 98},
            "Two separate layers have two biases, a single layer has one.",
        ),
        Misconception(
            "S309",
            "the one bias was given to the depthwise stage",
            {"weights": 85, "torch": 98, "keras": 90},
            "Keras adds its bias at the very end. How many channels are there at the end?",
        ),
        Misconception(
            "M13",
            "the depthwise filters were counted by the output channels",
            {"weights": 112, "torch": 128, "keras": 120},
            "The depthwise stage has a kernel for each channel that it reads.",
        ),
        Misconception(
            "M34",
            "each depthwise filter was made as deep as the input",
            {"weights": 265, "torch": 278, "keras": 273},
            "A depthwise filter reads a single channel: how many slices does it have?",
        ),
        Misconception(
            "M15",
            "the two stages were multiplied",
            {"weights": 1800, "torch": 1813, "keras": 1808},
            "One stage comes after the other, so their weights add up.",
        ),
        Misconception(
            "S310",
            "the standard layer was counted",
            {"weights": 360, "torch": 368, "keras": 368},
            "That is one convolution in which each filter reads all 5 channels. A separable layer has two stages.",
        ),
    ],
    hints=[
        "Weights: a 3×3 kernel for each of the 5 channels, and a number for each pair of channels.",
        "PyTorch's two convolutions write 5 and 8 channels, each with a bias. Keras' single layer writes 8.",
    ],
)
