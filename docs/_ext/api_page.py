"""The page of all public names of sepconv, by the module that they live in."""

import inspect
from importlib import import_module

import sepconv

_OPENING = """\
# Reference

Everything that `from sepconv import …` offers, from its docstrings.
"""
# In the order of the course; a module that is not listed comes last.
_ORDER = (
    "checking",
    "explorer",
    "reference",
    "counting",
    "layers",
    "nets",
    "data",
    "training",
    "timing",
    "fused",
)


def api_page() -> str:
    """Return the page as Markdown: a section for each module, an autodoc directive for each name."""
    names_of = {module: [] for module in _ORDER}
    for name in sepconv.__all__:
        names_of.setdefault(getattr(sepconv, name).__module__.split(".")[1], []).append(name)
    parts = [_OPENING]
    for module, names in names_of.items():
        if names:
            about = inspect.getdoc(import_module(f"sepconv.{module}")).split("\n\n")[0]
            directives = "\n\n".join(map(_directive, names))
            parts.append(
                f"## sepconv.{module}\n\n```{{eval-rst}}\n{about}\n\n.. currentmodule:: sepconv\n\n{directives}\n```"
            )
    return "\n\n".join(parts) + "\n"


def _directive(name):
    kind = "autoclass" if inspect.isclass(getattr(sepconv, name)) else "autofunction"
    return f".. {kind}:: {name}"
