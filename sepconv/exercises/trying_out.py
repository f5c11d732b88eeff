"""Trying a module out as its user will: with drawn weights, on a drawn input, and back to all that it learns."""

REACH_ALL = "reach every parameter"
TAKEN_OVER = "takes over the state_dict"
RANDOM = "two different results for the same input: something in forward is random, as a Dropout is"
OTHER_IN_EVALUATION = "something else after eval() than before it: something in forward behaves differently there, as a normalization does"
_SHOWN_NAMES = 3
_CUTTING = "NumPy, .item(), .detach(), .data and torch.no_grad() cut gradients off, and what forward does not use gets none"


def fill(parameters, draw, unit=1.0):
    """Write drawn numbers into parameters, by their sizes alone: their names and their order do not matter.

    Parameters
    ----------
    parameters : iterable of torch.Tensor
    draw : Inputs
    unit : float
        The largest that a number can be.
    """
    import torch

    parameters = list(parameters)
    numbers = torch.from_numpy(draw.sixteenths(max((p.numel() for p in parameters), default=0))) * unit
    with torch.no_grad():
        for parameter in parameters:
            parameter.copy_(numbers[: parameter.numel()].reshape(parameter.shape))


def output_and_gradients(module, x):
    """Return what a module gives for x, and a sentence on the parameters that no gradient comes back to.

    Parameters
    ----------
    module : torch.nn.Module
    x : torch.Tensor

    Returns
    -------
    output : object
        A tensor, or what the module returned in its place; `RANDOM` if that is another one at the next call.
    gradients : str
        `REACH_ALL` if every parameter gets a gradient, or if the output is no tensor.
    """
    import torch

    with torch.enable_grad():
        y = module(x)
        if not isinstance(y, torch.Tensor):
            return y, REACH_ALL  # what came out in its place says more
        gradients = _about_gradients(dict(module.named_parameters()), y.sum())
    return y if _alike(y, module(x)) else RANDOM, gradients


def in_both_modes(module, x):
    """Return what `output_and_gradients` does of a module that is training, if it gives the same in evaluation.

    Parameters
    ----------
    module : torch.nn.Module
        Put into evaluation mode.
    x : torch.Tensor

    Returns
    -------
    output : object
        `OTHER_IN_EVALUATION` if something else comes out there.
    gradients : str
    """
    import torch

    output, gradients = output_and_gradients(module.train(), x)
    same = not isinstance(output, torch.Tensor) or _alike(output, module.eval()(x))
    return output if same else OTHER_IN_EVALUATION, gradients


def _alike(y, other):
    import torch

    with torch.no_grad():
        return y.shape == other.shape and torch.allclose(y, other)


def cannot_learn(module, x):
    """Say which layer forward calls that PyTorch does not know as a part, or which weight cannot be trained freely.

    Parameters
    ----------
    module : torch.nn.Module
    x : torch.Tensor

    Returns
    -------
    str
        A sentence without its point, or none: also where forward stops.
    """
    for name, parameter in module.named_parameters():
        if any(
            step == 0 and size > 1 for step, size in zip(parameter.stride(), parameter.shape, strict=True)
        ):
            return (
                f"the parameter {name} is one number that stands in several places, as expand makes it: training cannot change one of them "
                "alone. clone() makes them numbers of their own"
            )
    known = set(module.parameters())
    try:
        first, second = _called(module, x), _called(module, x)
    except Exception:  # that it stops is found when it is tried out
        return ""
    learning = {layer: set(layer.parameters(recurse=False)) for layer in first}
    hidden = next((layer for layer, its_own in learning.items() if its_own - known), None)
    if hidden is None:
        return ""
    kind = type(hidden).__name__
    if hidden not in second:
        return (
            f"the forward makes a new {kind} at each call, so what it has learned is gone at the next. "
            "Make layers in __init__, and use them in forward"
        )
    holders = {name: value for name, value in vars(module).items() if isinstance(value, list | tuple | dict)}
    for name, held in holders.items():
        if any(item is hidden for item in (held.values() if isinstance(held, dict) else held)):
            shown = "nn.ModuleDict" if isinstance(held, dict) else "nn.ModuleList"
            return (
                f"the forward uses a {kind} out of .{name}, a {type(held).__name__}, in which PyTorch does not look for layers: "
                f"no optimizer and no state_dict knows of its weights. {shown} shows them"
            )
    return (
        f"the forward uses a {kind} that is no part of the module: no optimizer and no state_dict knows of its weights. "
        "Make it an attribute in __init__"
    )


def in_another(module, x, *case):
    """Say what comes of another module of the same class that loads what this one has learned.

    Parameters
    ----------
    module : torch.nn.Module
    x : torch.Tensor
    *case
        What its class is called with.

    Returns
    -------
    str
        `TAKEN_OVER`, also where the class cannot be called so, or a sentence without its point.
    """
    try:
        other = type(module)(*case).to(x.dtype)
    except Exception:  # the module was built by something else
        return TAKEN_OVER
    mine = {parameter.data_ptr() for parameter in module.parameters()}
    if any(parameter.data_ptr() in mine for parameter in other.parameters()):
        return "shares its weights with this one: layers must be made anew for each module"
    other.load_state_dict(module.state_dict())
    if not _alike(module(x), other(x)):
        return "gives something else: not all that forward needs is in the parameters and buffers"
    return TAKEN_OVER


def _called(module, x):
    """Return the layers that are called for x."""
    import torch

    called = []
    hook = torch.nn.modules.module.register_module_forward_hook(lambda layer, _x, _y: called.append(layer))
    try:
        with torch.no_grad():
            module(x)
    finally:
        hook.remove()
    return called


def _about_gradients(parameters, total):
    import torch

    if frozen := [name for name, parameter in parameters.items() if not parameter.requires_grad]:
        return f"none for {_listed(frozen)}: requires_grad is False there, so training would change nothing"
    found = [None] * len(parameters)
    if total.requires_grad:
        found = torch.autograd.grad(total, [*parameters.values()], allow_unused=True)
    cut = [name for name, gradient in zip(parameters, found, strict=True) if gradient is None]
    return (
        f"none for {_listed(cut)}, so training would change nothing there. {_CUTTING}" if cut else REACH_ALL
    )


def _listed(names):
    more = len(names) - _SHOWN_NAMES
    *first, last = names if more <= 1 else [*names[:_SHOWN_NAMES], f"{more} more"]
    return f"{', '.join(first)} and {last}" if first else last
