"""The guesses of lesson 11."""

GUESSES = """
11_layers number
20: the repeated pair was counted once. What does the last column say of it?
22: the rows were counted as they stand. Which of them hold no weights, and which stand for more than one layer?
30: pooling and softmax were counted as well. What would they learn?
27: the classifier was left out. Its row has the shape of a filter bank, too.
15: each pair was counted as one layer. How many filter banks has it?

11_weights word: yes, no
no: normalization and biases were taken to hold a good part of the parameters. They take one or two numbers for each channel; how many does a 1×1 filter take?

11_walk numbers
0, ...: the table was taken to be free of misprints. Follow the sizes down to its last rows.
..., 569: the total was taken to fit in spite of a wrong row. The MACs of a row go with the pixels that it writes.

11_mend numbers
19, ...: the row that does not fit was taken for the wrong one. It gets its feature maps from the row before: what happened to them there?
16, 1: the first of the two strides of 2 was taken for the wrong one. The row below it gets the size that is printed there.

11_types factor
3.06: the parameters were taken to be shared out like the MACs. How often is each weight used: in an early layer, and in the classifier?
50: half of the layers were taken to hold half of the parameters. A depthwise kernel has 9 weights: how many has a pointwise filter?

11_entry word: Conv 1×1, Conv DW 3×3, Conv 3×3, Fully Connected
Conv 1×1: the largest share was taken to hide the misprint. Something is missing, but it may be missing anywhere. Which of the four can you count with one multiplication?
Fully Connected: the classifier was taken to do more with its quarter of the weights. How often does it use each of them?

11_time share
95: M63 the time was taken to go with the MACs. Do all kinds of layers get as many MACs done in a second?

11_where shares
50, 50: both were taken to be spread evenly over the layers. Where do the filters have the most channels?
60, 60: the weights were taken to lie where the work is. How often is each weight used: at the beginning, and at the end?
25, ...: the large feature maps were taken to make the first layers the dearest. While the maps shrink, what do the channels do?
..., 50: the weights were taken to be spread evenly over the layers. Where do the filters have the most channels?

11_standard words: yes, no
yes, yes: S1131 one convention was taken to hold for the whole paper. Ask each number for itself: a million more or less changes its last digit.
no, yes: S1132 the classifier was taken to be never counted. Was it in the total of the mended Table 1, and what did that come to?

11_one_layer words: parameters, MACs, both
both, both, both: M18 the parameters were scaled with the image. Which number in the shape of a filter depends on the size of the image?
both, parameters, MACs: thinner layers were taken to do the same work. Every weight that is left out was used at every pixel.
MACs, both, MACs: a separable layer was taken to save work alone. Count the weights of its two stages.

11_multipliers shares
50, ...: M17 the weights were taken to shrink like the width. On how many sides of a pointwise layer are there fewer channels?
25, ...: S1106 everything was scaled by the square of alpha. Which layers become thinner on one side only?
..., 57: the MACs were taken to go with the side of the image. What share of its pixels is left?

11_multiplier words: weights, MACs, both
..., both: M18 the parameters were scaled with the image. Does a kernel change when it slides over a smaller map?
weights, ...: the further filters were taken to do no work. Each of them slides over all the pixels.
MACs, MACs: the depth multiplier was taken to do what the page says. Twice as many filters: how many weights are that?

11_block number
606.93: M34 the middle convolution was counted as a standard one. How many channels does each of its filters read?
51.48: M09 FLOPs were counted. How many of them are in a MAC?
14.9: one of the two pointwise convolutions was left out. The block goes from few channels to many, and back.
4.29: S1124 the expansion was ignored. How many channels does the depthwise convolution see?
22.35: S1121 the depthwise convolution was counted on the narrow input. What does the expansion hand to it?
23.03: S26 k was not squared. The kernel is 3 high and 3 wide.

11_v2 words: paper, user, expand, depthwise, project
user, expand: M21 a block with expansion 1 was given an expansion convolution. What is there to expand?

11_tools number
1: a count was taken to be the same whoever counts. What of the unit, and of pooling and batch normalization?
2: MACs and FLOPs were taken to be the only difference. What of batch normalization, ReLU and pooling?

11_watch numbers
903168, ...: thop was taken to see every convolution. It watches modules: which module is called here?
..., 903168: the tools were taken to know a convolution in any form. Which operation of the sum bears its name?

11_training factor
1: one product was taken to be enough for the way back. How many gradients does each layer compute?
3: the forward pass was counted, too. It is what the way back is compared with.
"""
