"""The guesses of lesson 2."""

GUESSES = """
02_red word: red, green, blue
green: white was taken to hold little green, as the saucer does. White is bright in all three channels.
blue: white was taken to hold little blue, as the saucer does. White is bright in all three channels.

02_sum numbers
2.5, 4: S21 the channels were averaged. Is anything divided in a convolution?
2, 4: S20 only the first input channel was read. The filter has a kernel for channel 1, too.
3, 4: only one of the two results was kept. What becomes of the other one?
6, 16: the results of the two kernels were multiplied. Multiplying is what each kernel does with its own pixels.
6, 7: the two places were added up. They stay apart; which results belong to one place?

02_hole set
1, 3: S18 the channels were counted from 1. The first one is channel 0.
1, 4: S19 the values were given instead of the channels. Which channel was filled with 1, and which with 4?
0, 1, 2: M34 a filter was taken to read every channel. With all three the output would be 7.

02_bank numbers
3, 4, 3, 3: M05 input and output channels were exchanged. The weight is a list of filters: how many are there?
4, 1, 3, 3: M06 the filters were taken to be flat. How many kernels does a filter have when the input has 3 channels?
3, 3, 3, 4: the number of filters was put last. Keras does that; PyTorch stores a list of filters.
"""
