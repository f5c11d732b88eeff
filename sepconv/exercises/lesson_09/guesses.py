"""The guesses of lesson 9."""

GUESSES = """
09_between words: yes, no
no, no, no: every layer in between was taken to make a bend. In evaluation mode batch normalization multiplies each channel by one number and adds another: what bends there?
..., yes, ...: a ReLU was taken for something that a convolution can do as well. Is what it makes of −x the opposite of what it makes of x?

09_free number
39: every knob was taken to be free. Double a kernel, and halve its pointwise weights: what becomes of the convolution?
108: the weights of the merged convolution were counted. Can a matrix with 39 columns have more independent ones than that?
38: one spare knob was found for the whole pair. Each input channel has a kernel of its own: with how many of them can you do the same?

09_order numbers
9, 9, 9: M55 the padding was taken to hold the pointwise bias, too. The pointwise stage has written its bias on the image. The zeros of the padding come later.
0, 0, 0: S353 an image of zeros was taken to stay zero. The pointwise stage adds its bias to every pixel, also where it read zeros.
1, 1, 1: the depthwise stage was taken to pass on what it reads. Its kernel adds up nine values: how many of them lie on the image?
6, 6, 9: S13 at the corner only one side was cut off. At a corner the window sticks out at two sides at once.
5, 3, 0: S14 the cells on the padding were counted instead of those on the image. The zeros of the padding add nothing; the other cells add one each.
6, 4, 9: S44 corner and edge were exchanged. Where does more of the window stick out?

09_banks words: yes, no
yes, yes: M50 every convolution was taken to be a pair. In a pair all filters share one kernel, and each scales it. Is one filter of bank b a multiple of the other?
no, no: M50 filters that are multiples of each other were taken to differ. Divide the second filter of bank a by the first, number by number.
no, yes: a bank of many zeros was taken to be easier to split. In a pair each filter is a multiple of one kernel: in which bank is that so?

09_ones word: equal, different
different: the two layers were taken to differ on these weights, too. All weights are ones: which values of x does each of the two add up for one output?

09_nearest number share
0.4, ...: S374 singular values were added without squaring. What is the size of the bank?
0.667, ...: what is lost was divided by what is kept. By what does a relative error divide?
0.832, ...: S373 what is kept was taken for what is lost. Which of the two singular values is left out?
0.308, ...: the root was left out. Size is the root of the sum of the squares.
2, ...: the error was not made relative. By the size of what is it divided?
..., 1: the second filter was taken to stay as it is. The kernel of the pair is the first row: which multiple of it comes near the second filter?

09_sums number
0.5547: M52 the further pairs were taken to add nothing. The second pair takes the second row of the decomposition, its column and its singular value.
0.277: the error was taken to be halved. What did the first pair leave out, and how much of that does the second one take?
0.308: each pair was taken to lose the same share of what it gets. What did the first pair leave out, and how much of that does the second one take?

09_price numbers
1, 39: M50 every convolution was taken to be a pair. The rank for each input channel would have to be 1, and these weights are random.
2, 78: rank 2 was taken to be enough. For each input channel there is a row for each filter: how many independent rows do you expect of random numbers?
3, 117: rank 3 was taken to be enough. For each input channel there is a row for each filter: how many independent rows do you expect of random numbers?
9, 351: the places of the kernel were taken for the rank. There are 9 columns, but how many rows?
12, 468: S1000 the ranks were added up. One pair has a product column × row for each input channel, all at once.

09_curve word number: before, after
after, 64: the number of filters was taken for the rank. For one input channel there are 64 rows, but how many columns?
after, 8: pairs were taken to be exact as soon as they have as many weights. The rank decides: how large can it be, with a column for each place of the kernel?
before, 7: fewer weights were taken to be enough. The rank decides: how large can it be, with a column for each place of the kernel?
before, 9: nine pairs were taken to weigh less than the convolution. Multiply the weights of one pair by nine.

09_spatial numbers
2, 3: the columns that are not all zeros were counted. Is one of them a multiple of another?
1, 1: S376 every kernel was taken to be a column times a row. Of a column times a row, every row is a multiple of one row.
3, 3: the size was taken for the rank. How many columns remain when each is left out that the others can make?
1, 3: the three columns of the Laplacian were taken to be independent. Compare the first of them with the last.
2, 2: two columns of Sobel's kernel were taken to be independent. Compare the first of them with the last.
"""
