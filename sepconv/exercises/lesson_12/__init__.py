"""Lesson 12: train the twins. A fair comparison, and what training a separable net needs besides."""
