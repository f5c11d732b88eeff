"""Which output reads which input."""

from sepconv.exercises.review import Family


def legal_numbers_of_groups(c_in, c_out):
    return {g for g in range(1, c_in + 1) if c_in % g == 0 and c_out % g == 0}


def inputs_of_an_output(inputs_each, outputs_each, groups, output):
    group = output // outputs_each
    return {group * inputs_each + i for i in range(inputs_each)}


def input_of_a_depthwise_output(c_in, multiplier, output):
    return output // multiplier


FAMILIES = [
    Family(
        legal_numbers_of_groups,
        6,
        "which numbers of groups may nn.Conv2d({c_in}, {c_out}, 3) have? Answer with a set.",
        """
        M22 groups was only asked to divide the input channels
        c_in % g == 0 and c_out % g == 0 => c_in % g == 0
        The input channels are cut into groups. What else is cut?

        M22 groups was only asked to divide the output channels
        c_in + 1 => c_out + 1
        c_in % g == 0 and c_out % g == 0 => c_out % g == 0
        The output channels are cut into groups. What else is cut?

        S203 one group was left out
        range(1, => range(2,
        Which number of groups is a layer made with if you say nothing?

        S02 any number up to the input channels was taken
        if c_in % g == 0 and c_out % g == 0 => if g
        The groups must all be of the same size.
        """,
        "A group has c_in / groups inputs and c_out / groups outputs. Both must be whole numbers.",
        {"c_in": (6, 8, 10, 12, 15, 18, 20), "c_out": (6, 8, 9, 10, 12, 15, 16, 18, 24, 30)},
        lambda c_in, c_out: c_out % c_in and c_in % c_out,
        also="S201 S202 S204 S224 S225 S226 S239 and-or-exchanged",
    ),
    Family(
        inputs_of_an_output,
        6,
        "{groups} groups, and each of them makes {outputs_each} outputs of {inputs_each} inputs. Which inputs does output "
        "{output} read? Answer with a set.",
        """
        M27 the groups were taken to be interleaved
        group * inputs_each + i => output % groups + i * groups
        Groups are blocks: they begin where the one before ends.

        S235 a group's number was taken for its first input
        group * inputs_each + i => group + i
        How many inputs have the groups before it taken already?

        S236 an output's number was taken for its first input
        group * inputs_each + i => output + i
        First find the group of the output. Which inputs belong to it?
        """,
        "In which group is the output? How many inputs have the groups before it?",
        {
            "inputs_each": (2, 3, 4),
            "outputs_each": (2, 3, 4, 5),
            "groups": (3, 4, 5),
            "output": range(2, 20),
        },
        lambda inputs_each, outputs_each, groups, output: (
            inputs_each != outputs_each and outputs_each <= output < outputs_each * groups
        ),
        also="M28 M32 S213 S214 S216 S237 S240 S241",
    ),
    Family(
        input_of_a_depthwise_output,
        7,
        "a depthwise layer makes {multiplier} channels of each of {c_in}. Which input channel does output {output} read?",
        """
        M26 the outputs were dealt to the inputs in turn
        output // multiplier => output % c_in
        The outputs of one input channel stand next to each other.

        S1302 the number of the output was divided by the input channels
        output // multiplier => output // c_in
        How many outputs does each of the input channels have?

        S274 the number of the kernel within its channel was taken for the channel
        output // multiplier => output % multiplier
        How many outputs do the channels before it have?
        """,
        "The first outputs all read channel 0: how many of them are there?",
        {"c_in": range(3, 8), "multiplier": (2, 3, 4), "output": range(3, 28)},
        lambda c_in, multiplier, output: c_in != multiplier and output < c_in * multiplier,
        also="S252 S253 S280 M13",
    ),
]
