"""The guesses of lesson 7."""

GUESSES = """
07_limit numbers
4, 4, 3, 3, ...: S207 the shape of a layer without groups was given. The second number says how many channels a filter reads: how many is that with 4 groups?
1, 4, 3, 3, ...: the four kernels were taken for one filter. There is a filter for each output, and each reads one channel.
3, 3, 4, 1, ...: S28 the order of another framework was used. In PyTorch the number of filters comes first.
1, 1, 3, 3, ...: S257 one kernel was made for all channels. Each group has a filter of its own.
4, 1, 3, 3, 9: S25 one filter was counted. The first number of the shape says how many there are.
4, 1, 3, 3, 12: S26 k was not squared. A kernel has rows and columns.

07_erase numbers
1, 1: M06 the filters were taken to be flat. Those of the standard layer read all four channels, and three are still there.
4, 1: changed outputs were counted, too. In which of them is nothing left to add up?
0, 0: M34 depthwise layers were taken to mix channels. Output 2 reads one channel only, and there is no bias: what is left to add?

07_gradient numbers
1, 1, 1, 1: M34 every output was taken to depend on every input. How many channels does output 0 read in a depthwise layer?

07_multiplier numbers
10, 20, 10, 20: M26 the input channels were read round and round. Outputs side by side form a group: what does each group read?
30, 30, 30, 30: M34 the channels were added up. How many inputs does one group read here?
10, 20, 0, 0: M25 one kernel was used for each channel, and the other outputs stayed 0. How many kernels does each channel have?
20, 20, 40, 40: K was taken for a weight. It says how many outputs each channel has, and the weights are all 1.

07_lit sets
{1, 3}, {0, 1, 2, 3}: M26 the input channels were read round and round. Outputs side by side belong to the same input.
{1}, {0, 1, 2, 3}: M25 a depthwise layer was taken to keep the number of channels. With four outputs for two inputs, how many belong to each?
{0, 1}, {0, 1, 2, 3}: S18 the channels were counted from 1. Input 1 is the second of the two.
{0, 1, 2, 3}, {0, 1, 2, 3}: M34 every output was taken to depend on every input. With 2 groups, how many inputs does an output read?
{2, 3}, {2, 3}: the groups were taken to make no difference. With a single group, which inputs does an output read?

07_which words: yes, no
yes, no: M23 as many groups as outputs were taken for depthwise. How many channels does an output of the first layer read?
yes, yes: four groups were taken to be enough. In each of the two, how many channels does an output read?
no, no: M25 a layer that changes the number of channels was ruled out. The outputs may be more, if each still reads one input.

07_gray word: standard, depthwise, both
standard: S251 the layer with one input channel was ruled out. How many groups does it have, and how many input channels?
depthwise: a standard layer was taken to need several input channels. Its outputs read all the channels: how many is that here?

07_pooling word: standard, depthwise, something else
standard: M59 the pooling was written as a standard convolution. Which channels would each of its outputs read?
something else: M24 the pooling layer was ruled out. An average is a weighted sum: what are its weights?

07_deep numbers
16, 16: M30 stacked layers were taken to mix everything in the end. Follow input 0 through each layer: which channels does it reach?
4, 16: M30 stacked layers were taken to mix everything in the end. Follow input 0 through both grouped layers: does it leave its group?
40, 16: S267 the connections of all layers were added up. A connection leads from an input of the first layer to an output of the last.

07_pointwise numbers
4, ...: M11 a 1×1 layer was taken to treat each channel alone. It sees one pixel, but how many of its channels?
16, 40: M11 the pointwise convolution was given one weight for each channel. It needs one for each input and output.
16, 160: S300 the depthwise stage was counted as a standard one. How many channels does each of its kernels read?
16, 180: S320 the pointwise convolution was given a k×k kernel. At how many pixels does it look?
16, 60: M01 the biases were counted among the weights. Each of the two layers has four of them.

07_deal order
0, 2, 4, 1, 3, 5: M32 the groups and the places in a group were exchanged. Each group is a row: how many rows has the table?
0, 1, 2, 3, 4, 5: S258 the channels stayed in their order. The table is written by rows and read by columns.
3, 4, 5, 0, 1, 2: S259 whole groups changed places. Reading by columns takes one channel of each group in turn.

07_together number
8: a shuffle was taken to add no connections. To which groups do channels 0 and 1 go before the second layer?
"""
