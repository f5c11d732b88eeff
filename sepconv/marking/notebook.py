"""What IPython can tell about the cells around a check: the one before did not even parse, a name is missing."""

import sys

_last = {"syntax_error": None, "watching": None}


def watch():
    """Remember, from now on, whether the last cell was a syntax error; does nothing outside IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or _last["watching"] is shell:
        return
    _last["watching"] = shell
    shell.events.register("post_run_cell", _after_cell)


def syntax_error_before() -> str:
    """Return what was wrong with the cell that ran just before this one, or an empty string."""
    error = _last["syntax_error"]
    if error is None:
        return ""
    line = (error.text or "").strip()
    return f"{type(error).__name__} in its line {error.lineno}: {error.msg}" + (f"\n  {line}" if line else "")


def _after_cell(result=None):
    before = getattr(result, "error_before_exec", None)
    _last["syntax_error"] = before if isinstance(before, SyntaxError) else None
    missing = getattr(result, "error_in_exec", None)
    if isinstance(missing, NameError):
        _explain_missing(getattr(missing, "name", None) or str(missing).split("'")[1])


def _explain_missing(name):
    from sepconv.exercises import all_exercises

    if any(exercise.name == name for exercise in all_exercises()):
        print(
            f"{name} does not exist yet: run the cell with your answer first. If that cell shows an error, "
            "mend it there; the check can only see answers that ran."
        )
