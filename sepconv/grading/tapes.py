"""What a module is, as plain data: its parts, what they hold, and tapes of what its forward does.

A tape is the list of steps of one call: layers of PyTorch that are called, and single operations for everything else.
It is recorded beside the submission's code; `twins` makes a module of it again where no such code runs.
"""

import functools
import inspect
from contextlib import contextmanager, suppress

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from sepconv.grading.codec import encode
from sepconv.grading.stand_ins import is_told

# The layers that a twin has, too. Whatever else a module holds is told by the operations that it does.
_LAYERS = """
    Conv1d Conv2d Linear BatchNorm1d BatchNorm2d LayerNorm GroupNorm
    ReLU ReLU6 LeakyReLU PReLU ELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Sigmoid Tanh Softplus Softmax LogSoftmax
    Identity Dropout Dropout1d Dropout2d Flatten Unflatten ZeroPad2d ConstantPad2d ReflectionPad2d
    AvgPool1d AvgPool2d MaxPool1d MaxPool2d AdaptiveAvgPool1d AdaptiveAvgPool2d"""
LAYERS = {name: getattr(nn, name) for name in _LAYERS.split()}
_MOST_NUMBERS = (
    100_000  # of a module that is sent with them; those of a larger one are counted, or overwritten
)
_MOST_CONSTANTS = 10_000  # numbers of a tape that come from nowhere
_MOST_MODULES = 10  # in a tuple
_MARK = "_sepconv_layers"  # goes with the copies that an observer makes


@contextmanager
def recorded(value):
    """Yield what is sent of a module; of a tuple or a list, a list of that, with None for what is no module; or None.

    Tapes of the calls meanwhile are added to it.
    """
    several = isinstance(value, tuple | list)
    items = list(value[:_MOST_MODULES]) if several else [value]
    modules = {id(item): item for item in items if isinstance(item, nn.Module)}
    sent = {key: _described_or_none(module) for key, module in modules.items()}
    sent = {key: module for key, module in sent.items() if module is not None}
    if not sent:
        yield None
        return
    with _taped([(modules[key], module) for key, module in sent.items()]):
        yield [sent.get(id(item)) for item in items] if several else sent[id(value)]


def _described_or_none(module):
    try:
        return described(module)
    except Exception:  # a module that cannot be looked through
        return None


@contextmanager
def _taped(modules):
    """Record the calls of modules; to what is sent of each one its tapes are added."""
    tapes, running = [{} for _ in modules], []
    for number, (module, sent) in enumerate(modules):
        layers = {i for i, part in enumerate(sent["parts"]) if part["is_layer"]}
        vars(module)[_MARK] = number, layers

    def call(original, module, *args, **kwargs):
        if running:
            return running[0].call(original, module, *args, **kwargs)
        number, layers = vars(module).get(_MARK, (None, None))
        is_usual = len(args) == 1 and not kwargs and isinstance(args[0], torch.Tensor)
        if layers is None or not is_usual or (key := key_of(module, args[0])) in tapes[number]:
            return original(module, *args, **kwargs)
        tape = tapes[number][key] = _Recorder(module, layers, args[0])
        running.append(tape)
        try:
            with tape:
                result = original(module, *args)
        finally:
            running.clear()
        tape.end(result)
        return result

    try:
        with called_by(call):
            yield
    finally:
        for module, _ in modules:
            vars(module).pop(_MARK, None)
    for (_, sent), recorders in zip(modules, tapes, strict=True):
        sent["tapes"] = [
            {"for": key, "constants": tape.constants, "steps": tape.steps, "result": tape.result}
            for key, tape in recorders.items()
            if tape.result is not None
        ]


_callers = []  # the last one calls every module


@contextmanager
def called_by(call):
    """Let modules be called by `call`, which gets what it takes the place of, the module, and its arguments."""
    _let_callers_call()
    _callers.append(call)
    try:
        yield
    finally:
        _callers.remove(call)


@functools.cache
def _let_callers_call():
    """Once for all: what is known of the attributes of each kind of module is lost with every change of `nn.Module`."""
    original = nn.Module.__call__

    def called(self, *args, **kwargs):
        if not _callers:
            return original(self, *args, **kwargs)
        return _callers[-1](original, self, *args, **kwargs)

    nn.Module.__call__ = called


