"""The guesses of lesson 6, and of its part, the error clinic."""

GUESSES = """
06_which set
1, 3: M22 groups was only asked to divide the input channels. The output channels are cut into groups, too.
1, 2, 4: M22 groups was only asked to divide the output channels. The input channels are cut into groups, too.
1, 2, 3, 4: S201 it was enough to divide one of the two channel numbers. Both have to be cut into groups of equal size.
1, 2, 3: S02 any number up to the input channels was taken. Can you cut 3 channels into 2 groups of equal size?

06_rule set
1, 2, 3, 4, 6, 12: M22 groups was only asked to divide the input channels. The output channels are cut into groups, too.
1, 2, 3, 6, 9, 18: M22 groups was only asked to divide the output channels. The input channels are cut into groups, too.
1, 2, 3, 4, 6, 9, 12, 18: S201 it was enough to divide one of the two channel numbers. Both have to be cut into groups of equal size.
18: M22 multiples of the output channels were listed. Can you cut 12 channels into 18 groups?
6: S202 only the largest number was listed. It is allowed, but smaller ones may be as well.
2, 3, 6: S203 one group was left out. Which number of groups is a layer made with if you say nothing?
1, 2, 3: S204 the largest number was left out. With as many groups as possible, how many channels are in each?

06_who numbers
5, 10, 5, 10: M27 the channels were dealt out to the groups in turn. The first half of the inputs is one group, and so is the first half of the outputs.
5, 5, 10, 10: M27 the input channels were dealt out to the groups in turn. The first half of the inputs is one group.
3, 12, 3, 12: M27 the output channels were dealt out to the groups in turn. The first half of the outputs is one group.
15, 15, 15, 15: M34 every output was taken to depend on every input. An output reads the inputs of its own group alone.
1, 2, 4, 8: each output was taken to read one input. How many inputs are in each of the two groups?

06_reads set
2, 3: S237 the inputs were cut into groups of the size of the outputs. There are more inputs than outputs, so their groups are larger.
1, 3, 5: M27 the input channels were dealt out to the groups in turn. A group is made of neighbors.
0, 2, 4: M27 the channels were dealt out to the groups in turn. A group is made of neighbors.
0, 1, 2, 3, 4, 5: M34 every output was taken to depend on every input. An output reads the inputs of its own group alone.
1, 2, 3: S18 the channels were counted from 1. The first output is output 0, and the first input is input 0.
4, 5, 6: S18 the channels were counted from 1. The first input is input 0.
0, 1, 2: output 2 was put into the first group. A group has two outputs here, and the first of them all is output 0.
2: an output was taken to read the input of the same number. How many inputs are in each of the two groups?

06_shape numbers
4, 6, 3, 3: S207 the shape of a layer without groups was given. With groups, how many channels does one filter read?
2, 3, 3, 3: S205 both channel numbers were divided by groups. That is the weight of one group. How many filters does the whole layer have?
2, 6, 3, 3: S206 the filters were made fewer instead of shallower. Each output channel still has a filter of its own: how many channels does it read?
3, 4, 3, 3: M05 input and output channels were exchanged. The weight is a list of filters: what does its first axis count?
6, 2, 3, 3: M05 the input channels were put first and the outputs divided. The weight is a list of filters: what does its first axis count?
4, 2, 3, 3: the filters were taken to be 2 channels deep. A filter reads the inputs of its group: how many are there?
3, 3, 3, 4: S28 the order of another framework was used. PyTorch stores a list of filters.

06_asked_for number
4: S220 the depth of a filter was taken for the depth of the input. A filter is as deep as one group: how many groups does the layer have?
10: M05 input and output channels were exchanged. The first number of the shape counts the filters, one for each output.

06_large share
0.75: M03 one group was counted. Each group has weights of its own: how many groups are there?
0.25: the zeros of one group were counted. Each group has inputs that it does not read.

06_count number
365: M02 the bias was divided by groups. Each output channel has a bias of its own, whatever group it belongs to.
190: M04 the weights were divided by groups twice. A filter becomes shallower. Do the filters become fewer as well?
185: M03 one group was counted. How many groups are there, each with weights and biases of its own?
360: M01 the biases were left out. Parameters are all that is learned.
368: S211 one bias was counted for each input channel. A bias is added to a whole output channel.
362: S212 one bias was counted for each group. The output channels of a group do not share a bias.
730: S250 the groups were left out of the count. With groups, how many input channels does a filter read?
1450: S209 the weights were multiplied by groups. Does cutting a layer add connections or remove them?
130: S26 k was not squared. A kernel has rows and columns.

06_groups number number set
72, 18, ...: M04 the weights were divided by groups twice. A filter becomes shallower. Do the filters become fewer as well?
288, 288, ...: S250 the groups were left out of the count. With groups, how many input channels does a filter read?
576, 1152, ...: S209 the weights were multiplied by groups. Does cutting a layer add connections or remove them?
..., ..., {3, 5, 6, 7}: M22 groups was only asked to divide the output channels. With 8 groups, how many of the 4 inputs would be in each?
..., ..., {1, 2, 4}: the numbers that are accepted were listed. Which are left?

06_mask number
8: S218 a weight of 0 was taken to have no gradient. What a weight reads and the error of its output make the gradient. Is the weight's own value part of that?

06b_last number
3: S155 the last axis was taken for the channels. PyTorch looks for them before rows and columns: (C, H, W).
7: the middle axis was taken for the channels. PyTorch looks for them before rows and columns: (C, H, W).
1: a channel axis was taken to be put in front. What PyTorch puts there is the batch.

06b_axis words
1, 1: a channel axis was taken to be put in where it is missing. PyTorch reads the axes that are there.
1, ...: a gray image was taken to have one channel by itself. How many axes has (28, 28), and which of them would be the channels?
28, ...: S221 the rows of a picture were taken for its channels. For an image PyTorch wants three axes. How many has (28, 28)?
none, 1: the first axis of three was taken for the batch. A batch has four axes, (N, C, H, W), and a single image three.
none, none: three axes were taken to be one too few. A single image needs no batch axis: (C, H, W).

06b_same word: same, 1
1: M40 padding='same' was taken to work with a stride. How would half the size be the same size?

06b_dtype word: device, type, axes
device: the array and the layer were taken to lie on two devices. What is made without a word about the device is on the CPU.
axes: the shape was doubted. It has four axes, (N, C, H, W), as a batch should.
"""
