"""Lesson 8: the separable convolution. Space first, then channels; what is left of the cost, and where it grows."""