def key_of(module, x):
    """Return what a tape is found by: the shape and the type of the input, and the module's mode."""
    return tuple(x.shape), str(x.dtype), module.training


# --- what a module holds -----------------------------------------------------------------------------------------


def described(module) -> dict:
    """Return the parts of a module and the tensors in them; a part, and a tensor, that is in two places is there once."""
    parts = list(module.modules())
    number = {id(part): i for i, part in enumerate(parts)}
    held = [tensor for part in parts for tensor in _tensors_of(part).values() if tensor is not None]
    tensors = {id(tensor): tensor for tensor in held}
    index = {key: i for i, key in enumerate(tensors)}
    with_values = sum(tensor.numel() for tensor in tensors.values()) <= _MOST_NUMBERS
    return {
        "parts": [
            {
                "kind": (kind := kind_of(part)),
                "settings": _settings(part, LAYERS[kind]) if kind else {},
                "is_layer": part is not module and _is_layer(part, kind),
                "training": part.training,
                "children": {name: number[id(child)] for name, child in part.named_children()},
                "tensors": {name: index.get(id(tensor)) for name, tensor in _tensors_of(part).items()},
            }
            for part in parts
        ],
        "told": [i for i, part in enumerate(parts) if with_values and is_told(part)],
        "also": _properties(module, number),
        "tensors": [_described_tensor(tensor, with_values) for tensor in tensors.values()],
        "tapes": [],
    }


def _properties(module, number):
    """Return the parts that a module gives under further names."""
    found = {}
    for kind in type(module).__mro__[: type(module).__mro__.index(nn.Module)]:
        for name, value in vars(kind).items():
            if isinstance(value, property | functools.cached_property):
                with suppress(Exception):
                    found[name] = number[id(getattr(module, name))]
    return found


def _tensors_of(part):
    return part._parameters | part._buffers


def _described_tensor(tensor, with_values):
    return {
        "shape": list(tensor.shape),
        "dtype": str(tensor.dtype),
        "is_parameter": isinstance(tensor, nn.Parameter),
        "learns": tensor.requires_grad,
        "values": encode(tensor.detach().numpy()) if with_values else None,
    }


def kind_of(part) -> str | None:
    """Return the name of the layer of PyTorch that a part is, or is derived from."""
    return next((kind.__name__ for kind in type(part).__mro__ if LAYERS.get(kind.__name__) is kind), None)


def _is_layer(part, kind):
    """Whether all that a part does is what the layer does that it is derived from."""
    changed = part._forward_hooks or part._forward_pre_hooks or part._modules or "forward" in vars(part)
    names = ("forward", "_conv_forward", "__call__")
    return (
        bool(kind)
        and not changed
        and all(getattr(type(part), name, None) is getattr(LAYERS[kind], name, None) for name in names)
    )


def _settings(part, kind):
    """Return the arguments with which a layer like this one is made."""
    found = {name: getattr(part, name) for name in settings_of(kind) if hasattr(part, name)}
    if "bias" in found:
        found["bias"] = part._parameters.get("bias") is not None
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


@functools.cache
def settings_of(kind) -> frozenset[str]:
    """Return the names of the arguments that a layer is made with."""
    return frozenset(inspect.signature(kind).parameters) - {"device", "dtype", "args", "kwargs"}


# --- what a module does ------------------------------------------------------------------------------------------


