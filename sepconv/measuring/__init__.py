"""What lessons measure with: parameters and multiply-adds, time, and accuracy after training."""
