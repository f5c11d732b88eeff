"""The page of all public names of sepconv, by the module that they live in."""

import inspect
from importlib import import_module

import sepconv

_OPENING = """\
# Reference

Everything that `from sepconv import …` offers, from its docstrings.
"""


def api_page() -> str:
    """Return the page as Markdown: a section for each module, an autodoc directive for each name."""
    names_of = {}
    for name, module in sorted(sepconv._HOME.items()):
        names_of.setdefault(module, []).append(name)
    parts = [_OPENING]
    for module in dict.fromkeys(sepconv._HOME.values()):  # in the order of the course
        about = inspect.getdoc(import_module(f"sepconv.{module}")).split("\n\n")[0]
        directives = "\n\n".join(map(_directive, names_of[module]))
        parts.append(
            f"## sepconv.{module}\n\n```{{eval-rst}}\n{about}\n\n.. currentmodule:: sepconv\n\n{directives}\n```"
        )
    return "\n\n".join(parts) + "\n"


def _directive(name):
    kind = "autoclass" if inspect.isclass(getattr(sepconv, name)) else "autofunction"
    return f".. {kind}:: {name}"
