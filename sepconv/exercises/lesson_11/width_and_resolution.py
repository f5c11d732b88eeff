"""How many parameters and MACs does MobileNetV1 have for a width multiplier and an image size?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.lesson_11.mobilenet_v1 import AS_PRINTED, BLOCKS
from sepconv.exercises.spec import Exercise, Misconception


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


def _count(
    alpha,
    size,
    *,
    blocks=BLOCKS,
    width=int,
    halve=lambda n, stride: (n - 1) // stride + 1,
    late_stride=False,
    on_input=False,
    norm=2,
    stem_norm=True,
    conv_bias=0,
    classifier=(1, 1, 1),
    thin_classes=False,
):
    """Count like the right answer; each keyword changes one thing. `classifier`: its weights, biases, MACs."""
    c_in, before = width(alpha * 32), size
    size = halve(size, 2)
    parameters = (27 + norm * stem_norm + conv_bias) * c_in
    macs = (before if on_input else size) ** 2 * 27 * c_in
    for channels, stride in blocks:
        c_out, before = width(alpha * channels), size
        size = halve(size, stride)
        looked_at = before if late_stride or on_input else size
        parameters += (9 + norm + conv_bias) * c_in + (c_in + norm + conv_bias) * c_out
        macs += looked_at**2 * 9 * c_in + size**2 * c_in * c_out
        c_in = c_out
    weights, biases, work = classifier
    classes = int(alpha * 1000) if thin_classes else 1000
    return parameters + classes * (weights * c_in + biases), macs + classes * work * c_in


def _counting(**changes):
    return lambda alpha, size: _count(alpha, size, **changes)


def _scaled(power):
    """Scale the numbers of alpha = 1 by a power of alpha."""

    def wrong(alpha, size):
        parameters, macs = _count(1, size)
        return int(alpha**power * parameters), int(alpha**power * macs)

    return wrong


def _smaller_for_small_images(alpha, size):
    parameters, macs = _count(alpha, size)
    return int(parameters * size * size / 224**2), macs


def _resolution_as_width(alpha, size):
    return _count(alpha * size / 224, 224)


def _only_squared(alpha, size):
    """Scale the MACs of 224 by the square of the resolution, the classifier's with them."""
    parameters, macs = _count(alpha, 224)
    return parameters, int(macs * size * size / 224**2)


def _flops(alpha, size):
    parameters, macs = _count(alpha, size)
    return parameters, 2 * macs


def _exchanged(alpha, size):
    return _count(alpha, size)[::-1]


EXERCISE = Exercise(
    points=3,
    answer=width_and_resolution,
    cases=[(1.0, 224), (1.0, 128), (0.75, 224), (0.5, 160), (0.25, 192), (0.3, 99)],
    fresh=drawn(count=2, alpha=[n / 100 for n in range(20, 150)], size=range(64, 257)),
    misconceptions=[
        Misconception(
            "M17",
            "everything was scaled by alpha",
            _scaled(1),
            "A pointwise weight belongs to a pair of an input and an output channel. How many pairs are left if "
            "both sides are halved?",
        ),
        Misconception(
            "S1106",
            "everything was scaled by the square of alpha",
            _scaled(2),
            "That holds where both sides of a layer get thinner. Which layers have a side that stays, or one "
            "weight for each channel?",
        ),
        Misconception(
            "M18",
            "the parameters were scaled with the image",
            _smaller_for_small_images,
            "The same filters are laid down on a smaller map. How many of them are there?",
        ),
        Misconception(
            "M19",
            "the resolution was used as a multiplier of channels",
            _resolution_as_width,
            "A smaller image changes the height and the width of every map. What does it do to its channels?",
        ),
        Misconception(
            "S1107",
            "the classifier's MACs were scaled with the image, too",
            _only_squared,
            "The classifier reads the map after its average: one number for each channel. Does that depend on the "
            "image?",
        ),
        Misconception(
            "M10",
            "batch normalization was left out of the parameters",
            _counting(norm=0),
            "It learns two numbers for each channel that a convolution writes.",
        ),
        Misconception(
            "S1142",
            "the batch normalization of the first convolution was left out",
            _counting(stem_norm=False),
            "How many convolutions stand in the network, and how many of them did you give a batch normalization?",
        ),
        Misconception(
            "S1143",
            "the weights alone were taken for the parameters",
            _counting(norm=0, classifier=(1, 0, 1)),
            "The task names three things that are learned. Weights are one of them.",
        ),
        Misconception(
            "S1152",
            "the totals were scaled by the squares of alpha and of the size",
            lambda alpha, size: (
                round(4_231_976 * alpha**2),
                round(568_740_352 * (alpha * size / 224) ** 2),
            ),
            "Does every layer shrink by that factor? Try it on a depthwise one, and on the classifier.",
        ),
        Misconception(
            "S1144",
            "the classes were thinned, too",
            _counting(thin_classes=True),
            "A thinner network tells the same kinds of images apart. How many are there?",
        ),
        Misconception(
            "S1108",
            "the running means and variances were counted as parameters",
            _counting(norm=4),
            "They are kept, not learned: buffers. Keras counts them in its total.",
        ),
        Misconception(
            "M69",
            "the convolutions were given a bias",
            _counting(conv_bias=1),
            "The batch normalization behind a convolution shifts its channels anyway. Only the classifier has biases.",
        ),
        Misconception(
            "M01",
            "the biases of the classifier were left out",
            _counting(classifier=(1, 0, 1)),
            "The last layer has something that the convolutions do not have.",
        ),
        Misconception(
            "S1109",
            "the classifier was left out of the MACs",
            _counting(classifier=(1, 1, 0)),
            "Its parameters are counted here. The last layer does some work, too.",
        ),
        Misconception(
            "S1110",
            "the classifier was left out",
            _counting(classifier=(0, 0, 0)),
            "After the average pooling one layer is left, and it is not a convolution.",
        ),
        Misconception(
            "S1101",
            "the printed stride of the last depthwise convolution was kept",
            _counting(blocks=AS_PRINTED),
            "Table 1 prints which map comes out of that layer. Does it, with this stride?",
        ),
        Misconception(
            "M44",
            "the stride was put on the pointwise convolution",
            _counting(late_stride=True),
            "Which stage takes the steps, and how many pixels does the depthwise one write then?",
        ),
        Misconception(
            "M08",
            "the MACs were counted on the input grid",
            _counting(on_input=True),
            "A layer costs its weights once for each pixel that it writes.",
        ),
        Misconception(
            "S42",
            "the output size was rounded down",
            _counting(halve=lambda n, stride: n // stride),
            "With padding 1, a row of 25 pixels and stride 2, windows stand at 0, 2, 4 … 24.",
        ),
        Misconception(
            "S1104",
            "the widths were rounded to the nearest integer",
            _counting(width=round),
            "The task says int(alpha · c), which cuts off.",
        ),
        Misconception(
            "M09",
            "FLOPs were counted",
            _flops,
            "A MAC is one multiplication with its addition, counted once.",
        ),
        Misconception(
            "S1111",
            "the two numbers were exchanged",
            _exchanged,
            "The task says which of the two comes first.",
        ),
    ],
    hints=[
        "Follow two numbers through the network: the channels and the side of the map. Each layer has weights; its "
        "MACs are the weights times the pixels that it writes.",
        "A block with c_in and c_out: 9 · c_in weights and c_in · c_out weights, both at the new size. Each of the "
        "two convolutions has a batch normalization, 2 numbers for each channel that it writes.",
        "Last, the classifier: c_in · 1000 weights and 1000 biases, and it runs once.",
    ],
)
