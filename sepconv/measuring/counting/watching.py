"""count(): what a whole model costs, found by running it once and watching its operations."""

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import torch
from torch import nn
from torch.autograd.function import BackwardCFunction
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.nn.utils.parametrize import ParametrizationList
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from sepconv._arguments import true_or_false, whole_number
from sepconv.measuring.counting.keeping import held_tensors, running_quietly
from sepconv.measuring.counting.operations import backward_cost, cost, is_free, is_unknown, plain_name
from sepconv.measuring.counting.origins import Origins
from sepconv.measuring.counting.table import Count, Row

_NORMS = (_NormBase, nn.GroupNorm, nn.LayerNorm, nn.RMSNorm)
_NORM_BY_NAME = re.compile(r"\w*Norm(\d[dD])?")


def count(model, input_shape, backward=False):
    """Count what a model learns, what one forward pass takes, and what the gradients take.

    A copy of the model runs forward once, on zeros, in evaluation mode, on its own device (for a model on "meta" that
    takes no memory). All its operations are watched, those inside of functions such as
    ``F.conv2d``, ``@`` and ``einsum`` too. Afterwards the model is as it was, also if its forward raised.

    Parameters
    ----------
    model : torch.nn.Module
    input_shape : tuple of int, or list
        Shape of the input, batch included: (1, 3, 224, 224). A list gives one shape for each of several inputs. A
        tensor in the place of a shape is used as it is: for integers, such as token numbers.
    backward : bool
        Whether to count the backward pass as well.

    Returns
    -------
    Count
        One row for each call of a module, and the totals ``.weights .biases .norm .buffers .parameters .macs .flops
        .activations``, with `backward` also ``.backward_macs``; ``.not_counted`` names the operations whose weight is
        not known. It shows as a table.

    Raises
    ------
    TypeError, ValueError
        If `model` is no module or cannot be copied, `input_shape` is no shape, or `backward` is asked of a model that
        learns and returns nothing that has a gradient. What the model raises passes through.

    Notes
    -----
    The conventions:

    - A multiply-accumulate (MAC) is one multiplication and the addition of its product. FLOPs = 2 · MACs.
    - Convolutions, linear layers and all other matrix products are counted, zeros of the padding included. Free by
      convention are biases, normalization, activation functions, pooling, resizing, and whatever works on single
      elements. Only an elementwise product of a parameter with what comes from the input, outside of a normalization,
      is named in ``.not_counted``: a convolution may be written as a sum of such products.
    - The backward pass takes each product of the forward pass again for each of its two factors that needs a gradient:
      twice the forward MACs, but for layers that look at the input, of which no gradient is taken. Counted is what the
      output depends on. Gradients that somebody has written by hand, as an ``autograd.Function``, are named as not
      counted; what is computed again to save memory is not in it.
    - Scaled-dot-product attention takes B · H · T_q · T_k · (d_k + d_v) MACs, masked or not.
    - MACs and activations are of the whole batch, and count at each call of a module. A parameter counts once,
      where it first appears.
    - Activations are the numbers written by the operations that are counted.
    - Norm parameters are those of normalization layers; of the others, biases are those with "bias" in their
      name and the rest are weights. Together they are ``sum(p.numel() for p in model.parameters())``.
    - Buffers are numbers that a model keeps without learning them. A BatchNorm of C channels keeps 2C + 1: means,
      variances, and how many batches it saw.

    A module that only calls others has no row. The copy looks at the model's own weights, so they take no memory
    twice. A lazy module stays lazy.

    Examples
    --------
    >>> from torch import nn
    >>> cost = count(nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU()), (1, 3, 6, 9))
    >>> cost.parameters, cost.macs, cost.activations
    (112, 5832, 216)
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is of type {type(model).__name__}; it must be a torch.nn.Module")
    true_or_false("backward", backward)
    with running_quietly(model, gradients=backward) as (model, originals):
        inputs = _inputs(input_shape, model)
        shapes = tuple(tuple(x.shape) for x in inputs)
        watch = _watch_class()(model, originals)
        with watch.watching_modules(), watch:
            outputs = model(*inputs)
        if backward:
            watch.book_gradients(outputs)
        return Count(type(model).__name__, shapes, _rows(model, watch.calls), backward)


# --- the inputs --------------------------------------------------------------------------------------------------


def _inputs(input_shape, model):
    if isinstance(input_shape, torch.Tensor) or _is_shape(input_shape):
        input_shape = [input_shape]
    elif not isinstance(input_shape, (tuple, list)):
        raise TypeError(
            f"input_shape={input_shape!r} is of type {type(input_shape).__name__}; it must be a tuple of ints, batch "
            "included, such as (1, 3, 224, 224), or a list of such tuples"
        )
    return [_input(shape, model) for shape in input_shape]


def _is_shape(value):
    """Return whether a sequence is meant as one shape: it holds anything but shapes and tensors, or nothing."""
    return isinstance(value, (tuple, list)) and not any(
        isinstance(item, (tuple, list, torch.Tensor)) for item in value
    )


def _input(shape, model):
    if isinstance(shape, torch.Tensor):
        return shape.detach().clone()  # the model may write to it
    if not _is_shape(shape) or len(shape) == 0:
        raise ValueError(
            f"input_shape holds {shape!r}, which is no shape: it must be a tuple of ints, batch included, such as "
            "(1, 3, 224, 224)"
        )
    sizes = [whole_number(f"input_shape[{axis}]", size, least=0) for axis, size in enumerate(shape)]
    for tensor in held_tensors(model):
        if tensor.is_floating_point() or tensor.is_complex():
            return torch.zeros(sizes, dtype=tensor.dtype, device=tensor.device)
    return torch.zeros(sizes)


# --- the run -----------------------------------------------------------------------------------------------------


@dataclass
class _Call:
    """One call of a module, and what was done in it but not in the modules that it called."""

    module: nn.Module
    output_shapes: tuple = ()
    macs: int = 0
    backward_macs: int = 0
    activations: int = 0
    not_counted: list = field(default_factory=list)


def _watch_class():
    """Return the class to watch with: where torch's compiler is there, one that it leaves alone."""
    return _guarded_watch() if "torch._dynamo" in sys.modules else _Watch


