"""Set a depthwise layer with a depth multiplier of at least 2, 54 weights, and output channels of 4×4."""

from sepconv.exercises.explorer_answers import as_printed, setting_of, size_of_output
from sepconv.exercises.spec import Exercise, Facts

_DEPTHWISE, _MORE = "each output reads one input", "at least 2 outputs for each input"


_WEIGHTS, _OUTPUT = "54 weights", "output channels of 4×4"


def _facts(answer):
    layer = setting_of(answer, "one")
    k, each, size = layer.kernel_size, layer.inputs_each, layer.output_size
    says = (
        f"Your layer: {layer.in_channels} → {layer.out_channels} channels in {layer.groups} group"
        f"{'s' * (layer.groups > 1)}, kernel {k}×{k}: each output reads {each} input{'s' * (each > 1)}, "
        f"{layer.weights} weights in all. Its output channels have {size}×{size} pixels."
    )
    holds = {
        _DEPTHWISE: _about_reading(layer),
        _MORE: True if layer.out_channels >= 2 * layer.in_channels else "there are fewer outputs than that.",
        _WEIGHTS: _about_weights(layer),
        _OUTPUT: _about_output(layer),
    }
    return Facts(holds, says)


def _about_reading(layer):
    if layer.inputs_each == 1:
        return True
    if layer.groups == 1:
        return "with one group each output reads every input."
    if layer.groups == layer.out_channels:
        return "there are as many groups as outputs, but a group holds several inputs."
    return "a group holds several inputs."


def _about_weights(layer):
    if layer.weights == 54:
        return True
    if layer.inputs_each == 1 and layer.in_channels * layer.kernel_size**2 == 54:
        return "only with one kernel for each input channel."
    return "there are fewer." if layer.weights < 54 else "there are more."


def _about_output(layer):
    if layer.output_size == 4:
        return True
    if layer.input_size == 4:
        return "that is the size of the input."
    if layer.padding and size_of_output(layer, layer.padding) == 4:
        return "only if the zeros stood on one side."
    return "they are smaller." if layer.output_size < 4 else "they are larger."


EXERCISE = Exercise(
    points=2,
    answer=as_printed(3, 6, groups=3),
    facts=_facts,
    misconceptions="""
        M23 groups was compared with the output channels
        = right | {"in_channels": 6, "out_channels": 3}
        The output channels do not make a layer depthwise. How many inputs may a group hold?

        M25 a depthwise layer was taken to keep the number of channels
        = right | {"in_channels": 6, "groups": 6}
        It is depthwise, and each channel has one kernel. Where do further kernels for a channel show?

        M25 the depth multiplier was ignored
        = right | {"in_channels": 6, "out_channels": 12, "groups": 6}
        Each input channel has several kernels here. Count the kernels first, then what one of them holds.

        S1403 the input was given the size of the output
        = right | {"input_size": 4}
        All is right but the size: without padding the kernel takes something off the edges.

        S30 the padding was counted on one side
        = right | {"input_size": 5, "padding": 1}
        All is right but the size: how many rows of zeros does padding 1 add?
    """,
    hints=[
        "Depthwise means one input in each group: which number of groups does that?",
        "One kernel of 3×3 holds 9 weights, and each output has one kernel. How many outputs are there with 54 "
        "weights, and which numbers of inputs does that leave?",
        "Last the size, which changes no weight: input_size, padding and stride.",
    ],
)
