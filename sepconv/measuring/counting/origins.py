"""Where tensors come from: which a model brings along, and which are computed from its input."""

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from sepconv.measuring.counting.keeping import has_storage, storage
from sepconv.measuring.counting.operations import plain_name

_FACTORS = {"mul": slice(0, 2), "addcmul": slice(1, 3)}


class Origins:
    """Knows which tensors are a model's own, its input having had no part in them, and which of these are learned.

    Parameters
    ----------
    model : torch.nn.Module
    """

    def __init__(self, model):
        self._own = {}  # the tensors are held, so that no other tensor comes to lie where they were
        for tensors, are_learned in ((model.parameters(), True), (model.buffers(), False)):
            for tensor in filter(has_storage, tensors):
                self._add(tensor, are_learned)

    def note(self, args, kwargs, result):
        """Take what was computed from the model's own tensors alone for its own as well.

        Parameters
        ----------
        args : tuple
        kwargs : dict
            What an operation was called with.
        result : object
            What it returned.
        """
        tensors = _tensors((args, kwargs))
        is_own = tensors and all(map(self._is_own, tensors))
        for tensor in filter(has_storage, _tensors(result)):
            if is_own:
                self._add(tensor, any(map(self._is_learned, tensors)))
            else:
                self._own.pop(storage(tensor), None)  # what was its own has been written over

    def is_product_with_parameter(self, operation, args):
        """Return whether an operation multiplies, element by element, what is learned with what comes from the input.

        Parameters
        ----------
        operation : torch._ops.OpOverload
        args : tuple

        Returns
        -------
        bool
        """
        factors = _tensors(args[_FACTORS.get(plain_name(operation), slice(0))])
        return any(map(self._is_learned, factors)) and not all(map(self._is_own, factors))

    def _add(self, tensor, is_learned):
        self._own.setdefault(storage(tensor), (tensor.detach(), is_learned))

    def _is_own(self, tensor):
        return isinstance(tensor, nn.Parameter) or (has_storage(tensor) and storage(tensor) in self._own)

    def _is_learned(self, tensor):
        return isinstance(tensor, nn.Parameter) or (self._is_own(tensor) and self._own[storage(tensor)][1])


def _tensors(values):
    return [value for value in tree_leaves(values) if isinstance(value, torch.Tensor)]
