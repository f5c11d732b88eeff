"""Build the feed-forward layer of a Transformer from two 1×1 convolutions, with the numbers of two Linears."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception
from sepconv.exercises.trying_out import output_and_gradients


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


def _gelu_for_relu(linear1, linear2):
    from torch import nn

    widen, _, narrow = ffn_as_pointwise(linear1, linear2)
    return nn.Sequential(widen, nn.GELU(), narrow)


def _another_class(linear1, linear2):
    """Use nn.Conv2d: it can be made to work, but the task asks for nn.Conv1d."""
    import torch
    from torch import nn

    layer = nn.Sequential(nn.Conv2d(1, 1, 1), nn.ReLU(), nn.Conv2d(1, 1, 1))
    with torch.no_grad():
        for conv, linear in zip(layer[::2], (linear1, linear2), strict=True):
            conv.weight = nn.Parameter(linear.weight[:, :, None, None].clone())
            conv.bias = nn.Parameter(linear.bias.clone())
    return layer


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
        # Eighths: near 0 a GELU is no ReLU, and float32 adds them up exactly.
        (_linear(draw(hidden, d) / 8, draw(hidden) / 8), _linear(draw(d, hidden) / 8, draw(d) / 8))
        for d, hidden in [(2, 3), (3, 5), (4, 2)]
    ]


def _observe_ffn(module, draw, linear1, linear2):
    """What a module gives for 2 sequences of 5 positions; a sentence if it is not even made of the right parts."""
    import torch
    from torch import nn

    if module is None:
        return None
    if not isinstance(module, nn.Module):
        raise TypeError(
            f"an nn.Module must be returned, and ffn_as_pointwise returned a {type(module).__name__}"
        )
    convs = [part for part in module.modules() if isinstance(part, nn.Conv1d)]
    mine, given = _numbers(module), torch.cat([_numbers(linear1), _numbers(linear2)])
    if not convs:
        linears = any(isinstance(part, nn.Linear) for part in module.modules())
        return "Linears and no Conv1d" if linears else "no Conv1d"
    if any(conv.groups == conv.in_channels > 1 for conv in convs):
        return "a depthwise convolution"
    if any(conv.kernel_size != (1,) for conv in convs):
        return "a kernel of more than one position"
    if len(mine) == len(given) and not torch.equal(mine.sort()[0], given.sort()[0]):
        return "other numbers than those of the Linears"
    d = linear1.in_features
    x = torch.from_numpy(draw.integers(2, d, 5) / 2).to(convs[0].weight.dtype)
    output, gradients = output_and_gradients(module, x)
    return {"output": output, "parameters": len(mine), "gradients": gradients}


def _numbers(module):
    import torch

    numbers = [p.detach().flatten().double() for p in module.parameters()]
    return torch.cat(numbers) if numbers else torch.zeros(0)


EXERCISE = Exercise(
    points=3,
    answer=ffn_as_pointwise,
    cases=_cases_ffn,
    observe=_observe_ffn,
    observer_draws=True,
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
            "S163",
            "a GELU was put in the place of the ReLU",
            _gelu_for_relu,
            "Many later Transformers have one there. Which function does this task put between the two?",
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
            "A Linear works on the last axis, so (N, d, T) would have to be turned for it, and turned back. An nn.Conv1d "
            "mixes the channels where they stand. Which kernel size makes it look at one position only?",
        ),
        Misconception(
            "S161",
            "no nn.Conv1d was used",
            _another_class,
            "The task asks for two layers of the class nn.Conv1d. Such a layer takes (N, d, T) as it is. Which kernel size "
            "makes it look at one position only?",
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
)
