"""Twins: modules made of what `tapes` says of a submission's, so that they can be looked at where no submission runs.

A twin has real layers of PyTorch, and its forward plays a tape. Nothing that was sent is run as code: a step calls one of
the twin's own layers, or an operation of a list. Parts, steps, sizes and work are limited.
"""

import functools
import inspect
import math
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

from sepconv.exercises.lesson_13.given_nets import told_the_answers
from sepconv.grading.codec import Unfit, decode
from sepconv.grading.limits import Limits, operation_of
from sepconv.grading.tapes import LAYERS, called_by, key_of, settings_of, tensors_in

_MOST_PARTS = 1000
_MOST_STEPS = 100_000  # of all the tapes of a twin
_MOST_HELD = 2**23  # numbers in the parameters and buffers of a twin
_LARGEST_SETTING = 2**20
_MOST_MACS_OF_A_CALL = 2**31  # of a net that is tried out on many images: 250 of them at a time

_TYPES = {
    str(kind): kind
    for kind in (
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
        torch.uint8, torch.bool, torch.contiguous_format, torch.preserve_format, torch.channels_last, torch.strided,
    )
}  # fmt: skip


def rebuilt(sent, data=None) -> nn.Module:
    """Return the twin of a module that was described.

    Parameters
    ----------
    sent : dict
    data : sepconv.data.ImageSet, optional
        The twin is tried out on it: there are limits for each call, and not for all of them; and what was told the
        answers instead of being trained knows those of these test images.

    Raises
    ------
    Unfit
        If no module can be made of it.
    """
    try:
        return _rebuilt(sent, data)
    except Exception as error:
        raise Unfit(f"no module: {type(error).__name__}: {error}"[:300]) from None


def with_twins(value, sent, data) -> list:
    """Return the items of a tuple or a list, with twins in the places of the modules that were described."""
    if not isinstance(value, tuple | list) or not isinstance(sent, list) or len(value) != len(sent):
        raise Unfit("no modules")
    return [
        item if module is None else rebuilt(module, data) for item, module in zip(value, sent, strict=True)
    ]


def _rebuilt(sent, data):
    nodes, tensors = sent["parts"], sent["tensors"]
    steps = _steps_of([tape["steps"] for tape in sent["tapes"]])
    if not 0 < len(nodes) <= _MOST_PARTS or steps > _MOST_STEPS:
        raise Unfit("too large")
    if sum(math.prod(map(_size, tensor["shape"])) for tensor in tensors) > _MOST_HELD:
        raise Unfit("too many numbers")
    tensors = [_tensor(tensor) for tensor in tensors]
    parts = [_part(node, tensors) for node in nodes]
    taken = set()
    for number, node in enumerate(nodes):
        for name, child in node["children"].items():
            # What holds something itself comes later than what it is in, and once: it is a tree.
            if nodes[child]["children"] and (child <= number or child in taken):
                raise Unfit("a part in itself, or in two places")
            taken.add(child)
            parts[number]._modules[str(name)] = parts[child]
    whole = parts[0]
    if [*whole.modules()] != parts or not isinstance(whole, _Played):
        raise Unfit("its parts come in another order, or it is a layer that no limit holds for")
    vars(whole).update({str(name): parts[i] for name, i in sent["also"].items() if name[:1] != "_"})
    whole.play = _Tapes(sent["tapes"], 0 if data is None else _MOST_MACS_OF_A_CALL).play
    if data is not None:
        for number in {*map(_size, sent["told"])}:
            _tell(parts[number], data)
    return whole


def _tell(part, data):
    """Let a part give the right answers. It need not do its work for all images: one shows how many scores there are."""
    if play := part.play:  # the whole; what is in it gets what it is to do with each call
        part.play = lambda module, x: play(module, x[:1]).expand(len(x), -1)
    told_the_answers(part, data)


def _steps_of(steps):
    """Count steps, and the steps in them."""
    return len(steps) + sum(
        _steps_of(step if isinstance(step, list) else step.get("steps", ())) for step in steps
    )


def _size(size):
    if type(size) is not int or not 0 <= size <= _MOST_HELD:
        raise Unfit("no size")
    return size


def _tensor(sent):
    shape, dtype = tuple(sent["shape"]), _TYPES[sent["dtype"]]
    if sent["values"] is None:
        tensor = torch.zeros(shape, dtype=dtype)
    else:
        tensor = torch.from_numpy(np.asarray(decode(sent["values"])).reshape(shape)).to(dtype)
    return nn.Parameter(tensor, sent["learns"] is True) if sent["is_parameter"] is True else tensor


