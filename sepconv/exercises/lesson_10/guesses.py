"""The guesses of lesson 10."""

GUESSES = """
10_race factor
8.41: M60 fewer MACs were taken for as much less time. Is the arithmetic all that a layer spends time on?

10_fair factors
1, 1: every call was taken to be like the others. What has to be made before the first one can begin, and what else does the machine do meanwhile?

10_stages order
depthwise, pointwise, standard: the least work was taken for the highest rate. A rate is low where few MACs take long.

10_moves factors
784, 784, 784: M62 only the weights were taken to be moved. With that, a depthwise layer looks as good as a standard one. What else is read, and what is written?
576, 64, 4.5: S1008 the weights were not counted as moved. The filters lie in memory as well, and each number of them is read at least once.
1152, 128, 9: only the output was counted as moved. What must be read before it can be computed?
83, 14.8, 1.12: S1014 the moves were counted in bytes. Asked is the work for each number, whatever its size in bytes.

10_written number
1: M61 only the last layer was taken to write anything. What the pointwise stage reads must have been written: by which stage?
0.119: fewer weights were taken to mean as many fewer numbers written. How large are the maps, whatever the kernels are?
0.5: the two layers were exchanged. How many maps does each of the layers write?

10_roof words: slope, flat
flat, flat, flat: no layer was taken to wait for its bytes. Divide the depthwise layer's MACs for each number by 4, and compare with the ridge.
slope, slope, slope: every layer was taken to wait for its bytes. Divide the standard layer's MACs for each number by 4, and compare with the ridge.
slope, slope, flat: the two parts were exchanged. Which layer waits: one with few MACs for each byte, or one with many?

10_network shares
0.0306, 0: M63 the time was taken to go with the MACs. A layer without MACs still reads a map and writes one.

10_bands words: yes, no
no, yes: S1028 fusing was taken to save MACs. Each number of the middle map is still computed. What is no longer done with it?
yes, no: each band was taken to have a border of its own. It reads a row more above and a row more below than it makes.

10_saved share
0.5: the time was taken to go with the numbers that move. How long does it take to put the middle map into a large cache and fetch it back, beside the arithmetic?

10_cures words: inference mode, channels_last, folded, fused
inference mode, ...: the notes for a backward pass were taken to cost the most. How much is noted in a call, and how much is computed?
..., folded: a pass over the map was taken to be free where it does no MACs. What share of the time did norm + ReLU take in the network?

10_whole factor
8.41: the network was compared with one of standard convolutions. Both rows, eager and fused, are the separable one.

10_threads words: faster, slower, about the same, too noisy to tell
faster, faster: M64 more threads were taken to be always faster. Waking a thread and waiting for it takes time. How much work is there to share in the tiny layer?

10_numpy factors
1, 1: M63 the time was taken to go with the MACs. What does Python do for each MAC of a loop, besides the MAC?
"""
