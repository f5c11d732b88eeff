"""IPython's magics and shell lines: those that run Python run it, all others give nothing and cost nothing."""

import functools
import importlib
import importlib.util
import os
import re
import sys
import types

from sepconv.grading.sandbox.stand_ins import NOTHING

_OPTIONS_OF_PRUN = re.compile(r"(?:-[qr]\s+|-[lsTD]\s*\S+\s+)*")
_MAGIC = re.compile(r"^([ \t]*(?:[\w, ]+=[ \t]*)?)(?:[%!?].*|[\w.]+\?\??[ \t]*)$", re.MULTILINE)


class Shell:
    """What ``get_ipython()`` gives.

    Parameters
    ----------
    run : callable
        Runs source among names, and returns the value of its last expression.
    namespace : dict
    """

    def __init__(self, run, namespace):
        self._run, self._namespace = run, namespace

    def run_line_magic(self, name, line="", *_args, **_options):
        """Run the statement behind ``%time`` or ``%prun``."""
        if name not in ("time", "prun"):
            return NOTHING
        line = _OPTIONS_OF_PRUN.sub("", line, count=1) if name == "prun" else line
        return self._run(line, sys._getframe(1).f_locals)

    def run_cell_magic(self, name, line, cell):
        """Run the cell below ``%%time``, ``%%prun`` or ``%%capture``."""
        if name not in ("time", "prun", "capture"):
            return NOTHING
        try:
            return self._run(f"\n{cell}", self._namespace)  # the line of the magic counts
        finally:
            if name == "capture":
                names = [word for word in line.split() if not word.startswith("-")]
                self._namespace.update(dict.fromkeys(names, NOTHING))

    def magic(self, line):
        """Run a line magic, as one wrote it before IPython 8."""
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def __getattr__(self, name):
        return getattr(NOTHING, name)


def as_python(source):
    """Return the source of a cell with its magics as calls of ``get_ipython()``, or without them."""
    if transformer() is None:
        return _MAGIC.sub(r"\1None", source)
    blank = source[: len(source) - len(source.lstrip())].count("\n")  # they are cut off, and count
    return "\n" * blank + transformer().transform_cell(source)


@functools.cache
def transformer():
    """Return IPython's own transformer, or None where there is no IPython.

    It is imported without the rest of IPython, which would take 180 ms instead of 5.
    """
    if "IPython" in sys.modules:
        return importlib.import_module("IPython.core.inputtransformer2").TransformerManager()
    found = importlib.util.find_spec("IPython")
    if found is None:
        return None
    for name in ("IPython", "IPython.core", "IPython.utils"):
        bare = sys.modules[name] = types.ModuleType(name)
        bare.__path__ = [os.path.join(os.path.dirname(found.origin), *name.split(".")[1:])]
    try:
        return importlib.import_module("IPython.core.inputtransformer2").TransformerManager()
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "IPython"]:
            del sys.modules[name]
