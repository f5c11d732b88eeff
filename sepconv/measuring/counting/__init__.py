"""What layers and whole models cost: weights, biases, multiply-accumulates and activations.

``conv2d_cost`` is a formula; ``count`` runs a model and watches it. PyTorch is loaded when ``count`` is first used.
"""

from sepconv.measuring.counting.cost import Cost, conv2d_cost

__all__ = ["Cost", "conv2d_cost", "count"]


def __getattr__(name):
    if name != "count":
        raise AttributeError(f"module 'sepconv.measuring.counting' has no attribute {name!r}")
    from sepconv.measuring.counting.watching import count

    return count