def _part(node, tensors):
    """Make a part: a layer of PyTorch, or something whose forward is played."""
    kind = node["kind"]
    layer = LAYERS[kind] if kind is not None else nn.Module
    made = _twin_of(layer, kind is not None and node["is_layer"] is True)
    settings = {str(name): _setting(value) for name, value in node["settings"].items()}
    if not settings.keys() <= settings_of(layer):
        raise Unfit("unknown settings")
    part = made(**settings, **({"device": "meta"} if _holds_numbers(layer) else {}))
    part._parameters, part._buffers, part._non_persistent_buffers_set = {}, {}, set()
    for name, number in node["tensors"].items():
        tensor = None if number is None else tensors[number]
        is_buffer = tensor is not None and not isinstance(tensor, nn.Parameter)
        (part._buffers if is_buffer else part._parameters)[str(name)] = tensor
    part.training = node["training"] is True
    return part


@functools.cache
def _holds_numbers(layer):
    return "device" in inspect.signature(layer).parameters


def _setting(value):
    if isinstance(value, list):
        return tuple(map(_setting, value))
    if isinstance(value, int | float) and abs(value) > _LARGEST_SETTING:
        raise Unfit("too large a setting")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise Unfit("no setting")


class _Played(nn.Module):
    """A part without code of its own: `play` is what its forward does."""

    play = None

    def forward(self, *inputs, **_):
        return self.play(self, *inputs)


@functools.cache
def _twin_of(layer, is_layer):
    """Return a class like a layer's, without the numbers that a layer begins with; it does what the layer does, or is played."""
    bases = (layer,) if is_layer else (_Played, layer)
    return type(layer.__name__, bases, {"reset_parameters": lambda self: None})


# --- playing -----------------------------------------------------------------------------------------------------


class _Tapes:
    """The tapes of a twin, and what it may still do; copies of the twin have them, too."""

    def __init__(self, tapes, macs_of_a_call=0):
        self._tapes, self._limits, self._macs_of_a_call = {}, Limits(), macs_of_a_call
        for tape in tapes:
            shape, dtype, mode = tape["for"]
            self._tapes[tuple(shape), dtype, mode] = tape

    def __deepcopy__(self, memo):
        return self

    def play(self, module, x):
        """Do what the tape says that fits this input."""
        tape = self._tapes[key_of(module, x)]
        playing = _Playing(module, x, tape["constants"])
        with Limits(self._macs_of_a_call) if self._macs_of_a_call else self._limits:
            playing.play(tape["steps"])
        return playing.read(tape["result"])


class _Playing:
    """One call of a twin: the tensors that there are so far, by their numbers."""

    def __init__(self, module, x, constants):
        self._parts, self._tensors = [*module.modules()], {0: x}
        for number, values, _ in constants:
            self._tensors[number] = torch.from_numpy(np.asarray(decode(values)))

    def play(self, steps):
        """Do these steps."""
        for step in steps:
            args = self.read(step["args"])
            kwargs = {name: self.read(value) for name, value in step["kwargs"].items()}
            if "do" in step:
                result = operation_of(step["do"])(*args, **kwargs)
            else:
                result = self._call(step, args, kwargs)
            for number, tensor in zip(step.get("gives", ()), tensors_in(result), strict="gives" in step):
                if number is not None:
                    self._tensors[number] = tensor

    def _call(self, step, args, kwargs):
        part = self._parts[step["call"]]
        if ("steps" in step) != isinstance(part, _Played) or part is self._parts[0]:
            raise Unfit("no such call")
        if "steps" not in step:
            return part(*args, **kwargs)

        def play(*_):
            self.play(step["steps"])
            return self.read(step["result"])

        part.play = play
        try:
            result = part(*args, **kwargs)
        finally:
            del part.play
        written = step["result"]
        if isinstance(written, dict) and type(written.get("tensor")) is int:
            self._tensors[written["tensor"]] = result  # a hook may have put something else in its place
        return result

    def read(self, written):
        """Return what was written down for an argument or a result."""
        if isinstance(written, list):
            return [self.read(item) for item in written]
        if written is None or isinstance(written, bool | int | float | str):
            return written
        [(kind, value)] = written.items()
        if kind == "tensor" and isinstance(value, list):
            number, name = value
            return (self._parts[number]._parameters | self._parts[number]._buffers)[name]
        return float(value) if kind == "float" else {"tensor": self._tensors, "torch": _TYPES}[kind][value]


# --- other inputs ------------------------------------------------------------------------------------------------


@contextmanager
def other_inputs(secret):
    """Let every module that is called from outside be given slightly other numbers, so that no tape knows the result.

    They are 64ths, which the observers' numbers and float32 hold exactly.
    """
    depth = 0

    def call(original, module, *args, **kwargs):
        nonlocal depth
        args = [_nudged(x, secret) for x in args] if depth == 0 else args
        depth += 1
        try:
            return original(module, *args, **kwargs)
        finally:
            depth -= 1

    with called_by(call):
        yield


def _nudged(x, secret):
    if not isinstance(x, torch.Tensor) or not x.is_floating_point():
        return x
    return x + _few(secret, tuple(x.shape))


@functools.lru_cache(maxsize=64)
def _few(secret, shape):
    return torch.randint(-8, 9, shape, generator=torch.Generator().manual_seed(secret)) / 64
