"""The guesses of lesson 5."""

GUESSES = """
05_weights number
4: M06 the filters were taken to be flat. Each of the four reads all three channels.
16: M01 the biases were counted among the weights. Without the four of them, what is left?
108: S26 k was not squared. Which k does this layer have?

05_swap word: red, green, blue, yellow, cyan, magenta
red: the colors were taken to stay as they are. The first filter makes the new red: which channel does it read?

05_small numbers
2, 5: M05 input and output channels were exchanged. There are as many outputs as w has rows.

05_trap numbers
0, 100, 200: reshape was taken to move the channels to the end. It reads the numbers in the order in which they are stored.

05_shuffle words: same, different
same, same: a kernel was taken to look at one pixel. That of 3×3 reads neighbors, and shuffling gives each pixel other ones.
different, different: each output was taken to depend on its place. A kernel of one pixel does the same at each of them.

05_dense numbers
12, 12: the two were taken for the same layer. They agree at one pixel; here the image has 16 of them.
3072, 192: M07 the pointwise weights were counted once for each pixel. All pixels share one set.

05_sizes factors
4, 1, 4: the weights of the fully connected layer were taken to grow like the pixels. They join each input pixel with each output pixel.
16, 4, 4: M07 the pointwise weights were counted once for each pixel. All pixels share one set.

05_bottleneck factor
2: three layers were taken to need more than one. Compare the number of channels that the 3×3 layer reads and writes.
0.25: only one side of the 3×3 layer was taken to be narrow. It reads a quarter of the channels, and writes a quarter of them.

05_gradient number
1: each bias was taken to act once. It is added at every pixel of its channel.
120: the four channels were added up. Each bias belongs to one of them.

05_ffn set
2, 3, 4: a Linear was taken to look at its neighbors. It reads the vector of one position.
0, 1, 2, 3, 4, 5, 6, 7, 8, 9: a Linear was taken to mix the positions. It mixes the numbers of one vector.
"""
