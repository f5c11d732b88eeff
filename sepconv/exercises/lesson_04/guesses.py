"""The guesses of lesson 4."""

GUESSES = """
04_learned number
360: M01 the biases were left out. What does a layer learn besides its weights?
80: M06 the filters were taken to be flat. Each of the eight reads all five channels.
128: S26 k was not squared. A kernel has rows and columns.
46: S25 one filter was counted. How many filters does it take to make 8 output channels?
45: S25 one filter was counted. How many filters does it take to make 8 output channels, and what is added to each?
365: S100 one bias was counted for each input channel. A bias is added to a finished output channel.
361: S101 one bias was counted for the whole layer. A bias belongs to one filter.
400: S102 a bias was counted for each slice of a filter. The slices are summed into one number before anything is added.

04_work number
108: M07 the weights were counted. Each of them is used many times in one image: how many?
216: the values of the output were counted. How many products add up in one of them?
1458: S25 one filter was counted. Each of the four output channels has a filter of its own.
3024: S09 the padding was ignored. A ring of zeros makes room for more windows.
4800: S107 the products with zeros of the padding were left out. They could be, but the program multiplies them, and they count.
6048: S106 adding the bias was counted as a MAC. There is no multiplication in it.
9504: M08 MACs were counted on the pixels of the padded input. Padding makes room for windows, but not every padded pixel begins one.
11664: M09 FLOPs were counted. One multiplication and the addition of its product are one MAC.

04_double numbers
1, 2: the image was taken to have twice as many pixels. It is twice as high, and each row is twice as long.
1, 1: the MACs were taken to depend on the weights alone. Each weight is used once at each output pixel.
4, ...: M07 the parameters were taken to grow with the image. Are there more filters when the image is larger?
2, ...: M07 the parameters were taken to grow with the image. Are there more filters when the image is larger?

04_grid numbers
16, 1728: M08 MACs were counted on the input pixels. At how many places does a window stop when it moves two pixels at a time?
8, 864: S319 the stride was applied to one axis. The window also moves down two rows at a time.
9, 972: M36 the output size was rounded up. A window that does not fit completely does no work.
2, 216: the places were counted along one side only. The output has rows and columns.
1, 108: each weight was taken to be used once. It is used once for each output pixel: how many are there, with the padding?
4, 864: M09 FLOPs were counted. One multiplication and the addition of its product are one MAC.

04_flops number
5832: a MAC was taken for a single operation. Which operations are in a multiply-accumulate?
11880: the additions of the biases were counted, too. This counter leaves them out, as the convention for MACs does.

04_network words: convolution, Linear
Linear, Linear: S200 the weights were taken for the work. How often does the convolution use one of its weights, and how often the Linear?
convolution, convolution: the Linear was taken for a small layer. It has a weight for each of 1,024 numbers and each of 10 outputs.

04_linear number
36864: M72 a Linear was taken to run once. It works along the last axis: for how many pixels?
2064384: the pixels were counted along one side only. There are 56 rows of them.
1204224: the values of the output were counted. How many products add up in one of them?
231211008: M09 FLOPs were counted. One multiplication and the addition of its product are one MAC.

04_norm numbers
0, ...: M10 batch normalization was taken to learn nothing. How far a channel is shifted and scaled is learned.
16, ...: M10 all four numbers that batch normalization holds for a channel were taken to be learned. Some of them are only measured.
9, 8: M10 learned and kept numbers of batch normalization were exchanged. A shift and a scale for each channel: are these learned or measured?
8, 8: only the numbers of each channel were counted. One more belongs to the layer as a whole.
8, 0: batch normalization was taken to keep nothing. When training is over, it still has to know where the values of a channel usually lie.
4, ...: one number was taken to be learned for each channel. A channel is both shifted and scaled.
2, ...: the channels were taken to share a shift and a scale. Each channel has its own.

04_totals words: A, B, C
A, ..., ...: the weights were taken to be all that is learned. Biases are learned as well, and so are the scales and shifts of batch normalization.
..., ..., A: what is learned was taken for the largest total. One of the other two counts all of it, and more.
B, A, C: the largest total was taken to come first. Look at the three numbers again.
"""
