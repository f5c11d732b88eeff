"""Standard, grouped, depthwise or pointwise?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    answer={1: "C", 2: "B", 3: "D", 4: "C", 5: "A", 6: "B"},
    misconceptions="""
        M25 a depthwise layer was taken to keep the number of channels
        = right | {4: "B"}

        M23 as many groups as outputs were taken for depthwise
        = right | {2: "C"}

        S269 the 1 in the shape was taken for the size of the kernel
        = right | {1: "D", 4: "D"}

        S270 equal numbers of channels were taken for depthwise
        = right | {5: "C"}

        M11 a 1×1 layer was taken to treat each channel alone
        = right | {3: "C"}

        M34 a layer was taken to read every channel
        = right | {6: "A"}
    """,
    words={"standard": "A", "grouped": "B", "depthwise": "C", "pointwise": "D"},
    explanations={
        1: {
            "A": "A standard filter would be 8 deep. The second number of the shape says how deep it is.",
            "B": "Groups of one channel each: that limit has a name of its own.",
            "C": "8 kernels for 8 channels, each filter one channel deep.",
            "D": "The kernel is 5×5; the 1 says how many channels a filter reads.",
        },
        2: {
            "A": "A standard filter would be 8 deep, as deep as the input.",
            "B": "Each filter reads 2 of 8 channels: four groups. There are four outputs as well, which proves nothing.",
            "C": "How many channels does each filter read? It stands in the shape.",
            "D": "The kernel is 3×3.",
        },
        3: {
            "A": "It is one, but with kernels of 1×1 it has a narrower name.",
            "B": "Each filter reads all 4 channels: one group.",
            "C": "Each filter reads all 4 channels, one pixel of each.",
            "D": "Kernel 1×1, and each filter reads all 4 channels.",
        },
        4: {
            "A": "A standard filter would be 4 deep, as deep as the input.",
            "B": "Each filter reads one channel: that limit has a name of its own, also with more outputs than inputs.",
            "C": "12 kernels for 4 channels, each filter one channel deep: multiplier 3.",
            "D": "The kernel is 3×3; the 1 says how many channels a filter reads.",
        },
        5: {
            "A": "Each of the 4 filters is 4 deep: it reads all channels.",
            "B": "Each filter reads all 4 channels: one group.",
            "C": "Each filter reads all 4 channels. That there are 4 outputs as well proves nothing.",
            "D": "The kernel is 3×3.",
        },
        6: {
            "A": "Then all 8 outputs would have changed.",
            "B": "Half of the outputs read this channel: it lives in one of two groups.",
            "C": "Each channel would have 8 / 4 = 2 outputs of its own, and only these would have changed.",
            "D": "The kernel is 3×3.",
        },
    },
    hints=[
        "The shape of a weight: (outputs, inputs that one output reads, rows, columns).",
        "Compare the second number of the shape with the number of input channels: all of them, one, or some?",
    ],
)
