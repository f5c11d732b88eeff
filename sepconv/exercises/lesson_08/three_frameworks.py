"""A separable layer, 5 → 8 channels, kernel 3: how many weights, how many parameters in PyTorch and in Keras?"""

from sepconv.exercises.spec import Exercise


def three_frameworks():
    c_in, c_out, k = 5, 8, 3
    depthwise, pointwise = k * k * c_in, c_in * c_out
    weights = depthwise + pointwise
    return {"weights": weights, "torch": weights + c_in + c_out, "keras": weights + c_out}


EXERCISE = Exercise(
    points=1,
    answer=three_frameworks,
    misconceptions="""
        M01 the biases were left out
        weights + c_in + c_out => weights
        weights + c_out => weights
        Parameters are weights and biases. Which convolutions have a bias, and how many numbers is it?

        S101 one bias was counted for the whole layer
        weights + c_in + c_out => weights + 2
        weights + c_out => weights + 1
        That there are biases does not say how many: a convolution has one for each channel that it writes.

        S321 PyTorch was given a single bias
        c_in + c_out => c_out
        In PyTorch the layer is made of two convolutions. Has the first one no bias?

        S322 Keras was given two biases
        "keras": weights + c_out => "keras": weights + c_in + c_out
        To Keras it is one layer: nothing is added between its two stages.

        S308 PyTorch and Keras were exchanged
        weights + c_in + c_out => weights + c_out
        "keras": weights + c_out => "keras": weights + c_in + c_out
        Two separate layers have two biases, a single layer has one.

        S309 the one bias was given to the depthwise stage
        "keras": weights + c_out => "keras": weights + c_in
        Keras adds its bias at the very end. How many channels are there at the end?

        M13 the depthwise filters were counted by the output channels
        k * k * c_in => k * k * c_out
        c_in + c_out => c_out + c_out
        The depthwise stage has a kernel for each channel that it reads.

        M34 each depthwise filter was made as deep as the input
        k * k * c_in => k * k * c_in * c_in
        A depthwise filter reads a single channel: how many slices does it have?

        M15 the two stages were multiplied
        depthwise + pointwise => depthwise * pointwise
        One stage comes after the other, so their weights add up.

        S310 the standard layer was counted
        depthwise + pointwise => k * k * c_in * c_out
        c_in + c_out => c_out
        That is one convolution in which each filter reads all 5 channels. A separable layer has two stages.
    """,
    hints=[
        "Weights: a 3×3 kernel for each of the 5 channels, and a number for each connection.",
        "PyTorch's two convolutions write 5 and 8 channels, each with a bias. Keras' single layer writes 8.",
    ],
)
