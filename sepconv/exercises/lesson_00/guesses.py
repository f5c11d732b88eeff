"""The guesses of lesson 0."""

GUESSES = """
00_weights word: standard, separable
separable: two stages were taken to learn more than one. Neither of them does everything: the first takes each channel alone, the second has kernels of 1×1.

00_work word: standard, separable
standard: more weights were taken to mean more multiplications. A weight multiplies once at each place where the layer stops. How many places are there in each layer?

00_shape word: same, different
same: S08 the stride was ignored. How far does each layer move at each step?
"""
