"""Lesson 5: pointwise. One small matrix at every pixel."""

import numpy as np

from sepconv.exercises.inputs import Inputs
from sepconv.exercises.spec import Exercise, Misconception


def pointwise_matmul(x, w, b=None):
    """Apply a 1×1 convolution to an image with one matrix product."""
    C_in, H, W = x.shape
    pixels = x.reshape(C_in, H * W)  # a column for each pixel
    y = w @ pixels  # (C_out, H · W)
    if b is not None:
        y = y + b[:, None]
    return y.reshape(len(w), H, W)


def _by_einsum(x, w, b=None):
    y = np.einsum("oc,chw->ohw", w, x)
    return y if b is None else y + b[:, None, None]


def _channels_last(x, w, b=None):
    y = np.moveaxis(x, 0, -1) @ w.T
    return np.moveaxis(y if b is None else y + b, -1, 0)


def _pixel_by_pixel(x, w, b=None):
    y = np.zeros((len(w), *x.shape[1:]))
    for i, j in np.ndindex(x.shape[1:]):
        y[:, i, j] = w @ x[:, i, j] + (0 if b is None else b)
    return y


def _one_channel_scaled(x, w, b=None):
    read = [o % len(x) for o in range(len(w))]
    y = np.stack([w[o, c] * x[c] for o, c in enumerate(read)])
    return y if b is None else y + b[:, None, None]


def _all_pixels_added(x, w, b=None):
    y = np.broadcast_to(x.sum(axis=(1, 2), keepdims=True), x.shape)
    return pointwise_matmul(y, w, b)


def _cut_anew(x, w, b=None):
    C_in, H, W = x.shape
    y = x.reshape(H * W, C_in) @ w.T
    y = y if b is None else y + b
    return y.T.reshape(-1, H, W)


def _not_turned_back(x, w, b=None):
    C_in, H, W = x.shape
    y = x.reshape(C_in, H * W).T @ w.T
    y = y if b is None else y + b
    return y.reshape(-1, H, W)


def _matrix_turned(x, w, b=None):
    return pointwise_matmul(x, w.T, b)


def _bias_forgotten(x, w, b=None):
    return pointwise_matmul(x, w)


def _bias_per_channel(x, w, b=None):
    return pointwise_matmul(x, w, None if b is None else b * len(x))


def _bias_along_the_row(x, w, b=None):
    y = pointwise_matmul(x, w)
    return y if b is None else y + b


def _cases_pointwise(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[[1.0, 2]], [[4, 8]]]), np.array([[1.0, 10]])),
        (draw(2, 3, 2), draw(2, 2), np.array([1.0, -2])),
        (draw(3, 2, 2), draw(2, 3)),
        (draw(2, 3, 4), draw(4, 2), draw(4)),
        (draw(3, 2, 5), draw(4, 3), draw(4)),
    ]


def rgb_to_gray(x):
    """Mix red, green and blue into one gray channel."""
    w = np.array([[0.299, 0.587, 0.114]])  # (1, 3): one filter, three channels
    return np.einsum("oc,chw->ohw", w, x)


def _gray_by_matmul(x):
    return (np.array([0.299, 0.587, 0.114]) @ x.reshape(3, -1)).reshape(1, *x.shape[1:])


def _gray_by_channel(x):
    red, green, blue = x
    return (0.299 * red + 0.587 * green + 0.114 * blue)[None]


def _cases_gray(seed):
    draw = Inputs(seed).integers
    # Three pure colors and a mixture, side by side.
    colors = np.array([[[1.0, 0, 0, 10]], [[0, 1, 0, 20]], [[0, 0, 1, 40]]])
    return [(colors,), (draw(3, 2, 5),), (draw(3, 4, 3),)]


