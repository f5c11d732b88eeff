"""Lesson 4: counting. Weights, biases, multiply-accumulates, FLOPs and activations, each under its name."""
