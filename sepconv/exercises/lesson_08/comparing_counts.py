"""Three counts of one layer, and the layers that separable does not make smaller."""

from sepconv.exercises.inputs import drawn
from sepconv.exercises.spec import Exercise, Misconception


def where_it_does_not_pay(k_max, c_max):
    """Collect the pairs (c_out, k) for which a separable layer has at least as many weights."""
    return {
        (c_out, k)
        for c_out in range(1, c_max + 1)
        for k in range(1, k_max + 1)
        if 1 / c_out + 1 / (k * k) >= 1
    }


def _pairs(condition):
    """Build the set of pairs that meet another condition."""
    return lambda k_max, c_max: {
        (c_out, k) for c_out in range(1, c_max + 1) for k in range(1, k_max + 1) if condition(c_out, k)
    }


def _pays_by_loops(k_max, c_max):
    pairs = []
    for c_out in range(1, c_max + 1):
        for k in range(1, k_max + 1):
            if k * k + c_out >= k * k * c_out:
                pairs.append((c_out, k))
    return set(pairs)


EXERCISES = [
    Exercise(
        name="three_frameworks",
        lesson=8,
        points=1,
        kind="number",
        prompt="A separable layer, 5 → 8 channels, kernel 3: how many weights, how many parameters in PyTorch and in Keras?",
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
    ),
    Exercise(
        name="where_it_does_not_pay",
        lesson=8,
        points=2,
        kind="function",
        prompt="Which pairs (c_out, k) make a separable layer as large as the standard one, or larger?",
        answer=where_it_does_not_pay,
        cases=[(3, 4), (1, 3), (4, 1), (5, 2), (3, 9)],
        fresh=drawn(k_max=range(2, 12), c_max=range(2, 20), fits=lambda k_max, c_max: k_max != c_max),
        known=lambda k_max, c_max: f"The right answer is a set of {k_max + c_max - 1} tuples (c_out, k).",
        also_correct=[
            _pays_by_loops,
            lambda k_max, c_max: (
                {(c, 1) for c in range(1, c_max + 1)} | {(1, k) for k in range(1, k_max + 1)}
            ),
        ],
        misconceptions=[
            Misconception(
                "M16",
                "separable was taken to be always smaller",
                lambda k_max, c_max: set(),
                "Compute the ratio for 3 → 1 channels, and for a kernel of 1. Does a pair like that get into your set?",
            ),
            Misconception(
                "S311",
                "c_out and k were exchanged",
                lambda k_max, c_max: {(k, c_out) for c_out, k in where_it_does_not_pay(k_max, c_max)},
                "In a pair the output channels come first, and it is they that go up to c_max.",
            ),
            Misconception(
                "S313",
                "only pairs with c_out = 1 were found",
                _pairs(lambda c_out, k: c_out == 1),
                "What does a depthwise stage with a kernel of 1 add to the pointwise one? If your code asks that too: "
                "does it come to the larger c_out, or does it return before?",
            ),
            Misconception(
                "S314",
                "only pairs with k = 1 were found",
                _pairs(lambda c_out, k: k == 1),
                "What is the ratio if there is one output channel, whatever k is? If your code asks that too: "
                "does it come to the larger k, or does it return before?",
            ),
            Misconception(
                "S323",
                "only the pair (1, 1) was found",
                _pairs(lambda c_out, k: c_out == 1 and k == 1),
                "Work out the ratio for (4, 1) and for (1, 3): the shares of the two stages add up. If these ratios "
                "come out right in your code: does it get to those pairs before it returns?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                _pairs(lambda c_out, k: k + c_out >= k * c_out),
                "The kernel is k high and k wide. Look at the pair (2, 2) again.",
            ),
            Misconception(
                "S47",
                "^ was taken for a power",
                _pairs(lambda c_out, k: 1 / c_out + 1 / (k ^ 2) >= 1),
                "In Python ^ works on bits. A power is written **.",
            ),
            Misconception(
                "S315",
                "the pairs that pay were given",
                _pairs(lambda c_out, k: c_out + k * k < c_out * k * k),
                "Asked are the pairs whose ratio is 1 or more.",
            ),
            Misconception(
                "S316",
                "the last values were left out",
                lambda k_max, c_max: where_it_does_not_pay(k_max - 1, c_max - 1),
                "range(1, n) ends before n.",
            ),
        ],
        hints=[
            "Two loops from 1 on, over c_out and k, and your ratio from exercise 2.",
            "Keep a pair (c_out, k) if the ratio is at least 1. Mind the ends of the ranges.",
        ],
    ),
]
