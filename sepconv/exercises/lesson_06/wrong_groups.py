"""What goes wrong alike in a grouped convolution and in its weight written as a dense one: the groups."""

WRONG_GROUPS = """
    S216 the group was found by dividing by the number of groups
    // outputs_each => // groups
    With 6 outputs and 2 groups, output 5 would be in group 2, and there is none. How many outputs does a group have?

    S240 the group was found by dividing by the inputs of a group
    // outputs_each => // inputs_each
    The outputs are counted through from 0. How many of them does group 0 have, and so where does group 1 begin?

    S241 the group was taken to be the rest of the division
    // outputs_each => % outputs_each
    o % outputs_each is an output's place inside its group. With 4 outputs and 2 groups, in which group is output 1?

    S235 a group's number was taken for its first input
    group * inputs_each : (group + 1) * inputs_each => group : group + inputs_each
    With 4 inputs and 2 groups, group 1 does not begin at input 1. How many inputs lie before it?

    S236 an output's number was taken for its first input
    group * inputs_each : (group + 1) * inputs_each => o : o + inputs_each
    All outputs of a group read the same inputs. Find the group first.

    S237 the inputs were cut into groups of the size of the outputs
    group * inputs_each : (group + 1) * inputs_each => group * outputs_each : (group + 1) * outputs_each
    A group has C_out / groups outputs and C_in / groups inputs: two different numbers.
"""
