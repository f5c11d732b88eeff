"""What sets the cases that are right apart from those that are not: the value of one argument."""

import inspect

from sepconv.exercises.cases import without_draw

_ENOUGH = 3  # cases of one value that is no default: fewer may be chance
_SIMPLE = bool | int | float | str | None


def which_cases(function, cases, failing) -> str:
    """Say how many cases are right, and which, where one value of an argument tells it.

    Parameters
    ----------
    function : callable
        One with the names of the parameters and their defaults.
    cases : list of tuple
    failing : list of int
        The numbers of the cases that are wrong.

    Returns
    -------
    str
        Such as "3 of 8 cases are right: those with stride=1." Empty if none is right.
    """
    right = [i for i in range(len(cases)) if i not in failing]
    if not right:
        return ""
    says = f"{len(right)} of {len(cases)} cases {'is' if len(right) == 1 else 'are'} right"
    try:
        signature = inspect.signature(function)
        bound = [signature.bind(*without_draw(case)) for case in cases]
    except (TypeError, ValueError):  # one of C
        return f"{says}."
    for one in bound:
        one.apply_defaults()
    for name, parameter in signature.parameters.items():
        good, bad = ({_value(bound[i].arguments[name]) for i in group} for group in (right, failing))
        if good & bad:
            continue
        for values, group, which in ((good, right, "those"), (bad, failing, "all but those")):
            value = next(iter(values))
            enough = 2 if value == parameter.default else _ENOUGH
            if len(values) == 1 and isinstance(value, _SIMPLE) and len(group) >= enough:
                return f"{says}: {which} with {name}={value!r}."
    return f"{says}."


def _value(argument):
    """A simple argument itself; all others count as one, which is none of these."""
    return argument if isinstance(argument, _SIMPLE) else ()
