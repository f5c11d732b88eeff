"""The guesses of lesson 10."""

GUESSES = """
10b_ridges factors
25.3, 203: M09 FLOPs were counted. A ridge is given in MACs a byte here: how many FLOPs is a MAC?
12.7, 12.7: arithmetic was taken to be as fast in float16 as in float32. The cell with the imports holds both rates.
12.7, 25.3: float16 was taken to be computed twice as fast. Tensor cores gain more: the cell with the imports says how much.

10b_sides words: slope, flat
flat, slope, flat, flat, slope, flat: every layer was taken to stay on its side. In float16 a layer does twice the MACs with each byte; how far does the ridge move?
flat, slope, slope, flat, slope, slope: the pointwise stage was taken to be like the depthwise one. Each number that it reads goes into 128 MACs.

10b_ceilings factors
8.41, 8.41, 8.41: M63 the time was taken to go with the MACs. Which of the layers wait for their bytes instead?
0.5, 0.5, 0.5: every layer was taken to wait for its bytes. Compare the MACs a byte of the standard layer with the ridges.

10b_cures factors
8.41, 8.84: M63 the time was taken to go with the MACs. Which of these layers wait for the maps that still move?
1.29, ...: the middle map was taken to move once. One stage writes it, and the next one reads it.
..., 0.97: width was taken to make no difference. When there are four times the channels, how do the MACs grow, and how the bytes?

10b_launches factors
0.23, 0.0018, 0.026: M63 the time was taken to go with the MACs. The two stages wait for their maps, which go in and out.
15, 7.7, 7.7: the batch of 64 images was kept. How many are there here?

10b_fastest words: standard, separable, float32, float16, usual, channels_last
"""
