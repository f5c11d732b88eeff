"""Put the lines in order so that parameters and MACs of a stack of layers are counted; three lines do not belong."""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    opening="def count_stack(layers, h, w):",
    lines={
        "A": "        macs += 2 * weights * h * w",
        "B": "        parameters += weights + c_out",
        "C": "    return parameters, macs",
        "D": "        parameters += (weights + c_out) * h * w",
        "E": "        macs += weights * h * w",
        "F": "    for c_in, c_out, k, stride, padding in layers:",
        "G": "        h, w = [(n + 2 * padding - k) // stride + 1 for n in (h, w)]",
        "H": "        weights = c_out * k * k",
        "I": "    parameters, macs = 0, 0",
        "J": "        weights = c_out * c_in * k * k",
    },
    answer="IFJBGEC",
    distractors={
        "A": "counts each MAC twice",
        "D": "counts each parameter h·w times",
        "H": "takes each filter to be flat",
    },
    cases=[
        ([(2, 3, 2, 1, 0)], 3, 5),
        ([(3, 4, 3, 2, 1), (4, 6, 2, 1, 1)], 7, 10),
        ([(5, 2, 4, 3, 2), (2, 7, 1, 1, 0), (7, 3, 3, 1, 1)], 11, 16),
    ],
    misconceptions="""
        M08 MACs were counted on the input pixels
        GE => EG
        When the MACs of a layer are added up, which size should h and w have?

        M09 FLOPs were counted
        E => A
        One multiplication and the addition of its product are one MAC.

        M07 the parameters were taken to grow with the image
        B => D
        Do the filters become more when the image becomes larger?

        M07 the parameters were taken to grow with the output
        BG => GD
        Do the filters become more when the image becomes larger?

        M06 the filters were taken to be flat
        J => H
        A filter is as deep as the input of its layer.

        S138 the image was taken to keep its size from layer to layer
        GE => E
        Which size does the second layer see, if the first one takes steps of 2?
    """,
    hints=[
        "Before the loop: two zeros. After it: return. Inside: first what the layer holds, then what it does.",
        "The work of a layer is done at its output pixels.",
    ],
)
