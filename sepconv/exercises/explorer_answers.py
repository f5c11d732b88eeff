"""An answer that was set in the explorer: the dict that ``explorer.answer()`` prints, read and checked."""

from math import prod
from types import SimpleNamespace

from sepconv.pictures.explorer.settings import LIMITS, MAPS, SETTINGS, output_size, weight_shapes

LARGEST = 999  # of any number; the explorer itself offers far less
KEYS = (*SETTINGS, "selected")


def as_printed(in_channels, out_channels, kernel_size=3, view="one", **others) -> dict:
    """Return what ``explorer.answer()`` prints for these settings.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int
        In pixels, along each axis.
    view : str
        "one" or "two-stage".
    **others
        Further settings, and `selected`; what is not given is 1, a padding of 0, an input of 6 × 6 pixels, and nothing
        selected.
    """
    usual = dict.fromkeys(KEYS, 1) | {"padding": 0, "input_size": 6, "selected": None}
    given = {
        "view": view,
        "in_channels": in_channels,
        "out_channels": out_channels,
        "kernel_size": kernel_size,
    }
    return usual | given | others


class Setting(SimpleNamespace):
    """The settings of an explorer as attributes; ``selected`` is None, or a map, a channel, a row and a column."""

    @property
    def output_size(self) -> int:
        """Rows, and columns, of the first stage's output."""
        return output_size(vars(self))

    @property
    def inputs_each(self) -> int:
        """How many input channels an output of the one layer reads."""
        return self.in_channels // self.groups

    @property
    def weights(self) -> int:
        """Weights of the one layer, without biases."""
        return prod(weight_shapes(vars(self))["weight"])


def size_of_output(setting, zeros):
    """Return the rows of an output if so many rows of zeros are added in all.

    Parameters
    ----------
    setting : Setting
    zeros : int
        Above and below together, in place of the padding of the setting.
    """
    return output_size(vars(setting), zeros)


def setting_of(answer, view) -> Setting:
    """Return the setting that an answer holds.

    Parameters
    ----------
    answer : object
        What the learner gave; right is the dict that ``explorer.answer()`` prints.
    view : str
        The view that the question is about, "one" or "two-stage".

    Raises
    ------
    ValueError
        If it is none, or none of that view; the message is a sentence for the learner.
    """
    _look_at_type(answer)
    _look_at_keys(answer)
    if answer["view"] not in MAPS:
        raise ValueError(
            f'"view" is {answer["view"]!r}; the explorer says "one", "two-stage" or "transposed".'
        )
    for name in LIMITS:
        least = 0 if name == "padding" else 1
        number = answer[name]
        if type(number) is not int or not least <= number <= LARGEST:
            raise ValueError(f'"{name}" should be a whole number of at least {least}.')
    if answer["view"] != view:
        what = "one layer" if view == "one" else "the two stages"
        raise ValueError(
            f"This is a question about {what}: choose that view in the explorer, and answer again."
        )
    setting = Setting(**{**answer, "selected": None})
    if view == "one":
        _look_at_groups(setting)
    if setting.output_size < 1:
        raise ValueError(
            "No explorer shows this: the kernel is larger than the image, and there is no output."
        )
    return Setting(**{**answer, "selected": _selection(answer["selected"], view)})


def _look_at_type(answer):
    if isinstance(answer, str):
        raise ValueError(
            "This is text. Take the quotes around it away, so that the dict itself is the answer."
        )
    if not isinstance(answer, dict):
        raise ValueError(
            "The answer should be a dict. Neither the explorer nor what was selected in it is stored in a notebook: run "
            "explorer.answer(), and put the dict that it prints, with its braces { and }, in place of the ..."
        )


def _look_at_keys(answer):
    if missing := [key for key in KEYS if key not in answer]:
        raise ValueError(f"The dict lacks {_row(missing)}. Copy all of what explorer.answer() prints.")
    if spare := [key for key in answer if key not in KEYS]:
        raise ValueError(
            f"The dict should not hold {_row(spare)}. Copy what explorer.answer() prints as it is."
        )


def _row(keys):
    return ", ".join(f'"{key}"'[:40] for key in keys[:12])


def _look_at_groups(setting):
    for name in ("in_channels", "out_channels"):
        channels = getattr(setting, name)
        if channels % setting.groups:
            raise ValueError(
                f"There is no such layer: groups = {setting.groups} does not divide {name} = {channels}. "
                "The explorer does not offer it; change the numbers there, and answer again."
            )


def _selection(selected, view):
    if selected is None:
        return None
    if not isinstance(selected, dict) or selected.get("map") not in MAPS[view]:
        raise ValueError('"selected" is not as explorer.answer() prints it. Copy it as it is.')
    places = tuple(selected.get(name) for name in ("channel", "row", "column"))
    if any(type(place) is not int or abs(place) > LARGEST for place in places):
        raise ValueError('"selected" is not as explorer.answer() prints it. Copy it as it is.')
    return (selected["map"], *places)
