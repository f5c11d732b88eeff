"""Build the feed-forward layer of a Transformer from two 1×1 convolutions, with the numbers of two Linears."""

from functools import wraps

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise
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
    if getattr(module, "shares", False):
        return "numbers that it shares with the Linears, where copies are asked for"
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


def _watch(function):
    """Mark a module whose parameters lie in the memory of those that were given."""
    from torch import nn

    def places(module):
        return {parameter.data_ptr() for parameter in module.parameters()}

    @wraps(function)
    def watched(linear1, linear2):
        result = function(linear1, linear2)
        if isinstance(result, nn.Module) and places(result) & (places(linear1) | places(linear2)):
            result.shares = True
        return result

    return watched


EXERCISE = Exercise(
    points=3,
    answer=ffn_as_pointwise,
    cases=_cases_ffn,
    observe=_observe_ffn,
    observer_draws=True,
    watch=_watch,
    misconceptions="""
        M58 a depthwise convolution was put in
        convs = [] => convs, d = [], linear1.in_features
        convs[0], nn.ReLU() => nn.Conv1d(d, d, 3, padding=1, groups=d), convs[0], nn.ReLU()
        Does either of the two Linears look at a neighboring position?

        S162 the kernels were made wider than one position
        kernel_size=1 => kernel_size=3, padding=1
        A Linear is applied to each position alone. How many positions may the kernel see?

        S158 the numbers of the Linears were not all taken over
        conv.weight.copy_(linear.weight[:, :, None]) => pass
        conv.bias.copy_(linear.bias) => pass
        A new Conv1d starts with random numbers. Whose weights and biases should it hold?

        S1493 the numbers were shared instead of copied
        conv.weight.copy_(linear.weight[:, :, None]) => conv.weight.data = linear.weight.data[:, :, None]
        conv.bias.copy_(linear.bias) => conv.bias.data = linear.bias.data
        Both now stand in the same memory: a training step of your module would change the Linears, too. What makes a copy?

        M05 input and output channels were exchanged
        linear.weight[:, :, None] => linear.weight.T.reshape(conv.weight.shape)
        The values were brought into the right shape and the wrong order. Compare linear1.weight.shape with the shape of the Conv1d's weight: what is missing at the end?

        S159 the ReLU was left out
        convs[0], nn.ReLU(), convs[1] => convs[0], convs[1]
        Two matrices one after the other are one matrix. What stands between them in the feed-forward layer?

        S163 a GELU was put in the place of the ReLU
        nn.ReLU() => nn.GELU()
        Many later Transformers have one there. Which function does this task put between the two?

        S160 a ReLU was put at the end, too
        convs[1]) => convs[1], nn.ReLU())
        The output of the layer may be negative. Where does the one ReLU stand?

        S161 no nn.Conv1d was used
        convs[0], nn.ReLU(), convs[1] => linear1, nn.ReLU(), linear2
        A Linear works on the last axis, so (N, d, T) would have to be turned for it, and turned back. An nn.Conv1d mixes the channels where they stand. Which kernel size makes it look at one position only?

        S161 no nn.Conv1d was used
        nn.Conv1d => nn.Conv2d
        [:, :, None] => [:, :, None, None]
        The task asks for two layers of the class nn.Conv1d. Such a layer takes (N, d, T) as it is. Which kernel size makes it look at one position only?

        S23 the bias was left out
        kernel_size=1 => kernel_size=1, bias=False
        conv.bias.copy_(linear.bias) => pass
        Both Linears have a bias, and so must both convolutions.
    """,
    hints=[
        "nn.Conv1d(d, hidden, kernel_size=1) mixes d channels at every position. What are d and hidden here? Print linear1.",
        "A Linear's weight is (out, in), a Conv1d's is (out, in, 1): weight[:, :, None] adds the last axis.",
        "Copy inside `with torch.no_grad():`, for example conv.weight.copy_(…) and conv.bias.copy_(…).",
    ],
)
