"""The guesses of lesson 12."""

GUESSES = """
12_order words: narrow, standard, narrower, separable
standard, narrow: the accuracy was taken to follow the MACs. Compare the widths, too: for how many patterns can each net look?
separable, standard: separable nets were taken to be better, whatever is held equal. At equal width, which of the two has more weights to learn with?

12_sure word: width, parameters, MACs
width: the largest net was taken to be surely ahead. How does its lead compare with the scatter of single runs?
MACs: the smallest net was taken to be the one that is surely behind. How much smaller than the other narrow net is it?

12_still_sure number
1: the interval that left 0 out was taken to be far enough from it. How many times as wide does 7.649 in the place of 4.303 make it?
3: a larger factor was taken to make an interval narrower. It multiplies the half width.

12_easy words: more, less, yes, no
more, ..., ...: an easier task was taken to bring out the difference. How many of the 200 images are left for the better net to gain?
less, yes, yes: so few parameters were taken to be too few for any task. How much must a net know to tell a 0 from a 1?
less, no, no: so few parameters were taken to be enough for any task. Ten digits have more shapes than two.

12_between word: better, worse

12_initial word: standard, pointwise, depthwise
standard: the largest fan-in was taken to give the largest weights. What becomes of 1/√fan_in when the fan-in grows?
pointwise: the smallest fan-in was taken to be that of the 1×1 layer. How many channels does each filter read, and how many pixels of each?

12_hides factors
1, 0.0442: the factor was taken to come once. Each of the three layers brings it.
1, 0.0147: the factors of the three layers were added. Each layer multiplies what the one before gives.
0.0000866, 0.0000866: batch normalization was taken to pass the size on. By what does it divide?

12_dead_bias number
1: the bias was taken to act on the output like a weight. What does the normalization subtract from each channel?

12_fold number word: yes, no
12682, ...: M69 the folded convolution was left without a bias. Where does what the normalization adds go?
12362, ...: M10 all four numbers that batch normalization holds for a channel were taken to be learned. Which two of the four are only kept?
13322, ...: folding was taken to move numbers and to save none. Count for one channel which go, and which come.
..., yes: folding was taken to be an approximation. With mean and variance fixed, which operations is a normalization made of?

12_ranges word factor: stem, depthwise, pointwise
pointwise, ...: filters with many weights were taken to differ most. Draw 9 numbers, or dozens: which time is the largest much the same again?

12_bits set
4, 6, 8: every rounding was taken to cost accuracy. How far can a weight move, when there are 127 whole numbers on either side?
set(): 4 bits were taken to be enough. How many whole numbers has the weakest filter, when there are 7 on either side?

12_decay words: yes, no
yes, yes: smaller filters were taken to make the net worse. What does the batch normalization after them do with their size?
no, no: the decay was taken to be too weak to be seen. It pulls at each step, ten thousand times as hard as before.
"""
