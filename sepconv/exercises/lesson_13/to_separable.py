"""Convert a network to separable convolutions until it meets a budget of parameters."""

from copy import deepcopy
from math import gcd

from sepconv.exercises.lesson_13.given_nets import cases, fresh_cases
from sepconv.exercises.lesson_13.observing import observe_conversion, refusal_watched
from sepconv.exercises.lesson_13.pairs import saving, separable_pair
from sepconv.exercises.spec import Exercise


def to_separable(model, budget):
    """Return a copy of a model with at most `budget` parameters, the largest savings made first."""
    converted = deepcopy(model)
    layers = dict(model.named_modules())
    for name in sorted(layers, key=lambda name: -saving(layers[name])):
        if sum(parameter.numel() for parameter in converted.parameters()) <= budget:
            return converted
        if saving(layers[name]):
            parent, _, child = name.rpartition(".")
            setattr(converted.get_submodule(parent), child, separable_pair(layers[name]))
    raise ValueError(f"there is no way to come to {budget} parameters")


def grouped(conv):
    """Put one grouped convolution in the place of a convolution."""
    from torch import nn

    groups = gcd(conv.in_channels, conv.out_channels)
    rest = conv.kernel_size, conv.stride, conv.padding, conv.dilation, groups, conv.bias is not None
    return nn.Conv2d(conv.in_channels, conv.out_channels, *rest)


