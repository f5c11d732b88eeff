"""Which cause has each of PyTorch's messages?"""

from sepconv.exercises.spec import Exercise

# What the message would be for each cause: said to whoever names that cause for another message.
_WOULD_SAY = {
    "A": "With the channels last, the size that the layer expects stands at the end of the input's shape.",
    "B": "Without a channel axis, PyTorch either finds too few axes, or takes another one for the channels.",
    "C": "A single image needs no batch axis: PyTorch takes (C, H, W) as well.",
    "D": "Then the input has as many channels as one filter is deep, and the layer expects groups times as many.",
    "E": "A layer cannot even be made with such groups. Then the message would name in_channels.",
    "F": "A layer cannot even be made with such groups. Then the message would name out_channels.",
    "G": "Then the message is about number types: NumPy's 64-bit numbers are double, a layer's own are float.",
    "H": "A bias of the wrong size would be named with its size. nn.Conv2d makes one of the right size itself.",
}
_RIGHT_CAUSES = {1: "F", 2: "D", 3: "A", 4: "B", 5: "G"}
_WHY_RIGHT = {
    1: "There are as many filters as output channels, and they are cut into groups, too.",
    2: "A filter is 2 deep and there are 3 groups, so 6 channels are expected. The input brings 2.",
    3: "[1, 32, 48, 3] is a picture of 32×48 pixels with a batch axis in front and its 3 channels at the end.",
    4: "(32, 48) is height and width. A gray picture needs a channel axis, (1, 32, 48).",
    5: "The input is double, the layer float. The message names the bias, but the weights are float as well.",
}


EXERCISE = Exercise(
    points=2,
    answer=_RIGHT_CAUSES,
    misconceptions="""
        M22 the cut of the filters was taken for that of the inputs
        = right | {1: "E"}

        S220 the depth of a filter was taken for the depth of the input
        = right | {2: "A"}

        S221 the rows of a picture were taken for its channels
        = right | {3: "D"}

        S222 a batch axis was missed where a channel axis is missing
        = right | {4: "C"}

        S223 the bias was blamed because the message names it
        = right | {5: "H"}
    """,
    explanations={number: _WOULD_SAY | {_RIGHT_CAUSES[number]: why} for number, why in _WHY_RIGHT.items()},
    hints=[
        "Two of the messages come when a layer is made, the others when it is called. Which causes are of which kind?",
        "In [12, 2, 3, 3] the 12 counts filters, and each is 2 deep. Multiply by the groups: what is expected?",
        "In the shape of an input, look for the number of channels that the layer expects. Where does it stand?",
    ],
)