def ffn_as_pointwise(linear1, linear2):
    """Build Linear, ReLU, Linear as Conv1d, ReLU, Conv1d with the same numbers."""
    import torch
    from torch import nn

    convs = []
    for linear in (linear1, linear2):
        conv = nn.Conv1d(linear.in_features, linear.out_features, kernel_size=1)
        with torch.no_grad():
            conv.weight.copy_(linear.weight[:, :, None])  # (out, in) becomes (out, in, 1)
            conv.bias.copy_(linear.bias)
        convs.append(conv)
    return nn.Sequential(convs[0], nn.ReLU(), convs[1])


def _ffn_as_a_class(linear1, linear2):
    import torch
    from torch import nn

    class FeedForward(nn.Module):
        def __init__(self):
            super().__init__()
            hidden, d = linear1.weight.shape
            self.widen = nn.Conv1d(d, hidden, 1)
            self.narrow = nn.Conv1d(hidden, len(linear2.weight), 1)
            self.widen.weight.data = linear1.weight.data.unsqueeze(-1)
            self.widen.bias.data = linear1.bias.data
            self.narrow.weight.data = linear2.weight.data.unsqueeze(-1)
            self.narrow.bias.data = linear2.bias.data

        def forward(self, x):
            return self.narrow(torch.relu(self.widen(x)))

    return FeedForward()


def _ffn_by_state(linear1, linear2):
    from torch import nn

    sizes = linear1.in_features, linear1.out_features, linear2.out_features
    ffn = nn.Sequential(nn.Conv1d(*sizes[:2], 1), nn.ReLU(), nn.Conv1d(*sizes[1:], 1))
    ffn[0].load_state_dict({"weight": linear1.weight[..., None], "bias": linear1.bias})
    ffn[2].load_state_dict({"weight": linear2.weight[..., None], "bias": linear2.bias})
    return ffn


def _depthwise_in_front(linear1, linear2):
    from torch import nn

    d = linear1.in_features
    depthwise = nn.Conv1d(d, d, 3, padding=1, groups=d)
    return nn.Sequential(depthwise, *ffn_as_pointwise(linear1, linear2))


def _three_positions(linear1, linear2):
    from torch import nn

    sizes = linear1.in_features, linear1.out_features, linear2.out_features
    return nn.Sequential(nn.Conv1d(*sizes[:2], 3, padding=1), nn.ReLU(), nn.Conv1d(*sizes[1:], 3, padding=1))


def _without_relu(linear1, linear2):
    from torch import nn

    widen, _, narrow = ffn_as_pointwise(linear1, linear2)
    return nn.Sequential(widen, narrow)


def _relu_at_the_end(linear1, linear2):
    from torch import nn

    return nn.Sequential(*ffn_as_pointwise(linear1, linear2), nn.ReLU())


def _linears_kept(linear1, linear2):
    from torch import nn

    return nn.Sequential(linear1, nn.ReLU(), linear2)


def _no_biases(linear1, linear2):
    import torch
    from torch import nn

    convs = [nn.Conv1d(lin.in_features, lin.out_features, 1, bias=False) for lin in (linear1, linear2)]
    with torch.no_grad():
        for conv, linear in zip(convs, (linear1, linear2), strict=True):
            conv.weight.copy_(linear.weight[:, :, None])
    return nn.Sequential(convs[0], nn.ReLU(), convs[1])


def _weights_turned(linear1, linear2):
    import torch

    ffn = ffn_as_pointwise(linear1, linear2)
    with torch.no_grad():
        for conv, linear in zip(ffn[::2], (linear1, linear2), strict=True):
            conv.weight.copy_(linear.weight.T.reshape(conv.weight.shape))
    return ffn


def _left_as_they_were(linear1, linear2):
    from torch import nn

    sizes = linear1.in_features, linear1.out_features, linear2.out_features
    return nn.Sequential(nn.Conv1d(*sizes[:2], 1), nn.ReLU(), nn.Conv1d(*sizes[1:], 1))


def _linear(weight, bias):
    """Return an nn.Linear with these numbers, without drawing random ones first."""
    import torch
    from torch import nn

    linear = nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0])
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(weight))
        linear.bias.copy_(torch.tensor(bias))
    return linear


