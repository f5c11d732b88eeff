"""Stub to be replaced by the one that is being written."""

import builtins
import linecache
import sys
import types
from dataclasses import dataclass, field

from sepconv.grading.sandbox.stand_ins import NOTHING


@dataclass
class Ran:
    namespace: dict
    given: dict = field(default_factory=dict)
    problems: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)


def run_cells(cells, names, skipped, begin, seconds):
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = vars(module)
    namespace.update(__builtins__=builtins, get_ipython=lambda: NOTHING)
    ran = Ran(namespace)
    for number, source in enumerate(cells):
        if number in skipped:
            ran.problems[number] = "it did not end"
            continue
        begin(number)
        filename = f"<cell {number + 1}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        try:
            exec(compile(source, filename, "exec"), namespace)
        except BaseException as error:
            ran.problems[number] = repr(error)[:300]
    return ran
