# ruff: noqa: N802 (SeparableConv is a class to whoever solves the exercise)
"""Write the separable layer as a module: depthwise, then pointwise."""

import inspect

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise
from sepconv.exercises.trying_out import cannot_learn, fill, in_another, in_both_modes


def SeparableConv(*case):
    """Make the layer of a case; the class inside is what solution() shows."""
    from torch import nn

    class SeparableConv(nn.Module):
        """A depthwise convolution that looks around, then a pointwise one that mixes the channels."""

        def __init__(self, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
            super().__init__()
            middle = c_in * depth_multiplier
            self.depthwise = nn.Conv2d(c_in, middle, k, stride, padding=k // 2, groups=c_in, bias=bias)
            self.pointwise = nn.Conv2d(middle, c_out, 1, bias=bias)

        def forward(self, x):
            return self.pointwise(self.depthwise(x))

    return SeparableConv(*case)


def _call(c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    """Hold the parameters that a learner's class must have, in their order."""


SeparableConv.__signature__ = inspect.signature(_call)


_MODULE_CASES = [
    (2, 4, 3),
    (3, 4, 3, 2),
    (3, 4, 5, 2, 2),
    (6, 3, 3, 1, 1, False),
    (4, 2, 1, 3),
    (4, 8, 7, 3, 3, False),
    (4, 4, 3),  # where the output has the shape of the input, which could be added to it
]


def _observe_module(module, draw, c_in, c_out, k, stride=1, depth_multiplier=1, bias=True):
    """Return what a separable layer learns, what each stage writes, and what comes out of drawn inputs."""
    import torch
    from torch import nn

    if not isinstance(module, nn.Module):
        raise TypeError("the layer must be an nn.Module: what stands in parentheses in the class line?")
    if problem := cannot_learn(module, torch.zeros(2, c_in, 5, 8)):
        raise TypeError(problem)
    convolutions = [part for part in module.modules() if isinstance(part, nn.Conv2d)]
    seen = {"convolutions": len(convolutions), "parameters": sum(p.numel() for p in module.parameters())}
    if len(convolutions) == 1 and convolutions[0].groups > 1:
        return seen  # nothing mixes the channels: a mistake with a name, whatever the one stage is called
    stages = {name: getattr(module, name, None) for name in ("depthwise", "pointwise")}
    for name, stage in stages.items():
        if not isinstance(stage, nn.Conv2d):
            there = f"there is no .{name}" if stage is None else f".{name} is a {type(stage).__name__}"
            raise AttributeError(
                f"the layer must hold two nn.Conv2d, as self.depthwise and self.pointwise; {there}"
            )
    for stage in stages.values():
        fill(stage.parameters(), draw)
    module.double()  # not before: it would give weights that lie in one place a place each
    written = {}
    stages["depthwise"].register_forward_hook(lambda _module, _args, m: written.update(middle=tuple(m.shape)))
    x = torch.from_numpy(draw.integers(2, c_in, 5, 8))
    seen["output"], gradients = in_both_modes(module, x)
    seen["what .depthwise writes"] = written.get("middle", "nothing: it was not called")
    if (c_in, c_out, k) == _MODULE_CASES[0]:  # the layer of the post, on the input of the post
        with torch.no_grad():
            seen["output shape for x (16, 2, 64, 64)"] = tuple(module(x.new_zeros(16, 2, 64, 64)).shape)
    seen["gradients"] = gradients
    if isinstance(seen["output"], torch.Tensor):
        case = (c_in, c_out, k, stride, depth_multiplier, bias)
        seen["another one that loads its state_dict"] = in_another(module, x, *case)
    return seen


EXERCISE = Exercise(
    name="SeparableConv",
    points=3,
    answer=SeparableConv,
    cases=_MODULE_CASES,
    fresh=drawn(
        count=2,
        c_in=range(3, 8),
        c_out=range(2, 12),
        k=(1, 3, 5),
        stride=(1, 2, 3),
        depth_multiplier=(1, 2, 3),
        bias=(True, False),
    ),
    observe=_observe_module,
    observer_draws=True,
    misconceptions="""
        M57 a grouped convolution was taken for the separable one
        c_in * depth_multiplier => c_out
        self.pointwise = nn.Conv2d(middle, c_out, 1, bias=bias) => pass
        self.pointwise(self.depthwise(x)) => self.depthwise(x)
        Here no output meets more than one input channel. Which stage mixes the channels?

        S304 the pointwise stage was left out
        self.pointwise = nn.Conv2d(middle, c_out, 1, bias=bias) => pass
        self.pointwise(self.depthwise(x)) => self.depthwise(x)
        There is one convolution, and it keeps the channels apart. What turns its channels into c_out?

        M13 the depthwise stage got its filters by the output channels
        c_in * depth_multiplier => c_out * depth_multiplier
        The depthwise stage works on the input channels, and the pointwise stage changes their number.

        M44 the stride was put on the pointwise convolution
        k, stride, => k, 1,
        c_out, 1, => c_out, 1, stride,
        The numbers that come out are the same, but look at how many pixels the depthwise stage computes that nobody reads.

        M53 the pointwise convolution was put first
        c_in * depth_multiplier => c_out * depth_multiplier
        nn.Conv2d(c_in, middle => nn.Conv2d(c_out, middle
        groups=c_in => groups=c_out
        nn.Conv2d(middle, c_out => nn.Conv2d(c_in, c_out
        self.pointwise(self.depthwise(x)) => self.depthwise(self.pointwise(x))
        Space first, then channels: how many channels does the depthwise stage see?

        M34 the first convolution was left without groups
        groups=c_in, bias => bias
        Without groups each of its filters reads all the channels: that is a standard convolution.

        M23 groups was set to the output channels
        groups=c_in => groups=c_out
        Each group holds one channel of what the layer reads.

        M25 the depth multiplier was ignored
        c_in * depth_multiplier => c_in
        With depth_multiplier 2 every input channel has two filters. How many channels lie between the stages?

        M56 an activation function was put between the two
        self.depthwise(x) => self.depthwise(x).clamp(min=0)
        Some networks have one there. This layer has nothing between its two stages.

        M01 only the pointwise convolution got a bias
        groups=c_in, bias=bias => groups=c_in, bias=False
        Keras does it so. Here both convolutions have one, or neither.

        S306 `bias` was not passed on
        bias=bias => bias=True
        nn.Conv2d has a bias unless it is told otherwise. Both need to be told.

        S09 the padding was ignored
        padding=k // 2 => padding=0
        With stride 1 the layer keeps the height and the width.

        M39 the padding was made 1 for every kernel
        padding=k // 2 => padding=1
        For a kernel of 3 this is right. How many zeros does a kernel of 5 need?

        S08 the stride was ignored
        k, stride, => k,
        One of the two convolutions must take `stride`.

        S320 the pointwise convolution was given a k×k kernel
        c_out, 1, => c_out, k, padding=k // 2,
        The first stage has looked around already. How many pixels does a pointwise filter look at?

        S307 the stride was put on both convolutions
        c_out, 1, => c_out, 1, stride,
        Two strides of 2 make 4. Which of the two stages should take steps?

        S326 an activation function was put after the pointwise stage
        self.pointwise(self.depthwise(x)) => self.pointwise(self.depthwise(x)).relu()
        May the output of this layer be negative?

        S327 the input was added to the output
        self.pointwise(self.depthwise(x)) => (lambda y: y + x if y.shape == x.shape else y)(self.pointwise(self.depthwise(x)))
        Residual blocks do so, around layers like this one. Which two stages make up the layer itself?

        S328 the output got depth_multiplier times as many channels
        nn.Conv2d(middle, c_out, => nn.Conv2d(middle, c_out * depth_multiplier,
        depth_multiplier says how many channels lie between the stages. How many come out of the second?

        S329 groups was set to the depth multiplier
        groups=c_in => groups=depth_multiplier
        Each filter of the depthwise stage reads one channel. Into how many groups are the input channels cut, then?

        S330 groups was set to the number of channels between the stages
        groups=c_in => groups=middle
        The groups cut the input channels. How many of these can there be at most?

        S331 the pointwise stage was cut into groups, too
        nn.Conv2d(middle, c_out, 1, => nn.Conv2d(middle, c_out, 1, groups=depth_multiplier,
        Each output of the second stage mixes all the channels between the two. What would groups do to that?

        S332 the border was filled with copies of pixels
        padding=k // 2 => padding=k // 2, padding_mode="reflect"
        What does nn.Conv2d put around the image if padding_mode is left alone?

        S332 the border was filled with copies of pixels
        padding=k // 2 => padding=k // 2, padding_mode="replicate"
        What does nn.Conv2d put around the image if padding_mode is left alone?
    """,
    hints=[
        "Two nn.Conv2d, the output channels of the first being the input channels of the second.",
        "Between the stages there are c_in · depth_multiplier channels. groups belongs to one stage only.",
        "The depthwise takes k, stride, padding=k // 2, groups=c_in; the pointwise has kernel 1. bias goes to both.",
    ],
)
