"""Fold a batch normalization into the convolution before it."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def fold_batchnorm(weight, bn):
    """Return the weight and the bias of one convolution that does what both did."""
    scale = bn.weight / (bn.running_var + bn.eps).sqrt()
    bias = bn.bias - bn.running_mean * scale
    return weight * scale[:, None, None, None], bias


def _norm(gamma, beta, mean, var, eps):
    """A batch normalization in evaluation mode with the given numbers."""
    import torch
    from torch import nn

    class BatchNorm2d(nn.BatchNorm2d):
        def extra_repr(self):
            named = ("weight", "bias", "running_mean", "running_var")
            numbers = (f"{name}={[round(v, 3) for v in getattr(self, name).tolist()]}" for name in named)
            return f"{', '.join(numbers)}, eps={self.eps}"

    bn = BatchNorm2d(len(gamma), eps=eps, dtype=torch.float64).eval()
    with torch.no_grad():
        for tensor, values in zip(
            (bn.weight, bn.bias, bn.running_mean, bn.running_var), (gamma, beta, mean, var)
        ):
            tensor.copy_(torch.tensor(values))
    return bn


def _cases(seed):
    import torch

    draw = Inputs(seed).integers

    def case(c_out, c_per_group, k_h, k_w, eps):
        weight = torch.tensor(draw(c_out, c_per_group, k_h, k_w))
        var = abs(draw(c_out)) + 2.0  # a variance below 1 would be a case where little goes wrong
        return weight, _norm(draw(c_out), draw(c_out), draw(c_out), var, eps)

    depthwise = torch.tensor([2.0, 3.0], dtype=torch.float64).reshape(2, 1, 1, 1)
    # Some versions of torch refuse eps=0, so the roots are of 3.75 + 0.25 and 8.75 + 0.25.
    return [
        (depthwise, _norm([4.0, 6.0], [1.0, -1.0], [1.0, 2.0], [3.75, 8.75], 0.25)),
        case(2, 2, 1, 2, 0.5),  # as many inputs as outputs: the wrong axis would fit
        case(3, 3, 1, 1, 1.0),
        case(3, 3, 1, 3, 0.25),
    ]


def _observe(result, weight, bn):
    return result if isinstance(result, tuple | list) else "one thing, and two are asked for"


EXERCISE = Exercise(
    points=2,
    answer=fold_batchnorm,
    cases=_cases,
    observe=_observe,
    misconceptions="""
        S1257 one thing was returned in the place of two
        weight * scale[:, None, None, None], bias => weight * scale[:, None, None, None]
        Two things are asked for: the weight and the bias.

        M70 it was divided by the variance
        (bn.running_var + bn.eps).sqrt() => (bn.running_var + bn.eps)
        Batch normalization brings the spread to 1. Which of the two has the unit of the numbers themselves, the variance or its root?

        S1234 the input channels were scaled
        scale[:, None, None, None] => scale[None, :, None, None]
        Batch normalization looks at what the convolution has written. Along which axis of the weight does each of these channels have its filter?

        S1253 the columns of the kernels were scaled
        scale[:, None, None, None] => scale
        scale has one number for each channel that the convolution writes. NumPy and PyTorch line up from the last axis, unless you tell them otherwise.

        S1235 eps was left out
        (bn.running_var + bn.eps).sqrt() => bn.running_var.sqrt()
        Batch normalization adds something to the variance, so that it never divides by 0.

        S1236 eps was added after the root
        (bn.running_var + bn.eps).sqrt() => (bn.running_var.sqrt() + bn.eps)
        It is the variance that eps is added to.

        S1237 the mean was forgotten
        bn.bias - bn.running_mean * scale => bn.bias
        The normalization takes its mean away from what the convolution wrote. Where does that go?

        S1238 the mean was not scaled
        bn.bias - bn.running_mean * scale => bn.bias - bn.running_mean
        First the mean is taken away, then the rest is scaled: the mean is scaled with it.

        S1239 the mean was added
        bn.bias - bn.running_mean * scale => bn.bias + bn.running_mean * scale
        Put x = 0 into the normalization: with which sign does the mean come in?

        S1240 the weight was left as it was
        weight * scale[:, None, None, None] => weight
        The normalization scales what the convolution writes. Who does that when it is gone?

        S1241 bn.weight was left out
        bn.weight / => 1 /
        Behind the normalization to spread 1 stands a learned factor for each channel.

        M69 the folded convolution was left without a bias
        bn.bias - bn.running_mean * scale => 0 * bn.bias
        Before a batch normalization a bias is useless. After folding there is none behind it any more.

        S1242 the bias of the normalization was scaled
        bn.bias - bn.running_mean * scale => (bn.bias - bn.running_mean) * scale
        In which order does batch normalization scale and add its bias?

        S1243 mean and variance were taken of the weight
        bn.running_var => weight.var(dim=(1, 2, 3), correction=0)
        bn.running_mean => weight.mean(dim=(1, 2, 3))
        In evaluation mode the mean and the variance are the ones that training has kept: running_mean, running_var.
    """,
    hints=[
        "In evaluation mode the normalization is y = bn.weight · (x − mean) / √(var + eps) + bn.bias, for each channel.",
        "Collect what x is multiplied by, and what is added. The first goes into the weight, the second is the bias.",
        "scale has one number for each filter: scale[:, None, None, None] lines it up with the first axis of the weight.",
    ],
)
