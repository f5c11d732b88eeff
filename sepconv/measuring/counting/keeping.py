"""Running a model without leaving a trace in it."""

import random
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import chain

import numpy as np
import torch
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_leaves

__all__ = ["Originals", "held_tensors", "running_quietly"]


def held_tensors(model):
    """Go through the parameters and the buffers of a model, each once."""
    return chain(model.parameters(), model.buffers())


@contextmanager
def running_quietly(model):
    """Let a model run in evaluation mode and without gradients, then put back all that the run has changed.

    Put back are the modes, attributes, hooks and registered tensors of every module, the numbers in them, and the
    random state of Python, NumPy and PyTorch. Attention takes the way that shows its operations one by one.

    Parameters
    ----------
    model : torch.nn.Module

    Yields
    ------
    Originals
        Whoever watches the operations tells it of each before it runs.
    """
    with ExitStack() as stack:
        stack.enter_context(_random_state_kept(model))
        originals = Originals(held_tensors(model))
        stack.callback(originals.restore)
        stack.enter_context(_attributes_kept(model))
        stack.enter_context(_attention_unfused())
        stack.enter_context(torch.no_grad())
        for module in model.modules():
            module.training = False
        yield originals


class Originals:
    """Keeps a copy of each of a model's tensors that an operation is about to write to, and of no other."""

    def __init__(self, tensors):
        self._by_storage, self._copies = {}, {}
        for tensor in tensors:
            if not is_lazy(tensor) and tensor.layout == torch.strided:
                # The second still looks at the same memory after an assignment to tensor.data.
                kept = tensor, tensor.detach(), tensor.requires_grad
                self._by_storage.setdefault(_storage(tensor), []).append(kept)

    def keep(self, operation, args, kwargs):
        """Copy what an operation is going to write to, the first time that it is written to."""
        for position, name in _written_arguments(operation):
            value = args[position] if position < len(args) else kwargs.get(name)
            for tensor in tree_leaves(value):
                if isinstance(tensor, torch.Tensor) and tensor.layout == torch.strided:
                    self._keep_storage(_storage(tensor))

    def _keep_storage(self, storage):
        if storage in self._by_storage and storage not in self._copies:
            self._copies[storage] = [memory.clone() for _, memory, _ in self._by_storage[storage]]

    def restore(self):
        """Write the kept numbers back."""
        with torch.no_grad():
            for storage, tensors in self._by_storage.items():
                for tensor, memory, requires_grad in tensors:
                    if _storage(tensor) != storage:
                        tensor.data = memory
                    if tensor.requires_grad != requires_grad:
                        tensor.requires_grad_(requires_grad)
                for (_, memory, _), copy in zip(tensors, self._copies.get(storage, ())):
                    memory.copy_(copy)


def _storage(tensor):
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


@contextmanager
def _attributes_kept(model):
    modules = list(model.modules())
    modes = [module.training for module in modules]
    attributes = [vars(module).copy() for module in modules]
    # Its parameters, buffers, children and hooks stand in dictionaries, a model's own notes often in a list.
    containers = [
        (container, container.copy())
        for values in attributes
        for container in values.values()
        if isinstance(container, (dict, list, set))
    ]
    try:
        yield
    finally:
        for module, values in zip(modules, attributes):
            vars(module).clear()
            vars(module).update(values)
        for container, contents in containers:
            container.clear()
            (container.extend if isinstance(container, list) else container.update)(contents)
        for module, mode in zip(modules, modes):
            module.training = mode


@contextmanager
def _random_state_kept(model):
    devices = {tensor.device.index for tensor in held_tensors(model) if tensor.device.type == "cuda"}
    python, numpy = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=sorted(devices)):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


@contextmanager
def _attention_unfused():
    """Switch off the path on which nn.MultiheadAttention is a single operation that shows nothing."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
