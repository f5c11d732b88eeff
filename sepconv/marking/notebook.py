"""What IPython can tell about the cells around a check: the one before failed, or a name is missing."""

import sys

_last = {"problem": "", "watching": None}


def watch():
    """Remember, from now on, whether the last cell was a syntax error; does nothing outside IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or _last["watching"] is shell:
        return
    _last["watching"] = shell
    shell.events.register("post_run_cell", _after_cell)


def problem_before() -> str:
    """Return what went wrong in the cell that ran just before this one, or an empty string."""
    return _last["problem"]


def _after_cell(result=None):
    before, during = (getattr(result, f"error_{when}_exec", None) for when in ("before", "in"))
    _last["problem"] = ""
    if isinstance(before, SyntaxError):
        line = (before.text or "").strip()
        _last["problem"] = f"{type(before).__name__} in its line {before.lineno}: {before.msg}"
        _last["problem"] += f"\n  {line}" if line else ""
    elif during is not None and not isinstance(during, AssertionError):  # a failed check is no problem
        _last["problem"] = f"{type(during).__name__}: {during}"
    if isinstance(during, NameError):
        _explain_missing(getattr(during, "name", None) or str(during).split("'")[1])


def _explain_missing(name):
    from sepconv.exercises import all_exercises

    if any(exercise.name == name for exercise in all_exercises()):
        print(
            f"{name} does not exist yet: run the cell with your answer first. If that cell shows an error, "
            f'mend it there. In check("{name}", {name}) the first one is the exercise\'s name, in quotes.'
        )
    elif name.isalpha() and name.isupper():
        print(f'Letters go in quotes: "{name}".')
