"""IPython's magics and shell lines: what is Python in them runs, and all else gives nothing and costs nothing."""

import ast
import contextlib
import functools
import importlib
import importlib.util
import re
import shlex
import sys

from sepconv.grading.sandbox.stand_ins import NOTHING, NotRunHere

_CAPTURED = re.compile(r"^%%capture(?:[ \t]+-\S+)*[ \t]+(\w+)[ \t]*$", re.MULTILINE)
_AROUND_PYTHON = re.compile(r"^%%(?:time|prun|capture)\b", re.MULTILINE)
_BEFORE_A_STATEMENT = re.compile(r"^([ \t]*(?:[\w, ]+=[ \t]*)?)%time[ \t]+", re.MULTILINE)
# What IPython itself puts before something else than Python, or before Python that does not bind names of the notebook.
_OTHER = "bash|cmd|file|html|javascript|js|latex|markdown|perl|pypy|python|ruby|script|sh|svg|sx|system"
_OF_A_PACKAGE = re.compile(rf"\A(\s*)%%(?!(?i:{_OTHER}|timeit|writefile)\d?\b)\w+")


class _Shell(NotRunHere):
    """Stands for IPython, and writes files."""

    def run_cell_magic(self, name, line, cell):
        """Write the cell to a file, if that is what it is for."""
        if name in ("writefile", "file"):
            *options, path = shlex.split(line)
            with open(path, "a" if options else "w") as file:
                file.write(cell)
            importlib.invalidate_caches()  # it may be imported next
        return NOTHING


SHELL = _Shell()


def as_python(source):
    """Return the source of a cell with its magics as calls of ``get_ipython()``, or as the Python that they run."""
    source = _CAPTURED.sub(r"\1 = get_ipython().capture()", source)
    source = _AROUND_PYTHON.sub("#", source)
    source = _BEFORE_A_STATEMENT.sub(r"\1", source)
    transform = _transformer().transform_cell
    with contextlib.suppress(SyntaxError):  # below the magic of a package may stand anything
        python = transform(_OF_A_PACKAGE.sub(r"\1#", source))
        ast.parse(python)
        return python
    return transform(source)


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