EXERCISE = Exercise(
    seconds=900,
    points=4,
    answer=to_separable,
    cases=cases,
    fresh=fresh_cases,
    observe=observe_conversion,
    observer_draws=True,
    watch=refusal_watched,
    misconceptions="""
        S1320 everything was converted, whatever the budget
        sum(parameter.numel() for parameter in converted.parameters()) <= budget => False
        raise ValueError(f"there is no way to come to {budget} parameters") => return converted
        Each conversion costs some accuracy. With the largest saving first, when is it enough?

        S1321 the convolutions were converted in the order of the network
        sorted(layers, key=lambda name: -saving(layers[name])) => layers
        The one that comes first may save little. Which one lets you stop soonest?

        S1322 the smallest saving came first
        -saving(layers[name]) => saving(layers[name]) or float("inf")
        Every conversion costs some accuracy: how do you get by with few of them?

        S1334 the largest convolution came first, not the largest saving
        -saving(layers[name]) => -(saving(layers[name]) and layers[name].weight.numel())
        Of 720 weights a pair may save fewer than of 700. What does the pair itself need?

        S1335 the savings were compared as shares of their layers
        -saving(layers[name]) => -(saving(layers[name]) and saving(layers[name]) / layers[name].weight.numel())
        The budget counts parameters. Which saving brings you nearer to it: 82 % of 700, or 81 % of 864?

        S1323 a budget that was met exactly was taken for too much
        <= budget => < budget
        At most `budget` parameters: is the budget itself allowed?

        S1324 nothing was converted
        if saving(layers[name]) => if False
        raise ValueError(f"there is no way to come to {budget} parameters") => return converted
        The model is copied, and its convolutions are all still there.

        S1325 a budget that cannot be met was not refused
        raise ValueError(f"there is no way to come to {budget} parameters") => return converted
        After the last conversion, compare once more. A model above the budget is no answer: raise ValueError.

        S1326 the convolution of one channel was converted, too
        layer.groups > 1 or layer.in_channels == 1 => layer.groups > 1
        A depthwise convolution of one channel makes one map, and all outputs would be multiples of it.

        S1327 a grouped convolution was converted, too
        layer.groups > 1 or layer.in_channels == 1 => layer.in_channels == 1
        taps * c_in * c_out - => layer.weight.numel() -
        layer.weight.copy_(torch.from_numpy(weight)) => pass
        The task is about standard convolutions: those with groups = 1.

        S1328 the given model was changed
        deepcopy(model) => model
        Whoever called still needs it, if only to compare the two. Where is a copy made?

        S1329 the new model shares its layers with the given one
        deepcopy(model) => deepcopy(model, {id(layer): layer for layer in model.modules() if not list(layer.children())})
        Training the one would train the other. copy.deepcopy copies the layers as well.

        S1330 the layers that stay lost what they had learned
        return converted => return converted.apply(lambda layer: getattr(layer, "reset_parameters", list)())
        Only what is converted has to learn anew. Where do the other layers get their numbers from?

        M57 a grouped convolution was taken for the separable one
        separable_pair(layers[name]) => grouped(layers[name])
        Which outputs meet which inputs in it? Two stages are asked for.

        S304 the pointwise stage was left out
        nn.Sequential(depthwise, pointwise) => nn.Sequential(depthwise)
        The next layer expects as many channels as the convolution made.

        M34 the first convolution was left without groups
        *sizes, groups=conv.in_channels => *sizes
        Without groups each of its filters reads all the channels.

        M53 the pointwise convolution was put first
        nn.Sequential(depthwise, pointwise) => nn.Sequential(pointwise, nn.Conv2d(conv.out_channels, conv.out_channels, *sizes[2:], groups=conv.out_channels, bias=False))
        Space first, then channels: how many channels does the depthwise stage see?

        M56 something was put between the two
        nn.Sequential(depthwise, pointwise) => nn.Sequential(depthwise, nn.BatchNorm2d(conv.in_channels), nn.ReLU(), pointwise)
        Many networks have it so, and it needs parameters. Here nothing stands between the two.

        S1336 something that has no parameters was put between the two
        nn.Sequential(depthwise, pointwise) => nn.Sequential(depthwise, nn.ReLU(), pointwise)
        Many networks have it so. Here nothing stands between the two: the second reads what the first makes.

        S1337 an activation was put after the pair
        nn.Sequential(depthwise, pointwise) => nn.Sequential(depthwise, pointwise, nn.ReLU())
        The convolution had none of its own. What follows it in the network is still there.

        S1338 the pairs cannot learn
        nn.Sequential(depthwise, pointwise) => nn.Sequential(depthwise, pointwise).requires_grad_(False)
        They are to be trained. What does requires_grad say of their weights?

        S1339 both stages of the pairs hold zeros only
        layer.weight.copy_(torch.from_numpy(weight)) => layer.weight.zero_()
        The gradient of each stage is a multiple of the other stage's weights. Does such a pair ever begin to learn?

        S1345 the pair was added under a name with a dot; the old layer is still there
        setattr(converted.get_submodule(parent), child, => setattr(converted, name,
        An attribute that is called 'blocks.0.conv' is no part of blocks. Which module holds the layer, and what is it called there?

        M44 the stride was put on the pointwise convolution
        conv.kernel_size, conv.stride => conv.kernel_size, 1
        conv.out_channels, 1, => conv.out_channels, 1, conv.stride,
        The numbers would be the same, but the depthwise stage computes pixels that nobody reads.

        S08 the stride was ignored
        conv.kernel_size, conv.stride => conv.kernel_size, 1
        What follows expects a map of the old size. Where did the convolution keep its stride?

        S09 the padding was ignored
        conv.stride, conv.padding => conv.stride, 0
        What follows expects a map of the old size. Where did the convolution keep its padding?

        S1331 the padding was set by the kernel
        conv.stride, conv.padding => conv.stride, conv.kernel_size[0] // 2
        With a dilation that is too little. The convolution itself says how much padding it has.

        S29 the dilation was ignored
        conv.padding, conv.dilation => conv.padding, 1
        A convolution has four things that tell where its window goes: kernel, stride, padding, and one more.

        S23 the bias was left out
        bias=conv.bias is not None => bias=False
        if conv.bias is not None => if pointwise.bias is not None
        A convolution with a bias becomes a pair whose pointwise stage has one.

        S1332 every pointwise convolution was given a bias
        bias=conv.bias is not None => bias=True
        nn.Conv2d has a bias unless it is told otherwise. Did the convolution have one?

        S1333 the depthwise convolution was given a bias, too
        bias=False => bias=conv.bias is not None
        One bias for each pair is enough: with nothing between, the second can do what the first does.
    """,
    hints=[
        "Copy the model with copy.deepcopy. named_modules() lists every layer with its name, such as 'blocks.1.conv'.",
        "For each nn.Conv2d with groups 1 and more than one input channel: how many weights would a pair save? Sort by it.",
        "A layer inside: model.get_submodule(name); to replace it: setattr(parent, child, pair), where "
        "parent, _, child = name.rpartition('.') and parent goes through get_submodule.",
        "How the pair starts is up to you. separable_terms(weight, rank=1) of lesson 9 gives the pair that comes nearest.",
    ],
)
