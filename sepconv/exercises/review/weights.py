"""How many weights, and in what order."""

from sepconv.exercises.review import Family

_CHANNELS = {"c_in": range(2, 13), "c_out": range(2, 13)}


def _differ(c_in, c_out, **others):
    return c_in != c_out


def weights_of_a_layer(c_in, c_out, k):
    return c_out * c_in * k * k


def shape_of_a_weight(c_in, c_out, k):
    return (c_out, c_in, k, k)


def parameters_of_a_layer(c_in, c_out, k):
    biases = c_out
    return c_out * c_in * k * k + biases


def pointwise_weights(c_in, c_out, h, w):
    return c_out * c_in


def grouped_weights(inputs_each, outputs_each, groups, k):
    c_in, c_out = inputs_each * groups, outputs_each * groups
    return c_out * (c_in // groups) * k * k


def depthwise_weights(c_in, multiplier, k):
    c_out, depth = c_in * multiplier, 1
    return c_out * depth * k * k


def separable_weights(c_in, c_out, k):
    depthwise = k * k * c_in
    pointwise = c_in * c_out
    return depthwise + pointwise


def separable_share(c_in, c_out, k):
    return 1 / c_out + 1 / (k * k)


_TWO_STAGES = """
        S303 the depthwise stage was left out
        depthwise + pointwise => pointwise
        That is the 1×1 convolution. What does the stage before it learn?

        S304 the pointwise stage was left out
        depthwise + pointwise => depthwise
        That is the stage that looks around. Which stage mixes the channels?

        S310 the standard layer was counted
        depthwise + pointwise => k * k * c_in * c_out
        In a separable layer no filter has both a kernel and all the channels.

        M13 the depthwise filters were counted by the output channels
        k * k * c_in => k * k * c_out
        The depthwise stage has a kernel for each channel that it reads.

        M15 the two parts were multiplied
        depthwise + pointwise => depthwise * pointwise
        The stages follow each other, and each has weights of its own.

        S26 k was not squared
        k * k * c_in => k * c_in
        The kernel is as high as it is wide.
"""

FAMILIES = [
    Family(
        weights_of_a_layer,
        2,
        "how many weights does nn.Conv2d({c_in}, {c_out}, {k}) have, without biases?",
        """
        M06 the filters were taken to be flat
        c_out * c_in => c_out
        Each filter is as deep as the input.

        S25 one filter was counted
        c_out * c_in => c_in
        Every output channel has a filter of its own.

        S26 k was not squared
        k * k => k
        The kernel is as high as it is wide.

        S27 the channel numbers were added
        c_out * c_in => (c_out + c_in)
        So many filters, and each of them so deep: is that a sum or a product?

        S47 ^ was taken for a power
        k * k => (k ^ 2)
        In Python ^ works on bits. A power is written **.
        """,
        "How many boxes are there, and how many numbers in each?",
        {**_CHANNELS, "k": (2, 4, 5, 7)},
        _differ,
        also="S01 S17 M07 square-left-out added-for-multiplied factor-left-out",
    ),
    Family(
        shape_of_a_weight,
        2,
        "what is the shape of nn.Conv2d({c_in}, {c_out}, {k}).weight, as a tuple?",
        """
        M05 input and output channels were exchanged
        (c_out, c_in, k, k) => (c_in, c_out, k, k)
        The constructor takes the input first, but the weight is a list of filters.

        M06 the filters were taken to be flat
        (c_out, c_in, k, k) => (c_out, k, k)
        A filter is a box: it has a slice for each input channel.

        S28 the order of another framework was used
        (c_out, c_in, k, k) => (k, k, c_in, c_out)
        Keras puts the kernel first. PyTorch stores a list of filters.
        """,
        "weight[0] is the first filter. How many filters are there, and how deep is one?",
        {**_CHANNELS, "k": (3, 5, 7)},
        _differ,
        also="S02 axes-exchanged exchanged",
    ),
    Family(
        parameters_of_a_layer,
        4,
        "how many parameters does nn.Conv2d({c_in}, {c_out}, {k}) have?",
        """
        M01 the biases were left out
        k * k + biases => k * k
        Is anything learned besides the weights?

        S100 one bias was counted for each input channel
        biases = c_out => biases = c_in
        A bias is added to a finished output. How many of those are there?

        S101 one bias was counted for the whole layer
        biases = c_out => biases = 1
        Does every output channel get the same bias?

        M06 the filters were taken to be flat
        c_out * c_in => c_out
        Each filter is as deep as the input.
        """,
        "The weights of all filters, and one number more for each of them.",
        {**_CHANNELS, "k": (3, 5)},
        _differ,
        also="S22 S23 S102 S103 biases-added",
    ),
    Family(
        pointwise_weights,
        5,
        "how many weights does nn.Conv2d({c_in}, {c_out}, 1) have on an image of {h}×{w} pixels, without biases?",
        """
        M11 a 1×1 convolution was taken to have one weight for each output
        c_out * c_in => c_out
        Each output channel weighs every input channel.

        M07 the pointwise weights were counted once for each pixel
        c_out * c_in => c_out * c_in * h * w
        All pixels share one set.

        S27 the channel numbers were added
        c_out * c_in => c_out + c_in
        So many filters, and each of them so deep: is that a sum or a product?
        """,
        "How many filters are there, and how many numbers has one of a single pixel?",
        {**_CHANNELS, "h": range(3, 9), "w": range(3, 9)},
        lambda c_in, c_out, h, w: c_in != c_out and h != w,
        also="M12 S312 S320",
    ),
    Family(
        grouped_weights,
        6,
        "{groups} groups, and each of them makes {outputs_each} outputs of {inputs_each} inputs, with kernels of {k}×{k}. "
        "How many weights has the layer?",
        """
        M03 one group was counted
        return c_out => return (c_out // groups)
        How many groups are there?

        S233 the number of groups was taken for the depth of a filter
        c_in // groups => groups
        A filter is as deep as its group has input channels.

        S250 the groups were left out of the count
        (c_in // groups) => c_in
        That is the standard convolution. How many channels does one filter read?
        """,
        "How deep is one filter? How many filters are there in all groups together?",
        {"inputs_each": range(3, 9), "outputs_each": range(2, 8), "groups": range(2, 6), "k": (3, 5)},
        lambda inputs_each, outputs_each, groups, k: inputs_each not in (groups, outputs_each),
        also="M02 M04 S205 S206 S207 S209 division-left-out",
    ),
    Family(
        depthwise_weights,
        7,
        "a depthwise layer of {k}×{k} makes {multiplier} channels of each of {c_in}. How many weights has it?",
        """
        M25 a depthwise convolution was taken to keep the number of channels
        return c_out => return c_in
        How many filters has each input channel?

        M34 each filter was taken to read all the channels
        depth = c_in * multiplier, 1 => depth = c_in * multiplier, c_in
        How many input channels does one filter of a depthwise layer read?

        S26 k was not squared
        k * k => k
        The kernel is as high as it is wide.
        """,
        "How many filters are there, and how many channels does each one read?",
        {"c_in": range(3, 13), "multiplier": (2, 3, 4), "k": (3, 5, 7)},
        lambda c_in, multiplier, k: c_in not in (k, multiplier),
        also="M23 M24 S251 S257 S270 M57",
    ),
    Family(
        separable_weights,
        8,
        "how many weights does a separable layer {c_in} → {c_out} with k = {k} have, without biases?",
        _TWO_STAGES,
        "So many kernels, then so many mixtures of so many channels.",
        {**_CHANNELS, "k": (3, 5, 7)},
        _differ,
        also="M53 S300 S320 M16 term-left-out multiplied-for-added",
    ),
    Family(
        separable_share,
        8,
        "{c_in} → {c_out} channels, kernel {k}. What share of a standard layer's weights has a separable one?",
        """
        M15 the two parts were multiplied
        1 / c_out + 1 / (k * k) => 1 / (c_out * k * k)
        One stage comes after the other: how do two counts become one?

        M14 the ratio was built with the input channels
        1 / c_out => 1 / c_in
        Write both counts over one line. What can be canceled?

        S26 k was not squared
        (k * k) => k
        The kernel is as high as it is wide.

        S302 the share that is saved was given
        1 / c_out + 1 / (k * k) => 1 - 1 / c_out - 1 / (k * k)
        Asked is the share that is left.

        S305 two fractions were added by their denominators
        1 / c_out + 1 / (k * k) => 1 / (c_out + k * k)
        A half and a half make one, not a quarter.
        """,
        "One part saves the factor c_out, the other the factor k².",
        {"c_in": range(4, 33), "c_out": range(4, 33), "k": (3, 5, 7)},
        _differ,
        also="M16 S300 S301 S324 result-inverse result-complement turned-around",
    ),
]
