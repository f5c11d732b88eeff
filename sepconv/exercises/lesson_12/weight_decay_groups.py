"""Sort the parameters of a net into those that decay and those that do not."""

from functools import wraps

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def weight_decay_groups(model, decay):
    """Return two dicts for an optimizer: the parameters that decay, and those that do not."""
    from torch import nn

    decaying = []
    free = []
    for module in model.modules():
        is_depthwise = isinstance(module, nn.Conv2d) and 1 < module.groups == module.in_channels
        for name, parameter in module.named_parameters(recurse=False):
            if isinstance(module, nn.Conv2d | nn.Linear) and name == "weight" and not is_depthwise:
                decaying.append(parameter)
            else:
                free.append(parameter)
    return [{"params": decaying, "weight_decay": decay}, {"params": free, "weight_decay": 0.0}]


def _cases(seed):
    from torch import nn

    from sepconv import small_separable

    stack = nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.Sequential(nn.Conv2d(4, 8, 3, groups=4, bias=False), nn.BatchNorm2d(8)),
        nn.Conv2d(8, 8, 1, groups=2),
        nn.Sequential(nn.Conv2d(8, 8, 5, groups=8), nn.ReLU(), nn.Conv2d(8, 6, 1)),
        nn.Flatten(),
        nn.Linear(6, 2),
    )
    return [(stack, 0.05), (small_separable((2, 3, 4)), 1e-4)]


def _drawn_nets(seed):
    """Layers in an order that is drawn, so that their names tell nothing; and the decay is drawn, too."""
    import torch
    from torch import nn

    draw = Inputs(seed).one_of
    c = draw((4, 6, 8))
    with torch.random.fork_rng(devices=[]):
        middle = [
            nn.Conv2d(c, c, 3, padding=1, groups=c),
            nn.Conv2d(c, c, 5, padding=2, groups=c, bias=False),
            nn.Conv2d(c, c, 1, groups=2),
            nn.Conv2d(c, c, 1, bias=False),
            nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.BatchNorm2d(c)),
            nn.BatchNorm2d(c),
            nn.ReLU(),
        ]
        layers = [middle.pop(draw(range(len(middle)))) for _ in range(len(middle))]
        net = nn.Sequential(
            nn.Conv2d(3, c, 3), *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 5)
        )
    return [(net, draw(range(1, 100)) / 1000)]


def _watch(function):
    """Put names in the place of the parameters, while it can be seen that they are the model's own."""

    @wraps(function)
    def watched(model, decay):
        own = dict(model.named_parameters())  # kept, for the id of an object that is gone is given away again
        names = {id(parameter): name for name, parameter in own.items()}
        groups = function(model, decay)
        if not isinstance(groups, tuple | list) or not all(isinstance(group, dict) for group in groups):
            return groups
        return [{**group, "params": _named(group.get("params", ()), names)} for group in groups]

    return watched


def _named(parameters, names):
    """Return the names of parameters, or a sentence about what is none."""
    import torch

    if isinstance(parameters, set | frozenset):
        return "a set: it has no order, and PyTorch refuses it; make a list of it"
    found = []
    for parameter in [parameters] if isinstance(parameters, torch.Tensor) else parameters:
        if not isinstance(parameter, torch.Tensor):
            return f"a {type(parameter).__name__} where a parameter belongs: layer.weight, or what .parameters() gives"
        if not isinstance(parameter, torch.nn.Parameter):
            return "a tensor that does not learn where a parameter belongs"
        if id(parameter) not in names:
            return "a parameter that is none of the model's"
        found.append(names[id(parameter)])
    return found


def _observe(groups, model, decay):
    """Return for each parameter, by its name in the model, which decay it gets."""
    if not isinstance(groups, tuple | list) or not all(isinstance(group, dict) for group in groups):
        return "not a list of two dicts"
    decays = {name: [] for name, _ in model.named_parameters()}
    for group in groups:
        if isinstance(group["params"], str):
            return group["params"]
        for name in group["params"]:
            decays[name].append(group.get("weight_decay", "the optimizer's own"))
    return {name: _said(values) for name, values in decays.items()}


def _said(values):
    if not values:
        return "in neither of the dicts"
    if len(values) > 1:
        return "listed more than once"
    return "in a dict without weight_decay" if isinstance(values[0], str) else f"decay {values[0]:g}"


EXERCISE = Exercise(
    points=2,
    answer=weight_decay_groups,
    cases=_cases,
    fresh=_drawn_nets,
    observe=_observe,
    watch=_watch,
    misconceptions="""
        M68 every parameter was given the same decay
        free.append => decaying.append
        A depthwise filter has few numbers to spare. Which parameters does the task name that shall not decay?

        S1223 the depthwise filters were left among those that decay
        "weight" and not is_depthwise => "weight"
        How do you tell a depthwise filter?

        S1224 only the depthwise filters were kept from decaying
        isinstance(module, nn.Conv2d | nn.Linear) and name == "weight" and not is_depthwise => not (name == "weight" and is_depthwise)
        The task names two more kinds of parameters that shall not decay.

        S1225 every convolution with groups was taken for a depthwise one
        1 < module.groups == module.in_channels => 1 < module.groups
        With 2 groups of 4 channels a filter still reads several channels. When is a layer depthwise?

        S1226 a depthwise layer was looked for where it makes as many channels as it reads
        module.in_channels => module.out_channels
        A depthwise layer may have a multiplier: which of its two numbers of channels equals groups?

        S1227 the stem was taken for a depthwise layer
        1 < module.groups => module.groups
        A layer that reads one channel has groups == in_channels whether one wants it or not. See the task.

        S1228 the biases were left among those that decay
        name == "weight" and not is_depthwise => not (name == "weight" and is_depthwise)
        A bias is a parameter of the same layer as the weight, and it shall not decay.

        S1229 batch normalization was left among those that decay
        isinstance(module, nn.Conv2d | nn.Linear) and name => name
        Batch normalization has a parameter that is called weight, too.

        S1230 the Linear was kept from decaying
        nn.Conv2d | nn.Linear => nn.Conv2d
        Which layer of the net that has a weight is no convolution?

        S1231 the two dicts were exchanged
        decaying, "weight_decay": decay => decaying, "weight_decay": 0.0
        free, "weight_decay": 0.0 => free, "weight_decay": decay
        Which of the two is to have the decay?

        S1232 the parameters that do not decay were left out
        , {"params": free, "weight_decay": 0.0}] => ]
        An optimizer changes the parameters that it is given. The others must be given too, with a decay of 0.

        S1233 the second dict was left without weight_decay
        free, "weight_decay": 0.0 => free
        Where a dict says nothing, the optimizer takes its own weight_decay, and AdamW's is not 0.

        S1258 tensors that do not learn were given in the place of the parameters
        .append(parameter) => .append(parameter.detach().clone())
        An optimizer changes what it is given. To train the model, it must be given the model's own parameters: detach(), clone() and .data make other tensors.

        S1259 sets were made of the parameters
        [] => set()
        .append( => .add(
        A set has no order, and PyTorch's optimizers refuse it. Lists are asked for.
    """,
    hints=[
        "Go through model.modules(), and in each module through module.named_parameters(recurse=False).",
        "What decays is called weight and belongs to an nn.Linear, or to an nn.Conv2d that is not depthwise.",
        "Depthwise: 1 < conv.groups == conv.in_channels.",
    ],
)