@cache
def _guarded_watch():
    class Guarded(_Watch):
        __torch_dispatch__ = torch.compiler.disable(_Watch.__torch_dispatch__)

    return Guarded


class _Watch(TorchDispatchMode):
    """Sees every operation, also those inside of functions, and gives it to the innermost module that is running."""

    @classmethod
    def _should_skip_dynamo(cls):
        """Do without torch's guard from its compiler: it would import the compiler, a second at the first count."""
        return False

    def __init__(self, model, originals):
        super().__init__()
        self.calls, self._running, self._products = [], [], []
        self._model, self._originals, self._origins = model, originals, Origins(model)

    @contextmanager
    def watching_modules(self):
        """Note which module runs. Global hooks leave the model's own alone, and see what it has not registered."""
        entering = register_module_forward_pre_hook(self._enter)
        leaving = register_module_forward_hook(self._leave, always_call=True)
        try:
            yield
        finally:
            entering.remove()
            leaving.remove()

    def _enter(self, module, _args):
        self.calls.append(_Call(module))
        self._running.append(self.calls[-1])

    def _leave(self, module, _args, result):
        call = self._running.pop()
        tensors = [y for y in tree_leaves(result) if isinstance(y, torch.Tensor) and not y.is_nested]
        call.output_shapes = tuple(tuple(y.shape) for y in tensors)
        if module is self._model and not self._running:
            self._running.append(call)  # its own hooks come after this one

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if is_unknown(operation):
            # In inference mode, which a model may enter by itself, composite operations come whole.
            with self:
                result = operation.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        self._originals.keep(operation, args, kwargs)
        result = operation(*args, **kwargs)
        self._origins.note(args, kwargs, result)
        if not is_free(operation):
            self._book(operation, args, result)
        elif self._origins.is_product_with_parameter(operation, args) and not _is_norm(self._call().module):
            self._call().not_counted.append(f"{plain_name(operation)} with a parameter")
        return result

    def _call(self):
        if not self._running:
            self._enter(self._model, ())  # a model with a __call__ of its own has no hooks
        return self._running[-1]

    def _book(self, operation, args, result):
        call, spent = self._call(), cost(operation, args, result)
        if spent is None:
            call.not_counted.append(plain_name(operation))
        else:
            call.macs += spent[0]
            call.activations += spent[1]
            if torch.is_grad_enabled():
                self._products.append((call, backward_cost(operation, args, result), result))

    def book_gradients(self, outputs):
        """Give each call the gradients of its products, as far as the outputs depend on them."""
        reached = _history(outputs)
        if not reached and any(p.requires_grad for p in self._model.parameters()):
            raise ValueError(
                f"backward=True, but the output of {type(self._model).__name__} has no gradient: it must return tensors that "
                "depend on its parameters, in a tuple, list or dict if they are several"
            )
        for call, macs, result in self._products:
            if any(y.grad_fn in reached for y in tree_leaves(result) if isinstance(y, torch.Tensor)):
                call.backward_macs += macs
        written_by_hand = [node.name() for node in reached if isinstance(node, BackwardCFunction)]
        if written_by_hand:
            self._call().not_counted += written_by_hand


