"""Running a model without leaving a trace in it."""

import copy
import random
from collections import OrderedDict
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import chain

import numpy as np
import torch
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_leaves

_CONTAINERS = (dict, list, set, OrderedDict)


def held_tensors(model):
    """Go through the parameters and the buffers of a model, each once.

    Parameters
    ----------
    model : torch.nn.Module

    Returns
    -------
    iterator of torch.Tensor
    """
    return chain(model.parameters(), model.buffers())


@contextmanager
def running_quietly(model, gradients=False):
    """Let a copy of a model run in evaluation mode, and the world be as it was afterwards.

    The copy has modules, hooks and notes of its own, but looks at the model's own numbers: they may be large, and few
    models write to them. Those that are written to are put back, and so is the random state of Python, NumPy and
    PyTorch. Attention takes the way that shows its operations one by one.

    Parameters
    ----------
    model : torch.nn.Module
    gradients : bool
        Whether it runs so that gradients could be taken, also where the caller has switched them off.

    Yields
    ------
    copied : torch.nn.Module
    originals : Originals
        Whoever watches the operations tells it of each before it runs.

    Raises
    ------
    TypeError
        If the model cannot be copied.
    """
    tensors = list(held_tensors(model))
    devices = {tensor.device.index for tensor in tensors if tensor.device.type == "cuda"}
    originals = Originals(tensors)
    with ExitStack() as stack:
        stack.callback(random.setstate, random.getstate())
        stack.callback(np.random.set_state, np.random.get_state())
        stack.enter_context(torch.random.fork_rng(devices=sorted(devices)))
        # Else nn.MultiheadAttention is a single operation that shows nothing.
        stack.callback(torch.backends.mha.set_fastpath_enabled, torch.backends.mha.get_fastpath_enabled())
        torch.backends.mha.set_fastpath_enabled(False)
        if gradients:
            stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.set_grad_enabled(gradients))
        stack.callback(originals.restore)
        yield _copy(model).eval(), originals


def _copy(model):
    """Copy all of a model but its numbers."""
    held = [value for module in model.modules() for value in vars(module).values()]
    # Nearly all are hooks that nobody has set: half of the time would go into copying these piece by piece.
    twins = {id(value): type(value)() for value in held if type(value) in _CONTAINERS and not value}
    tensors = tree_leaves([value for value in held if id(value) not in twins])
    twins |= {id(value): _second_look(value) for value in tensors if isinstance(value, torch.Tensor)}
    try:
        return copy.deepcopy(model, twins)
    except Exception as reason:
        raise TypeError(
            f"model is a {type(model).__name__} that cannot be copied, and it is a copy that is run: {reason}"
        ) from reason


def _second_look(tensor):
    """Another tensor on the same memory; of one that is yet to be made, another that is yet to be made."""
    if is_lazy(tensor):
        return type(tensor)(device=tensor.device, dtype=tensor.dtype)
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(tensor.detach(), tensor.requires_grad)
    return tensor.detach()


class Originals:
    """Keeps a copy of each of a model's tensors that an operation is about to write to, and of no other.

    Parameters
    ----------
    tensors : iterable of torch.Tensor
    """

    def __init__(self, tensors):
        self._by_storage, self._copies = {}, []
        for tensor in tensors:
            if has_storage(tensor):
                self._by_storage.setdefault(storage(tensor), []).append(tensor.detach())

    def keep(self, operation, args, kwargs):
        """Copy what an operation is going to write to, the first time that it is written to.

        Parameters
        ----------
        operation : torch._ops.OpOverload
        args : tuple
        kwargs : dict
            What it is going to be called with.
        """
        for position, name in _written_arguments(operation):
            value = args[position] if position < len(args) else kwargs.get(name)
            for tensor in tree_leaves(value):
                if isinstance(tensor, torch.Tensor) and has_storage(tensor):
                    memories = self._by_storage.pop(storage(tensor), ())
                    self._copies += [(memory, memory.clone()) for memory in memories]

    def restore(self):
        """Write the kept numbers back."""
        for memory, copied in self._copies:
            memory.copy_(copied)


def has_storage(tensor):
    """Whether a tensor has memory of its own kind: it is neither sparse nor yet to be made."""
    return not is_lazy(tensor) and tensor.layout == torch.strided


def storage(tensor):
    """What two tensors have in common exactly if they look at the same memory, on every device."""
    return tensor.untyped_storage()._cdata


@cache
def _written_arguments(operation):
    """List (position, name) of what an operation writes to; that of batch normalization is in no schema."""
    return [
        (position, argument.name)
        for position, argument in enumerate(operation._schema.arguments)
        if (argument.alias_info is not None and argument.alias_info.is_write)
        or argument.name in ("running_mean", "running_var")
    ]
