"""How many parameters and MACs does MobileNetV1 have for a width multiplier and an image size?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def width_and_resolution(alpha, size):
    """Return (parameters, MACs) of MobileNetV1 with 1000 classes, the MACs for one image of size×size."""
    blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    blocks += [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    # Goal 1: the first convolution, with its batch normalization.
    c_in = int(alpha * 32)
    size = (size - 1) // 2 + 1
    parameters = 3 * 3 * 3 * c_in + 2 * c_in
    macs = size * size * 3 * 3 * 3 * c_in
    # Goal 2: the blocks, each with two batch normalizations.
    for channels, stride in blocks:
        c_out = int(alpha * channels)
        size = (size - 1) // stride + 1
        weights = 3 * 3 * c_in + c_in * c_out
        parameters += weights + 2 * c_in + 2 * c_out
        macs += size * size * weights
        c_in = c_out
    # Goal 3: the classifier, which has biases.
    return parameters + c_in * 1000 + 1000, macs + c_in * 1000


EXERCISE = Exercise(
    points=3,
    answer=width_and_resolution,
    cases=[(1.0, 224), (1.0, 128), (0.75, 224), (0.5, 160), (0.25, 192), (0.3, 99)],
    fresh=drawn(count=2, alpha=[n / 100 for n in range(20, 150)], size=range(64, 257)),
    avoidable=("mobilenet_v1", "MobileNetV1"),
    misconceptions="""
        M17 everything was scaled by alpha
        = lambda alpha, size: tuple(int(alpha * count) for count in width_and_resolution(1, size))
        A pointwise weight belongs to a pair of an input and an output channel. How many pairs are left if both sides are halved?

        S1106 everything was scaled by the square of alpha
        = lambda alpha, size: tuple(int(alpha**2 * count) for count in width_and_resolution(1, size))
        That holds where both sides of a layer get thinner. Which layers have a side that stays, or one weight for each channel?

        M18 the parameters were scaled with the image
        c_in = int(alpha * 32) => c_in, pixels = int(alpha * 32), size * size
        parameters + c_in * 1000 + 1000 => int((parameters + c_in * 1000 + 1000) * pixels / 224**2)
        The same filters are laid down on a smaller map. How many of them are there?

        M19 the resolution was used as a multiplier of channels
        c_in = int(alpha * 32) => alpha, size = alpha * size / 224, 224; c_in = int(alpha * 32)
        A smaller image changes the height and the width of every map. What does it do to its channels?

        S1107 the classifier's MACs were scaled with the image, too
        c_in = int(alpha * 32) => c_in, pixels, size = int(alpha * 32), size * size, 224
        macs + c_in * 1000 => int((macs + c_in * 1000) * pixels / 224**2)
        The classifier reads the map after its average: one number for each channel. Does that depend on the image?

        M10 batch normalization was left out of the parameters
        3 * c_in + 2 * c_in => 3 * c_in
        weights + 2 * c_in + 2 * c_out => weights
        It learns two numbers for each channel that a convolution writes.

        S1142 the batch normalization of the first convolution was left out
        3 * c_in + 2 * c_in => 3 * c_in
        How many convolutions stand in the network, and how many of them did you give a batch normalization?

        S1143 the weights alone were taken for the parameters
        3 * c_in + 2 * c_in => 3 * c_in
        weights + 2 * c_in + 2 * c_out => weights
        parameters + c_in * 1000 + 1000 => parameters + c_in * 1000
        The task names three things that are learned. Weights are one of them.

        S1152 the totals were scaled by the squares of alpha and of the size
        = lambda alpha, size: (round(4_231_976 * alpha**2), round(568_740_352 * (alpha * size / 224) ** 2))
        Does every layer shrink by that factor? Try it on a depthwise one, and on the classifier.

        S1144 the classes were thinned, too
        1000 => int(alpha * 1000)
        A thinner network tells the same kinds of images apart. How many are there?

        S1108 the running means and variances were counted as parameters
        2 * c_in => 4 * c_in
        2 * c_out => 4 * c_out
        They are kept, not learned: buffers. Keras counts them in its total.

        M69 the convolutions were given a bias
        2 * c_in => 2 * c_in + c_in
        2 * c_out => 2 * c_out + c_out
        The batch normalization behind a convolution shifts its channels anyway. Only the classifier has biases.

        M01 the biases of the classifier were left out
        parameters + c_in * 1000 + 1000 => parameters + c_in * 1000
        The last layer has something that the convolutions do not have.

        S1109 the classifier was left out of the MACs
        macs + c_in * 1000 => macs
        Its parameters are counted here. The last layer does some work, too.

        S1110 the classifier was left out
        parameters + c_in * 1000 + 1000, macs + c_in * 1000 => parameters, macs
        After the average pooling one layer is left, and it is not a convolution.

        S1101 the printed stride of the last depthwise convolution was kept
        (1024, 1)] => (1024, 2)]
        Table 1 prints which map comes out of that layer. Does it, with this stride?

        M44 the stride was put on the pointwise convolution
        size = (size - 1) // stride + 1 => before, size = size, (size - 1) // stride + 1
        size * size * weights => before * before * 3 * 3 * c_in + size * size * c_in * c_out
        Which stage takes the steps, and how many pixels does the depthwise one write then?

        M08 the MACs were counted on the input grid
        size = (size - 1) => before, size = size, (size - 1)
        size * size * 3 => before * before * 3
        size * size * weights => before * before * 3 * 3 * c_in + size * size * c_in * c_out
        A layer costs its weights once for each pixel that it writes.

        S42 the output size was rounded down
        (size - 1) // 2 + 1 => size // 2
        (size - 1) // stride + 1 => size // stride
        With padding 1, a row of 25 pixels and stride 2, windows stand at 0, 2, 4 … 24.

        S1104 the widths were rounded to the nearest integer
        int(alpha => round(alpha
        The task says int(alpha · c), which cuts off.

        M09 FLOPs were counted
        macs + c_in * 1000 => 2 * (macs + c_in * 1000)
        A MAC is one multiplication with its addition, counted once.

        S1111 the two numbers were exchanged
        parameters + c_in * 1000 + 1000, macs + c_in * 1000 => macs + c_in * 1000, parameters + c_in * 1000 + 1000
        The task says which of the two comes first.
    """,
    hints=[
        "Follow two numbers through the network: the channels and the side of the map. Each layer has weights; its "
        "MACs are the weights times the pixels that it writes.",
        "A block with c_in and c_out: 9 · c_in weights and c_in · c_out weights, both at the new size. Each of the "
        "two convolutions has a batch normalization, 2 numbers for each channel that it writes.",
        "Last, the classifier: c_in · 1000 weights and 1000 biases, and it runs once.",
    ],
)
