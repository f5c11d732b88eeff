"""Every right answer that is written differently from the model answer, by the exercise's name.

The search tries those that stand beside the exercises. Here are the others: values, orders, modules, and programs that import.
"""

from importlib import import_module
from pkgutil import iter_modules

from sepconv.exercises import right_answers

RIGHT = dict(right_answers())
for _, lesson, _ in iter_modules(__path__, f"{__name__}."):
    for name, answers in import_module(lesson).RIGHT.items():
        RIGHT[name] = [*RIGHT.get(name, ()), *answers]
