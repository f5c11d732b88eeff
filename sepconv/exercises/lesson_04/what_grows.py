"""Channels doubled, image twice as high: by which factors do the counts grow?"""

from sepconv.exercises.spec import Exercise, Misconception

_RIGHT = {"weights": 4, "biases": 2, "macs": 8, "activations": 4}


EXERCISE = Exercise(
    points=1,
    answer=_RIGHT,
    misconceptions=[  # first those that spoil one count, each after it those that spoil more
        Misconception(
            "S112",
            "the biases were taken to grow with more than the output channels",
            _RIGHT | {"biases": 4},
            "There is one bias for each output channel. Three things are doubled: does a bias know of all of them?",
        ),
        Misconception(
            "S128",
            "the biases were taken not to grow",
            _RIGHT | {"biases": 1},
            "Each output channel has a bias. How many output channels are there now?",
        ),
        Misconception(
            "S129",
            "one of the reasons for more MACs was left out",
            _RIGHT | {"macs": 4},
            "MACs are weights times output pixels. By which factor does each of the two grow?",
        ),
        Misconception(
            "S130",
            "the factors were added",
            _RIGHT | {"macs": 6},
            "Each factor multiplies what is already there. What becomes of a number that is doubled and doubled again?",
        ),
        Misconception(
            "S131",
            "the MACs were doubled once too often",
            _RIGHT | {"macs": 16},
            "MACs are weights times output pixels. By which factor does each of the two grow?",
        ),
        Misconception(
            "S114",
            "the activations were taken to grow like the MACs",
            _RIGHT | {"activations": 8},
            "Activations are the numbers of the output. Does it matter how many products went into each?",
        ),
        Misconception(
            "S132",
            "one of the two reasons for more activations was left out",
            _RIGHT | {"activations": 2},
            "Activations are the numbers of the output. In which two ways has the output become larger?",
        ),
        Misconception(
            "S135",
            "one of the reasons for more weights was left out",
            _RIGHT | {"weights": 2},
            "Twice as many filters, and what becomes of each of them?",
        ),
        Misconception(
            "S133",
            "only the weights were taken to grow with the image",
            _RIGHT | {"weights": 8},
            "The same filters are laid down on a larger image. Do the filters know the image at all?",
        ),
        Misconception(
            "S105",
            "the output pixels were left out",
            _RIGHT | {"macs": 4, "activations": 2},
            "On an image that is twice as high, at how many more places is a filter laid down?",
        ),
        Misconception(
            "S115",
            "the image was taken to be twice as wide as well",
            _RIGHT | {"macs": 16, "activations": 8},
            "Only the height is doubled. How many pixels is that?",
        ),
        Misconception(
            "M07",
            "weights and biases were taken to grow with the image",
            _RIGHT | {"weights": 8, "biases": 4},
            "The same filters are laid down on a larger image. Which counts know the image at all?",
        ),
        Misconception(
            "S113",
            "only one of the two channel numbers was taken to matter",
            _RIGHT | {"weights": 2, "macs": 4},
            "Twice as many filters, and each of them twice as deep.",
        ),
        Misconception(
            "S134",
            "every count was taken to double",
            {"weights": 2, "biases": 2, "macs": 2, "activations": 2},
            "Three things are doubled. For each count: on how many of the three does it depend?",
        ),
        Misconception(
            "S122",
            "only the image was taken to have changed",
            {"weights": 1, "biases": 1, "macs": 2, "activations": 2},
            "The layer has changed as well: twice the input channels, and twice the filters.",
        ),
        Misconception(
            "S47",
            "^ was taken for a power",
            {"weights": 2 ^ 2, "biases": 2, "macs": 2 ^ 3, "activations": 2 ^ 2},
            "In Python ^ works on bits. A power is written **.",
        ),
    ],
    hints=[
        "Write down the formula of each count. Which letters in it are doubled?",
        "Weights: C_out · C_in · k². Activations: C_out · H_out · W_out. MACs: weights · H_out · W_out.",
    ],
)
