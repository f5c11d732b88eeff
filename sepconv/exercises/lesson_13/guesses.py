"""The guesses of lesson 13."""

GUESSES = """
13_inverted numbers
3, 3: each of the three convolutions was taken to do both. Which of them have kernels of 1×1, and which has groups?
1, 3: M34 depthwise layers were taken to mix channels. How many channels does each of its filters read?
3, 2: M48 a 1×1 layer was taken to widen the view. How many pixels does its kernel cover?

13_convnext set
expand, project: the norm was taken to leave each channel alone. Of which numbers are its mean and its spread?
depthwise, expand, project: M34 depthwise layers were taken to mix channels. What does groups=3 mean for 3 channels?
depthwise, norm, expand, project: M34 depthwise layers were taken to mix channels. What does groups=3 mean for 3 channels?

13_kernel factors
2.3, 11.3: S1312 only one of the two pointwise layers was counted. What comes after the activation?
4.5, 20.3: S1311 the depthwise layer was taken to be as wide as what lies between the pointwise ones. Where does it stand, and which stage widens the block?
53, 86: S300 the depthwise stage was counted as a standard one. How many channels does each of its filters read?

13_kernel_time factors
5.44, 5.44: the depthwise convolution was taken for most of the block. What share of the MACs does it have, and what takes the rest of the time?
..., 5.44: M63 the time was taken to go with the MACs. Of which layers did lesson 10 say that MACs are a poor guide to their time?
..., 1: a larger kernel was taken to cost no time at all. Alone, the layer has nothing to hide behind.

13_width words: better, worse, same
better, ...: depthwise convolutions were taken to be the better ones at equal width. Which of the two can compute more functions (lesson 9)?
same, ...: depthwise convolutions were taken to cost no accuracy. Which of the two kinds can compute more functions (lesson 9)?

13_apart word: from 3 to 7, from 7 to 9
from 3 to 7: separation was credited with what the larger kernel did. Compare the heights of numbers 3, 7 and 9 in the picture.

13_conformer set number
{'expand', 'project'}, ...: only layers with a weight for each connection were taken to mix channels. What do the norm and the gate make each of their outputs of?
{'norm', 'expand', 'project'}, ...: the gate was taken to leave each channel alone. Of how many channels does it make one?
{'expand', 'gate', 'project'}, ...: the norm was taken to leave each channel alone. Of which numbers are its mean and its spread?
..., 15: the padding was taken for the kernel, or one side of it was counted. How long is the kernel that needs 15 zeros on either side?

13_ffn words: yes, no
yes, ...: a layer that is applied at each position was taken to see the neighbors. How many positions does a kernel of 1 read?

13_mix_cost factor
50: the third layer was taken to be as large as each of the two others. How many weights has a depthwise layer for each channel?
0.244: the depthwise layer was put where there are 512 channels. Between which two layers does it stand?
1798: S300 the depthwise stage was counted as a standard one. How many channels does each of its filters read?

13_place numbers
1, 1: M46 the padding was taken to be neutral. What do the windows at the border read?
1, 2: only the border and the inside were told apart. Do all the windows at the border read equally many zeros, in the same places?
1, 3: the four corners were taken to be alike, and the four edges. Other weights of the kernel meet the zeros at each of them.

13_light numbers
51380224, ...,...: the kernel was taken to be 7×7. How many axes has a sequence of words?
7341056, ..., ...: M01 the biases were counted among the weights. How many of the numbers are multiplied?
1048576, ..., ...: the length of the kernel was left out. Every connection has a kernel of 7 weights.
..., ..., 16: each kernel was counted as one weight. How long is it?
..., ..., 448: the depthwise weights were divided by the number of kernels. How many kernels are left?

13_softmax word: yes, no
yes: a kernel was taken to be able to hold any numbers. Which numbers can come out of a softmax?

13_mamba number
0: the kernel was taken to look back only. With a zero in front, where does its third weight lie at the first output?
2: outputs with a zero in their window were taken to look at nothing that comes later. What else lies in the window of the first?
4: the last output was taken to look ahead as well. What comes after the 4?

13_together factors
..., 50: space and channels were taken to share the work. How many weights does a channel have in each of the two parts?
"""
