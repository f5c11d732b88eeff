"""Set a layer with 36 weights in which output 2 cannot see input 0."""

from sepconv.exercises.explorer_answers import as_printed, setting_of
from sepconv.exercises.spec import Exercise, Facts

_WEIGHTS, _BLIND = "36 weights", "output 2 cannot see input 0"


def _facts(answer):
    layer = setting_of(answer, "one")
    says = (
        f"Your layer: {layer.in_channels} → {layer.out_channels} channels in {layer.groups} group"
        f"{'s' * (layer.groups > 1)}, kernel {layer.kernel_size}×{layer.kernel_size}: {layer.weights} weights."
    )
    if layer.out_channels > 2:
        first = 2 // (layer.out_channels // layer.groups) * layer.inputs_each
        last = first + layer.inputs_each - 1
        reads = f"input {first}" if first == last else f"inputs {first} to {last}"
        says += f" Output 2 reads {reads}."
    return Facts({_WEIGHTS: _about_weights(layer), _BLIND: _about_blindness(layer)}, says)


def _about_weights(layer):
    if layer.weights == 36:
        return True
    if layer.weights + layer.out_channels == 36:
        return "only with the biases."
    if layer.weights * layer.groups == 36:
        return "only if there were no groups."
    if layer.weights == 36 * layer.groups:
        return "one group has as many; the layer has more."
    return "there are fewer." if layer.weights < 36 else "there are more."


def _about_blindness(layer):
    if layer.out_channels <= 2:
        return "there is no output 2. The first channel is number 0."
    if layer.groups == 1:
        return "with one group every output sees every input."
    same_group = 2 // (layer.out_channels // layer.groups) == 0
    return "they are in the same group." if same_group else True


EXERCISE = Exercise(
    points=2,
    answer=as_printed(4, 4, 3, groups=4),
    facts=_facts,
    misconceptions="""
        M01 the biases were counted among the weights
        = right | {"kernel_size": 2, "groups": 2}
        A bias is learned, too, but it is no weight. Leave the biases out.

        S205 both channel numbers were divided by groups
        = right | {"groups": 2}
        That counts one group. How many groups does the layer have, each with weights of its own?

        S1400 the groups were left out of the count
        = right | {"in_channels": 6, "out_channels": 6, "kernel_size": 1, "groups": 3}
        An output no longer reads every input. How many weights are left for one output?

        S1401 every output was left to see every input
        = right | {"in_channels": 1, "groups": 1}
        The number of weights is right. Which argument keeps channels apart?

        S1402 any number of groups was taken to part the two channels
        = right | {"in_channels": 12, "out_channels": 12, "kernel_size": 1}
        The number of weights is right. Which outputs are in the first group, and is output 2 one of them?

        S18 the channels were counted from 1
        = right | {"out_channels": 2, "groups": 2}
        The number of weights is right. But the first output is output 0: is there an output 2?
    """,
    hints=[
        "A layer has k · k · in_channels · out_channels / groups weights. Begin with a kernel, say k = 3, and see "
        "what is left for the channels.",
        "Output 2 does not see input 0 if it is not in the first group. So the first group may hold outputs 0 and 1 "
        "at most.",
    ],
)
