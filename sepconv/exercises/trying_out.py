"""Trying a module out as its user will: with drawn weights, on a drawn input, and back to all that it learns."""


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
