"""The guesses of lesson 8."""

GUESSES = """
08_small numbers
2, 1, 3: S312 the channels were added up without the weights. Row 0 of pointwise has a weight for each of them.
2, 1, 21: the two weights were exchanged. The first in the row belongs to the first channel.
8, 3, 38: M43 the kernel was flipped. Each weight meets the value in the same place of the window.
7, 10, 107: M34 each kernel was laid on all channels. In the first stage a channel meets its own kernel alone.
2, 1, 2: S20 only the first input channel was read. The row of pointwise has two weights.

08_spread numbers
27, ...: M34 depthwise layers were taken to mix channels. How many channels of m read the channel that you chose?
9, 9: M11 the pointwise stage only scaled each channel. How many output channels read the channel in the middle?
9, 27: the output was given as many channels as the input. How many does the layer make of its 3?
9, 100: S320 the pointwise convolution was given a k×k kernel. At how many pixels does it look?

08_stage words: depthwise, pointwise
pointwise, pointwise: the small layer was taken to be like the large one. An input channel has k² weights in one stage, and one for each output in the other: which is more?
depthwise, depthwise: only the sizes of the kernels were compared. To how many outputs does each channel lead?
pointwise, depthwise: the depthwise stage was taken to grow faster. How many weights does one more output add to each stage?

08_parameters number
39: M01 the biases were left out. Parameters are all the numbers that a layer learns.
40: S101 one bias was counted for the whole layer. Each of the two convolutions has one for each of its outputs.
43: S321 PyTorch was given a single bias. The module holds two convolutions: does the first one have none?
112: S310 the standard layer was counted. Here one stage looks around, and the other mixes.

08_share set
inputs, kernel: M14 the ratio was built with the input channels. Which of the two channel numbers do all three products contain?
inputs, outputs, kernel, image: factors that both layers have were left in. Write both counts down: what cancels?
inputs, outputs, kernel: factors that both layers have were left in. Write both counts down: what cancels?
kernel: S303 the depthwise stage was left out. Divide each of the two stages by the standard layer.
outputs: S304 the pointwise stage was left out. Divide each of the two stages by the standard layer.

08_limit number
3: S26 k was not squared. A kernel has rows and columns.

08_dear word: standard, separable
standard: M16 separable was taken to be always smaller. Count the kernels of both, and then what the pointwise stage adds.

08_stride words: yes, no
no, no: M44 the place of the stride was taken to make no difference. How many pixels does the depthwise stage compute in each case?
yes, ...: the skipped pixels were taken to matter to the others. Which pixels does the pointwise stage read for one output?

08_order number
39: M53 the other order was counted. How many channels does the depthwise stage meet now?
24: S26 k was not squared. A kernel has rows and columns.
40: M11 the pointwise stage was given one weight for each channel. It needs one for each input and output.
56: M01 the biases were counted among the weights. Without those of both stages, what is left?
144: S320 the pointwise convolution was given a k×k kernel. At how many pixels does it look?
156: M34 the depthwise stage was made to read all the channels. How many does each of its kernels read?

08_order_stride share
1: M44 the place of the stride was taken to make no difference. Has any stage read the skipped pixels before?
0.5: S319 the stride was applied to one axis. It skips rows and columns.
0.75: the skipped pixels were counted. What is asked is the share that is read.

08_merge word: yes, no
no: two stages were taken to do more than one layer. Write y as a sum over the values of x: by what is each of them multiplied?

08_puzzle word: the same, different
different: the stride was taken to help one of the layers more. How many pixels does each stage compute, with one stride and with the other?

08_post number
10: every claim was believed. Read claim 5 again, and compare the strides.
0: none of them was believed. Count the weights of claim 1.
"""
