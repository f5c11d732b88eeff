"""Which of these mix space, which mix channels, which both, which neither?"""

from sepconv.exercises.spec import Exercise

_RIGHT = {1: "A", 2: "B", 3: "B", 4: "C", 5: "A", 6: "C", 7: "D", 8: "A"}


EXERCISE = Exercise(
    points=2,
    answer=_RIGHT,
    misconceptions="""
        M58 the feed-forward layer of a Transformer was taken for a separable convolution
        = right | {3: "C"}

        M34 depthwise layers were taken to mix channels
        = right | {1: "C", 5: "C", 8: "C"}

        M12 a Linear was taken to see the whole image
        = right | {2: "C", 3: "C"}

        S1303 SegFormer's feed-forward layer was taken for a Transformer's
        = right | {4: "B"}

        S1304 a standard convolution was taken to mix space alone
        = right | {6: "A"}

        S1305 space and channels were exchanged
        = right | {1: "B", 2: "A", 3: "A", 5: "B", 8: "B"}

        S1306 a causal convolution was taken to see its own position alone
        = right | {8: "D"}
    """,
    words={"space": "A", "channels": "B", "both": "C", "neither": "D"},
    explanations={
        1: {
            "A": "groups equals the channels: each output reads one channel, 49 pixels of it.",
            "B": "Its kernel is 7×7, and each filter reads a single channel.",
            "C": "How many channels does a filter read if groups equals the channels?",
            "D": "A kernel of 7×7 reads 49 pixels.",
        },
        2: {
            "A": "It is applied at each pixel on its own.",
            "B": "At each pixel all 96 channels are weighed, and no other pixel is seen.",
            "C": "It is applied at each pixel on its own: where would it see a neighbor?",
            "D": "Each of its 384 outputs is a weighted sum of 96 channels.",
        },
        3: {
            "A": "Both Linears are applied at each position on its own.",
            "B": "Two pointwise layers. What looks around in a Transformer is the attention.",
            "C": "Both Linears are applied at each position on its own: there is nothing depthwise in it.",
            "D": "A Linear weighs all the channels.",
        },
        4: {
            "A": "There are two Linears in it.",
            "B": "Between its two Linears there is something that a Transformer's feed-forward layer lacks.",
            "C": "Two pointwise layers, and a depthwise one between them.",
            "D": "What do the two Linears do, and what does the convolution between them?",
        },
        5: {
            "A": "31 positions of one channel.",
            "B": "Each filter reads a single channel, 31 positions of it.",
            "C": "How many channels does a filter read if groups equals the channels?",
            "D": "A kernel of 31 reads 31 positions.",
        },
        6: {
            "A": "Each of its filters reads all 64 channels.",
            "B": "Its kernel is 3×3.",
            "C": "9 pixels of all 64 channels: what a separable convolution does in two steps.",
            "D": "Each of its filters reads 9 pixels of all 64 channels.",
        },
        7: {
            "A": "Each number that comes out depends on exactly one number that goes in.",
            "B": "In evaluation mode each channel is scaled and shifted by numbers of its own, then cut off at 0.",
            "C": "Each number that comes out depends on exactly one number that goes in.",
            "D": "Each number for itself; in evaluation mode the mean and the variance are fixed.",
        },
        8: {
            "A": "Its own position and the three before it, in one channel.",
            "B": "groups equals the channels: a filter reads a single channel.",
            "C": "How many channels does a filter read if groups equals the channels?",
            "D": "Causal means that it does not read what comes later. What comes before, it does read.",
        },
    },
    hints=[
        "Two questions for each: does an output read a second pixel? Does it read a second channel?",
        "A kernel larger than 1 mixes space. Linears, 1×1 kernels and filters of more than one channel mix channels.",
    ],
)
