"""2 channels of 3×4 pixels become 5 channels of 3×4: how many weights do a Linear and a pointwise need?"""

from sepconv.exercises.spec import Exercise, Misconception

EXERCISE = Exercise(
    points=1,
    answer={"linear": 24 * 60, "pointwise": 10},
    misconceptions=[
        Misconception(
            "M12",
            "the pointwise convolution was taken to be fully connected",
            {"linear": 1440, "pointwise": 1440},
            "A Linear on the flattened image has a weight for each pair of numbers. Does a 1×1 kernel reach other pixels?",
        ),
        Misconception(
            "M12",
            "the Linear was counted as if it stood at a single pixel",
            {"linear": 10, "pointwise": 10},
            "Here the image is flattened first. How many numbers go into the Linear, and how many come out?",
        ),
        Misconception(
            "M11",
            "the pointwise convolution was given one weight for each channel",
            {"linear": 1440, "pointwise": 5},
            "Every output channel weighs every input channel.",
        ),
        Misconception(
            "M11",
            "the pointwise convolution was given one weight for each input channel",
            {"linear": 1440, "pointwise": 2},
            "Those are the weights of one filter. How many filters are there?",
        ),
        Misconception(
            "M07",
            "the pointwise weights were counted once for each pixel",
            {"linear": 1440, "pointwise": 120},
            "That is how often they are used: the MACs. All pixels share one matrix.",
        ),
        Misconception(
            "M01",
            "the biases were counted among the weights",
            {"linear": 1500, "pointwise": 15},
            "The question is about the weights alone.",
        ),
        Misconception(
            "S156",
            "the Linear was given one output for each channel",
            {"linear": 120, "pointwise": 10},
            "The Linear has to make all 5 channels with all their pixels.",
        ),
        Misconception(
            "S157",
            "the two were exchanged",
            {"linear": 10, "pointwise": 1440},
            "Which of the two shares its weights among the pixels?",
        ),
    ],
    hints=[
        "The pointwise convolution: 5 filters; how many numbers are in each?",
        "The Linear: 2·3·4 numbers go in. How many come out? It has a weight for each pair.",
    ],
)
