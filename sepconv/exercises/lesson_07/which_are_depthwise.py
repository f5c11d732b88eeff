"""In which layers does every output channel read exactly one input channel?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    answer={"B", "D", "F", "G"},
    misconceptions="""
        M23 groups was compared with the output channels
        = {"A", "B"}
        How many input channels fall into one group? Divide, for each of the layers.

        M24 the pooling layer was ruled out
        = {"B", "D", "F"}
        The question is who reads whom. A layer can keep channels apart without an argument for it.

        M25 a depthwise layer was taken to keep the number of channels
        = {"B"}
        Each output must read one input. Must each input be read by one output only?

        M25 a layer that changes the number of channels was ruled out
        = {"B", "G"}
        Each output must read one input. Must each input be read by one output only?

        S251 the layer with one input channel was ruled out
        = {"B", "D", "G"}
        Where there is one input channel, how many can an output read?

        S251 the layer with one input channel was ruled out
        = {"B", "D"}
        Where there is one input channel, how many can an output read? Then look at the layers without `groups`, too.

        M57 every layer with groups was taken for depthwise
        = {"A", "B", "C", "D"}
        Groups keep blocks of channels apart. How many input channels does a block hold?

        M11 a 1×1 layer was taken to treat each channel alone
        = {"B", "D", "E", "F", "G"}
        A 1×1 kernel sees one pixel. Of how many channels?
    """,
    explanations={
        "A": "8 channels in 4 groups: two inputs a group, so output 0 reads inputs 0 and 1.",
        "B": "6 channels in 6 groups: output j reads input j.",
        "C": "6 channels in 3 groups: each output reads two inputs.",
        "D": "4 channels in 4 groups, with multiplier 2: outputs 0 and 1 read input 0, and so on.",
        "E": "A pointwise layer sees one pixel of every channel: each output reads all five inputs.",
        "F": "There is only one input to read. It is a standard convolution as well; here the two are the same.",
        "G": "Pooling averages pixels, never channels: output j reads input j, with weights that are fixed.",
    },
    hints=[
        "For each layer: how many input channels does output 0 read? With groups it is in_channels / groups.",
        "Do not look for the argument `groups` alone: which layers keep channels apart in another way, or have only one?",
    ],
)