class _Recorder(TorchDispatchMode):
    """Writes down the steps of one call of a module.

    A tensor is known by where it lies: what has the same place, shape and strides is the same, whatever object holds it.
    Each has a number, or the part and the name that hold it.
    """

    def __init__(self, module, layers, x):
        super().__init__()
        self.steps, self.constants, self.result = [], [], None
        self._layers, self._kept, self._places, self._count = layers, [], {}, 0
        self._is_quiet = self._is_broken = False
        self._parts = {id(part): number for number, part in enumerate(module.modules())}
        for number, part in enumerate(module.modules()):
            for name, tensor in _tensors_of(part).items():
                if tensor is not None:
                    self._places.setdefault(_place(tensor), [number, name])
        self._new(x)

    @classmethod
    def _should_skip_dynamo(cls):
        """Do without torch's guard from its compiler: it would import the compiler."""
        return False

    def call(self, original, module, *args, **kwargs):
        """Call a part of the module: a layer as one step, anything else as a step that holds steps."""
        number = self._parts.get(id(module))
        if self._is_quiet or number is None:
            return original(module, *args, **kwargs)
        step = {"call": number} | self._arguments(args, kwargs)
        outside, self.steps = self.steps, []
        self._is_quiet = is_layer = number in self._layers
        try:
            result = original(module, *args, **kwargs)
        finally:
            inside, self.steps, self._is_quiet = self.steps, outside, False
        self.steps.append(step | self._results(result, None if is_layer else inside))
        return result

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        """Do an operation, and write it down unless a layer does it."""
        kwargs = kwargs or {}
        if self._is_quiet or self._is_broken:
            return operation(*args, **kwargs)
        step = {"do": str(operation)} | self._arguments(args, kwargs)
        result = operation(*args, **kwargs)
        self.steps.append(step | self._results(result))
        return result

    def end(self, result):
        """Finish the tape with what the module gives back; steps that led nowhere are left out."""
        wanted = self._or_broken(self._written, result)
        if not self._is_broken:
            self.result = wanted
            self.steps = _needed(self.steps, {*numbers_in(wanted)})
        self._kept.clear()

    def _arguments(self, args, kwargs):
        kwargs = {name: value for name, value in kwargs.items() if not isinstance(value, torch.device)}
        return {
            "args": self._or_broken(self._written, args),
            "kwargs": self._or_broken(lambda: {name: self._written(value) for name, value in kwargs.items()}),
        }

    def _results(self, result, inside=None):
        """What a step gives: numbers for what is new; of a call that holds steps, what they made."""
        if inside is not None:
            return {"steps": inside, "result": self._or_broken(self._written, result)}
        return {"gives": self._or_broken(lambda: [self._new(tensor) for tensor in tensors_in(result)])}

    def _or_broken(self, write, *arguments):
        """Write something down; if that fails, it is the tape that suffers, and not the submission."""
        try:
            return write(*arguments)
        except Exception:
            self._is_broken = True

    def _new(self, tensor):
        place = _place(tensor)
        self._kept.append(tensor)  # so that nothing else comes to lie there
        if place in self._places:
            return None
        self._places[place] = self._count
        self._count += 1
        return self._places[place]

    def _written(self, value):
        if isinstance(value, torch.Tensor):
            if _place(value) not in self._places:
                self._write_constant(value)
            return {"tensor": self._places[_place(value)]}
        if isinstance(value, list | tuple):
            return [self._written(item) for item in value]
        if isinstance(value, torch.dtype | torch.memory_format | torch.layout):
            return {"torch": str(value)}
        if value is None or isinstance(value, bool | int | float | str):
            return encode(value) if not isinstance(value, float) else {"float": repr(value)}
        if isinstance(value, torch.device):
            return None
        raise TypeError(f"a {type(value).__name__} on a tape")

    def _write_constant(self, tensor):
        if tensor.numel() + sum(size for _, _, size in self.constants) > _MOST_CONSTANTS:
            raise ValueError("too many numbers from nowhere")
        was_quiet, self._is_quiet = self._is_quiet, True
        try:
            self.constants.append([self._new(tensor), encode(tensor.detach().numpy()), tensor.numel()])
        finally:
            self._is_quiet = was_quiet


def _place(tensor):
    return tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype


def tensors_in(result) -> list:
    """Return the tensors among what an operation or a layer gave, or was given."""
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, list | tuple):
        return [tensor for item in result for tensor in tensors_in(item)]
    return []


def numbers_in(written):
    """Yield the numbers of the tensors in what was written down."""
    if isinstance(written, list):
        for item in written:
            yield from numbers_in(item)
    elif isinstance(written, dict) and type(written.get("tensor")) is int:
        yield written["tensor"]


def _needed(steps, wanted):
    """Return the steps that the result comes from; calls, and what writes into a tensor, stay in any case."""
    needed = []
    for step in reversed(steps):
        writes = step.get("do", "").partition(".")[2].partition(".")[0].endswith("_")
        if "call" not in step and not writes and wanted.isdisjoint(step["gives"]):
            continue
        if "steps" in step:
            wanted |= {*numbers_in(step["result"])}
            step["steps"] = _needed(step["steps"], wanted)
        wanted |= {*numbers_in(step["args"]), *numbers_in(list(step["kwargs"].values()))}
        needed.append(step)
    return needed[::-1]