def _cases_ffn(seed):
    draw = Inputs(seed).integers
    return [
        (_linear(draw(hidden, d), draw(hidden)), _linear(draw(d, hidden), draw(d)))
        for d, hidden in [(2, 3), (3, 5), (4, 2)]
    ]


def _observe_ffn(module, linear1, linear2):
    """What a module gives for 2 sequences of 5 positions; a sentence if it is not even made of the right parts."""
    import torch
    from torch import nn

    if module is None:
        return None
    if not isinstance(module, nn.Module):
        raise TypeError(
            f"ffn_as_pointwise must return an nn.Module, and it returned a {type(module).__name__}"
        )
    convs = [part for part in module.modules() if isinstance(part, nn.Conv1d)]
    mine, given = _numbers(module), torch.cat([_numbers(linear1), _numbers(linear2)])
    if not convs:
        return "no Conv1d"
    if any(conv.groups > 1 for conv in convs):
        return "a convolution with groups"
    if any(conv.kernel_size != (1,) for conv in convs):
        return "a kernel of more than one position"
    if len(mine) == len(given) and not torch.equal(mine.sort()[0], given.sort()[0]):
        return "other numbers than those of the Linears"
    d = linear1.in_features
    x = (torch.arange(2 * d * 5) * 5 % 11 - 4).reshape(2, d, 5).to(convs[0].weight.dtype)
    with torch.no_grad():
        return {"output": module(x), "parameters": len(mine)}


def _numbers(module):
    import torch

    numbers = [p.detach().flatten().double() for p in module.parameters()]
    return torch.cat(numbers) if numbers else torch.zeros(0)


