"""What is taught: convolutions in NumPy that are read, layers and networks in PyTorch, and the fused pair."""
