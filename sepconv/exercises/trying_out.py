"""Trying a module out as its user will: with drawn weights, on a drawn input, and back to all that it learns."""

REACH_ALL = "reach every parameter"
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
        A tensor, or what the module returned in its place.
    gradients : str
        `REACH_ALL` if every parameter gets a gradient, or if the output is no tensor.
    """
    import torch

    with torch.enable_grad():
        y = module(x)
        if not isinstance(y, torch.Tensor):
            return y, REACH_ALL  # what came out in its place says more
        return y, _about_gradients(dict(module.named_parameters()), y.sum())


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
