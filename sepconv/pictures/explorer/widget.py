"""The explorer as a widget: what is set in the page is known in Python, and the other way round."""

import pprint
from math import prod

import anywidget
import numpy as np
import traitlets
from IPython.display import display

from sepconv.pictures.explorer.page import read, static_figure
from sepconv.pictures.explorer.settings import (
    LARGEST_WEIGHT,
    SETTINGS,
    checked_picture,
    checked_selection,
    checked_settings,
    sentence,
    shade,
    usual_input,
    usual_weight,
    weight_shapes,
)

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class NotAllowed(traitlets.TraitError, ValueError):
    """A setting that cannot be."""


class WrongType(traitlets.TraitError, TypeError):
    """A setting of the wrong type."""


def explore(
    in_channels=4,
    out_channels=4,
    groups=1,
    kernel_size=3,
    stride=1,
    padding=0,
    dilation=1,
    depth_multiplier=1,
    input_size=6,
    view="one",
):
    """Show a convolution that can be touched: who reads whom, through which weights, and what it costs.

    Parameters
    ----------
    in_channels, out_channels : int
        From 1 to 16.
    groups : int
        Must divide both numbers of channels; 1 in the two-stage view.
    kernel_size : int
        Height and width of the kernel, from 1 to 7.
    stride, dilation : int
        From 1 to 4.
    padding : int
        Rows of zeros on each side, from 0 to 4; of a transposed convolution, rows that are cut off its output.
    depth_multiplier : int
        Two-stage view only: kernels for each input channel, from 1 to 4.
    input_size : int
        Height and width of the input, from 1 to 12.
    view : {"one", "two-stage", "transposed"}
        One convolution; or a depthwise and a pointwise one with the middle map between them; or a transposed
        convolution, whose output has at most 24 rows.

    Returns
    -------
    Explorer
        Shows itself when it is the last line of a cell. Every argument is an attribute of it that can be read and
        set, and so are ``selected`` and ``weights``; ``answer()`` returns all of it as a plain dict.

    Raises
    ------
    TypeError, ValueError
        If a number is no whole number or out of range, `groups` does not divide the channels, or the kernel is
        larger than the padded input.
    """
    return Explorer(**checked_settings(locals()))