EXERCISES = [
    Exercise(
        name="warmup_05_1",
        lesson=5,
        points=0,
        kind="number",
        prompt="Lesson 4: how many MACs does nn.Conv2d(2, 5, 3, padding=1) take on an image of 4×6?",
        answer=5 * 2 * 9 * 24,
        misconceptions=[
            Misconception(
                "M09",
                "FLOPs were counted instead of MACs",
                4320,
                "One MAC is two operations, counted as one.",
            ),
            Misconception(
                "M07", "the weights were counted", 90, "Each weight is used once for every output pixel."
            ),
        ],
        hints=["The weights of all filters, times the output pixels. With padding 1 the size stays."],
    ),
    Exercise(
        name="warmup_05_2",
        lesson=5,
        points=0,
        kind="choice",
        prompt="Lesson 2: what is the shape of nn.Conv2d(6, 10, 5).weight?",
        answer="C",
        misconceptions=[
            Misconception("M05", "input and output channels were exchanged", "A", ""),
            Misconception("M06", "the filters were taken to be flat", "B", ""),
        ],
        explanations={
            "A": "The constructor takes the input first, but the weight is a list of filters.",
            "B": "Each filter is a box with a slice for each input channel.",
            "C": "10 filters, each 6 channels deep, each slice 5 by 5.",
        },
        hints=["The weight is a list of filters. How many are there, and how deep is one?"],
    ),
    Exercise(
        name="warmup_05_3",
        lesson=5,
        points=0,
        kind="number",
        prompt="Lesson 3: one axis of 10 pixels, kernel 3, stride 2, padding 1. How many output pixels?",
        answer=5,
        misconceptions=[
            Misconception(
                "M36", "the size was rounded up", 6, "A window that does not fit completely does not count."
            ),
            Misconception("S09", "the padding was ignored", 4, "One zero is added at each end."),
        ],
        hints=["How far can the window travel on 12 pixels? Divide by the stride, round down, add one."],
    ),
    Exercise(
        name="pointwise_matmul",
        lesson=5,
        points=2,
        kind="function",
        prompt="Apply a 1×1 convolution to an image with one matrix product.",
        answer=pointwise_matmul,
        cases=_cases_pointwise,
        also_correct=[_by_einsum, _channels_last, _pixel_by_pixel],
        misconceptions=[
            Misconception(
                "M11",
                "each output channel was one input channel, scaled",
                _one_channel_scaled,
                "w has a row for each output channel. How many numbers are in that row, and whom do they weigh?",
            ),
            Misconception(
                "M12",
                "the pixels were added up along with the channels",
                _all_pixels_added,
                "An output pixel depends on one input pixel, the one at its own place. What is summed over?",
            ),
            Misconception(
                "S150",
                "reshape was used where an axis had to be moved",
                _cut_anew,
                "x.reshape(H * W, C_in) cuts channel 0 into rows: no row is a pixel. Print a small one and look. "
                "Which reshape leaves the channels where they are?",
            ),
            Misconception(
                "S151",
                "the axis of the pixels was not moved back before the last reshape",
                _not_turned_back,
                "A reshape only cuts the row of numbers anew. In what order do they stand in your product, and in what "
                "order should they stand?",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                _matrix_turned,
                "w is (C_out, C_in): a row for each output channel. Which side of the product do the pixels stand on?",
            ),
            Misconception(
                "S23",
                "the bias was left out",
                _bias_forgotten,
                "If b is given, b[o] is added to every pixel of output channel o.",
            ),
            Misconception(
                "S22",
                "the bias was added once for each input channel",
                _bias_per_channel,
                "There is one bias for each output channel. It is added once, after the sum over the input channels.",
            ),
            Misconception(
                "S152",
                "the biases were laid along the last axis",
                _bias_along_the_row,
                "NumPy lines shapes up from the right. b has an entry for each output channel: on which axis must it lie?",
            ),
        ],
        hints=[
            "One pixel is the vector x[:, i, j]. Its output is w @ x[:, i, j]. How can all pixels stand side by side?",
            "x.reshape(C_in, H * W) has a column for each pixel, and w can be multiplied with it.",
            "The biases need a second axis of length 1, b[:, None], to be added to a column each.",
        ],
    ),
    Exercise(
        name="rgb_to_gray",
        lesson=5,
        points=1,
        kind="function",
        prompt="Turn a color image into a gray one with a 1×1 convolution.",
        answer=rgb_to_gray,
        cases=_cases_gray,
        also_correct=[_gray_by_matmul, _gray_by_channel],
        misconceptions=[
            Misconception(
                "S21",
                "the channels were averaged",
                lambda x: x.mean(axis=0, keepdims=True),
                "Eyes are far more sensitive to green than to blue, so each channel has a weight of its own.",
            ),
            Misconception(
                "S153",
                "red and blue were exchanged",
                lambda x: rgb_to_gray(x[::-1]),
                "x[0] is red here. OpenCV loads pictures the other way round, with blue first.",
            ),
            Misconception(
                "M11",
                "the channels were scaled and not added",
                lambda x: np.array([0.299, 0.587, 0.114])[:, None, None] * x,
                "A 1×1 filter has a weight for each input channel, and makes how many output channels?",
            ),
            Misconception(
                "S154",
                "the channel axis was dropped",
                lambda x: rgb_to_gray(x)[0],
                "The values are right. A gray image of one channel is still a stack, (1, H, W), like every output of a layer.",
            ),
            Misconception(
                "S155",
                "the last axis was taken for the channels",
                lambda x: 0.299 * x[..., 0] + 0.587 * x[..., 1] + 0.114 * x[..., 2],
                "Picture files often store the channels last. Here they come first: x is (3, H, W).",
            ),
        ],
        hints=[
            "A gray image has one output channel. What is then the shape of w, (C_out, C_in)?",
            "w = np.array([[…, …, …]]) has shape (1, 3). Now apply it as in exercise 1.",
        ],
    ),
    Exercise(
        name="linear_or_pointwise",
        lesson=5,
        points=1,
        kind="number",
        prompt="2 channels of 3×4 pixels become 5 channels of 3×4: how many weights do a Linear and a pointwise need?",
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
    ),
    Exercise(
        name="ffn_as_pointwise",
        lesson=5,
        points=3,
        kind="module",
        prompt="Build the feed-forward layer of a Transformer from two 1×1 convolutions, with the numbers of two Linears.",
        answer=ffn_as_pointwise,
        cases=_cases_ffn,
        observe=_observe_ffn,
        also_correct=[_ffn_as_a_class, _ffn_by_state],
        misconceptions=[
            Misconception(
                "M58",
                "a depthwise convolution was put in",
                _depthwise_in_front,
                "Does either of the two Linears look at a neighboring position?",
            ),
            Misconception(
                "S162",
                "the kernels were made wider than one position",
                _three_positions,
                "A Linear is applied to each position alone. How many positions may the kernel see?",
            ),
            Misconception(
                "S158",
                "the numbers of the Linears were not all taken over",
                _left_as_they_were,
                "A new Conv1d starts with random numbers. Whose weights and biases should it hold?",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                _weights_turned,
                "The values were brought into the right shape and the wrong order. Compare linear1.weight.shape with "
                "the shape of the Conv1d's weight: what is missing at the end?",
            ),
            Misconception(
                "S159",
                "the ReLU was left out",
                _without_relu,
                "Two matrices one after the other are one matrix. What stands between them in the feed-forward layer?",
            ),
            Misconception(
                "S160",
                "a ReLU was put at the end, too",
                _relu_at_the_end,
                "The output of the layer may be negative. Where does the one ReLU stand?",
            ),
            Misconception(
                "S161",
                "no nn.Conv1d was used",
                _linears_kept,
                "A Linear works on the last axis, and here that is T. No axis needs to be moved if the layer is an "
                "nn.Conv1d: it mixes the channels of (N, d, T). Which kernel size makes it look at one position only?",
            ),
            Misconception(
                "S23",
                "the bias was left out",
                _no_biases,
                "Both Linears have a bias, and so must both convolutions.",
            ),
        ],
        hints=[
            "nn.Conv1d(d, hidden, kernel_size=1) mixes d channels at every position. What are d and hidden here? Print linear1.",
            "A Linear's weight is (out, in), a Conv1d's is (out, in, 1): weight[:, :, None] adds the last axis.",
            "Copy inside `with torch.no_grad():`, for example conv.weight.copy_(…) and conv.bias.copy_(…).",
        ],
    ),
    Exercise(
        name="parsons_pointwise",
        lesson=5,
        points=2,
        kind="order",
        prompt="Put the lines in order so that a Linear is applied to every pixel as a row; three lines do not belong.",
        opening="def linear_at_every_pixel(x, w, b):",
        lines={
            "A": "    y = rows @ w",
            "B": "    return y.reshape(-1, H, W)",
            "C": "    C_in, H, W = x.shape",
            "D": "    y = y + b",
            "E": "    rows = x.reshape(H * W, C_in)",
            "F": "    return y.T.reshape(-1, H, W)",
            "G": "    y = rows @ w.T",
            "H": "    rows = x.reshape(C_in, H * W).T",
        },
        answer="CHGDF",
        cases=lambda seed: [
            (
                Inputs(seed).integers(2, 2, 3),
                Inputs(seed + 1).integers(2, 2),
                Inputs(seed + 2).integers(2),
            ),
            (
                Inputs(seed + 3).integers(3, 2, 4),
                Inputs(seed + 4).integers(2, 3),
                Inputs(seed + 5).integers(2),
            ),
        ],
        misconceptions=[
            Misconception(
                "S150",
                "reshape was used where an axis had to be moved",
                "CEGDF",
                "A row should hold one pixel: one number of each channel. What does the first row hold here?",
            ),
            Misconception(
                "S151",
                "the axis of the pixels was not moved back before the last reshape",
                "CHGDB",
                "y has a row for each pixel. The output needs the channels first.",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                "CHADF",
                "A row of pixels has C_in entries, and w is (C_out, C_in). Which axis must meet the entries?",
            ),
            Misconception(
                "S23",
                "the bias was left out",
                "CHGF",
                "A Linear adds b to every row.",
            ),
        ],
        hints=[
            "x has the channels first. A Linear wants a row for each pixel, with the channels along the row.",
            "There are five lines: take the sizes, make rows, multiply, add the bias, bring the channels back to the front.",
        ],
    ),
]
