"""Lesson 7: depthwise convolutions, blind across channels, and what repairs that."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.exercises.inputs import Inputs
from sepconv.exercises.spec import Exercise, Misconception
from sepconv.reference import conv2d


def depthwise_rows(x, w):
    """Convolve each row of x (C, W) with its own kernels of w (C·K, k)."""
    K = len(w) // len(x)
    k = w.shape[1]
    y = np.zeros((len(x) * K, x.shape[1] - k + 1))
    for j, i in np.ndindex(y.shape):
        c = j // K
        y[j, i] = (x[c, i : i + k] * w[j]).sum()
    return y


def _rows_reading(channel):
    """Return a wrong depthwise_rows: output j reads channel(j, C, K)."""

    def rows(x, w):
        C, K = len(x), len(w) // len(x)
        return np.stack([sliding_window_view(x[channel(j, C, K)], w.shape[1]) @ w[j] for j in range(len(w))])

    return rows


def depthwise_conv(x, w):
    """Convolve each channel of x (C, H, W) with its own kernels of w (C·K, 1, kH, kW)."""
    K = len(w) // len(x)  # how many outputs each input channel makes
    kernels = w.squeeze(1)  # (C·K, kH, kW)
    kH, kW = kernels.shape[1:]
    y = np.zeros((len(w), x.shape[1] - kH + 1, x.shape[2] - kW + 1))
    for j, row, column in np.ndindex(y.shape):
        window = x[j // K, row : row + kH, column : column + kW]
        y[j, row, column] = (window * kernels[j]).sum()
    return y


def _by_groups_of_torch(x, w):
    import torch

    x, w = torch.tensor(np.array(x)), torch.tensor(np.array(w))
    return torch.nn.functional.conv2d(x[None], w, groups=len(x))[0]


def _by_repeating(x, w):
    windows = sliding_window_view(x.repeat(len(w) // len(x), axis=0), w.shape[2:], axis=(1, 2))
    return np.einsum("jrcuv,juv->jrc", windows, w[:, 0])


def _by_channel(x, w):
    C, K, kH, kW = len(x), len(w) // len(x), *w.shape[2:]
    H, W = x.shape[1] - kH + 1, x.shape[2] - kW + 1
    y = np.zeros((C, K, H, W))
    for u, v in np.ndindex(kH, kW):
        y += w.reshape(C, K, kH, kW)[:, :, u, v, None, None] * x[:, None, u : u + H, v : v + W]
    return y.reshape(C * K, H, W)


def _reading(channel):
    """Return a wrong depthwise_conv: output j reads channel(j, C, K)."""

    def convolve(x, w):
        C, K = len(x), len(w) // len(x)
        return np.concatenate(
            [depthwise_conv(x[channel(j, C, K)][None], w[j : j + 1]) for j in range(len(w))]
        )

    return convolve


def _all_channels(x, w):
    return conv2d(x, np.repeat(w, len(x), axis=1))


def _one_kernel_a_channel(x, w):
    return depthwise_conv(x, w[: len(x)])


def _others_stay_zero(x, w):
    y = np.zeros_like(depthwise_conv(x, w))
    y[: len(x)] = depthwise_conv(x, w[: len(x)])
    return y


def _kernels_in_turn(x, w):
    C = len(x)
    return depthwise_conv(x, w.reshape(-1, C, *w.shape[1:]).swapaxes(0, 1).reshape(w.shape))


def _by_kernel(x, w):
    y = depthwise_conv(x, w)
    return y.reshape(len(x), -1, *y.shape[1:]).swapaxes(0, 1).reshape(y.shape)


def _kernels_added(x, w):
    y = depthwise_conv(x, w)
    return y.reshape(len(x), -1, *y.shape[1:]).sum(axis=1)


def _flipped(x, w):
    return depthwise_conv(x, w[:, :, ::-1, ::-1])


def _cases_rows(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[10.0], [20.0]]), np.ones((4, 1))),
        (draw(3, 6), draw(3, 2)),
        (draw(2, 5), draw(6, 3)),
        (draw(3, 5), draw(6, 2)),
    ]


def _cases_depthwise(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([10.0, 20.0]).reshape(2, 1, 1), np.ones((4, 1, 1, 1))),
        (draw(3, 3, 4), draw(3, 1, 2, 3)),
        (draw(2, 4, 3), draw(6, 1, 3, 2)),
        (draw(3, 3, 5), draw(6, 1, 2, 2)),
    ]


def average_pool_weight(channels, k):
    """Return the weight of the depthwise convolution that averages over k×k pixels."""
    return np.full((channels, 1, k, k), 1 / k**2)


def _ones_divided(channels, k):
    return np.ones((channels, 1, k, k)) / (k * k)


def _one_kernel_repeated(channels, k):
    kernel = [[1 / k / k] * k for _ in range(k)]
    return [[kernel] for _ in range(channels)]


def _as_standard(channels, k):
    return np.eye(channels)[:, :, None, None] * np.full((k, k), 1 / k**2)


def channel_shuffle(x, groups):
    """Deal the channels of x (C, H, W) out: the first of each group, then the second of each, and so on."""
    C, H, W = x.shape
    decks = x.reshape(groups, C // groups, H, W)
    return decks.transpose(1, 0, 2, 3).reshape(C, H, W)


def _by_order(x, groups):
    order = np.arange(len(x)).reshape(groups, -1).T.ravel()
    return x[order]


def _by_dealing(x, groups):
    each = len(x) // groups
    return np.stack([x[group * each + place] for place in range(each) for group in range(groups)])


def _by_stride(x, groups):
    each = len(x) // groups
    return np.concatenate([x[place::each] for place in range(each)])


def _view_swapped(x, groups):
    return channel_shuffle(x, len(x) // groups)


def _groups_exchanged(x, groups):
    return x.reshape(groups, -1, *x.shape[1:])[::-1].reshape(x.shape)


def _not_flattened(x, groups):
    return x.reshape(groups, -1, *x.shape[1:]).swapaxes(0, 1)


def _axes_reversed(x, groups):
    return x.reshape(groups, -1, *x.shape[1:]).T.reshape(x.shape)


def _pixels_dealt(x, groups):
    return x.reshape(groups, -1).T.reshape(x.shape)


def _channels_reversed_in_groups(x, groups):
    return x.reshape(groups, -1, *x.shape[1:])[:, ::-1].reshape(x.shape)


def _cases_shuffle(seed):
    draw = Inputs(seed).integers
    return [
        (np.arange(6.0).reshape(6, 1, 1), 2),
        (draw(8, 2, 3), 2),
        (draw(6, 3, 2), 3),
        (draw(12, 1, 2), 3),
        (draw(3, 2, 4), 1),
    ]


def mixed_channels(layers):
    """Count the pairs (output channel, input channel) whose derivative is not zero."""
    import torch

    x = torch.ones(layers[0].in_channels, 1, 1)  # the layers keep the size, so one pixel will do
    jacobian = torch.autograd.functional.jacobian(layers, x)  # (C_out, 1, 1, C_in, 1, 1)
    return int(jacobian.count_nonzero())


def _by_backward(layers):
    import torch

    x = torch.rand(1, layers[0].in_channels, 6, 5, requires_grad=True)
    pairs = set()
    for o in range(layers(x).shape[1]):
        x.grad = None
        layers(x)[0, o].sum().backward()
        pairs |= {(o, i) for i in range(x.shape[1]) if x.grad[0, i].abs().max() > 0}
    return len(pairs)


def _by_difference(layers):
    import torch

    with torch.no_grad():
        x = torch.zeros(1, layers[0].in_channels, 5, 7)
        before, count = layers(x), 0
        for i in range(x.shape[1]):
            moved = x.clone()
            moved[:, i] += 1
            count += (layers(moved) != before).any(dim=3).any(dim=2).sum()
    return count


def _by_tables(layers):
    return _total(layers).sum()


def _tables(layers):
    """Return for each layer the matrix (c_out, c_in) of who reads whom, as 0 and 1."""
    import torch

    tables, channels = [], layers[0].in_channels
    for layer in layers:
        jacobian = torch.autograd.functional.jacobian(layer, torch.ones(channels, 1, 1))
        tables.append((jacobian[:, 0, 0, :, 0, 0] != 0).int().numpy())
        channels = len(tables[-1])
    return tables


def _all_pairs(layers):
    tables = _tables(layers)
    return len(tables[-1]) * tables[0].shape[1]


def _convolutions(layers):
    return [layer for layer in layers if hasattr(layer, "weight")]


def _stack_mixes(layers):
    return _all_pairs(layers) if len(_convolutions(layers)) > 1 else mixed_channels(layers)


def _shuffle_mixes(layers):
    shuffled = len(_convolutions(layers)) < len(layers)
    return _all_pairs(layers) if shuffled else mixed_channels(layers)


def _shuffles_ignored(layers):
    import torch

    return mixed_channels(torch.nn.Sequential(*_convolutions(layers)))


def _paths(layers):
    total = 1
    for table in _tables(layers):
        total = table @ total if np.ndim(total) else table
    return int(total.sum())


def _total(layers):
    """Return who depends on whom through all the layers, as a bool matrix (c_out, c_in)."""
    total = np.eye(layers[0].in_channels, dtype=bool)
    for table in _tables(layers):
        total = (table > 0) @ total
    return total


def _about_mixed(layers):
    pairs = _total(layers).shape
    return (
        f"This stack has {pairs[0]} output and {pairs[1]} input channels, so there are at most "
        f"{pairs[0] * pairs[1]} pairs; pixels do not count."
    )


def _cases_mixed(seed):
    import torch
    from torch import nn

    from sepconv.layers import ChannelShuffle

    rng = np.random.default_rng(seed)

    def conv(c_in, c_out, groups, k=1):
        layer = nn.Conv2d(c_in, c_out, k, padding=k // 2, groups=groups, bias=False)
        # Positive, so that no two paths cancel.
        layer.weight.data = torch.tensor(rng.integers(1, 10, layer.weight.shape), dtype=torch.float32)
        return layer

    stacks = [
        [conv(5, 10, 5, k=3)],
        [conv(4, 4, 2), conv(4, 4, 2)],
        [conv(4, 4, 2), ChannelShuffle(2), conv(4, 4, 2)],
        [conv(6, 6, 3), ChannelShuffle(3), conv(6, 6, 3)],
        [conv(6, 6, 3), ChannelShuffle(3), conv(6, 6, 3), ChannelShuffle(3), conv(6, 6, 3)],
        [conv(4, 8, 4, k=3), conv(8, 3, 1)],
        [conv(4, 8, 4), conv(8, 6, 2)],
    ]
    return [(nn.Sequential(*stack),) for stack in stacks]


class _Layer:
    """A convolution of NumPy arrays that shows its channels: what `layer` is in parsons_depthwise."""

    def __init__(self, weight, groups, bias=None):
        self.weight, self.groups, self.bias = np.asarray(weight, dtype=float), groups, bias

    def __call__(self, x):
        return conv2d(x, self.weight, self.bias, groups=self.groups)

    def __repr__(self):
        c_out, per_group, *kernel = self.weight.shape
        return (
            f"a layer of {per_group * self.groups} → {c_out} channels, kernel {kernel}, groups={self.groups}"
        )


def _cases_parsons(seed):
    draw = Inputs(seed).integers
    step = np.array([[1.0, 1, 5, 5], [1, 1, 5, 5], [2, 2, 7, 7]])
    return [
        (_Layer(np.ones((2, 1, 1, 1)), 2), np.array([1.0, 2]).reshape(2, 1, 1).repeat(2, axis=1)),
        (_Layer([[[[1, -1]]], [[[2, -2]]], [[[3, -3]]]], 3), np.stack([step, 2 * step, 3 * step])),
        (_Layer(np.abs(draw(3, 1, 2, 2)), 3, draw(3)), np.abs(draw(3, 4, 5))),
        (_Layer(np.abs(draw(6, 2, 2, 1)), 2), np.abs(draw(4, 5, 3))),
    ]


_WEIGHTS = [(3, 2), (2, 3), (4, 1), (5, 3), (1, 2)]

EXERCISES = [
    Exercise(
        name="warmup_07_1",
        lesson=7,
        points=0,
        kind="number",
        prompt="Lesson 6: how many weights does nn.Conv2d(15, 20, 3, groups=5) have, without its biases?",
        answer=20 * (15 // 5) * 3 * 3,
        misconceptions=[
            Misconception(
                "M03", "one group was counted", (20 // 5) * (15 // 5) * 3 * 3, "There are 5 such groups."
            ),
            Misconception(
                "S250",
                "the groups were left out of the count",
                20 * 15 * 3 * 3,
                "That is the standard convolution. How many channels does one filter read with 5 groups?",
            ),
        ],
        hints=["How deep is one filter? How many filters are there?"],
    ),
    Exercise(
        name="warmup_07_2",
        lesson=7,
        points=0,
        kind="number",
        prompt="Lesson 4: how many MACs does nn.Conv2d(2, 5, 3, stride=2, padding=1) cost on 7 × 9 pixels?",
        answer=4 * 5 * (5 * 2 * 3 * 3),
        misconceptions=[
            Misconception(
                "M08",
                "the MACs were counted on the input's pixels",
                7 * 9 * (5 * 2 * 3 * 3),
                "A filter is laid down once for each output pixel. How many of those are there?",
            ),
            Misconception(
                "M09",
                "FLOPs were counted",
                2 * 4 * 5 * (5 * 2 * 3 * 3),
                "A MAC is one multiplication together with its addition.",
            ),
        ],
        hints=["First the output: how many rows and columns? Each of its pixels costs all the weights once."],
    ),
    Exercise(
        name="warmup_07_3",
        lesson=7,
        points=0,
        kind="number",
        prompt="Lesson 1: x = [4, 1, 3], w = [1, 2], padding 1. What is y[0]?",
        answer=0 * 1 + 4 * 2,
        misconceptions=[
            Misconception(
                "M43", "the kernel was flipped", 0 * 2 + 4 * 1, "The kernel is laid down as it is."
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                4 * 1 + 1 * 2,
                "A zero stands in front of the 4, and the first window begins there.",
            ),
        ],
        hints=["With its padding the row is [0, 4, 1, 3, 0]."],
    ),
    Exercise(
        name="which_are_depthwise",
        lesson=7,
        points=2,
        kind="choice",
        prompt="In which layers does every output channel read exactly one input channel?",
        answer={"B", "D", "F", "G"},
        misconceptions=[
            Misconception(
                "M23",
                "groups was compared with the output channels",
                {"A", "B"},
                "How many input channels fall into one group? Divide, for each of the layers.",
            ),
            Misconception(
                "M24",
                "only the argument groups was looked at",
                {"B", "D", "F"},
                "The question is who reads whom. A layer can keep channels apart without an argument for it.",
            ),
            Misconception(
                "M25",
                "a depthwise layer was taken to keep the number of channels",
                {"B"},
                "Each output must read one input. Must each input be read by one output only?",
            ),
            Misconception(
                "M25",
                "a layer that changes the number of channels was ruled out",
                {"B", "G"},
                "Each output must read one input. Must each input be read by one output only?",
            ),
            Misconception(
                "S251",
                "the layer with one input channel was ruled out",
                {"B", "D", "G"},
                "Where there is one input channel, how many can an output read?",
            ),
            Misconception(
                "S251",
                "the layer with one input channel was ruled out",
                {"B", "D"},
                "Where there is one input channel, how many can an output read? Then look at the layers without `groups`, too.",
            ),
            Misconception(
                "M57",
                "every layer with groups was taken for depthwise",
                {"A", "B", "C", "D"},
                "Groups keep blocks of channels apart. How many input channels does a block hold?",
            ),
            Misconception(
                "M11",
                "a 1×1 layer was taken to treat each channel alone",
                {"B", "D", "E", "F", "G"},
                "A 1×1 kernel sees one pixel. Of how many channels?",
            ),
        ],
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
    ),
    Exercise(
        name="depthwise_rows",
        lesson=7,
        points=1,
        kind="function",
        prompt="Fill in which input channel the output channel j reads.",
        answer=depthwise_rows,
        cases=_cases_rows,
        also_correct=[
            lambda x, w: [np.correlate(x[j * len(x) // len(w)], w[j], mode="valid") for j in range(len(w))],
            lambda x, w: [
                sliding_window_view(row, w.shape[1]) @ kernel
                for row, kernel in zip(x.repeat(len(w) // len(x), axis=0), w)
            ],
        ],
        misconceptions=[
            Misconception(
                "M26",
                "the input channels were read round and round",
                _rows_reading(lambda j, C, K: j % C),
                "In the worked example, which outputs belong to channel 0? They stand side by side.",
            ),
            Misconception(
                "M13",
                "an input channel was read that is not there",
                _rows_reading(lambda j, C, K: j),
                "There are K times as many outputs as inputs. Which input does the very last output read?",
            ),
            Misconception(
                "S274",
                "the number of the kernel within its channel was taken for the channel",
                _rows_reading(lambda j, C, K: j % K),
                "Channel 0 makes outputs 0 to K − 1. Which number do all of these have in common?",
            ),
            Misconception(
                "S252",
                "the outputs were cut into blocks as long as there are inputs",
                _rows_reading(lambda j, C, K: j // C),
                "How many outputs in a row does one input channel make?",
            ),
            Misconception(
                "S20",
                "only the first input channel was read",
                _rows_reading(lambda j, C, K: 0),
                "Every input channel makes K outputs.",
            ),
        ],
        hints=[
            "Write down j for the outputs of channel 0, of channel 1, of channel 2, with K = 3. What turns j into the channel?",
            "The worked example goes from c to j: j begins at c · K. This is the way back, rounded down.",
        ],
    ),
    Exercise(
        name="depthwise_conv",
        lesson=7,
        points=3,
        kind="function",
        prompt="Convolve each channel with its own kernels, K of them.",
        answer=depthwise_conv,
        cases=_cases_depthwise,
        also_correct=[_by_groups_of_torch, _by_repeating, _by_channel],
        misconceptions=[
            Misconception(
                "M26",
                "the input channels were read round and round",
                _reading(lambda j, C, K: j % C),
                "PyTorch lets the K outputs of one channel stand side by side, before those of the next.",
            ),
            Misconception(
                "M34",
                "each kernel was laid on all channels",
                _all_channels,
                "A depthwise layer adds nothing up over channels: an output reads one channel alone.",
            ),
            Misconception(
                "M13",
                "an input channel was read that is not there",
                _reading(lambda j, C, K: j),
                "There are as many outputs as kernels in w, but not as many inputs: several kernels belong to one channel.",
            ),
            Misconception(
                "M25",
                "one kernel was used for each channel, and the others were left out",
                _one_kernel_a_channel,
                "w holds K kernels for each channel, and each of them makes an output channel.",
            ),
            Misconception(
                "S274",
                "the number of the kernel within its channel was taken for the channel",
                _reading(lambda j, C, K: j % K),
                "Channel 0 makes outputs 0 to K − 1. Which number do all of these have in common?",
            ),
            Misconception(
                "M25",
                "one kernel was used for each channel, and the other outputs stayed 0",
                _others_stay_zero,
                "w holds K kernels for each channel, and each of them makes an output channel.",
            ),
            Misconception(
                "S275",
                "the kernels in w were dealt to the channels in turn",
                _kernels_in_turn,
                "In w, the K kernels of channel 0 come first, then those of channel 1, and so on.",
            ),
            Misconception(
                "S252",
                "the outputs were cut into blocks as long as there are inputs",
                _reading(lambda j, C, K: j // C),
                "How many outputs in a row does one input channel make?",
            ),
            Misconception(
                "S253",
                "the outputs were ordered kernel by kernel",
                _by_kernel,
                "Output j belongs to kernel w[j]: the outputs stand in the order of the kernels in w.",
            ),
            Misconception(
                "S254",
                "the outputs of one channel were added up",
                _kernels_added,
                "Each kernel makes an output channel of its own: there are as many outputs as kernels in w.",
            ),
            Misconception(
                "S20",
                "only the first input channel was read",
                _reading(lambda j, C, K: 0),
                "Every input channel makes K outputs.",
            ),
            Misconception(
                "M43",
                "the kernel was flipped",
                _flipped,
                "x[c, i + u, j + v] meets w[…, 0, u, v], with plus signs.",
            ),
        ],
        hints=[
            "Take depthwise_rows and give it a second axis: the window is two-dimensional now.",
            "There are len(w) outputs, and K = len(w) // len(x). Each output reads one channel and one kernel, w[j, 0].",
            "For each j and each pixel: the window of one channel, times w[j, 0], summed.",
        ],
    ),
    Exercise(
        name="average_pool_weight",
        lesson=7,
        points=1,
        kind="function",
        prompt="Which depthwise weights average over k×k pixels?",
        answer=average_pool_weight,
        cases=_WEIGHTS,
        also_correct=[_ones_divided, _one_kernel_repeated],
        misconceptions=[
            Misconception(
                "M59",
                "the pooling was written as a standard convolution",
                _as_standard,
                "With groups=1 these numbers are right, and most of them are 0. How deep is a filter of a depthwise layer?",
            ),
            Misconception(
                "M34",
                "the channels were averaged into each other",
                lambda channels, k: np.full((channels, channels, k, k), 1 / k**2),
                "Pooling treats each channel alone. How deep is a filter then?",
            ),
            Misconception(
                "S255",
                "the number of channels was divided by as well",
                lambda channels, k: np.full((channels, 1, k, k), 1 / (k**2 * channels)),
                "Each output is an average over pixels of one channel. How many numbers are averaged?",
            ),
            Misconception(
                "S256",
                "the sum was taken instead of the average",
                lambda channels, k: np.ones((channels, 1, k, k)),
                "An average of equal pixels is that pixel. What do the weights of a kernel add up to?",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda channels, k: np.full((channels, 1, k, k), 1 / k),
                "The kernel is k high and k wide.",
            ),
            Misconception(
                "S257",
                "one kernel was made for all channels",
                lambda channels, k: np.full((1, 1, k, k), 1 / k**2),
                "The kernels are equal, but a depthwise layer stores one for each channel.",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                lambda channels, k: np.full((1, channels, k, k), 1 / k**2),
                "That is one filter through all channels. The first axis counts the outputs, the second the inputs that one of them reads.",
            ),
        ],
        hints=[
            "The shape is that of nn.Conv2d(channels, channels, k, groups=channels).weight.",
            "All entries are equal, and those of one kernel add up to 1.",
        ],
    ),
    Exercise(
        name="channel_shuffle",
        lesson=7,
        points=2,
        kind="function",
        prompt="Deal the channels out: the first of each group, then the second of each group, and so on.",
        answer=channel_shuffle,
        cases=_cases_shuffle,
        also_correct=[_by_order, _by_dealing, _by_stride],
        misconceptions=[
            Misconception(
                "M32",
                "the two numbers of the reshape were exchanged",
                _view_swapped,
                "After the reshape, each row should be one group. How many rows is that?",
            ),
            Misconception(
                "S258",
                "the channels stayed in their order",
                lambda x, groups: x,
                "Reshaping there and back changes nothing. Which axes have to change places in between?",
            ),
            Misconception(
                "S259",
                "whole groups changed places",
                _groups_exchanged,
                "The groups shall be broken up: after the first channel of one group comes the first channel of the next.",
            ),
            Misconception(
                "S260",
                "the groups were not put back into one axis",
                _not_flattened,
                "The result has the same shape as x.",
            ),
            Misconception(
                "S261",
                "rows and columns were turned along with the channels",
                _axes_reversed,
                ".T reverses the order of all the axes. Only the two channel axes shall change places.",
            ),
            Misconception(
                "S262",
                "the pixels were dealt out along with the channels",
                _pixels_dealt,
                "A channel moves as a whole: keep the axes for rows and columns in the reshape.",
            ),
            Misconception(
                "S263",
                "the channels were turned round inside their groups",
                _channels_reversed_in_groups,
                "Write the groups as rows of cards, one under the other, and read column by column.",
            ),
        ],
        hints=[
            "Write the channels as a table, one row a group. The new order is the table read column by column.",
            "Reshape to (groups, C // groups, H, W), let the first two axes change places, reshape back.",
            "transpose takes the new order of the axes: the ones for rows and columns keep their places.",
        ],
    ),
    Exercise(
        name="mixed_channels",
        lesson=7,
        points=2,
        kind="function",
        prompt="For how many pairs (output channel, input channel) is the derivative not zero?",
        answer=mixed_channels,
        cases=_cases_mixed,
        also_correct=[_by_backward, _by_difference, _by_tables],
        misconceptions=[
            Misconception(
                "M30",
                "stacked layers were taken to mix everything in the end",
                _stack_mixes,
                "Two layers with the same groups: does any channel ever leave its group?",
            ),
            Misconception(
                "M31",
                "one shuffle was taken to mix everything",
                _shuffle_mixes,
                "After a shuffle, a group holds channels of as many groups as it has places. Are there enough places?",
            ),
            Misconception(
                "M34",
                "every output was taken to depend on every input",
                _all_pairs,
                "Look at the simplest case: one depthwise layer.",
            ),
            Misconception(
                "S264",
                "the shuffles were left out",
                _shuffles_ignored,
                "A shuffle learns nothing, but it decides who meets whom in the next layer.",
            ),
            Misconception(
                "S265",
                "only the last layer was looked at",
                lambda layers: int(_tables(layers)[-1].sum()),
                "The derivative is that of the whole stack, with respect to what goes into its first layer.",
            ),
            Misconception(
                "S266",
                "only the first layer was looked at",
                lambda layers: int(_tables(layers)[0].sum()),
                "The outputs are those of the last layer.",
            ),
            Misconception(
                "S267",
                "the pairs of all layers were added up",
                lambda layers: int(sum(table.sum() for table in _tables(layers))),
                "A pair is an output of the whole stack and an input of the whole stack.",
            ),
            Misconception(
                "S268",
                "the ways from input to output were counted",
                _paths,
                "Two ways between the same output and the same input are one pair.",
            ),
            Misconception(
                "S276",
                "the gradients of the outputs before were still in it",
                lambda layers: int(np.logical_or.accumulate(_total(layers)).sum()),
                "backward() adds to what is in x.grad already. Empty it before each output.",
            ),
            Misconception(
                "S277",
                "only output 0 was asked",
                lambda layers: int(_total(layers)[0].sum()),
                "Each output channel has a gradient of its own.",
            ),
            Misconception(
                "S278",
                "all outputs were added up before the gradient was taken",
                lambda layers: int(_total(layers).any(axis=0).sum()),
                "The gradient of the sum does not tell which of the outputs an input reaches. Ask them one by one.",
            ),
        ],
        known=_about_mixed,
        hints=[
            "Make an image that requires a gradient: layers[0].in_channels channels. Then y = layers(x).",
            "For each output channel: the gradient of y[o].sum() with respect to x. Which channels of it are not all zero?",
            "Count channels, not pixels. With an image of one pixel there is no difference.",
        ],
    ),
    Exercise(
        name="name_that_layer",
        lesson=7,
        points=2,
        kind="choice",
        prompt="Standard, grouped, depthwise or pointwise?",
        answer={1: "C", 2: "B", 3: "D", 4: "C", 5: "A", 6: "B"},
        misconceptions=[
            Misconception(
                "M25",
                "a depthwise layer was taken to keep the number of channels",
                {1: "C", 2: "B", 3: "D", 4: "B", 5: "A", 6: "B"},
                "",
            ),
            Misconception(
                "M23",
                "as many groups as outputs were taken for depthwise",
                {1: "C", 2: "C", 3: "D", 4: "C", 5: "A", 6: "B"},
                "",
            ),
            Misconception(
                "S269",
                "the 1 in the shape was taken for the size of the kernel",
                {1: "D", 2: "B", 3: "D", 4: "D", 5: "A", 6: "B"},
                "",
            ),
            Misconception(
                "S270",
                "equal numbers of channels were taken for depthwise",
                {1: "C", 2: "B", 3: "D", 4: "C", 5: "C", 6: "B"},
                "",
            ),
            Misconception(
                "M11",
                "a 1×1 layer was taken to treat each channel alone",
                {1: "C", 2: "B", 3: "C", 4: "C", 5: "A", 6: "B"},
                "",
            ),
            Misconception(
                "M34",
                "a layer was taken to read every channel",
                {1: "C", 2: "B", 3: "D", 4: "C", 5: "A", 6: "A"},
                "",
            ),
        ],
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
                "C": "Each channel would have 8 / 4 outputs of its own, and so many would have changed.",
                "D": "The kernel is 3×3.",
            },
        },
        hints=[
            "The shape of a weight: (outputs, inputs that one output reads, rows, columns).",
            "Compare the second number of the shape with the number of input channels: all of them, one, or some?",
        ],
    ),
    Exercise(
        name="parsons_depthwise",
        lesson=7,
        points=2,
        kind="order",
        prompt="Put the lines in order so that they find out who reads whom by erasing; three lines do not belong.",
        opening="def who_reads(layer, x):",
        lines={
            "A": "    for channel in range(len(x)):",
            "B": "        erased = x",
            "C": "    reads = []",
            "D": "        reads.append(changed.any(axis=(1, 2)))",
            "E": "        erased[channel] = 0",
            "F": "    return np.array(reads).T",
            "G": "        erased = x.copy()",
            "H": "        changed = layer(erased) != before",
            "I": "        reads.append(changed.all(axis=(1, 2)))",
            "J": "    before = layer(x)",
            "K": "        erased[:, channel] = 0",
        },
        answer="JCAGEHDF",
        also_correct=["CJAGEHDF"],
        cases=_cases_parsons,
        misconceptions=[
            Misconception(
                "S271",
                "the channels erased before stayed erased",
                "JCABEHDF",
                "erased = x is no second array: what is erased in one is gone from the other, in the next round, too.",
            ),
            Misconception(
                "S272",
                "a row was erased in every channel",
                "JCAGKHDF",
                "The first axis of x counts the channels, the second the rows.",
            ),
            Misconception(
                "S273",
                "an output was counted only if each of its pixels changed",
                "JCAGEHIF",
                "An edge filter answers 0 on flat ground, whether it reads the channel or not. One changed pixel is enough.",
            ),
        ],
        hints=[
            "Before the loop: an empty list, and what the layer gives for the whole x. After it: return.",
            "Inside: a copy, erase one channel of it, compare, note it down.",
        ],
    ),
]
