"""IPython's magics and shell lines: what is Python in them runs, and all else gives nothing and costs nothing."""

import functools
import importlib
import importlib.util
import re
import sys

_CAPTURED = re.compile(r"^%%capture(?:[ \t]+-\S+)*[ \t]+(\w+)[ \t]*$", re.MULTILINE)
_AROUND_A_CELL = re.compile(r"^%%(?:time|prun|capture)\b", re.MULTILINE)
_BEFORE_A_STATEMENT = re.compile(r"^([ \t]*(?:[\w, ]+=[ \t]*)?)%time[ \t]+", re.MULTILINE)


def as_python(source):
    """Return the source of a cell with its magics as calls of ``get_ipython()``.

    Of those that run Python, that Python is left, each line in its place.
    """
    source = _CAPTURED.sub(r"\1 = get_ipython()", source)
    source = _AROUND_A_CELL.sub("#", source)
    source = _BEFORE_A_STATEMENT.sub(r"\1", source)
    return _transformer().transform_cell(source)


@functools.cache
def _transformer():
    """Return IPython's own transformer, without the rest of IPython, which would take 180 ms instead of 5."""
    is_new = "IPython" not in sys.modules
    if is_new:
        sys.modules["IPython"] = importlib.util.module_from_spec(importlib.util.find_spec("IPython"))
    try:
        return importlib.import_module("IPython.core.inputtransformer2").TransformerManager()
    finally:
        for name in [name for name in sys.modules if is_new and name.split(".")[0] == "IPython"]:
            del sys.modules[name]