class Explorer(anywidget.AnyWidget):
    """One explorer; `explore` makes it.

    Attributes
    ----------
    view, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, depth_multiplier, input_size
        As the arguments of `explore`. Setting what cannot be raises; `change` sets several at once.
    selected : dict or None
        The selected cell: ``map`` ("input", "middle", "output" or "weight"), ``channel``, ``row``, ``column``; for a
        weight also ``input``, its input channel, and in the two-stage view ``stage``. Rows and columns count from the
        corner of the image, so those of padding lie outside of it.
    numbers : bool
        Whether small integers stand in the cells.
    picture : str
        What stands in every channel of the input in place of small integers: 24 rows of 24 digits, from 0 (black) to 9
        (white), as the photo's button and the file's field set it; "" for none.
    predict : bool
        Whether counts are hidden until a guess is typed.
    """

    _esm = read("explorer.js")
    _css = read("explorer.css")

    view = traitlets.Any("one").tag(sync=True)
    in_channels = traitlets.Any(4).tag(sync=True)
    out_channels = traitlets.Any(4).tag(sync=True)
    kernel_size = traitlets.Any(3).tag(sync=True)
    stride = traitlets.Any(1).tag(sync=True)
    padding = traitlets.Any(0).tag(sync=True)
    dilation = traitlets.Any(1).tag(sync=True)
    groups = traitlets.Any(1).tag(sync=True)
    depth_multiplier = traitlets.Any(1).tag(sync=True)
    input_size = traitlets.Any(6).tag(sync=True)
    selected = traitlets.Any(None, allow_none=True).tag(sync=True)
    # The weights of each stage, in PyTorch's order; None: as usual.
    kernels = traitlets.Any(None, allow_none=True).tag(sync=True)
    numbers = traitlets.Bool(False).tag(sync=True)
    picture = traitlets.Any("").tag(sync=True)
    predict = traitlets.Bool(False).tag(sync=True)

    def change(self, **settings):
        """Set several settings at once, where one alone would not fit the others.

        Parameters
        ----------
        **settings
            Arguments of `explore`.

        Raises
        ------
        TypeError, ValueError
            As `explore`; nothing is changed then.
        """
        for name in settings:
            if name not in SETTINGS:
                raise TypeError(f"{name} is no setting; settings are {', '.join(SETTINGS)}")
        checked = checked_settings(self._settings() | settings)
        with self.hold_trait_notifications():
            for name, value in checked.items():
                setattr(self, name, value)

    def state(self):
        """Return all that the page knows: the settings, the selection, and what is shown."""
        return self._values(*SETTINGS, "selected", "kernels", "picture", "numbers", "predict")

    def answer(self):
        """Return what is set and selected as a plain dict, and print it, to be pasted into an answer cell.

        Returns
        -------
        dict
            ``view``, the numbers, and ``selected``: ints, text and None only.
        """
        answer = self._values(*SETTINGS, "selected")
        answer["selected"] = None if self.selected is None else dict(self.selected)
        pprint.pp(answer, width=100)
        return answer

    @property
    def weights(self):
        """The weights as nested lists of small integers, (C_out, C_in / groups, k, k), as PyTorch stores them.

        Of a transposed convolution (C_in, C_out / groups, k, k). In the two-stage view a dict of the two, ``depthwise`` and ``pointwise``. They can be set; whole numbers
        from −9 to 9.
        """
        shapes = weight_shapes(self._settings())
        flat = zip(shapes.items(), self._flat_weights(shapes.values()))
        nested = {name: np.reshape(numbers, shape).tolist() for (name, shape), numbers in flat}
        return nested if self.view == "two-stage" else nested["weight"]

    @weights.setter
    def weights(self, weights):
        shapes = weight_shapes(self._settings())
        if self.view != "two-stage":
            self.kernels = [_flat("weights", weights, shapes["weight"])]
            return
        if not isinstance(weights, dict) or weights.keys() != shapes.keys():
            raise TypeError("weights must be a dict with the keys 'depthwise' and 'pointwise'")
        self.kernels = [_flat(f"weights[{name!r}]", weights[name], shape) for name, shape in shapes.items()]

    @property
    def inputs(self):
        """The small integers of the input as nested lists, (C_in, size, size)."""
        n, picture = self.input_size, self.picture
        return [
            [
                [shade(picture, n, r, q) if picture else usual_input(c, r, q) for q in range(n)]
                for r in range(n)
            ]
            for c in range(self.in_channels)
        ]

    def _flat_weights(self, shapes):
        own = self.kernels
        if own is not None and [len(numbers) for numbers in own] == [prod(shape) for shape in shapes]:
            return own
        groups = [self.in_channels, 1] if self.view == "two-stage" else [self.groups]
        return [
            [usual_weight(place, (shape[0] // g, shape[1])) for place in np.ndindex(shape)]
            for shape, g in zip(shapes, groups)
        ]

    def _settings(self):
        return self._values(*SETTINGS)

    def _values(self, *names):
        return {name: getattr(self, name) for name in names}

    @traitlets.validate(*SETTINGS, "selected", "picture")
    def _check(self, proposal):
        name, value, settings = proposal["trait"].name, proposal["value"], self._settings()
        try:
            if name == "picture":
                return checked_picture(value)
            if name == "selected":
                return checked_selection(value, settings)
            return checked_settings(settings | {name: value})[name]
        except TypeError as error:
            raise WrongType(str(error)) from None
        except ValueError as error:
            alone = name in ("selected", "picture")
            several = "" if alone else f". To set several at once: w.change({name}=…, …)"
            raise NotAllowed(f"{error}{several}") from None

    @traitlets.observe(*SETTINGS)
    def _drop_what_is_gone(self, _):
        try:
            checked_selection(self.selected, self._settings())
        except (TypeError, ValueError):
            self.selected = None

    def __repr__(self):
        return f"Explorer: {sentence(self._settings())}"

    def _ipython_display_(self):
        # Two outputs: of one that holds both forms, JupyterLab shows the live one even when its model has gone.
        live = self._repr_mimebundle_()
        data, metadata = live if isinstance(live, tuple) else (live, {})
        display({WIDGET_VIEW: data[WIDGET_VIEW]}, metadata=metadata, raw=True)
        display(self._kept(), raw=True)

    def _kept(self):
        figure = static_figure(self.state(), sentence(self._settings()), 760)
        return {"text/html": figure, "text/plain": repr(self)}


def _flat(name, nested, shape):
    if not shape:
        if isinstance(nested, bool) or not isinstance(nested, int):
            raise TypeError(
                f"{name} must hold ints, not {nested!r}; a tensor t gives them as t.int().tolist()"
            )
        if abs(nested) > LARGEST_WEIGHT:
            raise ValueError(
                f"{name} holds {nested}; its numbers must be from −{LARGEST_WEIGHT} to {LARGEST_WEIGHT}"
            )
        return [nested]
    if not isinstance(nested, (list, tuple)) or len(nested) != shape[0]:
        raise ValueError(f"{name} must be nested lists of the shape that w.weights has now")
    return [number for part in nested for number in _flat(name, part, shape[1:])]
