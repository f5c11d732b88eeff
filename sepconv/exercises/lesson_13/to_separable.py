"""Convert a network to separable convolutions until it meets a budget of parameters."""

from copy import deepcopy

from sepconv.exercises.lesson_13.given_nets import cases, fresh_cases
from sepconv.exercises.lesson_13.observing import observe_conversion, refusal_watched
from sepconv.exercises.lesson_13.pairs import saving, separable_pair
from sepconv.exercises.lesson_13.wrong_conversions import (
    all_zero,
    every_saving,
    frozen,
    grouped,
    make_pair,
    norm_and_relu,
    pointwise_first,
    relu,
    relu_after,
    share_layers,
    start_anew,
    wrong_conversion,
)
from sepconv.exercises.spec import Exercise, Misconception


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


EXERCISE = Exercise(
    points=4,
    answer=to_separable,
    cases=cases,
    fresh=fresh_cases,
    observe=observe_conversion,
    observer_draws=True,
    watch=refusal_watched,
    misconceptions=[
        Misconception(
            "S1320",
            "everything was converted, whatever the budget",
            wrong_conversion(enough=lambda count, budget: False, refuse=False),
            "Each conversion costs some accuracy. With the largest saving first, when is it enough?",
        ),
        Misconception(
            "S1321",
            "the convolutions were converted in the order of the network",
            wrong_conversion(order=lambda saved: 0),
            "The one that comes first may save little. Which one lets you stop soonest?",
        ),
        Misconception(
            "S1322",
            "the smallest saving came first",
            wrong_conversion(order=lambda saved: saved),
            "Every conversion costs some accuracy: how do you get by with few of them?",
        ),
        Misconception(
            "S1334",
            "the largest convolution came first, not the largest saving",
            wrong_conversion(by=lambda layer: saving(layer) and layer.weight.numel()),
            "Of 720 weights a pair may save fewer than of 700. What does the pair itself need?",
        ),
        Misconception(
            "S1335",
            "the savings were compared as shares of their layers",
            wrong_conversion(by=lambda layer: saving(layer) and saving(layer) / layer.weight.numel()),
            "The budget counts parameters. Which saving brings you nearer to it: 82 % of 700, or 81 % of 864?",
        ),
        Misconception(
            "S1323",
            "a budget that was met exactly was taken for too much",
            wrong_conversion(enough=lambda count, budget: count < budget),
            "At most `budget` parameters: is the budget itself allowed?",
        ),
        Misconception(
            "S1324",
            "nothing was converted",
            wrong_conversion(saves=lambda layer: 0, refuse=False),
            "The model is copied, and its convolutions are all still there.",
        ),
        Misconception(
            "S1325",
            "a budget that cannot be met was not refused",
            wrong_conversion(refuse=False),
            "After the last conversion, compare once more. A model above the budget is no answer: raise ValueError.",
        ),
        Misconception(
            "S1326",
            "the convolution of one channel was converted, too",
            wrong_conversion(saves=lambda layer: every_saving(layer, one_channel=True)),
            "A depthwise convolution of one channel makes one map, and all outputs would be multiples of it.",
        ),
        Misconception(
            "S1327",
            "a grouped convolution was converted, too",
            wrong_conversion(saves=lambda layer: every_saving(layer, groups=True), pair=make_pair),
            "The task is about standard convolutions: those with groups = 1.",
        ),
        Misconception(
            "S1328",
            "the given model was changed",
            wrong_conversion(copy=lambda model: model),
            "Whoever called still needs it, if only to compare the two. Where is a copy made?",
        ),
        Misconception(
            "S1329",
            "the new model shares its layers with the given one",
            wrong_conversion(finish=share_layers),
            "Training the one would train the other. copy.deepcopy copies the layers as well.",
        ),
        Misconception(
            "S1330",
            "the layers that stay lost what they had learned",
            wrong_conversion(finish=start_anew),
            "Only what is converted has to learn anew. Where do the other layers get their numbers from?",
        ),
        Misconception(
            "M57",
            "a grouped convolution was taken for the separable one",
            wrong_conversion(pair=grouped),
            "Which outputs meet which inputs in it? Two stages are asked for.",
        ),
        Misconception(
            "S304",
            "the pointwise stage was left out",
            wrong_conversion(pair=lambda conv: make_pair(conv, stages=(0,))),
            "The next layer expects as many channels as the convolution made.",
        ),
        Misconception(
            "M34",
            "the first convolution was left without groups",
            wrong_conversion(pair=lambda conv: make_pair(conv, depthwise={"groups": 1})),
            "Without groups each of its filters reads all the channels.",
        ),
        Misconception(
            "M53",
            "the pointwise convolution was put first",
            wrong_conversion(pair=lambda conv: pointwise_first(conv)),
            "Space first, then channels: how many channels does the depthwise stage see?",
        ),
        Misconception(
            "M56",
            "something was put between the two",
            wrong_conversion(pair=lambda conv: make_pair(conv, between=[norm_and_relu])),
            "Many networks have it so, and it needs parameters. Here nothing stands between the two.",
        ),
        Misconception(
            "S1336",
            "something that has no parameters was put between the two",
            wrong_conversion(pair=lambda conv: make_pair(conv, between=[relu])),
            "Many networks have it so. Here nothing stands between the two: the second reads what the first makes.",
        ),
        Misconception(
            "S1337",
            "an activation was put after the pair",
            wrong_conversion(pair=relu_after),
            "The convolution had none of its own. What follows it in the network is still there.",
        ),
        Misconception(
            "S1338",
            "the pairs cannot learn",
            wrong_conversion(pair=frozen),
            "They are to be trained. What does requires_grad say of their weights?",
        ),
        Misconception(
            "S1339",
            "both stages of the pairs hold zeros only",
            wrong_conversion(pair=all_zero),
            "The gradient of each stage is a multiple of the other stage's weights. Does such a pair ever begin to learn?",
        ),
        Misconception(
            "S1345",
            "the pair was added under a name with a dot; the old layer is still there",
            wrong_conversion(put=setattr),
            "An attribute that is called 'blocks.0.conv' is no part of blocks. Which module holds the layer, and "
            "what is it called there?",
        ),
        Misconception(
            "M44",
            "the stride was put on the pointwise convolution",
            wrong_conversion(pair=lambda conv: make_pair(conv, stride_on=1)),
            "The numbers would be the same, but the depthwise stage computes pixels that nobody reads.",
        ),
        Misconception(
            "S08",
            "the stride was ignored",
            wrong_conversion(pair=lambda conv: make_pair(conv, depthwise={"stride": 1})),
            "What follows expects a map of the old size. Where did the convolution keep its stride?",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            wrong_conversion(pair=lambda conv: make_pair(conv, depthwise={"padding": 0})),
            "What follows expects a map of the old size. Where did the convolution keep its padding?",
        ),
        Misconception(
            "S1331",
            "the padding was set by the kernel",
            wrong_conversion(
                pair=lambda conv: make_pair(conv, depthwise={"padding": conv.kernel_size[0] // 2})
            ),
            "With a dilation that is too little. The convolution itself says how much padding it has.",
        ),
        Misconception(
            "S29",
            "the dilation was ignored",
            wrong_conversion(pair=lambda conv: make_pair(conv, depthwise={"dilation": 1})),
            "A convolution has four things that tell where its window goes: kernel, stride, padding, and one more.",
        ),
        Misconception(
            "S23",
            "the bias was left out",
            wrong_conversion(pair=lambda conv: make_pair(conv, pointwise={"bias": False})),
            "A convolution with a bias becomes a pair whose pointwise stage has one.",
        ),
        Misconception(
            "S1332",
            "every pointwise convolution was given a bias",
            wrong_conversion(pair=lambda conv: make_pair(conv, pointwise={"bias": True})),
            "nn.Conv2d has a bias unless it is told otherwise. Did the convolution have one?",
        ),
        Misconception(
            "S1333",
            "the depthwise convolution was given a bias, too",
            wrong_conversion(pair=lambda conv: make_pair(conv, depthwise={"bias": conv.bias is not None})),
            "One bias for each pair is enough: with nothing between, the second can do what the first does.",
        ),
    ],
    hints=[
        "Copy the model with copy.deepcopy. named_modules() lists every layer with its name, such as 'blocks.1.conv'.",
        "For each nn.Conv2d with groups 1 and more than one input channel: how many weights would a pair save? Sort by it.",
        "A layer inside: model.get_submodule(name); to replace it: setattr(parent, child, pair), where "
        "parent, _, child = name.rpartition('.') and parent goes through get_submodule.",
        "How the pair starts is up to you. separable_terms(weight, rank=1) of lesson 9 gives the pair that comes nearest.",
    ],
)
