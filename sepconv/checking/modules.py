"""What an answer made, where it is a module: what it holds, and why it cannot be tried out."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field


class CannotTryOut(TypeError):
    """What an answer made cannot be tried out; the message is the sentence that says why."""


@dataclass(frozen=True)
class Made:
    """What an answer made: its type and, of a module, its parts, the shapes of its parameters, and its kinds of layers."""

    type_name: str
    is_module: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, tuple] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()


def look_at(value) -> Made:
    """Return what can be said of a value before it is tried out.

    Parameters
    ----------
    value : object
        What an answer made.

    Returns
    -------
    Made

    Raises
    ------
    CannotTryOut
        If it is the class of a module and no module.
    """
    torch = sys.modules.get("torch")
    kind = type(value).__name__
    if torch is None:
        return Made(kind)
    if isinstance(value, type) and issubclass(value, torch.nn.Module):
        raise CannotTryOut(
            f"It returned the class {value.__name__} itself. Its name with parentheses makes a module of it."
        )
    if not isinstance(value, torch.nn.Module):
        return Made(kind)
    try:
        parts = {name: _part(child) for name, child in value.named_children()} | _not_registered(value)
        parameters = {name: tuple(p.shape) for name, p in value.named_parameters()}
        kinds = {type(part).__name__ for part in value.modules() if _is_layer(part)}
    except Exception:  # super().__init__() was forgotten, or a size is not known yet
        return Made(kind, is_module=True)
    return Made(kind, True, parts, parameters, tuple(sorted(kinds)))


def _is_layer(part):
    """Whether it is a layer of PyTorch's own that holds no others."""
    return type(part).__module__.startswith("torch.nn") and not any(True for _ in part.children())


def _part(module):
    inside = ", ".join(type(child).__name__ for child in module.children())
    return type(module).__name__ + (f" of {inside}" if inside else "")


def _not_registered(module):
    """Modules in a plain list or dict, and nowhere else: PyTorch does not see what they learn."""
    nn, known = sys.modules["torch"].nn, set(module.modules())
    holders = {
        name: (value.values() if isinstance(value, dict) else value, value)
        for name, value in vars(module).items()
        if isinstance(value, list | tuple | dict) and not name.startswith("_")
    }
    return {
        name: f"a {type(value).__name__}, which hides the layers in it: nn.Module{'Dict' if isinstance(value, dict) else 'List'} shows them"
        for name, (items, value) in holders.items()
        if any(isinstance(item, nn.Module) and item not in known for item in items)
    }


def refuse_none(_module, _inputs, output):
    """Say so where a module's forward returns nothing: a forward hook for the time that it is tried out.

    Parameters
    ----------
    _module, _inputs
        What PyTorch hands to every forward hook; not looked at.
    output : object
        What forward returned.

    Raises
    ------
    CannotTryOut
        If that is None.
    """
    if output is None:
        raise CannotTryOut("forward returned None: is a return missing?")


def contents(made: Made) -> str:
    """Say which parts a module holds.

    Parameters
    ----------
    made : Made

    Returns
    -------
    str
        One sentence.
    """
    if not made.parts:
        return "The module holds no parts."
    return f"The module holds: {', '.join(f'{name} ({kind})' for name, kind in made.parts.items())}."


def beyond(made: Made, right: Made) -> str:
    """Say which parameters a module has besides all that were asked for.

    Parameters
    ----------
    made, right : Made
        What the answer made, and what the right one makes.

    Returns
    -------
    str
        One sentence, or none.
    """
    if not right.parameters.keys() < made.parameters.keys():
        return ""
    spare = [f"{n} {s}" for n, s in made.parameters.items() if n not in right.parameters]
    return f"The module also holds parameters that nobody asked for: {', '.join(spare)}."


def other_kinds(made: Made, right: Made) -> str:
    """Say which kinds of layers a module holds that the right one does not.

    Parameters
    ----------
    made, right : Made
        What the answer made, and what the right one makes.

    Returns
    -------
    str
        One sentence, or none.
    """
    others = [kind for kind in made.kinds if kind not in right.kinds]
    return f"The module holds layers that a right one can do without: {', '.join(others)}." if others else ""


def parts_missing(made: Made | None, right: Made | None, message: str) -> list[str]:
    """Say which parts an answer lacks, if it could not be tried out for that.

    Parameters
    ----------
    made, right : Made or None
        What the answer made, and what the right one makes.
    message : str
        Of the exception.

    Returns
    -------
    list of str
        Sentences.
    """
    if made is None or right is None or not right.is_module or not made.is_module:
        return []
    if right.parts.keys() <= made.parts.keys():
        return []
    asked = [f".{name}" for name in right.parts if f"has no attribute '{name}'" in message]
    return [contents(made), *([f"Asked for, and not there: {', '.join(asked)}."] if asked else [])]
