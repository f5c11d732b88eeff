"""What a conversion came to: its convolutions, what it computes, and what became of the rest."""

from copy import deepcopy
from functools import wraps
from itertools import pairwise

from sepconv.exercises.lesson_13.pairs import convert_all, parameters_of, saving, sizes_of
from sepconv.exercises.trying_out import REACH_ALL, fill, output_and_gradients


class Stopped:
    """Stands for the model where a budget cannot be met: how the answer ended instead."""

    def __init__(self, how, made=None):
        self.how, self.made = how, made


def refusal_watched(to_separable):
    """Return to_separable with its exceptions as results, where the budget cannot be met: one of them is right."""
    from torch import nn

    @wraps(to_separable)
    def watched(model, budget):
        if parameters_of(convert_all(deepcopy(model))) <= budget:
            return to_separable(model, budget)
        try:
            made = to_separable(model, budget)
        except ValueError:
            return Stopped("is refused with a ValueError")
        except Exception as error:
            return Stopped(f"stops with a {type(error).__name__} ({error}); a ValueError is wanted")
        if made is Ellipsis:
            return made
        if isinstance(made, nn.Module) and parameters_of(made) <= budget:
            return Stopped("is met, by replacing more than is asked for", made)
        return Stopped("is not refused with a ValueError")

    return watched


def observe_conversion(made, draw, model, budget):
    """Return what a conversion came to, as a dict of what is compared."""
    import torch
    from torch import nn

    if isinstance(made, Stopped):
        found = {"a budget that cannot be met": made.how}
        if made.made:
            convs, _ = convolutions_called(made.made, torch.zeros(2, 1, 28, 28))
            found["convolutions"] = [sizes_of(conv) for conv in convs]
        return found
    if not isinstance(made, nn.Module):
        raise TypeError(f"to_separable must return a model, and it returned a {type(made).__name__}")
    if dotted := [name for part in made.modules() for name, _ in part.named_children() if "." in name]:
        raise TypeError(
            f"a layer was added under the name {dotted[0]!r}, with a dot in it; the old layer is still there"
        )
    given = model.witness.copies[0]()
    became = _what_became_of(given, model, made)
    convs, y = convolutions_called(made, torch.zeros(2, 1, 28, 28))
    return {
        "convolutions": [sizes_of(conv) for conv in convs],
        "parameters": parameters_of(made),
        "output for 28×28": tuple(y.shape),
        "output for 37×22": tuple(convolutions_called(made, torch.zeros(1, 1, 37, 22))[1].shape),
        "numbers of the layers that stay": _lost(made, model),
        "the pairs": _about_pairs(made, convs),
        "what is computed": _what_is_computed(made, model, convs) or _with_drawn_weights(made, draw),
        "the model that was given": became,
    }


def convolutions_called(module, x):
    """Return the convolutions that are run for x, in their order, and what comes out."""
    import torch

    called = []
    handles = _hooked(module, lambda conv, _inputs, _y: called.append(conv))
    try:
        with torch.no_grad():
            y = module.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return called, y


def _hooked(module, hook):
    from torch import nn

    return [part.register_forward_hook(hook) for part in module.modules() if isinstance(part, nn.Conv2d)]


def _pairs_among(convs):
    """Return the depthwise convolutions that a pointwise one follows, each with it."""
    return [
        (first, second)
        for first, second in pairwise(convs)
        if first.groups == first.in_channels == first.out_channels > 1
        and second.groups == 1
        and second.kernel_size == (1, 1)
    ]


def _about_pairs(made, convs):
    """Say whether the pairs can learn."""
    import torch

    weights = [[stage.weight for stage in pair] for pair in _pairs_among(convs)]
    if not all(weight.requires_grad for pair in weights for weight in pair):
        return "some weights have requires_grad = False: training leaves them as they are"
    if any(not any(weight.any() for weight in pair) for pair in weights):
        return "both stages of a pair are 0 everywhere, and so are their gradients: it never learns"
    x = torch.ones(2, 1, 28, 28)
    gradients = output_and_gradients(deepcopy(made).train(), x)[1]
    return "can learn" if gradients == REACH_ALL else f"gradients: {gradients}"


def _what_is_computed(made, model, convs):
    """Say it, if in one of a module's modes something else comes out than the given layers and these pairs give."""
    import torch

    wanted, rest = deepcopy(model), list(convs)
    for name, layer in model.named_modules():
        if isinstance(layer, torch.nn.Conv2d) and rest:
            stages = 2 if saving(layer) and rest[0].groups == layer.in_channels > 1 else 1
            wanted.set_submodule(name, torch.nn.Sequential(*map(deepcopy, rest[:stages])))
            rest = rest[stages:]
    x = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    if rest:
        return "cannot be compared: there are too many convolutions"
    for training in (False, True):
        if not _alike(deepcopy(made).train(training), wanted.train(training), x):
            between = _something_between(deepcopy(made).train(training), x)
            return (
                "something stands between the two stages of a pair"
                if between
                else "something that neither the given layers nor the pairs compute"
            )
    return ""


def _with_drawn_weights(made, draw):
    """Return what comes out for a drawn image, if each convolution is given drawn numbers when it is called."""
    import torch

    net, x = deepcopy(made).double().eval(), torch.from_numpy(draw.sixteenths(1, 1, 28, 28))
    for part in net.modules():
        if isinstance(part, torch.nn.Conv2d):
            part.register_forward_pre_hook(lambda conv, _inputs: fill(conv.parameters(), draw))
    with torch.no_grad():
        return net(x)


def _alike(one, other, x):
    """Say whether two nets give the same for x."""
    import torch

    with torch.no_grad():
        try:
            y, z = one(x), other(x)
        except RuntimeError:  # the layers do not fit together
            return False
    return y.shape == z.shape and bool(torch.allclose(y, z, rtol=1e-6, atol=1e-7))


def _something_between(module, x):
    """Say whether a pointwise stage is given anything but what its depthwise stage made."""
    import torch

    seen = []  # (convolution, what it read, what it made)
    _hooked(module, lambda conv, inputs, y: seen.append((conv, inputs[0].clone(), y.clone())))
    with torch.no_grad():
        module(x)
    pairs = _pairs_among([conv for conv, _, _ in seen])
    made = {conv: y for conv, _, y in seen}
    read = {conv: x for conv, x, _ in seen}
    return not all(torch.equal(made[first], read[second]) for first, second in pairs)


def _lost(module, model):
    """Say whether the numbers of the layers that stay are all in the new model."""
    import torch

    kept = {name for name, layer in model.named_modules() if not saving(layer)}
    mine = [tensor.double() for tensor in module.state_dict().values()]
    for name, tensor in model.state_dict().items():
        if name.rpartition(".")[0] in kept and not any(
            tensor.shape == other.shape and torch.equal(tensor.double(), other) for other in mine
        ):
            return "not all are those of the given model"
    return "as in the given model"


def _what_became_of(given, model, module):
    """Say whether the model that the answer was given is as it was, and on its own."""
    import torch

    before, after = model.state_dict(), given.state_dict()
    if given is module or before.keys() != after.keys():
        return "was changed"
    if not all(torch.equal(before[name], after[name]) for name in before):
        return "was changed"
    mine = {tensor.data_ptr() for tensor in module.parameters()}
    if any(tensor.data_ptr() in mine for tensor in given.parameters()):
        return "shares its layers with the new one"
    return "as it was"
