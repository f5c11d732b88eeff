"""What IPython can tell about the cells around a check: the one before failed, or a name is missing."""

import re
import sys

_last = {"problem": "", "source": None, "watching": None}
_MOST = 500  # characters of somebody's error message


def watch():
    """Remember, from now on, whether the last cell was a syntax error; does nothing outside IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or _last["watching"] is shell:
        return
    _last["watching"] = shell
    shell.events.register("post_run_cell", _after_cell)


def problem_before(name) -> str:
    """Return what went wrong in the cell that ran just before this one.

    Parameters
    ----------
    name : str
        The exercise that the cell was to define.

    Returns
    -------
    str
        Empty if nothing did, or if the cell was about something else.
    """
    source = _last["source"]
    was_for_it = source is None or re.search(rf"^(def|class)\s+{name}\b|^{name}\s*=", source, re.MULTILINE)
    return _last["problem"] if was_for_it else ""


def _after_cell(result=None):
    before, during = (getattr(result, f"error_{when}_exec", None) for when in ("before", "in"))
    _last.update(problem="", source=None)
    if isinstance(before, SyntaxError):
        line = (before.text or "").strip()
        _last["problem"] = f"{type(before).__name__} in its line {before.lineno}: {before.msg}"
        _last["problem"] += f"\n  {line}" if line else ""
    elif during is not None and not isinstance(during, AssertionError):  # a failed check is no problem
        source = getattr(getattr(result, "info", None), "raw_cell", None) or ""
        _last.update(problem=f"{type(during).__name__}: {during}"[:_MOST], source=source)
    if type(during) is NameError and isinstance(getattr(during, "name", None), str):
        _explain_missing(during.name)


def _explain_missing(name):
    import sepconv
    from sepconv.exercises import all_exercises

    if any(exercise.name == name for exercise in all_exercises()):
        print(
            f"{name} does not exist yet: run the cell with your answer first. If that cell shows an error, "
            f'mend it there. In check("{name}", {name}) the first one is the exercise\'s name, in quotes.'
        )
    elif name in sepconv.__all__:
        print(f"{name} is part of the course: from sepconv import {name}")
    elif name.isalpha() and name.isupper():
        print(f'Letters go in quotes: "{name}".')