def _history(outputs):
    """Return all that a backward pass from the outputs goes through, as PyTorch's nodes."""
    reached, to_visit = {}, [y.grad_fn for y in tree_leaves(outputs) if isinstance(y, torch.Tensor)]
    for node in to_visit:  # grows
        if node is not None and node not in reached:
            reached[node] = None
            to_visit += [earlier for earlier, _ in node.next_functions]
    return reached


# --- the rows ----------------------------------------------------------------------------------------------------


def _rows(model, calls):
    """Return the rows of what was called, in order, then of what holds numbers but was not called."""
    names = {id(module): name or "(model)" for name, module in model.named_modules()}
    called = {id(call.module) for call in calls}
    left_out = [module for module in model.modules() if id(module) not in called]
    to_count = {id(tensor) for tensor in held_tensors(model)}
    rows = []
    for call in [*calls, *map(_Call, left_out)]:
        name = names.get(id(call.module), "(not registered)")
        was_called = id(call.module) in called
        row = Row(
            name=name,
            type=type(call.module).__name__,
            called=was_called,
            output_shapes=call.output_shapes,
            macs=call.macs,
            backward_macs=call.backward_macs,
            activations=call.activations,
            not_counted=tuple(dict.fromkeys(call.not_counted)),
            **_numbers_held(call.module, name, to_count),
        )
        is_leaf = next(call.module.children(), None) is None
        if row.does_or_holds_something or (was_called and is_leaf):
            rows.append(row)
    return tuple(rows)


def _numbers_held(module, name, to_count):
    """Count the numbers that a module itself holds, and strike them off what is still to count."""
    held = {"weights": 0, "biases": 0, "norm": 0, "buffers": 0, "counted_before": False}
    tensors = [(_kind(module, name, parameter), p) for parameter, p in module.named_parameters(recurse=False)]
    tensors += [("buffers", buffer) for _, buffer in module.named_buffers(recurse=False)]
    for kind, tensor in tensors:
        if id(tensor) in to_count:
            held[kind] += tensor.numel()
            to_count.remove(id(tensor))
        else:
            held["counted_before"] = True
    return held


def _is_norm(module):
    return isinstance(module, _NORMS) or _NORM_BY_NAME.fullmatch(type(module).__name__) is not None


def _kind(module, module_name, parameter_name):
    if _is_norm(module):
        return "norm"
    if isinstance(module, ParametrizationList):
        # "conv.parametrizations.bias" holds what the bias is made from.
        parameter_name = module_name.split(".")[-1]
    return "biases" if "bias" in parameter_name else "weights"
